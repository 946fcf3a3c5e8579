/**
 * What an emulator needs to know of an Arm firmware: its bytes, where it sleeps and where it stops. Reads the ELF's
 * own facts only (mapping symbols tell instructions from data: ELF for the Arm Architecture, 5.5.5).
 */
import { readFile } from "node:fs/promises";
import { type ElfImage, type ElfSection, readElf } from "../build/elf.ts";

export interface FirmwareImage {
  readonly elf: ElfImage;
  /** Addresses of WFI and WFE instructions. */
  readonly sleeps: ReadonlySet<number>;
  /** Entry of `tsfw_port_halt`, where r0 is the exit code; undefined when the program cannot halt. */
  readonly haltAddress: number | undefined;
  /** The halfword at an address of the code; 0 outside. */
  halfword(address: number): number;
}

const opcodeWfi = 0xbf30;
const opcodeWfe = 0xbf20;

export async function loadFirmware(elfPath: string): Promise<FirmwareImage> {
  const elf = readElf(await readFile(elfPath));
  const code = elf.sections.filter((section) => section.allocated && section.hasContents);
  return {
    elf,
    sleeps: findSleeps(elf, code),
    haltAddress: elf.symbols.find((symbol) => symbol.name === "tsfw_port_halt")?.address,
    halfword: (address) => readHalfword(code, address),
  };
}

function readHalfword(sections: readonly ElfSection[], address: number): number {
  const section = sections.find(
    (candidate) => address >= candidate.address && address + 2 <= candidate.address + candidate.sizeBytes,
  );
  if (section === undefined) return 0;
  const offset = address - section.address;
  return (section.contents[offset] ?? 0) | ((section.contents[offset + 1] ?? 0) << 8);
}

function findSleeps(elf: ElfImage, code: readonly ElfSection[]): Set<number> {
  const sleeps = new Set<number>();
  for (const [start, end] of instructionRanges(elf, code)) {
    for (let address = start; address + 2 <= end; ) {
      const first = readHalfword(code, address);
      if (first === opcodeWfi || first === opcodeWfe) sleeps.add(address);
      address += first >>> 11 >= 0b11101 ? 4 : 2;
    }
  }
  return sleeps;
}

/** Stretches of Thumb code: from each `$t` to the next mapping symbol or the end of its section. */
function instructionRanges(elf: ElfImage, code: readonly ElfSection[]): [number, number][] {
  const marks = elf.symbols
    .filter((symbol) => /^\$[atd](\.|$)/.test(symbol.name))
    .sort((a, b) => a.address - b.address);
  return marks.flatMap((mark, index): [number, number][] => {
    if (!mark.name.startsWith("$t")) return [];
    const section = code.find((s) => mark.address >= s.address && mark.address < s.address + s.sizeBytes);
    if (section === undefined) return [];
    const next = marks.slice(index + 1).find((later) => later.address > mark.address);
    return [
      [
        mark.address,
        Math.min(next?.address ?? Number.POSITIVE_INFINITY, section.address + section.sizeBytes),
      ],
    ];
  });
}
