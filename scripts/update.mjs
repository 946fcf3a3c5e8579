/**
 * `npm run update`: rewrites the expected files of the fixtures (pinned C,
 * rendered errors, example runs) and the table of docs/language.md from what the
 * tools do now. Review the diff: every changed line is a changed behaviour.
 * Arguments go to vitest, e.g. a file name.
 */
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wanted = process.argv.slice(2);
const files =
  wanted.length > 0
    ? wanted
    : [
        "test/errors.test.ts",
        "test/golden.test.ts",
        "test/golden-library.test.ts",
        "test/examples.test.ts",
        "test/packages.test.ts",
      ];
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const run = spawnSync(process.execPath, [vitest, "run", ...files], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, UPDATE: "1" },
});
const table = spawnSync(process.execPath, [join(root, "scripts", "language-table.mjs")], {
  stdio: "inherit",
});
process.exitCode = run.status === 0 && table.status === 0 ? 0 : 1;
