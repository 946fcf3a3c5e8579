/**
 * Builds a C test program of this folder with the runtime in it: every warning
 * is an error, and it runs under ASan and UBSan unless asked otherwise.
 */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { projectPath, scratchFolder } from "../support/project.ts";

export interface CProgram {
  /** Name of a file in test/runtime-c, without ".c". */
  readonly source: string;
  readonly defines?: Readonly<Record<string, number>>;
  readonly compiler?: string;
  readonly sanitize?: boolean;
}

export const WARNING_FLAGS: readonly string[] = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"];

export const INCLUDE_FLAGS: readonly string[] = [
  projectPath("test", "runtime-c"),
  projectPath("runtime-c", "include"),
  projectPath("runtime-c"),
  projectPath("hal-c", "include"),
  projectPath("hal-c"),
].map((folder) => `-I${folder}`);

const SANITIZER_FLAGS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

/** Whether a compiler can be started. */
export function hasCompiler(command: string): boolean {
  return spawnSync(command, ["--version"]).status === 0;
}

/** Compiles and links; returns the path of the executable, throws with the compiler's words. */
export function buildC({ source, defines = {}, compiler = "cc", sanitize = true }: CProgram): string {
  const settings = Object.entries(defines);
  const name = [source, ...settings.map(([key, value]) => `${key}-${value}`), compiler].join("-");
  const program = join(scratchFolder("runtime-c"), name);
  const cc = spawnSync(
    compiler,
    [
      "-std=gnu11",
      "-g",
      "-O1",
      ...WARNING_FLAGS,
      ...(sanitize ? SANITIZER_FLAGS : []),
      ...settings.map(([key, value]) => `-D${key}=${value}`),
      ...INCLUDE_FLAGS,
      projectPath("test", "runtime-c", `${source}.c`),
      "-o",
      program,
      "-lm",
    ],
    { encoding: "utf8" },
  );
  if (cc.status !== 0) throw new Error(`${compiler} refused ${source}.c:\n${cc.stderr}`);
  return program;
}

export interface CRun {
  readonly input?: Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end; throws when it fails. Returns what it printed. */
export function runC(program: string, { input, env = {} }: CRun = {}): string {
  const run = spawnSync(program, [], {
    input: input ?? "",
    env: { ...process.env, ...env },
    maxBuffer: 1 << 28,
  });
  if (run.status !== 0) {
    throw new Error(
      `${program} ended with ${run.status ?? run.signal}:\n${run.stdout}\n${run.stderr}`.slice(0, 4000),
    );
  }
  return run.stdout.toString("utf8");
}

/** Splitmix64: a repeatable source of 64-bit patterns for one seed. */
export function* randomBits(seed: bigint): Generator<bigint, never> {
  let state = seed;
  for (;;) {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    yield z ^ (z >> 31n);
  }
}
