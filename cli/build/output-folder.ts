/**
 * Where a build puts its files. Everything is written to a folder beside the output folder and renamed into it at the
 * end, so a failed or interrupted build leaves the last good one as it was.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { CliFailure, exitCodes } from "../failure.ts";
import { onInterrupt } from "../interrupts.ts";

export interface Staging {
  /** The folder to write to. */
  readonly folder: string;
  writeFile(name: string, contents: string | Uint8Array): void;
  /** Moves all files into the output folder; `last` goes last and so vouches for the rest. */
  publish(last: string): void;
  /** Removes the folder with what is still in it. */
  discard(): void;
}

/** Creates the staging folder; throws a CliFailure that names the folder when that is not possible. */
export function openStaging(outFolder: string): Staging {
  const folder = guardFiles(outFolder, () => {
    makeFolder(dirname(outFolder));
    return mkdtempSync(join(dirname(outFolder), `.${basename(outFolder)}.tmp-`));
  });
  /* A killed compiler may still be closing its files. */
  const discard = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  const forget = onInterrupt(discard);
  return {
    folder,
    writeFile: (name, contents) =>
      guardFiles(join(outFolder, name), () => writeFileSync(join(folder, name), contents)),
    publish: (last) => guardFiles(outFolder, () => moveAll(folder, outFolder, last)),
    discard: () => {
      forget();
      discard();
    },
  };
}

function moveAll(from: string, to: string, last: string): void {
  makeFolder(to);
  const names = readdirSync(from).filter((name) => name !== last);
  for (const name of [...names, last]) renameSync(join(from, name), join(to, name));
}

/** Writes one file beside its place and renames it. */
export function writeFileAtomically(path: string, contents: string | Uint8Array): void {
  const draft = `${path}.tmp-${process.pid}`;
  guardFiles(path, () => {
    try {
      makeFolder(dirname(path));
      writeFileSync(draft, contents);
      renameSync(draft, path);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  });
}

/** Like mkdir -p. Node's own recursive mkdir never returns where the system refuses with ENOENT, as in /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error; // another build was quicker
  }
}

/** Turns the file system's refusals into failures in words. */
export function guardFiles<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw describeFileError(error, path);
  }
}

const permissionCodes: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS"]);
const shapeCodes: ReadonlySet<string> = new Set(["ENOTDIR", "EEXIST", "EISDIR", "ENAMETOOLONG", "ENOENT"]);
const spaceCodes: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** A failure in words for a file system error; other errors come back as they are. */
export function describeFileError(error: unknown, path: string): unknown {
  const code = errorCode(error);
  if (code === undefined) return error;
  if (spaceCodes.has(code)) return diskFull(path);
  if (permissionCodes.has(code)) {
    return new CliFailure(
      `Cannot write ${path}: ${code === "EROFS" ? "the disk is read-only" : "permission denied"}.`,
      {
        exitCode: exitCodes.usage,
        hint: "Choose another folder with --out, or change the folder's permissions.",
      },
    );
  }
  if (shapeCodes.has(code)) {
    return new CliFailure(`Cannot create ${path}: part of that path is no folder, or takes none.`, {
      exitCode: exitCodes.usage,
      hint: "Choose another folder with --out.",
    });
  }
  return new CliFailure(`Cannot write ${path}: ${(error as Error).message}`, {
    exitCode: exitCodes.toolFailed,
  });
}

/** The disk has no room; also used when a compiler says so. */
export function diskFull(path: string): CliFailure {
  return new CliFailure(`Cannot write ${path}: the disk is full.`, {
    exitCode: exitCodes.toolFailed,
    hint: "Free some space, or choose a folder on another disk with --out. Nothing half-written was left behind.",
  });
}

function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
