/** Positions as array methods take them: rounded to integers, counted from the end when negative. */

import type { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import type { CodeWriter, Make } from "./code-writer.ts";
import { constantNumber } from "./constants.ts";
import { lowerExpression } from "./expressions.ts";
import { globalName } from "./symbols.ts";

/** Left out, or written `undefined`. */
export function isLeftOut(code: CodeWriter, argument: ts.Expression | undefined): argument is undefined {
  return argument === undefined || globalName(code.b, argument) === "undefined";
}

/** The argument as an integer (ToIntegerOrInfinity), evaluated here. */
export function integerArgument(code: CodeWriter, argument: ts.Expression | undefined): Make {
  const { b, scope } = code;
  if (isLeftOut(code, argument)) return () => code.number(0);
  const constant = constantNumber(b, argument);
  if (typeof constant === "number" && Number.isInteger(constant)) return () => code.number(constant);
  const value = lowerExpression(b, scope, argument);
  if (value.type.kind !== "number")
    return b.unsupported(argument, "A position that is no number is", "Convert it with Number().");
  return integerValue(code, value);
}

/** A number as an integer, evaluated here. */
export function integerValue(code: CodeWriter, value: HirExpr): Make {
  const given = code.let("position", value);
  if (value.kind === "stringLength" || value.kind === "arrayLength") return given;
  const whole = code.intrinsic("mathTrunc", given());
  return code.let("whole", code.either(code.intrinsic("numberIsNaN", given()), code.number(0), whole));
}

/** The position an integer means in an array of this length: 0 to length. */
export function relativeIndex(code: CodeWriter, position: Make, length: Make): Make {
  const known = position();
  const fromEnd = (): HirExpr => code.intrinsic("mathMax", code.plus(length(), position()), code.number(0));
  const fromStart = (): HirExpr => code.intrinsic("mathMin", position(), length());
  if (known.kind === "number") {
    if (known.value === 0) return () => code.number(0);
    return code.let("at", known.value < 0 ? fromEnd() : fromStart());
  }
  return code.let("at", code.either(code.compare("<", position(), code.number(0)), fromEnd(), fromStart()));
}

/** From where to where a method works: its arguments `start` and `end`, evaluated before the length is read. */
export function rangeArguments(
  code: CodeWriter,
  array: Make,
  start: ts.Expression | undefined,
  end: ts.Expression | undefined,
): { readonly from: Make; readonly to: Make; readonly length: Make } {
  const first = integerArgument(code, start);
  const last = isLeftOut(code, end) ? null : integerArgument(code, end);
  const length = code.let("length", code.length(array()));
  return {
    from: relativeIndex(code, first, length),
    to: last === null ? length : relativeIndex(code, last, length),
    length,
  };
}
