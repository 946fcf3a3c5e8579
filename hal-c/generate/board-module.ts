/** Renders the module `tsfw/board`: the board's names for pins and UARTs of `tsfw/chip`. */
import { type Board, type Chip, HardwareDataError } from "./schema.ts";

/** The text of `tsfw/board`; throws HardwareDataError when the board names what the chip lacks. */
export function renderBoardModule(board: Board, chip: Chip): string {
  if (board.chip !== chip.name) {
    throw new HardwareDataError(`board ${board.name} carries ${board.chip}, not ${chip.name}`);
  }
  const members = boardMembers(board, chip);
  const imports = [...new Set(members.map((member) => member.value))].sort(byName);
  const lines = [
    `/** Names on ${board.title}. Generated from hal-c/boards/${board.name}.json. */`,
    `import { ${imports.join(", ")} } from "tsfw/chip";`,
    "",
    "export const board = {",
    ...members.flatMap((member) => [
      ...(member.note === undefined ? [] : [`  /** ${member.note} */`]),
      `  ${member.name}: ${member.value},`,
    ]),
    "} as const;",
  ];
  return `${lines.join("\n")}\n`;
}

interface BoardMember {
  readonly name: string;
  readonly value: string;
  readonly note: string | undefined;
}

function boardMembers(board: Board, chip: Chip): readonly BoardMember[] {
  const members: BoardMember[] = [];
  const add = (name: string, value: string): void => {
    members.push({ name, value, note: board.notes?.[name] });
  };
  for (const [name, pin] of Object.entries(board.pins)) add(name, checkPin(board, chip, pin));
  for (const [name, port] of [
    ["console", board.console],
    ["uart", board.uart],
  ] as const) {
    if (port === null) continue;
    add(name, uartName(board, chip, port.uart));
    add(`${name}Tx`, checkPin(board, chip, port.tx));
    add(`${name}Rx`, checkPin(board, chip, port.rx));
  }
  return members;
}

function checkPin(board: Board, chip: Chip, pin: string): string {
  if (chip.pins[pin] === undefined) {
    throw new HardwareDataError(`board ${board.name}: ${chip.name} has no pin ${pin}`);
  }
  return pin;
}

function uartName(board: Board, chip: Chip, index: number): string {
  const found = chip.uarts.find((entry) => entry.index === index);
  if (found === undefined)
    throw new HardwareDataError(`board ${board.name}: ${chip.name} has no UART ${index}`);
  return found.peripheral;
}

function byName(left: string, right: string): number {
  return left.localeCompare(right, "en", { numeric: true });
}
