/** What a condition says about the length of a text: `while (s.length < 8)` bounds `s` in the body. */
import { FLIPPED, NEGATED } from "../ir/compare-ops.ts";
import type { NumberFacts } from "../ir/facts.ts";
import type { CompareOp, HirExpr, HirProgram } from "../ir/hir.ts";
import { type MemoryPlace, memoryOf } from "../ir/value-flow.ts";
import { walkStatements } from "../ir/walk-hir.ts";

export interface LengthLimit {
  readonly place: MemoryPlace;
  /** UTF-16 units at most. */
  readonly units: number;
}

/** Limits that hold after the test came out so. */
export function limitsFrom(
  program: HirProgram,
  facts: NumberFacts,
  test: HirExpr,
  outcome: boolean,
): readonly LengthLimit[] {
  if (test.kind === "not") return limitsFrom(program, facts, test.value, !outcome);
  if (test.kind === "logical" && (test.op === "&&") === outcome) {
    return [test.left, test.right].flatMap((side) => limitsFrom(program, facts, side, outcome));
  }
  if (test.kind !== "compare") return [];
  const op = outcome ? test.op : NEGATED[test.op];
  return [
    ...limitOf(program, facts, test.left, op, test.right),
    ...limitOf(program, facts, test.right, FLIPPED[op], test.left),
  ];
}

function limitOf(
  program: HirProgram,
  facts: NumberFacts,
  length: HirExpr,
  op: CompareOp,
  limit: HirExpr,
): readonly LengthLimit[] {
  if (length.kind !== "stringLength") return [];
  const { value } = length;
  if (value.kind !== "local" && value.kind !== "static") return [];
  const { hi } = facts.node(limit.id);
  if (!Number.isFinite(hi)) return [];
  const { place } = memoryOf(program, value);
  if (op === "<") return [{ place, units: Math.max(0, Math.ceil(hi) - 1) }];
  return op === "<=" || op === "===" ? [{ place, units: Math.max(0, Math.floor(hi)) }] : [];
}

/** The largest length that a text is compared with: texts may grow for that many rounds. */
export function longestComparedLength(program: HirProgram, facts: NumberFacts): number {
  let longest = 0;
  const note = (limit: HirExpr): void => {
    const { hi } = facts.node(limit.id);
    if (Number.isFinite(hi)) longest = Math.max(longest, hi);
  };
  for (const fn of program.functions) {
    walkStatements(fn.body, {
      expression: (node) => {
        if (node.kind !== "compare") return;
        if (node.left.kind === "stringLength") note(node.right);
        if (node.right.kind === "stringLength") note(node.left);
      },
    });
  }
  return longest;
}
