/** What leaves the USARTs of an STM32F4: their data registers, watched for writes. All else about them is QEMU's. */
import type { BusDevice } from "./stm32-bus.ts";

/** USART1 to USART6, in the order of QEMU's serial ports. */
const bases = [0x40011000, 0x40004400, 0x40004800, 0x40004c00, 0x40005000, 0x40011400] as const;
const dataOffset = 4;

/** QEMU's serial port for a USART's number. */
export function serialPortOf(uart: number): number {
  return uart - 1;
}

export function usartBase(uart: number): number | undefined {
  return bases[serialPortOf(uart)];
}

export function createUartOutputs(onByte: (uart: number, byte: number) => void): BusDevice[] {
  return bases.map((base, port) => ({
    base,
    sizeBytes: 0x1c,
    watched: [{ offset: dataOffset, sizeBytes: 4, on: "write" }],
    read: () => 0,
    write: (_offset, value) => onByte(port + 1, value & 0xff),
  }));
}
