/** Arrays whose length changes: their growth, their cuts, and what is known of indices afterwards. */

import { measuresText } from "../../intrinsics/strings.ts";
import type { NumberFact } from "../../ir/facts.ts";
import type { HirExpr, HirTarget, HirType } from "../../ir/hir.ts";
import { LENGTH_MAX } from "./array-lengths.ts";
import { refine, relateIndex } from "./branch.ts";
import { evaluate, evaluateAll, storeElement } from "./evaluate.ts";
import { ANY, EMPTY, integerFact, isEmpty, meet } from "./fact.ts";
import type { FunctionPass } from "./function-pass.ts";
import { pathOf } from "./places.ts";
import { storedFact } from "./transfer.ts";

type Of<K extends HirExpr["kind"]> = Extract<HirExpr, { kind: K }>;
type ElementTarget = Extract<HirTarget, { kind: "element" }>;

export function lengthOf(pass: FunctionPass, type: HirType): NumberFact {
  if (type.kind !== "array") return EMPTY;
  return pass.arrayLength(type.array);
}

/** The index is an integer that the array's length exceeds. */
export function isInBounds(pass: FunctionPass, target: ElementTarget, index: NumberFact): boolean {
  if (target.inside === "always") return true;
  if (target.inside === "unlessShrunk" && target.array.type.kind === "array") {
    if (!pass.analysis.growing.shrinks(target.array.type.array)) return true;
  }
  if (!index.integer || index.nan || !(index.lo >= 0) || index.lo > index.hi) return false;
  return index.hi < lengthOf(pass, target.array.type).lo || isBelowLength(pass, target.index, target.array);
}

/** The environment knows `index < array.length`; `index - c` is below as well. */
export function isBelowLength(pass: FunctionPass, index: HirExpr, array: HirExpr): boolean {
  if (index.kind === "arithmetic" && index.op === "-" && index.right.kind === "number") {
    return index.right.value >= 0 && isBelowLength(pass, index.left, array);
  }
  if (index.kind !== "local" && index.kind !== "static" && index.kind !== "field") return false;
  const slot = pass.slotOf(index);
  const path = pathOf(pass.analysis.program, array);
  return slot !== null && path !== null && pass.slot(slot)?.below === path;
}

/** The program goes on only with an index inside the array. */
export function passIndexCheck(pass: FunctionPass, target: ElementTarget, index: NumberFact): void {
  if (pass.environment === null || isEmpty(index)) return;
  const inside = meet(index, integerFact(0, lengthOf(pass, target.array.type).hi - 1));
  if (isEmpty(inside)) pass.environment = null;
  else pass.environment = refine(pass, pass.environment, target.index, inside);
  pass.environment = relateIndex(pass, target.index, target.array, pass.environment);
}

/** The array class of an element that a store may append to; null for any other target. */
export function growingTarget(pass: FunctionPass, target: HirTarget): ElementTarget | null {
  if (target.kind !== "element" || target.array.type.kind !== "array") return null;
  return pass.analysis.growing.grows(target.array.type.array) ? target : null;
}

/** `xs[i] = v` where the array may grow: whether the index is inside shows when the value is there. */
export function evaluateGrowingStore(
  pass: FunctionPass,
  node: Of<"assign">,
  target: ElementTarget,
): NumberFact {
  evaluate(pass, target.array);
  const index = evaluate(pass, target.index);
  const value = evaluate(pass, node.value);
  if (pass.environment === null) return EMPTY;
  const isIndexKept = !pass.isImpure(node.value.id) && !pass.isImpure(target.index.id);
  const isSure = target.inside === "always" || (isIndexKept && isInBounds(pass, target, index));
  pass.analysis.recorder.setInBounds(node.id, isSure);
  if (pass.analysis.checks === "all" && isIndexKept) passIndexCheck(pass, target, index);
  if (pass.environment === null || node.type.kind !== "number") {
    if (pass.environment !== null) storeElement(pass, target.array.type, EMPTY);
    return EMPTY;
  }
  pass.observe(node, value);
  return storeElement(pass, target.array.type, value);
}

export function evaluateArrayNew(pass: FunctionPass, node: Of<"arrayNew">): NumberFact {
  const { type } = node;
  const length = evaluate(pass, node.length);
  if (pass.environment === null || type.kind !== "array") return EMPTY;
  const limit = Math.min(mostParts(pass, node), pass.analysis.lengthLimit(node.id));
  const valid = meet(length, integerFact(0, Math.min(type.max ?? LENGTH_MAX, limit)));
  pass.contribute(pass.analysis.places.length(type.array), valid);
  return EMPTY;
}

/** The parts of a text: as many as its array has room for. */
function mostParts(pass: FunctionPass, { length, type }: Of<"arrayNew">): number {
  const isCounted = measuresText(length) && type.kind === "array";
  return isCounted ? pass.analysis.capacity(type.array) : LENGTH_MAX;
}

/** Any bits may show as elements of the other type, and what is stored through one shows in both. */
export function evaluateOverlay(pass: FunctionPass, node: Of<"overlay">): NumberFact {
  evaluate(pass, node.array);
  evaluate(pass, node.start);
  const length = evaluate(pass, node.length);
  const { places } = pass.analysis;
  if (pass.environment === null || node.type.kind !== "array") return EMPTY;
  pass.contribute(places.length(node.type.array), meet(length, integerFact(0, LENGTH_MAX)));
  for (const { type } of [node, node.array]) storeAnyBits(pass, type);
  return EMPTY;
}

/** Elements whose bytes are written as something else. */
export function storeAnyBits(pass: FunctionPass, type: HirType): void {
  if (type.kind !== "array") return;
  const { places, program } = pass.analysis;
  const element = program.arrays[program.arrayOf(type.array)]?.element;
  if (element !== undefined) pass.contribute(places.element(type.array), storedFact(element, ANY, "all"));
}

/** The new length. */
export function evaluatePush(pass: FunctionPass, node: Of<"push">): NumberFact {
  evaluate(pass, node.array);
  const values = evaluateAll(pass, node.values);
  if (pass.environment === null) return EMPTY;
  for (const value of values) storeElement(pass, node.array.type, value);
  const length = lengthOf(pass, node.array.type);
  // Never empty: that would mean that the push never runs.
  return integerFact(values.length, Math.max(values.length, length.hi));
}

export function evaluateSetLength(pass: FunctionPass, node: Of<"setLength">): NumberFact {
  evaluate(pass, node.array);
  evaluate(pass, node.length);
  if (node.array.type.kind === "array") pass.forgetShrunk([node.array.type.array]);
  return EMPTY;
}

export interface IndexBranches {
  readonly inside: FunctionPass["environment"];
  readonly outside: FunctionPass["environment"];
}

export function branchHasIndex(pass: FunctionPass, node: Of<"hasIndex">): IndexBranches {
  const { array, index: at, inside: sure } = node;
  const target: ElementTarget = {
    kind: "element",
    array,
    index: at,
    ...(sure === undefined ? {} : { inside: sure }),
  };
  evaluate(pass, node.array);
  const index = evaluate(pass, node.index);
  const { environment } = pass;
  if (environment === null) return { inside: null, outside: null };
  const isProven = isInBounds(pass, target, index);
  pass.analysis.recorder.setInBounds(node.id, isProven);
  passIndexCheck(pass, target, index);
  const inside = pass.environment;
  pass.environment = environment;
  return { inside, outside: isProven ? null : environment };
}
