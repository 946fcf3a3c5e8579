/**
 * TIM2 of an STM32F4 as a free-running 32-bit counter with its compare channels (RM0090, 18.3 and 18.4). QEMU's own
 * TIM2 only counts and remembers what is written; flags and interrupts are here.
 *
 * Time comes in as steps of the timer's input clock since reset, never running backwards. To save stops, compare
 * values and interrupt enables are not watched but looked up in QEMU at each stop: they count as written just after
 * the stop before.
 */
import { type BusDevice, EmulationLimit, type WatchedRange } from "./stm32-bus.ts";

const offsets = {
  enable: 0x0c,
  status: 0x10,
  event: 0x14,
  count: 0x24,
  prescaler: 0x28,
  reload: 0x2c,
  compare1: 0x34,
  compare4: 0x40,
} as const;

const updateFlag = 1;
const flagMask = 0x1e5f;
const wrap = 2 ** 32;

/** What the emulator's TIM2 does itself, at the same moment. */
export interface CounterBackend {
  write(offset: number, value: number): void;
}

/** Registers that `noteWrites` takes: from the interrupt enables to the last compare value. */
export const lookedUp = { offset: offsets.enable, sizeBytes: offsets.compare4 + 4 - offsets.enable } as const;

export class Stm32Timer implements BusDevice {
  static readonly base = 0x40000000;
  static readonly interrupt = 28;
  readonly base = Stm32Timer.base;
  readonly sizeBytes = 0x54;
  /** Reading the counter is left to QEMU: programs may do that in a tight loop. */
  readonly watched: readonly WatchedRange[] = [
    { offset: offsets.status, sizeBytes: 8, on: "write" },
    { offset: offsets.count, sizeBytes: 12, on: "write" },
    { offset: offsets.status, sizeBytes: 4, on: "read" },
    { offset: offsets.reload, sizeBytes: 4, on: "read" },
  ];
  private readonly backend: CounterBackend;
  private readonly onPrescaler: (prescaler: number) => void;
  private readonly words = new Uint32Array(0x54 / 4);
  private nowSteps = 0;
  /** The counter in 64 bits is floor(steps / prescaler) - offset. */
  private offset = 0;
  private prescaler = 1;
  /** The counter's value up to which matches have been noticed. */
  private seenCount = 0;

  constructor(backend: CounterBackend, onPrescaler: (prescaler: number) => void) {
    this.backend = backend;
    this.onPrescaler = onPrescaler;
    this.words[offsets.reload / 4] = 0xffffffff;
  }

  /** Takes over what the program has written since the last look, before time moves on: the words of `lookedUp`. */
  noteWrites(words: readonly number[]): void {
    for (const offset of [offsets.enable, offsets.compare1, 0x38, 0x3c, offsets.compare4]) {
      this.set(offset, words[(offset - lookedUp.offset) / 4] ?? 0);
    }
  }

  /** Moves time on and sets the flags of all matches on the way. */
  advanceTo(steps: number): void {
    this.nowSteps = steps;
    const count = this.count();
    for (const channel of [1, 2, 3, 4]) {
      if (this.nextMatch(channel) <= count)
        this.set(offsets.status, this.get(offsets.status) | (1 << channel));
    }
    if (Math.floor(count / wrap) > Math.floor(this.seenCount / wrap)) {
      this.set(offsets.status, this.get(offsets.status) | updateFlag);
    }
    this.seenCount = count;
  }

  /** The interrupt line: level-sensitive. */
  get interrupting(): boolean {
    return (this.get(offsets.status) & this.get(offsets.enable) & 0x5f) !== 0;
  }

  /** When the line rises next, in steps; Infinity when no interrupt is enabled. */
  get nextInterruptSteps(): number {
    return this.firstMatch([1, 2, 3, 4]);
  }

  /** An alarm of the program, on channel 1; the other channels only keep the port's clock going. */
  get alarmArmed(): boolean {
    return (this.get(offsets.enable) & 2) !== 0;
  }

  read(offset: number): number {
    return this.get(offset);
  }

  write(offset: number, value: number, lanes: number): void {
    const word = ((this.get(offset) & ~lanes) | (value & lanes)) >>> 0;
    switch (offset) {
      case offsets.status:
        this.set(offset, this.get(offset) & ((value & lanes) | ~lanes) & flagMask);
        return;
      case offsets.event:
        this.generateEvents(word);
        return;
      case offsets.count:
        this.backend.write(offset, word);
        this.setCount(word);
        return;
      case offsets.prescaler:
        this.onPrescaler((word & 0xffff) + 1);
        this.backend.write(offset, word);
        this.setPrescaler((word & 0xffff) + 1);
        return;
      case offsets.reload:
        if (word !== 0xffffffff) throw new EmulationLimit("TIM2 is emulated with ARR = 0xffffffff only");
        return; // QEMU must not hear of it: its timer would be armed
      default:
        throw new EmulationLimit(`TIM2 has no model for a write at 0x${offset.toString(16)}`);
    }
  }

  /** UG restarts the counter and sets the update flag; CCxG sets the compare flags (18.4.6). */
  private generateEvents(events: number): void {
    this.set(offsets.status, this.get(offsets.status) | (events & 0x5f));
    if ((events & updateFlag) === 0) return;
    this.backend.write(offsets.event, updateFlag);
    this.setCount(0);
  }

  private count(): number {
    return Math.floor(this.nowSteps / this.prescaler) - this.offset;
  }

  private setCount(count: number): void {
    this.offset = Math.floor(this.nowSteps / this.prescaler) - count;
    this.seenCount = count;
  }

  private setPrescaler(prescaler: number): void {
    const count = this.count();
    this.prescaler = prescaler;
    this.setCount(count);
  }

  /** The first value of the 64-bit counter after the ones seen at which the channel matches. */
  private nextMatch(channel: number): number {
    const compare = this.get(offsets.compare1 + 4 * (channel - 1));
    const turn = Math.floor(this.seenCount / wrap) * wrap;
    return turn + compare > this.seenCount ? turn + compare : turn + compare + wrap;
  }

  private firstMatch(channels: readonly number[]): number {
    const enabled = channels.filter((channel) => (this.get(offsets.enable) & (1 << channel)) !== 0);
    const counts = enabled.map((channel) => this.nextMatch(channel));
    if ((this.get(offsets.enable) & updateFlag) !== 0)
      counts.push((Math.floor(this.seenCount / wrap) + 1) * wrap);
    return counts.length === 0
      ? Number.POSITIVE_INFINITY
      : (Math.min(...counts) + this.offset) * this.prescaler;
  }

  private get(offset: number): number {
    return this.words[offset / 4] ?? 0;
  }

  private set(offset: number, value: number): void {
    this.words[offset / 4] = value;
  }
}
