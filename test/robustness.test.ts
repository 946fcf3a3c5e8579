/**
 * The compiler on TypeScript that was never meant for it: sources of installed
 * packages, each as an entry of its own. Whatever the text, the answer is
 * diagnostics or C, never an exception. Statements with errors are dropped once
 * and the rest compiled again, so that code behind the type checker is reached.
 */

import { readdirSync, statSync } from "node:fs";
import { ts } from "ts-morph";
import { expect, it } from "vitest";
import { type CompileResult, compile, type SourceHost } from "../compiler/compile.ts";
import { diskHost } from "./support/disk-host.ts";
import { projectPath, projectRoot } from "./support/project.ts";

const FOLDERS = ["zod/src", "@jridgewell/sourcemap-codec/src", "pure-rand/lib", "rp2040js/dist/esm"];
const BYTES_MAX = 8_000;
const ENTRIES_MAX = 300;
const ROUNDS = 2;

interface Outcome {
  readonly path: string;
  readonly end: "diagnostics" | "C" | "exception" | "neither";
  readonly words: string;
}

/** Every n-th source, in the order of their paths: the same selection for the same lock file. */
function chooseSources(): string[] {
  const all = FOLDERS.flatMap((folder) => {
    const root = projectPath("node_modules", folder);
    return readdirSync(root, { recursive: true, encoding: "utf8" }).map((path) => `${root}/${path}`);
  })
    .filter((path) => path.endsWith(".ts") && statSync(path).size <= BYTES_MAX)
    .sort();
  const step = Math.max(1, Math.ceil(all.length / ENTRIES_MAX));
  return all.filter((_, index) => index % step === 0);
}

/** Sees the compiler's own library and the one entry: other packages are not followed. */
function hostWithEntry(entry: string, text: string): SourceHost {
  const mayRead = (path: string): boolean => path.startsWith(`${projectRoot}/lib/`);
  return {
    readFile: (path) => (path === entry ? text : mayRead(path) ? diskHost.readFile(path) : undefined),
    fileExists: (path) => path === entry || (mayRead(path) && diskHost.fileExists(path)),
    directoryExists: (path) => mayRead(`${path}/`) && diskHost.directoryExists(path),
  };
}

function compileText(entry: string, text: string): CompileResult {
  return compile({
    entry,
    host: hostWithEntry(entry, text),
    packageRoot: projectRoot,
    virtualModules: new Map(),
    target: { chip: "host", pinName: (id) => `P${id}` },
    options: { checks: "all", log: "text", doubles: "allow" },
  });
}

/** The text without the top-level statements that hold an error. */
function dropRefused(entry: string, text: string, result: CompileResult): string {
  const file = ts.createSourceFile(entry, text, ts.ScriptTarget.ESNext, true);
  const errorLines = result.diagnostics.filter(({ severity }) => severity === "error");
  const isRefused = (statement: ts.Statement): boolean => {
    const first = file.getLineAndCharacterOfPosition(statement.getStart(file)).line + 1;
    const last = file.getLineAndCharacterOfPosition(statement.end).line + 1;
    return errorLines.some(({ start }) => start.line >= first && start.line <= last);
  };
  return file.statements
    .filter((statement) => !isRefused(statement))
    .map((statement) => statement.getText(file))
    .join("\n");
}

function judge(path: string): Outcome {
  const entry = path.replace(/(\.d)?\.ts$/, ".entry.ts");
  let text = diskHost.readFile(path) ?? "";
  let words = "";
  for (let round = 0; round < ROUNDS; round += 1) {
    try {
      const result = compileText(entry, text);
      if (result.ok) return { path, end: result.c === "" ? "neither" : "C", words };
      if (!result.diagnostics.some(({ severity }) => severity === "error"))
        return { path, end: "neither", words };
      words = result.diagnostics.map(({ code }) => code).join(" ");
      const rest = dropRefused(entry, text, result);
      if (rest === "" || rest === text) break;
      text = rest;
    } catch (error) {
      const stack = error instanceof Error ? error.stack : String(error);
      return { path, end: "exception", words: String(stack).split("\n").slice(0, 4).join("\n") };
    }
  }
  return { path, end: "diagnostics", words };
}

it("gives diagnostics or C for every source of the installed packages", () => {
  const outcomes = chooseSources().map(judge);
  const count = (end: Outcome["end"]): number => outcomes.filter((outcome) => outcome.end === end).length;
  console.info(
    `robustness: ${outcomes.length} sources: ${count("diagnostics")} diagnostics, ${count("C")} C, ` +
      `${count("exception")} exceptions, ${count("neither")} neither`,
  );
  expect(outcomes.length).toBeGreaterThan(150);
  expect(outcomes.filter(({ end }) => end === "exception" || end === "neither")).toEqual([]);
}, 180_000);
