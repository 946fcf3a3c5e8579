/** The operators and functions of bigints, as rows of the intrinsics table. Phase 4 lowers them by rules of its own. */

import type { BigintOp } from "../ir/bigint-ranges.ts";

export type BigintComparison = "<" | "<=" | ">" | ">=";

/** `left op right`. */
export const bigintOperators = {
  bigintAdd: "+",
  bigintSubtract: "-",
  bigintMultiply: "*",
  bigintDivide: "/",
  bigintRemainder: "%",
  bigintPower: "**",
  bigintAnd: "&",
  bigintOr: "|",
  bigintXor: "^",
  bigintShiftLeft: "<<",
  bigintShiftRight: ">>",
} as const satisfies Record<string, BigintOp>;

/** Between a bigint and a number, in either order. */
export const mixedComparisons = {
  mixedLess: "<",
  mixedLessOrEqual: "<=",
  mixedGreater: ">",
  mixedGreaterOrEqual: ">=",
} as const satisfies Record<string, BigintComparison>;

export type BigintOperatorName = keyof typeof bigintOperators;
export type MixedComparisonName = keyof typeof mixedComparisons;

export type BigintFunctionName =
  | "bigintNegate"
  | "bigintNot"
  /** `BigInt.asIntN(bits, value)`: the bits, 0 to 64, are a constant. */
  | "bigintAsInt"
  | "bigintAsUint"
  /** `BigInt(number)`: the number is whole. */
  | "bigintFromNumber"
  /** `BigInt(text)`: the text is a bigint. */
  | "bigintFromText"
  /** `Number(bigint)` */
  | "bigintToNumber"
  /** Whether `BigInt(text)` is no SyntaxError. */
  | "bigintIsText";

export type BigintName = BigintOperatorName | BigintFunctionName;

export function isBigintOperator(name: string): name is BigintOperatorName {
  return Object.hasOwn(bigintOperators, name);
}

export function isMixedComparison(name: string): name is MixedComparisonName {
  return Object.hasOwn(mixedComparisons, name);
}
