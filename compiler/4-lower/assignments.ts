/** Assignments, compound assignments, updates and appends. */

import { hasEffects } from "../intrinsics/effects.ts";
import type { NumberFact } from "../ir/facts.ts";
import type { HirExpr } from "../ir/hir.ts";
import type { MirExpr } from "../ir/mir.ts";
import { isUnit } from "../ir/union-types.ts";
import { defined } from "../source/assert.ts";
import { adaptBigint } from "./bigint-values.ts";
import { copyObject } from "./copy-object.ts";
import { factOfConstant, lowerExpression, lowerNumeric } from "./expressions.ts";
import { constant, type FunctionBuilder } from "./function-builder.ts";
import { lowerGrowingStore } from "./growing-arrays.ts";
import { exactRange, lowerArithmetic, type Numeric } from "./numbers.ts";
import { lowerTarget, type Place, read, stabilise, storeNumber } from "./places.ts";
import { isEmpty } from "./representation.ts";
import { holdText, lowerTemplate, storeText } from "./text.ts";

type NodeOf<K extends HirExpr["kind"]> = Extract<HirExpr, { kind: K }>;

export function lowerAssign(f: FunctionBuilder, node: NodeOf<"assign">): MirExpr {
  const { target } = node;
  if (target.kind === "element" && target.array.type.kind === "array") {
    if (f.lowering.arrays.grows(target.array.type.array)) return lowerGrowingStore(f, node, target);
  }
  const place = lowerTarget(f, node.target, node.id, [hasEffects(node.value)]);
  const value = lowerExpression(f, node.value);
  if (place.isInline) return value;
  if (node.type.kind === "object" && f.lowering.placement.isCopied(node.id)) {
    copyObject(f, node.type.class, isHeld(value) ? value : f.hold(value), f.hold(read(place)));
    return value;
  }
  return storeValue(f, place, value, node.value, f.isUnused(node));
}

/** Stores a value of any type; the result is the value that was assigned. */
export function storeValue(
  f: FunctionBuilder,
  place: Place,
  value: MirExpr,
  node: HirExpr,
  isUnused: boolean,
): MirExpr {
  if (place.hirType.kind === "number") {
    const numeric: Numeric = { expr: value, fact: f.lowering.numbers.node(node.id) };
    const kept = isUnused || isHeld(value) ? numeric : { ...numeric, expr: f.hold(value) };
    storeNumber(f, place, kept);
    return kept.expr;
  }
  if (place.hirType.kind === "bigint") {
    const kept = isUnused || isHeld(value) ? value : f.hold(value);
    f.set(place.place, adaptBigint(f, place.hirType, place.type, kept));
    return kept;
  }
  if (place.hirType.kind === "string" || place.type.kind === "unionCell") return storeText(f, place, value);
  if (isUnit(place.hirType)) {
    f.set(place.place, constant(place.type, 0));
    return value;
  }
  const kept = isUnused || isHeld(value) ? value : f.hold(value);
  f.set(place.place, kept);
  return kept;
}

/** Evaluating it again later gives the same value at no cost. */
function isHeld(value: MirExpr): boolean {
  return value.kind === "constant" || value.kind === "address" || value.kind === "closure";
}

export function lowerCompound(f: FunctionBuilder, node: NodeOf<"compound">): MirExpr {
  const { numbers } = f.lowering;
  const place = lowerTarget(f, node.target, node.id, [true]);
  const isLater = hasEffects(node.value);
  const old: Numeric = { expr: stabilise(f, read(place), [isLater]), fact: placeFact(place) };
  const right = lowerNumeric(f, node.value);
  const isChecked = numbers.isCheckedSum(node.id);
  const result = lowerArithmetic(f, node.op, old, right, numbers.node(node.id), isChecked);
  const fact = isChecked
    ? numbers.node(node.id)
    : unclamped(place, exactRange(node.op, old.fact, right.fact), numbers.node(node.id));
  const held = f.isUnused(node) ? result : f.hold(result, "value");
  storeNumber(f, place, { expr: held, fact });
  return held;
}

function placeFact(place: Place): NumberFact {
  return defined(place.fact, "a number place has a fact");
}

/** Before the range check of a sized place the value may be anything the arithmetic gives. */
function unclamped(place: Place, exact: NumberFact | null, node: NumberFact): NumberFact {
  if (place.hirType.kind !== "number" || place.hirType.sized === null) return node;
  return (
    exact ?? { lo: Number.NEGATIVE_INFINITY, hi: Number.POSITIVE_INFINITY, integer: node.integer, nan: true }
  );
}

export function lowerUpdate(f: FunctionBuilder, node: NodeOf<"update">): MirExpr {
  const { numbers } = f.lowering;
  const place = lowerTarget(f, node.target, node.id, [true]);
  const fact = placeFact(place);
  const isUnused = f.isUnused(node);
  const old: Numeric = { expr: isUnused || node.prefix ? read(place) : f.hold(read(place), "old"), fact };
  const one: Numeric = { expr: constant({ kind: "i32" }, node.delta), fact: factOfConstant(node.delta) };
  const exact = exactRange("+", fact, one.fact);
  const isChecked = numbers.isCheckedSum(node.id);
  const isSized = place.hirType.kind === "number" && place.hirType.sized !== null;
  const next = lowerArithmetic(
    f,
    "+",
    narrowed(old, fact, isSized || isChecked, node.delta),
    one,
    fact,
    isChecked,
  );
  const nextFact = isSized && !isChecked ? (exact ?? fact) : fact;
  const held = isUnused ? next : f.hold(next, "value");
  storeNumber(f, place, { expr: held, fact: nextFact });
  return node.prefix ? held : old.expr;
}

/** Both the old and the new value are in the place's range, so the sum is computed in the place's own type. */
function narrowed(old: Numeric, fact: NumberFact, keep: boolean, delta: 1 | -1): Numeric {
  if (keep || !fact.integer || fact.nan || isEmpty(fact)) return old;
  const bounded =
    delta > 0
      ? { ...fact, hi: Math.max(fact.lo, fact.hi - 1) }
      : { ...fact, lo: Math.min(fact.hi, fact.lo + 1) };
  return { expr: old.expr, fact: bounded };
}

export function lowerAppend(f: FunctionBuilder, node: NodeOf<"append">): MirExpr {
  const place = lowerTarget(f, node.target, node.id, [true]);
  const isLater = hasEffects(node.value);
  const old = isLater ? holdText(f, node, read(place)) : read(place);
  const built = lowerTemplate(f, node, [old, lowerExpression(f, node.value)]);
  return storeText(f, place, built);
}
