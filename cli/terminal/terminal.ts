/**
 * The two outputs of a command: results on stdout, everything else on stderr. Colours only where a person looks and
 * has not asked for none.
 */
import { isAbsolute, relative } from "node:path";
import { Chalk } from "chalk";

export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

export interface Terminal {
  /** Writes a line of the result. */
  result(text: string): void;
  /** Writes part of a result as it is: what firmware prints. */
  resultText(text: string): void;
  /** Writes a line that is no result: a remark, progress, an error. */
  note(text: string): void;
  noteText(text: string): void;
  readonly paint: Paint;
  /** For results, which may go to a file while remarks go to the screen. */
  readonly resultPaint: Paint;
}

export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export function createTerminal(
  stdout: OutputStream,
  stderr: OutputStream,
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  return {
    result: (text) => void stdout.write(`${text}\n`),
    resultText: (text) => void stdout.write(text),
    noteText: (text) => void stderr.write(text),
    note: (text) => void stderr.write(`${text}\n`),
    paint: createPaint(wantsColour(stderr, env)),
    resultPaint: createPaint(wantsColour(stdout, env)),
  };
}

/** NO_COLOR and FORCE_COLOR as on no-color.org and force-color.org; otherwise a terminal that can. */
export function wantsColour(
  stream: OutputStream,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if ((env.NO_COLOR ?? "") !== "") return false;
  const force = env.FORCE_COLOR ?? "";
  if (force !== "") return force !== "0" && force !== "false";
  return stream.isTTY === true && env.TERM !== "dumb";
}

function createPaint(colour: boolean): Paint {
  return new Chalk({ level: colour ? 1 : 0 });
}

/** A path as seen from a folder, where that is shorter. */
export function shortenPath(path: string, workFolder: string): string {
  const seen = relative(workFolder, path);
  return isAbsolute(path) && seen.length < path.length ? seen : path;
}
