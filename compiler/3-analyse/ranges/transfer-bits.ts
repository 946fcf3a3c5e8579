/**
 * What the 32-bit operators do to number facts, through ToInt32 and ToUint32
 * as JavaScript defines them; also the wrapping conversions to sized types.
 */

import type { NumberFact } from "../../ir/facts.ts";
import type { SizedName } from "../../ir/hir.ts";
import { assertNever, defined } from "../../source/assert.ts";
import { EMPTY, hasNoNumber, integerFact, isEmpty, isWithin, join, makeFact, sizedRange } from "./fact.ts";

export const INT32 = integerFact(-2147483648, 2147483647);
export const UINT32 = integerFact(0, 4294967295);
const ZERO = integerFact(0, 0);

export function toInt32(a: NumberFact): NumberFact {
  return wrapTo(a, INT32);
}

export function toUint32(a: NumberFact): NumberFact {
  return wrapTo(a, UINT32);
}

/** Truncates, then takes the residue that lies in `range`; NaN and infinities give 0. */
function wrapTo(a: NumberFact, range: NumberFact): NumberFact {
  if (isEmpty(a)) return EMPTY;
  const toZero = a.nan || a.lo === -Infinity || a.hi === Infinity;
  const numbers = hasNoNumber(a) ? EMPTY : wrapInterval(Math.trunc(a.lo), Math.trunc(a.hi), range);
  return toZero ? join(numbers, ZERO) : numbers;
}

function wrapInterval(lo: number, hi: number, range: NumberFact): NumberFact {
  if (lo >= range.lo && hi <= range.hi) return integerFact(lo, hi);
  const modulus = range.hi - range.lo + 1;
  if (!(hi - lo < modulus)) return range;
  const first = wrapNumber(lo, range, modulus);
  const last = wrapNumber(hi, range, modulus);
  return first <= last ? integerFact(first, last) : range;
}

function wrapNumber(value: number, range: NumberFact, modulus: number): number {
  const residue = value % modulus;
  if (residue < range.lo) return residue + modulus;
  return residue > range.hi ? residue - modulus : residue;
}

/** `u8(x)`, `i32(x)`, …; f32 rounds. */
export function convertTo(to: SizedName, a: NumberFact): NumberFact {
  switch (to) {
    case "f64":
      return a;
    case "f32":
      return roundToFloat(a);
    case "i8":
    case "u8":
    case "i16":
    case "u16":
    case "i32":
    case "u32":
      return wrapTo(a, defined(sizedRange(to), "an integer type has a range"));
    default:
      return assertNever(to);
  }
}

/** Rounding is monotonic and takes integers to integers. */
export function roundToFloat(a: NumberFact): NumberFact {
  if (hasNoNumber(a)) return a;
  return makeFact(Math.fround(a.lo), Math.fround(a.hi), a.integer, a.nan);
}

export function bitNot(a: NumberFact): NumberFact {
  const x = toInt32(a);
  return isEmpty(x) ? EMPTY : integerFact(~x.hi, ~x.lo);
}

export function bitAnd(a: NumberFact, b: NumberFact): NumberFact {
  return onInt32(a, b, (x, y) => {
    if (x.lo >= 0 && y.lo >= 0) return integerFact(0, Math.min(x.hi, y.hi));
    if (x.lo >= 0) return integerFact(0, x.hi);
    if (y.lo >= 0) return integerFact(0, y.hi);
    return integerFact(lowestOf(Math.min(x.lo, y.lo)), Math.max(x.hi, y.hi));
  });
}

export function bitOr(a: NumberFact, b: NumberFact): NumberFact {
  return onInt32(a, b, (x, y) => {
    const lo = x.lo >= 0 && y.lo >= 0 ? Math.max(x.lo, y.lo) : Math.min(x.lo, y.lo);
    const alwaysNegative = x.hi < 0 || y.hi < 0;
    return integerFact(lo, alwaysNegative ? -1 : highestOf(Math.max(x.hi, y.hi)));
  });
}

export function bitXor(a: NumberFact, b: NumberFact): NumberFact {
  return onInt32(a, b, (x, y) => {
    const widest = highestOf(Math.max(x.hi, y.hi, ~x.lo, ~y.lo));
    const neverNegative = (x.lo >= 0 && y.lo >= 0) || (x.hi < 0 && y.hi < 0);
    const alwaysNegative = (x.lo >= 0 && y.hi < 0) || (x.hi < 0 && y.lo >= 0);
    return integerFact(neverNegative ? 0 : ~widest, alwaysNegative ? -1 : widest);
  });
}

/** All bits up to the highest one of a non-negative number. */
function highestOf(value: number): number {
  return value <= 0 ? 0 : 2 ** (32 - Math.clz32(value)) - 1;
}

/** The least number whose bits above those of a negative `value` are all ones. */
function lowestOf(value: number): number {
  return ~highestOf(~value);
}

function onInt32(a: NumberFact, b: NumberFact, op: (x: NumberFact, y: NumberFact) => NumberFact): NumberFact {
  const x = toInt32(a);
  const y = toInt32(b);
  return isEmpty(x) || isEmpty(y) ? EMPTY : op(x, y);
}

/** The shift count: the lowest five bits. */
function shiftCount(b: NumberFact): NumberFact {
  const count = toUint32(b);
  if (isEmpty(count) || count.hi <= 31) return count;
  return count.lo === count.hi ? integerFact(count.lo & 31, count.lo & 31) : integerFact(0, 31);
}

export function shiftLeft(a: NumberFact, b: NumberFact): NumberFact {
  const x = toInt32(a);
  const count = shiftCount(b);
  if (isEmpty(x) || isEmpty(count)) return EMPTY;
  const exact = shifted(x, count, (value, by) => value * 2 ** by);
  if (isWithin(exact, INT32)) return exact;
  return count.lo === count.hi ? toInt32(exact) : INT32;
}

export function shiftRight(a: NumberFact, b: NumberFact): NumberFact {
  const x = toInt32(a);
  const count = shiftCount(b);
  return isEmpty(x) || isEmpty(count) ? EMPTY : shifted(x, count, (value, by) => value >> by);
}

export function shiftRightUnsigned(a: NumberFact, b: NumberFact): NumberFact {
  const x = toUint32(a);
  const count = shiftCount(b);
  return isEmpty(x) || isEmpty(count) ? EMPTY : shifted(x, count, (value, by) => value >>> by);
}

/** Monotonic in each operand, so the corners are the extremes. */
function shifted(x: NumberFact, count: NumberFact, op: (value: number, by: number) => number): NumberFact {
  const values = [op(x.lo, count.lo), op(x.lo, count.hi), op(x.hi, count.lo), op(x.hi, count.hi)];
  return integerFact(Math.min(...values), Math.max(...values));
}

export function multiplyInt32(a: NumberFact, b: NumberFact): NumberFact {
  return onInt32(a, b, (x, y) => {
    const products = [x.lo * y.lo, x.lo * y.hi, x.hi * y.lo, x.hi * y.hi];
    const exact = integerFact(Math.min(...products), Math.max(...products));
    return isWithin(exact, INT32) ? exact : INT32;
  });
}

export function leadingZeros(a: NumberFact): NumberFact {
  const x = toUint32(a);
  return isEmpty(x) ? EMPTY : integerFact(Math.clz32(x.hi), Math.clz32(x.lo));
}
