/**
 * npm packages: each case of fixtures/packages is a program with its packages in `packages/`, which stands for
 * `node_modules`. A program that compiles prints what `expected.txt` says; another one is refused in these words.
 */
import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildForHost, compileForHost, renderReports } from "./support/host-program.ts";
import { expectPinned } from "./support/pinned-text.ts";
import { listCases, projectPath, scratchFolder } from "./support/project.ts";
import { runProcess } from "./support/run-process.ts";
import { renderTranscript } from "./support/transcript.ts";

describe("packages", () => {
  it.each(listCases("packages"))("%s", async (name) => {
    const source = projectPath("fixtures", "packages", name);
    const folder = scratchFolder("packages", name);
    for (const file of readdirSync(source)) {
      const target = join(folder, file === "packages" ? "node_modules" : file);
      rmSync(target, { recursive: true, force: true });
      cpSync(join(source, file), target, { recursive: true });
    }
    const result = compileForHost(join(folder, "main.ts"));
    expect(result.diagnostics.map((diagnostic) => diagnostic.code)).not.toContain("TSFW9001");
    const seen = result.ok
      ? renderTranscript(await runProcess(await buildForHost(result, "packages-c", name), []))
      : renderReports(result).replaceAll(`${folder}/`, "");
    expectPinned(join(source, "expected.txt"), seen);
  });
});
