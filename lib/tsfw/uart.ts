/**
 * Serial ports: 8 data bits, no parity, 1 stop bit. In firmware a `Uart` is a
 * constant number with an interrupt behind it; the bodies here run in Node only.
 */

import type { AnyUart, UartRxPin, UartTxPin } from "./pins.ts";
import { simulation } from "./simulation.ts";
import type { u8 } from "./sized.ts";
import { bytesOfText } from "./text.ts";

export interface UartOptions<U extends AnyUart> {
  /** The pin that sends; only pins that this UART can reach are accepted. */
  readonly tx: UartTxPin<U>;
  /** The pin that receives. */
  readonly rx: UartRxPin<U>;
  /** Bits per second. Default 115200. */
  readonly baud?: number;
}

/** A serial port. One task at a time may read, and one may write. */
export class Uart<U extends AnyUart = AnyUart> {
  readonly #uart: number;

  constructor(uart: U, _options: UartOptions<U>) {
    this.#uart = uart;
  }

  /** The next received byte; waits for one if there is none. */
  async readByte(): Promise<u8> {
    return await simulation.readByte(this.#uart);
  }

  /** Sends one byte; resolves once it is queued. */
  async writeByte(byte: u8): Promise<void> {
    simulation.writeBytes(this.#uart, [byte & 0xff]);
  }

  /** Sends `text` as UTF-8; resolves once all of it is queued. */
  async write(text: string): Promise<void> {
    simulation.writeBytes(this.#uart, bytesOfText(text));
  }

  /** Receive errors (overrun, framing, noise, parity) since the last call, as bits. */
  errors(): number {
    return 0;
  }
}
