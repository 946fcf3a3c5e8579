/**
 * The chips and boards that come with tsfw, as far as names go: quick to read, unchecked. The checked data of one
 * chip comes from load-target.ts.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../package-root.ts";

export interface ChipEntry {
  readonly name: string;
  readonly title: string;
  readonly series: string;
  readonly seriesDefault: boolean;
  readonly defaultBoard: string;
  readonly memory: { readonly flash: { readonly size: number }; readonly ram: { readonly size: number } };
  readonly emulator: { readonly kind: string } | null;
  readonly uarts: readonly { readonly index: number; readonly peripheral: string }[];
  readonly probe: { readonly chip: string } | null;
  readonly file: string;
}

export interface BoardUart {
  /** Index in the chip's `uarts`. */
  readonly uart: number;
  readonly tx: string;
  readonly rx: string;
  readonly baud: number;
}

export interface BoardEntry {
  readonly name: string;
  readonly title: string;
  readonly chip: string;
  readonly pins: Readonly<Record<string, string>>;
  /** `board.uart`, and where the log goes; null where there is none. */
  readonly uart: BoardUart | null;
  readonly console: BoardUart | null;
  readonly flash: "probe-rs" | "uf2" | "none";
  readonly file: string;
}

export interface ChipIndex {
  readonly chips: readonly ChipEntry[];
  readonly boards: readonly BoardEntry[];
}

/** Everything in hal-c/chips and hal-c/boards, by name. */
export function readChipIndex(folder: string = join(packageRoot, "hal-c")): ChipIndex {
  return {
    chips: readEntries<Omit<ChipEntry, "file">>(join(folder, "chips")),
    boards: readEntries<Omit<BoardEntry, "file">>(join(folder, "boards")),
  };
}

function readEntries<T>(folder: string): (T & { readonly file: string })[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return names.sort().map((name) => {
    const file = join(folder, name);
    return { ...(JSON.parse(readFileSync(file, "utf8")) as T), file };
  });
}
