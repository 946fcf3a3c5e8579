/** How many bytes the text of a value can take, in UTF-8. */
import type { BigintRange, NumberFact } from "../ir/facts.ts";

/** The longest texts of values of other kinds: "false", "undefined", "null". */
export const fixedTextBytes: Readonly<Record<string, number>> = { boolean: 5, void: 9, null: 4 };

/** Longest text of a double that is not negative: `0.0000012345678901234567`. The sign is one more. */
const FRACTION_TEXT_BYTES = 24;
/** From here on JavaScript writes an exponent. */
const EXPONENT_FROM = 1e21;

/** Bytes of a string as generalised UTF-8: a lone surrogate takes three. */
export function utf8Size(text: string): number {
  let size = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    size += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return size;
}

/** The longest text `String(n)` can give for a number with this fact; 0 for one that is never computed. */
export function numberTextBytes({ lo, hi, integer, nan }: NumberFact): number {
  const special = nan ? 3 : 0;
  if (lo > hi) return special;
  if (lo === hi) return Math.max(special, String(lo).length);
  if (integer && lo > -EXPONENT_FROM && hi < EXPONENT_FROM) {
    return Math.max(special, String(lo).length, String(hi).length);
  }
  return Math.max(special, lo < 0 ? FRACTION_TEXT_BYTES + 1 : FRACTION_TEXT_BYTES);
}

/** The longest text of a bigint. */
export function bigintTextBytes(range: BigintRange | null, radix = 10): number {
  return range === null ? 0 : Math.max(range.lo.toString(radix).length, range.hi.toString(radix).length);
}
