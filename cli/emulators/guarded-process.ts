/**
 * Starts a child that never outlives this process, whatever ends it: a guard beside the child waits on a line and
 * ends the child when the line closes without a word.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex } from "node:stream";

export interface GuardedProcess {
  readonly child: ChildProcess;
  /** Two-way lines that the child inherits, from `firstLine` on. */
  readonly lines: readonly Duplex[];
}

export interface GuardedOptions {
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly lineCount?: number | undefined;
}

/** File descriptor of the child's first line. */
export const firstLine = 4;

/**
 * The shell becomes the program; its number stays `$$`. The guard, a shell of its own, lets go of everything but its
 * line, as the end of the others has to show that the program is gone.
 */
const script =
  '(exec 4<&- 5<&- 6<&- 7<&- 8<&- 9<&-; read -r word || kill -9 $$) <&3 >/dev/null 2>&1 & exec "$@" 3<&-';

/**
 * Needs: a program that exists; the shell answers for one that does not, with code 126 or 127.
 * Guarantees: "close" of the child comes when it has ended and its output is complete.
 */
export function spawnGuarded(
  program: string,
  args: readonly string[],
  { env, lineCount = 0 }: GuardedOptions = {},
): GuardedProcess {
  const lines = Array.from({ length: lineCount }, () => "pipe" as const);
  const child = spawn("/bin/sh", ["-c", script, "sh", program, ...args], {
    env: env ?? process.env,
    stdio: ["ignore", "pipe", "pipe", "pipe", ...lines],
    detached: true, // Ctrl-C is for this process; it ends the child in good order
  });
  const guard = lineOf(child, firstLine - 1);
  child.once("exit", () => guard.end("over\n"));
  return { child, lines: lines.map((_, index) => lineOf(child, firstLine + index)) };
}

/** A line that breaks is no error of its own: the child's end is noticed elsewhere. */
function lineOf(child: ChildProcess, index: number): Duplex {
  const line = child.stdio[index];
  if (line === null || line === undefined || !("write" in line))
    throw new Error(`the child has no line ${index}`);
  line.on("error", () => {});
  return line as Duplex;
}
