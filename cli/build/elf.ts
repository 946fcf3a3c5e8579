/**
 * Reads ELF files: sections, segments and symbols of 32- and 64-bit little-endian images.
 * Only what reports and images need; no relocations, no debug information.
 */

export interface ElfSection {
  readonly name: string;
  readonly address: number;
  readonly sizeBytes: number;
  /** Takes memory on the target. */
  readonly allocated: boolean;
  readonly writable: boolean;
  /** Has bytes in the file; false for .bss and the like. */
  readonly hasContents: boolean;
  readonly contents: Uint8Array;
}

export interface ElfSegment {
  /** Where the bytes are loaded (flash), as against where the program sees them. */
  readonly physicalAddress: number;
  readonly bytes: Uint8Array;
}

export interface ElfSymbol {
  readonly name: string;
  /** Without the Thumb bit. */
  readonly address: number;
  readonly sizeBytes: number;
  readonly kind: "function" | "object" | "other";
}

export interface ElfImage {
  readonly entry: number;
  readonly machine: "arm" | "other";
  readonly sections: readonly ElfSection[];
  /** Loadable segments with bytes in the file, by physical address. */
  readonly segments: readonly ElfSegment[];
  readonly symbols: readonly ElfSymbol[];
}

const machineArm = 40;
const sectionNoBits = 8;
const sectionSymbolTable = 2;
const flagWrite = 1;
const flagAlloc = 2;
const segmentLoad = 1;
const symbolKinds: Readonly<Record<number, ElfSymbol["kind"]>> = { 1: "object", 2: "function" };

/** True for the first bytes of an ELF file. */
export function isElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/** Needs a complete little-endian ELF file; throws RangeError or Error on a damaged one. */
export function readElf(bytes: Uint8Array): ElfImage {
  if (!isElf(bytes)) throw new Error("not an ELF file");
  if (bytes[5] !== 1) throw new Error("not a little-endian ELF file");
  const reader = new FieldReader(bytes, bytes[4] === 2);
  const machine = reader.u16(18) === machineArm ? "arm" : "other";
  const header = reader.wide
    ? { entry: 24, programs: 32, sections: 40, programSize: 54 }
    : { entry: 24, programs: 28, sections: 32, programSize: 42 };
  const rawSections = readSectionHeaders(reader, reader.word(header.sections), header.programSize);
  const names = rawSections[reader.u16(header.programSize + 8)];
  return {
    entry: reader.word(header.entry),
    machine,
    sections: rawSections.map((raw) => describeSection(reader, raw, names)),
    segments: readSegments(reader, reader.word(header.programs), header.programSize),
    symbols: readSymbols(reader, rawSections, machine),
  };
}

/** Fields at byte offsets; `word` is 4 or 8 bytes by the file's class. Values past 2^53 do not occur in images. */
class FieldReader {
  readonly bytes: Uint8Array;
  readonly wide: boolean;
  private readonly view: DataView;

  constructor(bytes: Uint8Array, wide: boolean) {
    this.bytes = bytes;
    this.wide = wide;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(offset: number): number {
    return this.view.getUint8(offset);
  }

  u16(offset: number): number {
    return this.view.getUint16(offset, true);
  }

  u32(offset: number): number {
    return this.view.getUint32(offset, true);
  }

  word(offset: number): number {
    return this.wide ? Number(this.view.getBigUint64(offset, true)) : this.u32(offset);
  }

  text(offset: number): string {
    const end = this.bytes.indexOf(0, offset);
    return new TextDecoder().decode(this.bytes.subarray(offset, end));
  }
}

interface RawSection {
  readonly nameOffset: number;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly fileOffset: number;
  readonly sizeBytes: number;
  readonly link: number;
}

function readSectionHeaders(reader: FieldReader, offset: number, programSize: number): RawSection[] {
  const entrySize = reader.u16(programSize + 4);
  const count = reader.u16(programSize + 6);
  return Array.from({ length: count }, (_, index) => {
    const at = offset + index * entrySize;
    const [flags, address, fileOffset, sizeBytes, link] = reader.wide
      ? [8, 16, 24, 32, 40]
      : [8, 12, 16, 20, 24];
    return {
      nameOffset: reader.u32(at),
      type: reader.u32(at + 4),
      flags: reader.word(at + flags),
      address: reader.word(at + address),
      fileOffset: reader.word(at + fileOffset),
      sizeBytes: reader.word(at + sizeBytes),
      link: reader.u32(at + link),
    };
  });
}

function describeSection(reader: FieldReader, raw: RawSection, names: RawSection | undefined): ElfSection {
  const hasContents = raw.type !== sectionNoBits;
  return {
    name: names === undefined ? "" : reader.text(names.fileOffset + raw.nameOffset),
    address: raw.address,
    sizeBytes: raw.sizeBytes,
    allocated: (raw.flags & flagAlloc) !== 0,
    writable: (raw.flags & flagWrite) !== 0,
    hasContents,
    contents: hasContents
      ? reader.bytes.subarray(raw.fileOffset, raw.fileOffset + raw.sizeBytes)
      : new Uint8Array(),
  };
}

function readSegments(reader: FieldReader, offset: number, programSize: number): ElfSegment[] {
  const entrySize = reader.u16(programSize);
  const count = reader.u16(programSize + 2);
  const [fileOffset, physical, size] = reader.wide ? [8, 24, 32] : [4, 12, 16];
  const segments: ElfSegment[] = [];
  for (let index = 0; index < count; index++) {
    const at = offset + index * entrySize;
    const sizeBytes = reader.word(at + size);
    if (reader.u32(at) !== segmentLoad || sizeBytes === 0) continue;
    const start = reader.word(at + fileOffset);
    const bytes = reader.bytes.subarray(start, start + sizeBytes);
    segments.push({ physicalAddress: reader.word(at + physical), bytes });
  }
  return segments.sort((a, b) => a.physicalAddress - b.physicalAddress);
}

function readSymbols(
  reader: FieldReader,
  sections: readonly RawSection[],
  machine: ElfImage["machine"],
): ElfSymbol[] {
  const table = sections.find((section) => section.type === sectionSymbolTable);
  const strings = table === undefined ? undefined : sections[table.link];
  if (table === undefined || strings === undefined) return [];
  const entrySize = reader.wide ? 24 : 16;
  const fields = reader.wide ? { info: 4, value: 8, size: 16 } : { info: 12, value: 4, size: 8 };
  return Array.from({ length: Math.floor(table.sizeBytes / entrySize) }, (_, index) => {
    const at = table.fileOffset + index * entrySize;
    const kind = symbolKinds[reader.u8(at + fields.info) & 0xf] ?? "other";
    const value = reader.word(at + fields.value);
    return {
      name: reader.text(strings.fileOffset + reader.u32(at)),
      address: machine === "arm" && kind === "function" ? value - (value % 2) : value,
      sizeBytes: reader.word(at + fields.size),
      kind,
    };
  });
}
