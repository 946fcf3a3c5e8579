/**
 * The data registers of an STM32F4's USARTs: what a program writes leaves the chip, and a byte that it reads makes room
 * for the next one. All else about them is QEMU's.
 */
import type { Duplex } from "node:stream";
import { type BusDevice, EmulationLimit } from "./stm32-bus.ts";

/** USART1 to USART6, in the order of QEMU's serial ports. */
const bases = [0x40011000, 0x40004400, 0x40004800, 0x40004c00, 0x40005000, 0x40011400] as const;
const offsets = { status: 0x00, data: 0x04, control: 0x0c } as const;
/** Bits of SR and CR1 (RM0090 30.6). */
const bits = { received: 0x20, receiving: 0x2004, receiveInterrupt: 0x20 } as const;
/** Real time that QEMU may take to move a byte from its line into a UART. */
const receiveWaitMs = 5000;

/** QEMU's serial port for a USART's number. */
export function serialPortOf(uart: number): number {
  return uart - 1;
}

/** What comes in: hands the bytes of a script to QEMU's UARTs. */
export class Stm32UartInputs {
  private readonly lines: ReadonlyMap<number, Duplex>;
  private readonly readWord: (address: number) => Promise<number>;
  /** By UART: bytes that have arrived before the core could take the one in front of them. */
  private readonly arrived = new Map<number, number[]>();

  /** `lines` lead to QEMU's serial ports. */
  constructor(lines: ReadonlyMap<number, Duplex>, readWord: (address: number) => Promise<number>) {
    this.lines = lines;
    this.readWord = readWord;
  }

  /**
   * A byte that finds the one before it unread is lost, as on the chip. But several bytes may be due when a busy core
   * stops: where an interrupt takes them, each waits until it has taken the one before.
   */
  async deliver(uart: number, byte: number): Promise<void> {
    const base = bases[serialPortOf(uart)];
    if (base === undefined) return;
    const waiting = this.arrived.get(uart) ?? [];
    const status = await this.readWord(base + offsets.status);
    const control = await this.readWord(base + offsets.control);
    if ((control & bits.receiving) !== bits.receiving) return;
    if (waiting.length === 0 && (status & bits.received) === 0) return this.receive(uart, base, byte);
    if ((control & bits.receiveInterrupt) !== 0) this.arrived.set(uart, [...waiting, byte]);
  }

  /** The program reads a data register: the byte there goes, and the next one may come. */
  async take(uart: number, base: number): Promise<number> {
    const taken = await this.readWord(base + offsets.data);
    const next = this.arrived.get(uart)?.shift();
    if (next !== undefined) await this.receive(uart, base, next);
    return taken;
  }

  /** A UART that gets no input needs no stop at a read. */
  hasLine(uart: number): boolean {
    return this.lines.has(serialPortOf(uart));
  }

  /** Puts a byte into a UART that has room for it. */
  private async receive(uart: number, base: number, byte: number): Promise<void> {
    const line = this.lines.get(serialPortOf(uart));
    if (line === undefined) return;
    line.write(Uint8Array.of(byte));
    const started = performance.now();
    while (((await this.readWord(base + offsets.status)) & bits.received) === 0) {
      if (performance.now() - started > receiveWaitMs)
        throw new EmulationLimit("QEMU's UART does not take its input");
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

export function createUartData(
  inputs: Stm32UartInputs,
  onSent: (uart: number, byte: number) => void,
): BusDevice[] {
  return bases.map((base, port) => {
    const uart = port + 1;
    return {
      base,
      sizeBytes: 0x1c,
      watched: [{ offset: offsets.data, sizeBytes: 4, on: inputs.hasLine(uart) ? "access" : "write" }],
      read: () => inputs.take(uart, base),
      write: (_offset, value) => onSent(uart, value & 0xff),
    };
  });
}
