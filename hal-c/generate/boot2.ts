/**
 * The RP2040's boot ROM runs the first 256 bytes of flash only if the last four
 * are a checksum of the others (datasheet 2.8.1.3.1): CRC-32 with polynomial
 * 0x04C11DB7, start 0xFFFFFFFF, most significant bit first, not inverted.
 */
import { ImageError, readElfSegments } from "./elf-image.ts";

const boot2Address = 0x1000_0000;
const boot2Size = 256;
const checkedSize = 252;

export function boot2Checksum(code: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of code.subarray(0, checkedSize)) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++)
      crc = crc < 0 || crc >= 0x8000_0000 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
  }
  return crc >>> 0;
}

/** A copy of the ELF file whose second-stage boot carries its checksum; sealing twice changes nothing. */
export function sealBoot2(elf: Uint8Array): Uint8Array {
  const segment = readElfSegments(elf).find(({ address, bytes }) => {
    return address <= boot2Address && address + bytes.length >= boot2Address + boot2Size;
  });
  if (segment === undefined) throw new ImageError("the image has no second-stage boot at 0x10000000");
  const offset = segment.fileOffset + (boot2Address - segment.address);
  // Not slice(): a Node Buffer would share its memory with the copy.
  const sealed = Uint8Array.from(elf);
  const checksum = boot2Checksum(sealed.subarray(offset, offset + boot2Size));
  new DataView(sealed.buffer).setUint32(offset + checkedSize, checksum, true);
  return sealed;
}
