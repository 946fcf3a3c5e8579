/** A nested function must not run before the variables it has captured are initialised (TSFW2004). */
import type { Reporter } from "../diagnostics/diagnostic.ts";
import type { HirExpr, HirFunction } from "../ir/hir.ts";
import type { FunctionId, LocalId } from "../ir/ids.ts";
import { awaitablesOf, walkExpression, walkStatements } from "../ir/walk-hir.ts";
import type { CheckedProgram } from "./check-program.ts";

export function checkUseBeforeDeclaration(input: CheckedProgram, reporter: Reporter): void {
  for (const fn of input.program.functions) checkFunction(input, fn, reporter);
}

function checkFunction(input: CheckedProgram, fn: HirFunction, reporter: Reporter): void {
  const { program } = input;
  const declared = new Set<LocalId>(fn.parameters);
  const check = (node: HirExpr): void => {
    for (const callee of calleesOf(node)) {
      for (const id of program.functions[callee]?.captures ?? []) {
        const local = program.locals[id];
        if (local === undefined || local.owner !== fn.id || declared.has(id)) continue;
        const reader = program.functions[callee]?.name ?? "function";
        reporter.report("TSFW2004", node.span, { name: local.name, reader }, [
          { message: "declared here", span: local.span },
        ]);
      }
    }
  };
  walkStatements(fn.body, {
    expression: check,
    statement: (statement) => {
      if (statement.kind === "let") {
        if (statement.value !== null) walkExpression(statement.value, { expression: check });
        declared.add(statement.local);
      }
      if (statement.kind === "forOf") declared.add(statement.local);
      if (statement.kind === "forEvery" && statement.local !== null) declared.add(statement.local);
    },
  });
}

/** Functions that may run because of this node: called, awaited, started, or made into a value. */
function calleesOf(node: HirExpr): readonly FunctionId[] {
  if (node.kind === "call" || node.kind === "closure" || node.kind === "spawn") return [node.function];
  return awaitablesOf(node).flatMap((awaitable) => (awaitable.kind === "call" ? [awaitable.function] : []));
}
