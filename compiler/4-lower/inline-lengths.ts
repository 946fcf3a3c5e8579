/**
 * The lengths of arrays that live inside their owner. The arrays of a class may
 * differ in length; the one made in a field's place says how much room it needs.
 */
import type { NumberFacts, Placement } from "../ir/facts.ts";
import type { HirExpr, HirProgram } from "../ir/hir.ts";
import type { FieldId } from "../ir/ids.ts";
import { walkStatements } from "../ir/walk-hir.ts";

export function findInlineLengths(
  program: HirProgram,
  placement: Placement,
  numbers: NumberFacts,
): ReadonlyMap<FieldId, number> {
  const lengths = new Map<FieldId, number>();
  const note = (node: HirExpr): void => {
    if (node.type.kind !== "array") return;
    if (node.kind === "array" || node.kind === "arrayFill") {
      const place = placement.place(node.site);
      const length = node.kind === "array" ? node.elements.length : node.length;
      if (place.kind === "inOwner") keepLongest(place.field, length);
    } else if (node.kind === "call" && placement.returnsInPlace(node.function)) {
      const place = placement.callPlace(node.id);
      const length = placement.resultLength(node.function) ?? numbers.arrayLength(node.type.array).hi;
      if (place.kind === "inOwner") keepLongest(place.field, length);
    }
  };
  const keepLongest = (field: FieldId, length: number): void => {
    lengths.set(field, Math.max(lengths.get(field) ?? 0, length));
  };
  for (const fn of program.functions) walkStatements(fn.body, { expression: note });
  return lengths;
}
