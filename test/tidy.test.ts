/**
 * Rules about the text itself (STYLE): sizes, names, heads, documents, the
 * catalogue of diagnostics. A failure names the file and says how to fix it.
 */

import { existsSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { catalogue } from "../compiler/diagnostics/catalogue.ts";
import { projectPath } from "./support/project.ts";
import { listProjectFiles, readSources, type SourceText } from "./support/sources.ts";

const LINES_MAX = 400;
/** Flat tables may be longer. */
const TABLES = /catalogue|\/table\.ts$|\/regs\/|generated/;

const code = readSources(
  /^(compiler|cli|lib|hal-c|runtime-c|scripts|test|bench|examples)\/.*\.(ts|mjs|c|h)$/,
);
const documents = readSources(
  /^(README|ARCHITECTURE|CONTRIBUTING|CHANGELOG)\.md$|^(docs|runtime-c|hal-c)\/.*\.md$/,
);
const texts = readSources(/\.(ts|mjs|c|h|md|json|yml|txt|ld)$|^\.ci\//);

function paths(sources: readonly SourceText[]): string[] {
  return sources.map((source) => source.path);
}

describe("files", () => {
  it(`have at most ${LINES_MAX} lines`, () => {
    const long = code
      .filter((source) => !TABLES.test(source.path))
      .map((source) => ({ path: source.path, lines: source.text.split("\n").length - 1 }))
      .filter(({ lines }) => lines > LINES_MAX);
    expect(long, "split the file along what it owns").toEqual([]);
  });

  it("say at the top what they own", () => {
    const headless = code
      .filter((source) => !/\/regs\//.test(source.path))
      .filter((source) => !/^(#![^\n]*\n)?\s*(\/\*|\/\/)/.test(source.text));
    expect(paths(headless), "begin with a comment of two to five lines").toEqual([]);
  });

  it("have names in kebab-case (TypeScript) and snake_case (C)", () => {
    const odd = code.filter((source) => {
      const name = basename(source.path);
      if (/\.[ch]$/.test(name)) return !/^[a-z0-9]+(_[a-z0-9]+)*\.[ch]$/.test(name);
      return !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|d|config|generated))?\.(ts|mjs)$/.test(name);
    });
    expect(paths(odd)).toEqual([]);
  });

  it("are not named after nothing", () => {
    const vague = listProjectFiles().filter((path) =>
      /(^|[/_-])(utils?|helpers?|misc|common)(\.|\/|$)/.test(path),
    );
    expect(vague, "name the file after its main export").toEqual([]);
  });

  it("carry no path or address of somebody's machine", () => {
    // Spelled in pieces, so that this file does not find itself.
    const machine = new RegExp(
      ["/" + "work/", "/" + "home/\\w", "/" + "root/", "/" + "Users/\\w", "://regi" + "stry\\."].join("|"),
    );
    expect(paths(texts.filter((source) => machine.test(source.text)))).toEqual([]);
  });

  it("leave no notes to be done later and no test that does not run", () => {
    const marks = new RegExp(
      ["TO" + "DO", "FIX" + "ME", "XX" + "X", "\\.sk" + "ip\\(", "\\.on" + "ly\\("].join("|"),
    );
    expect(paths(code.filter((source) => marks.test(source.text))), "open an issue instead").toEqual([]);
  });

  it("end with exactly one newline and have no trailing blanks", () => {
    const untidy = code
      .filter((source) => source.text !== "")
      .filter(
        (source) =>
          !source.text.endsWith("\n") || source.text.endsWith("\n\n") || /[ \t]\n/.test(source.text),
      );
    expect(paths(untidy)).toEqual([]);
  });
});

describe("documents", () => {
  it("name only files that exist", () => {
    const broken = documents.flatMap((source) =>
      namedPaths(source)
        .filter((path) => !existsSync(projectPath(path)))
        .map((path) => `${source.path} names ${path}`),
    );
    expect(broken).toEqual([]);
  });
});

/** Relative links, and code spans that look like a path of this repository. */
function namedPaths(source: SourceText): string[] {
  const folder = source.path.includes("/") ? source.path.replace(/\/[^/]*$/, "/") : "";
  const links = Array.from(
    source.text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g),
    (match) => folder + match[1],
  );
  const roots = "compiler|cli|lib|hal-c|runtime-c|linker-scripts|fixtures|test|examples|docs|scripts|bench";
  const spans = source.text.matchAll(new RegExp(`\`((?:${roots})/[\\w./-]*)\``, "g"));
  return [...links, ...Array.from(spans, (match) => match[1] ?? "")];
}

describe("catalogue of diagnostics", () => {
  const entries = Object.entries(catalogue);
  const reporting = readSources(/^(compiler|cli)\/.*\.ts$/).filter((s) => !s.path.endsWith("/catalogue.ts"));

  it("has sentences in words, and a slug of its own for each code", () => {
    for (const [code, entry] of entries) {
      expect(code).toMatch(/^TSFW[1-69]\d{3}$/);
      expect(entry.slug, code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(entry.message, `${code} message`).toMatch(/[.?!}]$/);
      expect(entry.why, `${code} why`).toMatch(/^[A-Z`'].*\.$/);
      expect(entry.fix, `${code} fix`).toMatch(/^([A-Z].*\.|\{\w+\})$/s);
    }
    expect(new Set(entries.map(([, entry]) => entry.slug)).size).toBe(entries.length);
  });

  it("has no code that nobody reports", () => {
    const unused = entries
      .map(([code]) => code)
      .filter((code) => !reporting.some((source) => source.text.includes(`"${code}"`)));
    expect(unused, "remove the entry, or report it").toEqual([]);
  });
});
