/**
 * What a union is at run time: a reference with a spare value where one reference
 * meets undefined or null, else a tag and the value. All values of one union type
 * have one number representation, which holds every number ever wrapped into it.
 */
import { bigintTypeOf, joinBigints } from "../ir/bigint-ranges.ts";
import type { BigintRange, NumberFact, NumberFacts } from "../ir/facts.ts";
import type { HirProgram, HirType } from "../ir/hir.ts";
import type { ArrayId } from "../ir/ids.ts";
import type { MirType, MirUnion } from "../ir/mir.ts";
import { type ArmKind, armOf, hasBigint, hasNumber, isUnit, type UnionType } from "../ir/union-types.ts";
import { walkStatements } from "../ir/walk-hir.ts";
import { assertNever, defined, invariant } from "../source/assert.ts";
import type { Lowering } from "./context.ts";
import { constantLength, storageType } from "./representation.ts";

export type UnionShape =
  | { readonly kind: "reference"; readonly arm: ArmKind; readonly type: MirType; readonly empty: ArmKind }
  | { readonly kind: "tagged"; readonly union: number };

/** Shapes by the key of their type, made when first asked for; `entries` become `Mir.unions`. */
export interface UnionShapes {
  readonly numbers: ReadonlyMap<string, NumberFact>;
  readonly bigints: ReadonlyMap<string, BigintRange | null>;
  readonly shapes: Map<string, UnionShape>;
  readonly entries: MirUnion[];
}

export function createUnionShapes(program: HirProgram, facts: NumberFacts): UnionShapes {
  const numbers = new Map<string, NumberFact>();
  const bigints = new Map<string, BigintRange | null>();
  const note = (type: HirType, fact: NumberFact, big: BigintRange | null): void => {
    if (type.kind !== "union") return;
    const key = unionKey(program, type);
    if (hasNumber(type)) numbers.set(key, joinFacts(numbers.get(key), fact));
    if (hasBigint(type)) bigints.set(key, joinBigints(bigints.get(key) ?? null, big));
  };
  const big = facts.bigints;
  for (const fn of program.functions) {
    note(fn.result, facts.result(fn.id), big.result(fn.id));
    walkStatements(fn.body, {
      expression: (node) => {
        if (node.type.kind === "union") note(node.type, facts.node(node.id), big.node(node.id));
      },
    });
  }
  program.signatures.forEach((signature, index) => {
    const id = program.signatureOf(index as Parameters<HirProgram["signatureOf"]>[0]);
    signature.parameters.forEach((type, position) => {
      note(type, facts.signatureParameter(id, position), big.signatureParameter(id, position));
    });
    note(signature.result, facts.signatureResult(id), big.signatureResult(id));
  });
  for (const local of program.locals) note(local.type, facts.local(local.id), big.local(local.id));
  for (const one of program.statics) note(one.type, facts.static(one.id), big.static(one.id));
  for (const field of program.fields) note(field.type, facts.field(field.id), big.field(field.id));
  return { numbers, bigints, shapes: new Map(), entries: [] };
}

function joinFacts(known: NumberFact | undefined, fact: NumberFact): NumberFact {
  if (known === undefined) return fact;
  return {
    lo: Math.min(known.lo, fact.lo),
    hi: Math.max(known.hi, fact.hi),
    integer: known.integer && fact.integer,
    nan: known.nan || fact.nan,
  };
}

/** Equal for types whose values look the same. */
function unionKey(program: HirProgram, type: UnionType): string {
  return type.arms.map((arm) => armKey(program, arm)).join("|");
}

function armKey(program: HirProgram, arm: HirType): string {
  switch (arm.kind) {
    case "object":
      return `object ${defined(program.classes[arm.class], "class").family}`;
    case "array":
      return `array ${program.arrayOf(arm.array)}`;
    case "closure":
      return `closure ${program.signatureOf(arm.signature)}`;
    default:
      return arm.kind;
  }
}

export function shapeOf(lowering: Lowering, type: UnionType): UnionShape {
  const { shapes } = lowering.unions;
  const key = unionKey(lowering.program, type);
  const known = shapes.get(key);
  if (known !== undefined) return known;
  const made = referenceShape(lowering, type) ?? taggedShape(lowering, type, key);
  shapes.set(key, made);
  return made;
}

function referenceShape(lowering: Lowering, type: UnionType): UnionShape | null {
  const [empty, reference, ...others] = type.arms;
  if (empty === undefined || reference === undefined || others.length > 0 || !isUnit(empty)) return null;
  const isPointer =
    reference.kind === "object" ||
    reference.kind === "closure" ||
    (reference.kind === "array" && isPointerTo(lowering, reference.array));
  if (!isPointer) return null;
  const arm = reference.kind as ArmKind;
  return {
    kind: "reference",
    arm,
    type: armType(lowering, reference, null, null),
    empty: empty.kind as ArmKind,
  };
}

/** Arrays of one length, and those that grow, are named by a pointer. */
function isPointerTo(lowering: Lowering, array: ArrayId): boolean {
  return lowering.arrays.hasHeader(array) || constantLength(lowering, array) !== null;
}

function taggedShape(lowering: Lowering, type: UnionType, key: string): UnionShape {
  const { entries, numbers, bigints } = lowering.unions;
  const arms = type.arms.flatMap((arm) =>
    isUnit(arm)
      ? []
      : [
          {
            arm: arm.kind as ArmKind,
            type: armType(lowering, arm, numbers.get(key) ?? null, bigints.get(key) ?? null),
          },
        ],
  );
  const units = type.arms.filter(isUnit).map((arm) => arm.kind as ArmKind);
  const name = type.arms.map((arm) => (arm.kind === "void" ? "undefined" : arm.kind)).join("_or_");
  const union = entries.push({ name, units, arms }) - 1;
  return { kind: "tagged", union };
}

function armType(
  lowering: Lowering,
  arm: HirType,
  fact: NumberFact | null,
  big: BigintRange | null,
): MirType {
  switch (arm.kind) {
    case "number":
      return fact === null ? { kind: "i32" } : storageType(fact, null);
    case "bigint":
      return { kind: bigintTypeOf(big) };
    case "boolean":
      return { kind: "bool" };
    case "string":
      return { kind: "text" };
    case "object":
      return { kind: "object", class: arm.class };
    case "array":
      return { kind: "array", array: lowering.program.arrayOf(arm.array) };
    case "closure":
      return { kind: "closure", signature: lowering.program.signatureOf(arm.signature) };
    case "void":
    case "null":
    case "handle":
    case "union":
      invariant(false, `${arm.kind} is no arm of a union with a value`);
      return { kind: "void" };
    default:
      return assertNever(arm);
  }
}

/** What a tagged union holds for an arm; null where the tag says all. */
export function payloadType(lowering: Lowering, union: number, arm: ArmKind): MirType | null {
  const entry = defined(lowering.unions.entries[union], "union");
  return entry.arms.find((one) => one.arm === arm)?.type ?? null;
}

/** The type of a value of a union. */
export function unionValueType(lowering: Lowering, type: UnionType): MirType {
  const shape = shapeOf(lowering, type);
  return shape.kind === "reference" ? shape.type : { kind: "union", union: shape.union };
}

/** A place of its own for a union: with room for its text, where it computes one. */
export function unionPlaceType(
  lowering: Lowering,
  type: UnionType,
  text: () => { kind: "literal" } | { kind: "bytes"; bytes: number },
): MirType {
  const value = unionValueType(lowering, type);
  if (value.kind !== "union" || armOf(type, "string") === null) return value;
  const capacity = text();
  return capacity.kind === "literal"
    ? value
    : { kind: "unionCell", union: value.union, bytes: capacity.bytes };
}
