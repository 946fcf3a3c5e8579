/** Calls of functions the compiler knows: `tsfw`, `Math`, `Number`, `console`, methods of built-in types. */

import { ts } from "ts-morph";
import { type IntrinsicName, intrinsics } from "../intrinsics/table.ts";
import type { HirExpr, HirType, SizedName } from "../ir/hir.ts";
import { lowerArrayFill } from "./allocations.ts";
import { lowerArrayMethod } from "./array-methods.ts";
import { lowerArrayStatic } from "./array-statics.ts";
import { lowerSpawn, refuseFloating } from "./async.ts";
import {
  lowerBigintFunction,
  lowerBigintMethod,
  lowerBigintOf,
  lowerSizedBigint,
} from "./bigint-functions.ts";
import { bigintType } from "./bigints.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { unwrap } from "./calls.ts";
import { lowerDataViewMethod } from "./data-views.ts";
import { lowerDriverMethod } from "./drivers.ts";
import { isError, lowerNewError, textOfError } from "./errors.ts";
import { hasTextOfItsOwn, literal, lowerExpression, printable, template, toBoolean } from "./expressions.ts";
import { lowerJson } from "./json/json-calls.ts";
import { lowerLibraryMethod, lowerLibraryStatic } from "./library-calls.ts";
import { type LibraryFunction, libraryFunctionAt } from "./library-functions.ts";
import { lowerExtremeOfSpread } from "./math-extremes.ts";
import { widest } from "./narrowing.ts";
import { lowerNumberFunction, lowerNumberMethod, lowerParse, toNumber } from "./number-methods.ts";
import { lowerObjectFunction } from "./object-functions.ts";
import { lowerNumber } from "./operators.ts";
import { lowerStringFunction, lowerStringMethod } from "./string-methods.ts";
import { lowerSplit } from "./string-pieces.ts";
import { lowerStringPosition } from "./string-positions.ts";
import { lowerReplacer } from "./string-replacers.ts";
import { globalName, isGlobal, libraryName, symbolOf } from "./symbols.ts";
import { lowerIsArray } from "./type-of.ts";
import { lowerTypedArrayMethod } from "./typed-array-methods.ts";
import { lowerTypedArrayFunction } from "./typed-arrays.ts";
import { isDefaultLibrary } from "./types.ts";

export function lowerKnownCall(b: Builder, scope: Scope, node: ts.CallExpression): HirExpr | null {
  const callee = unwrap(node.expression);
  if (ts.isIdentifier(callee)) {
    const symbol = symbolOf(b, callee);
    if (symbol === null) return null;
    const name = libraryName(b, symbol);
    if (name !== null) return lowerLibraryCall(b, scope, node, name);
    if (isGlobal(b, symbol)) return lowerGlobalCall(b, scope, node, symbol.getName());
    const named = libraryFunctionAt(b, callee);
    return named === null ? null : lowerNamedCall(b, scope, node, named);
  }
  if (!ts.isPropertyAccessExpression(callee)) return null;
  const library = moduleFunction(b, callee);
  if (library !== null) return lowerLibraryCall(b, scope, node, library);
  const owner = globalName(b, callee.expression);
  const method = callee.name.text;
  if (owner === "console") return lowerConsole(b, scope, node, method);
  if (owner === "Math") return lowerMath(b, scope, node, method);
  if (owner === "JSON") return lowerJson(b, scope, node, method);
  if (owner === "String") return lowerStringFunction(b, scope, node, method);
  if (owner === "BigInt") return lowerBigintFunction(b, scope, node, method);
  if (owner === "Number") return lowerNumberFunction(b, scope, node, method);
  const typed = owner === null ? null : lowerTypedArrayFunction(b, scope, node, owner, method);
  if (typed !== null) return typed;
  if (owner === "Array" && method === "isArray") return lowerIsArray(b, scope, node);
  const made = owner === "Array" ? lowerArrayStatic(b, scope, node, method) : null;
  if (made !== null) return made;
  if (owner === "Object")
    return lowerObjectFunction(b, scope, node, method) ?? lowerOtherGlobal(b, node, owner, method);
  if (owner !== null && owner !== "undefined")
    return lowerLibraryStatic(b, scope, node, owner, method) ?? lowerOtherGlobal(b, node, owner, method);
  return (
    lowerArrayFill(b, scope, node) ??
    lowerDriverMethod(b, scope, node, callee) ??
    lowerBuiltInMethod(b, scope, node, callee)
  );
}

/** A call through another name: `const max = Math.max; max(a, b)`. */
function lowerNamedCall(b: Builder, scope: Scope, node: ts.CallExpression, fn: LibraryFunction): HirExpr {
  switch (fn.owner) {
    case "Math":
      return lowerMath(b, scope, node, fn.name);
    case "Number":
      return lowerNumberFunction(b, scope, node, fn.name);
    case "String":
      return lowerStringFunction(b, scope, node, fn.name);
    case "console":
      return lowerConsole(b, scope, node, fn.name);
    default:
      return lowerGlobalCall(b, scope, node, fn.name);
  }
}

/** `t.delay` with `import * as t from "tsfw"`. */
export function moduleFunction(b: Builder, callee: ts.PropertyAccessExpression): string | null {
  const owner = ts.isIdentifier(callee.expression) ? symbolOf(b, callee.expression) : null;
  const symbol = symbolOf(b, callee.name);
  if (owner === null || symbol === null || !(owner.flags & ts.SymbolFlags.ValueModule)) return null;
  return libraryName(b, symbol);
}

function lowerOtherGlobal(b: Builder, node: ts.CallExpression, owner: string, method: string): never | null {
  if (owner === "Promise") {
    if (method === "race")
      return b.reject(
        node,
        "Promise.race",
        "Await the calls with Promise.all, or let the slower one test a variable.",
      );
    return refuseFloating(b, node);
  }
  if (owner === "Reflect" || owner === "Proxy" || owner === "Intl")
    return b.reject(node, `${owner}.${method}`, "Name the fields you need.");
  return b.unsupported(node, `${owner}.${method} is`, "See docs/language.md for what this version compiles.");
}

const sizedNames: readonly string[] = ["i8", "u8", "i16", "u16", "i32", "u32", "f32", "f64"];

function lowerLibraryCall(b: Builder, scope: Scope, node: ts.CallExpression, name: string): HirExpr {
  if (sizedNames.includes(name)) return lowerConvert(b, scope, node, name as SizedName);
  switch (name) {
    case "i64":
    case "u64":
      return lowerSizedBigint(b, scope, node, name);
    case "now":
      return call(b, node, "nowMs", []);
    case "panic":
      return call(b, node, "panic", [textArgument(b, scope, node)]);
    case "spawn":
      return lowerSpawn(b, scope, node);
    case "delay":
    case "yieldNow":
      return refuseFloating(b, node);
    default:
      return b.unsupported(node, `'${name}' is`, "See docs/language.md for what this version has.");
  }
}

function lowerConvert(b: Builder, scope: Scope, node: ts.CallExpression, to: SizedName): HirExpr {
  const argument = node.arguments[0];
  if (argument === undefined) return b.unsupported(node, `${to}() without a value is`, "Pass the value.");
  return expression(b, node, {
    kind: "convert",
    to,
    value: lowerNumber(b, scope, argument),
    type: { kind: "number", sized: to },
  });
}

function textArgument(b: Builder, scope: Scope, node: ts.CallExpression): HirExpr {
  const argument = node.arguments[0];
  if (argument === undefined) return literal(b, node, "");
  return template(b, node, [printable(b, argument, lowerExpression(b, scope, argument), scope)]);
}

export function call(b: Builder, node: ts.Node, name: IntrinsicName, args: readonly HirExpr[]): HirExpr {
  return expression(b, node, {
    kind: "intrinsic",
    name,
    args,
    type: resultType(intrinsics[name].result.kind),
  });
}

export function resultType(kind: string): HirType {
  switch (kind) {
    case "number":
    case "boolean":
    case "string":
      return types[kind];
    case "bigint":
      return bigintType();
    case "Output":
    case "Input":
    case "Uart":
      return { kind: "handle", driver: kind };
    default:
      return types.void;
  }
}

function lowerGlobalCall(b: Builder, scope: Scope, node: ts.CallExpression, name: string): HirExpr {
  const argument = node.arguments[0];
  switch (name) {
    case "String":
      return argument === undefined ? literal(b, node, "") : textArgument(b, scope, node);
    case "Boolean":
      return argument === undefined
        ? literal(b, node, false)
        : toBoolean(b, argument, lowerExpression(b, scope, argument));
    case "Number":
      return argument === undefined
        ? literal(b, node, 0)
        : toNumber(b, node, lowerExpression(b, scope, argument));
    case "BigInt":
      return lowerBigintOf(b, scope, node);
    case "parseInt":
    case "parseFloat":
      return lowerParse(b, scope, node, name) ?? literal(b, node, Number.NaN);
    case "isNaN":
      return argument === undefined
        ? literal(b, node, true)
        : call(b, node, "numberIsNaN", [lowerNumber(b, scope, argument)]);
    case "isFinite":
      return argument === undefined
        ? literal(b, node, false)
        : call(b, node, "numberIsFinite", [lowerNumber(b, scope, argument)]);
    case "Error":
    case "RangeError":
    case "TypeError":
    case "SyntaxError":
    case "ReferenceError":
    case "EvalError":
    case "URIError":
      return lowerNewError(b, scope, node, name);
    case "eval":
    case "Function":
      return b.reject(node, `${name}()`, "A firmware has no compiler in it; write the code.");
    default:
      return b.unsupported(node, `${name}() is`, "See docs/language.md for what this version compiles.");
  }
}

const logs: Readonly<Record<string, IntrinsicName>> = {
  log: "logInfo",
  info: "logInfo",
  debug: "logDebug",
  warn: "logWarn",
  error: "logError",
};

export function logName(method: string): IntrinsicName | null {
  return Object.hasOwn(logs, method) ? (logs[method] ?? null) : null;
}

function lowerConsole(b: Builder, scope: Scope, node: ts.CallExpression, method: string): HirExpr {
  const name = logName(method);
  if (name === null) return b.unsupported(node, `console.${method} is`, "Use console.log.");
  const args = node.arguments.map((argument) => {
    if (ts.isSpreadElement(argument)) return b.unsupported(argument, "Spread is", "Write the arguments.");
    const value = lowerExpression(b, scope, argument);
    const whole = widest(b, value);
    if (whole.type.kind === "union" && hasTextOfItsOwn(whole.type)) return whole;
    if (hasTextOfItsOwn(value.type)) return printable(b, argument, value);
    return b.refuse("TSFW2005", argument, {
      method,
      type: b.checker.typeToString(b.checker.getTypeAtLocation(argument)),
    });
  });
  refuseFormat(b, node, args);
  return call(b, node, name, args);
}

/** `console.log("%d items", n)` formats in Node; here every argument is printed as it is. */
function refuseFormat(b: Builder, node: ts.CallExpression, args: readonly HirExpr[]): void {
  const first = args[0];
  if (first === undefined || args.length < 2 || first.type.kind !== "string") return;
  const texts = first.kind === "template" ? first.parts : [first];
  if (texts.some((part) => part.kind === "string" && /%[sdifjoOc%]/.test(part.value))) {
    b.unsupported(node.arguments[0] ?? node, "A format string is", "Use a template literal.");
  }
}

const mathNames: Readonly<Record<string, IntrinsicName>> = {
  abs: "mathAbs",
  floor: "mathFloor",
  ceil: "mathCeil",
  trunc: "mathTrunc",
  round: "mathRound",
  sign: "mathSign",
  imul: "mathImul",
  clz32: "mathClz32",
  fround: "mathFround",
  sqrt: "mathSqrt",
  cbrt: "mathCbrt",
  sin: "mathSin",
  cos: "mathCos",
  tan: "mathTan",
  asin: "mathAsin",
  acos: "mathAcos",
  atan: "mathAtan",
  atan2: "mathAtan2",
  exp: "mathExp",
  sinh: "mathSinh",
  cosh: "mathCosh",
  tanh: "mathTanh",
  asinh: "mathAsinh",
  acosh: "mathAcosh",
  atanh: "mathAtanh",
  expm1: "mathExpm1",
  log1p: "mathLog1p",
  log: "mathLog",
  log2: "mathLog2",
  log10: "mathLog10",
};

function lowerMath(b: Builder, scope: Scope, node: ts.CallExpression, method: string): HirExpr {
  if ((method === "min" || method === "max") && node.arguments.some(ts.isSpreadElement))
    return lowerExtremeOfSpread(b, scope, node, method === "min" ? "mathMin" : "mathMax");
  const args = node.arguments.map((argument) => {
    if (ts.isSpreadElement(argument)) return b.unsupported(argument, "Spread is", "Write the arguments.");
    return lowerNumber(b, scope, argument);
  });
  const first = args[0];
  const second = args[1];
  if (method === "pow" && first !== undefined && second !== undefined) {
    return expression(b, node, {
      kind: "arithmetic",
      op: "**",
      left: first,
      right: second,
      type: types.number,
    });
  }
  if (method === "min" || method === "max") {
    if (first === undefined)
      return literal(b, node, method === "min" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY);
    return call(b, node, method === "min" ? "mathMin" : "mathMax", args);
  }
  if (method === "hypot") return lowerHypot(b, node, args);
  const found = mathFunction(method);
  if (found === null || args.length !== found.arity)
    return b.unsupported(
      node,
      `Math.${method}${found === null ? "" : ` with ${args.length} arguments`} is`,
      "See docs/language.md for what this version compiles.",
    );
  return call(b, node, found.intrinsic, args);
}

/** A function of `Math` that is one operation. */
export function mathFunction(
  method: string,
): { readonly intrinsic: IntrinsicName; readonly arity: number } | null {
  const name = Object.hasOwn(mathNames, method) ? mathNames[method] : undefined;
  return name === undefined
    ? null
    : { intrinsic: name, arity: method === "imul" || method === "atan2" ? 2 : 1 };
}

/** In pairs: the order of the sum does not matter to more than the last bit. */
function lowerHypot(b: Builder, node: ts.CallExpression, args: readonly HirExpr[]): HirExpr {
  const [first, ...others] = args;
  if (first === undefined) return literal(b, node, 0);
  if (others.length === 0) return call(b, node, "mathAbs", [first]);
  return others.reduce((sum, arg) => call(b, node, "mathHypot", [sum, arg]), first);
}

/** Methods of numbers, strings, booleans and arrays. */
function lowerBuiltInMethod(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
): HirExpr | null {
  const symbol = symbolOf(b, callee.name);
  if (symbol === null || !isDefaultLibrary(b, symbol)) return null;
  const method = callee.name.text;
  const view = lowerDataViewMethod(b, scope, node, callee);
  if (view !== null) return view;
  const typed = lowerTypedArrayMethod(b, scope, node, callee);
  if (typed !== null) return typed;
  const array = lowerArrayMethod(b, scope, node, callee);
  if (array !== null) return array;
  const library = lowerLibraryMethod(b, scope, node, callee);
  if (library !== null) return library;
  const object = lowerExpression(b, scope, callee.expression);
  const { kind } = object.type;
  const form = kind === "number" ? lowerNumberMethod(b, scope, node, method, object) : null;
  if (form !== null) return form;
  const big = kind === "bigint" ? lowerBigintMethod(b, scope, node, method, object) : null;
  if (big !== null) return big;
  const text =
    kind === "string"
      ? (lowerStringPosition(b, scope, node, method, object) ??
        lowerSplit(b, scope, node, method, object) ??
        lowerReplacer(b, scope, node, method, object) ??
        lowerStringMethod(b, scope, node, method, object))
      : null;
  if (text !== null) return text;
  if (method === "toString" && node.arguments.length === 0 && (kind === "number" || kind === "boolean")) {
    return template(b, node, [object]);
  }
  if (method === "toString" && isError(b, object)) return textOfError(b, node, object);
  return b.unsupported(callee.name, `The ${kind} method '${method}' is`, methodHint(kind, method));
}

/** What this version has instead. */
function methodHint(kind: string, method: string): string {
  if (kind === "string") return "See docs/language.md for the methods of strings.";
  if (kind === "number")
    return method === "toFixed" ? "Round with `Math.round(x * 100) / 100`." : "Use a template literal.";
  return "Write it with a loop.";
}
