/**
 * Expected text in fixture folders: compared by every run, written only by
 * `npm run update` (UPDATE=1), never in CI.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import { readIfPresent } from "./project.ts";

export const isUpdating = process.env.UPDATE === "1";

if (isUpdating && process.env.CI)
  throw new Error("UPDATE=1 in CI: expected files are updated by people only");

/** Compares `actual` with the file, or writes the file when updating. A missing file fails. */
export function expectPinned(path: string, actual: string): void {
  const stored = readIfPresent(path);
  if (isUpdating) {
    if (stored !== actual) writeFileSync(path, actual);
    return;
  }
  if (stored === undefined) throw new Error(`${path} is missing: run \`npm run update\` and review it`);
  expect(actual, `${path} differs; if the change is wanted, run \`npm run update\``).toBe(stored);
}

/** Changes a fixture's own text when updating, e.g. to fill in a marker. */
export function rewriteWhenUpdating(path: string, change: (text: string) => string): void {
  if (!isUpdating) return;
  const before = readFileSync(path, "utf8");
  const after = change(before);
  if (after !== before) writeFileSync(path, after);
}
