/** Flash and RAM of the smallest program. The figures are pinned: growth needs a reason in the change. */

import { describe, expect, test } from "vitest";
import { type BuiltFirmware, buildFirmware, haveArmCompiler } from "./support/driver-firmware.ts";
import { blinky, type Target } from "./support/driver-programs.ts";

const bare: Target = { chip: "stm32f405rg", board: "stm32f405rg-bare" };
const netduino: Target = { chip: "stm32f405rg", board: "netduinoplus2" };
const rp2040: Target = { chip: "rp2040", board: "pico" };

function sizes({ sections }: BuiltFirmware): { readonly flash: number; readonly ram: number } {
  const sum = (names: readonly string[]) =>
    names.reduce((total, name) => total + (sections.get(name) ?? 0), 0);
  return {
    flash: sum([".boot2", ".text", ".ARM.exidx", ".data"]),
    ram: sum([".data", ".bss", ".noinit"]),
  };
}

describe.runIf(await haveArmCompiler())("blinky, whole image", () => {
  const cases: readonly (readonly [Target, number, { flash: number; ram: number }])[] = [
    [bare, 5, { flash: 512, ram: 16 }],
    [netduino, 10, { flash: 544, ram: 16 }],
    [rp2040, 25, { flash: 920, ram: 16 }],
  ];
  test.each(cases)("%o", async (target, pin, pinned) => {
    const { flash, ram } = sizes(await buildFirmware(blinky(target, pin)));
    expect(flash).toBeLessThanOrEqual(pinned.flash);
    expect(ram).toBeLessThanOrEqual(pinned.ram);
  });
});
