/**
 * Typed arrays: how they are made, and what an element makes of a value. A store
 * wraps (or clamps, or rounds) as JavaScript does: the conversion is written out
 * here, so that later phases see plain arrays whose values always fit.
 */

import { ts } from "ts-morph";
import { hasEffects } from "../intrinsics/effects.ts";
import type { HirExpr, HirType, TypedArrayName } from "../ir/hir.ts";
import { isBufferValue } from "./array-buffers.ts";
import { callbackOf } from "./array-callback.ts";
import { count, lengthOf } from "./array-statics.ts";
import { arrayTypeOf } from "./bounds.ts";
import { lowerOverBuffer } from "./buffer-views.ts";
import { type Builder, expression, kindOf, type Scope, types } from "./builder.ts";
import { listArguments } from "./call-arguments.ts";
import { CodeWriter, type Make, type Variable } from "./code-writer.ts";
import { constantNumber } from "./constants.ts";
import { literal, lowerExpression, template } from "./expressions.ts";
import { call } from "./known-calls.ts";
import { integerArgument } from "./relative-index.ts";
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
  if (isBufferValue(b, first)) return lowerOverBuffer(b, scope, node, { typed, name, isDataView: false });
  if (others.length > 0)
    return b.unsupported(node, `new ${name} with these arguments is`, "Pass a length, elements or a buffer.");
  if (ts.isArrayLiteralExpression(first)) return fromElements(b, scope, node, first.elements, typed);
  const isNumber = (b.checker.getTypeAtLocation(first).flags & ts.TypeFlags.NumberLike) !== 0;
  if (isNumber || constantNumber(b, first) !== null) return ofLength(b, scope, node, first, typed);
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
  const [source, callback, ...others] = node.arguments;
  if (method === "from" && source !== undefined && others.length === 0) {
    if (ts.isArrayLiteralExpression(source) && callback === undefined)
      return fromElements(b, scope, node, source.elements, typed);
    if (isArrayOf(b, source)) return copied(b, scope, node, source, typed, callback);
    const length = lengthOf(source);
    if (length !== null) return fromLength(b, scope, node, length, callback, typed);
  }
  return b.unsupported(node, `${owner}.${method} is`, `Write new ${owner}([…]) with the elements.`);
}

const LENGTH_MAX = 0xff_ffff;

function filled(
  b: Builder,
  scope: Scope,
  node: ts.Expression,
  typed: TypedArrayName,
  length: number,
): HirExpr {
  const site = b.addSite(scope, node, "array");
  const type = typedArrayType(b, typed);
  if (length === 0) return expression(b, node, { kind: "array", elements: [], site, type });
  return expression(b, node, { kind: "arrayFill", length, value: literal(b, node, 0), site, type });
}

function ofLength(
  b: Builder,
  scope: Scope,
  node: ts.Expression,
  lengthNode: ts.Expression,
  typed: TypedArrayName,
): HirExpr {
  const constant = constantNumber(b, lengthNode);
  if (constant !== null && Number.isInteger(constant) && constant >= 0 && constant <= LENGTH_MAX)
    return filled(b, scope, node, typed, constant);
  const code = new CodeWriter(b, scope, node);
  const length = integerArgument(code, lengthNode);
  code.if(code.compare("<", length(), code.number(0)), () => {
    const text = template(b, node, [literal(b, node, "Invalid typed array length: "), length()]);
    code.throwText("RangeError", text);
  });
  return code.done(zeros(code, typed, length)());
}

/** A new array of zeros. */
export function zeros(code: CodeWriter, typed: TypedArrayName, length: Make): Variable {
  const out = code.let("zeros", code.newArray(typedArrayType(code.b, typed), length()));
  code.count(code.number(0), length, (index) => code.setElement(out(), index(), code.number(0)));
  return out;
}

function fromElements(
  b: Builder,
  scope: Scope,
  node: ts.Expression,
  values: readonly ts.Expression[],
  typed: TypedArrayName,
): HirExpr {
  if (values.length === 0) return filled(b, scope, node, typed, 0);
  if (values.some(ts.isSpreadElement)) return joined(b, scope, node, values, typed);
  const elements = values.map((value) => {
    if (ts.isOmittedExpression(value))
      return b.unsupported(value, "A hole in an array is", "Write the element.");
    return toElement(b, value, lowerExpression(b, scope, value), typed);
  });
  const site = b.addSite(scope, node, "array");
  return expression(b, node, { kind: "array", elements, site, type: typedArrayType(b, typed) });
}

/** `[a, ...xs, b]`: all parts are evaluated, then their elements converted and stored. */
function joined(
  b: Builder,
  scope: Scope,
  node: ts.Expression,
  values: readonly ts.Expression[],
  typed: TypedArrayName,
): HirExpr {
  const code = new CodeWriter(b, scope, node);
  const parts = listArguments(b, scope, values).map(({ isSpread, at, lower }) => {
    const value = lower();
    if (isSpread && value.type.kind !== "array")
      return b.unsupported(at, "Spreading what is no array is", "Write the elements in a loop.");
    return { isSpread, at, value };
  });
  const first = parts.findIndex(({ isSpread }) => isSpread);
  const changing = parts.slice(first + 1).find(({ value }) => hasEffects(value));
  if (changing !== undefined)
    b.unsupported(changing.at, "A computed element behind a spread is", "Compute it into a const before.");
  const held = parts.map(({ isSpread, at, value }) => {
    const part = code.let("part", isSpread ? value : toElement(b, at, value, typed));
    return { part, at, length: isSpread ? code.let("length", code.length(part())) : null };
  });
  const singles = code.number(held.filter(({ length }) => length === null).length);
  const total = held.reduce((sum, { length }) => (length === null ? sum : code.plus(sum, length())), singles);
  const out = code.let("joined", code.newArray(typedArrayType(b, typed), total));
  const to = code.let("to", code.number(0), { reassigned: true, type: types.number });
  for (const { part, at, length } of held) {
    if (length === null) code.setElement(out(), to(), part());
    else
      code.count(code.number(0), length, (index) => {
        const value = toElement(b, at, code.element(part(), index(), "always"), typed);
        code.setElement(out(), code.plus(to(), index()), value);
      });
    code.set(to.target, code.plus(to(), length === null ? code.number(1) : length()));
  }
  return code.done(out());
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
  callback?: ts.Expression,
): HirExpr {
  const code = new CodeWriter(b, scope, node);
  const source = code.let("source", lowerExpression(b, scope, from));
  const make = callback === undefined ? null : callbackOf(code, callback);
  const length = code.let("length", code.length(source()));
  const out = code.let("copy", code.newArray(typedArrayType(b, typed), length()));
  code.count(code.number(0), length, (index) => {
    const element = (): HirExpr => code.element(source(), index(), make === null ? "always" : "unlessShrunk");
    const value = make === null ? element() : make(element, index);
    code.setElement(out(), index(), toElement(b, from, value, typed));
  });
  return code.done(out());
}

/** `Uint8Array.from({ length: n }, (_, i) => …)`. */
function fromLength(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  lengthNode: ts.Expression,
  callback: ts.Expression | undefined,
  typed: TypedArrayName,
): HirExpr {
  if (callback === undefined) return ofLength(b, scope, node, lengthNode, typed);
  const code = new CodeWriter(b, scope, node);
  const length = count(code, lengthNode);
  const make = callbackOf(code, callback);
  const out = code.let("made", code.newArray(typedArrayType(b, typed), length()));
  code.count(code.number(0), length, (index) => {
    const value = make(() => code.nothing(), index);
    code.setElement(out(), index(), toElement(b, callback, value, typed));
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

/** `Uint8Array.BYTES_PER_ELEMENT`. */
export function lowerElementSize(
  b: Builder,
  node: ts.PropertyAccessExpression,
  owner: string,
): HirExpr | null {
  const typed = node.name.text === "BYTES_PER_ELEMENT" ? typedArrayNamed(owner) : null;
  return typed === null ? null : literal(b, node, elementBytes(typed));
}

export function elementBytes(typed: TypedArrayName): number {
  return Number(elementSize(typed).slice(1)) / 8;
}
