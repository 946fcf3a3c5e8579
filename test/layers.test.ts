/**
 * Who may know whom: the invariants of ARCHITECTURE.md that can be read off the
 * sources. Each message says what to do instead.
 */

import { posix } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { listImports, parseSource, readSources, type SourceText } from "./support/sources.ts";

const SHARED_BY_PHASES = [
  "compiler/source/",
  "compiler/diagnostics/",
  "compiler/ir/",
  "compiler/intrinsics/",
];
const compilerSources = readSources(/^compiler\/.*(?<!\.test)\.ts$/);
const typescriptSources = readSources(/^(compiler|cli|lib|hal-c|scripts|test)\/.*\.(ts|mjs)$/);

/** `path: what it does wrong` for each import that a rule refuses. */
function refusedImports(
  sources: readonly SourceText[],
  isAllowed: (from: string, to: string) => boolean,
): string[] {
  return sources.flatMap((source) =>
    listImports(source)
      .map((specifier) => resolve(source.path, specifier))
      .filter((target) => !isAllowed(source.path, target))
      .map((target) => `${source.path} imports ${target}`),
  );
}

function resolve(from: string, specifier: string): string {
  return specifier.startsWith(".") ? posix.join(posix.dirname(from), specifier) : specifier;
}

function phaseOf(path: string): string | undefined {
  return /^compiler\/\d-[a-z]+\//.exec(path)?.[0];
}

describe("compiler", () => {
  it("has phases that do not import each other", () => {
    const inPhases = compilerSources.filter((source) => phaseOf(source.path) !== undefined);
    const refused = refusedImports(inPhases, (from, to) => {
      if (!to.startsWith("compiler/"))
        return !to.includes("/") || !to.match(/^(cli|hal-c|lib|test|scripts)\//);
      return to.startsWith(phaseOf(from) ?? "") || SHARED_BY_PHASES.some((folder) => to.startsWith(folder));
    });
    expect(refused, "move what both need to compiler/ir, or pass it through compile.ts").toEqual([]);
  });

  it("knows the order of the phases in compile.ts only", () => {
    const others = compilerSources.filter(
      (s) => phaseOf(s.path) === undefined && s.path !== "compiler/compile.ts",
    );
    const refused = refusedImports(others, (_from, to) => phaseOf(to) === undefined);
    expect(refused, "only compile.ts may call a phase").toEqual([]);
  });

  it("uses TypeScript's own compiler in phase 1 only", () => {
    const others = compilerSources.filter((source) => phaseOf(source.path) !== "compiler/1-frontend/");
    const refused = refusedImports(others, (_from, to) => to !== "typescript" && to !== "ts-morph");
    expect(refused, "no compiler-API object may survive phase 1: put what you need into the HIR").toEqual([]);
  });

  it("is pure: no files, no processes, no clock", () => {
    const refused = refusedImports(compilerSources, (_from, to) => !to.startsWith("node:"));
    const globals = compilerSources.filter((source) =>
      usesGlobal(source, ["process", "performance", "Date", "globalThis", "setTimeout", "fetch"]),
    );
    expect(
      [...refused, ...globals.map((source) => source.path)],
      "take it from CompileInput instead; the command line owns the outside world",
    ).toEqual([]);
  });

  it("stands alone: nothing of it knows the command line, drivers or tests", () => {
    const refused = refusedImports(
      compilerSources,
      (_from, to) => !/^(cli|hal-c|lib|test|scripts)\//.test(to),
    );
    expect(refused).toEqual([]);
  });

  it("prints C in one file, and its macros in another", () => {
    const printing = compilerSources
      .filter((source) => source.path.startsWith("compiler/6-emit/"))
      .filter((source) => !/\/(print-c|config-header)\.ts$/.test(source.path))
      .filter((source) => /^export (async )?function print/m.test(source.text));
    expect(
      printing.map((source) => source.path),
      "build a C tree and let print-c.ts print it",
    ).toEqual([]);
  });

  it("names no chip", () => {
    const naming = compilerSources.filter((source) => /stm32|rp2040|cortex/i.test(withoutComments(source)));
    expect(
      naming.map((source) => source.path),
      "chip facts are data in hal-c/chips",
    ).toEqual([]);
  });
});

describe("typescript", () => {
  it("has no mutable state at module level", () => {
    const lasting = typescriptSources.filter((source) => !source.path.endsWith(".test.ts"));
    const mutable = lasting.flatMap((source) =>
      parseSource(source)
        .statements.filter(ts.isVariableStatement)
        .filter((statement) => (statement.declarationList.flags & ts.NodeFlags.Const) === 0)
        .filter((statement) => !statement.modifiers?.some((m) => m.kind === ts.SyntaxKind.DeclareKeyword))
        .map((statement) => `${source.path}: ${statement.getText().split("\n")[0]}`),
    );
    expect(mutable, "pass the state as a value, or keep it in an object that somebody owns").toEqual([]);
  });

  it("runs nothing of test/ in the product", () => {
    const product = readSources(/^(compiler|cli|lib|hal-c)\/.*(?<!\.test)\.ts$/);
    const refused = refusedImports(product, (_from, to) => !to.startsWith("test/") && to !== "vitest");
    expect(refused).toEqual([]);
  });
});

describe("C", () => {
  it("keeps chips out of runtime-c", () => {
    const naming = readSources(/^runtime-c\/.*\.[ch]$/).filter((source) =>
      /\bhal_\w+\s*\(|\bstm32|\brp2040|\bRCC_|\bNVIC_/i.test(withoutComments(source)),
    );
    expect(
      naming.map((source) => source.path),
      "the runtime reaches the chip through port.h only",
    ).toEqual([]);
  });

  it("lets drivers call the executor only to wake", () => {
    const allowed = /^tsfw_(ready|irq_\w+|port_\w+|run|panic|now|str_t|log_\w+|strand_t|ticks_t)$/;
    const calls = readSources(/^hal-c\/(?!host\/|codegen\/|generate\/).*\.[ch]$/).flatMap((source) =>
      Array.from(withoutComments(source).matchAll(/\b(tsfw_\w+)\s*\(/g), (match) => match[1] ?? "")
        .filter((name) => !allowed.test(name))
        .map((name) => `${source.path} calls ${name}`),
    );
    expect(calls).toEqual([]);
  });
});

function withoutComments(source: SourceText): string {
  return source.text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, "");
}

function usesGlobal(source: SourceText, names: readonly string[]): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    const isUse =
      ts.isPropertyAccessExpression(node) || ts.isCallExpression(node) || ts.isNewExpression(node);
    if (isUse && ts.isIdentifier(node.expression)) found ||= names.includes(node.expression.text);
    ts.forEachChild(node, visit);
  };
  visit(parseSource(source));
  return found;
}
