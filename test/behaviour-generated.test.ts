/**
 * Random programs do the same in Node and in C. Runs with a fixed seed, so that
 * a red run is red everywhere; GENERATED_RUNS and GENERATED_SEED look further
 * (`npm run fuzz`). What it finds becomes a fixture in fixtures/behaviour.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { generatedProgram } from "./support/generated-program.ts";
import { buildForHost, compileForHost, renderReports } from "./support/host-program.ts";
import { createNodeOracle } from "./support/node-oracle.ts";
import { generatedTape, programOf } from "./support/program-generator/program.ts";
import { scratchFolder } from "./support/project.ts";
import { runProcess } from "./support/run-process.ts";
import { renderTranscript } from "./support/transcript.ts";

/** Programs of each kind in `npm test`; GENERATED_RUNS replaces both. */
const wanted = process.env.GENERATED_RUNS;
const seed = Number(process.env.GENERATED_SEED ?? 20260101);
/** Of the programs of all kinds, how many the compiler may refuse: a bound that it cannot see. */
const REFUSED_PERCENT_MAX = 10;

const oracle = createNodeOracle("generated");

/** Compares one program with Node; false when the compiler refuses it in words. */
async function behavesAsInNode(program: string, name: string): Promise<boolean> {
  const folder = join(scratchFolder("generated", name), "source");
  mkdirSync(folder, { recursive: true });
  const entry = join(folder, "main.ts");
  writeFileSync(entry, program);
  const result = compileForHost(entry);
  if (!result.ok) {
    const codes = result.diagnostics.map((diagnostic) => diagnostic.code);
    expect(codes, renderReports(result)).not.toContain("TSFW9001");
    return false;
  }
  const [expected, actual] = await Promise.all([
    oracle.run(folder, name),
    buildForHost(result, "generated", name).then((path) => runProcess(path, [])),
  ]);
  expect(renderTranscript(actual), program).toBe(renderTranscript(expected));
  return true;
}

async function check(name: string, programs: fc.Arbitrary<string>, runs: number): Promise<void> {
  let count = 0;
  let refused = 0;
  const property = fc.asyncProperty(programs, async (program) => {
    count += 1;
    if (!(await behavesAsInNode(program, name))) refused += 1;
  });
  await fc.assert(property, { numRuns: runs, seed, endOnFailure: false });
  if (wanted !== undefined) process.stdout.write(`${name}: ${count} programs, ${refused} refused\n`);
  expect((refused * 100) / count, `${refused} of ${count} programs were refused`).toBeLessThanOrEqual(
    REFUSED_PERCENT_MAX,
  );
}

it("async programs do in C what they do in Node", { timeout: 4_000_000 }, async () => {
  await check("async", generatedProgram, Number(wanted ?? 15));
});

it("programs with classes, closures, texts and exceptions do in C what they do in Node", {
  timeout: 8_000_000,
}, async () => {
  await check("language", generatedTape.map(programOf), Number(wanted ?? 100));
});
