/**
 * The maintainer's command that writes chip files and register headers:
 *   node dist/hal-c/codegen/main.js --stm32-data DIR --svd DIR --out hal-c
 * DIR are the unpacked vendor facts (see hal-c/chips/README.md).
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { generateAll } from "./generate-all.ts";

const usage = "usage: main.js --stm32-data DIR --svd DIR --out DIR\n";

function main(): number {
  const { values } = parseArgs({
    options: { "stm32-data": { type: "string" }, svd: { type: "string" }, out: { type: "string" } },
  });
  const { "stm32-data": stm32Data, svd, out } = values;
  if (stm32Data === undefined || svd === undefined || out === undefined) {
    process.stderr.write(usage);
    return 2;
  }
  const files = generateAll({
    readStm32: (path) => readFileSync(join(stm32Data, path), "utf8"),
    readSvd: (name) => readFileSync(join(svd, name), "utf8"),
  });
  for (const { path, text } of files) {
    const target = join(out, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
    process.stdout.write(`${target}\n`);
  }
  return 0;
}

try {
  process.exitCode = main();
} catch (error) {
  // A wrong option, a missing file, or facts that do not fit together.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
