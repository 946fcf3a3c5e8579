/** `tsfw run`: builds a program and runs it on the host or in its chip's emulator, with a virtual clock. */
import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { exitCodes, usageFailure } from "../failure.ts";
import { addProgramOptions, type ProgramOptions, toBuildRequest } from "./program-options.ts";

interface RunOptions extends ProgramOptions {
  readonly for?: string;
  readonly script?: string;
  readonly trace?: boolean;
  readonly realtime?: boolean;
}

export function defineRun(program: Command, context: CommandContext): void {
  addProgramOptions(program.command("run").description("build a program and run it without hardware"))
    .option("--for <time>", "stop when this much virtual time is over, for example 5s or 250ms")
    .option("--script <file>", 'input from outside, lines such as "at 1s button low"')
    .option("--trace", "show pin edges and UART output with their times, on stderr (the default)")
    .option("--no-trace", "show only what the program prints")
    .option("--realtime", "host: let virtual time pass as fast as real time (default without --for)")
    .action((name: string, options: RunOptions) => run(name, options, context));
}

async function run(name: string, options: RunOptions, context: CommandContext): Promise<void> {
  const { buildAndRun } = await import("../run/run-firmware.ts");
  const { createLineBuffer, createTracer } = await import("../terminal/trace.ts");
  const { showDiagnostics } = await import("../terminal/show-diagnostics.ts");
  const { terminal } = context;
  const tracer = createTracer((line) => terminal.note(line), terminal.paint);
  const output = createLineBuffer((text) => terminal.resultText(text));
  const trace = options.trace !== false;
  const forNs = await parseTime(options.for);
  const result = await buildAndRun({
    build: toBuildRequest(name, options, context),
    forNs,
    script: options.script,
    realtime: options.realtime ?? forNs === undefined,
    onBuilt: ({ report }) => showDiagnostics(report.diagnostics, context),
    onOutput: trace ? output.add : (text) => terminal.resultText(text),
    onErrorOutput: (text) => terminal.noteText(text),
    ...(trace ? { onEvent: (event, pins, consoleUart) => tracer.add(event, { pins, consoleUart }) } : {}),
  });
  tracer.finish();
  output.finish();
  if (result?.message !== undefined) terminal.note(`${terminal.paint.red("fault:")} ${result.message}`);
  context.exitWith(result?.exitCode ?? exitCodes.programErrors);
}

async function parseTime(text: string | undefined): Promise<number | undefined> {
  if (text === undefined) return undefined;
  const { parseDuration } = await import("../emulators/script.ts");
  const timeNs = parseDuration(text);
  if (timeNs === undefined)
    throw usageFailure(`"${text}" is not a time.`, "Write it like 5s, 250ms or 20us.");
  return timeNs;
}
