/** What the parts of tsfw_chip.h are rendered from, and the lookups they share. */
import type { ClockSolution } from "./clocks.ts";
import { type Board, type Chip, type HardwareClaims, HardwareDataError } from "./schema.ts";

export interface HeaderInput {
  readonly chip: Chip;
  readonly clocks: ClockSolution;
  readonly claims: HardwareClaims;
  readonly board: Board | null;
}

/** Name of the interrupt that reports edges of a pin. */
export function pinInterrupt(chip: Chip, pin: number): string {
  if (chip.family === "rp") return "IO_IRQ_BANK0";
  const interrupt = chip.peripherals.EXTI?.interrupts?.[`EXTI${pin % 16}`];
  if (interrupt === undefined) throw new HardwareDataError(`${chip.name} has no EXTI line for pin ${pin}`);
  return interrupt;
}

/** Name of a UART by its number. */
export function uartPeripheral(chip: Chip, uart: number): string {
  const found = chip.uarts.find((entry) => entry.index === uart);
  if (found === undefined) throw new HardwareDataError(`${chip.name} has no UART ${uart}`);
  return found.peripheral;
}

/** C name of the handler of an interrupt. */
export function handlerName(interrupt: string): string {
  return `${interrupt}_IRQHandler`;
}
