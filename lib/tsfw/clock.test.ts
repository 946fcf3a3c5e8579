/** The order in which sleepers wake: by deadline, then by who came first; the virtual clock jumps in between. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Clock, ticksFromMs } from "./clock.ts";

async function record(clock: Clock, log: string[], name: string, ticks: number): Promise<void> {
  await clock.sleep(ticks);
  log.push(`${clock.now()} ${name}`);
}

describe("virtual clock", () => {
  beforeEach(() => {
    vi.stubEnv("TSFW_VIRTUAL_TIME", "1");
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("wakes by deadline, and those of one deadline in the order they came", async () => {
    const clock = new Clock();
    const log: string[] = [];
    const sleepers = [record(clock, log, "b", 20), record(clock, log, "a", 10), record(clock, log, "c", 20)];
    await Promise.all(sleepers);
    expect(log).toEqual(["10 a", "20 b", "20 c"]);
  });

  it("does not move while code runs", async () => {
    const clock = new Clock();
    const before = clock.now();
    for (let i = 0; i < 100; i++) await Promise.resolve();
    expect(clock.now()).toBe(before);
  });

  it("runs a woken sleeper to its next wait before it wakes the next one", async () => {
    const clock = new Clock();
    const log: string[] = [];
    const chain = async () => {
      await record(clock, log, "first", 10);
      await Promise.resolve();
      log.push("microtask");
    };
    await Promise.all([chain(), record(clock, log, "second", 10)]);
    expect(log).toEqual(["10 first", "microtask", "10 second"]);
  });

  it("puts a sleep of nothing behind all who are due", async () => {
    const clock = new Clock();
    const log: string[] = [];
    await Promise.all([record(clock, log, "a", 0), record(clock, log, "b", 0), record(clock, log, "c", 1)]);
    expect(log).toEqual(["0 a", "0 b", "1 c"]);
  });
});

describe("real clock", () => {
  it("sleeps at least as long as asked", async () => {
    const clock = new Clock();
    const start = performance.now();
    await clock.sleep(5000);
    expect(performance.now() - start).toBeGreaterThanOrEqual(4.9);
  });
});

it.each([
  [0, 0],
  [-3, 0],
  [Number.NaN, 0],
  [0.05, 50],
  [0.0001, 1],
  [500, 500_000],
])("%d ms are %d ticks", (ms, ticks) => {
  expect(ticksFromMs(ms)).toBe(ticks);
});
