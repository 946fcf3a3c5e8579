/**
 * The loadable bytes of a 32-bit little-endian ELF file: what a flash tool would
 * write where. Reads program headers only.
 */

export interface ImageSegment {
  /** Load address (LMA). */
  readonly address: number;
  readonly bytes: Uint8Array;
  /** Where the bytes start in the ELF file. */
  readonly fileOffset: number;
}

/** A file that is not the ELF it should be; the message says what was found. */
export class ImageError extends Error {
  override readonly name = "ImageError";
}

const programHeaderLoad = 1;

/** Segments with bytes in the file, by rising address. */
export function readElfSegments(elf: Uint8Array): readonly ImageSegment[] {
  const view = new DataView(elf.buffer, elf.byteOffset, elf.byteLength);
  const isElf = elf.length >= 52 && view.getUint32(0) === 0x7f45_4c46 && elf[4] === 1 && elf[5] === 1;
  if (!isElf) throw new ImageError("not a 32-bit little-endian ELF file");
  const tableOffset = view.getUint32(28, true);
  const entrySize = view.getUint16(42, true);
  const count = view.getUint16(44, true);
  const segments: ImageSegment[] = [];
  for (let index = 0; index < count; index++) {
    const at = tableOffset + index * entrySize;
    if (at + 32 > elf.length) throw new ImageError("the ELF file is cut off");
    const fileOffset = view.getUint32(at + 4, true);
    const size = view.getUint32(at + 16, true);
    if (view.getUint32(at, true) !== programHeaderLoad || size === 0) continue;
    if (fileOffset + size > elf.length) throw new ImageError("the ELF file is cut off");
    const address = view.getUint32(at + 12, true);
    segments.push({ address, bytes: elf.subarray(fileOffset, fileOffset + size), fileOffset });
  }
  return segments.sort((left, right) => left.address - right.address);
}

/** One piece from the first to the last byte, gaps filled with 0xFF as in erased flash. */
export function joinSegments(segments: readonly ImageSegment[]): ImageSegment {
  const first = segments[0];
  if (first === undefined) throw new ImageError("the ELF file has nothing to load");
  const end = Math.max(...segments.map((segment) => segment.address + segment.bytes.length));
  const bytes = new Uint8Array(end - first.address).fill(0xff);
  for (const segment of segments) bytes.set(segment.bytes, segment.address - first.address);
  return { address: first.address, bytes, fileOffset: first.fileOffset };
}

/** The raw image that DFU and st-flash take. */
export function elfToBin(elf: Uint8Array): Uint8Array {
  return joinSegments(readElfSegments(elf)).bytes;
}
