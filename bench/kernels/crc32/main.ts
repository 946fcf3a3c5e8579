/** CRC-32 of a kilobyte with the table of the reflected polynomial. */
import { u32 } from "tsfw";

const table = new Uint32Array(256);
const data = new Uint8Array(1024);

function fillTable(): void {
  for (let i = 0; i < table.length; i++) {
    let value = i;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    table[i] = value;
  }
}

function fillData(seed: u32): void {
  let state: u32 = seed;
  for (let i = 0; i < data.length; i++) {
    state = u32(Math.imul(state, 1664525) + 1013904223);
    data[i] = state >>> 24;
  }
}

function crc32(bytes: Uint8Array): u32 {
  let crc = -1;
  for (const byte of bytes) crc = (crc >>> 8) ^ table[(crc ^ byte) & 0xff];
  return ~crc >>> 0;
}

function kernel(seed: u32): u32 {
  fillTable();
  fillData(seed);
  return crc32(data);
}

let sum: u32 = 1;
for (let round = 0; round < 3; round++) {
  sum = kernel(sum);
}
console.log(sum);
