/** The lengths of the arrays of each class: arrays never change their length, so their literals tell. */
import type { HirExpr, HirProgram } from "../../ir/hir.ts";
import type { ArrayId } from "../../ir/ids.ts";
import { walkStatements } from "../../ir/walk-hir.ts";

export interface LengthRange {
  readonly lo: number;
  readonly hi: number;
}

/** An array class that nothing makes; its code never runs. */
const UNKNOWN: LengthRange = { lo: 0, hi: 2147483647 };

export function inferArrayLengths(program: HirProgram): (id: ArrayId) => LengthRange {
  const lengths = new Map<ArrayId, LengthRange>();
  const note = (node: HirExpr, length: number): void => {
    if (node.type.kind !== "array") return;
    const id = program.arrayOf(node.type.array);
    const { lo, hi } = lengths.get(id) ?? { lo: length, hi: length };
    lengths.set(id, { lo: Math.min(lo, length), hi: Math.max(hi, length) });
  };
  const expression = (node: HirExpr): void => {
    if (node.kind === "array") note(node, node.elements.length);
    if (node.kind === "arrayFill") note(node, node.length);
    if (node.kind === "view") note(node, 0);
  };
  for (const fn of program.functions) walkStatements(fn.body, { expression });
  return (id) => lengths.get(program.arrayOf(id)) ?? UNKNOWN;
}
