/** The STM32's time base against a model of its timer in which every race happens (drivers-c/timer_v1_model.c). */

import { join } from "node:path";
import { expect, test } from "vitest";
import { projectPath, scratchFolder } from "./support/project.ts";
import { runProcess } from "./support/run-process.ts";

test("TIM2's 64-bit time is exact and no alarm is slept over", async () => {
  const program = join(scratchFolder("drivers", "timer-model"), "timer-model");
  const compiled = await runProcess("cc", [
    ...["-std=gnu11", "-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
    ...["-Wall", "-Wextra", "-Wno-unused-function", "-Werror"],
    ...["runtime-c/include", "hal-c/include", ""].map((dir) => `-I${projectPath(dir)}`),
    projectPath("test/drivers-c/timer_v1_model.c"),
    ...["-o", program],
  ]);
  expect(compiled.stderr).toBe("");
  const result = await runProcess(program, []);
  expect(result.stdout).toMatch(/^ok after \d+ hours\n$/);
  expect(result.exit).toBe(0);
});
