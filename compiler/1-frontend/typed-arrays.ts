/**
 * Typed arrays: how they are made, and what an element makes of a value. A store
 * wraps (or clamps, or rounds) as JavaScript does: the conversion is written out
 * here, so that later phases see plain arrays whose values always fit.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirType, TypedArrayName } from "../ir/hir.ts";
import { arrayTypeOf } from "./bounds.ts";
import { type Builder, expression, kindOf, type Scope, types } from "./builder.ts";
import { CodeWriter } from "./code-writer.ts";
import { constantNumber } from "./constants.ts";
import { literal, lowerExpression } from "./expressions.ts";
import { call } from "./known-calls.ts";
import { elementSize, typedArrayNamed, typedArrayOf } from "./types.ts";

type ArrayType = Extract<HirType, { kind: "array" }>;

export function typedArrayType(b: Builder, typed: TypedArrayName): ArrayType {
  const type = b.addArray({ kind: "number", sized: elementSize(typed) }, typed);
  if (type.kind !== "array") throw new Error("an array has an array type");
  return type;
}

/** The kind of the typed array that an expression is; null for anything else. */
export function typedArrayOfValue(b: Builder, value: HirExpr): TypedArrayName | null {
  return value.type.kind === "array" ? b.typedArray(value.type.array) : null;
}

/** A number as an element of the typed array holds it. */
export function toElement(b: Builder, node: ts.Node, value: HirExpr, typed: TypedArrayName): HirExpr {
  if (value.type.kind !== "number")
    return b.unsupported(node, `${capital(kindOf(value.type))} in a typed array is`, "Store a number.");
  if (value.kind === "number") return literal(b, node, elementOf(value.value, typed));
  if (typed === "f64") return value;
  if (typed === "clamped") return call(b, node, "clampU8", [value]);
  return expression(b, node, { kind: "convert", to: typed, value, type: { kind: "number", sized: typed } });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const makers: Readonly<
  Record<TypedArrayName, new (values: readonly number[]) => { readonly [index: number]: number }>
> = {
  i8: Int8Array,
  u8: Uint8Array,
  clamped: Uint8ClampedArray,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
};

function elementOf(value: number, typed: TypedArrayName): number {
  return new makers[typed]([value])[0] ?? 0;
}

/** `new Uint8Array(…)`; null: another class. */
export function lowerNewTypedArray(
  b: Builder,
  scope: Scope,
  node: ts.NewExpression,
  name: string,
): HirExpr | null {
  const typed = typedArrayNamed(name);
  if (typed === null) return null;
  const [first, ...others] = node.arguments ?? [];
  if (first === undefined) return filled(b, scope, node, typed, 0);
  if (others.length > 0)
    return b.unsupported(node, "A typed array over a buffer is", "Make a part of an array with `subarray`.");
  if (ts.isArrayLiteralExpression(first)) return fromElements(b, scope, node, first.elements, typed);
  const isNumber = (b.checker.getTypeAtLocation(first).flags & ts.TypeFlags.NumberLike) !== 0;
  if (isNumber || constantNumber(b, first) !== null)
    return filled(b, scope, node, typed, constantLength(b, first));
  if (isArrayOf(b, first)) return copied(b, scope, node, first, typed);
  return b.unsupported(first, `new ${name} of this value is`, "Pass the length, or the elements in `[…]`.");
}

/** `Uint8Array.of(…)` and `Uint8Array.from([…])`. */
export function lowerTypedArrayFunction(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  owner: string,
  method: string,
): HirExpr | null {
  const typed = typedArrayNamed(owner);
  if (typed === null) return null;
  if (method === "of") return fromElements(b, scope, node, node.arguments, typed);
  const [source, ...others] = node.arguments;
  if (method === "from" && source !== undefined && others.length === 0 && ts.isArrayLiteralExpression(source))
    return fromElements(b, scope, node, source.elements, typed);
  if (method === "from" && source !== undefined && others.length === 0 && isArrayOf(b, source))
    return copied(b, scope, node, source, typed);
  return b.unsupported(node, `${owner}.${method} is`, `Write new ${owner}([…]) with the elements.`);
}

function constantLength(b: Builder, node: ts.Expression): number {
  const length = constantNumber(b, node);
  if (length !== null && Number.isInteger(length) && length >= 0 && length <= LENGTH_MAX) return length;
  return b.unsupported(
    node,
    "A typed array whose length is not a constant is",
    "Write the length as a number or a const.",
  );
}

const LENGTH_MAX = 0xff_ffff;

function filled(
  b: Builder,
  scope: Scope,
  node: ts.Expression,
  typed: TypedArrayName,
  length: number,
): HirExpr {
  if (length === 0)
    return b.unsupported(node, "An empty typed array is", "Give it its length or its elements.");
  return expression(b, node, {
    kind: "arrayFill",
    length,
    value: literal(b, node, 0),
    site: b.addSite(scope, node, "array"),
    type: typedArrayType(b, typed),
  });
}

function fromElements(
  b: Builder,
  scope: Scope,
  node: ts.Expression,
  values: readonly ts.Expression[],
  typed: TypedArrayName,
): HirExpr {
  if (values.length === 0) return filled(b, scope, node, typed, 0);
  const elements = values.map((value) => {
    if (ts.isSpreadElement(value)) return b.unsupported(value, "Spread is", "Write the elements.");
    if (ts.isOmittedExpression(value))
      return b.unsupported(value, "A hole in an array is", "Write the element.");
    return toElement(b, value, lowerExpression(b, scope, value), typed);
  });
  const site = b.addSite(scope, node, "array");
  return expression(b, node, { kind: "array", elements, site, type: typedArrayType(b, typed) });
}

function isArrayOf(b: Builder, node: ts.Expression): boolean {
  const type = b.checker.getTypeAtLocation(node);
  return arrayTypeOf(b, type) !== null || typedArrayOf(b, type) !== null;
}

/** A new array with the elements of another, converted. */
function copied(
  b: Builder,
  scope: Scope,
  node: ts.Expression,
  from: ts.Expression,
  typed: TypedArrayName,
): HirExpr {
  const code = new CodeWriter(b, scope, node);
  const source = code.let("source", lowerExpression(b, scope, from));
  const length = code.let("length", code.length(source()));
  const out = code.let("copy", code.newArray(typedArrayType(b, typed), length()));
  code.count(code.number(0), length, (index) => {
    const value = toElement(b, from, code.element(source(), index(), "always"), typed);
    code.setElement(out(), index(), value);
  });
  return code.done(out());
}

/** `.byteLength`, `.BYTES_PER_ELEMENT` and the like; null: not a member of typed arrays. */
export function lowerTypedArrayMember(
  b: Builder,
  node: ts.Node,
  array: HirExpr,
  name: string,
): HirExpr | null {
  const typed = typedArrayOfValue(b, array);
  if (typed === null) return null;
  if (name === "BYTES_PER_ELEMENT") return literal(b, node, elementBytes(typed));
  if (name !== "byteLength") return null;
  const length = expression(b, node, { kind: "arrayLength", array, type: types.number });
  return expression(b, node, {
    kind: "arithmetic",
    op: "*",
    left: length,
    right: literal(b, node, elementBytes(typed)),
    type: types.number,
  });
}

function elementBytes(typed: TypedArrayName): number {
  return Number(elementSize(typed).slice(1)) / 8;
}
