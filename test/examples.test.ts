/**
 * Every example on every target: the same source, the same script, the same
 * edges at the same virtual times, the same text. `expected.txt` in
 * fixtures/examples is written from the host; the chips have to equal it.
 */

import { existsSync, mkdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { RunEvent, RunResult } from "../cli/emulators/index.ts";
import { buildAndRun } from "../cli/run/run-firmware.ts";
import { expectPinned, isUpdating } from "./support/pinned-text.ts";
import { listCases, projectPath, projectRoot, readIfPresent } from "./support/project.ts";

const MS = 1_000_000;
const TICK_NS = 1000;
const examples = [
  { name: "blinky", forMs: 3000 },
  { name: "button", forMs: 3000 },
  { name: "sensor-loop", forMs: 6000 },
  { name: "two-tasks", forMs: 3400 },
  { name: "uart-echo", forMs: 500 },
] as const;
const targets = [
  { chip: "host", board: "host", uart: "UART0" },
  { chip: "rp2040", board: "pico", uart: "UART1" },
  { chip: "stm32f405rg", board: "netduinoplus2", uart: "USART2" },
] as const;

interface Seen {
  readonly result: RunResult;
  readonly log: string;
  readonly led: readonly { readonly timeNs: number; readonly level: 0 | 1 }[];
  readonly uart: string;
}

async function run(name: string, forMs: number, target: (typeof targets)[number]): Promise<Seen> {
  let log = "";
  const led: { timeNs: number; level: 0 | 1 }[] = [];
  const script = `examples/${name}/script.txt`;
  let report = "";
  const result = await buildAndRun({
    build: {
      program: `examples/${name}`,
      workFolder: projectRoot,
      board: target.board,
      out: `.tsfw/test/examples/${target.chip}/${name}`,
    },
    forNs: forMs * MS,
    script: existsSync(projectPath(script)) ? script : undefined,
    realtime: false,
    onBuilt: (build) => {
      report = JSON.stringify(build.report.diagnostics, null, 2);
    },
    onOutput: (text) => {
      log += text;
    },
    onErrorOutput: (text) => {
      log += text;
    },
    onEvent: (event, names) => {
      if (event.kind === "edge" && names.get(event.pin) === "led") led.push(event);
    },
  });
  if (result === undefined) throw new Error(report);
  return { result, log, led, uart: textOf(result.events, target.uart) };
}

function textOf(events: readonly RunEvent[], uart: string): string {
  const bytes = events.flatMap((event) =>
    event.kind === "uart" && event.uart === uart ? [...event.bytes] : [],
  );
  return Buffer.from(bytes).toString("utf8");
}

/** Times are rounded to milliseconds: a byte on the line and the code between two waits take some microseconds. */
function render(seen: Seen): string {
  const edges = seen.led.map(
    ({ timeNs, level }) => `${Math.round(timeNs / MS)} ms ${level === 1 ? "on" : "off"}`,
  );
  const parts = [
    ["led", edges.join("\n")] as const,
    ["log", seen.log] as const,
    ["uart", seen.uart] as const,
  ];
  const shown = parts.filter(([, text]) => text !== "");
  return shown.map(([title, text]) => `--- ${title}\n${text.replaceAll("\r\n", "\n").trimEnd()}\n`).join("");
}

describe.each(targets)("examples on $chip", (target) => {
  it.each(examples)("$name", async ({ name, forMs }) => {
    const seen = await run(name, forMs, target);
    expect(seen.result.exitCode).toBe(0);
    const folder = projectPath("fixtures", "examples", name);
    if (isUpdating && target.chip === "host") mkdirSync(folder, { recursive: true });
    const expected = `${folder}/expected.txt`;
    if (target.chip === "host") expectPinned(expected, render(seen));
    else expect(render(seen)).toBe(readIfPresent(expected));
  });

  it("blinky changes its LED exactly every 500 ms", async () => {
    const { led } = await run("blinky", 3000, target);
    expect(led.map((edge) => edge.level)).toEqual([1, 0, 1, 0, 1, 0]);
    for (const [index, edge] of led.entries()) {
      const since = edge.timeNs - (led[index - 1]?.timeNs ?? edge.timeNs - 500 * MS);
      expect(Math.abs(since - 500 * MS), `edge ${index}`).toBeLessThanOrEqual(TICK_NS);
    }
  });
});

it("every folder of examples/ is run", () => {
  const names = examples.map(({ name }) => name);
  expect(listExamples()).toEqual(names);
  expect(listCases("examples")).toEqual(names);
});

function listExamples(): string[] {
  return listCases("../examples");
}
