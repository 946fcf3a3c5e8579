/** Turns a piece of TypeScript into HIR and facts, so that tests of the analyses read like programs. */
import { readFileSync } from "node:fs";
import { buildHir } from "../compiler/1-frontend/build-hir.ts";
import { loadProgram } from "../compiler/1-frontend/load-program.ts";
import { inferRanges } from "../compiler/3-analyse/ranges/infer-ranges.ts";
import { createReporter, type Diagnostic, type Reporter } from "../compiler/diagnostics/diagnostic.ts";
import type { NumberFacts } from "../compiler/ir/facts.ts";
import type { HirProgram } from "../compiler/ir/hir.ts";
import { verifyHir } from "../compiler/ir/verify-hir.ts";
import { defined } from "../compiler/source/assert.ts";
import type { SourceHost } from "../compiler/source/host.ts";
import { diskHost } from "./support/disk-host.ts";
import { projectPath, projectRoot } from "./support/project.ts";

const ENTRY = `${projectRoot}/main.ts`;

export interface SourceProgram {
  readonly hir: HirProgram;
  readonly facts: NumberFacts;
  readonly reporter: Reporter;
}

/** The verified HIR of a module; throws with the front end's words when it refuses the source. */
export function programFrom(source: string): SourceProgram {
  const reporter = createReporter();
  const text = `${source}\nexport {};\n`;
  const host: SourceHost = {
    ...diskHost,
    readFile: (path) => (path === ENTRY ? text : diskHost.readFile(path)),
    fileExists: (path) => path === ENTRY || diskHost.fileExists(path),
    realpath: (path) => (path === ENTRY ? path : (diskHost.realpath?.(path) ?? path)),
  };
  const virtualModules = new Map(
    ["chip", "board"].map((name) => [
      `tsfw/${name}`,
      readFileSync(projectPath("lib", "tsfw", `${name}.ts`), "utf8"),
    ]),
  );
  const loaded = loadProgram({ entry: ENTRY, host, packageRoot: projectRoot, virtualModules });
  for (const diagnostic of loaded.diagnostics) reporter.add(diagnostic);
  const hir = reporter.hasErrors()
    ? null
    : buildHir(loaded, reporter, {
        copiesTextFunctions: false,
        boundsMessages: false,
        lineFile: (file) => file,
      });
  const reasons = reporter.diagnostics.map((one) => `${one.code} line ${one.start.line}: ${one.message}`);
  const built = defined(hir, `the front end refuses the source:\n${reasons.join("\n")}`);
  verifyHir(built);
  return { hir: built, facts: inferRanges(built, { checks: "all" }), reporter };
}

/** `TSFW6001 line 3: …` for each finding, in order of the lines. */
export function listFindings(reporter: Reporter): readonly string[] {
  const byLine = (left: Diagnostic, right: Diagnostic): number => left.start.line - right.start.line;
  return [...reporter.diagnostics]
    .sort(byLine)
    .map((one) => `${one.code} line ${one.start.line}: ${one.message}`);
}
