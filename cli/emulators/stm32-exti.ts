/**
 * The external interrupt lines of an STM32F4 (RM0090, 12.2 and 12.3). QEMU has them, but its lines cannot be raised
 * from outside, as there are no pins.
 */
import type { BusDevice } from "./stm32-bus.ts";

const offsets = {
  mask: 0x00,
  event: 0x04,
  rising: 0x08,
  falling: 0x0c,
  software: 0x10,
  pending: 0x14,
} as const;
const lineMask = 0x7fffff;

/** Interrupts with the lines they serve, for the 16 lines of pins (table 62). */
const interrupts: readonly (readonly [interrupt: number, lines: number])[] = [
  [6, 1 << 0],
  [7, 1 << 1],
  [8, 1 << 2],
  [9, 1 << 3],
  [10, 1 << 4],
  [23, 0x03e0],
  [40, 0xfc00],
];

export class Stm32Exti implements BusDevice {
  readonly base = 0x40013c00;
  readonly sizeBytes = 0x18;
  readonly watched = [{ offset: 0, sizeBytes: 0x18, on: "access" }] as const;
  private readonly words = new Uint32Array(0x18 / 4);

  read(offset: number): number {
    return this.get(offset);
  }

  write(offset: number, value: number, lanes: number): void {
    const ones = value & lanes & lineMask;
    if (offset === offsets.pending) {
      this.set(offsets.pending, this.get(offsets.pending) & ~ones);
      this.set(offsets.software, this.get(offsets.software) & ~ones); // cleared with the pending bit (12.3.5)
    } else if (offset === offsets.software) {
      const raised = ones & ~this.get(offsets.software) & this.get(offsets.mask);
      this.set(offsets.software, this.get(offsets.software) | ones);
      this.set(offsets.pending, this.get(offsets.pending) | raised);
    } else {
      this.set(offset, ((this.get(offset) & ~lanes) | ones) & lineMask);
    }
  }

  /** The pin that is routed to a line has changed. */
  edge(line: number, rising: boolean): void {
    const wanted = this.get(rising ? offsets.rising : offsets.falling) & (1 << line);
    this.set(offsets.pending, this.get(offsets.pending) | wanted);
  }

  /** Interrupts whose line is high. */
  get interrupting(): readonly number[] {
    const pending = this.get(offsets.pending) & this.get(offsets.mask);
    return interrupts.filter(([, lines]) => (pending & lines) !== 0).map(([interrupt]) => interrupt);
  }

  private get(offset: number): number {
    return this.words[offset / 4] ?? 0;
  }

  private set(offset: number, value: number): void {
    this.words[offset / 4] = value;
  }
}
