/** Flash, RAM and stack of a linked image, read from the image itself. */
import type { Chip } from "../../hal-c/generate/schema.ts";
import { parseCallGraph } from "./call-graph.ts";
import { type ElfImage, type ElfSection, readElf } from "./elf.ts";
import type { BuildReport } from "./report.ts";
import { computeStack } from "./stack-usage.ts";

/** Each is null on the host, where it is no limit. */
export interface Figures {
  readonly flash: BuildReport["flash"];
  readonly ram: BuildReport["ram"];
  readonly stack: BuildReport["stack"];
}

interface Region {
  readonly address: number;
  readonly size: number;
}

/** Symbol of the vector table: stack pointer, reset handler, then every other handler. */
const vectorTable = "vector_table";

/** Sections that hold room for the stack, not variables. */
const stackSections: ReadonlySet<string> = new Set([".stack", ".heap"]);

export const hostFigures: Figures = { flash: null, ram: null, stack: null };

/** Figures of a chip's image: flash is what is programmed, RAM what variables take. */
export function measureChipImage(
  bytes: Uint8Array,
  chip: Chip,
  callGraph: string | undefined,
  options: { readonly fpu: boolean; readonly stackBytes: number },
): Figures {
  const image = readElf(bytes);
  const sections = image.sections.filter((section) => section.allocated && !stackSections.has(section.name));
  const { flash, ram } = chip.memory;
  const usedBytes = image.segments
    .filter((segment) => isInside(segment.physicalAddress, flash))
    .reduce((sum, segment) => sum + segment.bytes.length, 0);
  return {
    flash: { usedBytes, totalBytes: flash.size },
    ram: {
      staticBytes: sumOf(sections.filter((section) => isInside(section.address, ram))),
      totalBytes: ram.size,
    },
    stack: {
      ...computeStack(image, readVectors(image), parseCallGraph(callGraph ?? ""), options),
      reservedBytes: options.stackBytes,
    },
  };
}

/** Handlers of the vector table without the Thumb bit, reset first, each once. */
export function readVectors(image: ElfImage): number[] {
  const symbol = image.symbols.find(({ name }) => name === vectorTable);
  if (symbol === undefined) throw new Error(`the image has no ${vectorTable}`);
  const section = image.sections.find(
    ({ allocated, address, sizeBytes }) =>
      allocated && address <= symbol.address && symbol.address < address + sizeBytes,
  );
  if (section === undefined) throw new Error(`${vectorTable} lies in no section`);
  const start = symbol.address - section.address;
  const view = new DataView(section.contents.buffer, section.contents.byteOffset + start, symbol.sizeBytes);
  const handlers = new Set<number>();
  for (let offset = 4; offset + 4 <= symbol.sizeBytes; offset += 4) {
    const word = view.getUint32(offset, true);
    if (word % 2 === 1) handlers.add(word - 1);
  }
  return [...handlers];
}

function isInside(address: number, region: Region): boolean {
  return region.address <= address && address < region.address + region.size;
}

function sumOf(sections: readonly ElfSection[]): number {
  return sections.reduce((sum, section) => sum + section.sizeBytes, 0);
}
