/**
 * Clock, power and flash control of an STM32F4 as far as start-up code looks at them. QEMU's clock control never
 * reports an oscillator or PLL as ready; here all are ready as soon as they are switched on (RM0090 7.3, 5.4, 3.9).
 */
import { type BusDevice, RegisterFile } from "./stm32-bus.ts";

const offsets = { control: 0x00, configuration: 0x08, backup: 0x70, status: 0x74 } as const;

/** Enable bits whose ready bit is the next higher one. */
const enableBits: Readonly<Record<number, number>> = {
  [offsets.control]: (1 << 0) | (1 << 16) | (1 << 24) | (1 << 26),
  [offsets.backup]: 1 << 0,
  [offsets.status]: 1 << 0,
};

export class Stm32ClockControl implements BusDevice {
  readonly base = 0x40023800;
  readonly sizeBytes = 0x90;
  readonly watched = Object.values(offsets).map((offset) => ({ offset, sizeBytes: 4, on: "read" }) as const);
  private readonly readBackend: (offset: number) => Promise<number>;
  private readonly onSwitched: () => void;
  private source = 0;

  /**
   * `readBackend` reads the registers as QEMU has them. `onSwitched` is told when the program sees that the system
   * clock comes from another source than after reset.
   */
  constructor(readBackend: (offset: number) => Promise<number>, onSwitched: () => void) {
    this.readBackend = readBackend;
    this.onSwitched = onSwitched;
  }

  async read(offset: number): Promise<number> {
    const word = await this.readBackend(offset);
    if (offset === offsets.configuration) {
      const source = word & 3;
      if (source !== this.source) this.onSwitched();
      this.source = source;
      return ((word & ~0xc) | (source << 2)) >>> 0;
    }
    return (word | ((word & (enableBits[offset] ?? 0)) << 1)) >>> 0;
  }

  write(): void {
    throw new Error("writes to the clock control are QEMU's");
  }
}

/** Regulator scale is ready at once. */
export function createPowerControl(): BusDevice {
  return new RegisterFile(0x40007000, 8, { 0: 0x4000 }, { 4: (1 << 14) | (1 << 16) | (1 << 17) });
}

/** Wait states read back as written; nothing is ever busy. */
export function createFlashControl(): BusDevice {
  return new RegisterFile(0x40023c00, 0x18, {});
}
