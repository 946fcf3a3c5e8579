/**
 * Reads tsfw.config.ts: translates it, runs it, checks what it exports. The result is kept under the hash of the
 * text, so that an unchanged configuration costs no TypeScript compiler.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { hashBytes } from "../build/inputs.ts";
import { writeFileAtomically } from "../build/output-folder.ts";
import { usageFailure } from "../failure.ts";
import { packageRoot } from "../package-root.ts";
import type { Config } from "./define-config.ts";

export const configName = "tsfw.config.ts";

/** The checked configuration; throws a CliFailure that names the file and every problem in it. */
export async function loadConfig(path: string, buildId: string): Promise<Config> {
  const text = readFileSync(path, "utf8");
  const kept = join(dirname(path), ".tsfw", "config.json");
  const key = hashBytes(`${buildId}\n${text}`);
  const known = readKept(kept, key);
  if (known !== undefined) return known;
  const value = await evaluateConfig(path, text);
  const { checkConfig } = await import("./config-schema.ts");
  const check = checkConfig(value);
  if (!check.ok)
    throw usageFailure(`${path}:\n${check.problems.map((problem) => `  ${problem}`).join("\n")}`);
  writeFileAtomically(kept, JSON.stringify({ key, config: check.config }));
  return check.config;
}

function readKept(file: string, key: string): Config | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const kept = JSON.parse(readFileSync(file, "utf8")) as { key?: string; config?: Config };
    return kept.key === key ? kept.config : undefined;
  } catch {
    return undefined; // damaged by hand: read the configuration anew
  }
}

async function evaluateConfig(path: string, text: string): Promise<unknown> {
  const script = await translateConfig(path, text);
  try {
    const url = `data:text/javascript;base64,${Buffer.from(script).toString("base64")}`;
    const loaded = (await import(url)) as { readonly default?: unknown };
    if (loaded.default === undefined) {
      throw usageFailure(`${path} exports nothing.`, "Write: export default defineConfig({ … });");
    }
    return loaded.default;
  } catch (error) {
    if (error instanceof Error && error.name === "CliFailure") throw error;
    throw usageFailure(`${path} failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function translateConfig(path: string, text: string): Promise<string> {
  const { ts } = await import("ts-morph");
  const result = ts.transpileModule(text, {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const [problem] = result.diagnostics ?? [];
  if (problem !== undefined) {
    const place = problem.file?.getLineAndCharacterOfPosition(problem.start ?? 0);
    const message = ts.flattenDiagnosticMessageText(problem.messageText, "\n");
    throw usageFailure(`${path}:${(place?.line ?? 0) + 1}:${(place?.character ?? 0) + 1}: ${message}`);
  }
  const source = ts.createSourceFile("config.js", result.outputText, ts.ScriptTarget.ES2022);
  return rewriteImports(path, result.outputText, source.statements, ts);
}

/** The script runs from memory, where only absolute addresses resolve; a configuration needs one module alone. */
function rewriteImports(
  path: string,
  script: string,
  statements: Iterable<import("ts-morph").ts.Statement>,
  ts: typeof import("ts-morph").ts,
): string {
  let result = script;
  for (const statement of [...statements].reverse()) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const specifier = statement.moduleSpecifier;
    if (specifier.text !== "tsfw/config") {
      throw usageFailure(
        `${path} imports "${specifier.text}"; a configuration may import only "tsfw/config".`,
      );
    }
    const url = JSON.stringify(pathToFileURL(configModule()).href);
    result = `${result.slice(0, specifier.end - specifier.text.length - 2)}${url}${result.slice(specifier.end)}`;
  }
  return result;
}

/** JavaScript of `tsfw/config`; the sources' own copy does when tsfw runs uncompiled and Node strips types. */
function configModule(): string {
  const compiled = join(packageRoot, "dist", "cli", "project", "define-config.js");
  return existsSync(compiled) ? compiled : join(packageRoot, "cli", "project", "define-config.ts");
}
