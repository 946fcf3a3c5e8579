/**
 * Time as firmware sees it: durations and times are milliseconds, the clock
 * counts from reset. The bodies run in Node only; the compiler knows these
 * functions by name.
 */

import { clock, ticksFromMs } from "./clock.ts";

/** Waits `ms` milliseconds; fractions are allowed, 0 lets the other tasks run first. */
export function delay(ms: number): Promise<void> {
  return clock.sleep(ticksFromMs(ms));
}

/**
 * Ticks every `ms` milliseconds without drift, for `for await`.
 *
 * The first tick comes one period after the loop starts. Ticks that pass while
 * the body runs are skipped; the value is the number of the period, from 1.
 */
export function every(ms: number): AsyncIterable<number> {
  return { [Symbol.asyncIterator]: () => startTicks(Math.max(1, ticksFromMs(ms))) };
}

function startTicks(period: number): AsyncIterator<number, undefined> {
  const start = clock.now();
  return {
    async next() {
      const count = Math.floor((clock.now() - start) / period) + 1;
      await clock.sleepUntil(start + count * period);
      return { done: false, value: count };
    },
    async return() {
      return { done: true, value: undefined };
    },
  };
}

/** Milliseconds since reset, as fine as the chip's clock. */
export function now(): number {
  return clock.nowMs();
}

/** Lets every task that is ready run before this one goes on. */
export function yieldNow(): Promise<void> {
  return clock.sleep(0);
}
