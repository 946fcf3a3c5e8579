/** Driver objects and `new`: the rows of the driver table, and classes of the user's program. */

import { ts } from "ts-morph";
import { type DriverName, type DriverOption, drivers, NO_PIN } from "../intrinsics/table.ts";
import type { HirExpr } from "../ir/hir.ts";
import type { FunctionId } from "../ir/ids.ts";
import { lowerNewArray } from "./array-statics.ts";
import { refuseFloating } from "./async.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { lowerArguments } from "./calls.ts";
import { classNamed } from "./classes.ts";
import { collectionType, noteCollection } from "./collections.ts";
import { type Constant, constantOf } from "./constants.ts";
import { computeArguments } from "./constructor-defaults.ts";
import { lowerConstructorBody } from "./constructors.ts";
import { lowerNewBuffer } from "./data-views.ts";
import { isErrorName, lowerNewError } from "./errors.ts";
import { literal, lowerExpression } from "./expressions.ts";
import { classOfType } from "./generic-classes.ts";
import { call } from "./known-calls.ts";
import { lowerFilledCollection } from "./map-entries.ts";
import { lowerNumber } from "./operators.ts";
import { guardPool } from "./pool-limits.ts";
import { libraryClass, libraryType, useLibrary } from "./standard-library.ts";
import { isGlobal, libraryName, symbolOf } from "./symbols.ts";
import { lowerNewTypedArray } from "./typed-arrays.ts";

export function lowerDriverMethod(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
): HirExpr | null {
  const found = driverMethod(b, callee);
  if (found === null) return null;
  if (found.method.kind === "async") return refuseFloating(b, node);
  const { intrinsic, extra = [], negate = false } = found.method;
  const args = [
    lowerExpression(b, scope, callee.expression),
    ...node.arguments.map((argument) => lowerExpression(b, scope, argument)),
    ...extra.map((value) => literal(b, node, value)),
  ];
  const result = call(b, node, intrinsic, args);
  return negate ? expression(b, node, { kind: "not", value: result, type: types.boolean }) : result;
}

export function driverMethod(b: Builder, callee: ts.PropertyAccessExpression) {
  const symbol = symbolOf(b, callee.name);
  const declaration = symbol?.valueDeclaration;
  if (
    symbol === null ||
    declaration === undefined ||
    libraryName(b, symbol) === null ||
    !ts.isClassDeclaration(declaration.parent)
  )
    return null;
  const owner = declaration.parent.name?.text ?? "";
  if (!(owner in drivers)) return null;
  const method = drivers[owner as DriverName].methods[callee.name.text];
  return method === undefined ? null : { driver: owner as DriverName, method };
}

export function lowerNew(b: Builder, scope: Scope, node: ts.NewExpression): HirExpr {
  const symbol = classNamed(b, node.expression);
  if (symbol === null) return b.unsupported(node, "This class is", "Declare it with a name.");
  const name = libraryName(b, symbol);
  if (name !== null && name in drivers) return lowerNewDriver(b, scope, node, name as DriverName);
  if (name !== null)
    return b.unsupported(node, `'${name}' is`, "See docs/language.md for what this version has.");
  const buffer = isGlobal(b, symbol) ? lowerNewBuffer(b, scope, node, symbol.getName()) : null;
  if (buffer !== null) return buffer;
  const typed = isGlobal(b, symbol) ? lowerNewTypedArray(b, scope, node, symbol.getName()) : null;
  if (typed !== null) return typed;
  if (isGlobal(b, symbol) && isErrorName(symbol.getName()))
    return lowerNewError(b, scope, node, symbol.getName());
  const library = libraryClass(b, symbol);
  if (library !== null) useLibrary(b, library.valueDeclaration ?? node, node);
  else if (isGlobal(b, symbol) && symbol.getName() === "Array")
    return lowerNewArray(b, scope, node) ?? refuseGlobalClass(b, node, "Array");
  else if (isGlobal(b, symbol)) return refuseGlobalClass(b, node, symbol.getName());
  if (!((library ?? symbol).flags & ts.SymbolFlags.Class))
    return b.unsupported(node, "new of a class that is kept in a variable is", "Name the class.");
  const made = collectionType(b, node) ?? b.checker.getTypeAtLocation(node);
  const info = classOfType(b, libraryType(b, made) ?? made, library ?? symbol, node);
  const constructorId = b.within(info.instance, () => lowerConstructorBody(b, library ?? symbol, node));
  b.families.allocated.add(info.id);
  if (library !== null) noteCollection(b, info.id, node);
  if (library !== null && (node.arguments ?? []).length > 0)
    return lowerFilledCollection(b, scope, node, library, info.id, constructorId);
  scope.calls.add(constructorId);
  const computed = computeArguments(b, scope, constructorId, node.arguments ?? [], node);
  const args = computed?.args ?? writtenArguments(b, scope, constructorId, node);
  const site = b.addSite(scope, node, symbol.getName());
  const value = guardPool(b, scope, node, info, args, site);
  if (computed === null) return value;
  return expression(b, node, { kind: "sequence", statements: computed.statements, value, type: value.type });
}

function writtenArguments(
  b: Builder,
  scope: Scope,
  constructorId: FunctionId,
  node: ts.NewExpression,
): readonly HirExpr[] {
  const placeholder = expression(b, node, { kind: "undefined", type: types.void });
  const complete = lowerArguments(b, scope, constructorId, [placeholder], node.arguments ?? [], node);
  if (complete.function !== constructorId)
    return b.unsupported(node, "A constructor default that is not a literal is", "Pass the argument.");
  return complete.args.slice(1);
}

function refuseGlobalClass(b: Builder, node: ts.NewExpression, name: string): never {
  if (
    name === "Proxy" ||
    name === "Function" ||
    name === "WeakMap" ||
    name === "WeakSet" ||
    name === "WeakRef" ||
    name === "RegExp"
  ) {
    return b.reject(node, `new ${name}`, "Write the logic with functions, strings and arrays.");
  }
  if (name === "Array")
    return b.unsupported(node, "new Array without fill is", "Write `new Array<T>(n).fill(value)`.");
  if (name === "Promise") return b.unsupported(node, "new Promise is", "Write an async function.");
  return b.unsupported(node, `new ${name} is`, "See docs/language.md for what this version compiles.");
}

/** `new Output(pin, { … })`: the options are read from the literal, so that they are constants. */
function lowerNewDriver(b: Builder, scope: Scope, node: ts.NewExpression, name: DriverName): HirExpr {
  const driver = drivers[name];
  const [resource, options] = node.arguments ?? [];
  if (resource === undefined)
    return b.unsupported(node, `new ${name} without a pin is`, "Pass a pin of `tsfw/board` or `tsfw/chip`.");
  const given = optionValues(b, options);
  const args = driver.options.map(([option, kind]) =>
    optionArgument(b, scope, node, option, kind, given.get(option)),
  );
  return call(b, node, driver.init, [lowerNumber(b, scope, resource), ...args]);
}

function optionValues(b: Builder, options: ts.Expression | undefined): Map<string, ts.Expression> {
  const values = new Map<string, ts.Expression>();
  if (options === undefined) return values;
  if (!ts.isObjectLiteralExpression(options))
    return b.unsupported(
      options,
      "Driver options that are not written in place are",
      "Write the object literal here.",
    );
  for (const property of options.properties) {
    if (ts.isPropertyAssignment(property) && ts.isIdentifier(property.name))
      values.set(property.name.text, property.initializer);
    else if (ts.isShorthandPropertyAssignment(property)) values.set(property.name.text, property.name);
    else b.unsupported(property, "This form of a driver option is", "Write `name: value`.");
  }
  return values;
}

function optionArgument(
  b: Builder,
  scope: Scope,
  node: ts.Node,
  name: string,
  option: DriverOption,
  given: ts.Expression | undefined,
): HirExpr {
  if (given === undefined) return literal(b, node, option.kind === "pin" ? NO_PIN : option.default);
  if (option.kind !== "choice") return lowerNumber(b, scope, given);
  const chosen: Constant | null = constantOf(b, given);
  const value = typeof chosen === "string" ? option.values[chosen] : undefined;
  if (value === undefined)
    return b.unsupported(
      given,
      `A computed '${name}' is`,
      `Write one of ${Object.keys(option.values)
        .map((key) => `"${key}"`)
        .join(", ")}.`,
    );
  return literal(b, given, value);
}
