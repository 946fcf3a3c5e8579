/**
 * Sums of a number and a small integer. A counter that runs unreasonably long
 * would leave the exact integers; it stays one, and the sum is checked. A sum that
 * is no step of a counter is what JavaScript makes of it: a double past 2^53.
 */

import type { NumberFact } from "../../ir/facts.ts";
import type { HirExpr } from "../../ir/hir.ts";
import { EXACT_MAX, integerFact, isExactInteger, meet } from "./fact.ts";
import type { FunctionPass } from "./function-pass.ts";
import { add, negate, subtract } from "./transfer-arithmetic.ts";

const EXACT = integerFact(-EXACT_MAX, EXACT_MAX);
const SMALL_MAX = 4294967296;

/** `left op right`; `slot`: the variable that one side is and the sum goes to, if it is so. */
export function sumFact(
  pass: FunctionPass,
  node: HirExpr,
  op: "+" | "-",
  left: NumberFact,
  right: NumberFact,
  slot: number | null,
): NumberFact {
  const exact = op === "+" ? add(left, right) : subtract(left, right);
  const sum = pass.limit(slot, exact);
  if (!isExactInteger(left) || !isExactInteger(right)) return sum;
  if (isProven(sum, exact) || staysExact(left, op === "+" ? right : negate(right))) return sum;
  if (!isSmall(right) && !isSmall(left)) return sum;
  if (slot === null) return sum;
  // Constants: what JavaScript rounds them to.
  if (sum.lo === sum.hi) return sum;
  pass.analysis.recorder.setCheckedSum(node.id);
  return meet(sum, EXACT);
}

/** The loops around bound the sum. */
function isProven(limited: NumberFact, exact: NumberFact): boolean {
  return limited !== exact && limited.hi < EXACT_MAX && limited.lo > -EXACT_MAX;
}

/** No sum passes 2^53. Compared without adding: 2^53 + 1 rounds to 2^53. */
function staysExact(a: NumberFact, b: NumberFact): boolean {
  return a.hi <= EXACT_MAX - b.hi && a.lo >= -EXACT_MAX - b.lo;
}

function isSmall(fact: NumberFact): boolean {
  return fact.lo >= -SMALL_MAX && fact.hi <= SMALL_MAX;
}
