/** Running host executables: what they are given, and how what they write becomes events. */

import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type HostRun, renderHostScript, runHost } from "../cli/emulators/host.ts";
import type { RunEvent } from "../cli/emulators/index.ts";
import { scratchFolder } from "./support/project.ts";

/** A stand-in for a firmware built for the host: JavaScript with the same environment and files. */
function program(name: string, body: string): string {
  const path = join(scratchFolder("emulators", "host"), `${name}.cjs`);
  const prologue =
    'const { writeFileSync, appendFileSync, readFileSync } = require("node:fs");\nconst env = process.env;\n';
  writeFileSync(path, `#!${process.execPath}\n${prologue}${body}`);
  chmodSync(path, 0o755);
  return path;
}

async function run(executable: string, options: Partial<HostRun> = {}) {
  const texts = { output: "", errors: "" };
  const told: RunEvent[] = [];
  const result = await runHost({
    executable,
    script: [],
    names: { pinName: (pin) => `P${pin}`, uartName: (uart) => `UART${uart}` },
    onOutput: (text) => {
      texts.output += text;
    },
    onErrorOutput: (text) => {
      texts.errors += text;
    },
    onEvent: (event) => told.push(event),
    ...options,
  });
  return { ...result, ...texts, told };
}

describe("host runs", () => {
  test("the trace becomes events; a level that does not change is none", async () => {
    const lines = [
      "0 pin 5 0",
      "1000 pin 5 1",
      "1000 pin 5 1",
      "2000 uart 1 68690a",
      "3000 pin 5 0",
      "4000 end",
    ];
    const executable = program(
      "trace",
      `writeFileSync(env.TSFW_TRACE, ${JSON.stringify(`${lines.join("\n")}\n`)});`,
    );
    const result = await run(executable);
    expect(result).toMatchObject({ exitCode: 0, reason: "idle", virtualNs: 4000 });
    expect(result.events).toEqual([
      { kind: "edge", timeNs: 1000, pin: "P5", level: 1 },
      { kind: "uart", timeNs: 2000, uart: "UART1", bytes: Uint8Array.of(104, 105, 10), isLog: false },
      { kind: "edge", timeNs: 3000, pin: "P5", level: 0 },
    ]);
    expect(result.told).toEqual(result.events);
  });

  test("bytes without a pause are one text, up to a newline", async () => {
    const lines = [
      "1000 uart 1 68",
      "1000 uart 1 69",
      "41000 uart 1 0a",
      "41000 uart 1 61",
      "91001 uart 1 62",
      "91001 uart 0 63",
    ];
    const executable = program(
      "texts",
      `writeFileSync(env.TSFW_TRACE, ${JSON.stringify(`${lines.join("\n")}\n`)});`,
    );
    const { events } = await run(executable);
    const texts = events.map(
      (event) =>
        event.kind === "uart" && `${event.timeNs} ${event.uart} ${String.fromCharCode(...event.bytes)}`,
    );
    expect(texts).toEqual(["1000 UART1 hi\n", "41000 UART1 a", "91001 UART1 b", "91001 UART0 c"]);
  });

  test("time limit, pace and script reach the program; the caller's own variables do not", async () => {
    const executable = program(
      "environment",
      'process.stdout.write([env.TSFW_FOR_NS, env.TSFW_REALTIME, readFileSync(env.TSFW_SCRIPT, "utf8")].join("|"));',
    );
    process.env.TSFW_FOR_NS = "1";
    process.env.TSFW_REALTIME = "1";
    try {
      const script = [{ kind: "pin", timeNs: 1e9, pin: 13, level: 0 } as const];
      const limited = await run(executable, { forNs: 3e9, script, realtime: true });
      expect(limited).toMatchObject({
        output: "3000000000|1|1000000000 pin 13 0\n",
        reason: "time",
        virtualNs: 3e9,
      });
      expect((await run(executable)).output).toBe("||");
    } finally {
      delete process.env.TSFW_FOR_NS;
      delete process.env.TSFW_REALTIME;
    }
  });

  test("a script is written byte by byte, in order of time", () => {
    const text = renderHostScript([
      { kind: "uart", timeNs: 1000, uart: 0, bytes: Uint8Array.of(0x68, 0x0a) },
      { kind: "pin", timeNs: 2000, pin: 5, level: 1 },
    ]);
    expect(text).toBe("1000 uart 0 68\n2000 pin 5 1\n87806 uart 0 0a\n");
  });

  test("log and errors come apart; a panic's code is the run's", async () => {
    const executable = program(
      "panic",
      'console.log("log é"); console.error("panic: no"); process.exitCode = 134;',
    );
    expect(await run(executable)).toMatchObject({
      exitCode: 134,
      reason: "exit",
      output: "log é\n",
      errors: "panic: no\n",
    });
  });

  test("a crash is a fault in words", async () => {
    const executable = program(
      "crash",
      'process.kill(process.pid, "SIGSEGV"); setTimeout(() => {}, 10_000);',
    );
    expect(await run(executable)).toMatchObject({
      exitCode: 139,
      reason: "fault",
      message: "the program was ended by SIGSEGV",
    });
  });

  test("the signal ends the program, and what it did until then stays", async () => {
    const executable = program(
      "endless",
      'writeFileSync(env.TSFW_TRACE, "5 pin 5 1\\n"); setTimeout(() => {}, 60_000);',
    );
    const controller = new AbortController();
    const result = await run(executable, { signal: controller.signal, onEvent: () => controller.abort() });
    expect(result).toMatchObject({ exitCode: 130, reason: "aborted", virtualNs: 5 });
  });

  test("a program that is not there is an error", async () => {
    await expect(run(join(scratchFolder("emulators", "host"), "absent"))).rejects.toThrow("ENOENT");
  });
});
