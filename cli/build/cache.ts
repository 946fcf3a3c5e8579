/**
 * Knows whether the files of an earlier build are still what a new one would write. The record of a build lies beside
 * its outputs and names by content everything the result depended on. Must stay quick: a warm build is little else.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../package-root.ts";
import { hashBytes, hashFile, type InputHashes, inputsAreUnchanged } from "./inputs.ts";
import type { BuildReport } from "./report.ts";

export const recordName = "build.json";

export interface BuildRecord {
  /** Hash of the request: options, configuration, tools, tsfw itself. */
  readonly request: string;
  readonly inputs: InputHashes;
  /** SHA-256 of every file the build wrote, by name. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly report: BuildReport;
}

/** The report of the last build into this folder, if a new build would have the same result. */
export function findCachedBuild(outFolder: string, request: string): BuildReport | undefined {
  const record = readRecord(join(outFolder, recordName));
  if (record === undefined || record.request !== request) return undefined;
  if (!inputsAreUnchanged(record.inputs)) return undefined;
  const outputs = Object.entries(record.outputs);
  return outputs.every(([name, hash]) => hashFile(join(outFolder, name)) === hash)
    ? record.report
    : undefined;
}

/** A record is only ever written whole, so one that does not parse was damaged by hand: build again. */
function readRecord(path: string): BuildRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(path, "utf8")) as Partial<BuildRecord> | null;
    const complete =
      record?.request !== undefined && record.inputs !== undefined && record.outputs !== undefined;
    return complete && record.report !== undefined ? (record as BuildRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** Hash of a request given as plain data; property order matters. */
export function hashRequest(request: unknown): string {
  return hashBytes(JSON.stringify(request));
}

/**
 * Names this build of tsfw: two with the same name give the same result for the same input. From dist/ it is the
 * hash its build wrote; from the sources (tests) their sizes and times.
 */
export function readBuildId(): string {
  const stamp = join(packageRoot, "dist", "build-stamp.json");
  if (import.meta.url.includes("/dist/") && existsSync(stamp)) {
    return (JSON.parse(readFileSync(stamp, "utf8")) as { content: string }).content;
  }
  return hashBytes(
    ["cli", "compiler", "hal-c", "lib"].map((folder) => hashFolder(join(packageRoot, folder))).join(),
  );
}

function hashFolder(folder: string): string {
  if (!existsSync(folder)) return "";
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  return hashBytes(
    files
      .sort()
      .map((name) => `${name} ${hashFile(join(folder, name))}`)
      .join("\n"),
  );
}
