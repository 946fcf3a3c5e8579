/** The programs in README and docs/ compile as they stand, for the host. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compileForHost, renderReports } from "./support/host-program.ts";
import { scratchFolder } from "./support/project.ts";
import { readSources } from "./support/sources.ts";

/** Pins that exist on a chip only; on the host the same place in the program is a pin of its own. */
const CHIP_PINS = /\bP[A-K]\d+\b/g;

const programs = readSources(/^(README\.md|docs\/.*\.md)$/).flatMap((source) =>
  Array.from(source.text.matchAll(/^```ts\n(.*?)^```/gms), (match, index) => ({
    name: `${source.path} program ${index + 1}`,
    text: (match[1] ?? "").replace(CHIP_PINS, "P9"),
  })),
);

describe("documents", () => {
  it.each(programs)("$name", ({ name, text }) => {
    const folder = join(scratchFolder("documents"), name.replace(/\W+/g, "-"));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "main.ts"), text);
    expect(renderReports(compileForHost(join(folder, "main.ts")))).toBe("");
  });

  it("show programs at all", () => {
    expect(programs.length).toBeGreaterThanOrEqual(4);
  });
});
