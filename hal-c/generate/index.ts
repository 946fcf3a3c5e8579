/** Chip and board data in, text and images out: all that a build needs of hal-c/generate. */

export { renderBoardModule } from "./board-module.ts";
export { boot2Checksum, sealBoot2 } from "./boot2.ts";
export { type ChipBuild, type ChipBuildOptions, chipBuild } from "./chip-build.ts";
export { type ChipHeaderOptions, renderChipHeader } from "./chip-header.ts";
export { renderChipModule } from "./chip-module.ts";
export {
  ClockError,
  type ClockSolution,
  type ClockWish,
  solveClocks,
} from "./clocks.ts";
export { elfToBin, ImageError, type ImageSegment, joinSegments, readElfSegments } from "./elf-image.ts";
export { findByName, type Lookup, type NamedPart, nearestNames } from "./find-chip.ts";
export { defaultStackBytes, type LinkerScriptOptions, renderLinkerScript } from "./linker-script.ts";
export {
  type Board,
  boardSchema,
  type Chip,
  chipSchema,
  type EmulatorInfo,
  type HardwareClaims,
  HardwareDataError,
  type Peripheral,
  parseBoard,
  parseChip,
  type UartClaim,
} from "./schema.ts";
export { poorUartRates, type UartRate, uartHz, uartRate } from "./uart-rates.ts";
export { elfToUf2, packUf2 } from "./uf2.ts";
