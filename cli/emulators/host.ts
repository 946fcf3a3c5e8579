/**
 * Runs a firmware that was built for the host family: starts the executable with its script, and turns the trace it
 * writes into the same events that the emulators give (hal-c/host/README.md describes the files and variables).
 */
import type { ChildProcess } from "node:child_process";
import {
  accessSync,
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { constants as systemConstants, tmpdir } from "node:os";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { EventRecorder } from "./event-recorder.ts";
import { spawnGuarded } from "./guarded-process.ts";
import {
  exitCodeAfterAbort,
  exitCodeAfterPanic,
  type RunOptions,
  type RunResult,
  type ScriptEvent,
} from "./run-types.ts";
import { spreadScript } from "./script-player.ts";

export interface HostRun extends RunOptions {
  readonly executable: string;
  /** What the program prints as warnings and errors; without it they go where the log goes. */
  readonly onErrorOutput?: ((text: string) => void) | undefined;
  /** Paces virtual time by real time. */
  readonly realtime?: boolean | undefined;
}

const tracePollMs = 50;
/** Real time in which a stopped program may bring out what it has printed. */
const stopWaitMs = 2000;

/** Runs until the program ends, `forNs` is over or the signal is raised. Throws when the executable cannot start. */
export async function runHost(run: HostRun): Promise<RunResult> {
  accessSync(run.executable, constants.X_OK);
  const folder = mkdtempSync(join(tmpdir(), "tsfw-run-"));
  try {
    return await runIn(folder, run);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runIn(folder: string, run: HostRun): Promise<RunResult> {
  const files = { script: join(folder, "script"), trace: join(folder, "trace") };
  writeFileSync(files.script, renderHostScript(run.script));
  writeFileSync(files.trace, "");
  const trace = new TraceReader(files.trace, run);
  const { child } = spawnGuarded(run.executable, [], { env: hostEnvironment(run, files) });
  const polling = setInterval(() => trace.read(), tracePollMs);
  try {
    const { code, signal } = await waitForEnd(child, run);
    trace.read();
    trace.recorder.finish();
    return describeEnd(run, code, signal, trace);
  } finally {
    clearInterval(polling);
    trace.close();
  }
}

function hostEnvironment(
  run: HostRun,
  files: { readonly script: string; readonly trace: string },
): NodeJS.ProcessEnv {
  const { TSFW_FOR_NS: _for, TSFW_REALTIME: _real, ...rest } = process.env;
  return {
    ...rest,
    TSFW_SCRIPT: files.script,
    TSFW_TRACE: files.trace,
    ...(run.forNs === undefined ? {} : { TSFW_FOR_NS: String(Math.round(run.forNs)) }),
    ...(run.realtime === true ? { TSFW_REALTIME: "1" } : {}),
  };
}

/** The script in the form the host family reads. */
export function renderHostScript(script: readonly ScriptEvent[]): string {
  const lines = spreadScript(script).map((input) =>
    input.kind === "pin"
      ? `${input.timeNs} pin ${input.pin} ${input.level}\n`
      : `${input.timeNs} uart ${input.uart} ${input.byte.toString(16).padStart(2, "0")}\n`,
  );
  return lines.join("");
}

function waitForEnd(
  child: ChildProcess,
  run: HostRun,
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  const stop = () => {
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), stopWaitMs).unref();
  };
  run.signal?.addEventListener("abort", stop, { once: true });
  if (run.signal?.aborted === true) stop();
  forwardText(child.stdout, run.onOutput);
  forwardText(child.stderr, run.onErrorOutput ?? run.onOutput);
  return new Promise((resolve, reject) => {
    const done = () => {
      run.signal?.removeEventListener("abort", stop);
    };
    child.once("error", (error) => {
      done();
      reject(error);
    });
    child.once("close", (code, signal) => {
      done();
      resolve({ code, signal });
    });
  });
}

function forwardText(stream: NodeJS.ReadableStream | null, write: (text: string) => void): void {
  const decoder = new StringDecoder("utf8");
  stream?.on("data", (bytes: Buffer) => {
    const text = decoder.write(bytes);
    if (text !== "") write(text);
  });
  stream?.on("end", () => {
    const rest = decoder.end();
    if (rest !== "") write(rest);
  });
}

function describeEnd(
  run: HostRun,
  code: number | null,
  signal: NodeJS.Signals | null,
  trace: TraceReader,
): RunResult {
  const { events } = trace.recorder;
  const lastNs = trace.endNs ?? events.at(-1)?.timeNs ?? 0;
  const virtualNs = trace.endNs === undefined && code === 0 && run.forNs !== undefined ? run.forNs : lastNs;
  if (run.signal?.aborted === true)
    return { exitCode: exitCodeAfterAbort, reason: "aborted", virtualNs: lastNs, events };
  if (signal !== null) {
    const exitCode = 128 + (systemConstants.signals[signal] ?? 0);
    return {
      exitCode,
      reason: "fault",
      message: `the program was ended by ${signal}`,
      virtualNs: lastNs,
      events,
    };
  }
  const reason = code !== 0 ? "exit" : virtualNs === run.forNs ? "time" : "idle";
  return { exitCode: code ?? exitCodeAfterPanic, reason, virtualNs, events };
}

/** Reads what is new in the trace: `<timeNs> pin <id> <0|1>`, `<timeNs> uart <index> <hex>`, at last `<timeNs> end`. */
class TraceReader {
  readonly recorder: EventRecorder;
  endNs: number | undefined;
  private readonly file: number;
  private readonly chunk = Buffer.alloc(1 << 16);
  private rest = "";

  constructor(path: string, run: HostRun) {
    this.recorder = new EventRecorder(run);
    this.file = openSync(path, "r");
  }

  read(): void {
    for (let size = readSync(this.file, this.chunk); size > 0; size = readSync(this.file, this.chunk)) {
      const lines = (this.rest + this.chunk.toString("latin1", 0, size)).split("\n");
      this.rest = lines.pop() ?? "";
      for (const line of lines) this.take(line);
    }
  }

  close(): void {
    closeSync(this.file);
  }

  private take(line: string): void {
    const [time, kind, index, value] = line.split(" ");
    const timeNs = Number(time);
    if (kind === "pin") this.recorder.pin(timeNs, Number(index), value === "1" ? 1 : 0);
    else if (kind === "uart") this.recorder.uart(timeNs, Number(index), Buffer.from(value ?? "", "hex"));
    else if (kind === "end") this.endNs = timeNs;
  }
}
