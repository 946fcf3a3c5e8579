/**
 * Renders the linker script from a template of linker-scripts/ and chip data.
 * The template is read by the caller (ChipBuild.linkerTemplate names it).
 */
import { type Chip, HardwareDataError } from "./schema.ts";

export interface LinkerScriptOptions {
  readonly template: string;
  /** Stack in bytes, a multiple of 8; it lies at the bottom of RAM, so that an overflow faults. */
  readonly stackBytes?: number;
}

/** An eighth of the RAM, at most 8 KiB. */
export function defaultStackBytes(chip: Chip): number {
  return Math.min(8192, Math.floor(chip.memory.ram.size / 64) * 8);
}

export function renderLinkerScript(chip: Chip, options: LinkerScriptOptions): string {
  const { flash, ram } = chip.memory;
  const stackBytes = options.stackBytes ?? defaultStackBytes(chip);
  if (stackBytes % 8 !== 0)
    throw new HardwareDataError(`a stack of ${stackBytes} bytes is not a multiple of 8`);
  const values: Readonly<Record<string, string>> = {
    CHIP: chip.name,
    FLASH_ORIGIN: hex(flash.address),
    FLASH_SIZE: String(flash.size),
    FLASH_KIB: String(flash.size / 1024),
    RAM_ORIGIN: hex(ram.address),
    RAM_SIZE: String(ram.size),
    RAM_KIB: String(ram.size / 1024),
    STACK_SIZE: String(stackBytes),
  };
  return options.template.replace(/\{\{([A-Z_]+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new HardwareDataError(`linker script: there is no value for {{${name}}}`);
    return value;
  });
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}
