/**
 * The lattice of number facts: intervals of doubles with "only integers" and
 * "may be NaN". Owns construction, order, join, meet and widening; knows no
 * operator. The sign of zero is not tracked: a bound is never -0.
 */

import type { NumberFact } from "../../ir/facts.ts";
import type { SizedName } from "../../ir/hir.ts";
import { invariant } from "../../source/assert.ts";

/** 2^53: up to here every integer is a double of its own. */
export const EXACT_MAX = 9007199254740992;

/** No value at all: never computed. */
export const EMPTY: NumberFact = { lo: Infinity, hi: -Infinity, integer: true, nan: false };
export const ONLY_NAN: NumberFact = { lo: Infinity, hi: -Infinity, integer: true, nan: true };
/** Any number. */
export const ANY: NumberFact = { lo: -Infinity, hi: Infinity, integer: false, nan: true };

/** A fact in normal form; `lo > hi` means that no value but perhaps NaN is possible. */
export function makeFact(lo: number, hi: number, integer: boolean, nan = false): NumberFact {
  invariant(!Number.isNaN(lo) && !Number.isNaN(hi), "a bound of a number fact is NaN");
  const low = integer ? Math.ceil(lo) + 0 : lo + 0;
  const high = integer ? Math.floor(hi) + 0 : hi + 0;
  if (low > high) return nan ? ONLY_NAN : EMPTY;
  return { lo: low, hi: high, integer: integer || (low === high && isWhole(low)), nan };
}

export function constantFact(value: number): NumberFact {
  return Number.isNaN(value) ? ONLY_NAN : makeFact(value, value, isWhole(value));
}

export function integerFact(lo: number, hi: number): NumberFact {
  return makeFact(lo, hi, true);
}

export function withNan(fact: NumberFact, nan: boolean): NumberFact {
  return nan === fact.nan ? fact : makeFact(fact.lo, fact.hi, fact.integer, nan);
}

/** An infinity counts: the integer mark speaks of finite values. */
function isWhole(value: number): boolean {
  return Math.floor(value) === value;
}

/** Has no number; NaN may still be possible. */
export function hasNoNumber(fact: NumberFact): boolean {
  return fact.lo > fact.hi;
}

export function isEmpty(fact: NumberFact): boolean {
  return fact.lo > fact.hi && !fact.nan;
}

/** Integers that a double holds without rounding, never NaN. */
export function isExactInteger(fact: NumberFact): boolean {
  return fact.integer && !fact.nan && fact.lo >= -EXACT_MAX && fact.hi <= EXACT_MAX;
}

export function containsZero(fact: NumberFact): boolean {
  return fact.lo <= 0 && fact.hi >= 0;
}

export function contains(fact: NumberFact, value: number): boolean {
  if (Number.isNaN(value)) return fact.nan;
  return value >= fact.lo && value <= fact.hi && (!fact.integer || isWhole(value));
}

export function isSame(a: NumberFact, b: NumberFact): boolean {
  return a === b || (a.lo === b.lo && a.hi === b.hi && a.integer === b.integer && a.nan === b.nan);
}

/** Every value of `inner` is one of `outer`. */
export function isWithin(inner: NumberFact, outer: NumberFact): boolean {
  if (inner.nan && !outer.nan) return false;
  if (hasNoNumber(inner)) return true;
  return inner.lo >= outer.lo && inner.hi <= outer.hi && (inner.integer || !outer.integer);
}

export function join(a: NumberFact, b: NumberFact): NumberFact {
  if (a === b || isWithin(b, a)) return a;
  if (isWithin(a, b)) return b;
  return {
    lo: Math.min(a.lo, b.lo),
    hi: Math.max(a.hi, b.hi),
    integer: a.integer && b.integer,
    nan: a.nan || b.nan,
  };
}

export function joinAll(facts: readonly NumberFact[]): NumberFact {
  return facts.reduce(join, EMPTY);
}

export function meet(a: NumberFact, b: NumberFact): NumberFact {
  if (isWithin(a, b)) return a;
  return makeFact(Math.max(a.lo, b.lo), Math.min(a.hi, b.hi), a.integer || b.integer, a.nan && b.nan);
}

/** Where widening stops on its way to infinity. */
export const STANDARD_THRESHOLDS: readonly number[] = [
  -EXACT_MAX,
  -4294967296,
  -2147483648,
  -65536,
  -32768,
  -256,
  -128,
  -1,
  0,
  1,
  127,
  128,
  255,
  256,
  32767,
  32768,
  65535,
  65536,
  2147483647,
  2147483648,
  4294967295,
  4294967296,
  EXACT_MAX,
];

/** The standard steps and, between them, constants and their neighbours. */
export function thresholdsWith(constants: Iterable<number>): readonly number[] {
  const all = new Set(STANDARD_THRESHOLDS);
  for (const value of constants) {
    if (!(Math.abs(value) < EXACT_MAX)) continue;
    for (const each of [value - 1, value, value + 1, -value]) all.add(each + 0);
  }
  return [...all].sort((a, b) => a - b);
}

/** `old` joined with `next`; a bound that moved goes on to the next threshold. Thresholds are ascending. */
export function widen(old: NumberFact, next: NumberFact, thresholds: readonly number[]): NumberFact {
  const both = join(old, next);
  if (hasNoNumber(old) || both === old) return both;
  const lo = both.lo < old.lo ? thresholdBelow(both.lo, thresholds) : both.lo;
  const hi = both.hi > old.hi ? thresholdAbove(both.hi, thresholds) : both.hi;
  return makeFact(lo, hi, both.integer, both.nan);
}

function thresholdAbove(value: number, thresholds: readonly number[]): number {
  return thresholds[firstIndexFrom(value, thresholds)] ?? Infinity;
}

function thresholdBelow(value: number, thresholds: readonly number[]): number {
  const index = firstIndexFrom(value, thresholds);
  if (thresholds[index] === value) return value;
  return thresholds[index - 1] ?? -Infinity;
}

/** The first index whose threshold is at least `value`. */
function firstIndexFrom(value: number, thresholds: readonly number[]): number {
  let from = 0;
  let to = thresholds.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((thresholds[middle] ?? Infinity) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

const SIZED_RANGES: Readonly<Record<Exclude<SizedName, "f32" | "f64">, NumberFact>> = {
  i8: integerFact(-128, 127),
  u8: integerFact(0, 255),
  i16: integerFact(-32768, 32767),
  u16: integerFact(0, 65535),
  i32: integerFact(-2147483648, 2147483647),
  u32: integerFact(0, 4294967295),
};

/** What an integer type holds; null for the floating types. */
export function sizedRange(name: SizedName): NumberFact | null {
  return name === "f32" || name === "f64" ? null : SIZED_RANGES[name];
}

/** `[0, 9] int`, for people. */
export function describeFact(fact: NumberFact): string {
  if (isEmpty(fact)) return "never";
  const numbers = hasNoNumber(fact) ? [] : [describeInterval(fact)];
  return [...numbers, ...(fact.nan ? ["NaN"] : [])].join(" or ");
}

function describeInterval(fact: NumberFact): string {
  if (fact.lo === fact.hi) return `${fact.lo}`;
  return `[${fact.lo}, ${fact.hi}]${fact.integer ? " int" : ""}`;
}
