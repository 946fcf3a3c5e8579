/**
 * What the compiler refuses: each case of fixtures/errors marks the lines
 * (`//~ TSFW2001`) and pins the rendered text. A case whose name starts with
 * `todo-` is a construct that compiles one day; until then it reports cleanly.
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compileForHost, renderReports } from "./support/host-program.ts";
import { fillOpenMarkers, listMarkers, listReported } from "./support/markers.ts";
import { expectPinned, rewriteWhenUpdating } from "./support/pinned-text.ts";
import { listCases, projectPath } from "./support/project.ts";

describe("errors", () => {
  it.each(listCases("errors"))("%s", (name) => {
    const folder = projectPath("fixtures", "errors", name);
    const entry = join(folder, "main.ts");
    const result = compileForHost(entry);
    const reported = result.diagnostics
      .filter((diagnostic) => diagnostic.file === entry)
      .map((diagnostic) => ({ line: diagnostic.start.line, code: diagnostic.code }));
    rewriteWhenUpdating(entry, (text) => fillOpenMarkers(text, reported));

    expect(result.diagnostics.map((diagnostic) => diagnostic.code)).not.toContain("TSFW9001");
    expect(listReported(reported)).toEqual(listMarkers(readFileSync(entry, "utf8")));
    expect(result.ok ? "compiled" : result.c, "a refused program has no C").toBe("");
    const rendered = renderReports(result)
      .replaceAll(`${folder}/`, "")
      .replaceAll(`${projectPath("")}/`, "");
    expectPinned(join(folder, "expected.txt"), rendered);
  });

  it("keeps no files that no test reads", () => {
    const strays = listCases("errors").flatMap((name) =>
      readdirSync(projectPath("fixtures", "errors", name))
        .filter((file) => !/^(main\.ts|expected\.txt|.*\.c|.*\.d\.c\.ts)$/.test(file))
        .map((file) => `${name}/${file}`),
    );
    expect(strays).toEqual([]);
  });
});
