/** ELF reading, UF2 blocks, and the checksum of the RP2040's second-stage boot. */
import { describe, expect, it } from "vitest";
import {
  boot2Checksum,
  elfToBin,
  elfToUf2,
  packUf2,
  readElfSegments,
  sealBoot2,
} from "../hal-c/generate/index.ts";

interface Segment {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** A minimal ELF file with the given loadable segments. */
function buildElf(segments: readonly Segment[]): Uint8Array {
  const headerSize = 52 + segments.length * 32;
  const size = headerSize + segments.reduce((sum, segment) => sum + segment.bytes.length, 0);
  const elf = new Uint8Array(size);
  const view = new DataView(elf.buffer);
  elf.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  view.setUint32(28, 52, true);
  view.setUint16(42, 32, true);
  view.setUint16(44, segments.length, true);
  let offset = headerSize;
  for (const [index, { address, bytes }] of segments.entries()) {
    const at = 52 + index * 32;
    view.setUint32(at, 1, true);
    view.setUint32(at + 4, offset, true);
    view.setUint32(at + 12, address, true);
    view.setUint32(at + 16, bytes.length, true);
    elf.set(bytes, offset);
    offset += bytes.length;
  }
  return elf;
}

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("ELF", () => {
  it("segments come by load address, gaps are erased flash", () => {
    const elf = buildElf([
      { address: 0x0800_0008, bytes: ascii("data") },
      { address: 0x0800_0000, bytes: ascii("code") },
    ]);
    expect(readElfSegments(elf).map((segment) => segment.address)).toEqual([0x0800_0000, 0x0800_0008]);
    expect([...elfToBin(elf)]).toEqual([...ascii("code"), 0xff, 0xff, 0xff, 0xff, ...ascii("data")]);
  });

  it("what is no ELF file, or half of one, is refused", () => {
    expect(() => readElfSegments(ascii("hello"))).toThrow("not a 32-bit little-endian ELF file");
    const elf = buildElf([{ address: 0, bytes: ascii("code") }]);
    expect(() => readElfSegments(elf.subarray(0, elf.length - 1))).toThrow("the ELF file is cut off");
    expect(() => elfToBin(buildElf([]))).toThrow("the ELF file has nothing to load");
  });
});

describe("UF2", () => {
  it("cuts the image into pages with the family's id", () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, index) => index & 0xff);
    const uf2 = elfToUf2(buildElf([{ address: 0x1000_0000, bytes }]), 0xe48b_ff56);
    expect(uf2.length).toBe(1024);
    const view = new DataView(uf2.buffer);
    const words = Array.from({ length: 8 }, (_, index) => view.getUint32(512 + index * 4, true));
    expect(words).toEqual([0x0a32_4655, 0x9e5d_5157, 0x2000, 0x1000_0100, 256, 1, 2, 0xe48b_ff56]);
    expect(view.getUint32(1020, true)).toBe(0x0ab1_6f30);
    expect([...uf2.subarray(32, 35)]).toEqual([0, 1, 2]);
    expect([...uf2.subarray(512 + 32 + 43, 512 + 32 + 46)]).toEqual([43, 0xff, 0xff]);
  });

  it("starts at a page even when the image does not", () => {
    const uf2 = packUf2(0x1000_0104, ascii("x"), 1);
    expect(new DataView(uf2.buffer).getUint32(12, true)).toBe(0x1000_0100);
    expect(uf2[32 + 4]).toBe("x".charCodeAt(0));
  });
});

describe("second-stage boot", () => {
  it("checksum is CRC-32/MPEG-2", () => {
    expect(boot2Checksum(ascii("123456789"))).toBe(0x0376_e6e7);
  });

  it("is sealed in place, once or twice", () => {
    const boot = Uint8Array.from({ length: 260 }, (_, index) => (index * 7) & 0xff);
    const sealed = sealBoot2(buildElf([{ address: 0x1000_0000, bytes: boot }]));
    const stored = readElfSegments(sealed)[0]?.bytes ?? new Uint8Array();
    const checksum = new DataView(stored.buffer, stored.byteOffset).getUint32(252, true);
    expect(checksum).toBe(boot2Checksum(boot));
    expect([...stored.subarray(0, 252)]).toEqual([...boot.subarray(0, 252)]);
    expect([...stored.subarray(256)]).toEqual([...boot.subarray(256)]);
    expect(sealBoot2(sealed)).toEqual(sealed);
  });

  it("leaves what it was given alone, a Buffer inside a larger one too", () => {
    const elf = buildElf([{ address: 0x1000_0000, bytes: new Uint8Array(256).fill(9) }]);
    const pool = Buffer.concat([Buffer.alloc(5), elf]);
    const given = pool.subarray(5);
    expect(sealBoot2(given)).toEqual(sealBoot2(elf));
    expect(given.equals(elf)).toBe(true);
  });

  it("missing is an error", () => {
    const elf = buildElf([{ address: 0x0800_0000, bytes: new Uint8Array(300) }]);
    expect(() => sealBoot2(elf)).toThrow("no second-stage boot");
  });
});
