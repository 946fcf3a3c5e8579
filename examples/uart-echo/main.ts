// Sends back what arrives on the serial port, in capitals, and counts the lines.
//
// `readByte` waits without using the processor: the chip sleeps until a byte
// arrives. Bytes that come while the program is busy wait in the driver's buffer.

import { Output, Uart } from "tsfw";
import { board } from "tsfw/board";

const NEWLINE = 0x0a;
const LOWER_A = 0x61;
const LOWER_Z = 0x7a;
const CASE_BIT = 0x20;

const led = new Output(board.led);
const port = new Uart(board.uart, { tx: board.uartTx, rx: board.uartRx, baud: 115200 });

await port.write("ready\n");

let lines = 0;
for (;;) {
  const byte = await port.readByte();
  const isLower = byte >= LOWER_A && byte <= LOWER_Z;
  await port.writeByte(isLower ? byte - CASE_BIT : byte);
  if (byte === NEWLINE) {
    lines++;
    led.toggle();
    await port.write(`line ${lines}\n`);
  }
}
