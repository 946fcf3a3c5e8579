/** What a command gets from the process that runs it; tests give it their own. */
import type { Terminal } from "./terminal/terminal.ts";

export interface CommandContext {
  readonly terminal: Terminal;
  /** What relative paths are relative to. */
  readonly workFolder: string;
  /** Sets the code the process ends with; the last call counts. */
  exitWith(code: number): void;
}
