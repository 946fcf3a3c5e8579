/**
 * `npm run fuzz [-- count [seed]]`: random programs against Node, 2,000 unless told otherwise, from a seed that is
 * printed. A failure is shrunk to a small program; make it a fixture in fixtures/behaviour and fix its class.
 */
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [count = "2000", seed = String(Date.now() % 1_000_000_000)] = process.argv.slice(2);
if (!/^[1-9]\d*$/.test(count) || !/^\d+$/.test(seed)) {
  process.stderr.write("usage: npm run fuzz -- [count [seed]]\n");
  process.exit(2);
}
process.stdout.write(`${count} programs of each kind from seed ${seed}\n`);
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const run = spawnSync(process.execPath, [vitest, "run", "test/behaviour-generated.test.ts"], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, GENERATED_RUNS: count, GENERATED_SEED: seed },
});
process.exitCode = run.status ?? 1;
