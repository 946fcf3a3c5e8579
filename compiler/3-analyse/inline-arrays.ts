/** Arrays that fields hold in line: the analysis of references knows them by their owner. */
import type { HirExpr, HirProgram } from "../ir/hir.ts";
import type { Allocations, Origin } from "./allocations.ts";

/** The arrays that `array` may be where it refers to an object: itself, or all of its class that owners hold. */
export function arraysBehind(
  program: HirProgram,
  allocations: Allocations,
  origin: Origin,
  array: HirExpr,
): readonly Origin[] {
  if (origin.node.type.kind === "array" || array.type.kind !== "array") return [origin];
  const id = program.arrayOf(array.type.array);
  const field = array.kind === "field" && allocations.inlineFields.has(array.field) ? array.field : null;
  return allocations.origins.filter(({ node, place }) => {
    if (node.type.kind !== "array" || place.kind !== "inOwner") return false;
    return program.arrayOf(node.type.array) === id && (field === null || place.field === field);
  });
}

/** An array, where an owner holds it in line that of one owner. */
export interface HeldArray {
  readonly origin: Origin;
  /** The owner; null: the array is an object of its own. */
  readonly holder: Origin | null;
}

/** The same array is the same object. */
export class HeldArrays {
  readonly #known = new Map<string, HeldArray>();

  of(origin: Origin, holder: Origin | null): HeldArray {
    const key = keyOfArray({ origin, holder });
    const known = this.#known.get(key) ?? { origin, holder };
    this.#known.set(key, known);
    return known;
  }

  /** Those that something asked for. */
  all(): Iterable<HeldArray> {
    return this.#known.values();
  }
}

/** A name that holds for all rounds of the analyses. */
export function keyOfArray({ origin, holder }: HeldArray): string {
  return holder === null ? `${origin.node.id}` : `${origin.node.id} in ${holder.node.id}`;
}
