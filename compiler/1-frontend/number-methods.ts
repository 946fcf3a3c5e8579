/** Numbers to text and text to numbers: `toFixed`, `toString(16)`, `parseInt`, `Number(text)`, unary plus. */

import type { ts } from "ts-morph";
import type { TextOperationName } from "../intrinsics/strings.ts";
import type { IntrinsicName } from "../intrinsics/table.ts";
import type { HirExpr } from "../ir/hir.ts";
import { numberOfBigint } from "./bigint-functions.ts";
import { type Builder, expression, kindOf, type Scope, types } from "./builder.ts";
import { CodeWriter } from "./code-writer.ts";
import { literal, lowerExpression, printable, template } from "./expressions.ts";
import { call } from "./known-calls.ts";
import { lowerNumber } from "./operators.ts";
import { formLimits, needsNoTest, tested } from "./range-errors.ts";
import { operation } from "./string-methods.ts";
import { globalName } from "./symbols.ts";

/** null: not a method this file knows. */
export function lowerNumberMethod(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  method: string,
  receiver: HirExpr,
): HirExpr | null {
  const name = forms.get(method);
  const argument = given(b, node, 0);
  if (method === "valueOf") return receiver;
  if (method === "toLocaleString")
    return b.reject(
      node,
      "'toLocaleString'",
      "A firmware has no locale; use toFixed() or a template literal.",
    );
  if (name === undefined || (argument === null && method === "toString")) return null;
  if (argument === null && method === "toPrecision") return template(b, node, [receiver]);
  const missing = method === "toExponential" ? -1 : 0;
  const detail = argument === null ? literal(b, node, missing) : lowerNumber(b, scope, argument);
  const limits = formLimits[method];
  const code = new CodeWriter(b, scope, node);
  if (argument === null || limits === undefined || needsNoTest(code, detail, limits))
    return operation(b, node, name, [receiver, detail]);
  const number = code.let("number", receiver);
  const digits = tested(code, detail, limits);
  return code.done(operation(b, node, name, [number(), digits()]));
}

const forms: ReadonlyMap<string, TextOperationName> = new Map<string, TextOperationName>([
  ["toString", "numberToRadix"],
  ["toFixed", "numberToFixed"],
  ["toExponential", "numberToExponential"],
  ["toPrecision", "numberToPrecision"],
]);

function given(b: Builder, node: ts.CallExpression, index: number): ts.Expression | null {
  const argument = node.arguments[index];
  return argument === undefined || globalName(b, argument) === "undefined" ? null : argument;
}

/** `parseInt(text, radix)` and `parseFloat(text)`, also as functions of `Number`; null for other names. */
export function lowerParse(b: Builder, scope: Scope, node: ts.CallExpression, name: string): HirExpr | null {
  if (name !== "parseInt" && name !== "parseFloat") return null;
  const argument = given(b, node, 0);
  if (argument === null) return literal(b, node, Number.NaN);
  const value = printable(b, argument, lowerExpression(b, scope, argument));
  const radix = name === "parseInt" ? given(b, node, 1) : null;
  return parse(b, node, name, value, radix === null ? null : lowerNumber(b, scope, radix));
}

export function parse(
  b: Builder,
  node: ts.Expression,
  name: "parseInt" | "parseFloat",
  value: HirExpr,
  radix: HirExpr | null,
): HirExpr {
  const text = value.type.kind === "string" ? value : template(b, node, [value]);
  return name === "parseFloat"
    ? operation(b, node, "stringParseFloat", [text])
    : operation(b, node, "stringParseInt", [text, radix ?? literal(b, node, 0)]);
}

/** `Number(x)` and `+x`. */
export function toNumber(b: Builder, node: ts.Node, value: HirExpr): HirExpr {
  if (value.type.kind === "number") return value;
  if (value.type.kind === "string") return operation(b, node, "stringToNumber", [value]);
  if (value.type.kind === "bigint") return numberOfBigint(b, node, value);
  if (value.type.kind !== "boolean")
    return b.unsupported(
      node,
      `The number of ${kindOf(value.type)} is`,
      "Pass a number, a string or a boolean.",
    );
  return expression(b, node, {
    kind: "conditional",
    test: value,
    whenTrue: literal(b, node, 1),
    whenFalse: literal(b, node, 0),
    type: types.number,
  });
}

const numberNames: Readonly<Record<string, IntrinsicName>> = {
  isInteger: "numberIsInteger",
  isSafeInteger: "numberIsSafeInteger",
  isFinite: "numberIsFinite",
  isNaN: "numberIsNaN",
};

/** `Number.isInteger` and its like; also the global `isNaN` and `isFinite`, of numbers. */
export function numberTest(name: string): IntrinsicName | null {
  return Object.hasOwn(numberNames, name) ? (numberNames[name] ?? null) : null;
}

/** `Number.isInteger(x)` and the like. */
export function lowerNumberFunction(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  method: string,
): HirExpr {
  const parsed = lowerParse(b, scope, node, method);
  if (parsed !== null) return parsed;
  const name = numberNames[method];
  const argument = node.arguments[0];
  if (name === undefined || argument === undefined)
    return b.unsupported(node, `Number.${method} is`, "See docs/language.md for what this version compiles.");
  return call(b, node, name, [lowerNumber(b, scope, argument)]);
}
