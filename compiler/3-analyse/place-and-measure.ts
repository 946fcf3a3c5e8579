/**
 * Number ranges, bounds of texts, places of objects and capacities of arrays,
 * which need each other: a loop over an array runs as often as the array is
 * long, and an array is as long as the loops that fill it say. Starts with
 * arrays that do not grow and goes on until the capacities hold under their own
 * ranges.
 */
import { createReporter, type Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ArrayFacts, NumberFacts, StringFacts } from "../ir/facts.ts";
import type { HirProgram } from "../ir/hir.ts";
import { type ArrayId, arrayId, type NodeId } from "../ir/ids.ts";
import { type Capacities, computeArrayCapacities } from "./array-capacities.ts";
import { findArrayLayout } from "./array-layout.ts";
import { findCopiesInTurn } from "./copies-in-turn.ts";
import { countExecutions } from "./execution-counts.ts";
import { lengthsBehind } from "./lengths-behind.ts";
import { type PlacedObjects, placeObjects } from "./placement.ts";
import { LENGTH_MAX } from "./ranges/array-lengths.ts";
import { inferRanges } from "./ranges/infer-ranges.ts";
import { computeStringCapacities } from "./string-capacity.ts";

export interface Measured {
  readonly numbers: NumberFacts;
  readonly strings: StringFacts;
  readonly placement: PlacedObjects;
  readonly arrays: ArrayFacts;
  /** What to say about places and arrays, and about texts. */
  readonly places: readonly Diagnostic[];
  readonly texts: readonly Diagnostic[];
}

/** Arrays made from arrays made from arrays: one round for each link of the longest chain. */
const ROUNDS_MAX = 24;

/** What the last round found. */
interface Sizes {
  readonly classes: ReadonlyMap<ArrayId, number>;
  /** By `keyOfArray`. */
  readonly arrays: ReadonlyMap<string, number>;
  /** The greatest that a node makes. */
  ofNode(node: NodeId): number;
  readonly placement: PlacedObjects | null;
}

export function placeAndMeasure(program: HirProgram, checks: "all" | "none"): Measured {
  const inTurn = findCopiesInTurn(program);
  let sizes: Sizes = { classes: new Map(), arrays: new Map(), ofNode: () => 0, placement: null };
  for (let round = 1; ; round += 1) {
    const { measured, capacities } = measure(program, checks, sizes, inTurn);
    const next = sizesOf(program, capacities, sizes, measured.placement);
    const rising = risingIn(next.classes, sizes.classes);
    const isSettled = rising.length === 0 && risingIn(next.arrays, sizes.arrays).length === 0;
    if (isSettled || measured.places.length > 0) return measured;
    if (round === ROUNDS_MAX) {
      return { ...measured, places: rising.flatMap((id) => capacities.reportClass(id, sizes.ofNode)) };
    }
    sizes = next;
  }
}

function measure(
  program: HirProgram,
  checks: "all" | "none",
  sizes: Sizes,
  inTurn: ReadonlySet<NodeId>,
): { readonly measured: Measured; readonly capacities: Capacities } {
  const numbers = inferRanges(program, {
    checks,
    capacity: (id) => sizes.classes.get(program.arrayOf(id)) ?? 0,
    lengthLimit: (node) => (inTurn.has(node) ? sizes.ofNode(node) : LENGTH_MAX),
  });
  const texts = createReporter();
  const strings = computeStringCapacities(program, numbers, texts);
  const layout = findArrayLayout(program, numbers);
  const counts = countExecutions(
    program,
    numbers,
    lengthsBehind(program, numbers, strings, sizes.placement, sizes.arrays),
  );
  const found = createReporter();
  const placement = placeObjects(program, found, { counts, numbers, strings }, layout);
  const { allocations, references } = placement;
  const capacities = computeArrayCapacities({
    program,
    numbers,
    strings,
    layout,
    counts,
    allocations,
    references,
  });
  const places = [...found.diagnostics, ...capacities.findings];
  const arrays = capacities.facts;
  return {
    // Texts made of the elements of an array without bound have none either.
    measured: {
      numbers,
      strings,
      placement,
      arrays,
      places,
      texts: capacities.findings.length === 0 ? texts.diagnostics : [],
    },
    capacities,
  };
}

/** Never less than before, so that the rounds come to an end. */
function sizesOf(
  program: HirProgram,
  capacities: Capacities,
  before: Sizes,
  placement: PlacedObjects,
): Sizes {
  const classes = new Map<ArrayId, number>();
  program.arrays.forEach((_, index) => {
    const id = program.arrayOf(arrayId(index));
    classes.set(id, Math.max(capacities.ofClass(id), before.classes.get(id) ?? 0));
  });
  const arrays = new Map<string, number>();
  for (const [key, size] of capacities.ofArray) arrays.set(key, Math.max(size, before.arrays.get(key) ?? 0));
  const ofNode = (node: NodeId): number => Math.max(capacities.ofNode(node), before.ofNode(node));
  return { classes, arrays, ofNode, placement };
}

function risingIn<K>(next: ReadonlyMap<K, number>, known: ReadonlyMap<K, number>): K[] {
  return [...next].filter(([key, size]) => size > (known.get(key) ?? 0)).map(([key]) => key);
}
