/**
 * Which functions may end with an error in flight: an effect of the whole
 * program. Only functions that run inside some `try` hand errors on; in all
 * others an error that is not caught on the spot ends the program at once.
 */
import type { HirAwaitable, HirExpr, HirFunction, HirProgram, HirStatement } from "../../ir/hir.ts";
import type { FunctionId, SignatureId } from "../../ir/ids.ts";
import { visitParts } from "../../ir/rebuild-hir.ts";

export interface ThrowEffects {
  /** The function runs inside some `try`. */
  isGuarded(id: FunctionId): boolean;
  /** The function may end with an error in flight. */
  mayThrow(id: FunctionId): boolean;
  /** Evaluating the node itself (not its operands) may leave an error in flight. */
  throwsAt(node: HirExpr): boolean;
  /** Some error may be caught, so that errors need a place. */
  readonly hasCatchable: boolean;
  /** The functions whose errors come out at a node. */
  readonly targets: Targets;
}

/** The way out of a piece of code. */
interface Cover {
  /** A `catch` of the same function takes the errors. */
  readonly isCaught: boolean;
  /** Some `try` of the same function is around it. */
  readonly isInTry: boolean;
}

interface Summary {
  readonly calls: { readonly callee: FunctionId; readonly cover: Cover }[];
  throwsOut: boolean;
  throwsInTry: boolean;
}

export function inferThrows(program: HirProgram): ThrowEffects {
  const targets = findTargets(program);
  const summaries = program.functions.map((fn) => summarise(fn, targets));
  const guarded = findGuarded(summaries);
  const throwing = findThrowing(program, summaries, guarded);
  const mayThrow = (id: FunctionId): boolean => throwing.has(id);
  return {
    isGuarded: (id) => guarded.has(id),
    mayThrow,
    throwsAt: (node) => targets(node).some(mayThrow),
    targets,
    hasCatchable: throwing.size > 0 || summaries.some((summary) => summary.throwsInTry),
  };
}

export type Targets = (node: HirExpr) => readonly FunctionId[];

/** The functions whose errors come out at a node. A started task keeps its own. */
function findTargets(program: HirProgram): Targets {
  const closures = new Map<SignatureId, FunctionId[]>();
  for (const fn of program.functions) {
    visitNodes(fn.body, (node) => {
      const signature =
        node.kind === "closure" ? (program.functions[node.function]?.signature ?? null) : null;
      if (node.kind !== "closure" || signature === null) return;
      const key = program.signatureOf(signature);
      closures.set(key, [...(closures.get(key) ?? []), node.function]);
    });
  }
  const awaited = (operand: HirAwaitable): readonly FunctionId[] =>
    operand.kind === "call" ? [operand.function] : [];
  return (node) => {
    switch (node.kind) {
      case "call":
        return [node.function];
      case "new": {
        const made = program.classes[node.class]?.constructorFunction ?? null;
        return made === null ? [] : [made];
      }
      case "callClosure":
        return node.closure.type.kind === "closure"
          ? (closures.get(program.signatureOf(node.closure.type.signature)) ?? [])
          : [];
      case "await":
        return awaited(node.operand);
      case "awaitAll":
        return node.branches.flatMap((branch) => awaited(branch.operand));
      default:
        return [];
    }
  };
}

function visitNodes(statements: readonly HirStatement[], visit: (node: HirExpr) => void): void {
  const visitor = {
    expression: (node: HirExpr): void => {
      visit(node);
      visitParts(node, visitor);
    },
    statements: (list: readonly HirStatement[]): void => visitNodes(list, visit),
  };
  for (const statement of statements) visitParts(statement, visitor);
}

function summarise(fn: HirFunction, targets: Targets): Summary {
  const summary: Summary = { calls: [], throwsOut: false, throwsInTry: false };
  const visit = (statements: readonly HirStatement[], cover: Cover): void => {
    const visitor = {
      expression: (node: HirExpr): void => {
        for (const callee of targets(node)) summary.calls.push({ callee, cover });
        visitParts(node, visitor);
      },
      statements: (list: readonly HirStatement[]): void => visit(list, cover),
    };
    for (const statement of statements) {
      if (statement.kind === "try") {
        const inside = { isCaught: cover.isCaught || statement.handler !== null, isInTry: true };
        visit(statement.body, inside);
        const after = { ...cover, isInTry: cover.isInTry || statement.finalizer !== null };
        if (statement.handler !== null) visit(statement.handler.body, after);
        if (statement.finalizer !== null) visit(statement.finalizer, cover);
        continue;
      }
      if (statement.kind === "throw") {
        summary.throwsOut ||= !cover.isCaught;
        summary.throwsInTry ||= cover.isInTry;
      }
      visitParts(statement, visitor);
    }
  };
  visit(fn.body, { isCaught: false, isInTry: false });
  return summary;
}

function findGuarded(summaries: readonly Summary[]): ReadonlySet<FunctionId> {
  const guarded = new Set<FunctionId>();
  for (const { calls } of summaries)
    for (const { callee, cover } of calls) if (cover.isInTry) guarded.add(callee);
  for (const id of guarded) for (const { callee } of summaries[id]?.calls ?? []) guarded.add(callee);
  return guarded;
}

function findThrowing(
  program: HirProgram,
  summaries: readonly Summary[],
  guarded: ReadonlySet<FunctionId>,
): ReadonlySet<FunctionId> {
  const throwing = new Set<FunctionId>();
  for (let changed = true; changed; ) {
    changed = false;
    for (const { id } of program.functions) {
      const summary = summaries[id];
      if (summary === undefined || throwing.has(id) || !guarded.has(id)) continue;
      const passesOn = summary.calls.some(({ callee, cover }) => !cover.isCaught && throwing.has(callee));
      if (!summary.throwsOut && !passesOn) continue;
      throwing.add(id);
      changed = true;
    }
  }
  return throwing;
}
