/** `tsfw boards`: the boards this version knows, with what is on them. */
import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import type { BoardEntry, BoardUart, ChipEntry } from "../targets/chip-index.ts";
import type { Paint } from "../terminal/terminal.ts";

export function defineBoards(program: Command, context: CommandContext): void {
  program
    .command("boards")
    .description("list known boards")
    .option("--json", "list as one JSON object")
    .action((options: { readonly json?: boolean }) => listBoards(options.json === true, context));
}

async function listBoards(json: boolean, { terminal }: CommandContext): Promise<void> {
  const { readChipIndex } = await import("../targets/chip-index.ts");
  const { boards, chips } = readChipIndex();
  const entries = boards.map((board) => describeBoard(board, chips));
  if (json) {
    terminal.result(JSON.stringify({ schema: 1, boards: entries }, null, 2));
    return;
  }
  terminal.result(entries.map((entry) => renderBoard(entry, terminal.resultPaint)).join("\n\n"));
}

interface Uart {
  readonly name: string;
  readonly tx: string;
  readonly rx: string;
  readonly baud: number;
}

interface BoardDescription {
  readonly name: string;
  readonly title: string;
  readonly chip: string;
  readonly pins: Readonly<Record<string, string>>;
  readonly uart: Uart | null;
  readonly console: Uart | null;
}

function describeBoard(board: BoardEntry, chips: readonly ChipEntry[]): BoardDescription {
  const uarts = chips.find((chip) => chip.name === board.chip)?.uarts ?? [];
  const describeUart = (wired: BoardUart | null): Uart | null => {
    if (wired === null) return null;
    const { uart, tx, rx, baud } = wired;
    return { name: uarts.find(({ index }) => index === uart)?.peripheral ?? `UART ${uart}`, tx, rx, baud };
  };
  const { name, title, chip, pins } = board;
  return { name, title, chip, pins, uart: describeUart(board.uart), console: describeUart(board.console) };
}

/** The names as a program writes them, after `board.`. */
function renderBoard(board: BoardDescription, paint: Paint): string {
  const pins = Object.entries(board.pins).map(([name, pin]) => `${name} ${pin}`);
  const rows: (readonly [string, string])[] = [
    ["chip", board.chip],
    ["pins", pins.join(", ")],
  ];
  const { uart, console: log } = board;
  if (uart !== null) rows.push(["uart", `uart ${uart.name}, uartTx ${uart.tx}, uartRx ${uart.rx}`]);
  if (log !== null) rows.push(["log", `${log.name} at ${log.baud} baud, TX ${log.tx}, RX ${log.rx}`]);
  const lines = rows.map(([label, text]) => `  ${paint.dim(label.padEnd(5))} ${text}`);
  return [`${paint.bold(board.name)}  ${board.title}`, ...lines].join("\n");
}
