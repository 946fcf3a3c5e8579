/**
 * Runs a fixture in Node, the oracle of every language test: each file is only
 * stripped of its types, `tsfw` resolves to our own library, time is virtual.
 */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { projectPath, scratchFolder } from "./project.ts";
import { remembered } from "./remembered.ts";
import { type ProcessResult, runProcess } from "./run-process.ts";

const TRANSPILE_OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  rewriteRelativeImportExtensions: true,
  sourceMap: false,
};

const LIBRARY_MANIFEST = {
  name: "tsfw",
  type: "module",
  exports: { ".": "./index.js", "./hal": "./hal.js", "./chip": "./chip.js", "./board": "./board.js" },
};

export interface NodeOracle {
  run(fixtureFolder: string, name: string, env?: Readonly<Record<string, string>>): Promise<ProcessResult>;
}

/** Prepares `tsfw` once below `.tsfw/test/<kind>-node`; every fixture then costs one start of Node. */
export function createNodeOracle(kind: string): NodeOracle {
  const folder = scratchFolder(`${kind}-node`);
  const library = join(folder, "node_modules", "tsfw");
  transpileFolder(projectPath("lib", "tsfw"), library);
  writeFileSync(join(library, "package.json"), JSON.stringify(LIBRARY_MANIFEST));
  return {
    run(fixtureFolder, name, env = {}) {
      const inputs = [fixtureFolder, projectPath("lib", "tsfw")].map(sourcesBelow);
      return remembered([process.version, JSON.stringify(env), ...inputs], () => {
        const target = join(folder, name);
        transpileFolder(fixtureFolder, target);
        writeFileSync(join(target, "package.json"), '{ "type": "module" }');
        return runProcess(process.execPath, [join(target, "main.js")], {
          cwd: target,
          env: { TSFW_VIRTUAL_TIME: "1", ...env },
        });
      });
    },
  };
}

function sourcesBelow(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(isSource).sort();
  return files.map((file) => `${file}\n${readFileSync(join(folder, file), "utf8")}`).join("\n");
}

function transpileFolder(from: string, to: string): void {
  const files = readdirSync(from, { recursive: true, encoding: "utf8" });
  for (const file of files.filter(isSource)) {
    const input = readFileSync(join(from, file), "utf8");
    const output = ts.transpileModule(input, { fileName: file, compilerOptions: TRANSPILE_OPTIONS });
    const path = join(to, file.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, output.outputText);
  }
}

function isSource(file: string): boolean {
  return file.endsWith(".ts") && !file.endsWith(".d.ts");
}
