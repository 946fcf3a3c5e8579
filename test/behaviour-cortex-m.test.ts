/**
 * Rule 0 of the language on a Cortex-M4: one in ten of fixtures/behaviour runs
 * as firmware of an STM32F405 in QEMU and prints what Node prints. Left out are
 * programs that panic on purpose, that write to stderr, which a chip has not,
 * and whose output depends on how long code takes: they print times, or several
 * of their tasks wait for times.
 */

import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildAndRun } from "../cli/run/run-firmware.ts";
import { havePrograms } from "./support/emulator-firmware.ts";
import { createLimiter } from "./support/limiter.ts";
import { createNodeOracle } from "./support/node-oracle.ts";
import { listCases, projectPath, projectRoot, readIfPresent } from "./support/project.ts";

/** CORTEX_M_ONE_IN=1 runs all of them. */
const ONE_IN = Number(process.env.CORTEX_M_ONE_IN ?? "10");
const JOBS_MAX = 2;
const MINUTE_NS = 60e9;
const limit = createLimiter(JOBS_MAX);
const oracle = createNodeOracle("behaviour-cortex-m");

/** Each part of a text that is split has room for the whole text: together more RAM than the chip has. */
const TOO_LARGE = new Set(["text-program-word-counts"]);

function canRunOnChip(name: string): boolean {
  const folder = projectPath("fixtures", "behaviour", name);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const dependsOnTarget = /console\.(error|warn)|\b(now|every|spawn)\(|Promise\.all|void \w+\(/;
  const texts = files.filter((file) => file.endsWith(".ts")).map((file) => readIfPresent(join(folder, file)));
  return (
    !TOO_LARGE.has(name) &&
    !files.includes("expected.txt") &&
    !texts.some((text) => dependsOnTarget.test(text ?? ""))
  );
}

async function runOnChip(name: string): Promise<string> {
  let log = "";
  let report = "";
  const append = (text: string) => {
    log += text;
  };
  const result = await buildAndRun({
    build: {
      program: `fixtures/behaviour/${name}/main.ts`,
      workFolder: projectRoot,
      board: "netduinoplus2",
      out: `.tsfw/test/behaviour-cortex-m/${name}`,
    },
    forNs: MINUTE_NS,
    script: undefined,
    realtime: false,
    onBuilt: (build) => {
      report = JSON.stringify(build.report.diagnostics, null, 2);
    },
    onOutput: append,
    onErrorOutput: append,
    onEvent: () => undefined,
  });
  if (result === undefined) throw new Error(`tsfw refused ${name}:\n${report}`);
  return log;
}

/** By the name alone, so that a new fixture does not change which others run. */
function isChosen(name: string): boolean {
  return createHash("sha256").update(name).digest().readUInt32BE(0) % ONE_IN === 0;
}

const cases = listCases("behaviour").filter(canRunOnChip).filter(isChosen);

describe.runIf(havePrograms("arm-none-eabi-gcc", "qemu-system-arm")).concurrent("on a Cortex-M4", () => {
  it.each(cases)("%s", { timeout: 300_000 }, async (name) => {
    const expected = await limit(() => oracle.run(projectPath("fixtures", "behaviour", name), name));
    expect(await limit(() => runOnChip(name))).toBe(expected.stdout);
  });
});
