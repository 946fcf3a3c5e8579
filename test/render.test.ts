/** How diagnostics look as text: order, carets, related places, colours, the page of `tsfw explain`. */
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { catalogue } from "../compiler/diagnostics/catalogue.ts";
import { createDiagnostic, type Diagnostic } from "../compiler/diagnostics/diagnostic.ts";
import { explanations } from "../compiler/diagnostics/explanations.ts";
import { renderDiagnostics, renderExplanation } from "../compiler/diagnostics/render.ts";
import type { Span } from "../compiler/source/span.ts";

const source = "const a = 1;\n\tconst kept = make(1,\n  2);\nconst 名 = x;\n";
const read = (path: string): string | undefined => (path === "/p/main.ts" ? source : undefined);

function span(line: number, from: number, to: number, file = "/p/main.ts", endLine = line): Span {
  return { file, start: { line, column: from }, end: { line: endLine, column: to } };
}

function render(...diagnostics: readonly Diagnostic[]): string {
  return renderDiagnostics(diagnostics, read, { colour: false });
}

describe("renderDiagnostics", () => {
  it("shows place, message, source, carets, related places, reason and remedy", () => {
    const finding = createDiagnostic(
      "TSFW6001",
      span(1, 7, 8),
      { what: "array", keeper: "the module variable 'k'", owner: "f" },
      [{ message: "it is kept here", span: span(1, 11, 12) }],
    );
    expect(render(finding)).toBe(
      [
        "/p/main.ts:1:7 - error TSFW6001: This array is kept in the module variable 'k', which outlives it.",
        "",
        "1 | const a = 1;",
        "  |       ^",
        "",
        "  /p/main.ts:1:11: it is kept here",
        "",
        "  1 | const a = 1;",
        "    |           ^",
        "",
        "  why: It would live in the frame of 'f', which is reused while the module variable 'k' still refers to it; and how many there are has no small bound.",
        "  fix: Create it once at module level, keep it in a variable of the same scope, make it where the rounds of every loop around it are bounded, or give its class slots: `static readonly maxInstances = 16;`.",
        "",
      ].join("\n"),
    );
  });

  it("underlines to the end of the line when the place goes on, and counts tabs as four columns", () => {
    const finding = createDiagnostic("TSFW2003", span(2, 15, 4, "/p/main.ts", 3), { name: "make" });
    expect(render(finding)).toContain("\n2 |     const kept = make(1,\n  |                  ^^^^^^^\n");
  });

  it("counts wide characters as two columns", () => {
    const finding = createDiagnostic("TSFW2003", span(4, 11, 12), { name: "x" });
    expect(render(finding)).toContain("\n4 | const 名 = x;\n  |            ^\n");
  });

  it("sorts by file and position", () => {
    const at = (file: string, line: number, column: number): Diagnostic =>
      createDiagnostic("TSFW2003", span(line, column, column + 1, file), { name: "n" });
    const text = render(at("/p/b.ts", 1, 1), at("/p/a.ts", 10, 1), at("/p/a.ts", 9, 5), at("/p/a.ts", 9, 4));
    expect(text.match(/^\/p.*?(?= - )/gm)).toEqual([
      "/p/a.ts:9:4",
      "/p/a.ts:9:5",
      "/p/a.ts:10:1",
      "/p/b.ts:1:1",
    ]);
  });

  it("still shows an empty place, one past the end of a line, and a file that is not there", () => {
    expect(render(createDiagnostic("TSFW2003", span(1, 13, 13), { name: "n" }))).toContain(
      `${" ".repeat(12)}^\n`,
    );
    expect(render(createDiagnostic("TSFW2003", span(1, 99, 120), { name: "n" }))).toContain(
      `${" ".repeat(12)}^\n`,
    );
    expect(render(createDiagnostic("TSFW2003", span(1, 1, 2, "/gone.ts"), { name: "n" }))).toContain(
      "/gone.ts:1:1",
    );
  });

  it("cuts very long lines around the place", () => {
    const long = `${"a".repeat(500)}BAD${"b".repeat(500)}`;
    const finding = createDiagnostic("TSFW2003", span(1, 501, 504), { name: "n" });
    const text = renderDiagnostics([finding], () => long, { colour: false });
    const lines = text.split("\n");
    const shown = lines.find((line) => line.startsWith("1 |")) ?? "";
    const carets = lines.find((line) => line.includes("^")) ?? "";
    expect(shown.length).toBeLessThan(120);
    expect(shown.slice(carets.indexOf("^"), carets.lastIndexOf("^") + 1)).toBe("BAD");
  });

  it("writes ANSI codes only when asked", () => {
    const finding = createDiagnostic("TSFW2003", span(1, 7, 8), { name: "a" });
    const coloured = renderDiagnostics([finding], read, { colour: true });
    expect(coloured).toContain("\u001b[1;31merror\u001b[0m");
    expect(stripVTControlCharacters(coloured)).toBe(render(finding));
    expect(render(finding)).not.toContain("\u001b");
  });

  it("is empty without diagnostics", () => {
    expect(render()).toBe("");
  });
});

describe("renderExplanation", () => {
  it("explains every code of the catalogue", () => {
    for (const [code, entry] of Object.entries(catalogue)) {
      const page = renderExplanation(code) ?? "";
      const own = explanations.get(code);
      const { message, fix } = own ?? entry;
      for (const text of [code, entry.slug, message, entry.why, fix])
        expect(page).toContain(text.replaceAll(/\{(\w+)\}/g, "<$1>"));
    }
  });

  it("shows no placeholder as it stands in the catalogue", () => {
    const open = Object.keys(catalogue).filter((code) => /\{\w+\}/.test(renderExplanation(code) ?? ""));
    expect(open, "write an entry in explanations.ts").toEqual([]);
  });

  it("leaves no message or remedy to a single placeholder", () => {
    const empty = Object.keys(catalogue).filter((code) =>
      /^(fix: )?<\w+>\.?$/m.test(renderExplanation(code) ?? ""),
    );
    expect(empty, "write an entry in explanations.ts").toEqual([]);
  });

  it("lists what to write instead of what is refused", () => {
    const lines = (renderExplanation("TSFW2001") ?? "").split("\n");
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}try\/catch, throw +→ return a status/));
    expect(lines).toContain("docs/language.md lists what this version compiles.");
  });

  it("knows no other codes", () => {
    expect(renderExplanation("TSFW0000")).toBeUndefined();
    expect(renderExplanation("toString")).toBeUndefined();
  });
});
