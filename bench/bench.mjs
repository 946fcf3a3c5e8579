/**
 * `npm run bench`: how fast and how small compiled kernels are beside careful C, and how long the compiler takes for
 * programs of growing size. bench/README.md says how to read the tables.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { prepare, root } from "../scripts/setup.mjs";
import { chipFlags, compareKernel, has, hostFlags, kernelNames } from "./kernels.mjs";

const usage = `Usage: npm run bench -- [options] [kernel ...]

Compares the kernels of bench/kernels with their C twins and measures the compiler.
  --kernels        only the kernels
  --compile-time   only the compiler
  --help           this text

Needs cc; with valgrind it counts instructions on the host, with arm-none-eabi-gcc
and qemu-system-arm those of a Cortex-M4. What is missing is left out of the table.
`;

async function main() {
  const args = process.argv.slice(2);
  const unknown = args.find(
    (arg) => arg.startsWith("-") && !["--kernels", "--compile-time", "--help"].includes(arg),
  );
  if (unknown !== undefined || args.includes("--help")) {
    process.stdout.write(unknown === undefined ? usage : `Unknown option ${unknown}\n\n${usage}`);
    process.exitCode = unknown === undefined ? 0 : 2;
    return;
  }
  await prepare({ need: "host" });
  if (!args.includes("--compile-time")) await benchKernels(args.filter((arg) => !arg.startsWith("-")));
  if (!args.includes("--kernels")) await benchCompiler();
}

async function benchKernels(wanted) {
  const { compile } = await import("../dist/compiler/compile.js");
  const scratch = join(root, ".tsfw", "bench");
  mkdirSync(scratch, { recursive: true });
  const names = kernelNames(root).filter((name) => wanted.length === 0 || wanted.includes(name));
  for (const tool of ["valgrind", "arm-none-eabi-gcc", "qemu-system-arm"])
    if (!has(tool)) process.stdout.write(`${tool} is not installed: its columns stay empty\n`);
  process.stdout.write(`host: cc ${hostFlags.join(" ")}, instructions by callgrind\n`);
  process.stdout.write(`chip: arm-none-eabi-gcc ${chipFlags.join(" ")}, instructions by QEMU -icount\n\n`);
  const heads = ["instructions host", "instructions M4", "code bytes M4"];
  process.stdout.write(`${"".padEnd(16)}${heads.map((head) => head.padStart(30)).join("")}\n`);
  process.stdout.write(`${"kernel".padEnd(16)}${"TypeScript         C  ratio".padStart(30).repeat(3)}\n`);
  const ratios = [[], [], []];
  for (const name of names) {
    const { typescript, c } = compareKernel(root, scratch, name, compile);
    if (typescript.output !== c.output) throw new Error(`${name}: ${typescript.output} is not ${c.output}`);
    const columns = ["host", "chip", "bytes"].map((key, index) => {
      const [ours, theirs] = [typescript[key], c[key]];
      if (ours === null || theirs === null) return "".padStart(30);
      ratios[index].push(ours / theirs);
      return `${String(ours).padStart(14)}${String(theirs).padStart(10)}${(ours / theirs).toFixed(2).padStart(6)}`;
    });
    process.stdout.write(`${name.padEnd(16)}${columns.join("")}\n`);
  }
  const means = ratios.map((list) => (list.length === 0 ? "" : geometricMean(list).toFixed(3)).padStart(30));
  process.stdout.write(`${"geometric mean".padEnd(16)}${means.join("")}\n`);
}

function geometricMean(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** Lines of the generated programs. */
const sizes = [1000, 2000, 5000, 10000];

async function benchCompiler() {
  process.stdout.write(
    "\ncompiler: generated programs of many modules, and the same in one file; a process each\n\n",
  );
  process.stdout.write("  lines  C lines   seconds  µs a line   MB peak      one file: seconds   MB peak\n");
  for (const size of sizes) {
    const many = compileOnce(size, "modules");
    const one = compileOnce(size, "one-file");
    const perLine = (many.seconds / many.lines) * 1e6;
    const figures = `${many.seconds.toFixed(2).padStart(10)}${perLine.toFixed(0).padStart(11)}${String(many.megabytes).padStart(10)}`;
    const other = `${one.seconds.toFixed(2).padStart(23)}${String(one.megabytes).padStart(10)}`;
    process.stdout.write(
      `${String(many.lines).padStart(7)}${String(many.cLines).padStart(9)}${figures}${other}\n`,
    );
  }
}

function compileOnce(lines, shape) {
  const script = join(root, "bench", "compile-once.mjs");
  const result = spawnSync(process.execPath, [script, root, String(lines), shape], { encoding: "utf8" });
  if (result.status !== 0) throw new Error(result.stderr);
  return JSON.parse(result.stdout);
}

await main();
