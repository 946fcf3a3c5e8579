/** How long the texts of numbers in other forms can be: `toFixed`, `toString(16)` and the like. */
import type { NumberFact } from "../ir/facts.ts";

/** "-Infinity" */
const SPECIAL_BYTES = 9;
/** The longest plain text of a double with its sign. */
const PLAIN_BYTES = 25;
const EXACT_MAX = 2 ** 53;

/** 21 digits, from there on the plain text is used. */
export function fixedBytes({ lo, hi }: NumberFact, decimals: NumberFact): number {
  const most = Math.max(Math.abs(lo), Math.abs(hi));
  const places = digits(decimals);
  if (!(most < 1e20)) return Math.max(PLAIN_BYTES, 1 + 21 + 1 + places);
  return Math.max(SPECIAL_BYTES, 1 + String(Math.floor(most) + 1).length + 1 + places);
}

/** A sign, a digit, the point, the others, and an exponent of up to five characters. */
export function exponentialBytes(decimals: NumberFact): number {
  const places = decimals.lo < 0 ? Math.max(16, digits(decimals)) : digits(decimals);
  return Math.max(SPECIAL_BYTES, 8 + places);
}

/** A sign, the digits, and `0.00000` or an exponent. */
export function precisionBytes(precision: NumberFact): number {
  return Math.max(SPECIAL_BYTES, digits(precision) + 9);
}

function digits({ lo, hi }: NumberFact): number {
  return lo > hi ? 0 : Math.max(0, Math.min(100, Math.trunc(hi)));
}

/** Integers exactly; of doubles 1074 binary digits on one side of the point. */
export function radixBytes({ lo, hi, integer, nan }: NumberFact, radix: NumberFact): number {
  const base = Math.max(2, Math.min(36, Math.trunc(radix.lo)));
  const special = nan ? 3 : 0;
  if (lo > hi || radix.lo > radix.hi) return special;
  if (integer && lo >= -EXACT_MAX && hi <= EXACT_MAX)
    return Math.max(special, lo.toString(base).length, hi.toString(base).length);
  return Math.max(PLAIN_BYTES, 4 + Math.ceil(1076 / Math.log2(base)));
}
