/**
 * The runtime and the host family under every C compiler at hand, in each shape
 * of the executor, with every warning an error; and the size of the runtime on
 * Cortex-M, which must not grow without a sentence.
 */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildC, hasCompiler, INCLUDE_FLAGS, WARNING_FLAGS } from "./runtime-c/build-c.ts";
import { projectPath, scratchFolder } from "./support/project.ts";

const SHAPES = [
  { TSFW_STRAND_COUNT: 1, TSFW_TIMER_COUNT: 0 },
  { TSFW_STRAND_COUNT: 1, TSFW_TIMER_COUNT: 1 },
  { TSFW_STRAND_COUNT: 12, TSFW_TIMER_COUNT: 2 },
  { TSFW_STRAND_COUNT: 40, TSFW_TIMER_COUNT: 9, TSFW_LOG: 0 },
];
const COMPILERS = ["gcc", "clang"].filter((compiler) => {
  const there = hasCompiler(compiler);
  if (!there) console.log(`${compiler} is not installed: the runtime is not tried with it`);
  return there;
});
const ARM = "arm-none-eabi-gcc";
const hasArm = hasCompiler(ARM) && hasCompiler("arm-none-eabi-size");
if (!hasArm) console.log(`${ARM} is not installed: the runtime's size is not measured`);

describe.each(COMPILERS)("runtime built by %s", (compiler) => {
  it.each(SHAPES)("compiles without a warning: %j", (defines) => {
    expect(() => buildC({ source: "numbers_filter", defines, compiler, sanitize: false })).not.toThrow();
  });
});

interface Size {
  readonly text: number;
  readonly ram: number;
}

/** Size of test/runtime-c/size_probe.c with one part of the runtime in use. */
function armSize(cpu: string, defines: Readonly<Record<string, number>>): Size {
  const settings = Object.entries(defines).map(([name, value]) => `-D${name}=${value}`);
  const object = join(scratchFolder("runtime-c"), `size-${[cpu, ...settings].join("")}.o`);
  const flags = [
    "-std=gnu11",
    "-Os",
    "-mthumb",
    `-mcpu=${cpu}`,
    ...WARNING_FLAGS,
    ...settings,
    ...INCLUDE_FLAGS,
  ];
  const source = projectPath("test", "runtime-c", "size_probe.c");
  const cc = spawnSync(ARM, [...flags, "-c", source, "-o", object], { encoding: "utf8" });
  if (cc.status !== 0) throw new Error(cc.stderr);
  const size = spawnSync("arm-none-eabi-size", [object], { encoding: "utf8" });
  const [text = 0, data = 0, bss = 0] = (size.stdout.split("\n")[1] ?? "").trim().split(/\s+/).map(Number);
  return { text: text + data, ram: data + bss };
}

/** Bytes on Cortex-M4 with gcc -Os. The limits are today's figures with a little room for other gcc releases. */
const LIMITS = [
  { what: "executor, one blinking strand and a plain port", defines: { PROBE_BLINK: 1 }, text: 204, ram: 20 },
  { what: "the same with six sleepers", defines: { PROBE_BLINK: 6 }, text: 448, ram: 72 },
  { what: "the same with forty sleepers", defines: { PROBE_BLINK: 40 }, text: 640, ram: 574 },
  { what: "doubles to text", defines: { PROBE_FORMAT_F64: 1 }, text: 1180, ram: 1 },
  { what: "32-bit integers to text", defines: { PROBE_FORMAT_I32: 1 }, text: 84, ram: 1 },
  { what: "a text in the log", defines: { PROBE_LOG: 1 }, text: 320, ram: 3 },
];

describe.runIf(hasArm)("runtime on Cortex-M", () => {
  it.each(LIMITS)("$what: at most $text bytes of flash, $ram of RAM", ({ what, defines, text, ram }) => {
    const size = armSize("cortex-m4", defines);
    const small = armSize("cortex-m0plus", defines);
    console.log(`${what}: M4 ${size.text} B, ${size.ram} B of RAM; M0+ ${small.text} B`);
    expect(size.text).toBeLessThanOrEqual(text);
    expect(size.ram).toBeLessThanOrEqual(ram);
    expect(small.text).toBeLessThanOrEqual(text * 1.2);
  });
});
