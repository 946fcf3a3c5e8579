/** SHA-256 of a 256-byte message, padded in place. */
import { u32 } from "tsfw";

const K = new Uint32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);

const MESSAGE_BYTES = 256;
const PADDED_BYTES = 320;
const message = new Uint8Array(PADDED_BYTES);
const state = new Uint32Array(8);
const schedule = new Uint32Array(64);

function rotate(x: u32, n: number): number {
  return (x >>> n) | (x << (32 - n));
}

function compress(block: number): void {
  for (let i = 0; i < 16; i++) {
    const at = block + 4 * i;
    schedule[i] = (message[at] << 24) | (message[at + 1] << 16) | (message[at + 2] << 8) | message[at + 3];
  }
  for (let i = 16; i < 64; i++) {
    const x = schedule[i - 15];
    const y = schedule[i - 2];
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    schedule[i] = schedule[i - 16] + s0 + schedule[i - 7] + s1;
  }
  let a: u32 = state[0];
  let b: u32 = state[1];
  let c: u32 = state[2];
  let d: u32 = state[3];
  let e: u32 = state[4];
  let f: u32 = state[5];
  let g: u32 = state[6];
  let h: u32 = state[7];
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const t1 = u32(h + s1 + choice + K[i] + schedule[i]);
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const t2 = s0 + majority;
    h = g;
    g = f;
    f = e;
    e = u32(d + t1);
    d = c;
    c = b;
    b = a;
    a = u32(t1 + t2);
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

function fillMessage(seed: u32): void {
  let random: u32 = seed;
  for (let i = 0; i < MESSAGE_BYTES; i++) {
    random = u32(Math.imul(random, 1664525) + 1013904223);
    message[i] = random >>> 24;
  }
  message.fill(0, MESSAGE_BYTES);
  message[MESSAGE_BYTES] = 0x80;
  message[PADDED_BYTES - 2] = (MESSAGE_BYTES * 8) >> 8;
}

function kernel(seed: u32): u32 {
  fillMessage(seed);
  state.set([0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19]);
  for (let block = 0; block < PADDED_BYTES; block += 64) compress(block);
  let mixed: u32 = 0;
  for (const word of state) mixed = u32(Math.imul(mixed, 31) + word);
  return mixed;
}

let sum: u32 = 1;
for (let round = 0; round < 3; round++) {
  sum = kernel(sum);
}
console.log(sum);
