/**
 * What the outcome of a comparison says about its operands. NaN compares false
 * with everything, so a true `<` excludes it and a false one does not.
 */

import type { NumberFact } from "../../ir/facts.ts";
import type { CompareOp } from "../../ir/hir.ts";
import { assertNever } from "../../source/assert.ts";
import { EMPTY, EXACT_MAX, hasNoNumber, makeFact, meet, withNan } from "./fact.ts";

export interface Sides {
  readonly left: NumberFact;
  readonly right: NumberFact;
}

/** The operands for which `left op right` has this outcome; null: there are none. */
export function narrowSides(op: CompareOp, sides: Sides, outcome: boolean): Sides | null {
  const narrowed = outcome ? narrowTrue(op, sides) : narrowFalse(op, sides);
  return isNothing(narrowed.left) || isNothing(narrowed.right) ? null : narrowed;
}

function isNothing(fact: NumberFact): boolean {
  return hasNoNumber(fact) && !fact.nan;
}

function narrowTrue(op: CompareOp, { left, right }: Sides): Sides {
  switch (op) {
    case "<":
      return below(left, right, true);
    case "<=":
      return below(left, right, false);
    case ">":
      return swap(below(right, left, true));
    case ">=":
      return swap(below(right, left, false));
    case "===": {
      const both = withNan(meet(left, right), false);
      return { left: both, right: both };
    }
    case "!==":
      return { left: without(left, right), right: without(right, left) };
    default:
      return assertNever(op);
  }
}

function narrowFalse(op: CompareOp, sides: Sides): Sides {
  switch (op) {
    case "===":
      return narrowTrue("!==", sides);
    case "!==":
      return narrowTrue("===", sides);
    case "<":
      return narrowUnlessNan(">=", sides);
    case "<=":
      return narrowUnlessNan(">", sides);
    case ">":
      return narrowUnlessNan("<=", sides);
    case ">=":
      return narrowUnlessNan("<", sides);
    default:
      return assertNever(op);
  }
}

/** An operand's numbers are narrowed where the other cannot be NaN; its own NaN stays possible. */
function narrowUnlessNan(opposite: CompareOp, { left, right }: Sides): Sides {
  const narrowed = narrowTrue(opposite, { left, right });
  return {
    left: right.nan ? left : withNan(narrowed.left, left.nan),
    right: left.nan ? right : withNan(narrowed.right, right.nan),
  };
}

function swap({ left, right }: Sides): Sides {
  return { left: right, right: left };
}

function below(left: NumberFact, right: NumberFact, strict: boolean): Sides {
  if (hasNoNumber(left) || hasNoNumber(right)) return { left: EMPTY, right: EMPTY };
  const most = strict ? justBelow(right.hi, left.integer) : right.hi;
  const least = strict ? -justBelow(-left.lo, right.integer) : left.lo;
  return {
    left: makeFact(left.lo, Math.min(left.hi, most), left.integer),
    right: makeFact(Math.max(right.lo, least), right.hi, right.integer),
  };
}

/** The greatest value that is less than `limit`, or the limit where there is no telling; -Infinity has none below. */
function justBelow(limit: number, integer: boolean): number {
  if (integer && Math.abs(limit) <= EXACT_MAX) return Math.ceil(limit) - 1;
  return limit === Infinity && integer ? Infinity : limit;
}

/** `fact` without the single value of `other`, where that is an end. */
function without(fact: NumberFact, other: NumberFact): NumberFact {
  if (other.nan || other.lo !== other.hi || !(fact.lo <= other.lo && fact.hi >= other.lo)) return fact;
  const value = other.lo;
  if (fact.lo === fact.hi) return makeFact(1, 0, true, fact.nan);
  if (!fact.integer || Math.abs(value) >= EXACT_MAX) return fact;
  if (fact.lo === value) return makeFact(value + 1, fact.hi, true, fact.nan);
  return fact.hi === value ? makeFact(fact.lo, value - 1, true, fact.nan) : fact;
}

/** The values for which ToBoolean has this outcome: all but 0 and NaN, or only those. */
export function narrowTruthy(fact: NumberFact, outcome: boolean): NumberFact {
  const zero = makeFact(0, 0, true);
  return outcome ? withNan(without(fact, zero), false) : withNan(meet(fact, zero), fact.nan);
}
