/** The one table from operators to their transfer functions, and what storing into a place does. */

import type { NumberFact } from "../../ir/facts.ts";
import type { ArithmeticOp, HirType } from "../../ir/hir.ts";
import { numberPart } from "../../ir/union-types.ts";
import { EMPTY, hasNoNumber, isWithin, meet, sizedRange } from "./fact.ts";
import { add, divide, multiply, power, remainder, subtract } from "./transfer-arithmetic.ts";
import {
  bitAnd,
  bitOr,
  bitXor,
  roundToFloat,
  shiftLeft,
  shiftRight,
  shiftRightUnsigned,
} from "./transfer-bits.ts";

const operators: Readonly<Record<ArithmeticOp, (a: NumberFact, b: NumberFact) => NumberFact>> = {
  "+": add,
  "-": subtract,
  "*": multiply,
  "/": divide,
  "%": remainder,
  "**": power,
  "&": bitAnd,
  "|": bitOr,
  "^": bitXor,
  "<<": shiftLeft,
  ">>": shiftRight,
  ">>>": shiftRightUnsigned,
};

export function arithmetic(op: ArithmeticOp, a: NumberFact, b: NumberFact): NumberFact {
  return operators[op](a, b);
}

export type Checks = "all" | "none";

/**
 * What a place of this type holds after a value was stored. With checks, what
 * does not fit has stopped the program; without, it has wrapped.
 */
export function storedFact(type: HirType, value: NumberFact, checks: Checks): NumberFact {
  const number = numberPart(type);
  if (number === null) return EMPTY;
  if (number.sized === null || number.sized === "f64") return value;
  const range = sizedRange(number.sized);
  if (range === null) return checks === "all" ? value : roundToFloat(value);
  if (isWithin(value, range)) return value;
  if (checks === "all") return meet(value, range);
  return hasNoNumber(value) && !value.nan ? EMPTY : range;
}
