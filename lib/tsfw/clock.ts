/**
 * The clock behind `tsfw` in Node: 64-bit microsecond ticks since the start and
 * the queue of those who sleep, ordered by deadline, then by who came first.
 *
 * With TSFW_VIRTUAL_TIME=1 time stands still while anything runs and jumps to
 * the earliest deadline once all microtasks are done; TSFW_FOR_NS ends the
 * process there. Otherwise the same queue follows real time.
 */

import { node, readEnvironment } from "./node.ts";

const TICKS_PER_MS = 1000;
const NS_PER_TICK = 1000;
const TIMEOUT_MS_MAX = 0x7fffffff;

interface Sleeper {
  readonly deadline: number;
  readonly wake: () => void;
}

/** Milliseconds as ticks, rounded up; what is negative or no number is 0. */
export function ticksFromMs(ms: number): number {
  return ms > 0 ? Math.ceil(ms * TICKS_PER_MS) : 0;
}

export class Clock {
  readonly #virtual = readEnvironment("TSFW_VIRTUAL_TIME") === "1";
  readonly #endTick = Number(readEnvironment("TSFW_FOR_NS") ?? Number.POSITIVE_INFINITY) / NS_PER_TICK;
  readonly #sleepers: Sleeper[] = [];
  #tick = 0;
  #turnPending = false;
  #timeout: unknown;

  /** Ticks since the start of the program. */
  now(): number {
    if (!this.#virtual) this.#tick = Math.max(this.#tick, Math.floor(node.performance.now() * TICKS_PER_MS));
    return this.#tick;
  }

  nowMs(): number {
    return this.now() / TICKS_PER_MS;
  }

  nowNs(): number {
    return this.now() * NS_PER_TICK;
  }

  /** Calls `wake` once `deadline` has come, after all who wait for an earlier or the same one. */
  wakeAt(deadline: number, wake: () => void): void {
    if (deadline === Number.POSITIVE_INFINITY) return;
    const index = this.#sleepers.findLastIndex((sleeper) => sleeper.deadline <= deadline) + 1;
    this.#sleepers.splice(index, 0, { deadline, wake });
    this.#scheduleTurn();
  }

  /** Resolves `ticks` from now; 0 lets everything that is already due run first. */
  sleep(ticks: number): Promise<void> {
    return this.sleepUntil(this.now() + ticks);
  }

  sleepUntil(deadline: number): Promise<void> {
    return new Promise((resolve) => this.wakeAt(deadline, resolve));
  }

  #scheduleTurn(): void {
    const next = this.#sleepers[0];
    if (next === undefined || this.#turnPending) return;
    node.clearTimeout(this.#timeout);
    const waitTicks = this.#virtual ? 0 : next.deadline - this.now();
    if (waitTicks > 0) {
      const waitMs = Math.min(Math.ceil(waitTicks / TICKS_PER_MS), TIMEOUT_MS_MAX);
      this.#timeout = node.setTimeout(() => this.#scheduleTurn(), waitMs);
      return;
    }
    this.#turnPending = true;
    node.setImmediate(() => this.#turn());
  }

  /** Wakes one sleeper. Its continuation runs to its next wait before the next turn. */
  #turn(): void {
    this.#turnPending = false;
    const next = this.#sleepers.shift();
    if (next === undefined) return;
    if (next.deadline >= this.#endTick) node.process.exit(0);
    this.#tick = Math.max(this.#tick, next.deadline);
    next.wake();
    this.#scheduleTurn();
  }
}

/** The one clock of the process. */
export const clock = new Clock();
