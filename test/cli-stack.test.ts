/** The stack proof against the chip: an emulated RP2040 runs and its stack pointer is watched at every instruction. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Simulator } from "rp2040js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildProgram } from "../cli/build/build-program.ts";
import { projectRoot } from "./support/project.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tsfw-stack-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const vectorOffset = 0x100; // behind the second-stage boot
const instructionsMax = 200_000;

/** Deepest stack in bytes while the program runs; sleeps are skipped. */
function watchStack(image: Uint8Array): number {
  const { clock, rp2040: chip } = new Simulator();
  chip.flash.set(image);
  const vectors = new DataView(image.buffer, image.byteOffset + vectorOffset);
  chip.core.VTOR = 0x1000_0000 + vectorOffset;
  chip.core.SP = vectors.getUint32(0, true);
  chip.core.PC = vectors.getUint32(4, true) & ~1;
  const top = chip.core.SP;
  let lowest = top;
  for (let count = 0; count < instructionsMax; count++) {
    if (chip.core.waiting) {
      const ns = clock.nanosToNextAlarm;
      if (!(ns > 0 && Number.isFinite(ns))) break;
      clock.tick(ns);
    } else {
      clock.tick(chip.core.executeInstruction() * 8);
      lowest = Math.min(lowest, chip.core.SP);
    }
  }
  return top - lowest;
}

describe("stack proof", () => {
  it.each(["blinky", "two-tasks", "sensor-loop"])(
    "bounds what %s really uses, and not by much",
    async (name) => {
      const { report } = await buildProgram({
        program: `examples/${name}`,
        workFolder: projectRoot,
        chip: "rp2040",
        out: join(folder, name),
      });
      const used = watchStack(new Uint8Array(readFileSync(join(folder, name, "firmware.bin"))));
      expect(report.stack?.unknown).toEqual([]);
      expect(used).toBeLessThanOrEqual(report.stack?.worstCaseBytes ?? 0);
      expect(used).toBeGreaterThan((report.stack?.worstCaseBytes ?? 0) / 2);
    },
  );
});
