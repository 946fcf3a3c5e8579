/** The order of the phases: the only file that knows it. Pure: no files, no processes, no clock. */

import { buildHir } from "./1-frontend/build-hir.ts";
import { type LoadedProgram, loadProgram } from "./1-frontend/load-program.ts";
import { checkProgram } from "./2-check/check-program.ts";
import { boxCaptures } from "./3-analyse/box-captures.ts";
import { collectClaims, type HardwareClaims } from "./3-analyse/claims.ts";
import { describeObjects, type ObjectReport, type PoolSize } from "./3-analyse/describe-objects.ts";
import { checkDoubles } from "./3-analyse/double-arithmetic.ts";
import { explainNumbers, type NumberReport, noNumbers } from "./3-analyse/explain-numbers.ts";
import { checkInlineCycles } from "./3-analyse/inline-cycles.ts";
import { placeAndMeasure } from "./3-analyse/place-and-measure.ts";
import type { PlacedObjects } from "./3-analyse/placement.ts";
import { checkPooledCycles } from "./3-analyse/pooled-cycles.ts";
import { checkSizedStores } from "./3-analyse/sized-stores.ts";
import { lowerProgram } from "./4-lower/lower-program.ts";
import { countReferences } from "./4-lower/references/count-references.ts";
import { flatten } from "./5-async/flatten.ts";
import { computeTypeSizes } from "./5-async/type-sizes.ts";
import { type CImport, describeImports } from "./6-emit/c-imports.ts";
import { printConfigHeader } from "./6-emit/config-header.ts";
import { emitProgram } from "./6-emit/emit-program.ts";
import { printUnit } from "./6-emit/print-c.ts";
import { describeTasks, type TaskReport } from "./6-emit/task-report.ts";
import {
  createDiagnostic,
  createReporter,
  type Diagnostic,
  type Reporter,
} from "./diagnostics/diagnostic.ts";
import type { ArrayFacts, NumberFacts, StringFacts } from "./ir/facts.ts";
import type { FlatMir } from "./ir/flat-mir.ts";
import type { HirProgram } from "./ir/hir.ts";
import type { Mir } from "./ir/mir.ts";
import { printHir } from "./ir/print-hir.ts";
import { printFlatMir, printMir } from "./ir/print-mir.ts";
import { verifyHir } from "./ir/verify-hir.ts";
import { verifyMir } from "./ir/verify-mir.ts";
import { defined } from "./source/assert.ts";
import type { SourceHost } from "./source/host.ts";

export type { HardwareClaims } from "./3-analyse/claims.ts";
export type { ObjectReport } from "./3-analyse/describe-objects.ts";
export { type NumberReport, noNumbers } from "./3-analyse/explain-numbers.ts";
export type { CImport } from "./6-emit/c-imports.ts";
export type { TaskReport } from "./6-emit/task-report.ts";
export type { Diagnostic } from "./diagnostics/diagnostic.ts";
export type { SourceHost } from "./source/host.ts";

export interface CompileInput {
  /** Absolute path with `/` separators. */
  readonly entry: string;
  /** The only door to files. */
  readonly host: SourceHost;
  /** The folder that holds `lib/`. */
  readonly packageRoot: string;
  /** "tsfw/chip" and "tsfw/board" with their TypeScript text. */
  readonly virtualModules: ReadonlyMap<string, string>;
  readonly target: {
    readonly chip: string;
    pinName(id: number): string;
    extiLine?(id: number): number | undefined;
    uartErrorPercent?(uart: number, baud: number): number | undefined;
  };
  readonly options: {
    readonly checks: "all" | "none";
    readonly log: "text" | "off";
    readonly doubles: "allow" | "error";
    /** Name of the pass whose result is wanted as text; see `passNames`. */
    readonly dumpAfter?: string;
  };
}

export interface CompileResult {
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** Application C (app.c); empty when not ok. */
  readonly c: string;
  /** The same with a `#line` before every line: what the C compiler gets, so that debuggers stay on the source. */
  readonly linesC: string;
  /** C files that the program imports. */
  readonly cImports: readonly CImport[];
  /** tsfw_config.h; empty when not ok. */
  readonly config: string;
  readonly claims: HardwareClaims;
  readonly tasks: readonly TaskReport[];
  /** Where each object lives and why. */
  readonly objects: readonly ObjectReport[];
  /** How numbers are kept, and why some are doubles. */
  readonly numbers: NumberReport;
  /** Strands that may sleep. */
  readonly timers: number;
  /** Every file read, for the cache. */
  readonly inputs: readonly string[];
  readonly dump?: string;
}

/** The passes whose results `--dump-after` prints. */
export const passNames = ["hir", "mir", "flat-mir", "c"] as const;

const noClaims: HardwareClaims = { outputs: [], inputs: [], waitPins: [], uarts: [] };

export function compile(input: CompileInput): CompileResult {
  try {
    return runPhases(input);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // the only RangeError here is the end of the stack
    const start = { line: 1, column: 1 };
    const diagnostics = [createDiagnostic("TSFW1004", { file: input.entry, start, end: start }, {})];
    return {
      ok: false,
      diagnostics,
      c: "",
      linesC: "",
      cImports: [],
      config: "",
      claims: noClaims,
      tasks: [],
      objects: [],
      numbers: noNumbers,
      timers: 0,
      inputs: [input.entry],
    };
  }
}

/** As many as runtime-c/include/tsfw.h allows. */
const STRANDS_MAX = 1024;

function runPhases(input: CompileInput): CompileResult {
  const reporter = createReporter();
  const failed = (inputs: readonly string[]): CompileResult => ({
    ok: false,
    diagnostics: reporter.diagnostics,
    c: "",
    linesC: "",
    cImports: [],
    config: "",
    claims: noClaims,
    tasks: [],
    objects: [],
    numbers: noNumbers,
    timers: 0,
    inputs,
  });
  const isAbsolute = /^(\/|[A-Za-z]:\/)/.test(input.entry);
  if (!isAbsolute || !input.host.fileExists(input.entry)) {
    const start = { line: 1, column: 1 };
    reporter.add(
      createDiagnostic("TSFW1001", { file: input.entry, start, end: start }, { file: input.entry }),
    );
    return failed([]);
  }
  if (/\.d\.[cm]?ts$/.test(input.entry)) {
    const start = { line: 1, column: 1 };
    reporter.add(
      createDiagnostic("TSFW1003", { file: input.entry, start, end: start }, { file: input.entry }),
    );
    return failed([]);
  }
  const loaded = loadProgram(input);
  for (const diagnostic of loaded.diagnostics) reporter.add(diagnostic);
  if (reporter.hasErrors()) return failed(loaded.inputs);

  const analysed = analyse(loaded, input, reporter);
  if (analysed === null) return failed(loaded.inputs);
  const { hir, numbers, placement, arrays, strings, claims } = analysed;
  if (reportMissingC(hir, input.host, reporter)) return failed(loaded.inputs);
  const lowered = lowerProgram({
    program: hir,
    numbers,
    strings,
    placement,
    arrays,
    checks: input.options.checks,
    log: input.options.log,
  });
  verifyMir(lowered);
  const mir = countReferences(lowered, hir);
  verifyMir(mir);
  const pointerBytes = input.target.chip === "host" ? 8 : 4;
  const flat = flatten(mir, pointerBytes);
  if (flat.strands.length > STRANDS_MAX) {
    const span = defined(mir.tasks[0], "main").span;
    reporter.report("TSFW6005", span, { count: String(flat.strands.length), limit: String(STRANDS_MAX) });
    return failed(loaded.inputs);
  }
  const lineFile = lineFileOf(input);
  const title = `${lineFile(input.entry)}, compiled for ${input.target.chip}`;
  const unit = emitProgram(flat, { title, lineFile });
  const c = printUnit(unit, { ownFile: "app.c", lineFile, everyLine: false });
  const linesC = printUnit(unit, { ownFile: "app.lines.c", lineFile, everyLine: true });
  const dump = dumpOf(input.options.dumpAfter, {
    hir: () => printHir(hir),
    mir: () => printMir(mir),
    flat: () => printFlatMir(flat),
    c: () => c,
  });
  return {
    ok: true,
    diagnostics: reporter.diagnostics,
    c,
    linesC,
    cImports: describeImports(flat),
    config: printConfigHeader({
      strandCount: flat.strands.length,
      timerCount: flat.timerCount,
      log: input.options.log === "text" && usesLog(mir),
      checks: input.options.checks === "all",
      usesTime: flat.timerCount > 0 || usesClock(mir),
      waitPins: claims.waitPins,
      uarts: claims.uarts,
    }),
    claims,
    tasks: describeTasks(flat),
    numbers: explainNumbers(hir, numbers, (file) => !file.startsWith(`${input.packageRoot}/lib/`)),
    objects: describeObjects(hir, placement, sizesOfPools(mir, pointerBytes), arrays),
    timers: flat.timerCount,
    inputs: loaded.inputs,
    ...(dump === null ? {} : { dump }),
  };
}

function sizesOfPools(mir: Mir, pointerBytes: number): readonly PoolSize[] {
  const sizes = computeTypeSizes(mir, pointerBytes);
  return mir.pools.map(({ of, slots }) => ({ slots: slots ?? 0, bytes: sizes.of(of).bytes }));
}

/** A C file is read by gcc only; here it must exist. */
function reportMissingC(hir: HirProgram, host: SourceHost, reporter: Reporter): boolean {
  for (const { external, span } of hir.functions) {
    if (external === null || host.fileExists(external.file)) continue;
    const file = external.file.slice(external.file.lastIndexOf("/") + 1);
    reporter.report("TSFW1006", span, { name: external.symbol, file });
  }
  return reporter.hasErrors();
}

interface Analysed {
  readonly hir: HirProgram;
  readonly numbers: NumberFacts;
  readonly placement: PlacedObjects;
  readonly arrays: ArrayFacts;
  readonly strings: StringFacts;
  readonly claims: HardwareClaims;
}

/**
 * Phases 1 to 3. Bounds of text are first computed with one body for each
 * function; where that finds none, each call of a function that makes text from
 * text gets a body, and bounds, of its own; where messages of errors still grow
 * from themselves, their length is limited.
 */
const attempts: readonly Attempt[] = [
  { copiesTextFunctions: false, boundsMessages: false },
  { copiesTextFunctions: true, boundsMessages: false },
  { copiesTextFunctions: true, boundsMessages: true },
];

interface Attempt {
  readonly copiesTextFunctions: boolean;
  readonly boundsMessages: boolean;
}

function analyse(loaded: LoadedProgram, input: CompileInput, reporter: Reporter): Analysed | null {
  const [first, ...others] = attempts.map((attempt) => () => {
    const own = createReporter();
    return { result: analyseOnce(loaded, input, own, attempt), diagnostics: own.diagnostics };
  });
  let best = defined(first, "an attempt")();
  let last = best;
  for (const attempt of others) {
    if (!last.diagnostics.some((diagnostic) => diagnostic.code === "TSFW6002")) break;
    last = attempt();
    if (last.result !== null) best = last;
  }
  for (const diagnostic of best.diagnostics) reporter.add(diagnostic);
  return best.result;
}

function analyseOnce(
  loaded: LoadedProgram,
  input: CompileInput,
  reporter: Reporter,
  attempt: Attempt,
): Analysed | null {
  const built = buildHir(loaded, reporter, { ...attempt, lineFile: lineFileOf(input) });
  if (built === null) return null;
  verifyHir(built);
  checkProgram(built, reporter);
  if (reporter.hasErrors()) return null;
  const hir = boxCaptures(built, reporter);
  verifyHir(hir);
  const measured = placeAndMeasure(hir, input.options.checks);
  const { numbers, strings, placement, arrays } = measured;
  checkSizedStores(hir, numbers, reporter);
  if (input.options.doubles === "error") checkDoubles(hir, numbers, reporter);
  for (const finding of measured.places) reporter.add(finding);
  if (!reporter.hasErrors()) checkInlineCycles(hir, placement, reporter);
  if (!reporter.hasErrors()) checkPooledCycles(hir, placement, reporter);
  for (const finding of measured.texts) reporter.add(finding);
  const claims = collectClaims(hir, numbers, input.target, reporter);
  return reporter.hasErrors() ? null : { hir, numbers, placement, arrays, strings, claims };
}

function dumpOf(
  pass: string | undefined,
  print: { hir(): string; mir(): string; flat(): string; c(): string },
): string | null {
  switch (pass) {
    case "hir":
      return print.hir();
    case "mir":
      return print.mir();
    case "flat-mir":
      return print.flat();
    case "c":
      return print.c();
    default:
      return null;
  }
}

/** Panics print too, so a program that can panic keeps the log port. */
function usesLog(mir: Mir): boolean {
  return mir.functions.some((fn) =>
    fn.blocks.some((block) =>
      block.instructions.some(
        (instruction) =>
          instruction.kind === "log" ||
          instruction.kind === "check" ||
          instruction.kind === "panic" ||
          (instruction.kind === "runtime" && instruction.symbol === "tsfw_panic_at"),
      ),
    ),
  );
}

function usesClock(mir: FlatMir | Mir): boolean {
  return mir.functions.some((fn) =>
    fn.blocks.some((block) =>
      block.instructions.some(
        (instruction) =>
          instruction.kind === "runtime" &&
          (instruction.symbol === "tsfw_now" || instruction.symbol === "tsfw_now_ms"),
      ),
    ),
  );
}

/** How the output names a source file. */
function lineFileOf(input: CompileInput): (file: string) => string {
  const root = input.entry.slice(0, input.entry.lastIndexOf("/") + 1);
  return (file) => relativePath(root, file);
}

/** Paths in the output do not depend on where the project lies. */
function relativePath(root: string, file: string): string {
  if (file.startsWith(root)) return file.slice(root.length);
  const from = root.split("/").filter((part) => part !== "");
  const to = file.split("/").filter((part) => part !== "");
  let shared = 0;
  while (shared < from.length && from[shared] === to[shared]) shared += 1;
  return [...from.slice(shared).map(() => ".."), ...to.slice(shared)].join("/");
}
