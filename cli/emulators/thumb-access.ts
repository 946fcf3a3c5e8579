/**
 * Decodes and carries out single Thumb loads and stores outside the emulator, for devices it does not have.
 * Encodings: ARMv7-M Architecture Reference Manual, A5.2 and A5.3, A7.7.
 */

export interface MemoryAccess {
  readonly load: boolean;
  readonly bytes: 1 | 2 | 4;
  /** A loaded byte or halfword is sign-extended. */
  readonly signed: boolean;
  /** Registers with their addresses, in the order of access. */
  readonly transfers: readonly { readonly register: number; readonly address: number }[];
  readonly writeback: { readonly register: number; readonly value: number } | undefined;
  readonly instructionBytes: 2 | 4;
}

export const registerPc = 15;
/** The status register's place among the registers of gdb's `g` packet for M-profile cores. */
export const registerStatus = 16;

/** If-then state in the status register. */
const itStateMask = 0x0600fc00;

/** The access that the instruction makes with these registers; undefined when it is not a plain load or store. */
export function decodeAccess(
  first: number,
  second: number,
  registers: readonly number[],
): MemoryAccess | undefined {
  if (first >>> 11 < 0b11101) return decodeNarrow(first, registers);
  if ((first & 0xfe00) === 0xf800) return decodeWideSingle(first, second, registers);
  if ((first & 0xfe40) === 0xe840) return decodeDouble(first, second, registers);
  if ((first & 0xfe40) === 0xe800) return decodeWideMultiple(first, second, registers);
  return undefined;
}

type Shape = Pick<MemoryAccess, "load" | "bytes" | "signed">;

/** By bits 11:9 of the register-offset form. */
const registerOffsetShapes: readonly Shape[] = [
  { load: false, bytes: 4, signed: false },
  { load: false, bytes: 2, signed: false },
  { load: false, bytes: 1, signed: false },
  { load: true, bytes: 1, signed: true },
  { load: true, bytes: 4, signed: false },
  { load: true, bytes: 2, signed: false },
  { load: true, bytes: 1, signed: false },
  { load: true, bytes: 2, signed: true },
];

const immediateBytes: Readonly<Record<number, 1 | 2 | 4>> = { 6: 4, 7: 1, 8: 2 };

function decodeNarrow(code: number, registers: readonly number[]): MemoryAccess | undefined {
  const group = code >>> 12;
  const base = registers[(code >>> 3) & 7] ?? 0;
  const register = code & 7;
  if (group === 0b0101) {
    const shape = registerOffsetShapes[(code >>> 9) & 7];
    const offset = registers[(code >>> 6) & 7] ?? 0;
    return shape && single(shape, register, base + offset, 2);
  }
  const bytes = immediateBytes[group];
  if (bytes !== undefined) {
    const shape: Shape = { load: (code & 0x0800) !== 0, bytes, signed: false };
    return single(shape, register, base + ((code >>> 6) & 0x1f) * bytes, 2);
  }
  if (group === 0b1100) return decodeNarrowMultiple(code, registers);
  return undefined;
}

function decodeNarrowMultiple(code: number, registers: readonly number[]): MemoryAccess {
  const base = (code >>> 8) & 7;
  const list = code & 0xff;
  const load = (code & 0x0800) !== 0;
  const start = registers[base] ?? 0;
  const writesBack = !load || (list & (1 << base)) === 0;
  const transfers = listTransfers(list, start);
  const writeback = writesBack ? { register: base, value: (start + 4 * transfers.length) >>> 0 } : undefined;
  return { load, bytes: 4, signed: false, transfers, writeback, instructionBytes: 2 };
}

function decodeWideSingle(
  first: number,
  second: number,
  registers: readonly number[],
): MemoryAccess | undefined {
  const bytes = ([1, 2, 4] as const)[(first >>> 5) & 3];
  const baseRegister = first & 15;
  if (bytes === undefined || baseRegister === registerPc) return undefined;
  const shape: Shape = { load: (first & 0x10) !== 0, bytes, signed: (first & 0x100) !== 0 };
  const base = registers[baseRegister] ?? 0;
  const register = second >>> 12;
  if ((first & 0x80) !== 0) return single(shape, register, base + (second & 0xfff), 4);
  if ((second & 0x800) === 0) {
    const offset = (registers[second & 15] ?? 0) << ((second >>> 4) & 3);
    return single(shape, register, base + offset, 4);
  }
  const moved = base + ((second & 0x200) !== 0 ? second & 0xff : -(second & 0xff));
  const address = (second & 0x400) !== 0 ? moved : base;
  const writeback = (second & 0x100) !== 0 ? { register: baseRegister, value: moved >>> 0 } : undefined;
  return { ...single(shape, register, address, 4), writeback };
}

function decodeDouble(first: number, second: number, registers: readonly number[]): MemoryAccess | undefined {
  const indexed = (first & 0x100) !== 0;
  const writesBack = (first & 0x20) !== 0;
  const baseRegister = first & 15;
  if ((!indexed && !writesBack) || baseRegister === registerPc) return undefined; // exclusives and table branches
  const base = registers[baseRegister] ?? 0;
  const offset = (second & 0xff) * 4;
  const moved = base + ((first & 0x80) !== 0 ? offset : -offset);
  const address = indexed ? moved : base;
  return {
    load: (first & 0x10) !== 0,
    bytes: 4,
    signed: false,
    transfers: [
      { register: second >>> 12, address: address >>> 0 },
      { register: (second >>> 8) & 15, address: (address + 4) >>> 0 },
    ],
    writeback: writesBack ? { register: baseRegister, value: moved >>> 0 } : undefined,
    instructionBytes: 4,
  };
}

function decodeWideMultiple(first: number, second: number, registers: readonly number[]): MemoryAccess {
  const base = first & 15;
  const before = (first & 0x100) !== 0;
  const start = registers[base] ?? 0;
  const size = 4 * listTransfers(second, 0).length;
  const end = before ? start - size : start + size;
  return {
    load: (first & 0x10) !== 0,
    bytes: 4,
    signed: false,
    transfers: listTransfers(second, before ? end : start),
    writeback: (first & 0x20) !== 0 ? { register: base, value: end >>> 0 } : undefined,
    instructionBytes: 4,
  };
}

function single(shape: Shape, register: number, address: number, instructionBytes: 2 | 4): MemoryAccess {
  const transfers = [{ register, address: address >>> 0 }];
  return { ...shape, transfers, writeback: undefined, instructionBytes };
}

function listTransfers(list: number, start: number): { register: number; address: number }[] {
  const members = Array.from({ length: 16 }, (_, register) => register).filter(
    (r) => (list & (1 << r)) !== 0,
  );
  return members.map((register, index) => ({ register, address: (start + 4 * index) >>> 0 }));
}

export function isInItBlock(registers: readonly number[]): boolean {
  return ((registers[registerStatus] ?? 0) & itStateMask) !== 0;
}

/** The registers after an instruction that is not run: the program counter moves on, and so does an IT block. */
export function skipInstruction(registers: number[], instructionBytes: number): void {
  registers[registerPc] = ((registers[registerPc] ?? 0) + instructionBytes) >>> 0;
  const status = registers[registerStatus] ?? 0;
  const state = ((status >>> 25) & 3) | ((status >>> 8) & 0xfc);
  const next = (state & 7) === 0 ? 0 : (state & 0xe0) | ((state << 1) & 0x1f);
  const cleared = status & ~itStateMask;
  registers[registerStatus] = (cleared | ((next & 3) << 25) | ((next & 0xfc) << 8)) >>> 0;
}
