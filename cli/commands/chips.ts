/** `tsfw chips`: the chips this version supports. */
import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";

export function defineChips(program: Command, context: CommandContext): void {
  program
    .command("chips")
    .description("list supported chips")
    .option("--json", "list as one JSON object")
    .action((options: { readonly json?: boolean }) => listChips(options.json === true, context));
}

async function listChips(json: boolean, { terminal }: CommandContext): Promise<void> {
  const { readChipIndex } = await import("../targets/chip-index.ts");
  const { chips } = readChipIndex();
  if (json) {
    const entries = chips.map(
      ({ file: _file, name, title, series, seriesDefault, defaultBoard, memory, emulator }) => ({
        name,
        title,
        series,
        seriesDefault,
        defaultBoard,
        flashBytes: memory.flash.size,
        ramBytes: memory.ram.size,
        emulator: emulator?.kind ?? null,
      }),
    );
    terminal.result(JSON.stringify({ schema: 1, chips: entries }, null, 2));
    return;
  }
  const width = Math.max(...chips.map((chip) => chip.name.length));
  for (const chip of chips) {
    const isDefault = chip.seriesDefault && chip.series !== chip.name;
    const series = isDefault ? ` (also --chip ${chip.series})` : "";
    terminal.result(`${chip.name.padEnd(width)}  ${chip.title}${terminal.resultPaint.dim(series)}`);
  }
}
