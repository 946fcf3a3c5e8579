/** The clock solver: known settings of known boards, limits over many wishes, errors in words. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Board,
  ClockError,
  poorUartRates,
  solveClocks,
  uartHz,
  uartRate,
} from "../hal-c/generate/index.ts";
import { boardNamed, chipNamed } from "./hardware-files.ts";

const f405 = chipNamed("stm32f405rg");
const rp2040 = chipNamed("rp2040");

function withOscillator(hz: number): Board {
  return { ...boardNamed("netduinoplus2"), oscillator: { hz, bypass: false } };
}

describe("STM32F405", () => {
  it("reaches 168 MHz from 8, 16 (internal) and 25 MHz, with 48 MHz for USB", () => {
    const settings = ["olimex-stm32-h405", "stm32f405rg-bare", "netduinoplus2"].map((name) => {
      const clocks = solveClocks(f405, boardNamed(name));
      if (clocks.tree !== "stm32f4") throw new Error("wrong tree");
      return { ...clocks.pll, sysclkHz: clocks.sysclkHz, pll48Hz: clocks.pll48Hz };
    });
    const same = { p: 2, q: 7, sysclkHz: 168_000_000, pll48Hz: 48_000_000 };
    expect(settings).toEqual([
      { ...same, m: 4, n: 168 },
      { ...same, m: 8, n: 168 },
      { ...same, m: 25, n: 336 },
    ]);
  });

  it("gives each bus its clock, the timers twice a divided bus, and a fallback on the internal oscillator", () => {
    const clocks = solveClocks(f405, boardNamed("netduinoplus2"));
    expect(clocks.hz).toEqual({
      hclk1: 168_000_000,
      pclk1: 42_000_000,
      pclk2: 84_000_000,
      pclk1_tim: 84_000_000,
      pclk2_tim: 168_000_000,
    });
    expect(new Set(Object.values(clocks.fallbackHz))).toEqual(new Set([16_000_000]));
  });

  it("needs no PLL for the oscillator's own frequency", () => {
    expect(solveClocks(f405, boardNamed("stm32f405rg-bare"), { sysclkHz: 16_000_000 })).toMatchObject({
      pll: null,
      flashWaitStates: 0,
      apb1Divider: 1,
    });
  });

  it("keeps every limit of the data sheet", () => {
    const limits = f405.clocks;
    if (limits.tree !== "stm32f4") throw new Error("wrong tree");
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 26 }),
        fc.integer({ min: 24, max: 168 }),
        (oscillator, wanted) => {
          const clocks = solveOrNull(oscillator * 1_000_000, wanted * 1_000_000);
          if (clocks === null) return;
          expect(clocks.hz.pclk1).toBeLessThanOrEqual(limits.pclk1HzMax);
          expect(clocks.hz.pclk2).toBeLessThanOrEqual(limits.pclk2HzMax);
          expect(limits.flashWaitStateHzMax[clocks.flashWaitStates]).toBeGreaterThanOrEqual(clocks.sysclkHz);
          if (clocks.pll === null) return;
          const { m, n, p, q } = clocks.pll;
          const inputHz = clocks.sourceHz / m;
          expect(inputHz).toBeGreaterThanOrEqual(limits.vcoInputHzMin);
          expect(inputHz).toBeLessThanOrEqual(limits.vcoInputHzMax);
          expect(inputHz * n).toBeGreaterThanOrEqual(limits.vcoOutputHzMin - 1);
          expect(inputHz * n).toBeLessThanOrEqual(limits.vcoOutputHzMax + 1);
          expect((inputHz * n) / p).toBeCloseTo(wanted * 1_000_000, 3);
          expect((inputHz * n) / q).toBeLessThanOrEqual(limits.pll48HzMax + 1);
        },
      ),
    );
  });

  function solveOrNull(oscillatorHz: number, sysclkHz: number) {
    try {
      const clocks = solveClocks(f405, withOscillator(oscillatorHz), { sysclkHz });
      return clocks.tree === "stm32f4" ? clocks : null;
    } catch (error) {
      if (error instanceof ClockError) return null;
      throw error;
    }
  }

  it("says in words what is out of reach", () => {
    expect(() => solveClocks(f405, withOscillator(8_000_000), { sysclkHz: 180_000_000 })).toThrow(
      "180 MHz is above the maximum of stm32f405rg, 168 MHz",
    );
    expect(() => solveClocks(f405, withOscillator(40_000_000))).toThrow(
      "the oscillator has 40 MHz; the chip takes 4 MHz to 26 MHz",
    );
    expect(() => solveClocks(f405, withOscillator(8_000_000), { sysclkHz: 100_300_000 })).toThrow(
      "100.3 MHz cannot be made exactly from 8 MHz; the nearest below is 100 MHz",
    );
  });
});

describe("RP2040", () => {
  it("makes 125 MHz from 12 MHz as the data sheet does", () => {
    expect(solveClocks(rp2040, boardNamed("pico"))).toMatchObject({
      feedback: 125,
      postDivider1: 6,
      postDivider2: 2,
      sysclkHz: 125_000_000,
    });
  });

  it("makes 133 MHz, and refuses more", () => {
    expect(solveClocks(rp2040, boardNamed("pico"), { sysclkHz: 133_000_000 })).toMatchObject({
      feedback: 133,
      postDivider1: 6,
      postDivider2: 2,
    });
    expect(() => solveClocks(rp2040, boardNamed("pico"), { sysclkHz: 200_000_000 })).toThrow(ClockError);
  });
});

describe("UART rates", () => {
  it("are off by what the divider leaves", () => {
    const clocks = solveClocks(f405, boardNamed("netduinoplus2"));
    expect(uartHz(f405, clocks, 2)).toBe(42_000_000);
    expect(uartHz(f405, clocks, 6)).toBe(84_000_000);
    const rate = uartRate(f405, 42_000_000, 115_200);
    expect(rate.errorPercent).toBeCloseTo(-0.114, 3);
    expect(rate.usable).toBe(true);
    expect(uartRate(rp2040, 125_000_000, 115_200).errorPercent).toBeCloseTo(0.0064, 4);
  });

  it("of a program that are too far off are listed", () => {
    const clocks = solveClocks(f405, boardNamed("stm32f405rg-bare"), { sysclkHz: 16_000_000 });
    const claims = [
      { uart: 1, tx: 9, rx: 10, baud: 115_200 },
      { uart: 2, tx: 2, rx: 3, baud: 921_600 },
    ];
    expect(poorUartRates(f405, clocks, claims)).toEqual([
      {
        uart: 2,
        baud: 921_600,
        actualBaud: 16_000_000 / 17,
        errorPercent: expect.closeTo(2.12, 2),
        usable: false,
      },
    ]);
    expect(poorUartRates(chipNamed("host"), solveClocks(chipNamed("host"), null), claims)).toEqual([]);
  });

  it("out of the divider's reach are not usable", () => {
    expect(uartRate(f405, 16_000_000, 2_000_000).usable).toBe(false);
    expect(uartRate(f405, 84_000_000, 300).usable).toBe(false);
    expect(uartRate(f405, 16_000_000, 921_600).usable).toBe(false);
    expect(uartRate(rp2040, 125_000_000, 10_000_000).usable).toBe(false);
  });
});
