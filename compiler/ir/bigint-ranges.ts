/**
 * Intervals of bigints: what the operators do to them exactly, whatever the
 * size, and which 64-bit type holds one. `null` is the empty interval: never
 * computed. Knows no node of HIR.
 */
import type { BigintRange } from "./facts.ts";

export const I64_MIN = -(2n ** 63n);
export const I64_MAX = 2n ** 63n - 1n;
export const U64_MAX = 2n ** 64n - 1n;

/** Beyond this nothing is known of a result, not even its sign: so no later operation brings it back unnoticed. */
const FAR = 2n ** 400n;
const ANYTHING: BigintRange = { lo: -(FAR * FAR), hi: FAR * FAR };
const SHIFT_MAX = 200n;

export type BigintType = "i64" | "u64";
type Maybe = BigintRange | null;

export function bigintRange(lo: bigint, hi: bigint): Maybe {
  if (lo > hi) return null;
  return lo < -FAR || hi > FAR ? ANYTHING : { lo, hi };
}

export const bigintLimits: Readonly<Record<BigintType, BigintRange>> = {
  i64: { lo: I64_MIN, hi: I64_MAX },
  u64: { lo: 0n, hi: U64_MAX },
};

/** All that any bigint may hold. */
export const ANY_BIGINT: BigintRange = { lo: I64_MIN, hi: U64_MAX };

/** A value that may be negative is an int64, others are a uint64 where they need it. */
export function bigintTypeOf(range: Maybe): BigintType {
  return range !== null && range.lo >= 0n && range.hi > I64_MAX ? "u64" : "i64";
}

export function isWithinBigints(inner: Maybe, outer: BigintRange): boolean {
  return inner === null || (inner.lo >= outer.lo && inner.hi <= outer.hi);
}

export function joinBigints(a: Maybe, b: Maybe): Maybe {
  if (a === null || b === null) return a ?? b;
  if (isWithinBigints(b, a)) return a;
  return { lo: least(a.lo, b.lo), hi: most(a.hi, b.hi) };
}

export function meetBigints(a: Maybe, b: BigintRange): Maybe {
  return a === null ? null : bigintRange(most(a.lo, b.lo), least(a.hi, b.hi));
}

// biome-ignore-start lint/complexity/useMathMinMax: Math takes no bigints
function least(...values: readonly bigint[]): bigint {
  return values.reduce((a, b) => (b < a ? b : a));
}

function most(...values: readonly bigint[]): bigint {
  return values.reduce((a, b) => (b > a ? b : a));
}
// biome-ignore-end lint/complexity/useMathMinMax: Math takes no bigints

function hull(values: readonly bigint[]): Maybe {
  return values.length === 0 ? null : bigintRange(least(...values), most(...values));
}

function corners(a: BigintRange, b: BigintRange, op: (x: bigint, y: bigint) => bigint): Maybe {
  return hull([op(a.lo, b.lo), op(a.lo, b.hi), op(a.hi, b.lo), op(a.hi, b.hi)]);
}

function both(op: (a: BigintRange, b: BigintRange) => Maybe): (a: Maybe, b: Maybe) => Maybe {
  return (a, b) => (a === null || b === null ? null : op(a, b));
}

/** The divisors below and above zero: zero itself throws. */
function divisors(b: BigintRange): BigintRange[] {
  const below = bigintRange(b.lo, least(b.hi, -1n));
  const above = bigintRange(most(b.lo, 1n), b.hi);
  return [below, above].flatMap((part) => part ?? []);
}

function divide(a: BigintRange, b: BigintRange): Maybe {
  return divisors(b)
    .map((part) => corners(a, part, (x, y) => x / y))
    .reduce(joinBigints, null);
}

/** The sign is the dividend's; the magnitude is below the divisor's and at most the dividend's. */
function remainder(a: BigintRange, b: BigintRange): Maybe {
  const limit = most(-b.lo, b.hi, b.lo, -b.hi) - 1n;
  if (limit < 0n) return null;
  return bigintRange(a.lo >= 0n ? 0n : most(a.lo, -limit), a.hi <= 0n ? 0n : least(a.hi, limit));
}

function power(a: BigintRange, b: BigintRange): Maybe {
  const exponents = meetBigints(b, { lo: 0n, hi: SHIFT_MAX });
  if (exponents === null) return null;
  /* Its caller looks at nothing beyond 64 bits. */
  const largest = least(FAR, most(1n, a.hi ** exponents.hi, (a.lo < 0n ? -a.lo : a.lo) ** exponents.hi));
  if (a.lo < 0n) return bigintRange(a.lo === a.hi && a.lo === -1n ? -1n : -largest, largest);
  const smallest = a.lo ** exponents.lo;
  return bigintRange(a.lo === 0n ? 0n : least(smallest, largest), largest);
}

/** 2^n - 1 with all bits of the value. */
function ones(value: bigint): bigint {
  return value <= 0n ? 0n : 2n ** BigInt(value.toString(2).length) - 1n;
}

/** The signed range of so many bits that holds both. */
function signedHull(a: BigintRange, b: BigintRange): BigintRange {
  const bits = most(ones(a.hi), ones(b.hi), ones(-a.lo - 1n), ones(-b.lo - 1n));
  return { lo: -bits - 1n, hi: bits };
}

function and(a: BigintRange, b: BigintRange): Maybe {
  const areNegative = a.hi < 0n && b.hi < 0n;
  if (a.lo >= 0n && b.lo >= 0n) return bigintRange(0n, least(a.hi, b.hi));
  if (a.lo >= 0n) return bigintRange(0n, a.hi);
  if (b.lo >= 0n) return bigintRange(0n, b.hi);
  return bigintRange(signedHull(a, b).lo, areNegative ? -1n : most(a.hi, b.hi));
}

function or(a: BigintRange, b: BigintRange): Maybe {
  if (a.lo >= 0n && b.lo >= 0n) return bigintRange(most(a.lo, b.lo), most(ones(a.hi), ones(b.hi)));
  const isNegative = a.hi < 0n || b.hi < 0n;
  return bigintRange(least(a.lo, b.lo), isNegative ? -1n : most(ones(a.hi), ones(b.hi)));
}

function xor(a: BigintRange, b: BigintRange): Maybe {
  if (a.lo >= 0n && b.lo >= 0n) return bigintRange(0n, most(ones(a.hi), ones(b.hi)));
  return signedHull(a, b);
}

function shift(value: bigint, by: bigint): bigint {
  return value << least(SHIFT_MAX, most(-SHIFT_MAX, by));
}

export type BigintOp = "+" | "-" | "*" | "/" | "%" | "**" | "&" | "|" | "^" | "<<" | ">>";

const operators: Readonly<Record<BigintOp, (a: Maybe, b: Maybe) => Maybe>> = {
  "+": both((a, b) => bigintRange(a.lo + b.lo, a.hi + b.hi)),
  "-": both((a, b) => bigintRange(a.lo - b.hi, a.hi - b.lo)),
  "*": both((a, b) => corners(a, b, (x, y) => x * y)),
  "/": both(divide),
  "%": both(remainder),
  "**": both(power),
  "&": both(and),
  "|": both(or),
  "^": both(xor),
  "<<": both((a, b) => corners(a, b, shift)),
  ">>": both((a, b) => corners(a, b, (value, by) => shift(value, -by))),
};

/** The exact results, before anything is said about 64 bits. */
export function bigintOperation(op: BigintOp, a: Maybe, b: Maybe): Maybe {
  return operators[op](a, b);
}

export function negateBigints(a: Maybe): Maybe {
  return a === null ? null : bigintRange(-a.hi, -a.lo);
}

export function invertBigints(a: Maybe): Maybe {
  return a === null ? null : bigintRange(-a.hi - 1n, -a.lo - 1n);
}

/** `BigInt.asIntN(bits, …)` and `asUintN`, bits at most 64. */
export function wrapBigints(bits: number, isSigned: boolean, a: Maybe): Maybe {
  if (a === null) return null;
  if (bits === 0) return { lo: 0n, hi: 0n };
  const half = 2n ** BigInt(bits - 1);
  const all = isSigned ? { lo: -half, hi: half - 1n } : { lo: 0n, hi: 2n * half - 1n };
  return isWithinBigints(a, all) ? a : all;
}
