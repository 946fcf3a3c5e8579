/**
 * Runs the programs tsfw depends on. Children die with an interrupted command; a missing program is a result, not an
 * exception.
 */
import { onInterrupt } from "./interrupts.ts";

export interface ChildResult {
  /** The exit code; 128 + signal number as in a shell, 127 when the program does not exist. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly missing: boolean;
}

export interface ChildOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Shows what the child prints on stderr while it runs. */
  readonly showOutput?: boolean;
}

/** Runs a program to its end and collects what it prints. */
export async function runChild(
  program: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<ChildResult> {
  const { execa } = await import("execa"); // not needed when everything is in the cache
  const child = execa(program, [...args], {
    cwd: options.cwd ?? process.cwd(),
    env: options.env ?? process.env,
    extendEnv: false,
    stdin: "ignore",
    detached: hasProcessGroups,
    reject: false,
    stripFinalNewline: false,
    encoding: "utf8",
  });
  const forget = onInterrupt(() => killTree(child.pid));
  if (options.showOutput === true) {
    child.stdout.pipe(process.stderr, { end: false });
    child.stderr.pipe(process.stderr, { end: false });
  }
  const result = await child;
  forget();
  if (result.exitCode === undefined && result.signal === undefined) {
    const missing = result.code === "ENOENT";
    return { stdout: "", stderr: result.originalMessage ?? "", exitCode: missing ? 127 : 126, missing };
  }
  const exitCode = result.exitCode ?? 128 + signalNumber(result.signal ?? null);
  return { stdout: result.stdout, stderr: result.stderr, exitCode, missing: false };
}

/** A child in a process group of its own takes its children along: gcc's real work is done by those. */
const hasProcessGroups = process.platform !== "win32";

function killTree(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(hasProcessGroups ? -pid : pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // ended by itself meanwhile
  }
}

const signalNumbers: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
};

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === null ? 0 : (signalNumbers[signal] ?? 0);
}
