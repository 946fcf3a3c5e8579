/**
 * Solves clock trees at build time: from the board's oscillator and the wanted
 * frequency to final register values, checked against the vendor's limits. What
 * it decides becomes constant register writes; nothing is computed on the chip.
 */
import type { Board, Chip } from "./schema.ts";

export interface ClockWish {
  /** System clock in Hz; the chip's usual maximum when absent. */
  readonly sysclkHz?: number;
}

interface CommonSolution {
  readonly sysclkHz: number;
  /** Clock names of the chip data ("pclk1", "pclk1_tim", "clk_peri") to Hz. */
  readonly hz: Readonly<Record<string, number>>;
  /** The same when the oscillator or PLL does not start. */
  readonly fallbackHz: Readonly<Record<string, number>>;
  readonly fallbackSysclkHz: number;
}

export interface Stm32f4Clocks extends CommonSolution {
  readonly tree: "stm32f4";
  readonly source: "hsi" | "hse";
  readonly bypass: boolean;
  readonly sourceHz: number;
  readonly pll: {
    readonly m: number;
    readonly n: number;
    readonly p: number;
    readonly q: number;
  } | null;
  readonly apb1Divider: number;
  readonly apb2Divider: number;
  readonly flashWaitStates: number;
  /** USB, SDIO, RNG; 0 without PLL. */
  readonly pll48Hz: number;
}

export interface Rp2040Clocks extends CommonSolution {
  readonly tree: "rp2040";
  readonly xoscHz: number;
  readonly referenceDivider: number;
  readonly feedback: number;
  readonly postDivider1: number;
  readonly postDivider2: number;
}

export interface HostClocks extends CommonSolution {
  readonly tree: "host";
}

export type ClockSolution = Stm32f4Clocks | Rp2040Clocks | HostClocks;

/** A wish that the chip cannot fulfil; the message says why and what is possible. */
export class ClockError extends Error {
  override readonly name = "ClockError";
}

/** Solves for `chip` on `board`; throws ClockError where the wish is out of reach. */
export function solveClocks(chip: Chip, board: Board | null, wish: ClockWish = {}): ClockSolution {
  switch (chip.clocks.tree) {
    case "stm32f4":
      return solveStm32f4(chip, chip.clocks, board, wish);
    case "rp2040":
      return solveRp2040(chip.clocks, board, wish);
    case "host":
      return { tree: "host", sysclkHz: 0, hz: {}, fallbackHz: {}, fallbackSysclkHz: 0 };
  }
}

type LimitsF4 = Extract<Chip["clocks"], { readonly tree: "stm32f4" }>;
type LimitsRp2040 = Extract<Chip["clocks"], { readonly tree: "rp2040" }>;

function solveStm32f4(chip: Chip, limits: LimitsF4, board: Board | null, wish: ClockWish): Stm32f4Clocks {
  const oscillator = board?.oscillator ?? null;
  const sourceHz = oscillator?.hz ?? limits.hsiHz;
  if (oscillator !== null) {
    checkRange("the oscillator", oscillator.hz, limits.hseHzMin, limits.hseHzMax);
  }
  const wanted = wish.sysclkHz ?? limits.sysclkHzMax;
  if (wanted > limits.sysclkHzMax) {
    throw new ClockError(`${mhz(wanted)} is above the maximum of ${chip.name}, ${mhz(limits.sysclkHzMax)}`);
  }
  const base = {
    tree: "stm32f4" as const,
    source: oscillator === null ? ("hsi" as const) : ("hse" as const),
    bypass: oscillator?.bypass ?? false,
    sourceHz,
    ...busClocks(limits.hsiHz, 1, 1, "fallback"),
    fallbackSysclkHz: limits.hsiHz,
  };
  if (wanted === sourceHz)
    return { ...base, ...stm32f4Buses(limits, wanted), sysclkHz: wanted, pll: null, pll48Hz: 0 };
  const pll = findStm32f4Pll(limits, sourceHz, wanted);
  if (pll === null) {
    const lower = nearestStm32f4(limits, sourceHz, wanted);
    throw new ClockError(
      `${mhz(wanted)} cannot be made exactly from ${mhz(sourceHz)}${lower === null ? "" : `; the nearest below is ${mhz(lower)}`}`,
    );
  }
  return {
    ...base,
    ...stm32f4Buses(limits, wanted),
    sysclkHz: wanted,
    pll: { m: pll.m, n: pll.n, p: pll.p, q: pll.q },
    pll48Hz: (sourceHz / pll.m) * (pll.n / pll.q),
  };
}

interface PllF4 {
  readonly m: number;
  readonly n: number;
  readonly p: number;
  readonly q: number;
}

/**
 * The settings that give exactly `wanted`: first those that give USB its 48 MHz,
 * then the highest VCO input (RM0090 advises 2 MHz against jitter), then the
 * lowest VCO output.
 */
function findStm32f4Pll(limits: LimitsF4, sourceHz: number, wanted: number): PllF4 | null {
  let best: { readonly pll: PllF4; readonly rank: readonly number[] } | null = null;
  for (let m = 2; m <= 63; m++) {
    const inputHz = sourceHz / m;
    if (inputHz < limits.vcoInputHzMin || inputHz > limits.vcoInputHzMax) continue;
    for (const p of [2, 4, 6, 8]) {
      const vcoHz = wanted * p;
      const n = (vcoHz * m) / sourceHz;
      if (!Number.isInteger(n) || n < 50 || n > 432) continue;
      if (vcoHz < limits.vcoOutputHzMin || vcoHz > limits.vcoOutputHzMax) continue;
      const q = Math.max(2, Math.ceil(vcoHz / limits.pll48HzMax));
      if (q > 15) continue;
      const rank = [vcoHz === q * limits.pll48HzMax ? 0 : 1, -inputHz, vcoHz];
      if (best === null || comesBefore(rank, best.rank)) best = { pll: { m, n, p, q }, rank };
    }
  }
  return best?.pll ?? null;
}

function nearestStm32f4(limits: LimitsF4, sourceHz: number, wanted: number): number | null {
  const first = Math.floor(wanted / 1_000_000) * 1_000_000;
  for (let hz = first; hz >= limits.vcoOutputHzMin / 8; hz -= 1_000_000) {
    if (findStm32f4Pll(limits, sourceHz, hz) !== null) return hz;
  }
  return null;
}

function stm32f4Buses(
  limits: LimitsF4,
  hclkHz: number,
): Pick<Stm32f4Clocks, "hz" | "apb1Divider" | "apb2Divider" | "flashWaitStates"> {
  const apb1Divider = smallestDivider(hclkHz, limits.pclk1HzMax);
  const apb2Divider = smallestDivider(hclkHz, limits.pclk2HzMax);
  const flashWaitStates = limits.flashWaitStateHzMax.findIndex((max) => hclkHz <= max);
  const { hz } = busClocks(hclkHz, apb1Divider, apb2Divider, "full");
  if ((hz.pclk1_tim ?? 0) % 1_000_000 !== 0) {
    throw new ClockError(
      `${mhz(hclkHz)} gives the timers no whole number of MHz, which the 1 us time base needs`,
    );
  }
  return { hz, apb1Divider, apb2Divider, flashWaitStates };
}

function busClocks(
  hclkHz: number,
  apb1: number,
  apb2: number,
  kind: "full",
): { readonly hz: Record<string, number> };
function busClocks(
  hclkHz: number,
  apb1: number,
  apb2: number,
  kind: "fallback",
): { readonly fallbackHz: Record<string, number> };
function busClocks(hclkHz: number, apb1: number, apb2: number, kind: "full" | "fallback"): object {
  const hz = {
    hclk1: hclkHz,
    pclk1: hclkHz / apb1,
    pclk2: hclkHz / apb2,
    // RM0090 section 7.2: a timer runs at twice its bus when the bus is divided.
    pclk1_tim: apb1 === 1 ? hclkHz : (hclkHz / apb1) * 2,
    pclk2_tim: apb2 === 1 ? hclkHz : (hclkHz / apb2) * 2,
  };
  return kind === "full" ? { hz } : { fallbackHz: hz };
}

function smallestDivider(hz: number, max: number): number {
  return [1, 2, 4, 8, 16].find((divider) => hz / divider <= max) ?? 16;
}

function solveRp2040(limits: LimitsRp2040, board: Board | null, wish: ClockWish): Rp2040Clocks {
  const xoscHz = board?.oscillator?.hz ?? 12_000_000;
  checkRange("the crystal", xoscHz, limits.xoscHzMin, limits.xoscHzMax);
  if (xoscHz % 1_000_000 !== 0) throw new ClockError(`a crystal of ${mhz(xoscHz)} gives no 1 us tick`);
  const wanted = wish.sysclkHz ?? limits.sysclkHzDefault;
  if (wanted > limits.sysclkHzMax) {
    throw new ClockError(`${mhz(wanted)} is above the maximum of the RP2040, ${mhz(limits.sysclkHzMax)}`);
  }
  const pll = findRp2040Pll(limits, xoscHz, wanted);
  if (pll === null) throw new ClockError(`${mhz(wanted)} cannot be made exactly from ${mhz(xoscHz)}`);
  const hz = { clk_sys: wanted, clk_peri: wanted, clk_ref: xoscHz };
  return { tree: "rp2040", xoscHz, sysclkHz: wanted, hz, fallbackHz: hz, fallbackSysclkHz: wanted, ...pll };
}

/** Highest VCO first: least jitter; then the larger divider first, which draws less (datasheet 2.18.2.1). */
function findRp2040Pll(
  limits: LimitsRp2040,
  xoscHz: number,
  wanted: number,
): Pick<Rp2040Clocks, "referenceDivider" | "feedback" | "postDivider1" | "postDivider2"> | null {
  // One reference divider: every crystal the chip takes is at most 15 MHz.
  if (xoscHz < limits.referenceHzMin)
    throw new ClockError(`the PLL needs a crystal of ${mhz(limits.referenceHzMin)}`);
  for (let feedback = limits.feedbackMax; feedback >= limits.feedbackMin; feedback--) {
    const vcoHz = xoscHz * feedback;
    if (vcoHz < limits.vcoHzMin || vcoHz > limits.vcoHzMax || vcoHz % wanted !== 0) continue;
    for (let postDivider1 = 7; postDivider1 >= 1; postDivider1--) {
      const postDivider2 = vcoHz / wanted / postDivider1;
      if (!Number.isInteger(postDivider2) || postDivider2 < 1 || postDivider2 > postDivider1) continue;
      return { referenceDivider: 1, feedback, postDivider1, postDivider2 };
    }
  }
  return null;
}

function checkRange(what: string, hz: number, min: number, max: number): void {
  if (hz < min || hz > max) {
    throw new ClockError(`${what} has ${mhz(hz)}; the chip takes ${mhz(min)} to ${mhz(max)}`);
  }
}

function comesBefore(left: readonly number[], right: readonly number[]): boolean {
  for (const [index, value] of left.entries()) {
    const other = right[index] ?? 0;
    if (value !== other) return value < other;
  }
  return false;
}

function mhz(hz: number): string {
  return `${hz / 1_000_000} MHz`;
}
