/**
 * Builds each kernel twice, from TypeScript and from C, with the same gcc and the same flags, runs both and counts:
 * instructions of the kernel function with all it calls (callgrind on the host, `-icount` of QEMU on a Cortex-M4),
 * and the bytes of its code on the Cortex-M4.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const hostFlags = ["-std=gnu11", "-O2"];
export const chipFlags = [
  "-std=gnu11",
  "-Os",
  "-mcpu=cortex-m4",
  "-mthumb",
  "-ffunction-sections",
  "-fdata-sections",
];

/**
 * @typedef {{ host: number | null, chip: number | null, bytes: number | null, output: string }} Figures
 * @typedef {{ name: string, typescript: Figures, c: Figures }} Comparison
 */

/** The names of the kernels. @param {string} root */
export function kernelNames(root) {
  const folder = join(root, "bench", "kernels");
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "main.ts")))
    .sort();
}

/**
 * @param {string} root
 * @param {string} scratch a folder for what is built
 * @param {string} name
 * @param {(input: object) => { ok: boolean, c: string, config: string, diagnostics: readonly { message: string }[] }} compile
 * @returns {Comparison}
 */
export function compareKernel(root, scratch, name, compile) {
  const folder = join(root, "bench", "kernels", name);
  const own = join(scratch, name);
  mkdirSync(own, { recursive: true });
  const program = compileProgram(root, join(folder, "main.ts"), compile);
  writeFileSync(join(own, "tsfw_config.h"), program.config);
  writeFileSync(join(own, "app.c"), program.c);
  writeFileSync(join(own, "app_chip.c"), program.c.replaceAll("= app_kernel(", "= bench_kernel("));
  const twin = readFileSync(join(folder, "main.c"), "utf8");
  writeFileSync(join(own, "twin_chip.c"), twin.replaceAll("= kernel(", "= bench_kernel("));
  const typescript = measure(root, own, "ts", {
    host: typescriptUnit('"app.c"', '"host/unit.c"'),
    chip: chipUnit(
      "app_kernel",
      '"tsfw_config.h"\n#include "tsfw.h"\n#include "hal.h"',
      '"app_chip.c"',
      '\n#include "tsfw_unit.c"\n#include "tsfw_port.c"',
    ),
    entry: "app_kernel",
  });
  const c = measure(root, own, "c", {
    host: twin,
    chip: chipUnit("kernel", "<stdint.h>", '"twin_chip.c"', ""),
    entry: "kernel",
  });
  return { name, typescript, c };
}

function compileProgram(root, entry, compile) {
  const result = compile({
    entry: entry.split("\\").join("/"),
    host: {
      readFile: (path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined),
      fileExists: (path) => existsSync(path) && statSync(path).isFile(),
      directoryExists: (path) => existsSync(path) && statSync(path).isDirectory(),
    },
    packageRoot: root.split("\\").join("/"),
    virtualModules: new Map(
      ["chip", "board"].map((name) => [
        `tsfw/${name}`,
        readFileSync(join(root, "lib", "tsfw", `${name}.ts`), "utf8"),
      ]),
    ),
    target: { chip: "host", pinName: (id) => `P${id}` },
    options: { checks: "all", log: "text", doubles: "allow" },
  });
  if (result.ok) return result;
  throw new Error(`${entry}: ${result.diagnostics.map((each) => each.message).join("\n")}`);
}

/** The kernel is kept out of line on both sides, so that it can be told from the rest. */
function typescriptUnit(app, port) {
  return `#include "tsfw_config.h"
#include "tsfw.h"
#include "hal.h"
static __attribute__((noinline)) uint32_t app_kernel(uint32_t seed);
#include ${app}
#include "tsfw_unit.c"
#include ${port}
`;
}

function chipUnit(entry, header, program, rest) {
  return `#include "cortex_m4.c"
#include ${header}
static __attribute__((noinline)) uint32_t ${entry}(uint32_t seed);
static uint32_t bench_kernel(uint32_t seed)
{
    bench_begin();
    uint32_t result = ${entry}(seed);
    bench_end();
    return result;
}
#include ${program}${rest}
`;
}

function measure(root, folder, side, { host, chip, entry }) {
  const includes = [
    folder,
    join(root, "bench", "board"),
    join(root, "runtime-c"),
    join(root, "runtime-c", "include"),
    join(root, "hal-c"),
    join(root, "hal-c", "include"),
  ].map((path) => `-I${path}`);
  const hostFile = join(folder, `host_${side}.c`);
  const chipFile = join(folder, `chip_${side}.c`);
  writeFileSync(hostFile, host);
  writeFileSync(chipFile, chip);
  const hostProgram = join(folder, `host_${side}`);
  run("cc", [...hostFlags, ...includes, hostFile, "-o", hostProgram, "-lm"]);
  const output = run(hostProgram, []).stdout;
  const chipProgram = join(folder, `chip_${side}.elf`);
  const script = join(root, "bench", "board", "cortex-m4.ld");
  const link = [
    "-nostartfiles",
    "-Wl,--gc-sections",
    `-T${script}`,
    "--specs=nano.specs",
    "--specs=nosys.specs",
  ];
  const hasChip = has("arm-none-eabi-gcc");
  if (hasChip)
    run("arm-none-eabi-gcc", [
      ...chipFlags,
      "-Dprintf=bench_printf",
      ...includes,
      chipFile,
      "-o",
      chipProgram,
      ...link,
      "-lm",
    ]);
  return {
    output,
    host: has("valgrind") ? countOnHost(folder, hostProgram, entry) : null,
    chip: hasChip && has("qemu-system-arm") ? countOnChip(chipProgram, output) : null,
    bytes: hasChip ? codeBytes(chipProgram) : null,
  };
}

/** Instructions inside the kernel, all rounds. */
function countOnHost(folder, program, entry) {
  const file = join(folder, "callgrind.out");
  const options = [
    "--tool=callgrind",
    "--collect-atstart=no",
    `--toggle-collect=${entry}`,
    `--callgrind-out-file=${file}`,
  ];
  run("valgrind", [...options, program]);
  return Number(/^(?:summary|totals): (\d+)/m.exec(readFileSync(file, "utf8"))?.[1]);
}

/** A tick of SysTick is 40 ns, an instruction 256 ns. */
const TICKS_PER_INSTRUCTION = 6.4;

function countOnChip(program, expected) {
  const qemu = [
    "-M",
    "mps2-an386",
    "-nographic",
    "-monitor",
    "none",
    "-serial",
    "none",
    "-icount",
    "shift=8,sleep=off",
  ];
  const { stdout, stderr } = run("qemu-system-arm", [
    ...qemu,
    "-semihosting-config",
    "enable=on,target=native",
    "-kernel",
    program,
  ]);
  const text = `${stdout}${stderr}`;
  const ticks = /^ticks (\d+)$/m.exec(text)?.[1];
  if (ticks === undefined || !text.startsWith(expected))
    throw new Error(`${program}: printed ${JSON.stringify(text)} instead of ${JSON.stringify(expected)}`);
  return Math.round(Number(ticks) / TICKS_PER_INSTRUCTION);
}

/** What the program needs besides the kernel: start-up, the tasks of an async main, printing, panics. */
const scaffolding =
  /^(bench_|main$|app_main|app_init$|app_strand_run$|tsfw_(run|log|port|panic|put|format|ready|task|timer|now|strand|str_put|builder|u32_text|write)|format_|put_|mem(cpy|set|move)$)/;

/** Bytes of the functions that make up the kernel, with those of libraries that it needs. */
function codeBytes(program) {
  const { stdout } = run("arm-none-eabi-nm", ["-S", program]);
  let bytes = 0;
  for (const line of stdout.split("\n")) {
    const [, size, kind, name] = line.split(" ");
    if (name === undefined || !/^[tTwW]$/.test(kind) || scaffolding.test(name)) continue;
    if (process.env.TSFW_BENCH_SYMBOLS !== undefined)
      process.stdout.write(`  ${Number.parseInt(size, 16)} ${name}\n`);
    bytes += Number.parseInt(size, 16);
  }
  return bytes;
}

const known = new Map();

/** Whether a program can be started. @param {string} command */
export function has(command) {
  if (!known.has(command)) known.set(command, spawnSync(command, ["--version"]).status === 0);
  return known.get(command);
}

function run(command, args) {
  const result = spawnSync(command, args, { encoding: "utf8", timeout: 60_000 });
  if (result.status === 0) return result;
  throw new Error(`${command} ${args.join(" ")}\n${result.stderr ?? result.error?.message}`);
}
