/** What a user may call a chip, and what is suggested for a wrong name. */
import { describe, expect, it } from "vitest";
import { findByName } from "../hal-c/generate/index.ts";
import { loadBoards, loadChips } from "./hardware-files.ts";

const chips = loadChips();

describe("chip names", () => {
  it.each([
    ["stm32f405rg", "stm32f405rg"],
    ["STM32F405RG", "stm32f405rg"],
    ["stm32f405", "stm32f405rg"],
    ["STM32F405RGTx", "stm32f405rg"],
    ["stm32f407", "stm32f407vg"],
    ["stm32f4", "stm32f405rg"],
    ["rp2040", "rp2040"],
    ["rp", "rp2040"],
    ["host", "host"],
  ])("%s is %s", (wanted, name) => {
    expect(findByName(chips, wanted)).toMatchObject({ kind: "found", item: { name } });
  });

  it("a beginning of several names them all", () => {
    expect(findByName(chips, "stm32")).toEqual({ kind: "ambiguous", names: ["stm32f405rg", "stm32f407vg"] });
  });

  it.each([
    ["stm32f405rgg7", ["stm32f405rg", "stm32f407vg"]],
    ["smt32f405rg", ["stm32f405rg", "stm32f407vg"]],
    ["rp2400", ["rp2040"]],
    ["hots", ["host"]],
    ["esp32c3", []],
    ["", []],
  ])("%s is unknown", (wanted, suggestions) => {
    expect(findByName(chips, wanted)).toEqual({ kind: "unknown", suggestions });
  });
});

describe("board names", () => {
  it("work the same way", () => {
    const boards = loadBoards();
    expect(findByName(boards, "netduino")).toMatchObject({ kind: "found", item: { name: "netduinoplus2" } });
    expect(findByName(boards, "piko")).toEqual({ kind: "unknown", suggestions: ["pico"] });
  });
});
