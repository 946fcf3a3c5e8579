/** Reading and writing variables, fields and elements. */
import type { NumberFact } from "../ir/facts.ts";
import type { HirExpr, HirTarget, HirType } from "../ir/hir.ts";
import type { ArrayId, LocalId, NodeId, StaticId } from "../ir/ids.ts";
import type { MirExpr, MirPlace, MirType } from "../ir/mir.ts";
import { defined } from "../source/assert.ts";
import { adaptBigint } from "./bigint-values.ts";
import type { Lowering } from "./context.ts";
import { lowerExpression, lowerNumeric } from "./expressions.ts";
import { boolType, constant, type FunctionBuilder, load, textType } from "./function-builder.ts";
import { binary, cast, convertSized, convertTo, isSimple, type Numeric } from "./numbers.ts";
import {
  constantLength,
  elementType,
  fieldType,
  isInt,
  isScalarNumber,
  localType,
  variablePlace,
} from "./representation.ts";

/** A place of the program, ready to be read or written: its parts are evaluated. */
export interface Place {
  readonly place: MirPlace;
  readonly type: MirType;
  readonly hirType: HirType;
  readonly fact: NumberFact | null;
  /** The object or array is stored here in line: it is built in place and never assigned. */
  readonly isInline: boolean;
}

const anyNumber: NumberFact = {
  lo: Number.NEGATIVE_INFINITY,
  hi: Number.POSITIVE_INFINITY,
  integer: false,
  nan: true,
};

export function localPlace(f: FunctionBuilder, id: LocalId): Place {
  const { lowering } = f;
  const hir = defined(lowering.program.locals[id], "local");
  const type = localType(lowering, id);
  const known = f.places.get(id);
  const place = known ?? declareLocal(f, id, type);
  return {
    place,
    type: placeStorage(f, place, type),
    hirType: hir.type,
    fact: numberFact(hir.type, () => lowering.numbers.local(id)),
    isInline: false,
  };
}

/** Parameters and captured views of text are `text` even where a variable of their own would be a cell. */
function placeStorage(f: FunctionBuilder, place: MirPlace, type: MirType): MirType {
  if (place.kind === "local") return f.local(place.local).type;
  if (place.kind === "deref") {
    const pointer = f.local(place.pointer).type;
    return pointer.kind === "pointer" ? pointer.to : type;
  }
  return type;
}

function numberFact(type: HirType, fact: () => NumberFact): NumberFact | null {
  return type.kind === "number" ? fact() : null;
}

export function declareLocal(f: FunctionBuilder, id: LocalId, type: MirType): MirPlace {
  const hir = defined(f.lowering.program.locals[id], "local");
  const isAddressed = hir.captured && hir.owner === f.hir.id;
  const place: MirPlace = { kind: "local", local: f.addLocal(hir.name, type, isAddressed) };
  f.places.set(id, place);
  return place;
}

export function staticPlace(lowering: Lowering, id: StaticId): Place {
  const hir = defined(lowering.program.statics[id], "static");
  const facts = {
    number: () => lowering.numbers.static(id),
    bigint: () => lowering.numbers.bigints.static(id),
    text: () => lowering.strings.static(id),
  };
  const type = variablePlace(lowering, hir.type, facts, true);
  let index = lowering.staticOf.get(id);
  if (index === undefined) {
    index = lowering.statics.length;
    lowering.staticOf.set(id, index);
    lowering.statics.push({ name: hir.name, type, initial: null, isConstant: false, comment: hir.name });
  }
  return {
    place: { kind: "static", static: index },
    type,
    hirType: hir.type,
    fact: numberFact(hir.type, () => lowering.numbers.static(id)),
    isInline: false,
  };
}

export function lowerTarget(
  f: FunctionBuilder,
  target: HirTarget,
  node: NodeId,
  later: readonly boolean[],
): Place {
  switch (target.kind) {
    case "local":
      return localPlace(f, target.local);
    case "static":
      return staticPlace(f.lowering, target.static);
    case "field": {
      const object = stabilise(f, lowerExpression(f, target.object), later);
      return fieldPlace(f, object, target.field);
    }
    case "element": {
      const hasLaterEffects = later.some((effect) => effect);
      const array = stabilise(f, lowerExpression(f, target.array), [true]);
      const index = lowerNumeric(f, target.index);
      return elementPlace(
        f,
        array,
        hasLaterEffects ? { ...index, expr: stabilise(f, index.expr, [true]) } : index,
        f.lowering.numbers.isIndexInBounds(node),
        target.array,
      );
    }
  }
}

/** A value that later effects cannot change. */
export function stabilise(f: FunctionBuilder, value: MirExpr, later: readonly boolean[]): MirExpr {
  if (value.kind === "constant" || value.kind === "textConstant" || !later.some((effect) => effect))
    return value;
  if (value.kind === "address") return value;
  return f.hold(value);
}

export function fieldPlace(f: FunctionBuilder, object: MirExpr, id: number): Place {
  const hir = defined(f.lowering.program.fields[id], "field");
  const type = fieldType(f.lowering, hir);
  return {
    place: { kind: "field", object, field: hir.id },
    type,
    hirType: hir.type,
    fact: numberFact(hir.type, () => f.lowering.numbers.field(hir.id)),
    isInline: f.lowering.placement.isInline(hir.id),
  };
}

/** The element, after the bounds check: the index is proven, or it panics. */
export function elementPlace(
  f: FunctionBuilder,
  array: MirExpr,
  index: Numeric,
  isProven: boolean,
  arrayNode: HirExpr,
): Place {
  const { lowering } = f;
  if (arrayNode.type.kind !== "array") throw new Error("an element of something that is no array");
  const id = lowering.program.arrayOf(arrayNode.type.array);
  return elementAt(f, array, id, checkIndex(f, array, index, isProven, id));
}

/** The element at an index that is inside the array. */
export function elementAt(f: FunctionBuilder, array: MirExpr, id: ArrayId, index: MirExpr): Place {
  const { lowering } = f;
  const element = defined(lowering.program.arrays[id], "array").element;
  return {
    place: { kind: "element", array, index },
    type: elementType(lowering, id),
    hirType: element,
    fact: numberFact(element, () => lowering.numbers.element(id)),
    isInline: false,
  };
}

const u32: MirType = { kind: "u32" };

function checkIndex(
  f: FunctionBuilder,
  array: MirExpr,
  index: Numeric,
  isProven: boolean,
  id: ArrayId,
): MirExpr {
  if (isProven) return cast(index.expr, isInt(index.expr.type) ? index.expr.type : { kind: "i32" });
  return checkRange(f, index, "<", arrayLength(f, array, id), "RangeError: array index out of bounds");
}

/** The value as an unsigned number: an integer from 0 to below (or at most) the limit, or it panics. */
export function checkRange(
  f: FunctionBuilder,
  index: Numeric,
  op: "<" | "<=",
  length: MirExpr,
  message: string,
): MirExpr {
  if (f.lowering.checks === "none") return cast(index.expr, u32);
  const held = isSimple(index.expr) ? index.expr : f.hold(index.expr, "index");
  if (isInt(held.type) && held.type.kind !== "i64") {
    f.check(binary(op, cast(held, u32), length, boolType), message);
    return cast(held, u32);
  }
  const wide: MirType = held.type.kind === "i64" ? { kind: "i64" } : { kind: "f64" };
  const inside = binary(
    "&&",
    binary(">=", held, constant(wide, 0), boolType),
    binary(op, held, cast(length, wide), boolType),
    boolType,
  );
  f.check(inside, message);
  const asIndex = cast(held, u32);
  if (wide.kind === "f64" && !index.fact.integer)
    f.check(binary("==", cast(asIndex, wide), held, boolType), message);
  return asIndex;
}

export function arrayLength(f: FunctionBuilder, array: MirExpr, id: ArrayId): MirExpr {
  const length = constantLength(f.lowering, id);
  return length === null ? { kind: "arrayLength", array, type: u32 } : constant(u32, length);
}

/** The value of a place. Objects and arrays that are stored in line are their own address. */
export function read(place: Place): MirExpr {
  const { type } = place;
  if (type.kind === "struct")
    return { kind: "address", place: place.place, type: { kind: "object", class: type.class } };
  if (type.kind === "elements")
    return { kind: "address", place: place.place, type: { kind: "array", array: type.array } };
  if (type.kind === "cell") return load(place.place, textType);
  if (type.kind === "unionCell") return load(place.place, { kind: "union", union: type.union });
  return load(place.place, type);
}

/** Stores a number, checked where the place has a size that the value may not fit. */
export function storeNumber(f: FunctionBuilder, to: Place, value: Numeric): MirExpr {
  const stored = adaptNumber(f, to.hirType, to.type, value);
  f.set(to.place, stored);
  return stored;
}

export function adaptNumber(f: FunctionBuilder, hirType: HirType, type: MirType, value: Numeric): MirExpr {
  if (hirType.kind === "number" && hirType.sized !== null) return convertSized(f, value, hirType.sized);
  return convertTo(value, type);
}

/** A value in the representation of a place, ready to be stored or passed. */
export function adapt(
  f: FunctionBuilder,
  hirType: HirType,
  type: MirType,
  value: MirExpr,
  fact: NumberFact | null,
): MirExpr {
  if (hirType.kind === "void" || hirType.kind === "null") return constant(type, 0);
  if (hirType.kind === "bigint") return adaptBigint(f, hirType, type, value);
  if (!isScalarNumber(type) || type.kind === "bool" || hirType.kind !== "number") return value;
  return adaptNumber(f, hirType, type, { expr: value, fact: fact ?? anyNumber });
}
