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
import { type ArrayId, arrayId } from "../ir/ids.ts";
import { type Capacities, computeArrayCapacities } from "./array-capacities.ts";
import { findArrayLayout } from "./array-layout.ts";
import { countExecutions } from "./execution-counts.ts";
import { type PlacedObjects, placeObjects } from "./placement.ts";
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
const ROUNDS_MAX = 12;

type Sizes = ReadonlyMap<ArrayId, number>;

export function placeAndMeasure(program: HirProgram, checks: "all" | "none"): Measured {
  let sizes: Sizes = new Map();
  for (let round = 1; ; round += 1) {
    const { measured, capacities } = measure(program, checks, sizes);
    const next = sizesOf(program, capacities, sizes);
    const rising = risingIn(next, sizes);
    if (rising.length === 0 || measured.places.length > 0) return measured;
    if (round === ROUNDS_MAX) {
      return { ...measured, places: rising.flatMap((id) => capacities.reportClass(id)) };
    }
    sizes = next;
  }
}

function measure(
  program: HirProgram,
  checks: "all" | "none",
  sizes: Sizes,
): { readonly measured: Measured; readonly capacities: Capacities } {
  const capacity = (id: ArrayId): number => sizes.get(program.arrayOf(id)) ?? 0;
  const numbers = inferRanges(program, { checks, capacity });
  const texts = createReporter();
  const strings = computeStringCapacities(program, numbers, texts);
  const layout = findArrayLayout(program, numbers);
  const counts = countExecutions(program, numbers, strings);
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
function sizesOf(program: HirProgram, capacities: Capacities, before: Sizes): Sizes {
  const sizes = new Map<ArrayId, number>();
  program.arrays.forEach((_, index) => {
    const id = program.arrayOf(arrayId(index));
    sizes.set(id, Math.max(capacities.ofClass(id), before.get(id) ?? 0));
  });
  return sizes;
}

function risingIn(next: Sizes, known: Sizes): ArrayId[] {
  return [...next].filter(([id, size]) => size > (known.get(id) ?? 0)).map(([id]) => id);
}
