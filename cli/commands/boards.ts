/** `tsfw boards`: the boards this version knows, with what is on them. */
import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";

export function defineBoards(program: Command, context: CommandContext): void {
  program
    .command("boards")
    .description("list known boards")
    .option("--json", "list as one JSON object")
    .action((options: { readonly json?: boolean }) => listBoards(options.json === true, context));
}

async function listBoards(json: boolean, { terminal }: CommandContext): Promise<void> {
  const { readChipIndex } = await import("../targets/chip-index.ts");
  const { boards } = readChipIndex();
  if (json) {
    const entries = boards.map(({ name, title, chip, pins }) => ({ name, title, chip, pins }));
    terminal.result(JSON.stringify({ schema: 1, boards: entries }, null, 2));
    return;
  }
  const width = Math.max(...boards.map((board) => board.name.length));
  for (const board of boards) {
    const pins = Object.entries(board.pins).map(([name, pin]) => `${name} ${pin}`);
    const details = terminal.resultPaint.dim(`${board.chip}; ${pins.join(", ")}`);
    terminal.result(`${board.name.padEnd(width)}  ${board.title} ${details}`);
  }
}
