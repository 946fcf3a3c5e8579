/** The simulated board: scripted input in, trace out, both in the host target's format. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

const LED = 5;
const BUTTON = 13;
const folders: string[] = [];

/** A board of its own with a virtual clock that starts at 0; the script begins to run with the next wait. */
async function startBoard(script: string) {
  const folder = mkdtempSync(join(tmpdir(), "tsfw-simulation-"));
  folders.push(folder);
  writeFileSync(join(folder, "script"), script);
  const { clock } = await import("./clock.ts");
  const { Simulation } = await import("./simulation.ts");
  vi.stubEnv("TSFW_SCRIPT", join(folder, "script"));
  vi.stubEnv("TSFW_TRACE", join(folder, "trace"));
  const board = new Simulation();
  return { board, clock, readTrace: () => readFileSync(join(folder, "trace"), "utf8") };
}

beforeEach(() => {
  vi.resetModules();
  vi.stubEnv("TSFW_VIRTUAL_TIME", "1");
});

afterEach(() => {
  vi.unstubAllEnvs();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Does not let the event loop turn between the start of the board and the test's own code. */
async function onBoard(
  script: string,
  body: (parts: Awaited<ReturnType<typeof startBoard>>) => Promise<void>,
): Promise<void> {
  await startBoard(script).then(body);
}

it("plays the script to inputs and writes what outputs do", async () => {
  await onBoard("5000000 pin 13 0\n7000000 pin 13 1\n", async ({ board, clock, readTrace }) => {
    board.pull(BUTTON, true);
    expect(board.isHigh(BUTTON)).toBe(true);
    await board.waitFor(BUTTON, "falling");
    board.drive(LED, true);
    board.drive(LED, true);
    expect(clock.nowMs()).toBe(5);
    await board.waitFor(BUTTON, "high");
    await board.waitFor(BUTTON, "high");
    board.drive(LED, false);
    expect(readTrace()).toBe("5000000 pin 5 1\n7000000 pin 5 0\n");
  });
});

it("lets one task at a time wait for a pin", async () => {
  await onBoard("5000000 pin 13 1\n", async ({ board }) => {
    const first = board.waitFor(BUTTON, "rising");
    expect(() => board.waitFor(BUTTON, "edge")).toThrow(/already waiting/);
    await first;
  });
});

it("keeps bytes that arrive before anybody reads", async () => {
  await onBoard("1000000 uart 0 6162\n3000000 uart 0 63\n", async ({ board, clock, readTrace }) => {
    await clock.sleep(2000);
    expect([await board.readByte(0), await board.readByte(0), await board.readByte(0)]).toEqual([
      0x61, 0x62, 0x63,
    ]);
    board.writeBytes(0, [0xc3, 0xa9, 0x0a]);
    expect(readTrace()).toBe("3000000 uart 0 c3a90a\n");
  });
});
