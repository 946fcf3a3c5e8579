/** Reads chip and board files for the hardware tests. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Board, type Chip, parseBoard, parseChip } from "../hal-c/generate/index.ts";

export const packageRoot = fileURLToPath(new URL("..", import.meta.url));

export function readPackageFile(path: string): string {
  return readFileSync(`${packageRoot}${path}`, "utf8");
}

function jsonFiles(folder: string): readonly string[] {
  return readdirSync(`${packageRoot}${folder}`)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => `${folder}/${file}`);
}

export function loadChips(): readonly Chip[] {
  return jsonFiles("hal-c/chips").map((file) => parseChip(JSON.parse(readPackageFile(file)), file));
}

export function loadBoards(): readonly Board[] {
  return jsonFiles("hal-c/boards").map((file) => parseBoard(JSON.parse(readPackageFile(file)), file));
}

export function chipNamed(name: string): Chip {
  const chip = loadChips().find((candidate) => candidate.name === name);
  if (chip === undefined) throw new Error(`there is no chip ${name}`);
  return chip;
}

export function boardNamed(name: string): Board {
  const board = loadBoards().find((candidate) => candidate.name === name);
  if (board === undefined) throw new Error(`there is no board ${name}`);
  return board;
}
