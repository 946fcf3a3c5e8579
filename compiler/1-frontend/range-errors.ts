/**
 * Arguments that JavaScript refuses with a RangeError: tested before the call,
 * so that a `catch` gets the error. A program without `try` has no such test:
 * there the check of the operation itself ends the program.
 */

import type { HirExpr } from "../ir/hir.ts";
import { expression, types } from "./builder.ts";
import type { CodeWriter, Make } from "./code-writer.ts";
import { literal, template } from "./expressions.ts";

export interface Limits {
  /** The argument, cut to an integer, is at least `lo` and at most `hi`. */
  readonly lo: number;
  readonly hi: number;
  /** What NaN does. */
  readonly nan: "counts as 0" | "is refused";
  /** Fractions are refused rather than cut. */
  readonly whole?: boolean;
  readonly message: string;
  /** The value stands at the end of the message. */
  readonly shows?: boolean;
}

export const repeatLimits: Limits = {
  lo: 0,
  hi: Number.MAX_VALUE,
  nan: "counts as 0",
  message: "Invalid count value: ",
  shows: true,
};

export const pointLimits: Limits = {
  lo: 0,
  hi: 0x10ffff,
  nan: "is refused",
  whole: true,
  message: "Invalid code point ",
  shows: true,
};

/** Numbers to text: by the method's name. */
export const formLimits: Readonly<Record<string, Limits>> = {
  toFixed: form(0, 100, "counts as 0", "toFixed() digits argument must be between 0 and 100"),
  toExponential: form(0, 100, "counts as 0", "toExponential() argument must be between 0 and 100"),
  toPrecision: form(1, 100, "is refused", "toPrecision() argument must be between 1 and 100"),
  toString: form(2, 36, "is refused", "toString() radix argument must be between 2 and 36"),
};

function form(lo: number, hi: number, nan: Limits["nan"], message: string): Limits {
  return { lo, hi, nan, message };
}

/** Nothing in the program catches errors, or the argument is known to be right. */
export function needsNoTest(code: CodeWriter, argument: HirExpr, limits: Limits): boolean {
  if (!code.b.loaded.mayCatch) return true;
  if (argument.kind !== "number") return false;
  const { value } = argument;
  if (Number.isNaN(value)) return limits.nan === "counts as 0";
  const whole = Math.trunc(value);
  return whole >= limits.lo && whole <= limits.hi && (limits.whole !== true || whole === value);
}

/** The argument, evaluated here and tested. */
export function tested(code: CodeWriter, argument: HirExpr, limits: Limits): Make {
  const { b, node } = code;
  const given = code.let("given", argument);
  const both = (op: "&&" | "||", left: HirExpr, right: HirExpr): HirExpr =>
    expression(b, node, { kind: "logical", op, left, right, type: types.boolean });
  const throwError = (): void => {
    const message = literal(b, node, limits.message);
    code.throwText("RangeError", limits.shows === true ? template(b, node, [message, given()]) : message);
  };
  if (limits.nan === "counts as 0") {
    const below = code.compare("<=", given(), code.number(limits.lo - 1));
    const above = code.compare(">=", given(), code.number(limits.hi + 1));
    code.if(both("||", below, above), throwError);
    return given;
  }
  const isAbove =
    limits.whole === true
      ? code.compare(">=", given(), code.number(limits.lo))
      : code.compare(">", given(), code.number(limits.lo - 1));
  const isBelow = code.compare("<", given(), code.number(limits.hi + 1));
  const inside = both("&&", isAbove, isBelow);
  const whole = (): HirExpr => code.compare("===", code.intrinsic("mathTrunc", given()), given());
  code.if(limits.whole === true ? both("&&", inside, whole()) : inside, () => {}, throwError);
  return given;
}
