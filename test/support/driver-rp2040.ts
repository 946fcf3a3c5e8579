/**
 * Runs an RP2040 firmware in plain rp2040js, without the project's own emulator
 * runner: virtual time, edges of pins, UART bytes in and out.
 */

import { ConsoleLogger, GPIOPinState, LogLevel, type RP2040, Simulator } from "rp2040js";
import { readElfSegments } from "../../hal-c/generate/index.ts";

const flashBase = 0x1000_0000;
const vectorTable = 0x1000_0100;
const nsPerCycle = 8;

export interface Edge {
  readonly timeNs: number;
  readonly pin: number;
  readonly level: 0 | 1;
}

export interface Rp2040Run {
  readonly edges: Edge[];
  /** Text of each UART. */
  readonly text: [string, string];
  /** Calls `action` once, when the clock reaches `timeNs`. */
  at(timeNs: number, action: (chip: RP2040) => void): void;
  /** Runs until the clock reaches `timeNs`; a core that waits jumps to the next alarm. */
  until(timeNs: number): void;
  readonly chip: RP2040;
  /** Instructions executed so far. */
  readonly instructions: number;
}

export function startRp2040(elf: Uint8Array): Rp2040Run {
  const { rp2040: chip, clock } = new Simulator();
  chip.logger = new ConsoleLogger(LogLevel.Error, true);
  for (const { address, bytes } of readElfSegments(elf)) chip.flash.set(bytes, address - flashBase);
  chip.core.VTOR = vectorTable;
  chip.core.SP = chip.readUint32(vectorTable);
  chip.core.PC = chip.readUint32(vectorTable + 4) & ~1;
  const edges: Edge[] = [];
  const text: [string, string] = ["", ""];
  watch(chip, edges, text);
  let instructions = 0;
  return {
    edges,
    text,
    chip,
    get instructions() {
      return instructions;
    },
    at(timeNs, action) {
      clock.createAlarm(() => action(chip)).schedule(timeNs - clock.nanos);
    },
    until(timeNs) {
      let stopped = false;
      clock
        .createAlarm(() => {
          stopped = true;
        })
        .schedule(timeNs - clock.nanos);
      while (!stopped) {
        if (chip.core.waiting) {
          clock.tick(clock.nanosToNextAlarm);
        } else {
          instructions += 1;
          clock.tick(chip.core.executeInstruction() * nsPerCycle);
        }
      }
    },
  };
}

function watch(chip: RP2040, edges: Edge[], text: [string, string]): void {
  chip.gpio.forEach((gpio, pin) => {
    let level: 0 | 1 = 0;
    gpio.addListener((state) => {
      const next = state === GPIOPinState.High ? 1 : 0;
      if (next === level) return;
      level = next;
      edges.push({ timeNs: chip.clock.nanos, pin, level });
    });
  });
  chip.uart.forEach((uart, index) => {
    uart.onByte = (byte) => {
      text[index === 0 ? 0 : 1] += String.fromCharCode(byte);
    };
  });
}
