/**
 * Reads stack use and calls out of Thumb machine code. gcc's call graph lacks what comes ready-made (libgcc, libm)
 * and the calls to it that arithmetic turns into; this finds both. Encodings: ARMv7-M Architecture Reference Manual,
 * A7.7.
 */

export interface CodeFacts {
  /** Sum of everything the function takes from the stack: an upper bound, as paths are not told apart. */
  readonly stackBytes: number;
  /** False when the stack pointer also moves by a register's value. */
  readonly bounded: boolean;
  /** Addresses it calls or jumps to outside itself, and its own when it calls itself. */
  readonly targets: readonly number[];
  /** It calls through a pointer. */
  readonly indirect: boolean;
}

interface Scan {
  stackBytes: number;
  bounded: boolean;
  indirect: boolean;
  readonly targets: Set<number>;
  /** Those of `targets` that come with a return: one to the function's own start is recursion, not a loop. */
  readonly calls: Set<number>;
  /** Registers that a `pop` filled last: a `bx` to one of them is a return. */
  popped: number;
}

/**
 * Scans one function in address order.
 *
 * @param code halfwords of the function
 * @param address of its first instruction
 * @param isCode tells instructions from literal pools, by address
 */
export function scanThumbCode(
  code: Uint16Array,
  address: number,
  isCode: (address: number) => boolean,
): CodeFacts {
  const scan: Scan = {
    stackBytes: 0,
    bounded: true,
    indirect: false,
    targets: new Set(),
    calls: new Set(),
    popped: 0,
  };
  const end = address + code.length * 2;
  for (let index = 0; index < code.length; ) {
    const at = address + index * 2;
    const first = code[index] ?? 0;
    if (!isCode(at)) {
      index += 1;
    } else if (first >>> 11 >= 0b11101) {
      scanWide(scan, first, code[index + 1] ?? 0, at);
      index += 2;
    } else {
      scanNarrow(scan, first, at);
      index += 1;
    }
  }
  const targets = [...scan.targets].filter((target) => target < address || target >= end);
  if (scan.calls.has(address)) targets.push(address);
  return { stackBytes: scan.stackBytes, bounded: scan.bounded, indirect: scan.indirect, targets };
}

function scanNarrow(scan: Scan, code: number, at: number): void {
  if ((code & 0xfe00) === 0xb400)
    scan.stackBytes += 4 * bitCount(code & 0x1ff); // push
  else if ((code & 0xff80) === 0xb080)
    scan.stackBytes += 4 * (code & 0x7f); // sub sp, #imm
  else if ((code & 0xff87) === 0x4485)
    scan.bounded = false; // add sp, rm
  else if ((code & 0xfe00) === 0xbc00)
    scan.popped = code & 0xff; // pop
  else if ((code & 0xff87) === 0x4780)
    scan.indirect = true; // blx rm
  else if ((code & 0xff87) === 0x4700) noteBranchExchange(scan, (code >>> 3) & 0xf);
  else if ((code & 0xf800) === 0xe000)
    scan.targets.add(at + 4 + signed(code & 0x7ff, 11) * 2); // b
  else if ((code & 0xf000) === 0xd000 && ((code >>> 8) & 0xf) < 14) {
    scan.targets.add(at + 4 + signed(code & 0xff, 8) * 2); // b<cond>
  }
}

function noteBranchExchange(scan: Scan, register: number): void {
  const isReturn = register === 14 || (register < 8 && (scan.popped & (1 << register)) !== 0);
  if (!isReturn) scan.indirect = true;
}

function scanWide(scan: Scan, first: number, second: number, at: number): void {
  if (first === 0xe92d)
    scan.stackBytes += 4 * bitCount(second); // push.w
  else if (first === 0xf84d && (second & 0x0fff) === 0x0d04)
    scan.stackBytes += 4; // str rt, [sp, #-4]!
  else if (first === 0xe96d)
    scan.stackBytes += 4 * (second & 0xff); // strd rt, rt2, [sp, #-imm]!
  else if ((first & 0xffbf) === 0xed2d && (second & 0x0e00) === 0x0a00) {
    scan.stackBytes += 4 * (second & 0xff); // vpush
  } else if ((first & 0xfbff) === 0xf2ad && (second & 0x8f00) === 0x0d00) {
    scan.stackBytes += plainImmediate(first, second); // subw sp, sp, #imm12
  } else if ((first & 0xfbff) === 0xf1ad && (second & 0x8f00) === 0x0d00) {
    scan.stackBytes += modifiedImmediate(plainImmediate(first, second)); // sub.w sp, sp, #const
  } else if ((first & 0xf800) === 0xf000 && (second & 0x8000) !== 0) {
    noteWideBranch(scan, first, second, at);
  }
}

/** bl, b.w and b<cond>.w; the other instructions of this space (barriers, msr) have no target. */
function noteWideBranch(scan: Scan, first: number, second: number, at: number): void {
  const sign = (first >>> 10) & 1;
  const j1 = (second >>> 13) & 1;
  const j2 = (second >>> 11) & 1;
  if ((second & 0x1000) !== 0) {
    const i1 = j1 ^ sign ^ 1;
    const i2 = j2 ^ sign ^ 1;
    const offset = (sign << 23) | (i1 << 22) | (i2 << 21) | ((first & 0x3ff) << 11) | (second & 0x7ff);
    const target = at + 4 + signed(offset, 24) * 2;
    scan.targets.add(target);
    if ((second & 0x4000) !== 0) scan.calls.add(target);
  } else if ((second & 0x4000) === 0 && ((first >>> 7) & 0x7) !== 0x7) {
    const offset = (sign << 19) | (j2 << 18) | (j1 << 17) | ((first & 0x3f) << 11) | (second & 0x7ff);
    scan.targets.add(at + 4 + signed(offset, 20) * 2);
  }
}

function plainImmediate(first: number, second: number): number {
  return (((first >>> 10) & 1) << 11) | (((second >>> 12) & 7) << 8) | (second & 0xff);
}

/** ThumbExpandImm of A5.3.2: either a repeated byte or an eight-bit value rotated. */
function modifiedImmediate(immediate: number): number {
  const byte = immediate & 0xff;
  const pattern = immediate >>> 8;
  if (pattern === 0) return byte;
  if (pattern === 1) return (byte << 16) | byte;
  if (pattern === 2) return ((byte << 24) | (byte << 8)) >>> 0;
  if (pattern === 3) return ((byte << 24) | (byte << 16) | (byte << 8) | byte) >>> 0;
  const rotation = immediate >>> 7;
  const value = 0x80 | (immediate & 0x7f);
  return ((value >>> rotation) | (value << (32 - rotation))) >>> 0;
}

function signed(value: number, bits: number): number {
  return value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
}

function bitCount(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
