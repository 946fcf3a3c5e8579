/**
 * `tsfw/chip` and `tsfw/board` as editors and Node see them without a build:
 * the host's, exactly as the generator prints them.
 */

import { readFileSync } from "node:fs";
import { it } from "vitest";
import { renderBoardModule } from "../hal-c/generate/board-module.ts";
import { renderChipModule } from "../hal-c/generate/chip-module.ts";
import { parseBoard, parseChip } from "../hal-c/generate/schema.ts";
import { expectPinned } from "./support/pinned-text.ts";
import { projectPath } from "./support/project.ts";

const chip = parseChip(readJson("hal-c/chips/host.json"), "host.json");
const board = parseBoard(readJson("hal-c/boards/host.json"), "host.json");

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(projectPath(path), "utf8"));
}

it("tsfw/chip is the host's", () => {
  expectPinned(projectPath("lib", "tsfw", "chip.ts"), renderChipModule(chip));
});

it("tsfw/board is the host's", () => {
  expectPinned(projectPath("lib", "tsfw", "board.ts"), renderBoardModule(board, chip));
});
