/** Random programs run with JavaScript numbers: no value may leave its fact. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { inferRanges } from "../compiler/3-analyse/ranges/infer-ranges.ts";
import { evaluateProgram } from "./ranges-evaluator.ts";
import { generateProgram } from "./ranges-generator.ts";
import { Random } from "./ranges-random.ts";

function inputs(seed: number): () => number {
  const random = new Random(seed);
  const scales = [1, 5, 100, 70000, 2 ** 31, 2 ** 53];
  return () => {
    const value = random.next() * random.pick(scales);
    return random.chance(0.7) ? Math.floor(value) : value;
  };
}

const runs = Number(process.env.TSFW_RANGE_RUNS ?? 300);
const FUEL = 3000;

it.each(["all", "none"] as const)(
  "facts hold in every run (checks: %s)",
  (checks) => {
    const ends = { done: 0, panic: 0, fuel: 0 };
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const program = generateProgram(seed);
        const facts = inferRanges(program, { checks });
        for (let run = 0; run < 3; run += 1) {
          ends[evaluateProgram(program, facts, { checks, fuel: FUEL, input: inputs(seed + run) })] += 1;
        }
      }),
      { numRuns: runs, endOnFailure: true },
    );
    // The programs do something: not all stop at once.
    expect(ends.done + ends.fuel).toBeGreaterThan(runs / 4);
  },
  600_000,
);
