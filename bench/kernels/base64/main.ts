/** Base64 of 768 bytes, there and back. */
import { u32 } from "tsfw";

const BYTES = 768;
const input = new Uint8Array(BYTES);
const encoded = new Uint8Array((BYTES / 3) * 4);
const decoded = new Uint8Array(BYTES);
const codeOf = new Uint8Array(64);
const digitOf = new Uint8Array(256);

function fillInput(seed: u32): void {
  let state: u32 = seed;
  for (let i = 0; i < BYTES; i++) {
    state = u32(Math.imul(state, 1664525) + 1013904223);
    input[i] = state >>> 24;
  }
}

/** Letters, small letters and digits in order. */
function fillAlphabet(): void {
  for (let i = 0; i < 26; i++) {
    codeOf[i] = 65 + i;
    codeOf[26 + i] = 97 + i;
  }
  for (let i = 0; i < 10; i++) codeOf[52 + i] = 48 + i;
  codeOf[62] = 43;
  codeOf[63] = 47;
  for (let i = 0; i < codeOf.length; i++) digitOf[codeOf[i]] = i;
}

function encode(): void {
  let to = 0;
  for (let from = 0; from < BYTES; from += 3) {
    const group = (input[from] << 16) | (input[from + 1] << 8) | input[from + 2];
    encoded[to] = codeOf[group >> 18];
    encoded[to + 1] = codeOf[(group >> 12) & 63];
    encoded[to + 2] = codeOf[(group >> 6) & 63];
    encoded[to + 3] = codeOf[group & 63];
    to += 4;
  }
}

function decode(): void {
  let to = 0;
  for (let from = 0; from < encoded.length; from += 4) {
    const group =
      (digitOf[encoded[from]] << 18) |
      (digitOf[encoded[from + 1]] << 12) |
      (digitOf[encoded[from + 2]] << 6) |
      digitOf[encoded[from + 3]];
    decoded[to] = group >> 16;
    decoded[to + 1] = group >> 8;
    decoded[to + 2] = group;
    to += 3;
  }
}

function kernel(seed: u32): u32 {
  fillInput(seed);
  fillAlphabet();
  encode();
  decode();
  let mixed: u32 = 0;
  for (const code of encoded) mixed = u32(Math.imul(mixed, 31) + code);
  for (const byte of decoded) mixed = u32(Math.imul(mixed, 31) + byte);
  return mixed;
}

let sum: u32 = 1;
for (let round = 0; round < 3; round++) {
  sum = kernel(sum);
}
console.log(sum);
