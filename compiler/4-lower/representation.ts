/** Which machine type a value or place has: decided by facts, never by guesses. */
import { bigintTypeOf } from "../ir/bigint-ranges.ts";
import type { BigintRange, NumberFact } from "../ir/facts.ts";
import type { HirExpr, HirField, HirFunction, HirType, SizedName } from "../ir/hir.ts";
import type { ArrayId } from "../ir/ids.ts";
import type { IntName, MirType, ScalarName } from "../ir/mir.ts";
import { assertNever, defined } from "../source/assert.ts";
import type { Lowering } from "./context.ts";
import { unionPlaceType } from "./union-shapes.ts";

export const TWO_53 = 9007199254740992;

const ranges: Readonly<Record<IntName, readonly [number, number]>> = {
  i8: [-128, 127],
  u8: [0, 255],
  i16: [-32768, 32767],
  u16: [0, 65535],
  i32: [-2147483648, 2147483647],
  u32: [0, 4294967295],
  i64: [-TWO_53, TWO_53],
  u64: [0, TWO_53],
};

export function fits(fact: NumberFact, name: IntName): boolean {
  const [lo, hi] = ranges[name];
  return fact.integer && !fact.nan && fact.lo >= lo && fact.hi <= hi;
}

export function rangeOf(name: IntName): readonly [number, number] {
  return ranges[name];
}

export function isEmpty(fact: NumberFact): boolean {
  return fact.lo > fact.hi && !fact.nan;
}

/** The type values are computed in: int32 where it suffices. */
export function valueType(fact: NumberFact): MirType & { kind: ScalarName } {
  if (isEmpty(fact) || fits(fact, "i32")) return { kind: "i32" };
  if (fits(fact, "u32")) return { kind: "u32" };
  if (fits(fact, "i64")) return { kind: "i64" };
  return { kind: "f64" };
}

const storageOrder: readonly IntName[] = ["u8", "i8", "u16", "i16", "i32", "u32", "i64"];

/** The type values are kept in: the smallest that holds them. */
export function storageType(fact: NumberFact, sized: SizedName | null): MirType & { kind: ScalarName } {
  if (sized !== null) return { kind: sized };
  if (isEmpty(fact)) return { kind: "i32" };
  const name = storageOrder.find((candidate) => fits(fact, candidate));
  return { kind: name ?? "f64" };
}

export function isInt(type: MirType): type is MirType & { kind: IntName } {
  return type.kind in ranges;
}

export function isScalarNumber(type: MirType): boolean {
  return isInt(type) || type.kind === "f32" || type.kind === "f64";
}

/** What is known of a place, by what may be in it. */
export interface PlaceFacts {
  number(): NumberFact;
  bigint(): BigintRange | null;
  text(): { readonly kind: "literal" } | { readonly kind: "bytes"; readonly bytes: number };
}

export function variablePlace(lowering: Lowering, type: HirType, facts: PlaceFacts, small: boolean): MirType {
  return variableType(placeType(lowering, type, facts, small));
}

/** The machine type of a place of a HIR type, given what reaches it. */
export function placeType(lowering: Lowering, type: HirType, facts: PlaceFacts, small: boolean): MirType {
  switch (type.kind) {
    case "number":
      if (type.sized !== null) return { kind: type.sized };
      return small ? storageType(facts.number(), null) : valueType(facts.number());
    case "bigint":
      return { kind: type.sized ?? bigintTypeOf(facts.bigint()) };
    case "boolean":
      return { kind: "bool" };
    case "string": {
      const capacity = facts.text();
      return capacity.kind === "literal" ? { kind: "text" } : { kind: "cell", bytes: capacity.bytes };
    }
    case "void":
      return { kind: "void" };
    case "object":
      return { kind: "object", class: type.class };
    case "array":
      return { kind: "array", array: lowering.program.arrayOf(type.array) };
    case "closure":
      return { kind: "closure", signature: lowering.program.signatureOf(type.signature) };
    case "handle":
      return { kind: "u32" };
    case "null":
      return unitPlace;
    case "union":
      return unionPlaceType(lowering, type, facts.text);
    default:
      return assertNever(type);
  }
}

/** A place that only ever holds one value; functions that return undefined return nothing. */
const unitPlace: MirType = { kind: "u8" };

function variableType(type: MirType): MirType {
  return type.kind === "void" ? unitPlace : type;
}

/** The type of a value of a HIR type in an expression: text is a view, numbers follow their fact. */
export function expressionType(lowering: Lowering, node: HirExpr): MirType {
  const { numbers } = lowering;
  const facts: PlaceFacts = {
    number: () => numbers.node(node.id),
    bigint: () => numbers.bigints.node(node.id),
    text: () => ({ kind: "literal" }),
  };
  return placeType(lowering, node.type, facts, false);
}

export function localType(lowering: Lowering, index: number): MirType {
  const local = defined(lowering.program.locals[index], "local");
  const facts = {
    number: () => lowering.numbers.local(local.id),
    bigint: () => lowering.numbers.bigints.local(local.id),
    text: () => lowering.strings.local(local.id),
  };
  return variableType(placeType(lowering, local.type, facts, false));
}

export function fieldType(lowering: Lowering, field: HirField): MirType {
  const facts = {
    number: () => lowering.numbers.field(field.id),
    bigint: () => lowering.numbers.bigints.field(field.id),
    text: () => lowering.strings.field(field.id),
  };
  const type = variableType(placeType(lowering, field.type, facts, true));
  if (!lowering.placement.isInline(field.id)) return type;
  if (type.kind === "object") return { kind: "struct", class: type.class };
  if (type.kind === "array")
    return {
      kind: "elements",
      array: type.array,
      length: lowering.arrays.hasHeader(type.array)
        ? lowering.arrays.fieldCapacity(field.id)
        : (lowering.inlineLengths.get(field.id) ?? 0),
    };
  return type;
}

export function elementType(lowering: Lowering, array: ArrayId): MirType {
  const canonical = lowering.program.arrayOf(array);
  const info = defined(lowering.program.arrays[canonical], "array");
  const facts = {
    number: () => lowering.numbers.element(canonical),
    bigint: () => lowering.numbers.bigints.element(canonical),
    text: () => lowering.strings.element(canonical),
  };
  return variableType(placeType(lowering, info.element, facts, true));
}

/** A function that returns in place leaves its caller nothing to take, unless the result tells its length. */
export function returnsNothing(lowering: Lowering, fn: HirFunction): boolean {
  if (!lowering.placement.returnsInPlace(fn.id) || fn.result.kind === "union") return false;
  return fn.result.kind !== "array" || !lowering.arrays.carriesLength(fn.result.array);
}

/** The length of every array of the class, when it is one. */
export function constantLength(lowering: Lowering, array: ArrayId): number | null {
  if (lowering.arrays.hasHeader(array)) return null;
  const { lo, hi } = lowering.numbers.arrayLength(lowering.program.arrayOf(array));
  return lo === hi ? lo : null;
}
