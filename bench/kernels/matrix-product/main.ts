/** The product of two 20 by 20 matrices of 16-bit numbers. */
import { u32 } from "tsfw";

const N = 20;
const left = new Int16Array(N * N);
const right = new Int16Array(N * N);
const product = new Int32Array(N * N);

function fill(seed: u32): void {
  let state: u32 = seed;
  for (let i = 0; i < N * N; i++) {
    state = u32(Math.imul(state, 1664525) + 1013904223);
    left[i] = (state >>> 20) - 2048;
    right[i] = (state >>> 8) & 0xfff;
  }
}

function multiply(): void {
  for (let row = 0; row < N; row++) {
    for (let column = 0; column < N; column++) {
      let sum = 0;
      for (let k = 0; k < N; k++) sum += left[row * N + k] * right[k * N + column];
      product[row * N + column] = sum;
    }
  }
}

function kernel(seed: u32): u32 {
  fill(seed);
  multiply();
  let mixed: u32 = 0;
  for (const value of product) mixed = u32(Math.imul(mixed, 31) + value);
  return mixed;
}

let sum: u32 = 1;
for (let round = 0; round < 3; round++) {
  sum = kernel(sum);
}
console.log(sum);
