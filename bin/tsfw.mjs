#!/usr/bin/env node
/**
 * Starts the command line. In a checkout it first makes sure that packages and dist/ are there and up to date; an
 * installed package has both.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const main = join(root, "dist", "cli", "main.js");

if (existsSync(join(root, "tsconfig.build.json"))) await prepareCheckout();

if (!existsSync(main)) {
  process.stderr.write(`tsfw is not complete: ${main} is missing. Install the package again.\n`);
  process.exit(70);
}

/* A reader that has seen enough, such as `head`, is no error. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}

const { runCommandLine } = await import(pathToFileURL(main).href);
process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  workFolder: process.cwd(),
});

async function prepareCheckout() {
  const { prepare, SetupError } = await import("../scripts/setup.mjs");
  try {
    await prepare({ need: "packages", tolerant: true });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(
      `${error.message}\nOnce that is mended: node ${join(root, "scripts", "setup.mjs")}\n`,
    );
    process.exit(error.exitCode);
  }
}
