/** How the devices that QEMU lacks look to the emulator's bus: 32-bit registers with byte lanes. */

export interface BusDevice {
  readonly base: number;
  readonly sizeBytes: number;
  /** The word at a word-aligned offset. May ask the emulator's own device. */
  read(offset: number): number | Promise<number>;
  /** Only the bits of `lanes` are written. */
  write(offset: number, value: number, lanes: number): void;
  /** Parts of the device to watch; registers outside them are the emulator's own. */
  readonly watched: readonly WatchedRange[];
}

export interface WatchedRange {
  readonly offset: number;
  readonly sizeBytes: number;
  readonly on: "read" | "write" | "access";
}

/** The program does what the emulation does not cover; the message says what. */
export class EmulationLimit extends Error {}

/** A value in the lanes of the word that holds it, and back. */
export function toLanes(address: number, bytes: 1 | 2 | 4, value: number): { value: number; lanes: number } {
  const shift = (address & 3) * 8;
  const mask = bytes === 4 ? 0xffffffff : (1 << (8 * bytes)) - 1;
  return { value: ((value & mask) << shift) >>> 0, lanes: (mask << shift) >>> 0 };
}

export function fromLanes(address: number, bytes: 1 | 2 | 4, signed: boolean, word: number): number {
  if (bytes === 4) return word >>> 0;
  const bits = 8 * bytes;
  const value = (word >>> ((address & 3) * 8)) & ((1 << bits) - 1);
  return (signed && value >= 1 << (bits - 1) ? value - (1 << bits) : value) >>> 0;
}

/** A device that only remembers what is written, with some bits that always read as set. */
export class RegisterFile implements BusDevice {
  readonly base: number;
  readonly sizeBytes: number;
  readonly watched: readonly WatchedRange[];
  private readonly words: Uint32Array;
  private readonly ones: Readonly<Record<number, number>>;

  constructor(base: number, sizeBytes: number, reset: Readonly<Record<number, number>>, ones = {}) {
    this.base = base;
    this.sizeBytes = sizeBytes;
    this.watched = [{ offset: 0, sizeBytes, on: "access" }];
    this.words = new Uint32Array(sizeBytes / 4);
    for (const [offset, value] of Object.entries(reset)) this.words[Number(offset) / 4] = value;
    this.ones = ones;
  }

  read(offset: number): number {
    return ((this.words[offset / 4] ?? 0) | (this.ones[offset] ?? 0)) >>> 0;
  }

  write(offset: number, value: number, lanes: number): void {
    this.words[offset / 4] = ((this.words[offset / 4] ?? 0) & ~lanes) | (value & lanes);
  }
}
