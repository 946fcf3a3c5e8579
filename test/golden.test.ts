/**
 * The C that tsfw prints, pinned for a ladder of small programs from blinky to
 * tasks: each case of fixtures/golden has `main.ts` and `expected.c`, which
 * starts with its input so that a review reads one file.
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compileForHost, renderReports } from "./support/host-program.ts";
import { expectPinned } from "./support/pinned-text.ts";
import { listCases, projectPath } from "./support/project.ts";

describe("golden", () => {
  it.each(listCases("golden"))("%s", (name) => {
    const folder = projectPath("fixtures", "golden", name);
    const entry = join(folder, "main.ts");
    const result = compileForHost(entry);
    expect(renderReports(result)).toBe("");
    const source = readFileSync(entry, "utf8");
    const output = [commentOf(source), result.c, ruler("tsfw_config.h"), result.config].join("\n");
    expectPinned(join(folder, "expected.c"), output.replaceAll(`${folder}/`, ""));
  });

  it("compiles to the same bytes every time", () => {
    const entry = projectPath("fixtures", "golden", listCases("golden")[0] ?? "", "main.ts");
    expect(compileForHost(entry).c).toBe(compileForHost(entry).c);
  });

  it("keeps no files that no test reads", () => {
    const strays = listCases("golden").flatMap((name) =>
      readdirSync(projectPath("fixtures", "golden", name))
        .filter((file) => !["main.ts", "expected.c"].includes(file))
        .map((file) => `${name}/${file}`),
    );
    expect(strays).toEqual([]);
  });
});

function commentOf(source: string): string {
  const lines = source.trimEnd().split("\n");
  return lines.map((line) => `//| ${line}`.trimEnd()).join("\n");
}

function ruler(title: string): string {
  return `/* ---- ${title} ---- */`;
}
