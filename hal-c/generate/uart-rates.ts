/** What rates a UART really runs at under solved clocks, and which of a program's are too far off. */
import type { ClockSolution } from "./clocks.ts";
import type { Chip, UartClaim } from "./schema.ts";

export interface UartRate {
  readonly actualBaud: number;
  /** Positive when too fast. */
  readonly errorPercent: number;
  /** Both ends together may be some 4 % apart; we ask for less than 2 % of this end. */
  readonly usable: boolean;
}

/** The rate a UART really runs at; `hz` is its kernel clock. */
export function uartRate(chip: Chip, hz: number, baud: number): UartRate {
  const actualBaud = chip.family === "rp" ? rp2040Baud(hz, baud) : hz / Math.max(1, Math.round(hz / baud));
  const errorPercent = (actualBaud / baud - 1) * 100;
  // STM32 with 16-fold oversampling: the divider is 16 at least and has 16 bits.
  const inReach = chip.family !== "stm32" || (hz / baud >= 16 && hz / baud <= 0xffff);
  return { actualBaud, errorPercent, usable: inReach && Math.abs(errorPercent) < 2 };
}

/** Kernel clock of a UART of the chip under a solution; 0 when the chip has none (host). */
export function uartHz(chip: Chip, clocks: ClockSolution, uart: number): number {
  const name = chip.uarts.find((entry) => entry.index === uart)?.peripheral;
  const clock = name === undefined ? undefined : chip.peripherals[name]?.clock;
  return clock === undefined ? 0 : (clocks.hz[clock] ?? 0);
}

/** The claims whose rate the other end could not follow; none on the host. */
export function poorUartRates(
  chip: Chip,
  clocks: ClockSolution,
  claims: readonly UartClaim[],
): readonly (UartRate & { readonly uart: number; readonly baud: number })[] {
  if (chip.family === "host") return [];
  return claims
    .map(({ uart, baud }) => ({ uart, baud, ...uartRate(chip, uartHz(chip, clocks, uart), baud) }))
    .filter((rate) => !rate.usable);
}

function rp2040Baud(hz: number, baud: number): number {
  // Datasheet 4.2.7.1: divider in 64ths of 16 samples a bit.
  const divider64 = Math.max(64, Math.round((hz * 4) / baud));
  return (hz * 4) / divider64;
}
