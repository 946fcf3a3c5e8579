/** Names on this computer. Generated from hal-c/boards/host.json. */
import { P0, P1, P5, P13, UART0 } from "tsfw/chip";

export const board = {
  led: P5,
  button: P13,
  uart: UART0,
  uartTx: P0,
  uartRx: P1,
} as const;
