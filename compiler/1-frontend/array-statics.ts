/** `Array.from`, `Array.of`, `new Array(…)` and fills of a computed length. */

import { ts } from "ts-morph";
import type { HirExpr, HirType } from "../ir/hir.ts";
import { callbackOf } from "./array-callback.ts";
import { copyElements } from "./array-copies.ts";
import { joinArguments } from "./array-spread.ts";
import { arrayTypeOf } from "./bounds.ts";
import type { Builder, Scope } from "./builder.ts";
import { listArguments } from "./call-arguments.ts";
import { CodeWriter, type Variable } from "./code-writer.ts";
import { lowerExpression } from "./expressions.ts";
import { isArray, itemsOf, lowerFreshList } from "./iterables.ts";
import { eachCharacter } from "./string-pieces.ts";
import { convertType } from "./types.ts";
import { flow } from "./unify-types.ts";

type ArrayType = Extract<HirType, { kind: "array" }>;

/** null: another function of `Array`. */
export function lowerArrayStatic(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  method: string,
): HirExpr | null {
  if (method === "of") return listed(b, scope, node, node.arguments, typeOf(b, node));
  if (method !== "from") return null;
  const [source, callback] = node.arguments;
  if (source === undefined || node.arguments.length > 2)
    return b.unsupported(
      node,
      "Array.from with these arguments is",
      "Pass an array, or `{ length: n }` and a function.",
    );
  const length = lengthOf(source);
  if (length !== null) return fromLength(b, scope, node, length, callback);
  if (isText(b, source)) return fromText(b, scope, node, source, callback);
  if (isArray(b, source)) return fromArray(b, scope, node, source, callback);
  return fromIterable(b, scope, node, source, callback);
}

function typeOf(b: Builder, node: ts.Expression): ArrayType {
  const type = convertType(b, b.checker.getTypeAtLocation(node), node);
  return type.kind === "array"
    ? { kind: "array", array: type.array }
    : b.unsupported(node, "An array of this type is", "Give it elements of one type.");
}

function listed(
  b: Builder,
  scope: Scope,
  node: ts.Expression,
  values: readonly ts.Expression[],
  type: ArrayType,
): HirExpr {
  return joinArguments(b, scope, node, type, listArguments(b, scope, values));
}

/** n of `{ length: n }`. */
export function lengthOf(source: ts.Expression): ts.Expression | null {
  if (!ts.isObjectLiteralExpression(source) || source.properties.length !== 1) return null;
  const [property] = source.properties;
  if (property === undefined || property.name?.getText() !== "length") return null;
  if (ts.isPropertyAssignment(property)) return property.initializer;
  return ts.isShorthandPropertyAssignment(property) ? property.name : null;
}

function fromLength(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  lengthNode: ts.Expression,
  callback: ts.Expression | undefined,
): HirExpr {
  if (callback === undefined)
    return b.unsupported(
      node,
      "Array.from without a function is",
      "Pass the function that makes the elements.",
    );
  const code = new CodeWriter(b, scope, node);
  const length = count(code, lengthNode);
  const make = callbackOf(code, callback);
  const type = typeOf(b, node);
  const out = code.let("made", code.newArray(type, length()));
  code.count(code.number(0), length, (index) => {
    const value = make(() => code.nothing(), index);
    code.setElement(out(), index(), flow(b, value, b.elementType(type.array), node));
  });
  return code.done(out());
}

/** null: an iterable that nothing here knows. */
function fromIterable(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  source: ts.Expression,
  callback: ts.Expression | undefined,
): HirExpr | null {
  const type = typeOf(b, node);
  if (callback === undefined) return lowerFreshList(b, scope, source, type);
  const code = new CodeWriter(b, scope, node);
  const items = itemsOf(code, source);
  if (items === null) return null;
  const make = callbackOf(code, callback);
  const length = code.let("length", items.length());
  const out = code.let("made", code.newArray(type, length()));
  code.count(code.number(0), length, (index) => {
    const item = code.let("item", items.item(index));
    code.setElement(out(), index(), flow(b, make(item, index), b.elementType(type.array), node));
  });
  return code.done(out());
}

function fromArray(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  source: ts.Expression,
  callback: ts.Expression | undefined,
): HirExpr {
  const code = new CodeWriter(b, scope, node);
  const array = code.let("array", lowerExpression(b, scope, source));
  const make = callback === undefined ? null : callbackOf(code, callback);
  const length = code.let("length", code.length(array()));
  const type = typeOf(b, node);
  const out = code.let("made", code.newArray(type, length()));
  if (make === null) copyElements(code, out, null, array, null, length);
  else
    code.count(code.number(0), length, (index) => {
      const value = make(() => code.element(array(), index(), "unlessShrunk"), index);
      code.setElement(out(), index(), flow(b, value, b.elementType(type.array), node));
    });
  return code.done(out());
}

function isText(b: Builder, source: ts.Expression): boolean {
  return (
    b.checker.getBaseTypeOfLiteralType(b.checker.getTypeAtLocation(source)) === b.checker.getStringType()
  );
}

function fromText(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  source: ts.Expression,
  callback: ts.Expression | undefined,
): HirExpr {
  const code = new CodeWriter(b, scope, node);
  const text = code.let("text", lowerExpression(b, scope, source));
  const make = callback === undefined ? null : callbackOf(code, callback);
  return eachCharacter(code, text(), typeOf(b, node), (character, index) =>
    make === null ? character : make(() => character, index),
  );
}

/** A length that is computed once; what is no length panics when the array is made. */
export function count(code: CodeWriter, node: ts.Expression): Variable {
  const value = lowerExpression(code.b, code.scope, node);
  if (value.type.kind !== "number")
    return code.b.unsupported(node, "A length that is no number is", "Convert it with Number().");
  return code.let("length", value);
}

/** `new Array<T>()` and `new Array(a, b)`; null where the elements would be missing. */
export function lowerNewArray(b: Builder, scope: Scope, node: ts.NewExpression): HirExpr | null {
  const given = node.arguments ?? [];
  const [only] = given;
  const isLength =
    given.length === 1 &&
    only !== undefined &&
    (b.checker.getTypeAtLocation(only).flags & ts.TypeFlags.NumberLike) !== 0;
  if (isLength) return null;
  const contextual = node.typeArguments === undefined ? b.checker.getContextualType(node) : undefined;
  const wanted = contextual !== undefined && arrayTypeOf(b, contextual) !== null ? contextual : null;
  const type = wanted === null ? typeOf(b, node) : convertType(b, wanted, node);
  if (type.kind !== "array") return null;
  return listed(b, scope, node, given, type);
}

/** `new Array<T>(n).fill(value)` where n is computed. */
export function lowerComputedFill(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  lengthNode: ts.Expression,
  valueNode: ts.Expression,
  typeFor: (filler: HirExpr) => ArrayType,
): HirExpr {
  const code = new CodeWriter(b, scope, node);
  const length = count(code, lengthNode);
  const filler = lowerExpression(b, scope, valueNode);
  const type = typeFor(filler);
  const element = b.elementType(type.array);
  const value = code.let("value", flow(b, filler, element, valueNode), { type: element });
  const out = code.let("filled", code.newArray(type, length()));
  code.count(code.number(0), length, (index) => code.setElement(out(), index(), value()));
  return code.done(out());
}
