/** The end nobody wants: writes down what is needed to find the fault and asks for a report. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { arch, platform, release, tmpdir } from "node:os";
import { join } from "node:path";
import { exitCodes } from "./failure.ts";
import { readPackageVersion } from "./package-root.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** Its page in `tsfw explain`. */
const code = "TSFW9001";

/** Writes the dump, says where it is, and returns the exit code. */
export function reportInternalError(error: unknown, args: readonly string[], terminal: Terminal): number {
  const dump = renderDump(error, args);
  const summary = error instanceof Error ? error.message : String(error);
  terminal.note(`${terminal.paint.red(`internal error ${code}:`)} ${summary}`);
  terminal.note(
    "This is a fault of tsfw, not of your program. Please report it together with your source and",
  );
  terminal.note(writeDump(dump) ?? dump);
  return exitCodes.internal;
}

function renderDump(error: unknown, args: readonly string[]): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const system = `tsfw ${readPackageVersion()}, node ${process.versions.node}, ${platform()} ${release()} ${arch()}`;
  return `${system}\ntsfw ${args.join(" ")}\n\n${stack}\n`;
}

/** Undefined when not even that can be written: then the dump goes to the terminal. */
function writeDump(dump: string): string | undefined {
  try {
    const path = join(mkdtempSync(join(tmpdir(), "tsfw-error-")), "dump.txt");
    writeFileSync(path, dump);
    return path;
  } catch {
    return undefined;
  }
}
