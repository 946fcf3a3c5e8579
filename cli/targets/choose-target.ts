/** Turns what the user wrote after --chip and --board into one chip and one board, or says what it may have meant. */
import { findByName, type NamedPart } from "../../hal-c/generate/find-chip.ts";
import { usageFailure } from "../failure.ts";
import type { BoardEntry, ChipEntry, ChipIndex } from "./chip-index.ts";

export interface TargetChoice {
  readonly chip: ChipEntry;
  readonly board: BoardEntry;
}

export interface TargetWish {
  readonly chip?: string | undefined;
  readonly board?: string | undefined;
  /** The wish stands in tsfw.config.ts, not on the command line. */
  readonly isConfigured?: boolean;
}

export const hostChip = "host";

/** The chip and board for a wish; without one, the host. A board brings its chip, a chip its default board. */
export function chooseTarget(index: ChipIndex, wish: TargetWish): TargetChoice {
  if (wish.board === undefined) {
    const chip = chooseChip(index, wish.chip ?? hostChip);
    return { chip, board: boardOf(index, chip.defaultBoard) };
  }
  const board = chooseBoard(index, wish.board);
  const chip = chipOf(index, board.chip);
  if (wish.chip !== undefined && chooseChip(index, wish.chip).name !== chip.name) {
    throw usageFailure(
      `Board ${board.name} has the chip ${chip.name}, not ${wish.chip}.`,
      wish.isConfigured === true
        ? "In tsfw.config.ts, leave out `chip` or name another `board`: tsfw boards"
        : "Leave out --chip, or choose another board: tsfw boards",
    );
  }
  return { chip, board };
}

/** By exact name, unique beginning, or series. */
export function chooseChip(index: ChipIndex, wanted: string): ChipEntry {
  return choose("chip", index.chips, wanted);
}

function chooseBoard(index: ChipIndex, wanted: string): BoardEntry {
  return choose("board", index.boards, wanted);
}

function choose<T extends NamedPart>(kind: "chip" | "board", items: readonly T[], wanted: string): T {
  const lookup = findByName(items, wanted);
  if (lookup.kind === "found") return lookup.item;
  if (lookup.kind === "ambiguous") {
    throw usageFailure(
      `"${wanted}" is the beginning of several ${kind}s: ${lookup.names.join(", ")}.`,
      "Write one of these names in full.",
    );
  }
  const suggestion =
    lookup.suggestions.length === 0 ? "" : `Did you mean ${lookup.suggestions.join(" or ")}? `;
  throw usageFailure(`There is no ${kind} "${wanted}".`, `${suggestion}All ${kind}s: tsfw ${kind}s`);
}

/* What follows guards our own data: a chip names its board and a board its chip. */

function boardOf(index: ChipIndex, name: string): BoardEntry {
  const board = index.boards.find((entry) => entry.name === name);
  if (board === undefined) throw new Error(`the chip data names a board that does not exist: ${name}`);
  return board;
}

function chipOf(index: ChipIndex, name: string): ChipEntry {
  const chip = index.chips.find((entry) => entry.name === name);
  if (chip === undefined) throw new Error(`the board data names a chip that does not exist: ${name}`);
  return chip;
}
