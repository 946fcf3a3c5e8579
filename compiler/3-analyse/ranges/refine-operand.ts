/** What is known of an arithmetic expression says something of the variable in it: `i + 1 < n`, `i * i < n`. */

import type { NumberFact } from "../../ir/facts.ts";
import type { HirExpr } from "../../ir/hir.ts";
import { constantFact, EXACT_MAX, hasNoNumber, integerFact, isExactInteger } from "./fact.ts";
import { add, subtract } from "./transfer-arithmetic.ts";

/** An operand and the values it can have. */
export interface Operand {
  readonly node: HirExpr;
  readonly values: NumberFact;
}

/**
 * `known`: what an operand may be before. Only exact integer arithmetic can be turned round;
 * null: nothing follows.
 */
export function solveForOperand(
  node: HirExpr,
  values: NumberFact,
  known: (node: HirExpr) => NumberFact | null,
): Operand | null {
  if (node.kind !== "arithmetic" || hasNoNumber(values)) return null;
  if (node.op === "*") return solveSquare(node, values, known);
  if (node.op !== "+" && node.op !== "-") return null;
  const { left, right } = node;
  if (right.kind === "number")
    return solveSum(left, node.op === "+" ? right.value : -right.value, values, known);
  return node.op === "+" && left.kind === "number" ? solveSum(right, left.value, values, known) : null;
}

/** `node + constant` is one of `values`. */
function solveSum(
  node: HirExpr,
  constant: number,
  values: NumberFact,
  known: (node: HirExpr) => NumberFact | null,
): Operand | null {
  const before = known(node);
  if (before === null || !isExactInteger(before) || !Number.isInteger(constant)) return null;
  const isExact = isExactInteger(add(before, constantFact(constant)));
  if (!isExact || Math.abs(constant) > EXACT_MAX / 2) return null;
  return { node, values: subtract({ ...values, nan: false }, constantFact(constant)) };
}

/** `node * node` is at most `values.hi`. */
function solveSquare(
  node: Extract<HirExpr, { kind: "arithmetic" }>,
  values: NumberFact,
  known: (node: HirExpr) => NumberFact | null,
): Operand | null {
  const { left, right } = node;
  const isSquare = left.kind === "local" && right.kind === "local" && left.local === right.local;
  const before = isSquare ? known(left) : null;
  if (before === null || !isExactInteger(before) || !(values.hi >= 0 && values.hi <= EXACT_MAX)) return null;
  // One more than the root, against its rounding.
  const most = Math.floor(Math.sqrt(values.hi)) + 1;
  const root = most * most <= values.hi ? most : most - 1;
  return { node: left, values: integerFact(-root, root) };
}
