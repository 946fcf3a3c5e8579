/**
 * Random programs against the model of reused storage: what placement accepts
 * must never use an object after its place is reused.
 * PLACEMENT_RUNS=2000 PLACEMENT_SEED=1 looks further.
 */
import { describe, expect, it } from "vitest";
import { checkProgram } from "../compiler/2-check/check-program.ts";
import { placeObjects } from "../compiler/3-analyse/placement.ts";
import { createReporter } from "../compiler/diagnostics/diagnostic.ts";
import { programFrom } from "./hir-from-source.ts";
import { createRandom, generateReferenceProgram } from "./placement-generator.ts";
import { runWithHeap, runWithPlaces, Violation } from "./placement-model.ts";

const runs = Number(process.env.PLACEMENT_RUNS ?? 25);
const firstSeed = Number(process.env.PLACEMENT_SEED ?? 1);
/** Decisions differ between executions of one program. */
const EXECUTIONS = 8;

interface Outcome {
  readonly verdict: "accepted" | "refused" | "other";
  readonly violations: number;
  readonly places: ReadonlySet<string>;
}

function tryProgram(seed: number, source: string): Outcome {
  const { hir } = programFrom(source);
  const reporter = createReporter();
  checkProgram(hir, reporter);
  if (reporter.hasErrors()) return { verdict: "other", violations: 0, places: new Set() };
  const placement = placeObjects(hir, reporter);
  let violations = 0;
  for (let execution = 0; execution < EXECUTIONS; execution++) {
    try {
      const decisions = seed * 1000 + execution;
      const found = runWithPlaces(hir, placement, createRandom(decisions), 3000);
      const right = runWithHeap(hir, placement, createRandom(decisions), 3000);
      if (found.join() !== right.join()) throw new Violation(`${found.join()} instead of ${right.join()}`);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      violations += 1;
    }
  }
  const places = new Set(hir.sites.map((site) => placement.place(site.id).kind));
  return { verdict: reporter.hasErrors() ? "refused" : "accepted", violations, places };
}

describe("random programs", () => {
  it(`never use an object after its place is reused (${runs} programs from seed ${firstSeed})`, () => {
    const counts = { accepted: 0, acceptedWithFrames: 0, refused: 0, refusedRightly: 0, other: 0 };
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      const source = generateReferenceProgram(seed);
      const { verdict, violations, places } = tryProgram(seed, source);
      counts[verdict] += 1;
      if (verdict === "accepted") {
        expect(violations, `seed ${seed}:\n${source}`).toBe(0);
        if (places.has("local") || places.has("result")) counts.acceptedWithFrames += 1;
      } else if (violations > 0) counts.refusedRightly += 1;
    }
    if (process.env.PLACEMENT_RUNS !== undefined) console.log(JSON.stringify(counts));
    // The programs must be able to find something: some accepted with reused places, some refused for a reason.
    expect(counts.acceptedWithFrames).toBeGreaterThan(runs / 20);
    expect(counts.refusedRightly).toBeGreaterThan(runs / 20);
  });
});
