/**
 * Every generated file of hal-c as path and text, from the vendors' facts. Pure:
 * reading is a function that is passed in, writing is main.ts's.
 */
import { parseChip } from "../generate/schema.ts";
import { rp2040Blocks, stm32Drivers, stm32Parts } from "./facts.ts";
import { buildHostChip } from "./host-chip.ts";
import { printJson } from "./print-json.ts";
import { readStm32Block, type Stm32RegisterFile } from "./register-blocks.ts";
import { renderRegisterHeader } from "./register-header.ts";
import { buildRp2040Chip } from "./rp2040-chip.ts";
import { buildStm32Chip, type Stm32PartFile } from "./stm32-chip.ts";
import { parseSvd, readSvdBlock } from "./svd.ts";

export interface VendorFacts {
  /** Text of a file below stm32-data's `data/`. */
  readStm32(path: string): string;
  /** Text of an SVD file. */
  readSvd(name: string): string;
}

export interface GeneratedFile {
  /** Below hal-c. */
  readonly path: string;
  readonly text: string;
}

export function generateAll(facts: VendorFacts): readonly GeneratedFile[] {
  return [...stm32Files(facts), ...rp2040Files(facts), chipFile(buildHostChip())];
}

function stm32Files(facts: VendorFacts): readonly GeneratedFile[] {
  const registers = (name: string): Stm32RegisterFile =>
    JSON.parse(facts.readStm32(`registers/${name}.json`));
  const chips = stm32Parts.map((part) => {
    const file: Stm32PartFile = JSON.parse(facts.readStm32(`chips/${part.vendorName}.json`));
    return chipFile(buildStm32Chip(file, registers("rcc_f4"), part));
  });
  const headers = stm32Drivers.map(({ kind, version, block, macroName }) => ({
    path: `include/regs/stm32/${kind}_${version}.h`,
    text: renderRegisterHeader(
      readStm32Block(registers(`${kind}_${version}`), block, macroName),
      `stm32-data, ${kind}_${version} block ${block}`,
    ),
  }));
  return [...chips, ...headers];
}

function rp2040Files(facts: VendorFacts): readonly GeneratedFile[] {
  const svd = parseSvd(facts.readSvd("RP2040.svd"));
  const headers = rp2040Blocks.map(({ peripheral, macroName, file }) => {
    const source = svd.peripherals.get(peripheral);
    if (source === undefined) throw new Error(`RP2040.svd has no ${peripheral}`);
    return {
      path: `include/regs/rp2040/${file}.h`,
      text: renderRegisterHeader(readSvdBlock(source, macroName), `RP2040.svd, ${peripheral}`),
    };
  });
  return [chipFile(buildRp2040Chip(svd)), ...headers];
}

function chipFile(chip: { readonly name: string }): GeneratedFile {
  const path = `chips/${chip.name}.json`;
  return { path, text: printJson(parseChip(chip, path)) };
}
