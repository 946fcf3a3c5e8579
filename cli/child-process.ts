/**
 * Runs the programs tsfw depends on. Children die with an interrupted command; a missing program is a result, not an
 * exception.
 */
import { type ChildProcess, spawn } from "node:child_process";
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
export function runChild(
  program: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<ChildResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: hasProcessGroups,
    });
    const forget = onInterrupt(() => killTree(child));
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8");
      child[name].on("data", (text: string) => {
        output[name] += text;
        if (options.showOutput === true) process.stderr.write(text);
      });
    }
    child.on("error", (error: NodeJS.ErrnoException) => {
      forget();
      const missing = error.code === "ENOENT";
      resolve({ ...output, stderr: error.message, exitCode: missing ? 127 : 126, missing });
    });
    child.on("close", (code, signal) => {
      forget();
      resolve({ ...output, exitCode: code ?? 128 + signalNumber(signal), missing: false });
    });
  });
}

/** A child in a process group of its own takes its children along: gcc's real work is done by those. */
const hasProcessGroups = process.platform !== "win32";

function killTree(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (hasProcessGroups) process.kill(-child.pid, "SIGKILL");
    else child.kill("SIGKILL");
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
