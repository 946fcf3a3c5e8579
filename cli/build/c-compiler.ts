/**
 * From generated C to an executable with gcc or clang, and what their complaints mean to the user: our C is never
 * their fault, memory that does not suffice is.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runChild } from "../child-process.ts";
import { CliFailure, exitCodes } from "../failure.ts";
import type { ToolName } from "../toolchain/missing-tool.ts";
import { anchorTypeScriptLines } from "./line-table.ts";
import { diskFull } from "./output-folder.ts";

export interface CompilerTool {
  readonly name: ToolName;
  /** Absolute path. */
  readonly program: string;
}

export interface CompileJob {
  readonly tool: CompilerTool;
  /** For compiling and linking. */
  readonly flags: readonly string[];
  /** The folder with unit.c; all output goes there. */
  readonly folder: string;
  /** The program's C files, with the units in `folder` that compile them. */
  readonly imports: readonly { readonly file: string; readonly unit: string }[];
  /** Where gcc runs: `#line` names TypeScript files relative to the entry's folder, and debuggers look there. */
  readonly workFolder: string;
  /** What debug information calls `folder`. */
  readonly finalFolder: string;
  readonly output: string;
  readonly linkFlags: readonly string[];
  /** Lines of TypeScript get instructions of their own; needs gcc. */
  readonly anchorsLines: boolean;
}

export interface CompiledUnit {
  /** Absolute paths of every C file that was read. */
  readonly sources: readonly string[];
  /** gcc's call graph; undefined where the compiler has none. */
  readonly callGraph: string | undefined;
}

export type Optimise = "size" | "speed" | "debug";

const optimiseFlag: Readonly<Record<Optimise, string>> = { size: "-Os", speed: "-O2", debug: "-Og" };

/**
 * Flags of every build. No contraction: a fused multiply-add rounds once where JavaScript rounds twice. -g3 costs
 * nothing on the chip.
 */
export function commonFlags(optimise: Optimise): string[] {
  return [
    "-std=gnu11",
    optimiseFlag[optimise],
    "-g3",
    "-ffp-contract=off",
    "-fno-math-errno",
    "-fwrapv",
    "-Wall",
    "-Wextra",
  ];
}

/**
 * Compiles and links unit.c. The compiler's own temporary files go to the folder too, so that an interrupted build
 * leaves none. Throws a CliFailure for what the user can change, Error for a fault of ours.
 */
export async function compileUnit(job: CompileJob): Promise<CompiledUnit> {
  const imported = await compileImports(job);
  const dependencies = join(job.folder, "unit.d");
  const source = join(job.folder, "unit.c");
  const output = ["-o", join(job.folder, job.output)];
  const compile = [
    ...job.flags,
    `-ffile-prefix-map=${job.folder}=${job.finalFolder}`,
    "-MMD",
    "-MF",
    dependencies,
    source,
  ];
  if (job.anchorsLines) {
    const assembly = join(job.folder, "unit.s");
    await runCompiler(job, [...compile, "-gno-variable-location-views", "-S", "-o", assembly]);
    writeFileSync(assembly, anchorTypeScriptLines(readFileSync(assembly, "utf8")));
    const withoutDebug = job.flags.filter((flag) => !flag.startsWith("-g"));
    await runCompiler(job, [...withoutDebug, assembly, ...imported.objects, ...output, ...job.linkFlags]);
    rmSync(assembly);
  } else {
    await runCompiler(job, [...compile, ...imported.objects, ...output, ...job.linkFlags]);
  }
  for (const object of imported.objects) rmSync(object);
  const sources = [...parseDependencies(readFileSync(dependencies, "utf8")), ...imported.sources];
  return {
    sources: sources.filter((path) => !path.startsWith(job.folder)),
    callGraph: readCallGraph(job.folder),
  };
}

interface ImportedObjects {
  readonly objects: readonly string[];
  readonly sources: readonly string[];
}

/** The program's own C files, each a translation unit of its own. Their errors are the user's. */
async function compileImports(job: CompileJob): Promise<ImportedObjects> {
  const objects: string[] = [];
  const sources: string[] = [];
  for (const { file, unit } of job.imports) {
    const object = join(job.folder, unit.replace(/\.c$/, ".o"));
    const dependencies = join(job.folder, unit.replace(/\.c$/, ".d"));
    const sections = ["-ffunction-sections", "-fdata-sections"];
    const args = [...job.flags, ...sections, "-MMD", "-MF", dependencies, "-c", join(job.folder, unit)];
    const result = await startCompiler(job, [...args, "-o", object]);
    if (result.exitCode !== 0) throw explainImportFailure(job, file, result.stderr);
    objects.push(object);
    sources.push(...parseDependencies(readFileSync(dependencies, "utf8")));
  }
  return { objects, sources };
}

function explainImportFailure(job: CompileJob, file: string, stderr: string): Error {
  if (/No space left on device|Disk quota exceeded/i.test(stderr)) return diskFull(job.finalFolder);
  return new CliFailure(`${job.tool.name} refuses ${file}:\n${stderr.trim()}`, {
    exitCode: exitCodes.programErrors,
    hint: "The prototypes come from the .d.c.ts file beside it: both must agree.",
  });
}

function startCompiler(job: CompileJob, args: readonly string[]): ReturnType<typeof runChild> {
  return runChild(job.tool.program, args, {
    cwd: job.workFolder,
    env: { ...process.env, LC_ALL: "C", TMPDIR: job.folder },
  });
}

async function runCompiler(job: CompileJob, args: readonly string[]): Promise<void> {
  const result = await startCompiler(job, args);
  if (result.exitCode !== 0) throw explainFailure(job, result.stderr, result.exitCode);
}

/** gcc writes one for each translation unit, or none. */
function readCallGraph(folder: string): string | undefined {
  const names = readdirSync(folder).filter((file) => file.endsWith(".ci"));
  if (names.length === 0) return undefined;
  return names
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
}

/** File names of a make rule, with `\ ` for blanks and `$$` for dollars. */
export function parseDependencies(rule: string): string[] {
  const list = rule.replace(/\\\r?\n/g, " ").replace(/^.*?:(?=\s)/, "");
  const names = list.match(/(?:\\ |\S)+/g) ?? [];
  return names.map((name) => name.replaceAll("\\ ", " ").replaceAll("$$", "$"));
}

/** The image is larger than the chip. */
export class MemoryOverflow extends CliFailure {
  readonly region: "flash" | "ram";

  constructor(region: "flash" | "ram", missingBytes: number) {
    super(
      `The firmware does not fit: it needs ${missingBytes} bytes more ${region === "ram" ? "RAM" : "flash"}.`,
      {
        exitCode: exitCodes.programErrors,
        hint: "Use a chip with more memory, or make the program smaller (--log off leaves the log out).",
      },
    );
    this.region = region;
  }
}

function explainFailure(job: CompileJob, stderr: string, exitCode: number): Error {
  if (/No space left on device|Disk quota exceeded|file too large/i.test(stderr))
    return diskFull(job.finalFolder);
  const overflow = /region `(\w+)' overflowed by (\d+) bytes/.exec(stderr);
  if (overflow?.[1] !== undefined) {
    return new MemoryOverflow(overflow[1] === "FLASH" ? "flash" : "ram", Number(overflow[2]));
  }
  if (exitCode > 128) {
    return new CliFailure(`${job.tool.name} was stopped by signal ${exitCode - 128}.`, {
      exitCode: exitCodes.toolFailed,
    });
  }
  if (!/\.[ch]:\d+/.test(stderr)) {
    return new CliFailure(`${job.tool.name} failed (exit ${exitCode}):\n${stderr.trim()}`, {
      exitCode: exitCodes.toolFailed,
    });
  }
  return new Error(`${job.tool.name} refuses the generated C:\n${stderr.trim()}`);
}
