/**
 * Gives a UART of rp2040js the transmit FIFO it lacks: 32 bytes that leave at the
 * line's speed, TXFF and BUSY, and an interrupt that comes when the level passes
 * half on its way down, not while it is low (RP2040 datasheet 4.2.2.5, 4.2.6).
 */

import type { RP2040 } from "rp2040js";

const depth = 32;
const registers = { data: 0x00, flags: 0x18, mask: 0x38, status: 0x3c, clear: 0x44 } as const;
const flagBits = { busy: 1 << 3, full: 1 << 5, empty: 1 << 7 } as const;
const transmitInterrupt = 1 << 5;

export interface TransmitFifo {
  /** Bytes written while the FIFO was full. */
  readonly lost: number;
}

export function modelTransmitFifo(chip: RP2040, index: 0 | 1, byteNs: number): TransmitFifo {
  const uart = chip.uart[index];
  if (uart === undefined) throw new Error(`no UART ${index}`);
  const read = uart.readUint32.bind(uart);
  const write = uart.writeUint32.bind(uart);
  const waiting: number[] = [];
  const fifo = { lost: 0 };
  let raised = false;

  const drain = chip.clock.createAlarm(() => {
    write(registers.data, waiting.shift() ?? 0);
    if (waiting.length === depth / 2) raised = true;
    uart.checkInterrupts();
    if (waiting.length > 0) drain.schedule(byteNs);
  });

  uart.checkInterrupts = () => {
    const status = (read(registers.status) & ~transmitInterrupt) | (raised ? transmitInterrupt : 0);
    chip.setInterrupt(uart.irq, (status & read(registers.mask)) !== 0);
  };
  uart.readUint32 = (offset) => {
    if (offset !== registers.flags) return read(offset);
    const level =
      waiting.length > 0 ? flagBits.busy | (waiting.length >= depth ? flagBits.full : 0) : flagBits.empty;
    return (read(offset) & ~(flagBits.busy | flagBits.full | flagBits.empty)) | level;
  };
  uart.writeUint32 = (offset, value) => {
    if (offset === registers.clear && (value & transmitInterrupt) !== 0) raised = false;
    if (offset !== registers.data) {
      write(offset, value);
    } else if (waiting.length >= depth) {
      fifo.lost += 1;
    } else {
      waiting.push(value & 0xff);
      if (waiting.length === 1) drain.schedule(byteNs);
    }
  };
  return fifo;
}
