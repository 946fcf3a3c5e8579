/** The command line without a program to build: help, lists, explanations and wrong usage. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wantsColour } from "../cli/terminal/terminal.ts";
import { runTsfw } from "./support/command-line.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tsfw-usage-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tsfw = (...args: string[]) => runTsfw(args, folder);

describe("tsfw", () => {
  it("lists its commands and exit codes on stdout", async () => {
    const { exitCode, stdout, stderr } = await tsfw("--help");
    expect(exitCode).toBe(0);
    expect(stderr).toBe("");
    for (const name of ["build", "check", "run", "flash", "explain", "chips", "boards", "doctor", "clean"]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name}\\b`, "m"));
    }
    expect(stdout).toContain("Exit codes: 0 done");
  });

  it("suggests the command that was meant, on stderr", async () => {
    const { exitCode, stdout, stderr } = await tsfw("biuld");
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("Did you mean build?");
  });

  it("refuses unknown options and values", async () => {
    expect(await tsfw("build", "--chp", "rp2040")).toMatchObject({ exitCode: 2, stdout: "" });
    const { exitCode, stderr } = await tsfw("build", "--log", "loud");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Allowed choices are text, off");
    expect(await tsfw("build", "--release", "--debug", ".")).toMatchObject({ exitCode: 2 });
  });
});

describe("lists", () => {
  it("are text, or one JSON object", async () => {
    const text = await tsfw("chips");
    expect(text.stdout).toMatch(/^rp2040\s/m);
    expect(text.stdout).toMatch(/^stm32f405rg .*also --chip stm32f4/m);
    const { chips } = JSON.parse((await tsfw("chips", "--json")).stdout);
    expect(chips).toContainEqual(
      expect.objectContaining({ name: "rp2040", flashBytes: 2 * 1024 * 1024, emulator: "rp2040js" }),
    );
    const { boards } = JSON.parse((await tsfw("boards", "--json")).stdout);
    expect(boards).toContainEqual(
      expect.objectContaining({
        name: "pico",
        chip: "rp2040",
        pins: expect.objectContaining({ led: "GPIO25" }),
        uart: { name: "UART1", tx: "GPIO4", rx: "GPIO5", baud: 115200 },
      }),
    );
    expect((await tsfw("boards")).stdout).toContain(
      [
        "host  this computer",
        "  chip  host",
        "  pins  led P5, button P13",
        "  uart  uart UART0, uartTx P0, uartRx P1",
        "",
      ].join("\n"),
    );
  });
});

describe("explain", () => {
  it("tells reason and remedy of a code, however it is written", async () => {
    for (const code of ["TSFW4001", "tsfw4001", "4001"]) {
      const { exitCode, stdout } = await tsfw("explain", code);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^TSFW4001 /);
      expect(stdout).toMatch(/^why: \S/m);
      expect(stdout).toMatch(/^fix: \S/m);
    }
  });

  it("does not know other codes", async () => {
    expect(await tsfw("explain", "TSFW0000")).toMatchObject({ exitCode: 2, stdout: "" });
    expect((await tsfw("explain", "TS2322")).stderr).toContain("TypeScript's own");
  });
});

describe("doctor", () => {
  it("reports every tool", async () => {
    const { exitCode, stdout } = await tsfw("doctor", "--json");
    const { tools } = JSON.parse(stdout) as {
      tools: { name: string; problem: string | null; install: string | null }[];
    };
    expect(exitCode).toBe(0);
    expect(tools.map((tool) => tool.name)).toEqual([
      "cc",
      "arm-none-eabi-gcc",
      "qemu-system-arm",
      "gdb",
      "probe-rs",
    ]);
    for (const tool of tools) expect(tool.install === null).toBe(tool.problem === null);
  });
});

describe("program", () => {
  it("that does not exist is named", async () => {
    const { exitCode, stderr } = await tsfw("build", "nothing.ts");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("There is no file or folder nothing.ts.");
  });

  it("must be TypeScript", async () => {
    writeFileSync(join(folder, "main.py"), "");
    expect((await tsfw("check", "main.py")).stderr).toContain("main.py is not a TypeScript file.");
  });

  it("in a folder needs an entry", async () => {
    mkdirSync(join(folder, "empty"), { recursive: true });
    const { exitCode, stderr } = await tsfw("build", "empty");
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/empty has no main\.ts and no src\/main\.ts\./);
  });

  it("for an unknown chip gets the nearest one, as JSON too", async () => {
    writeFileSync(join(folder, "main.ts"), "");
    const { exitCode, stdout, stderr } = await tsfw("build", "main.ts", "--chip", "rp2041", "--json");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Did you mean rp2040?");
    expect(JSON.parse(stdout)).toEqual({
      schema: 1,
      ok: false,
      error: { message: 'There is no chip "rp2041".', hint: expect.stringContaining("rp2040"), exitCode: 2 },
    });
  });

  it("cannot run for a time that is none", async () => {
    writeFileSync(join(folder, "main.ts"), "");
    const { exitCode, stderr } = await tsfw("run", "main.ts", "--for", "soon");
    expect(exitCode).toBe(2);
    expect(stderr).toContain('"soon" is not a time.');
  });
});

describe("colours", () => {
  const terminal = { write: () => true, isTTY: true };
  const file = { write: () => true };

  it("are for terminals, unless the user says otherwise", () => {
    expect(wantsColour(terminal, {})).toBe(true);
    expect(wantsColour(file, {})).toBe(false);
    expect(wantsColour(terminal, { NO_COLOR: "1" })).toBe(false);
    expect(wantsColour(terminal, { NO_COLOR: "" })).toBe(true);
    expect(wantsColour(terminal, { TERM: "dumb" })).toBe(false);
    expect(wantsColour(file, { FORCE_COLOR: "1" })).toBe(true);
    expect(wantsColour(terminal, { FORCE_COLOR: "0" })).toBe(false);
    expect(wantsColour(file, { FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(false);
  });
});
