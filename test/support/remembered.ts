/**
 * Results of runs that cannot have changed: while TSFW_TEST_CACHE names a folder, a run with the same inputs is not
 * repeated. Off by default, and never on in CI.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProcessResult } from "./run-process.ts";

/** `run()`, or what it gave before for equal inputs. */
export async function remembered(
  inputs: readonly string[],
  run: () => Promise<ProcessResult>,
): Promise<ProcessResult> {
  const folder = process.env.TSFW_TEST_CACHE;
  if (folder === undefined || folder === "") return run();
  const hash = createHash("sha256");
  for (const input of inputs) hash.update(`${input.length}:`).update(input);
  const path = join(folder, hash.digest("hex"));
  if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8")) as ProcessResult;
  const result = await run();
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${path}.${process.pid}`, JSON.stringify(result));
  renameSync(`${path}.${process.pid}`, path);
  return result;
}
