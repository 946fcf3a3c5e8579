/** Variables that count: module variables of top-level code and locals, and what writes them. */
import type { HirExpr, HirProgram, HirTarget } from "../ir/hir.ts";
import { walkStatements } from "../ir/walk-hir.ts";

export type Variable = Extract<HirExpr, { kind: "local" | "static" }>;

export function isVariable(node: HirExpr): node is Variable {
  return node.kind === "local" || node.kind === "static";
}

export function isSameVariable(left: HirTarget | HirExpr, right: Variable): boolean {
  if (right.kind === "local") return left.kind === "local" && left.local === right.local;
  return left.kind === "static" && left.static === right.static;
}

export function writesTo(node: HirExpr, counter: Variable): boolean {
  const target =
    node.kind === "assign" || node.kind === "compound" || node.kind === "update" ? node.target : null;
  return target !== null && isSameVariable(target, counter);
}

/** By code that the loop does not show: a function that it may call, or that runs while it waits. */
export function isWrittenElsewhere(program: HirProgram, counter: Variable): boolean {
  if (counter.kind === "local") return program.locals[counter.local]?.captured !== false;
  return program.functions.some((fn) => {
    if (fn.id === program.main) return false;
    let isWritten = false;
    walkStatements(fn.body, {
      expression: (node) => {
        isWritten ||= writesTo(node, counter);
      },
    });
    return isWritten;
  });
}
