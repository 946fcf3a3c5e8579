/** A low-pass filter with 16 taps in fixed point (Q12) over 12-bit samples. */
import { u32 } from "tsfw";

const TAPS = new Int16Array([-12, -31, -24, 62, 240, 470, 668, 747, 747, 668, 470, 240, 62, -24, -31, -12]);
const samples = new Int16Array(512);
const filtered = new Int16Array(512);

function sample(seed: u32): void {
  let state: u32 = seed;
  for (let i = 0; i < samples.length; i++) {
    state = u32(Math.imul(state, 1664525) + 1013904223);
    samples[i] = (state >>> 20) - 2048;
  }
}

function filter(): void {
  for (let i = TAPS.length - 1; i < samples.length; i++) {
    let sum = 0;
    for (let k = 0; k < TAPS.length; k++) sum += TAPS[k] * samples[i - k];
    filtered[i] = sum >> 12;
  }
}

function kernel(seed: u32): u32 {
  sample(seed);
  filter();
  let mixed: u32 = 0;
  for (const value of filtered) mixed = u32(Math.imul(mixed, 31) + value);
  return mixed;
}

let sum: u32 = 1;
for (let round = 0; round < 3; round++) {
  sum = kernel(sum);
}
console.log(sum);
