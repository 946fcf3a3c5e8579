/**
 * Starts QEMU with one STM32F405 and holds the lines to it: gdb's protocol and UART inputs, all over inherited
 * sockets, so there are no ports and no files. QEMU never outlives this process, whatever ends it.
 */
import { type ChildProcess, execFile } from "node:child_process";
import type { Duplex } from "node:stream";
import { GdbRemote } from "./gdb-remote.ts";
import { firstLine, spawnGuarded } from "./guarded-process.ts";
import { ToolMissingError } from "./run-types.ts";

const program = "qemu-system-arm";
/** The first with the STM32F405's reset and clock control. */
const oldestMajorVersion = 9;
/** How long a process whose line broke may take to leave. */
const crashWaitMs = 1000;
const fatalPrefix = "qemu: fatal: ";
/**
 * 1 ns of QEMU's clock an instruction. QEMU clocks the timers with 1 GHz, so an instruction takes one cycle of the
 * timers' clock: 12 ns on a chip whose timers run at 84 MHz.
 */
const icountShift = 0;

export interface QemuOptions {
  readonly elfPath: string;
  /** Serial ports (0 = USART1) that get input. */
  readonly serialInputs: readonly number[];
}

export class QemuProcess {
  readonly gdb: GdbRemote;
  readonly serial: ReadonlyMap<number, Duplex>;
  private readonly child: ChildProcess;
  private readonly gone: Promise<unknown>;
  private errorText = "";

  /** `gdbLine` and `serial` are the lines that QEMU was started with. */
  constructor(child: ChildProcess, gdbLine: Duplex, serial: ReadonlyMap<number, Duplex>) {
    this.child = child;
    this.gone = new Promise((resolve) => child.once("close", resolve));
    child.stderr?.on("data", (bytes: Buffer) => {
      this.errorText = (this.errorText + bytes.toString("utf8")).slice(-20000);
    });
    child.stdout?.resume();
    this.gdb = new GdbRemote(gdbLine);
    this.serial = serial;
  }

  get processId(): number {
    return this.child.pid ?? 0;
  }

  /** What QEMU said on its way out; undefined while it is alive. Waits a little for one that is about to go. */
  async crashReport(): Promise<string | undefined> {
    await Promise.race([this.gone, new Promise((resolve) => setTimeout(resolve, crashWaitMs))]);
    if (!this.hasEnded) return undefined;
    const lines = this.errorText
      .split("\n")
      .filter((line) => line !== "" && !line.includes("no active timers"));
    const fatal = lines.find((line) => line.startsWith(fatalPrefix))?.slice(fatalPrefix.length);
    return fatal ?? lines.at(-1) ?? `${program} ended`;
  }

  /** Ends QEMU and waits until it is gone. */
  async end(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.gone;
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}

/** Starts QEMU, stopped before the first instruction. Needs: checkQemuVersion() has not complained. */
export async function startQemu(options: QemuOptions): Promise<QemuProcess> {
  const { serialInputs } = options;
  const { child, lines } = spawnGuarded(program, qemuArguments(options), {
    lineCount: 1 + serialInputs.length,
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  const [gdbLine, ...serialLines] = lines;
  if (gdbLine === undefined) throw new Error("no line for gdb's protocol");
  const serial = serialInputs.flatMap((port, index): [number, Duplex][] => {
    const line = serialLines[index];
    return line === undefined ? [] : [[port, line]];
  });
  const qemu = new QemuProcess(child, gdbLine, new Map(serial));
  try {
    await qemu.gdb.start();
  } catch (error) {
    const report = await qemu.crashReport();
    await qemu.end();
    throw new Error(`${program} did not start: ${report ?? "it does not answer"}`, { cause: error });
  }
  return qemu;
}

function qemuArguments({ elfPath, serialInputs }: QemuOptions): string[] {
  const serialPorts = Array.from({ length: Math.max(-1, ...serialInputs) + 1 }, (_, port) => port);
  return [
    ...["-M", "netduinoplus2", "-nodefaults", "-display", "none", "-monitor", "none", "-S"],
    ...["-icount", `shift=${icountShift},sleep=off`],
    ...["-chardev", `socket,id=gdb,fd=${firstLine}`, "-gdb", "chardev:gdb"],
    ...serialInputs.flatMap((port, index) => [
      "-chardev",
      `socket,id=serial${port},fd=${firstLine + 1 + index}`,
    ]),
    ...serialPorts.flatMap((port) => [
      "-serial",
      serialInputs.includes(port) ? `chardev:serial${port}` : "null",
    ]),
    ...["-kernel", elfPath],
  ];
}

/** Throws ToolMissingError when QEMU is absent or too old. */
export async function checkQemuVersion(): Promise<void> {
  const need = `version ${oldestMajorVersion}`;
  const text = await new Promise<string>((resolve, reject) => {
    execFile(program, ["--version"], (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(new ToolMissingError(program, need));
    });
  });
  const version = /version (\d+)\.(\d+)/.exec(text);
  if (version === null || Number(version[1]) >= oldestMajorVersion) return;
  throw new ToolMissingError(program, need, `${version[1]}.${version[2]}`);
}
