/** What --chip and --board accept, and what they answer to a name they do not know. */
import { describe, expect, it } from "vitest";
import { CliFailure } from "../cli/failure.ts";
import { readChipIndex } from "../cli/targets/chip-index.ts";
import { chooseTarget, type TargetWish } from "../cli/targets/choose-target.ts";

const index = readChipIndex();

function choose(wish: TargetWish): string {
  const { chip, board } = chooseTarget(index, wish);
  return `${chip.name} ${board.name}`;
}

function refusal(wish: TargetWish): CliFailure {
  try {
    choose(wish);
  } catch (error) {
    if (error instanceof CliFailure) return error;
    throw error;
  }
  throw new Error("accepted");
}

describe("target", () => {
  it("is the host when nothing is said", () => {
    expect(choose({})).toBe("host host");
  });

  it("is a chip by name, unique beginning, series or upper-case part", () => {
    expect(choose({ chip: "rp2040" })).toBe("rp2040 pico");
    expect(choose({ chip: "rp" })).toBe("rp2040 pico");
    expect(choose({ chip: "stm32f4" })).toMatch(/^stm32f405rg /);
    expect(choose({ chip: "STM32F405RG" })).toMatch(/^stm32f405rg /);
  });

  it("is a board with its chip", () => {
    expect(choose({ board: "netduinoplus2" })).toBe("stm32f405rg netduinoplus2");
    expect(choose({ board: "olimex" })).toBe("stm32f405rg olimex-stm32-h405");
    expect(choose({ board: "stm32f4-discovery", chip: "stm32f407vg" })).toBe("stm32f407vg stm32f4-discovery");
  });

  it("is refused when board and chip contradict each other", () => {
    expect(refusal({ board: "pico", chip: "stm32f405rg" }).message).toBe(
      "Board pico has the chip rp2040, not stm32f405rg.",
    );
    expect(refusal({ board: "pico", chip: "stm32f405rg" }).hint).toMatch(/^Leave out --chip/);
    expect(refusal({ board: "pico", chip: "stm32f405rg", isConfigured: true }).hint).toMatch(
      /^In tsfw\.config\.ts, leave out `chip`/,
    );
  });

  it("is refused with the nearest name", () => {
    const failure = refusal({ chip: "rp2400" });
    expect(failure.message).toBe('There is no chip "rp2400".');
    expect(failure.hint).toContain("Did you mean rp2040?");
    expect(failure.exitCode).toBe(2);
    expect(refusal({ board: "pcio" }).hint).toContain("Did you mean pico?");
  });

  it("is refused with the candidates when a beginning fits several", () => {
    expect(refusal({ board: "stm32f4" }).message).toMatch(/beginning of several boards: .*stm32f4-discovery/);
  });
});

describe("chip index", () => {
  it("is consistent: every chip has its default board, every board its chip", () => {
    for (const chip of index.chips)
      expect(choose({ chip: chip.name })).toBe(`${chip.name} ${chip.defaultBoard}`);
    for (const board of index.boards)
      expect(choose({ board: board.name })).toBe(`${board.chip} ${board.name}`);
  });

  it("has one default chip for every series", () => {
    for (const series of new Set(index.chips.map((chip) => chip.series))) {
      const defaults = index.chips.filter((chip) => chip.series === series && chip.seriesDefault);
      expect(defaults, series).toHaveLength(1);
    }
  });
});
