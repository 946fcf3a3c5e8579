/**
 * What + - * / % ** and unary minus do to number facts. Endpoints are computed
 * with the double operation itself: rounding is monotonic, so the rounded
 * result of every member stays between the rounded results of the endpoints.
 */
import type { NumberFact } from "../../ir/facts.ts";
import { contains, containsZero, EMPTY, hasNoNumber, isEmpty, makeFact, ONLY_NAN } from "./fact.ts";

/** NaN at an endpoint: no bound on that side. */
const orElse = (value: number, fallback: number): number => (Number.isNaN(value) ? fallback : value);

export function negate(a: NumberFact): NumberFact {
  return hasNoNumber(a) ? a : makeFact(-a.hi, -a.lo, a.integer, a.nan);
}

export function add(a: NumberFact, b: NumberFact): NumberFact {
  if (isEmpty(a) || isEmpty(b)) return EMPTY;
  if (hasNoNumber(a) || hasNoNumber(b)) return ONLY_NAN;
  const cancels = (a.hi === Infinity && b.lo === -Infinity) || (a.lo === -Infinity && b.hi === Infinity);
  return makeFact(
    orElse(a.lo + b.lo, -Infinity),
    orElse(a.hi + b.hi, Infinity),
    a.integer && b.integer,
    a.nan || b.nan || cancels,
  );
}

export function subtract(a: NumberFact, b: NumberFact): NumberFact {
  return add(a, negate(b));
}

export function multiply(a: NumberFact, b: NumberFact): NumberFact {
  if (isEmpty(a) || isEmpty(b)) return EMPTY;
  if (hasNoNumber(a) || hasNoNumber(b)) return ONLY_NAN;
  const zeroTimesInfinity = (containsZero(a) && hasInfinity(b)) || (containsZero(b) && hasInfinity(a));
  // 0 * Infinity at an endpoint: the numbers beside it give 0.
  const products = corners(a, b, (x, y) => orElse(x * y, 0));
  return makeFact(
    Math.min(...products),
    Math.max(...products),
    a.integer && b.integer,
    a.nan || b.nan || zeroTimesInfinity,
  );
}

export function divide(a: NumberFact, b: NumberFact): NumberFact {
  if (isEmpty(a) || isEmpty(b)) return EMPTY;
  if (hasNoNumber(a) || hasNoNumber(b)) return ONLY_NAN;
  if (containsZero(b)) return divideByZeroToo(a, b);
  const nan = a.nan || b.nan || (hasInfinity(a) && hasInfinity(b));
  const quotients = corners(a, b, (x, y) => orElse(x / y, 0));
  const exact = a.integer && b.lo === b.hi && Math.abs(b.lo) === 1;
  return makeFact(Math.min(...quotients), Math.max(...quotients), exact, nan);
}

/** The zero may be -0, so both infinities are possible. */
function divideByZeroToo(a: NumberFact, b: NumberFact): NumberFact {
  const nan = a.nan || b.nan || containsZero(a) || (hasInfinity(a) && hasInfinity(b));
  if (a.lo === 0 && a.hi === 0) return b.lo === 0 && b.hi === 0 ? ONLY_NAN : makeFact(0, 0, true, nan);
  const onlyInfinities = b.lo === 0 && b.hi === 0;
  return makeFact(-Infinity, Infinity, onlyInfinities, nan);
}

/** The sign is the dividend's; the magnitude is below the divisor's and at most the dividend's. */
export function remainder(a: NumberFact, b: NumberFact): NumberFact {
  if (isEmpty(a) || isEmpty(b)) return EMPTY;
  if (hasNoNumber(a) || hasNoNumber(b)) return ONLY_NAN;
  const nan = a.nan || b.nan || hasInfinity(a) || containsZero(b);
  const integer = a.integer && b.integer;
  const largest = Math.max(Math.abs(b.lo), Math.abs(b.hi));
  if (largest === 0) return ONLY_NAN;
  const smallest = containsZero(b) ? 0 : Math.min(Math.abs(b.lo), Math.abs(b.hi));
  const within = withinOneQuotient(a, b);
  if (within !== null) return makeFact(within.lo, within.hi, integer, nan);
  if (Math.max(Math.abs(a.lo), Math.abs(a.hi)) < smallest) return makeFact(a.lo, a.hi, a.integer, nan);
  const limit = integer && largest < Infinity ? largest - 1 : largest;
  const lo = a.lo >= 0 ? 0 : Math.max(a.lo, -limit);
  const hi = a.hi <= 0 ? 0 : Math.min(a.hi, limit);
  return makeFact(lo, hi, integer, nan);
}

/** `[13, 17] % 10`: one quotient for all, so the remainders are an interval. */
function withinOneQuotient(a: NumberFact, b: NumberFact): { lo: number; hi: number } | null {
  const divisor = Math.abs(b.lo);
  if (b.lo !== b.hi || !(a.lo >= 0) || a.hi === Infinity || divisor === Infinity || divisor === 0)
    return null;
  const lo = a.lo % divisor;
  const hi = a.hi % divisor;
  // Exact below 2^53; above it, differences round.
  if (!(a.hi <= 9007199254740992) || !a.integer || !b.integer) return null;
  return a.hi - a.lo === hi - lo ? { lo, hi } : null;
}

/**
 * C libraries and V8 may differ in the last bits, so inexact bounds move
 * outward by a few of them.
 */
export function outward(value: number, direction: 1 | -1): number {
  if (!Number.isFinite(value) || value === 0) return value;
  return value + direction * Math.max(Math.abs(value) * 2 ** -50, 5e-324);
}

export function power(a: NumberFact, b: NumberFact): NumberFact {
  if (isEmpty(a) || isEmpty(b)) return EMPTY;
  if (b.lo === 0 && b.hi === 0 && !b.nan) return makeFact(1, 1, true);
  if (b.lo === 1 && b.hi === 1 && !b.nan) return a;
  if (hasNoNumber(b)) return ONLY_NAN;
  const oneForZero = b.lo <= 0 && b.hi >= 0;
  // NaN ** 0 is 1.
  if (hasNoNumber(a)) return oneForZero ? makeFact(1, 1, true, true) : ONLY_NAN;
  const oneToInfinity = hasInfinity(b) && (contains(a, 1) || contains(a, -1));
  const rootOfNegative = a.lo < 0 && !b.integer;
  const nan = a.nan || b.nan || oneToInfinity || rootOfNegative;
  const bounds = powerBounds(a, b);
  const lo = oneForZero ? Math.min(1, bounds.lo) : bounds.lo;
  const hi = oneForZero ? Math.max(1, bounds.hi) : bounds.hi;
  const integer = a.integer && b.integer && b.lo >= 0;
  const exact = integer && lo >= -9007199254740992 && hi <= 9007199254740992;
  return exact ? makeFact(lo, hi, true, nan) : makeFact(outward(lo, -1), outward(hi, 1), integer, nan);
}

/** Monotonic in each operand where the base is not negative, so the corners are the extremes. */
function powerBounds(a: NumberFact, b: NumberFact): { lo: number; hi: number } {
  // (-0) ** -1 is -Infinity.
  if (containsZero(a) && b.lo < 0) return { lo: -Infinity, hi: Infinity };
  if (a.lo >= 0) return bothEnds(corners(a, b, (x, y) => orElse(x ** y, 1)));
  const magnitude = { lo: 0, hi: Math.max(-a.lo, Math.abs(a.hi)) };
  if (!containsZero(a)) magnitude.lo = Math.min(Math.abs(a.lo), Math.abs(a.hi));
  const powers = bothEnds(corners(magnitude, b, (x, y) => orElse(x ** y, 1)));
  const isEven = b.lo === b.hi && b.lo % 2 === 0;
  return { lo: isEven ? powers.lo : -powers.hi, hi: powers.hi };
}

function bothEnds(values: readonly number[]): { lo: number; hi: number } {
  return { lo: Math.min(...values), hi: Math.max(...values) };
}

function hasInfinity(fact: NumberFact): boolean {
  return fact.lo === -Infinity || fact.hi === Infinity;
}

type Interval = { readonly lo: number; readonly hi: number };

function corners(a: Interval, b: Interval, op: (x: number, y: number) => number): number[] {
  return [op(a.lo, b.lo), op(a.lo, b.hi), op(a.hi, b.lo), op(a.hi, b.hi)];
}
