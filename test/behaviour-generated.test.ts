/**
 * Random programs do the same in Node and in C. Runs with a fixed seed, so that
 * a red run is red everywhere; GENERATED_RUNS and GENERATED_SEED look further.
 * What it finds becomes a fixture in fixtures/behaviour.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { generatedProgram } from "./support/generated-program.ts";
import { runOnHost } from "./support/host-program.ts";
import { createNodeOracle } from "./support/node-oracle.ts";
import { scratchFolder } from "./support/project.ts";
import { renderTranscript } from "./support/transcript.ts";

const runs = Number(process.env.GENERATED_RUNS ?? 15);
const seed = Number(process.env.GENERATED_SEED ?? 20260101);
const oracle = createNodeOracle("generated");

it("generated programs do in C what they do in Node", { timeout: 1_000_000 }, async () => {
  const property = fc.asyncProperty(generatedProgram, async (program) => {
    const folder = join(scratchFolder("generated"), "source");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "main.ts"), program);
    const expected = await oracle.run(folder, "program");
    const actual = await runOnHost(join(folder, "main.ts"), "generated", "program");
    expect(renderTranscript(actual)).toBe(renderTranscript(expected));
  });
  await fc.assert(property, { numRuns: runs, seed, interruptAfterTimeLimit: 240_000 });
});
