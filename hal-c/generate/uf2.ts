/**
 * UF2 images (format: UF2 specification, version of 2020): blocks of 512 bytes
 * with 256 bytes of flash each, as the RP2040's boot drive takes them.
 */
import { joinSegments, readElfSegments } from "./elf-image.ts";

const payloadSize = 256;
const blockSize = 512;
const magicStart0 = 0x0a32_4655;
const magicStart1 = 0x9e5d_5157;
const magicEnd = 0x0ab1_6f30;
const flagFamilyId = 0x0000_2000;

/** Packs the loadable bytes of an ELF file; pages start at multiples of 256, gaps are 0xFF. */
export function elfToUf2(elf: Uint8Array, familyId: number): Uint8Array {
  const { address, bytes } = joinSegments(readElfSegments(elf));
  return packUf2(address, bytes, familyId);
}

export function packUf2(address: number, bytes: Uint8Array, familyId: number): Uint8Array {
  const start = address - (address % payloadSize);
  const count = Math.ceil((address + bytes.length - start) / payloadSize);
  const padded = new Uint8Array(count * payloadSize).fill(0xff);
  padded.set(bytes, address - start);
  const out = new Uint8Array(count * blockSize);
  const view = new DataView(out.buffer);
  for (let block = 0; block < count; block++) {
    const at = block * blockSize;
    const head = [
      magicStart0,
      magicStart1,
      flagFamilyId,
      start + block * payloadSize,
      payloadSize,
      block,
      count,
      familyId,
    ];
    for (const [index, word] of head.entries()) view.setUint32(at + index * 4, word, true);
    out.set(padded.subarray(block * payloadSize, (block + 1) * payloadSize), at + 32);
    view.setUint32(at + blockSize - 4, magicEnd, true);
  }
  return out;
}
