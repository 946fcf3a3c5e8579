/**
 * The lengths of the arrays of each class that show without running anything:
 * those of literals, and the capacities of arrays that grow.
 */
import type { NumberFact } from "../../ir/facts.ts";
import type { HirExpr, HirProgram } from "../../ir/hir.ts";
import type { ArrayId, NodeId } from "../../ir/ids.ts";
import { walkStatements } from "../../ir/walk-hir.ts";
import type { GrowingArrays } from "../growing-arrays.ts";
import { EMPTY, integerFact, join } from "./fact.ts";

export interface LengthRange {
  readonly lo: number;
  readonly hi: number;
}

/** As many elements as a length in `uint32_t` and an index in `int32_t` allow. */
export const LENGTH_MAX = 2147483647;

/** An array class that nothing makes: a loop over one has no round. */
const UNMADE_LENGTH: LengthRange = { lo: 0, hi: 0 };

export interface ArrayLengths {
  /** null: no literal tells. */
  literal(id: ArrayId): LengthRange | null;
  /** Some array of the class gets its length at run time. */
  hasComputed(id: ArrayId): boolean;
}

/** Joins what literals tell with the lengths computed so far; empty when nothing made an array yet. */
export function joinLengths(world: LengthWorld, id: ArrayId, computed: () => NumberFact): NumberFact {
  const literal = world.lengths.literal(id);
  if (!world.lengths.hasComputed(id)) {
    const { lo, hi } = literal ?? UNMADE_LENGTH;
    return integerFact(lo, hi);
  }
  const known = literal === null ? EMPTY : integerFact(literal.lo, literal.hi);
  const most = world.growing.grows(id) ? integerFact(0, world.capacity(id)) : EMPTY;
  const least = world.growing.shrinks(id) ? integerFact(0, 0) : EMPTY;
  return [computed(), most, least].reduce(join, known);
}

export interface LengthWorld {
  readonly growing: GrowingArrays;
  readonly lengths: ArrayLengths;
  /** The most elements that growth gives to an array of the class. */
  capacity(id: ArrayId): number;
  /** The greatest length of what an `arrayNew` makes. */
  lengthLimit(node: NodeId): number;
}

export function inferArrayLengths(
  program: HirProgram,
  growing: GrowingArrays,
  capacity: (id: ArrayId) => number,
): ArrayLengths {
  const lengths = new Map<ArrayId, LengthRange>();
  const computed = new Set<ArrayId>();
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
    if ((node.kind === "arrayNew" || node.kind === "overlay") && node.type.kind === "array")
      computed.add(program.arrayOf(node.type.array));
  };
  for (const fn of program.functions) walkStatements(fn.body, { expression });
  for (const [id, { lo, hi }] of lengths) {
    const most = growing.grows(id) ? Math.max(hi, capacity(id)) : hi;
    lengths.set(id, { lo: growing.shrinks(id) ? 0 : lo, hi: most });
  }
  return {
    literal: (id) => lengths.get(program.arrayOf(id)) ?? null,
    hasComputed: (id) => computed.has(program.arrayOf(id)),
  };
}
