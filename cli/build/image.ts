/** The files that carry a chip's image to the chip, made from its ELF. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Chip, elfToBin, elfToUf2, sealBoot2 } from "../../hal-c/generate/index.ts";
import type { Staging } from "./output-folder.ts";

/**
 * Finishes the ELF where the chip's boot ROM asks for a checksum and writes .bin, and .uf2 where the chip has a boot
 * drive.
 *
 * @returns name of the file to flash: the executable itself on the host
 */
export function writeImages(staging: Staging, executable: string, chip: Chip): string {
  if (chip.family === "host") return executable;
  const linked = new Uint8Array(readFileSync(join(staging.folder, executable)));
  const elf = chip.family === "rp" ? sealBoot2(linked) : linked;
  if (elf !== linked) staging.writeFile(executable, elf);
  staging.writeFile("firmware.bin", elfToBin(elf));
  if (chip.uf2FamilyId === null) return "firmware.bin";
  staging.writeFile("firmware.uf2", elfToUf2(elf, chip.uf2FamilyId));
  return "firmware.uf2";
}
