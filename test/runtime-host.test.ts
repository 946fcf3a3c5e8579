/**
 * The host family: virtual clock, script, trace, pacing and the ways a program ends.
 * test/runtime-c/host_board.c is the program; MODE says what it does.
 */

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildC } from "./runtime-c/build-c.ts";
import { scratchFolder } from "./support/project.ts";

interface BoardRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly trace: string[];
}

const program = buildC({ source: "host_board" });

/* Scripts and traces of the last run stay for inspection. */
rmSync(scratchFolder("runtime-host"), { recursive: true, force: true });

function run(
  mode: string,
  options: { script?: string; forNs?: number | string; env?: Record<string, string> },
): BoardRun {
  const base = join(mkdtempSync(join(scratchFolder("runtime-host"), `${mode}-`)), "run");
  const env: Record<string, string | undefined> = {
    ...process.env,
    MODE: mode,
    TSFW_TRACE: `${base}.trace`,
    ...options.env,
  };
  if (options.forNs !== undefined) env.TSFW_FOR_NS = String(options.forNs);
  if (options.script !== undefined) {
    writeFileSync(`${base}.script`, options.script);
    env.TSFW_SCRIPT = `${base}.script`;
  }
  const child = spawnSync(program, [], { env, encoding: "utf8", timeout: 20_000 });
  const trace = existsSync(`${base}.trace`) ? readFileSync(`${base}.trace`, "utf8") : "";
  return {
    code: child.status,
    stdout: child.stdout,
    stderr: child.stderr,
    trace: trace.split("\n").filter((line) => line !== ""),
  };
}

describe("host family", () => {
  it("jumps from deadline to deadline and stops before the asked time", () => {
    const { code, stdout, trace } = run("blink", { forNs: 2_000_000_000 });
    expect(trace).toEqual([
      "500000000 pin 5 1",
      "1000000000 pin 5 0",
      "1500000000 pin 5 1",
      "2000000000 end",
    ]);
    expect([code, stdout]).toEqual([0, ""]);
  });

  it("runs an hour of blinking in no time", () => {
    const { trace } = run("blink", { forNs: 3600e9 });
    expect(trace).toHaveLength(7199 + 1);
    expect(trace.at(-2)).toBe("3599500000000 pin 5 1");
  });

  it("applies the script, wakes on the right edges only, and is over when it is", () => {
    const script = "\n0 pin 13 1\n1000 pin 13 0\n2000 pin 13 0\n3000 pin 13 1\r\n4500 pin 13 0\n";
    const { code, stdout, trace } = run("press", { script });
    expect(stdout).toBe("high at 0\npressed 0.001\npressed 0.005\n");
    expect([code, trace]).toEqual([0, ["5000 end"]]);
  });

  it("goes on at once when a level is there already", () => {
    expect(run("level", { script: "0 pin 13 0\n" }).stdout).toBe("low at 0\nlow at 0\n");
    expect(run("level", { script: "7000 pin 13 0\n" }).stdout).toBe(
      "woken low 0.007\nlow at 0.007\nlow at 0.007\n",
    );
  });

  it("keeps received bytes until they are read and traces sent ones", () => {
    const { code, trace } = run("echo", { script: "5000 uart 1 6869\n9000 uart 1 00ff\n9000 pin 3 1\n" });
    const sent = ["676f0a", "68", "69", "00", "ff"];
    expect(trace.map((line) => line.split(" ")[3]).filter((hex) => hex !== undefined)).toEqual(sent);
    expect(trace).toContain("5000 uart 1 69");
    expect(code).toBe(0);
  });

  it("panics with file and line on stderr and exit code 134", () => {
    const { code, stdout, stderr, trace } = run("panic", {});
    expect([stdout, stderr]).toEqual(["log 0\n", "warning 0\npanic: enough\n    at main.ts:7\n"]);
    expect([code, trace]).toEqual([134, ["2000000000 end"]]);
  });

  it("panics when two strands wait for one pin", () => {
    const { code, stderr } = run("twice", {});
    expect([code, stderr]).toEqual([
      134,
      "panic: two tasks wait for the same pin; let one task wait and share what it sees\n",
    ]);
  });

  it("ends a run for a time in which the program only computes, and says so", () => {
    const { code, stdout, stderr } = run("busy", { forNs: 1_000_000_000 });
    expect([code, stdout]).toEqual([0, "busy 0\n"]);
    expect(stderr).toBe(
      "tsfw host: stopped: the program has computed for 5 s without waiting, so virtual time stands still at 0.000 ms\n",
    );
  });

  it.each(["cancel", "never"])("ends when nothing can run again: %s", (mode) => {
    expect(run(mode, { script: "5000 pin 13 0\n" })).toMatchObject({ code: 0, stderr: "", trace: ["0 end"] });
  });

  it("lets a program wait by looking at the clock", () => {
    const { code, stdout } = run("spin", {});
    /* The look that makes the log line takes a tick as well. */
    expect([code, stdout]).toEqual([0, "spun to 1500.001\n"]);
    expect(run("spin", { forNs: 1_000_000_000 })).toMatchObject({
      code: 0,
      stdout: "",
      trace: ["1000000000 end"],
    });
  });

  it("paces virtual time by real time", () => {
    const start = performance.now();
    run("blink", { forNs: 700_000_000, env: { TSFW_REALTIME: "1" } });
    expect(performance.now() - start).toBeGreaterThanOrEqual(700);
  });

  it("brings out what a busy program printed when it is stopped", async () => {
    const child = spawn(program, [], { env: { ...process.env, MODE: "busy" } });
    let stdout = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    setTimeout(() => child.kill("SIGTERM"), 300);
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect([code, stdout]).toEqual([128 + 15, "busy 0\n"]);
  });

  it("refuses settings it cannot use", () => {
    expect(run("blink", { forNs: "soon" })).toMatchObject({ code: 2, stdout: "" });
    expect(run("blink", { forNs: 1e9, env: { TSFW_SCRIPT: "/nowhere/script" } }).stderr).toContain(
      "/nowhere/script: No such file",
    );
    for (const script of [
      "1 pin 3 2\n",
      "1 uart 0 6\n",
      "one pin 3 1\n",
      "1 led 3 1\n",
      "5000 pin 3 1\n4000 pin 3 0\n",
    ]) {
      const { code, stderr } = run("blink", { script, forNs: 1e9 });
      expect(code, script).toBe(2);
      expect(stderr).toContain("script line");
    }
  });
});
