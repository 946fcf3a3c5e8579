/** Arrays whose length changes at run time: making them, appending, cutting, moving elements. */

import { hasEffects } from "../intrinsics/effects.ts";
import type { Place as AllocationPlace } from "../ir/facts.ts";
import type { HirExpr, HirTarget } from "../ir/hir.ts";
import type { ArrayId } from "../ir/ids.ts";
import type { MirExpr, MirPlace, MirType } from "../ir/mir.ts";
import { defined } from "../source/assert.ts";
import { arrayOfNode, arrayRoom, measured } from "./allocations.ts";
import { storeValue } from "./assignments.ts";
import { holdArray, lowerExpression, lowerNumeric, lowerOperands, nothing } from "./expressions.ts";
import { boolType, constant, type FunctionBuilder } from "./function-builder.ts";
import { binary, cast, isSimple, type Numeric, pure } from "./numbers.ts";
import { arrayLength, checkRange, elementAt, stabilise } from "./places.ts";
import { constantLength, isInt } from "./representation.ts";

type NodeOf<K extends HirExpr["kind"]> = Extract<HirExpr, { kind: K }>;
type ElementTarget = Extract<HirTarget, { kind: "element" }>;

const u32: MirType = { kind: "u32" };
const FULL = "RangeError: array is full";

/** The header of a new array in its room; one that the caller gave has data and capacity already. */
export function openArray(
  f: FunctionBuilder,
  place: AllocationPlace,
  room: MirExpr,
  length: MirExpr,
  capacity: number,
): void {
  const count = cast(length, u32);
  if (room.type.kind !== "array" || !f.lowering.arrays.hasHeader(room.type.array)) return;
  if (place.kind === "result") f.set({ kind: "length", array: room }, count);
  else f.emit({ kind: "openArray", array: room, capacity, length: count });
}

export function lowerArrayNew(f: FunctionBuilder, node: NodeOf<"arrayNew">): MirExpr {
  const id = arrayOfNode(f, node);
  const fixed = constantLength(f.lowering, id);
  const length = lowerNumeric(f, node.length);
  const capacity = fixed ?? f.lowering.arrays.siteCapacity(node.site);
  const count = checkCount(f, length, capacity, "RangeError: Invalid array length");
  const room = arrayRoom(f, node, id, capacity);
  openArray(f, f.lowering.placement.place(node.site), room, count, capacity);
  return measured(f, node, room, isSimple(count) || fixed !== null ? count : f.hold(count, "length"));
}

/** The count as an unsigned number: from 0 to `most`, or it panics. */
function checkCount(f: FunctionBuilder, count: Numeric, most: number, message: string): MirExpr {
  const { integer, nan, lo, hi } = count.fact;
  if (integer && !nan && lo >= 0 && hi <= most) return cast(count.expr, u32);
  return checkRange(f, count, "<=", constant(u32, most), message);
}

export function lowerPush(f: FunctionBuilder, node: NodeOf<"push">): MirExpr {
  const id = arrayOfNode(f, node.array);
  const [first, ...values] = lowerOperands(f, [node.array, ...node.values]);
  const array = keep(f, defined(first, "array"));
  const length = f.hold(arrayLength(f, array, id), "length");
  const longer = binary("+", length, constant(u32, node.values.length), u32);
  if (node.values.length > 0) checkRoom(f, node, array, longer);
  node.values.forEach((value, index) => {
    const at = index === 0 ? length : binary("+", length, constant(u32, index), u32);
    storeValue(f, elementAt(f, array, id, at), defined(values[index], "value"), value, true);
  });
  const result = f.isUnused(node) ? longer : f.hold(longer, "length");
  f.set({ kind: "length", array }, result);
  return result;
}

function checkRoom(f: FunctionBuilder, node: HirExpr, array: MirExpr, length: MirExpr): void {
  if (f.lowering.checks === "none" || f.lowering.arrays.isNeverFull(node.id)) return;
  f.check(binary("<=", length, { kind: "arrayCapacity", array, type: u32 }, boolType), FULL);
}

/** A reference that is used several times. */
function keep(f: FunctionBuilder, array: MirExpr): MirExpr {
  return array.kind === "address" ? array : f.hold(array, "array");
}

export function lowerSetLength(f: FunctionBuilder, node: NodeOf<"setLength">): MirExpr {
  const id = arrayOfNode(f, node.array);
  const array = keep(f, stabilise(f, lowerExpression(f, node.array), [hasEffects(node.length)]));
  const length = lowerNumeric(f, node.length);
  if (node.growsBy > 0 || node.alsoBy !== undefined) {
    const longer = f.hold(cast(length.expr, u32), "length");
    checkRoom(f, node, array, longer);
    f.set({ kind: "length", array }, longer);
    return nothing;
  }
  const message = "RangeError: an array only becomes shorter by its length: holes do not exist";
  const count = checkRange(f, length, "<=", arrayLength(f, array, id), message);
  f.set({ kind: "length", array }, count);
  return nothing;
}

export function lowerMoveElements(f: FunctionBuilder, node: NodeOf<"moveElements">): MirExpr {
  const [first, ...numbers] = lowerOperands(f, [node.array, node.to, node.from, node.count]);
  const [to, from, count] = numbers.map((value) => cast(value, u32));
  f.emit({
    kind: "moveElements",
    array: holdArray(f, defined(first, "array")),
    to: defined(to, "to"),
    from: defined(from, "from"),
    count: defined(count, "count"),
  });
  return nothing;
}

export function lowerHasRoom(f: FunctionBuilder, node: NodeOf<"hasRoom">): MirExpr {
  const [array, length] = lowerOperands(f, [node.array, node.length]);
  const held = keep(f, defined(array, "array"));
  const capacity: MirExpr = { kind: "arrayCapacity", array: held, type: u32 };
  const wanted = cast(defined(length, "length"), u32);
  return binary("<=", wanted, capacity, boolType);
}

export function lowerHasIndex(f: FunctionBuilder, node: NodeOf<"hasIndex">): MirExpr {
  if (f.lowering.numbers.isIndexInBounds(node.id)) return constant(boolType, 1);
  const id = arrayOfNode(f, node.array);
  const [array, index] = lowerOperands(f, [node.array, node.index]);
  const length = arrayLength(f, holdArray(f, defined(array, "array")), id);
  const at = defined(index, "index");
  const { lo, hi, integer } = f.lowering.numbers.node(node.index.id);
  const isUnsigned = integer && lo >= 0 && hi <= 4294967295 && isInt(at.type);
  if (isUnsigned) return binary("<", cast(at, u32), length, boolType);
  const f64: MirType = { kind: "f64" };
  const held = isSimple(at) ? cast(at, f64) : f.hold(cast(at, f64), "index");
  const inside = binary(
    "&&",
    binary(">=", held, constant(f64, 0), boolType),
    binary("<", held, cast(length, f64), boolType),
    boolType,
  );
  if (integer) return inside;
  const whole = pure("tsfw_f64_trunc", [held], f64);
  return binary("&&", inside, binary("==", whole, held, boolType), boolType);
}

/** `xs[i] = v` where `i` may be the length: then the array grows by one. */
export function lowerGrowingStore(
  f: FunctionBuilder,
  node: NodeOf<"assign">,
  target: ElementTarget,
): MirExpr {
  const id = arrayOfNode(f, target.array);
  const laterEffects = hasEffects(node.value);
  const reference = stabilise(f, lowerExpression(f, target.array), [true]);
  const array = reference.kind === "address" ? reference : holdArray(f, reference);
  const index = lowerNumeric(f, target.index);
  const held: Numeric = { ...index, expr: stabilise(f, index.expr, [laterEffects]) };
  const value = lowerExpression(f, node.value);
  const at = f.lowering.numbers.isIndexInBounds(node.id)
    ? cast(held.expr, isInt(held.expr.type) ? held.expr.type : { kind: "i32" })
    : makeElement(f, node, array, held, id);
  return storeValue(f, elementAt(f, array, id, at), value, node.value, f.isUnused(node));
}

/** The index, after the array grew if it is its length. */
function makeElement(
  f: FunctionBuilder,
  node: HirExpr,
  array: MirExpr,
  index: Numeric,
  id: ArrayId,
): MirExpr {
  const length = f.hold(arrayLength(f, array, id), "length");
  const message = "RangeError: array index out of bounds: holes do not exist";
  const checked = checkRange(f, index, "<=", length, message);
  const at = isSimple(checked) ? checked : f.hold(checked, "index");
  const [grow, after] = [f.newBlock(), f.newBlock()];
  f.end({
    kind: "branch",
    test: binary("==", at, length, boolType),
    whenTrue: grow.id,
    whenFalse: after.id,
  });
  f.enter(grow);
  const longer = binary("+", length, constant(u32, 1), u32);
  checkRoom(f, node, array, longer);
  const place: MirPlace = { kind: "length", array };
  f.set(place, longer);
  f.goto(after);
  f.enter(after);
  return at;
}
