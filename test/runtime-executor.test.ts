/**
 * Executor and timers under random schedules with interrupts at every point where
 * they may come; test/runtime-c/executor_property.c says what is checked. Each
 * shape of the strands' queue and of the timer queue is met at its borders.
 */

import { describe, expect, it } from "vitest";
import { buildC, runC } from "./runtime-c/build-c.ts";

const seed = process.env.TSFW_TEST_SEED ?? String(Date.now());
const steps = process.env.TSFW_TEST_COUNT ?? "20000";

const SHAPES = [
  { strands: 1, timers: 0 },
  { strands: 1, timers: 1 },
  { strands: 2, timers: 0 },
  { strands: 3, timers: 1 },
  { strands: 8, timers: 8 },
  { strands: 9, timers: 9 },
  { strands: 33, timers: 2 },
  { strands: 255, timers: 20 },
  { strands: 256, timers: 40 },
  { strands: 1024, timers: 1024 },
];

describe("runtime executor", () => {
  it.each(SHAPES)(
    "runs $strands strands with $timers timers in the order of wakes, fairly and never early",
    (shape) => {
      const defines = { TSFW_STRAND_COUNT: shape.strands, TSFW_TIMER_COUNT: shape.timers };
      const program = buildC({ source: "executor_property", defines });
      const output = runC(program, { env: { SEED: seed, STEPS: steps } });
      expect(output, `seed ${seed}`).toMatch(/^ok: /);
      console.log(`${shape.strands} strands, ${shape.timers} timers, seed ${seed}: ${output.trim()}`);
    },
  );
});
