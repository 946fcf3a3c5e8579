/**
 * Functions of JavaScript's library that are named without being called:
 * `xs.map(Number)`, `const max = Math.max`, `const { floor } = Math`,
 * `apply(3, 5, Math.max)`.
 */

import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import type { FunctionId } from "../ir/ids.ts";
import { type Builder, expression, kindOf, type Scope, types } from "./builder.ts";
import { unwrap } from "./calls.ts";
import { closureOf, literal, printable, template, toBoolean } from "./expressions.ts";
import { openScope } from "./functions.ts";
import { call, logName, mathFunction } from "./known-calls.ts";
import { numberTest, parse, toNumber } from "./number-methods.ts";
import { characterOf } from "./string-methods.ts";
import { globalName, symbolOf } from "./symbols.ts";
import { convertType } from "./types.ts";
import { flow } from "./unify-types.ts";

/** `parseInt`, or `max` of `Math`. */
export interface LibraryFunction {
  readonly owner: string | null;
  readonly name: string;
}

const owners: ReadonlySet<string> = new Set(["Math", "Number", "String", "console"]);

/** How many names may stand for each other. */
const ALIASES_MAX = 8;

/** The function of the library that an expression names, also through constants; null for everything else. */
export function libraryFunctionAt(b: Builder, given: ts.Expression, depth = 0): LibraryFunction | null {
  const node = unwrap(given);
  if (ts.isPropertyAccessExpression(node)) {
    const owner = globalName(b, node.expression);
    return owner !== null && owners.has(owner) ? known({ owner, name: node.name.text }) : null;
  }
  if (!ts.isIdentifier(node)) return null;
  const global = globalName(b, node);
  if (global !== null) return known({ owner: null, name: global });
  const declaration = symbolOf(b, node)?.valueDeclaration;
  return declaration === undefined || depth > ALIASES_MAX ? null : declaredAs(b, declaration, depth);
}

/** The function that a constant is another name for: such a constant is no variable. */
export function declaredAs(b: Builder, declaration: ts.Declaration, depth = 0): LibraryFunction | null {
  if (ts.isVariableDeclaration(declaration)) {
    const { initializer } = declaration;
    return initializer !== undefined && isConst(declaration)
      ? libraryFunctionAt(b, initializer, depth + 1)
      : null;
  }
  if (!ts.isBindingElement(declaration) || !ts.isIdentifier(declaration.name)) return null;
  const owner = destructured(b, declaration);
  const key = declaration.propertyName ?? declaration.name;
  if (owner === null || declaration.initializer !== undefined || !ts.isIdentifier(key)) return null;
  return known({ owner, name: key.text });
}

/** `Math` of `const { … } = Math`. */
function destructured(b: Builder, { parent }: ts.BindingElement): string | null {
  const variable = parent.parent;
  if (!ts.isObjectBindingPattern(parent) || !ts.isVariableDeclaration(variable) || !isConst(variable))
    return null;
  const owner = variable.initializer === undefined ? null : globalName(b, unwrap(variable.initializer));
  return owner !== null && owners.has(owner) ? owner : null;
}

/** The elements of `const { floor, PI } = Math` that are variables; null for other patterns. */
export function constantsOf(
  b: Builder,
  declaration: ts.VariableDeclaration,
): readonly ts.BindingElement[] | null {
  const { name } = declaration;
  if (!ts.isObjectBindingPattern(name)) return null;
  const [first] = name.elements;
  if (first === undefined || destructured(b, first) === null) return null;
  return name.elements.filter((element) => declaredAs(b, element) === null);
}

/** `PI` of `const { PI } = Math`. */
export function lowerConstantOf(b: Builder, element: ts.BindingElement): HirExpr {
  const owner = destructured(b, element);
  const key = (element.propertyName ?? element.name).getText();
  const value: unknown =
    owner === null || element.initializer !== undefined
      ? undefined
      : Reflect.get(owner === "Math" ? Math : Number, key);
  return typeof value === "number"
    ? literal(b, element, value)
    : b.unsupported(
        element,
        `'${key}' of ${owner ?? "a global"} as a variable is`,
        "Call it where it is used.",
      );
}

function isConst({ parent }: ts.VariableDeclaration): boolean {
  return (parent.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Const;
}

function known(fn: LibraryFunction): LibraryFunction | null {
  return arity(fn) === null ? null : fn;
}

const globals: Readonly<Record<string, number>> = {
  String: 1,
  Number: 1,
  Boolean: 1,
  parseInt: 2,
  parseFloat: 1,
  isNaN: 1,
  isFinite: 1,
};

/** How many arguments count; null: no function that can be named. */
function arity({ owner, name }: LibraryFunction): number | null {
  switch (owner) {
    case null:
      return Object.hasOwn(globals, name) ? (globals[name] ?? null) : null;
    case "Math":
      if (name === "max" || name === "min" || name === "hypot") return Number.POSITIVE_INFINITY;
      return name === "pow" ? 2 : (mathFunction(name)?.arity ?? null);
    case "Number":
      if (name === "parseInt") return 2;
      return name === "parseFloat" || numberTest(name) !== null ? 1 : null;
    case "console":
      return logName(name) === null ? null : Number.POSITIVE_INFINITY;
    case "String":
      return name === "fromCharCode" || name === "fromCodePoint" ? Number.POSITIVE_INFINITY : null;
    default:
      return null;
  }
}

/** What the function gives for these arguments; those it does not take are left out. */
export function applyLibrary(
  b: Builder,
  scope: Scope,
  node: ts.Expression,
  fn: LibraryFunction,
  given: readonly HirExpr[],
): HirExpr {
  const args = given.slice(0, arity(fn) ?? 0);
  if (fn.owner === "Math") return applyMath(b, node, fn.name, args);
  if (fn.owner === "String")
    return template(
      b,
      node,
      args.map((value) => characterOf(b, scope, node, fn.name, value)),
    );
  if (fn.owner === "console") return applyLog(b, node, fn.name, args);
  const [first, second] = args;
  if (fn.name === "parseInt" || fn.name === "parseFloat")
    return parse(b, node, fn.name, printable(b, node, first ?? nothing(b, node)), second ?? null);
  switch (fn.name) {
    case "String":
      return first === undefined
        ? literal(b, node, "")
        : template(b, node, [printable(b, node, first, scope)]);
    case "Boolean":
      return first === undefined ? literal(b, node, false) : toBoolean(b, node, first);
    case "Number":
      return first === undefined ? literal(b, node, 0) : toNumber(b, node, first);
    default: {
      const test = numberTest(fn.name);
      // Unlike the global ones, those of Number do not convert.
      if (fn.owner === "Number" && first?.type.kind === "void") return literal(b, node, false);
      const value = numberOf(b, node, first);
      return test === null ? unknownFunction(b, node) : call(b, node, test, [value]);
    }
  }
}

function applyLog(b: Builder, node: ts.Expression, name: string, args: readonly HirExpr[]): HirExpr {
  const log = logName(name);
  return log === null
    ? unknownFunction(b, node)
    : call(
        b,
        node,
        log,
        args.map((value) => printable(b, node, value)),
      );
}

function applyMath(b: Builder, node: ts.Expression, name: string, given: readonly HirExpr[]): HirExpr {
  const args = given.map((value) => numberOf(b, node, value));
  const [first, second] = args;
  if (name === "pow") {
    const left = numberOf(b, node, first);
    return expression(b, node, {
      kind: "arithmetic",
      op: "**",
      left,
      right: numberOf(b, node, second),
      type: types.number,
    });
  }
  if (name === "max" || name === "min") {
    const none = name === "max" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    return first === undefined
      ? literal(b, node, none)
      : call(b, node, name === "max" ? "mathMax" : "mathMin", args);
  }
  if (name === "hypot") {
    const zero: HirExpr = literal(b, node, 0);
    return args.reduce((sum, value) => call(b, node, "mathHypot", [sum, value]), zero);
  }
  const found = mathFunction(name);
  if (found === null || args.length < found.arity) return unknownFunction(b, node);
  return call(b, node, found.intrinsic, args);
}

function unknownFunction(b: Builder, node: ts.Expression): never {
  return b.unsupported(node, `'${node.getText()}' as a value is`, "Write an arrow function.");
}

function nothing(b: Builder, node: ts.Node): HirExpr {
  return expression(b, node, { kind: "undefined", type: types.void });
}

function numberOf(b: Builder, node: ts.Node, value: HirExpr | undefined): HirExpr {
  if (value === undefined) return literal(b, node, Number.NaN);
  if (value.type.kind === "number") return value;
  return b.unsupported(
    node,
    `This function of ${kindOf(value.type)} is`,
    "Write an arrow function that converts its arguments.",
  );
}

/** The function as a value: one that calls it, of the type that is expected here; null for everything else. */
export function lowerLibraryFunction(b: Builder, scope: Scope, node: ts.Expression): HirExpr | null {
  const fn = libraryFunctionAt(b, node);
  return fn === null ? null : closureOf(b, scope, node, wrapper(b, node, fn));
}

function wrapper(b: Builder, node: ts.Expression, fn: LibraryFunction): FunctionId {
  const wanted = b.checker.getContextualType(node);
  const signature =
    (wanted === undefined ? undefined : callOf(b, wanted)) ?? callOf(b, b.checker.getTypeAtLocation(node));
  if (signature === undefined) return unknownFunction(b, node);
  const isOpen =
    signature.getDeclaration()?.parameters.some((one) => one.dotDotDotToken !== undefined) === true;
  if (isOpen || signature.typeParameters !== undefined)
    return b.unsupported(
      node,
      `'${node.getText()}' as a value that takes any number of arguments is`,
      "Give the place a type such as `(a: number, b: number) => number`.",
    );
  const fromTypes = signature.getParameters().map((parameter) => ({
    name: parameter.getName(),
    type: convertType(b, b.checker.getTypeOfSymbol(parameter), node),
  }));
  const result = convertType(b, signature.getReturnType(), node);
  const made = b.addFunction({
    name: fn.name,
    role: "function",
    isAsync: false,
    parameters: [],
    result,
    parent: null,
    span: b.span(node),
  });
  const inner = openScope(b, made.id, null, null);
  made.parameters = fromTypes.map(({ name, type }) =>
    b.addLocal(inner, name, type, node, { parameter: true }),
  );
  const args = made.parameters.map((local) =>
    expression(b, node, { kind: "local", local, type: b.local(local).type }),
  );
  const value = applyLibrary(b, inner, node, fn, args);
  const span = b.span(node);
  made.body =
    result.kind === "void"
      ? [{ kind: "expression", value, span }]
      : [{ kind: "return", value: flow(b, value, result, node), span }];
  return made.id;
}

function callOf(b: Builder, type: ts.Type): ts.Signature | undefined {
  return b.checker.getNonNullableType(b.concrete(type)).getCallSignatures()[0];
}
