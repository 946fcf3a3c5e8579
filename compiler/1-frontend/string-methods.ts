/** Methods of strings, `s[i]`, and the functions of `String`. */

import { ts } from "ts-morph";
import { type TextOperationName, textOperation } from "../intrinsics/strings.ts";
import type { HirExpr } from "../ir/hir.ts";
import { type Builder, expression, kindOf, type Scope, types } from "./builder.ts";
import { CodeWriter } from "./code-writer.ts";
import { literal, lowerExpression, printable, template } from "./expressions.ts";
import { lowerNumber } from "./operators.ts";
import { needsNoTest, pointLimits, repeatLimits, tested } from "./range-errors.ts";
import { heldText } from "./string-pieces.ts";
import { globalName } from "./symbols.ts";

type Lower = (call: StringCall) => HirExpr;

export interface StringCall {
  readonly b: Builder;
  readonly scope: Scope;
  readonly node: ts.CallExpression;
  readonly receiver: HirExpr;
}

/** null: not a method this file knows. */
export function lowerStringMethod(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  method: string,
  receiver: HirExpr,
): HirExpr | null {
  const lower = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (lower === undefined) return null;
  for (const argument of node.arguments)
    if (ts.isSpreadElement(argument)) return b.unsupported(argument, "Spread is", "Write the arguments.");
  return lower({ b, scope, node, receiver });
}

/** `s[i]` */
export function lowerStringElement(b: Builder, node: ts.Node, text: HirExpr, index: HirExpr): HirExpr {
  return operation(b, node, "stringElement", [text, index]);
}

export function operation(
  b: Builder,
  node: ts.Node,
  name: TextOperationName,
  args: readonly HirExpr[],
): HirExpr {
  return expression(b, node, {
    kind: "intrinsic",
    name,
    args,
    type: types[textOperation(name).result],
  });
}

/** A position; `missing` where it is left out. */
function indexArgument({ b, scope, node }: StringCall, index: number, missing: number): HirExpr {
  const argument = node.arguments[index];
  if (argument === undefined || globalName(b, argument) === "undefined") return literal(b, node, missing);
  return lowerNumber(b, scope, argument);
}

/** A text, converted as JavaScript does. */
export function textArgument(call: StringCall, index: number, missing: string): HirExpr {
  const { b, scope, node } = call;
  const argument = node.arguments[index];
  if (argument === undefined || globalName(b, argument) === "undefined") return literal(b, node, missing);
  if (isRegularExpression(b, argument))
    return b.reject(argument, "A regular expression", "Search for a string.");
  const value = printable(b, argument, lowerExpression(b, scope, argument));
  return value.type.kind === "string" ? value : template(b, argument, [value]);
}

function isRegularExpression(b: Builder, node: ts.Expression): boolean {
  return b.checker.getTypeAtLocation(node).getSymbol()?.getName() === "RegExp";
}

const END = Number.POSITIVE_INFINITY;

const positions =
  (name: TextOperationName, missing: readonly number[]): Lower =>
  (call) =>
    operation(call.b, call.node, name, [
      call.receiver,
      ...missing.map((value, index) => indexArgument(call, index, value)),
    ]);

const search =
  (name: TextOperationName, missing: number): Lower =>
  (call) =>
    operation(call.b, call.node, name, [
      call.receiver,
      textArgument(call, 0, "undefined"),
      indexArgument(call, 1, missing),
    ]);

const plain =
  (name: TextOperationName): Lower =>
  ({ b, node, receiver }) =>
    operation(b, node, name, [receiver]);

const pad =
  (name: TextOperationName): Lower =>
  (call) =>
    operation(call.b, call.node, name, [
      call.receiver,
      indexArgument(call, 0, 0),
      textArgument(call, 1, " "),
    ]);

const includes: Lower = (call) => {
  const { b, node } = call;
  const found = operation(b, node, "stringIndexOf", [
    call.receiver,
    textArgument(call, 0, "undefined"),
    indexArgument(call, 1, 0),
  ]);
  return expression(b, node, {
    kind: "compare",
    op: ">=",
    left: found,
    right: literal(b, node, 0),
    type: types.boolean,
  });
};

/** A text without `$` is taken as it is; what may have one goes through the patterns. */
const replace =
  (all: boolean): Lower =>
  (call) => {
    const { b, node } = call;
    const part = textArgument(call, 0, "undefined");
    const by = textArgument(call, 1, "undefined");
    const mayHavePatterns = by.kind === "string" ? /\$[$&`']/.test(by.value) : true;
    return operation(b, node, mayHavePatterns ? "stringReplacePattern" : "stringReplace", [
      call.receiver,
      part,
      by,
      literal(b, node, all),
    ]);
  };

const repeat: Lower = (call) => {
  const { b, scope, node, receiver } = call;
  const count = indexArgument(call, 0, 0);
  const code = new CodeWriter(b, scope, node);
  if (needsNoTest(code, count, repeatLimits)) return operation(b, node, "stringRepeat", [receiver, count]);
  const text = heldText(code, receiver);
  const times = tested(code, count, repeatLimits);
  return code.done(operation(b, node, "stringRepeat", [text(), times()]));
};

const concat: Lower = (call) =>
  template(call.b, call.node, [
    call.receiver,
    ...call.node.arguments.map((_, index) => textArgument(call, index, "undefined")),
  ]);

const refuse =
  (hint: string): Lower =>
  ({ b, node }) =>
    b.reject(
      node,
      ts.isPropertyAccessExpression(node.expression) ? `'${node.expression.name.text}'` : "This",
      hint,
    );

const itself: Lower = ({ receiver }) => receiver;

const methods: Readonly<Record<string, Lower>> = {
  toString: itself,
  valueOf: itself,
  charAt: positions("stringCharAt", [0]),
  charCodeAt: positions("stringUnitAt", [0]),
  slice: positions("stringSlice", [0, END]),
  substring: positions("stringSubstring", [0, END]),
  substr: positions("stringSubstr", [0, END]),
  indexOf: search("stringIndexOf", 0),
  lastIndexOf: search("stringLastIndexOf", END),
  includes,
  startsWith: search("stringStartsWith", 0),
  endsWith: search("stringEndsWith", END),
  trim: plain("stringTrim"),
  trimStart: plain("stringTrimStart"),
  trimLeft: plain("stringTrimStart"),
  trimEnd: plain("stringTrimEnd"),
  trimRight: plain("stringTrimEnd"),
  padStart: pad("stringPadStart"),
  padEnd: pad("stringPadEnd"),
  repeat,
  concat,
  toUpperCase: plain("stringUpperCase"),
  toLowerCase: plain("stringLowerCase"),
  replace: replace(false),
  replaceAll: replace(true),
  isWellFormed: plain("stringIsWellFormed"),
  toWellFormed: plain("stringToWellFormed"),
  localeCompare: refuse("The order of a locale needs tables that a firmware has not; compare with `<`."),
  toLocaleUpperCase: refuse("Use toUpperCase()."),
  toLocaleLowerCase: refuse("Use toLowerCase()."),
  normalize: refuse("Normalisation needs Unicode's tables; keep texts in one form."),
  match: refuse("Regular expressions are not compiled; use indexOf, startsWith or a loop."),
  matchAll: refuse("Regular expressions are not compiled; use indexOf, startsWith or a loop."),
  search: refuse("Regular expressions are not compiled; use indexOf."),
};

/** `String.fromCharCode(…)` and its like. */
export function lowerStringFunction(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  method: string,
): HirExpr {
  if (fromNumbers[method] === undefined)
    return b.unsupported(node, `String.${method} is`, "Use a template literal.");
  const parts = node.arguments.map((argument) => {
    if (ts.isSpreadElement(argument)) return b.unsupported(argument, "Spread is", "Write the arguments.");
    return characterOf(b, scope, argument, method, lowerNumber(b, scope, argument));
  });
  const only = parts[0];
  if (only === undefined) return literal(b, node, "");
  return parts.length === 1 ? only : template(b, node, parts);
}

/** The character that one argument of `String.fromCharCode` or `fromCodePoint` stands for. */
export function characterOf(
  b: Builder,
  scope: Scope,
  node: ts.Expression,
  method: string,
  value: HirExpr,
): HirExpr {
  const name = fromNumbers[method];
  if (name === undefined || value.type.kind !== "number")
    return b.unsupported(node, `A character from ${kindOf(value.type)} is`, "Pass a number.");
  const code = new CodeWriter(b, scope, node);
  if (name !== "stringFromPoint" || needsNoTest(code, value, pointLimits))
    return operation(b, node, name, [value]);
  const point = tested(code, value, pointLimits);
  return code.done(operation(b, node, name, [point()]));
}

const fromNumbers: Readonly<Record<string, TextOperationName>> = {
  fromCharCode: "stringFromUnit",
  fromCodePoint: "stringFromPoint",
};
