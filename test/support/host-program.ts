/**
 * Compiles a fixture for the host target and runs it under ASan and UBSan, with
 * every warning an error: what tests compare with Node.
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CompileResult, compile } from "../../compiler/compile.ts";
import { renderDiagnostics } from "../../compiler/diagnostics/render.ts";
import { diskHost } from "./disk-host.ts";
import { projectPath, projectRoot, readIfPresent, scratchFolder } from "./project.ts";
import { remembered } from "./remembered.ts";
import { type ProcessResult, runProcess } from "./run-process.ts";

const WARNING_FLAGS = ["-Wall", "-Wextra", "-Wconversion", "-Werror"];
const SANITIZER_FLAGS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

/** The one translation unit of a host program. */
const UNIT = `#include "tsfw_config.h"
#include "tsfw.h"
#include "hal.h"
#include "app.c"
#include "tsfw_unit.c"
#include "host/unit.c"
`;

export function compileForHost(entry: string): CompileResult {
  return compile({
    entry,
    host: diskHost,
    packageRoot: projectRoot,
    virtualModules: new Map([
      ["tsfw/chip", readIfPresent(projectPath("lib", "tsfw", "chip.ts")) ?? ""],
      ["tsfw/board", readIfPresent(projectPath("lib", "tsfw", "board.ts")) ?? ""],
    ]),
    target: { chip: "host", pinName: (id) => `P${id}` },
    options: { checks: "all", log: "text", doubles: "allow" },
  });
}

/** What the compiler said, as people see it, without colours. */
export function renderReports(result: CompileResult): string {
  return renderDiagnostics(result.diagnostics, diskHost.readFile, { colour: false });
}

/** Builds the C of `result` in the scratch folder of the case; throws with the compiler's words if cc refuses it. */
export async function buildForHost(result: CompileResult, kind: string, name: string): Promise<string> {
  const folder = scratchFolder(kind, name);
  writeFileSync(join(folder, "app.c"), result.c);
  writeFileSync(join(folder, "tsfw_config.h"), result.config);
  writeFileSync(join(folder, "unit.c"), UNIT);
  const imports = result.cImports.map(({ unit }, index) => {
    const path = join(folder, `import_${index}.c`);
    writeFileSync(path, unit);
    return path;
  });
  const program = join(folder, "program");
  const includes = [
    folder,
    projectPath("runtime-c"),
    projectPath("runtime-c", "include"),
    projectPath("hal-c"),
  ];
  const cc = await runProcess(
    process.env.CC ?? "cc",
    [
      "-std=gnu11",
      "-O1",
      ...WARNING_FLAGS,
      ...SANITIZER_FLAGS,
      ...includes.map((path) => `-I${path}`),
      `-I${projectPath("hal-c", "include")}`,
      join(folder, "unit.c"),
      ...imports,
      "-o",
      program,
      "-lm",
    ],
    { timeoutMs: 120_000 },
  );
  if (cc.exit !== 0) throw new Error(`cc refused ${join(folder, "unit.c")}:\n${cc.stderr.slice(0, 4000)}`);
  return program;
}

/** Compiles, builds and runs one fixture. */
export async function runOnHost(entry: string, kind: string, name: string): Promise<ProcessResult> {
  const result = compileForHost(entry);
  if (!result.ok) throw new Error(`tsfw refused ${entry}:\n${renderReports(result)}`);
  const imports = result.cImports.map(({ file }) => readFileSync(file, "utf8"));
  return remembered([result.c, result.config, UNIT, cSources(), ...imports], async () => {
    const program = await buildForHost(result, kind, name);
    return runProcess(program, []);
  });
}

/** The C that is compiled into every host program, as one text. */
function cSources(): string {
  const folders = ["runtime-c", "hal-c/include", "hal-c/host", "hal-c/cores"].map((folder) =>
    projectPath(folder),
  );
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  );
  return files
    .filter((file) => /\.[ch]$/.test(file))
    .sort()
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
}
