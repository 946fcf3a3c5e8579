/** What a build tells about its firmware: the object of `--json` and the table for people. */
import type { Diagnostic, NumberReport, ObjectReport, TaskReport } from "../../compiler/compile.ts";
import type { Paint } from "../terminal/terminal.ts";
import type { StackReport } from "./stack-usage.ts";

export interface BuildReport {
  readonly schema: 1;
  readonly ok: boolean;
  readonly chip: string;
  readonly board: string;
  /** Absolute paths; null when the program has errors. */
  readonly elf: string | null;
  /** What gets flashed: .uf2 or .bin; the executable on the host. */
  readonly image: string | null;
  readonly c: string | null;
  /** totalBytes is null on the host, where it is not a limit. */
  readonly flash: { readonly usedBytes: number; readonly totalBytes: number | null } | null;
  readonly ram: { readonly staticBytes: number; readonly totalBytes: number | null } | null;
  /** reservedBytes is what the linker script sets aside. */
  readonly stack: (StackReport & { readonly reservedBytes: number }) | null;
  readonly tasks: readonly TaskReport[];
  /** Where each object lives and why. */
  readonly objects: readonly ObjectReport[];
  /** How numbers are kept, and why some are doubles. */
  readonly numbers: NumberReport;
  readonly timers: number;
  readonly diagnostics: readonly Diagnostic[];
  readonly durationMs: number;
  /** The files of an earlier build were up to date. */
  readonly cached: boolean;
}

/**
 * The figures as a small table, for the terminal.
 *
 * @param shorten makes a path fit to be read
 */
export function renderBuildReport(
  report: BuildReport,
  paint: Paint,
  shorten: (path: string) => string,
): string {
  const rows = [flashRow(report), ramRow(report), stackRow(report)].filter((row) => row !== undefined);
  const lines = rows.map(
    ([label, value, share]) => `  ${paint.dim(label.padEnd(7))}${value}${paint.dim(share)}`,
  );
  const time = `${(report.durationMs / 1000).toFixed(2)} s`;
  const title = `${paint.green(report.cached ? "up to date" : "built")} for ${paint.bold(report.chip)} (board ${report.board}) ${paint.dim(time)}`;
  const image = report.image === null ? [] : [`  ${paint.dim("image".padEnd(7))}${shorten(report.image)}`];
  return [title, ...lines, ...image, ...taskRows(report, paint, shorten)].join("\n");
}

type Row = readonly [label: string, value: string, remark: string] | undefined;

function flashRow(report: BuildReport): Row {
  if (report.flash === null || report.flash.totalBytes === null) return undefined;
  return [
    "flash",
    formatBytes(report.flash.usedBytes),
    shareOf(report.flash.usedBytes, report.flash.totalBytes),
  ];
}

function ramRow(report: BuildReport): Row {
  if (report.ram === null || report.ram.totalBytes === null) return undefined;
  const share = shareOf(report.ram.staticBytes, report.ram.totalBytes);
  return ["RAM", formatBytes(report.ram.staticBytes), `${share}, without the stack`];
}

function stackRow(report: BuildReport): Row {
  if (report.stack === null) return undefined;
  const levels = report.stack.perPriority.map((level) => `${level.priority} ${level.bytes}`).join(" + ");
  if (report.stack.worstCaseBytes !== null) {
    return ["stack", `at most ${formatBytes(report.stack.worstCaseBytes)}`, ` (${levels})`];
  }
  const reserved = `, ${formatBytes(report.stack.reservedBytes)} reserved`;
  return ["stack", "no bound known", `: ${report.stack.unknown.join("; ")}${reserved}`];
}

function taskRows(report: BuildReport, paint: Paint, shorten: (path: string) => string): string[] {
  const width = Math.max(0, ...report.tasks.map((task) => task.name.length));
  return report.tasks.map((task, index) => {
    const label = paint.dim((index === 0 ? "tasks" : "").padEnd(7));
    const count = task.instances > 1 ? ` × ${task.instances}` : "";
    const place = paint.dim(`  ${shorten(task.file)}:${task.line}`);
    return `  ${label}${task.name.padEnd(width)}  ${formatBytes(task.frameBytes).padStart(8)}${count}${place}`;
  });
}

/** Every task with its variables, and every object: what `--explain memory` shows. */
export function renderMemory(report: BuildReport, paint: Paint, shorten: (path: string) => string): string {
  const blocks = report.tasks.map((task) => {
    const head = `${paint.bold(task.name)}: ${formatBytes(task.frameBytes)} ${paint.dim(`${shorten(task.file)}:${task.line}`)}`;
    const slots = task.slots.map((slot) => {
      const lines = slot.liveAt.length === 0 ? "" : `  kept across line ${slot.liveAt.join(", ")}`;
      return `  ${String(slot.offset).padStart(4)}  ${slot.name.padEnd(24)} ${formatBytes(slot.bytes)}${paint.dim(lines)}`;
    });
    return [head, ...slots].join("\n");
  });
  const places = report.objects.map(
    ({ what, file, line, place }) =>
      `  ${what.padEnd(24)} ${place}${paint.dim(`  ${shorten(file)}:${line}`)}`,
  );
  return [...blocks, ...(places.length === 0 ? [] : [paint.bold("objects"), ...places])].join("\n");
}

/** How numbers are kept, and each double with its reason: what `--explain numbers` shows. */
export function renderNumbers(report: BuildReport, paint: Paint, shorten: (path: string) => string): string {
  const { counts, doubles } = report.numbers;
  const kinds: readonly (readonly [count: number, name: string])[] = [
    [counts.int32, "int32"],
    [counts.uint32, "uint32"],
    [counts.int64, "int64"],
    [counts.single, "float"],
    [counts.double, "double"],
  ];
  const used = kinds.filter(([count]) => count > 0).map(([count, name]) => `${count} ${name}`);
  const total = kinds.reduce((sum, [count]) => sum + count, 0);
  const head = `${paint.bold("numbers")} ${total}${used.length === 0 ? "" : `: ${used.join(", ")}`}`;
  const rows = doubles.map(({ what, file, line, inLoop, why, advice }) => {
    const place = `${shorten(file)}:${line}${inLoop ? ", in a loop" : ""}`;
    return `  ${what.padEnd(24)} double ${paint.dim(place)}\n    ${why}; ${advice}`;
  });
  if (doubles.length === 0) return `${head}\n  no doubles`;
  /* The FPUs of the chips at hand are of single precision. */
  const remark = report.chip === "host" ? [] : [`  ${report.chip} computes doubles in software`];
  return [head, ...remark, ...rows].join("\n");
}

export function formatBytes(bytes: number): string {
  return `${bytes.toLocaleString("en-US")} B`;
}

function shareOf(used: number, total: number): string {
  return ` of ${formatBytes(total)} (${((100 * used) / total).toFixed(1)} %)`;
}
