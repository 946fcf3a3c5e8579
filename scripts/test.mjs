/**
 * `npm test`: everything that must hold before a change goes in, from a bare clone. Runs all steps even when one fails;
 * the last line of output is `N passed, N failed` over checks and tests together.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepare, root, SetupError } from "./setup.mjs";

/**
 * @typedef {{ passed: number, failed: number }} Tally
 * @typedef {{ title: string, run: () => Promise<Tally> }} Step
 */

/** @type {readonly Step[]} */
const steps = [
  { title: "types", run: () => runCheck("typescript/bin/tsc", ["-p", "tsconfig.json", "--noEmit"]) },
  { title: "lint and format", run: () => runCheck("@biomejs/biome/bin/biome", ["check", "."]) },
  { title: "tests", run: () => runTests(process.argv.slice(2)) },
];

/** @returns {Promise<Tally>} one for a check that holds or not */
async function runCheck(script, args) {
  const code = await runNode(join(root, "node_modules", script), args);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** All of vitest's tests; arguments select some. @returns {Promise<Tally>} */
async function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), "tsfw-test-"));
  const report = join(folder, "report.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  try {
    const code = await runNode(join(root, "node_modules", "vitest", "vitest.mjs"), [
      "run",
      ...reporters,
      ...args,
    ]);
    const tally = existsSync(report)
      ? countTests(JSON.parse(readFileSync(report, "utf8")))
      : { passed: 0, failed: 0 };
    return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that could not even be loaded has no tests to count; it counts as one that failed. */
function countTests(report) {
  const broken = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length };
}

/** @returns {Promise<number>} exit code */
function runNode(script, args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.on("error", () => resolve(127));
    child.on("close", (code) => resolve(code ?? 1));
  });
}

async function main() {
  const total = { passed: 0, failed: 0 };
  try {
    await prepare({ need: "all" });
    for (const { title, run } of steps) {
      process.stdout.write(`\n── ${title} ──\n`);
      const { passed, failed } = await run();
      total.passed += passed;
      total.failed += failed;
      process.stdout.write(failed === 0 ? `${title}: ok\n` : `${title}: ${failed} failed\n`);
    }
    process.exitCode = total.failed === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stdout.write(`${error.message}\n`);
    total.failed += 1;
    process.exitCode = error.exitCode;
  }
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
}

await main();
