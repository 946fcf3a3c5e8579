/** Where things are in this repository, and the scratch folder that tests may fill. */

import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A file or folder of the project by its path from the root. */
export function projectPath(...segments: readonly string[]): string {
  return join(projectRoot, ...segments);
}

/** A folder below `.tsfw/test`, made if absent; it stays after the run for inspection. */
export function scratchFolder(...segments: readonly string[]): string {
  const folder = projectPath(".tsfw", "test", ...segments);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The cases of a fixture folder, in alphabetical order; none where the folder is absent. */
export function listCases(kind: string): string[] {
  const folder = projectPath("fixtures", kind);
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** The text of a file, or undefined where there is none. */
export function readIfPresent(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}
