/**
 * The pins and UARTs a program meets in Node: a board that keeps the level of
 * every pin, takes scripted input (TSFW_SCRIPT) and writes a trace (TSFW_TRACE),
 * both in the format of the host target.
 */

import { clock } from "./clock.ts";
import { node, readEnvironment } from "./node.ts";

export type PinEvent = "rising" | "falling" | "edge" | "high" | "low";

interface PinWaiter {
  readonly event: PinEvent;
  readonly wake: () => void;
}

interface SimulatedPin {
  high: boolean;
  scripted: boolean;
  waiter: PinWaiter | undefined;
}

interface SimulatedUart {
  readonly received: number[];
  reader: ((byte: number) => void) | undefined;
}

const NS_PER_TICK = 1000;

export class Simulation {
  readonly #pins = new Map<number, SimulatedPin>();
  readonly #uarts = new Map<number, SimulatedUart>();
  #trace: ((line: string) => void) | undefined;

  constructor() {
    const tracePath = readEnvironment("TSFW_TRACE");
    if (tracePath !== undefined) this.#openTrace(tracePath);
    const scriptPath = readEnvironment("TSFW_SCRIPT");
    if (scriptPath !== undefined) this.#schedule(fileSystem().readFileSync(scriptPath, "utf8"));
  }

  isHigh(pin: number): boolean {
    return this.#pin(pin).high;
  }

  /** Drives a pin as an output does; a change goes to the trace. */
  drive(pin: number, high: boolean): void {
    const state = this.#pin(pin);
    if (state.high === high) return;
    state.high = high;
    this.#trace?.(`${clock.nowNs()} pin ${pin} ${high ? 1 : 0}`);
  }

  /** Gives an input the level of its pull resistor until the script drives it. */
  pull(pin: number, high: boolean): void {
    const state = this.#pin(pin);
    if (!state.scripted) state.high = high;
  }

  /** Resolves when `event` happens; a level that is already there resolves at once. */
  waitFor(pin: number, event: PinEvent): Promise<void> {
    const state = this.#pin(pin);
    if (event === (state.high ? "high" : "low")) return Promise.resolve();
    if (state.waiter !== undefined) throw new Error(`pin ${pin}: somebody else is already waiting for it`);
    return new Promise((wake) => {
      state.waiter = { event, wake };
    });
  }

  readByte(uart: number): Promise<number> {
    const state = this.#uart(uart);
    const byte = state.received.shift();
    if (byte !== undefined) return Promise.resolve(byte);
    if (state.reader !== undefined) throw new Error(`UART ${uart}: somebody else is already reading`);
    return new Promise((resolve) => {
      state.reader = resolve;
    });
  }

  writeBytes(uart: number, bytes: Iterable<number>): void {
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (hex !== "") this.#trace?.(`${clock.nowNs()} uart ${uart} ${hex}`);
  }

  #schedule(script: string): void {
    for (const line of script.split("\n")) {
      const [timeNs, kind, id, value = ""] = line.trim().split(/\s+/);
      if (kind === undefined) continue;
      const apply =
        kind === "pin"
          ? () => this.#setInput(Number(id), value === "1")
          : () => this.#receive(Number(id), bytesFromHex(value));
      clock.wakeAt(Math.ceil(Number(timeNs) / NS_PER_TICK), apply);
    }
  }

  #setInput(pin: number, high: boolean): void {
    const state = this.#pin(pin);
    state.scripted = true;
    if (state.high === high) return;
    state.high = high;
    const waiter = state.waiter;
    if (waiter === undefined || !isCausedBy(waiter.event, high)) return;
    state.waiter = undefined;
    waiter.wake();
  }

  #receive(uart: number, bytes: readonly number[]): void {
    const state = this.#uart(uart);
    state.received.push(...bytes);
    if (state.reader === undefined) return;
    const reader = state.reader;
    state.reader = undefined;
    const first = state.received.shift();
    if (first !== undefined) reader(first);
  }

  #pin(pin: number): SimulatedPin {
    const known = this.#pins.get(pin);
    if (known !== undefined) return known;
    const fresh = { high: false, scripted: false, waiter: undefined };
    this.#pins.set(pin, fresh);
    return fresh;
  }

  #uart(uart: number): SimulatedUart {
    const known = this.#uarts.get(uart);
    if (known !== undefined) return known;
    const fresh = { received: [], reader: undefined };
    this.#uarts.set(uart, fresh);
    return fresh;
  }

  #openTrace(path: string): void {
    const file = fileSystem().openSync(path, "w");
    this.#trace = (line) => {
      fileSystem().writeSync(file, `${line}\n`);
    };
  }
}

function isCausedBy(event: PinEvent, high: boolean): boolean {
  return event === "edge" || event === (high ? "rising" : "falling") || event === (high ? "high" : "low");
}

function bytesFromHex(hex: string): number[] {
  const pairs = hex.match(/../g) ?? [];
  return pairs.map((pair) => Number.parseInt(pair, 16));
}

function fileSystem() {
  return node.process.getBuiltinModule("node:fs");
}

/** The one board of the process. */
export const simulation = new Simulation();
