/** Sieve of Eratosthenes over 8,192 numbers; the sum of the primes it finds. */
import { u32 } from "tsfw";

const SIZE = 8192;
const composite = new Uint8Array(SIZE);

function sieve(): void {
  composite.fill(0);
  for (let i = 2; i * i < SIZE; i++) {
    if (composite[i] !== 0) continue;
    for (let multiple = i * i; multiple < SIZE; multiple += i) composite[multiple] = 1;
  }
}

function kernel(seed: u32): u32 {
  sieve();
  let sum: u32 = seed;
  for (let i = 2; i < SIZE; i++) {
    if (composite[i] === 0) sum = u32(Math.imul(sum, 31) + i);
  }
  return sum;
}

let sum: u32 = 1;
for (let round = 0; round < 3; round++) {
  sum = kernel(sum);
}
console.log(sum);
