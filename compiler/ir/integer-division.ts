/**
 * Divisions of integers whose quotient is cut, rounded up, down or to the
 * nearest: the forms that need no double. One rule for the lowering and for
 * what is said about doubles.
 */
import type { NumberFact } from "./facts.ts";
import type { HirExpr } from "./hir.ts";
import type { NodeId } from "./ids.ts";

export type QuotientRounding = "cut" | "floor" | "ceil" | "round";

export interface IntegerDivision {
  readonly division: Extract<HirExpr, { kind: "arithmetic" }>;
  readonly rounding: QuotientRounding;
  /** `(a / b) | 0`: the quotient wraps to 32 bits. */
  readonly wraps: boolean;
}

const roundings: Readonly<Record<string, QuotientRounding | undefined>> = {
  mathTrunc: "cut",
  mathFloor: "floor",
  mathCeil: "ceil",
  mathRound: "round",
};

/** Up to here quotients of doubles are on the right side of every integer and every half. */
const largest: Readonly<Record<QuotientRounding, number>> = {
  cut: 2 ** 53,
  floor: 2 ** 52,
  ceil: 2 ** 52,
  round: 2 ** 51,
};

/** null: it is none, or needs a double. */
export function integerDivision(node: HirExpr, factOf: (id: NodeId) => NumberFact): IntegerDivision | null {
  const found = divisionUnder(node);
  if (found === null) return null;
  const left = factOf(found.division.left.id);
  const right = factOf(found.division.right.id);
  if (!left.integer || left.nan || !right.integer || right.nan) return null;
  if (right.lo <= 0 && (right.hi >= 0 || found.rounding !== "cut")) return null;
  const most = Math.max(Math.abs(left.lo), Math.abs(left.hi), Math.abs(right.lo), Math.abs(right.hi));
  const rounding = found.rounding === "floor" && left.lo >= 0 ? "cut" : found.rounding;
  return most > largest[rounding] ? null : { ...found, rounding };
}

function divisionUnder(node: HirExpr): IntegerDivision | null {
  if (node.kind === "intrinsic") {
    const rounding = roundings[node.name];
    const division = rounding === undefined ? null : asDivision(node.args[0]);
    return rounding === undefined || division === null ? null : { division, rounding, wraps: false };
  }
  if (node.kind !== "arithmetic" || node.op !== "|") return null;
  const isZero = node.right.kind === "number" && node.right.value === 0;
  const division = isZero ? asDivision(node.left) : null;
  return division === null ? null : { division, rounding: "cut", wraps: true };
}

function asDivision(node: HirExpr | undefined): IntegerDivision["division"] | null {
  return node?.kind === "arithmetic" && node.op === "/" ? node : null;
}
