/** Objects of families: the tag that says of which class an object is, and the questions to it. */
import type { HirExpr, HirType } from "../ir/hir.ts";
import type { ClassId } from "../ir/ids.ts";
import type { MirExpr } from "../ir/mir.ts";
import { defined } from "../source/assert.ts";
import { lowerExpression } from "./expressions.ts";
import { boolType, constant, type FunctionBuilder } from "./function-builder.ts";
import { binary } from "./numbers.ts";
import { fieldPlace, read } from "./places.ts";

type NodeOf<K extends HirExpr["kind"]> = Extract<HirExpr, { kind: K }>;

/** A new object says of which class it is before anything else can see it. */
export function writeTag(f: FunctionBuilder, id: ClassId, object: MirExpr): void {
  const { tag } = defined(f.lowering.program.classes[id], "class");
  if (tag === null) return;
  const place = fieldPlace(f, object, tag.field);
  f.set(place.place, constant(place.type, tag.value));
}

export function lowerIsInstance(f: FunctionBuilder, node: NodeOf<"isInstance">): MirExpr {
  return hasClass(f, lowerExpression(f, node.value), node.classes);
}

export function lowerCast(f: FunctionBuilder, node: NodeOf<"cast">): MirExpr {
  const value = asClass(lowerExpression(f, node.value), node.type);
  if (node.classes === null || f.lowering.checks === "none") return value;
  const held = value.kind === "address" ? value : f.hold(value);
  const name =
    node.type.kind === "object" ? (f.lowering.program.classes[node.type.class]?.name ?? "object") : "object";
  f.check(hasClass(f, held, node.classes), `TypeError: the object is no '${name}'`);
  return held;
}

/** The address of a known object is a pointer to its own struct, which need not have the fields that are asked for. */
function asClass(value: MirExpr, type: HirType): MirExpr {
  const isOther =
    value.kind === "address" &&
    value.type.kind === "object" &&
    type.kind === "object" &&
    value.type.class !== type.class;
  return isOther ? { kind: "cast", value, type: { kind: "object", class: type.class } } : value;
}

/** A test of the tag; none of the classes: false. */
function hasClass(f: FunctionBuilder, object: MirExpr, classes: readonly ClassId[]): MirExpr {
  const tests = classes.flatMap((id) => {
    const { tag } = defined(f.lowering.program.classes[id], "class");
    if (tag === null) return [];
    const place = fieldPlace(f, object, tag.field);
    return [binary("==", read(place), constant(place.type, tag.value), boolType)];
  });
  const [first, ...others] = tests;
  if (first === undefined) return constant(boolType, 0);
  return others.reduce((left, right) => binary("||", left, right, boolType), first);
}
