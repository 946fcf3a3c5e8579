/** The checked data of one chip and board, read through the build's recorder so that the cache knows of it. */
import { type Board, type Chip, parseBoard, parseChip } from "../../hal-c/generate/schema.ts";
import type { TargetChoice } from "./choose-target.ts";

export interface LoadedTarget {
  readonly chip: Chip;
  readonly board: Board;
}

export interface TextReader {
  readFile(path: string): string | undefined;
}

/** Throws HardwareDataError when the files that come with tsfw are damaged. */
export function loadTarget(choice: TargetChoice, reader: TextReader): LoadedTarget {
  return {
    chip: parseChip(readJson(choice.chip.file, reader), choice.chip.file),
    board: parseBoard(readJson(choice.board.file, reader), choice.board.file),
  };
}

function readJson(file: string, reader: TextReader): unknown {
  const text = reader.readFile(file);
  if (text === undefined) throw new Error(`${file} is gone`);
  return JSON.parse(text);
}

/** Name of a pin number, as in messages and traces. */
export function pinName(chip: Chip, id: number): string {
  const found = Object.entries(chip.pins).find(([, pin]) => pin.id === id);
  return found?.[0] ?? `pin ${id}`;
}

/** Name of a UART index. */
export function uartName(chip: Chip, index: number): string {
  return chip.uarts.find((uart) => uart.index === index)?.peripheral ?? `UART ${index}`;
}

/** STM32: pins of the same number on all ports share one edge detector (RM0090, 12.2.5). */
export function extiLine(chip: Chip, id: number): number | undefined {
  return chip.family === "stm32" ? id % 16 : undefined;
}
