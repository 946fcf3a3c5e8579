/**
 * Remembers every file a build looked at, also those it looked for and did not find: the cache compares them with
 * the disk to know whether its result still holds. The only place of the command line that reads sources.
 */
import { createHash } from "node:crypto";
import { readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import type { SourceHost } from "../../compiler/source/host.ts";

/** SHA-256 of the contents, or null for a path that did not exist. */
export type InputHashes = Readonly<Record<string, string | null>>;

export class InputRecorder implements SourceHost {
  private readonly hashes = new Map<string, string | null>();
  private readonly texts = new Map<string, string | undefined>();

  readFile(path: string): string | undefined {
    if (this.texts.has(path)) return this.texts.get(path);
    const bytes = readBytes(path);
    const text = bytes?.toString("utf8").replace(/^\uFEFF/, "");
    this.hashes.set(path, bytes === undefined ? null : hashBytes(bytes));
    this.texts.set(path, text);
    return text;
  }

  fileExists(path: string): boolean {
    const exists = isKind(path, "file");
    if (!exists) this.noteAbsent(path);
    return exists;
  }

  directoryExists(path: string): boolean {
    const exists = isKind(path, "directory");
    if (!exists) this.noteAbsent(path);
    return exists;
  }

  realpath(path: string): string {
    try {
      return realpathSync(path).replaceAll("\\", "/");
    } catch {
      return path; // nothing there: the caller finds out when it reads
    }
  }

  /** Notes files that another program read, such as the C compiler. */
  note(paths: Iterable<string>): void {
    for (const path of paths) {
      /* A file may have been asked for as a folder before, and noted as absent. */
      if ((this.hashes.get(path) ?? null) === null) this.hashes.set(path, hashFile(path));
    }
  }

  /** Everything noted so far, by path in a fixed order. */
  collected(): InputHashes {
    return Object.fromEntries([...this.hashes].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  private noteAbsent(path: string): void {
    if (!this.hashes.has(path)) this.hashes.set(path, null);
  }
}

/** True when every file is as it was, and what was absent still is. */
export function inputsAreUnchanged(hashes: InputHashes): boolean {
  return Object.entries(hashes).every(([path, hash]) =>
    hash === null ? !isKind(path, "file") && !isKind(path, "directory") : hashFile(path) === hash,
  );
}

export function hashFile(path: string): string | null {
  const bytes = readBytes(path);
  return bytes === undefined ? null : hashBytes(bytes);
}

export function hashBytes(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function readBytes(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined; // absent, a folder, or not readable: all the same to a compiler
  }
}

function isKind(path: string, kind: "file" | "directory"): boolean {
  const stats = readStats(path);
  return stats !== undefined && (kind === "file" ? stats.isFile() : stats.isDirectory());
}

/** statSync still throws for paths such as `file.ts/x`, even when asked not to. */
function readStats(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
