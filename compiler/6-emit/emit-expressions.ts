/** MIR expressions and places as C expressions. */
import type { FieldId } from "../ir/ids.ts";
import type { MirExpr, MirPlace, MirType } from "../ir/mir.ts";
import { assertNever } from "../source/assert.ts";
import { addressOf, arrow, type CExpr, call, literal, member, name } from "./c-tree.ts";
import type { Pools } from "./emit-pools.ts";
import type { Types } from "./emit-types.ts";
import { emitUnion } from "./emit-unions.ts";
import type { Names } from "./names.ts";
import { encodeUtf8 } from "./print-c.ts";

export interface ExprContext {
  readonly names: Names;
  readonly types: Types;
  readonly pools: Pools;
  local(id: number): CExpr;
  localType(id: number): MirType;
  isConstantStatic(index: number): boolean;
}

export function emitExpr(c: ExprContext, expr: MirExpr): CExpr {
  switch (expr.kind) {
    case "constant":
      return emitConstant(expr.type, expr.value);
    case "wideConstant":
      return wideConstant(expr.type, expr.value);
    case "textConstant":
      return textConstant(expr.value);
    case "nobody":
      return emitNobody(c, expr.type);
    case "load":
      return emitLoad(c, expr.place, expr.type);
    case "address":
      return emitAddress(c, expr);
    case "unary":
      return emitUnary(c, expr);
    case "binary":
      return { kind: "binary", op: expr.op, left: emitExpr(c, expr.left), right: emitRight(c, expr) };
    case "cast":
      return { kind: "cast", type: c.types.name(expr.type), value: emitExpr(c, expr.value) };
    case "pure":
      return emitPure(c, expr);
    case "select":
      return {
        kind: "conditional",
        test: emitExpr(c, expr.test),
        whenTrue: emitExpr(c, expr.whenTrue),
        whenFalse: emitExpr(c, expr.whenFalse),
      };
    case "arrayLength":
      return arrayMember(c, expr.array, "length");
    case "view":
      return emitView(c, expr);
    case "overlay":
      return emitOverlay(c, expr);
    case "arrayCapacity":
      return arrayMember(c, expr.array, "capacity");
    case "closure":
      return emitClosure(c, expr);
    case "wrap":
    case "payload":
    case "hasTag":
    case "nothing":
    case "isNothing":
      return emitUnion(c, expr);
    case "poolIsFull":
      return call("tsfw_pool_is_full", c.pools.address(expr.pool));
    default:
      return assertNever(expr);
  }
}

const scalarKinds = {
  i8: true,
  u8: true,
  i16: true,
  u16: true,
  i32: true,
  u32: true,
  i64: true,
  u64: true,
  f32: true,
  f64: true,
  bool: true,
};

function emitNobody(c: ExprContext, type: MirType): CExpr {
  const isPlain = type.kind in scalarKinds;
  return isPlain
    ? emitConstant(type, 0)
    : { kind: "compound", type: c.types.name(type), values: [literal("0")] };
}

function emitUnary(c: ExprContext, expr: Extract<MirExpr, { kind: "unary" }>): CExpr {
  const value = emitExpr(c, expr.value);
  if (
    expr.op === "!" &&
    value.kind === "binary" &&
    (expr.value.kind === "hasTag" || expr.value.kind === "isNothing")
  )
    return { ...value, op: opposites[value.op] ?? value.op };
  if (expr.op !== "!" || expr.value.kind !== "binary") return { kind: "unary", op: expr.op, value };
  const opposite = opposites[expr.value.op];
  const isFloat = expr.value.left.type.kind === "f64" || expr.value.left.type.kind === "f32";
  if (
    opposite === undefined ||
    value.kind !== "binary" ||
    (isFloat && expr.value.op !== "==" && expr.value.op !== "!=")
  )
    return { kind: "unary", op: "!", value };
  return { ...value, op: opposite };
}

const opposites: Readonly<Record<string, string>> = {
  "<": ">=",
  ">=": "<",
  ">": "<=",
  "<=": ">",
  "==": "!=",
  "!=": "==",
};

export function textConstant(value: string): CExpr {
  return call("TSFW_STR", { kind: "string", value });
}

/** The text without the compound literal, for initialisers of statics. */
export function textInitialiser(value: string): CExpr {
  return { kind: "braces", values: [{ kind: "string", value }, literal(`${encodeUtf8(value).length}u`)] };
}

export function emitConstant(type: MirType, value: number): CExpr {
  switch (type.kind) {
    case "bool":
      return literal(value !== 0 ? "true" : "false");
    case "f64":
    case "f32":
      return literal(floatText(value, type.kind === "f32" ? "f" : ""));
    case "u32":
      return literal(`${value}u`);
    case "i64":
      return literal(value < 0 ? `INT64_C(${value})` : `INT64_C(${value})`);
    case "u64":
      return literal(`UINT64_C(${value})`);
    case "i32":
      return value === -2147483648 ? literal("INT32_MIN") : literal(`${value === 0 ? 0 : value}`);
    default:
      return literal(`${value === 0 ? 0 : value}`);
  }
}

export function wideConstant(type: MirType, value: string): CExpr {
  if (value === "-9223372036854775808") return literal("INT64_MIN");
  return literal(type.kind === "u64" ? `UINT64_C(${value})` : `INT64_C(${value})`);
}

function floatText(value: number, suffix: string): string {
  if (Number.isNaN(value)) return suffix === "" ? "(double)NAN" : "NAN";
  if (value === Number.POSITIVE_INFINITY) return suffix === "" ? "(double)INFINITY" : "INFINITY";
  if (value === Number.NEGATIVE_INFINITY) return suffix === "" ? "-(double)INFINITY" : "-INFINITY";
  const text = Object.is(value, -0) ? "-0.0" : String(value);
  return `${/[.e]/.test(text) ? text : `${text}.0`}${suffix}`;
}

/** A cell is read as a view of its bytes. */
function emitLoad(c: ExprContext, place: MirPlace, type: MirType): CExpr {
  const value = emitPlace(c, place);
  if (type.kind === "union" && placeType(c, place)?.kind === "unionCell") return member(value, "value");
  return type.kind === "text" && isCellPlace(c, place) ? call("TSFW_CELL_VIEW", value) : value;
}

function isCellPlace(c: ExprContext, place: MirPlace): boolean {
  return placeType(c, place)?.kind === "cell";
}

/** The declared type of a place; null where only cells matter and it is none. */
export function placeType(c: ExprContext, place: MirPlace): MirType | null {
  switch (place.kind) {
    case "local":
      return c.localType(place.local);
    case "static":
      return c.types.static(place.static);
    case "slot": {
      const row = c.types.static(place.static);
      return row.kind === "slots" ? row.of : null;
    }
    case "field":
      return c.types.field(place.field);
    case "element":
      return place.array.type.kind === "array" ? c.types.array(place.array.type.array).element : null;
    case "length":
      return { kind: "u32" };
    case "deref": {
      const pointer = c.localType(place.pointer);
      return pointer.kind === "pointer" ? pointer.to : null;
    }
    case "captured":
      return c.types.captured(place.function, place.variable);
    default:
      return assertNever(place);
  }
}

export function emitPlace(c: ExprContext, place: MirPlace): CExpr {
  switch (place.kind) {
    case "local":
      return c.local(place.local);
    case "static":
      return name(c.names.static(place.static));
    case "slot":
      return {
        kind: "index",
        array: name(c.names.static(place.static)),
        index: emitExpr(c, place.index),
      };
    case "field":
      return emitField(c, place.object, place.field);
    case "element":
      return { kind: "index", array: arrayData(c, place.array), index: emitExpr(c, place.index) };
    case "length":
      return arrayMember(c, place.array, "length");
    case "deref":
      return { kind: "unary", op: "*", value: c.local(place.pointer) };
    case "captured": {
      const isPointer = c.localType(place.environment).kind === "pointer";
      const environment = c.local(place.environment);
      const field = `v${place.variable}`;
      if (place.isNew === true) return { kind: "member", object: environment, arrow: true, name: field };
      if (!isPointer) return { kind: "member", object: environment, arrow: false, name: field };
      const typed: CExpr = {
        kind: "cast",
        type: `const struct ${c.names.environment(place.function)} *`,
        value: environment,
      };
      return { kind: "member", object: typed, arrow: true, name: field };
    }
    default:
      return assertNever(place);
  }
}

/** A reference to a family points to one struct; a field that it lacks is read through one that has it. */
function emitField(c: ExprContext, object: MirExpr, field: FieldId): CExpr {
  const member = c.names.field(field);
  const { type } = object;
  if (type.kind !== "object") return arrow(emitExpr(c, object), member);
  if (object.kind === "address" && placeType(c, object.place)?.kind === "struct")
    return arrow(addressOf(emitPlace(c, object.place)), member);
  const holder = c.types.holder(type.class, field);
  const value = emitExpr(c, object);
  return arrow(holder === null ? value : { kind: "cast", type: holder, value }, member);
}

function hasHeader(c: ExprContext, array: MirExpr): boolean {
  return array.type.kind === "array" && c.types.array(array.type.array).hasHeader;
}

/** Length or capacity of an array that keeps it beside its data. */
function arrayMember(c: ExprContext, array: MirExpr, field: "length" | "capacity"): CExpr {
  const value = emitExpr(c, array);
  return hasHeader(c, array)
    ? arrow(value, field)
    : { kind: "member", object: value, arrow: false, name: field };
}

export function arrayData(c: ExprContext, array: MirExpr): CExpr {
  if (hasHeader(c, array)) {
    return array.kind === "address"
      ? member(emitPlace(c, array.place), "items")
      : arrow(emitExpr(c, array), "data");
  }
  const isPlain = array.type.kind === "array" && c.types.array(array.type.array).length !== null;
  if (array.kind === "address" && array.type.kind === "array") return emitPlace(c, array.place);
  const value = emitExpr(c, array);
  return isPlain ? value : { kind: "member", object: value, arrow: false, name: "data" };
}

/** The address of storage: objects by `&`, arrays decay to their first element. */
function emitAddress(c: ExprContext, expr: Extract<MirExpr, { kind: "address" }>): CExpr {
  const place = emitPlace(c, expr.place);
  if (expr.type.kind === "object") {
    const stored = placeType(c, expr.place);
    const reference = stored?.kind === "struct" ? c.types.reference(stored.class) : null;
    return reference === null ? addressOf(place) : { kind: "cast", type: reference, value: addressOf(place) };
  }
  if (expr.type.kind !== "array") return addressOf(place);
  if (hasHeader(c, expr)) return addressOf(member(place, "head"));
  const storage = placeType(c, expr.place);
  const array = c.types.array(expr.type.array);
  const isConstant = expr.place.kind === "static" && c.isConstantStatic(expr.place.static);
  const data: CExpr = isConstant
    ? { kind: "cast", type: c.types.elementPointer(expr.type.array), value: place }
    : place;
  if (array.length !== null) return data;
  const length = storage?.kind === "elements" ? storage.length : 0;
  return { kind: "compound", type: c.types.name(expr.type), values: [data, literal(`${length}u`)] };
}

/** Elements of a constant array are const; a view of them, which nobody writes through, is not. */
function emitView(c: ExprContext, expr: Extract<MirExpr, { kind: "view" }>): CExpr {
  const start = emitExpr(c, expr.start);
  const at = addressOf({ kind: "index", array: arrayData(c, expr.array), index: start });
  const elementPointer =
    expr.type.kind === "array" ? c.types.elementPointer(expr.type.array) : c.types.name(expr.type);
  const data: CExpr = expr.array.kind === "address" ? { kind: "cast", type: elementPointer, value: at } : at;
  const length: CExpr = { kind: "binary", op: "-", left: emitExpr(c, expr.end), right: start };
  return { kind: "compound", type: c.types.name(expr.type), values: [data, length] };
}

/** The elements may be unaligned; their C type allows for that. */
function emitOverlay(c: ExprContext, expr: Extract<MirExpr, { kind: "overlay" }>): CExpr {
  if (expr.type.kind !== "array") return literal("0");
  const array = c.types.array(expr.type.array);
  const bytes: CExpr = {
    kind: "cast",
    type: "uint8_t *",
    value: { kind: "cast", type: "void *", value: dataOf(c, expr.array) },
  };
  const isStart = expr.start.kind === "constant" && expr.start.value === 0;
  const at: CExpr = isStart
    ? bytes
    : { kind: "binary", op: "+", left: bytes, right: emitExpr(c, expr.start) };
  const data: CExpr = {
    kind: "cast",
    type: c.types.elementPointer(expr.type.array),
    value: { kind: "cast", type: "void *", value: at },
  };
  if (array.length !== null) return data;
  return { kind: "compound", type: c.types.name(expr.type), values: [data, emitExpr(c, expr.length)] };
}

/** A pointer to the first element. */
function dataOf(c: ExprContext, array: MirExpr): CExpr {
  const data = arrayData(c, array);
  return array.kind === "address" ? addressOf({ kind: "index", array: data, index: literal("0") }) : data;
}

/**
 * gcc computes `u * (uint32_t)i`, with a narrow signed `i`, in the type of `i` and then
 * warns (-Wsign-conversion) of a change of sign that nobody asked for; not where a sum is widened.
 */
function emitRight(c: ExprContext, { left, right, type }: Extract<MirExpr, { kind: "binary" }>): CExpr {
  const emitted = emitExpr(c, right);
  const isNarrow =
    right.kind === "cast" && (right.value.type.kind === "i8" || right.value.type.kind === "i16");
  const isMisread = isNarrow && type.kind === "u32" && right.type.kind === "u32" && left.kind !== "cast";
  return isMisread ? { kind: "binary", op: "+", left: literal("0u"), right: emitted } : emitted;
}

function emitPure(c: ExprContext, expr: Extract<MirExpr, { kind: "pure" }>): CExpr {
  const args = expr.args.map((arg) => emitExpr(c, arg));
  const [first] = args;
  if (expr.symbol === "TSFW_STR_SIZE" && first !== undefined)
    return { kind: "member", object: first, arrow: false, name: "size" };
  if (expr.symbol === "TSFW_ARRAY_IDENTITY" && expr.args[0] !== undefined && first !== undefined)
    return hasHeader(c, expr.args[0]) ? first : dataOf(c, expr.args[0]);
  if (expr.symbol === "TSFW_ARRAY_DATA" && expr.args[0] !== undefined) return dataOf(c, expr.args[0]);
  return { kind: "call", callee: name(expr.symbol), args };
}

function emitClosure(c: ExprContext, expr: Extract<MirExpr, { kind: "closure" }>): CExpr {
  const environment: CExpr = expr.environment === null ? literal("NULL") : emitExpr(c, expr.environment);
  return {
    kind: "compound",
    type: c.types.name(expr.type),
    values: [name(c.names.wrapper(expr.function)), environment],
  };
}
