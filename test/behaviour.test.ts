/**
 * Rule 0 of the language: a compiled program does what Node does.
 *
 * Each case of fixtures/behaviour runs in Node and as C on the host under ASan
 * and UBSan; the transcripts must be equal. A case that differs from Node on
 * purpose (a panic) has its own `expected.txt`.
 */

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runOnHost } from "./support/host-program.ts";
import { createLimiter } from "./support/limiter.ts";
import { createNodeOracle } from "./support/node-oracle.ts";
import { listCases, projectPath, readIfPresent } from "./support/project.ts";
import { renderTranscript } from "./support/transcript.ts";

const JOBS_MAX = 3;
const cases = listCases("behaviour");
const limit = createLimiter(JOBS_MAX);
const oracle = createNodeOracle("behaviour");

async function expectedTranscript(folder: string, name: string): Promise<string> {
  const stored = readIfPresent(join(folder, "expected.txt"));
  if (stored !== undefined) return stored;
  return renderTranscript(await oracle.run(folder, name));
}

async function hostTranscript(folder: string, name: string): Promise<string> {
  return renderTranscript(await runOnHost(join(folder, "main.ts"), "behaviour", name));
}

describe.concurrent("behaviour", () => {
  it.each(cases)("%s", { timeout: 300_000 }, async (name) => {
    const folder = projectPath("fixtures", "behaviour", name);
    await limit(async () => {
      const [expected, actual] = await Promise.all([
        expectedTranscript(folder, name),
        hostTranscript(folder, name),
      ]);
      expect(actual).toBe(expected);
    });
  });
});
