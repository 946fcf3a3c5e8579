/**
 * `npm start`: the first five minutes. Prepares what is missing, then builds examples/blinky and runs it on this
 * computer, on an emulated RP2040 and on an emulated STM32F405, and shows what each of them did.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describeMissing, prepare, root, SetupError } from "./setup.mjs";

const example = "examples/blinky";
const runNs = 3e9;

const targets = [
  { chip: "host", title: "This computer", how: "a program for your own machine, with a virtual clock" },
  { chip: "rp2040", title: "RP2040 (Raspberry Pi Pico)", how: "the real image, in the emulator rp2040js" },
  { chip: "stm32f405rg", title: "STM32F405 (Cortex-M4)", how: "the real image, in the emulator QEMU" },
];

/**
 * @typedef {{ timeNs: number, pin: string, label: string, level: 0 | 1 }} Edge
 * @typedef {{ edges: Edge[], log: string }} Happening
 */

function say(text = "") {
  process.stdout.write(`${text}\n`);
}

function showProgram() {
  say(`\ntsfw turns TypeScript into firmware. This is ${example}/main.ts:\n`);
  const source = readFileSync(join(root, example, "main.ts"), "utf8");
  for (const line of source.trimEnd().split("\n")) say(`    ${line}`);
}

/** Builds and runs on one target and shows it. @returns {Promise<Edge[] | undefined>} undefined when it failed */
async function showTarget(target, number, modules) {
  say(`\n${number}. ${target.title}: ${target.how}\n`);
  /** @type {Happening} */
  const happening = { edges: [], log: "" };
  let report;
  const result = await modules.buildAndRun({
    build: { program: example, workFolder: root, chip: target.chip },
    forNs: runNs,
    script: undefined,
    realtime: false,
    onBuilt: (build) => {
      report = build.report;
      for (const { message, file, start } of report.diagnostics) say(`   ${file}:${start.line}: ${message}`);
    },
    onOutput: (text) => {
      happening.log += text;
    },
    onErrorOutput: (text) => {
      happening.log += text;
    },
    onEvent: (event, boardNames) => {
      if (event.kind === "edge")
        happening.edges.push({ ...event, label: boardNames.get(event.pin) ?? event.pin });
    },
  });
  if (result === undefined || result.exitCode !== 0) return undefined;
  showFigures(report);
  showEdges(happening.edges);
  const log = happening.log === "" ? "(this program prints nothing)" : happening.log.trimEnd();
  say(`   log    ${log.replaceAll("\n", "\n          ")}`);
  return happening.edges;
}

function showFigures({ flash, ram, stack, durationMs, cached }) {
  say(`   built  ${cached ? "already up to date" : `in ${(durationMs / 1000).toFixed(1)} s`}`);
  if (flash !== null) say(`   flash  ${share(flash.usedBytes, flash.totalBytes)}`);
  if (ram !== null) say(`   RAM    ${share(ram.staticBytes, ram.totalBytes)}`);
  if (stack?.worstCaseBytes != null) say(`   stack  at most ${stack.worstCaseBytes} bytes`);
}

function share(used, total) {
  return `${used.toLocaleString("en-US")} of ${total.toLocaleString("en-US")} bytes`;
}

/** A strip of the LED's level, a tenth of a second a character, and the exact times below it. */
function showEdges(edges) {
  const [first] = edges;
  if (first === undefined) return say("   the LED never changed");
  const strip = Array.from({ length: 30 }, (_, index) =>
    levelAt(edges, (index + 0.5) * 1e8) === 1 ? "█" : "▁",
  );
  const name = first.label === first.pin ? first.pin : `${first.label} (${first.pin})`;
  say(`   LED    ${strip.join("")}  ${name}, ${runNs / 1e9} s of virtual time`);
  const times = edges.map(
    ({ timeNs, level }) => `${level === 1 ? "on" : "off"} at ${(timeNs / 1e6).toFixed(3)} ms`,
  );
  say(`   edges  ${wrap(times, 3).join("\n          ")}`);
}

function levelAt(edges, timeNs) {
  return edges.findLast((edge) => edge.timeNs <= timeNs)?.level ?? 0;
}

function wrap(items, perLine) {
  const lines = [];
  for (let start = 0; start < items.length; start += perLine)
    lines.push(items.slice(start, start + perLine).join(", "));
  return lines;
}

/** What the runs have in common. Start-up takes each chip its own time, so distances are compared. */
function showComparison(runs) {
  const gaps = runs.flatMap(gapsMs).sort((a, b) => a - b);
  if (runs.length < 2 || gaps.length === 0) return;
  const middle = Math.round(gaps[Math.floor(gaps.length / 2)] * 1000) / 1000;
  const deviation = Math.max(middle - gaps[0], gaps.at(-1) - middle);
  const precision = deviation === 0 ? "exactly" : `to within ${(deviation * 1000).toFixed(1)} µs`;
  say(`\nOn all ${runs.length} of them the LED's edges are ${middle} ms apart, ${precision}.`);
}

function gapsMs(edges) {
  return edges.slice(1).map((edge, index) => (edge.timeNs - edges[index].timeNs) / 1e6);
}

/** Commands to try next, and what each is for. */
const suggestions = [
  ["npx tsfw run examples/button --script examples/button/script.txt --trace", "press a button, by script"],
  ["npx tsfw run examples/blinky --chip rp2040 --for 3s --trace", "one target, every edge"],
  ["npx tsfw build examples/blinky --board stm32f4-discovery", "flash, RAM, stack, tasks"],
  ["npx tsfw flash examples/blinky --board pico", "on real hardware"],
  ["npx tsfw --help", "everything else"],
];

function showNext() {
  say("\nWhat next?");
  say(`  Change ${example}/main.ts (the 500, say) and run npm start again. Or:`);
  for (const [command, purpose] of suggestions) say(`  ${command}\n      ${purpose}`);
}

async function main() {
  const { missing } = await prepare({ need: "host" });
  const load = (path) => import(pathToFileURL(join(root, "dist", "cli", path)).href);
  const { buildAndRun } = await load("run/run-firmware.js");
  const { CliFailure } = await load("failure.js");
  showProgram();
  const runs = [];
  let exitCode = 0;
  for (const [index, target] of targets.entries()) {
    try {
      const edges = await showTarget(target, index + 1, { buildAndRun });
      if (edges === undefined) exitCode = 1;
      else runs.push(edges);
    } catch (error) {
      if (!(error instanceof CliFailure)) throw error;
      say(`   ${error.message}`);
      exitCode = error.exitCode;
    }
  }
  showComparison(runs);
  if (missing.length > 0) say(`\n${describeMissing(missing)}\nand run npm start again.`);
  showNext();
  return exitCode;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
