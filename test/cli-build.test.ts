/** Building and running whole programs through the command line: outputs, figures, cache, and every way to fail. */
import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BuildReport } from "../cli/build/report.ts";
import { runTsfw } from "./support/command-line.ts";
import { projectPath } from "./support/project.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tsfw-build-"));
  write("package.json", "{}");
  write("main.ts", blinky);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const blinky = `import { delay, Output } from "tsfw";
import { board } from "tsfw/board";
const led = new Output(board.led);
for (;;) {
  led.toggle();
  await delay(500);
}
`;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const tsfw = (...args: string[]) => runTsfw(args, folder);

async function build(...args: string[]): Promise<BuildReport> {
  const { exitCode, stdout, stderr } = await tsfw("build", ...args, "--json");
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout) as BuildReport;
}

/** Everything below a folder, but nothing of what tsfw keeps for itself. */
function files(path: string): string[] {
  return readdirSync(join(folder, path), { recursive: true, encoding: "utf8" }).sort();
}

describe("build", () => {
  it("reports figures that the image's own sections confirm", async () => {
    const report = await build("--chip", "stm32f405rg");
    const sizes = execFileSync("arm-none-eabi-size", ["-A", report.elf ?? ""], { encoding: "utf8" });
    const size = (name: string) => Number(new RegExp(`^\\${name}\\s+(\\d+)`, "m").exec(sizes)?.[1] ?? 0);
    expect(report.flash?.usedBytes).toBe(size(".text") + size(".ARM.exidx") + size(".data"));
    expect(report.ram?.staticBytes).toBe(size(".data") + size(".bss") + size(".noinit"));
    expect(report.flash).toMatchObject({ totalBytes: 1024 * 1024 });
    expect(report.flash?.usedBytes).toBeLessThanOrEqual(2000);
    expect(report.ram?.staticBytes).toBeLessThanOrEqual(64);
    expect(report.stack?.worstCaseBytes).toBeGreaterThan(0);
    expect(report.stack?.reservedBytes).toBeGreaterThanOrEqual(report.stack?.worstCaseBytes ?? 0);
    expect(report).toMatchObject({
      schema: 1,
      ok: true,
      chip: "stm32f405rg",
      timers: 1,
      diagnostics: [],
      cached: false,
    });
    expect(report.tasks).toHaveLength(1);
  });

  it("writes images for the chip's ways of being flashed", async () => {
    const { image } = await build("--board", "pico");
    const uf2 = readFileSync(image ?? "");
    expect(image).toMatch(/firmware\.uf2$/);
    expect([uf2.readUInt32LE(0), uf2.readUInt32LE(12), uf2.length % 512]).toEqual([
      0x0a324655, 0x10000000, 0,
    ]);
    expect(files(".tsfw/rp2040/main")).toEqual([
      "app.c",
      "app.lines.c",
      "build.json",
      "firmware.bin",
      "firmware.elf",
      "firmware.uf2",
      "link.ld",
      "tsfw_chip.h",
      "tsfw_config.h",
      "unit.c",
    ]);
  });

  it("gives the same bytes in any folder", async () => {
    const first = await build("--chip", "stm32f4", "--out", "one");
    const second = await build("--chip", "stm32f4", "--out", "two");
    const image = (report: BuildReport) => readFileSync((report.image ?? "").replace(/\.uf2$/, ".bin"));
    expect(image(second).equals(image(first))).toBe(true);
    expect(readFileSync(join(folder, "one", "app.c"))).toEqual(readFileSync(join(folder, "two", "app.c")));
  });

  it("speaks TypeScript to gdb", async () => {
    const { elf } = await build("--chip", "stm32f405rg");
    const gdb = ["arm-none-eabi-gdb", "gdb-multiarch"].find((name) => onPath(name));
    if (gdb === undefined) return console.log("no gdb for ARM here: not tried");
    const commands = ["list main.ts:5", "break main.ts:3", "break main.ts:5"].flatMap((command) => [
      "-ex",
      command,
    ]);
    const said = execFileSync(gdb, ["-nx", "-batch", ...commands, elf ?? ""], {
      encoding: "utf8",
      cwd: tmpdir(),
    });
    expect(said).toMatch(/^5\s+led\.toggle\(\);$/m);
    expect(said).toMatch(
      /Breakpoint 1 at 0x80[0-9a-f]+: (file .*main\.ts, line 3\.|main\.ts:3\. \(\d+ locations\))/,
    );
    expect(said).toMatch(/Breakpoint 2 at 0x80[0-9a-f]+: file .*main\.ts, line 5\./);
  });

  it("prints the program after a pass of the compiler", async () => {
    const { exitCode, stdout } = await tsfw("build", "--dump-after", "c");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("hal_output_toggle(");
    const unknown = await tsfw("build", "--dump-after", "everything");
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toMatch(/no pass "everything"\.\nThe passes are hir, /);
  });

  it("prints a table for people", async () => {
    const { stdout, stderr } = await tsfw("build", "--chip", "stm32f405rg");
    expect(stdout).toMatch(/^built for stm32f405rg /);
    expect(stdout).toMatch(/flash {2}\d[\d,]* B of 1,048,576 B/);
    expect(stdout).toContain(join(".tsfw", "stm32f405rg", "main", "firmware.bin"));
    expect(stderr).toBe("");
  });

  it("holds to the budgets of the configuration", async () => {
    write(
      "tsfw.config.ts",
      'export default { chip: "stm32f4", budgets: { flashBytes: 100, ramBytes: 1 << 16 } };',
    );
    const { exitCode, stderr } = await tsfw("build");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/exceeds its budgets:\n {2}flash: [\d,]+ B, the budget is 100 B/);
    expect(existsSync(join(folder, ".tsfw", "stm32f405rg"))).toBe(true);
    expect(files(".tsfw/stm32f405rg")).toEqual([]);
  });
});

describe("cache", () => {
  it("makes a second build quick, until something it depends on changes", async () => {
    write("period.ts", "export const period: number = 500;\n");
    write("main.ts", `import { period } from "./period.ts";\n${blinky.replace("500", "period")}`);
    expect((await build()).cached).toBe(false);
    const warm = await build();
    expect(warm.cached).toBe(true);
    expect(warm.durationMs).toBeLessThan(1000);
    write("period.ts", "export const period: number = 250;\n");
    expect((await build()).cached, "an imported file changed").toBe(false);
    expect((await build("--log", "off")).cached, "an option changed").toBe(false);
    expect((await build("--log", "off")).cached).toBe(true);
    write("tsfw.config.ts", 'export default { checks: "none" };');
    expect((await build("--log", "off")).cached, "the configuration changed").toBe(false);
    rmSync(join(folder, ".tsfw", "host", "main", "firmware"));
    expect((await build("--log", "off")).cached, "an output is gone").toBe(false);
  });

  it("does not outlive a failed build's reason", async () => {
    write("main.ts", `${blinky}const wrong: string = 5;\n`);
    expect((await tsfw("build")).exitCode).toBe(1);
    expect((await tsfw("build")).exitCode).toBe(1);
    write("main.ts", blinky);
    expect((await build()).cached).toBe(false);
  });
});

describe("failure", () => {
  it("of the program shows all errors with their place, and writes nothing", async () => {
    write("main.ts", `${blinky}const wrong: string = 5;\nconst other: number = "x";\n`);
    const text = await tsfw("build");
    expect(text.exitCode).toBe(1);
    expect(text.stdout).toBe("");
    expect(text.stderr).toContain("main.ts:8:7");
    expect(text.stderr).toMatch(/2 errors/);
    const json = await tsfw("build", "--json");
    expect(json.exitCode).toBe(1);
    const report = JSON.parse(json.stdout) as BuildReport;
    expect(report).toMatchObject({ ok: false, elf: null, flash: null });
    expect(report.diagnostics.map(({ code, start }) => [code, start.line])).toEqual([
      ["TS2322", 8],
      ["TS2322", 9],
    ]);
    expect(existsSync(join(folder, ".tsfw"))).toBe(false);
    expect((await tsfw("check")).exitCode).toBe(1);
  });

  it("of the output folder is told and leaves nothing", async () => {
    const { exitCode, stderr } = await tsfw("build", "--out", "main.ts/out");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Cannot create");
    expect(files(".")).toEqual(["main.ts", "package.json"]);
  });

  it("of a missing compiler names it and how to get it", async () => {
    vi.stubEnv("PATH", folder);
    const { exitCode, stderr } = await tsfw("build", "--chip", "rp2040");
    expect(exitCode).toBe(3);
    expect(stderr).toContain("arm-none-eabi-gcc is not installed.");
    expect(stderr).toMatch(/Install it with:\n {2}\S/);
  });

  it("of a compiler for want of room is told as such", async () => {
    fakeCompiler('echo "fatal error: error writing to a.s: No space left on device" >&2; exit 1');
    const { exitCode, stderr } = await tsfw("build");
    expect(exitCode).toBe(4);
    expect(stderr).toContain("the disk is full");
    expect(files(".tsfw/host")).toEqual([]);
  });

  it("of memory is told in bytes", async () => {
    fakeCompiler('echo "ld: region \\`FLASH\' overflowed by 812 bytes" >&2; exit 1');
    const { exitCode, stderr } = await tsfw("build");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("The firmware does not fit: it needs 812 bytes more flash.");
  });

  it("of our own C is an internal error with a dump", async () => {
    fakeCompiler('echo "app.c:3:5: error: expected expression" >&2; exit 1');
    const { exitCode, stderr } = await tsfw("build");
    expect(exitCode).toBe(70);
    expect(stderr).toMatch(/^internal error TSFW9001: cc refuses the generated C/);
    const dump = stderr.trim().split("\n").at(-1) ?? "";
    expect(readFileSync(dump, "utf8")).toContain("expected expression");
    rmSync(dirname(dump), { recursive: true });
  });
});

describe("interrupted build", () => {
  it("ends its compiler, removes its temporary files and exits with 130", async () => {
    fakeCompiler(`echo $$ > "${folder}/pid"; sleep 30`);
    const child = spawn(process.execPath, [projectPath("bin/tsfw.mjs"), "build"], {
      cwd: folder,
      stdio: "ignore",
    });
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    await vi.waitUntil(() => existsSync(join(folder, "pid")), { timeout: 30_000, interval: 50 });
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(files(".tsfw/host")).toEqual([]);
    const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
    await vi.waitUntil(() => !isRunning(pid), { timeout: 5_000, interval: 50 });
  });
});

describe("run", () => {
  it.each(["host", "rp2040", "stm32f405rg"])("blinks on %s every 500 ms to the tick", async (chip) => {
    const { exitCode, stdout, stderr } = await tsfw("run", "--chip", chip, "--for", "2s");
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toBe("");
    const times = Array.from(stderr.matchAll(/([\d.]+) ms {2}led \(\w+\) [▲▼]/g), (match) =>
      Number(match[1]),
    );
    expect(times).toHaveLength(4);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    for (const gap of gaps) expect(Math.abs(gap - 500)).toBeLessThanOrEqual(0.001);
  });

  it("refuses a script with all its mistakes and their lines", async () => {
    write("script.txt", "# input\nat 1s buton low\nat soon button low\n");
    const { exitCode, stderr } = await tsfw("run", "--script", "script.txt", "--for", "1s");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("script.txt:2:");
    expect(stderr).toContain("button");
    expect(stderr).toContain("script.txt:3:");
  });

  it("does not run a program with errors", async () => {
    write("main.ts", "const wrong: string = 5;\n");
    expect(await tsfw("run")).toMatchObject({ exitCode: 1, stdout: "" });
  });
});

describe("clean", () => {
  it("removes what builds wrote and nothing else", async () => {
    await build();
    expect((await tsfw("clean")).exitCode).toBe(0);
    expect(files(".")).toEqual(["main.ts", "package.json"]);
    expect((await tsfw("clean")).stderr).toBe("nothing to remove\n");
  });
});

/** Puts a C compiler for the host into place that does as told. */
function fakeCompiler(body: string): void {
  const script = join(mkdtempSync(join(folder, "bin-")), "cc");
  writeFileSync(script, `#!/bin/sh\n${body}\n`);
  chmodSync(script, 0o755);
  vi.stubEnv("CC", script);
}

function onPath(program: string): boolean {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
