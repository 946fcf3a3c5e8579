/** Calls and `new`: user functions, methods, closures, and the tables of intrinsics and drivers. */
import { ts } from "ts-morph";
import { type DriverName, type DriverOption, drivers, type IntrinsicName, intrinsics, NO_PIN } from "../intrinsics/table.ts";
import type { HirExpr, HirType, SizedName } from "../ir/hir.ts";
import type { FunctionId } from "../ir/ids.ts";
import { lowerArrayFill } from "./allocations.ts";
import { lowerSpawn, refuseFloating } from "./async.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { lowerConstructorBody } from "./classes.ts";
import { type Constant, constantOf } from "./constants.ts";
import { lowerExpression, literal, lowerNumber, printable, template, toBoolean } from "./expressions.ts";
import { functionOf, hasModifier } from "./functions.ts";
import { lowerArrayMethod } from "./array-methods.ts";
import { entityOf } from "./names.ts";
import { globalName, isGlobal, libraryName, symbolOf } from "./symbols.ts";
import { flow, isDefaultLibrary, promiseResult } from "./types.ts";

/** A call whose callee is one function of the user's program. */
export interface DirectCall {
  readonly function: FunctionId;
  readonly args: readonly HirExpr[];
}

export function lowerCall(b: Builder, scope: Scope, node: ts.CallExpression): HirExpr {
  if (node.questionDotToken !== undefined) return b.unsupported(node, "An optional call is", "Test the value first.");
  if (node.expression.kind === ts.SyntaxKind.ImportKeyword) return b.reject(node, "Dynamic import", "Import at the top of the file.");
  if (node.expression.kind === ts.SyntaxKind.SuperKeyword) return b.unsupported(node, "super is", "Keep the shared part in a field.");
  const known = lowerKnownCall(b, scope, node);
  if (known !== null) return known;
  if (promiseResult(b, b.checker.getTypeAtLocation(node)) !== null) return refuseFloating(b, node);
  const direct = lowerDirectCall(b, scope, node);
  if (direct !== null) return expression(b, node, { kind: "call", ...direct, type: b.function(direct.function).result });
  return lowerClosureCall(b, scope, node);
}

/** The callee, when the program names it: a function, a method, a static method. */
export function lowerDirectCall(b: Builder, scope: Scope, node: ts.CallExpression): DirectCall | null {
  const callee = unwrap(node.expression);
  if (ts.isIdentifier(callee)) {
    const symbol = symbolOf(b, callee);
    if (symbol === null) return null;
    const entity = entityOf(b, symbol, callee);
    if (entity.kind !== "function") return null;
    scope.calls.add(entity.function);
    return { function: entity.function, args: lowerArguments(b, scope, entity.function, 0, node.arguments, node) };
  }
  if (ts.isPropertyAccessExpression(callee)) return lowerMethodCall(b, scope, node, callee);
  if (ts.isArrowFunction(callee) || ts.isFunctionExpression(callee)) {
    const id = functionOf(b, callee);
    scope.calls.add(id);
    return { function: id, args: lowerArguments(b, scope, id, 0, node.arguments, node) };
  }
  return null;
}

function unwrap(node: ts.Expression): ts.Expression {
  let at = node;
  while (ts.isParenthesizedExpression(at) || ts.isNonNullExpression(at)) at = at.expression;
  return at;
}

function lowerMethodCall(b: Builder, scope: Scope, node: ts.CallExpression, callee: ts.PropertyAccessExpression): DirectCall | null {
  if (callee.questionDotToken !== undefined) return b.unsupported(callee, "Optional chaining is", "Test the value first.");
  const symbol = symbolOf(b, callee.name);
  const declaration = symbol?.declarations?.find((candidate): candidate is ts.MethodDeclaration | ts.FunctionDeclaration => (ts.isMethodDeclaration(candidate) || ts.isFunctionDeclaration(candidate)) && candidate.body !== undefined);
  if (symbol === null || declaration === undefined || isGlobal(b, symbol) || libraryName(b, symbol) !== null) return null;
  const id = functionOf(b, declaration);
  scope.calls.add(id);
  const hasThis = ts.isMethodDeclaration(declaration) && !hasModifier(declaration, ts.SyntaxKind.StaticKeyword);
  const self = hasThis ? [lowerExpression(b, scope, callee.expression)] : [];
  return { function: id, args: [...self, ...lowerArguments(b, scope, id, self.length, node.arguments, node)] };
}

/** Arguments in order; a missing one takes the parameter's default, which must be a constant. */
export function lowerArguments(b: Builder, scope: Scope, callee: FunctionId, skip: number, given: readonly ts.Expression[], at: ts.Node): HirExpr[] {
  const parameters = b.function(callee).parameters.slice(skip);
  const args: HirExpr[] = [];
  for (const [index, argument] of given.entries()) {
    if (ts.isSpreadElement(argument)) b.unsupported(argument, "Spread is", "Write the arguments.");
    const parameter = parameters[index];
    const value = lowerExpression(b, scope, argument);
    args.push(parameter === undefined ? value : flow(b, value, b.local(parameter).type, argument));
  }
  for (const parameter of parameters.slice(given.length)) args.push(defaultArgument(b, parameter, at));
  return args;
}

function defaultArgument(b: Builder, parameter: ReturnType<Builder["addLocal"]>, at: ts.Node): HirExpr {
  const local = b.local(parameter);
  const initializer = b.defaults.get(parameter);
  if (initializer === undefined) return b.unsupported(at, `Leaving out the argument '${local.name}' is`, "Pass every argument.");
  const constant = constantOf(b, initializer);
  if (constant === null) return b.unsupported(initializer, "A default value that is not a literal is", "Write a literal, or pass the argument.");
  return flow(b, literal(b, at, constant), local.type, initializer);
}

function lowerClosureCall(b: Builder, scope: Scope, node: ts.CallExpression): HirExpr {
  const closure = lowerExpression(b, scope, node.expression);
  if (closure.type.kind !== "closure") return b.unsupported(node, "Calling this is", "Call a function or method.");
  const signature = b.signature(closure.type.signature);
  const args = node.arguments.map((argument, index) => {
    if (ts.isSpreadElement(argument)) return b.unsupported(argument, "Spread is", "Write the arguments.");
    const value = lowerExpression(b, scope, argument);
    const parameter = signature.parameters[index];
    return parameter === undefined ? value : flow(b, value, parameter, argument);
  });
  if (args.length < signature.parameters.length) return b.unsupported(node, "Leaving out an argument of a function value is", "Pass every argument.");
  return expression(b, node, { kind: "callClosure", closure, args, type: signature.result });
}

// Functions the compiler knows

function lowerKnownCall(b: Builder, scope: Scope, node: ts.CallExpression): HirExpr | null {
  const callee = unwrap(node.expression);
  if (ts.isIdentifier(callee)) {
    const symbol = symbolOf(b, callee);
    if (symbol === null) return null;
    const name = libraryName(b, symbol);
    if (name !== null) return lowerLibraryCall(b, scope, node, name);
    return isGlobal(b, symbol) ? lowerGlobalCall(b, scope, node, symbol.getName()) : null;
  }
  if (!ts.isPropertyAccessExpression(callee)) return null;
  const owner = globalName(b, callee.expression);
  const method = callee.name.text;
  if (owner === "console") return lowerConsole(b, scope, node, method);
  if (owner === "Math") return lowerMath(b, scope, node, method);
  if (owner === "Number") return lowerNumberFunction(b, scope, node, method);
  if (owner !== null && owner !== "undefined") return lowerOtherGlobal(b, node, owner, method);
  return lowerArrayFill(b, scope, node) ?? lowerDriverMethod(b, scope, node, callee) ?? lowerBuiltInMethod(b, scope, node, callee);
}

function lowerOtherGlobal(b: Builder, node: ts.CallExpression, owner: string, method: string): never | null {
  if (owner === "Promise") {
    if (method === "race") return b.reject(node, "Promise.race", "Use `race(a, b)` of tsfw, which cancels the losers.");
    return refuseFloating(b, node);
  }
  if (owner === "Reflect" || owner === "Proxy" || owner === "Intl") return b.reject(node, `${owner}.${method}`, "Name the fields you need.");
  return b.unsupported(node, `${owner}.${method} is`, "See LANGUAGE.md for what this version compiles.");
}

const sizedNames: readonly string[] = ["i8", "u8", "i16", "u16", "i32", "u32", "f32", "f64"];

function lowerLibraryCall(b: Builder, scope: Scope, node: ts.CallExpression, name: string): HirExpr {
  if (sizedNames.includes(name)) return lowerConvert(b, scope, node, name as SizedName);
  switch (name) {
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
      return b.unsupported(node, `'${name}' is`, "See LANGUAGE.md, section 12, for what a later version adds.");
  }
}

function lowerConvert(b: Builder, scope: Scope, node: ts.CallExpression, to: SizedName): HirExpr {
  const argument = node.arguments[0];
  if (argument === undefined) return b.unsupported(node, `${to}() without a value is`, "Pass the value.");
  return expression(b, node, { kind: "convert", to, value: lowerNumber(b, scope, argument), type: { kind: "number", sized: to } });
}

function textArgument(b: Builder, scope: Scope, node: ts.CallExpression): HirExpr {
  const argument = node.arguments[0];
  if (argument === undefined) return literal(b, node, "");
  return template(b, node, [printable(b, argument, lowerExpression(b, scope, argument))]);
}

export function call(b: Builder, node: ts.Node, name: IntrinsicName, args: readonly HirExpr[]): HirExpr {
  return expression(b, node, { kind: "intrinsic", name, args, type: resultType(intrinsics[name].result.kind) });
}

export function resultType(kind: string): HirType {
  switch (kind) {
    case "number":
    case "boolean":
    case "string":
      return types[kind];
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
      return argument === undefined ? literal(b, node, false) : toBoolean(b, argument, lowerExpression(b, scope, argument));
    case "Number":
      return lowerToNumber(b, scope, node);
    case "isNaN":
      return argument === undefined ? literal(b, node, true) : call(b, node, "numberIsNaN", [lowerNumber(b, scope, argument)]);
    case "isFinite":
      return argument === undefined ? literal(b, node, false) : call(b, node, "numberIsFinite", [lowerNumber(b, scope, argument)]);
    case "eval":
    case "Function":
      return b.reject(node, `${name}()`, "A firmware has no compiler in it; write the code.");
    default:
      return b.unsupported(node, `${name}() is`, "See LANGUAGE.md for what this version compiles.");
  }
}

function lowerToNumber(b: Builder, scope: Scope, node: ts.CallExpression): HirExpr {
  const argument = node.arguments[0];
  if (argument === undefined) return literal(b, node, 0);
  const value = lowerExpression(b, scope, argument);
  if (value.type.kind === "number") return value;
  if (value.type.kind !== "boolean") return b.unsupported(node, `Number() of a ${value.type.kind} is`, "Pass a number.");
  return expression(b, node, { kind: "conditional", test: value, whenTrue: literal(b, node, 1), whenFalse: literal(b, node, 0), type: types.number });
}

const logs: Readonly<Record<string, IntrinsicName>> = { log: "logInfo", info: "logInfo", debug: "logDebug", warn: "logWarn", error: "logError" };

function lowerConsole(b: Builder, scope: Scope, node: ts.CallExpression, method: string): HirExpr {
  const name = logs[method];
  if (name === undefined) return b.unsupported(node, `console.${method} is`, "Use console.log.");
  const args = node.arguments.map((argument) => {
    if (ts.isSpreadElement(argument)) return b.unsupported(argument, "Spread is", "Write the arguments.");
    if (globalName(b, argument) === "undefined" || argument.kind === ts.SyntaxKind.NullKeyword) return literal(b, argument, argument.getText());
    const value = lowerExpression(b, scope, argument);
    const { kind } = value.type;
    if (kind === "number" || kind === "string" || kind === "boolean") return value;
    return b.refuse("TSFW2005", argument, { method, type: b.checker.typeToString(b.checker.getTypeAtLocation(argument)) });
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
  log: "mathLog",
  log2: "mathLog2",
  log10: "mathLog10",
};

function lowerMath(b: Builder, scope: Scope, node: ts.CallExpression, method: string): HirExpr {
  const args = node.arguments.map((argument) => {
    if (ts.isSpreadElement(argument)) return b.unsupported(argument, "Spread is", "Write the arguments.");
    return lowerNumber(b, scope, argument);
  });
  const first = args[0];
  const second = args[1];
  if (method === "pow" && first !== undefined && second !== undefined) {
    return expression(b, node, { kind: "arithmetic", op: "**", left: first, right: second, type: types.number });
  }
  if (method === "min" || method === "max") {
    if (first === undefined) return literal(b, node, method === "min" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY);
    return call(b, node, method === "min" ? "mathMin" : "mathMax", args);
  }
  if (method === "hypot" && args.length === 2) return call(b, node, "mathHypot", args);
  const name = mathNames[method];
  const arity = method === "imul" || method === "atan2" ? 2 : 1;
  if (name === undefined || args.length !== arity) return b.unsupported(node, `Math.${method} with ${args.length} arguments is`, "See LANGUAGE.md for what this version compiles.");
  return call(b, node, name, args);
}

const numberNames: Readonly<Record<string, IntrinsicName>> = {
  isInteger: "numberIsInteger",
  isSafeInteger: "numberIsSafeInteger",
  isFinite: "numberIsFinite",
  isNaN: "numberIsNaN",
};

function lowerNumberFunction(b: Builder, scope: Scope, node: ts.CallExpression, method: string): HirExpr {
  const name = numberNames[method];
  const argument = node.arguments[0];
  if (name === undefined || argument === undefined) return b.unsupported(node, `Number.${method} is`, "See LANGUAGE.md for what this version compiles.");
  return call(b, node, name, [lowerNumber(b, scope, argument)]);
}

/** Methods of numbers, strings, booleans and arrays. */
function lowerBuiltInMethod(b: Builder, scope: Scope, node: ts.CallExpression, callee: ts.PropertyAccessExpression): HirExpr | null {
  const symbol = symbolOf(b, callee.name);
  if (symbol === null || !isDefaultLibrary(b, symbol)) return null;
  const method = callee.name.text;
  const array = lowerArrayMethod(b, scope, node, callee);
  if (array !== null) return array;
  const object = lowerExpression(b, scope, callee.expression);
  const { kind } = object.type;
  if (method === "toString" && node.arguments.length === 0 && (kind === "number" || kind === "boolean" || kind === "string")) {
    return template(b, node, [object]);
  }
  return b.unsupported(callee.name, `The ${kind} method '${method}' is`, "Write it with a loop.");
}

// Drivers

function lowerDriverMethod(b: Builder, scope: Scope, node: ts.CallExpression, callee: ts.PropertyAccessExpression): HirExpr | null {
  const found = driverMethod(b, callee);
  if (found === null) return null;
  if (found.method.kind === "async") return refuseFloating(b, node);
  const { intrinsic, extra = [], negate = false } = found.method;
  const args = [lowerExpression(b, scope, callee.expression), ...node.arguments.map((argument) => lowerExpression(b, scope, argument)), ...extra.map((value) => literal(b, node, value))];
  const result = call(b, node, intrinsic, args);
  return negate ? expression(b, node, { kind: "not", value: result, type: types.boolean }) : result;
}

export function driverMethod(b: Builder, callee: ts.PropertyAccessExpression) {
  const symbol = symbolOf(b, callee.name);
  const declaration = symbol?.valueDeclaration;
  if (symbol === null || declaration === undefined || libraryName(b, symbol) === null || !ts.isClassDeclaration(declaration.parent)) return null;
  const owner = declaration.parent.name?.text ?? "";
  if (!(owner in drivers)) return null;
  const method = drivers[owner as DriverName].methods[callee.name.text];
  return method === undefined ? null : { driver: owner as DriverName, method };
}

export function lowerNew(b: Builder, scope: Scope, node: ts.NewExpression): HirExpr {
  const symbol = symbolOf(b, node.expression);
  if (symbol === null) return b.unsupported(node, "This class is", "Declare it with a name.");
  const name = libraryName(b, symbol);
  if (name !== null && name in drivers) return lowerNewDriver(b, scope, node, name as DriverName);
  if (name !== null) return b.unsupported(node, `'${name}' is`, "See LANGUAGE.md, section 12, for what a later version adds.");
  if (isGlobal(b, symbol)) return refuseGlobalClass(b, node, symbol.getName());
  const constructorId = lowerConstructorBody(b, symbol, node);
  scope.calls.add(constructorId);
  const info = b.classesBySymbol.get(symbol);
  if (info === undefined) return b.unsupported(node, "This class is", "Declare it with a name.");
  const args = lowerArguments(b, scope, constructorId, 1, node.arguments ?? [], node);
  return expression(b, node, { kind: "new", class: info.id, args, site: b.addSite(scope, node, symbol.getName()), type: { kind: "object", class: info.id } });
}

function refuseGlobalClass(b: Builder, node: ts.NewExpression, name: string): never {
  if (name === "Proxy" || name === "Function" || name === "WeakMap" || name === "WeakSet" || name === "WeakRef" || name === "RegExp") {
    return b.reject(node, `new ${name}`, "Write the logic with functions, strings and arrays.");
  }
  if (name === "Array") return b.unsupported(node, "new Array without fill is", "Write `new Array<T>(n).fill(value)`.");
  if (name === "Promise") return b.unsupported(node, "new Promise is", "Write an async function.");
  return b.unsupported(node, `new ${name} is`, "See LANGUAGE.md for what this version compiles.");
}

/** `new Output(pin, { … })`: the options are read from the literal, so that they are constants. */
function lowerNewDriver(b: Builder, scope: Scope, node: ts.NewExpression, name: DriverName): HirExpr {
  const driver = drivers[name];
  const [resource, options] = node.arguments ?? [];
  if (resource === undefined) return b.unsupported(node, `new ${name} without a pin is`, "Pass a pin of `tsfw/board` or `tsfw/chip`.");
  const given = optionValues(b, options);
  const args = driver.options.map(([option, kind]) => optionArgument(b, scope, node, option, kind, given.get(option)));
  return call(b, node, driver.init, [lowerNumber(b, scope, resource), ...args]);
}

function optionValues(b: Builder, options: ts.Expression | undefined): Map<string, ts.Expression> {
  const values = new Map<string, ts.Expression>();
  if (options === undefined) return values;
  if (!ts.isObjectLiteralExpression(options)) return b.unsupported(options, "Driver options that are not written in place are", "Write the object literal here.");
  for (const property of options.properties) {
    if (ts.isPropertyAssignment(property) && ts.isIdentifier(property.name)) values.set(property.name.text, property.initializer);
    else if (ts.isShorthandPropertyAssignment(property)) values.set(property.name.text, property.name);
    else b.unsupported(property, "This form of a driver option is", "Write `name: value`.");
  }
  return values;
}

function optionArgument(b: Builder, scope: Scope, node: ts.Node, name: string, option: DriverOption, given: ts.Expression | undefined): HirExpr {
  if (given === undefined) return literal(b, node, option.kind === "pin" ? NO_PIN : option.default);
  if (option.kind !== "choice") return lowerNumber(b, scope, given);
  const chosen: Constant | null = constantOf(b, given);
  const value = typeof chosen === "string" ? option.values[chosen] : undefined;
  if (value === undefined) return b.unsupported(given, `A computed '${name}' is`, `Write one of ${Object.keys(option.values).map((key) => `"${key}"`).join(", ")}.`);
  return literal(b, given, value);
}
