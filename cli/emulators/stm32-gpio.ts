/**
 * The GPIO ports of an STM32F4 (RM0090, 8.4), which QEMU lacks: all ports as one device. Levels go out through
 * `onLevel`; levels from outside come in through `drive`.
 */
import type { BusDevice } from "./stm32-bus.ts";

const registers = { mode: 0, type: 1, speed: 2, pull: 3, input: 4, output: 5, setReset: 6 } as const;
const wordsPerPort = 0x400 / 4;
const portCount = 9;
/** Ports A and B start with the debug pins in use (8.4.1 to 8.4.4). */
const resetValues: readonly (readonly [port: number, register: number, value: number])[] = [
  [0, registers.mode, 0xa8000000],
  [0, registers.speed, 0x0c000000],
  [0, registers.pull, 0x64000000],
  [1, registers.mode, 0x00000280],
  [1, registers.speed, 0x000000c0],
  [1, registers.pull, 0x00000100],
];

export class Stm32Gpio implements BusDevice {
  readonly base = 0x40020000;
  readonly sizeBytes = portCount * 0x400;
  readonly watched = [{ offset: 0, sizeBytes: this.sizeBytes, on: "access" }] as const;
  private readonly words = new Uint32Array(portCount * wordsPerPort);
  /** Levels that the script drives, by pin number (port * 16 + bit). */
  private readonly driven = new Map<number, 0 | 1>();
  private readonly onLevel: (pin: number, level: 0 | 1) => void;

  /** `onLevel` hears the level of every output pin whenever it may have changed. */
  constructor(onLevel: (pin: number, level: 0 | 1) => void) {
    this.onLevel = onLevel;
    for (const [port, register, value] of resetValues) this.words[port * wordsPerPort + register] = value;
  }

  read(offset: number): number {
    const port = Math.floor(offset / 0x400);
    const register = (offset % 0x400) / 4;
    if (register === registers.input) return this.inputs(port);
    return register === registers.setReset ? 0 : this.word(port, register);
  }

  write(offset: number, value: number, lanes: number): void {
    const port = Math.floor(offset / 0x400);
    const register = (offset % 0x400) / 4;
    if (register === registers.input) return;
    if (register === registers.setReset) {
      const set = value & lanes & 0xffff;
      const reset = (value & lanes) >>> 16;
      this.set(port, registers.output, (this.word(port, registers.output) & ~reset) | set); // set wins (8.4.7)
    } else {
      this.set(port, register, (this.word(port, register) & ~lanes) | (value & lanes));
    }
    this.showOutputs(port);
  }

  /** Puts a level on a pin from outside; gives the level before and after, as the chip sees them. */
  drive(pin: number, level: 0 | 1): { readonly before: 0 | 1; readonly after: 0 | 1 } {
    const before = this.level(pin);
    this.driven.set(pin, level);
    return { before, after: this.level(pin) };
  }

  private level(pin: number): 0 | 1 {
    const port = pin >>> 4;
    const bit = pin & 15;
    const output = ((this.word(port, registers.output) >>> bit) & 1) as 0 | 1;
    const mode = (this.word(port, registers.mode) >>> (2 * bit)) & 3;
    const openDrain = ((this.word(port, registers.type) >>> bit) & 1) === 1;
    if (mode === 1 && !(openDrain && output === 1)) return output;
    const pullUp = ((this.word(port, registers.pull) >>> (2 * bit)) & 3) === 1;
    return this.driven.get(pin) ?? (pullUp ? 1 : 0);
  }

  private inputs(port: number): number {
    let word = 0;
    for (let bit = 0; bit < 16; bit++) word |= this.level(port * 16 + bit) << bit;
    return word;
  }

  /** An open drain that lets go counts as high. */
  private showOutputs(port: number): void {
    const mode = this.word(port, registers.mode);
    const output = this.word(port, registers.output);
    for (let bit = 0; bit < 16; bit++) {
      if (((mode >>> (2 * bit)) & 3) === 1)
        this.onLevel(port * 16 + bit, ((output >>> bit) & 1) === 1 ? 1 : 0);
    }
  }

  private word(port: number, register: number): number {
    return this.words[port * wordsPerPort + register] ?? 0;
  }

  private set(port: number, register: number, value: number): void {
    this.words[port * wordsPerPort + register] = value;
  }
}
