/** Quicksort of 512 numbers in place. */
import { u32 } from "tsfw";

const SIZE = 512;
const values = new Int32Array(SIZE);

function fill(seed: u32): void {
  let state: u32 = seed;
  for (let i = 0; i < SIZE; i++) {
    state = u32(Math.imul(state, 1664525) + 1013904223);
    values[i] = state >>> 4;
  }
}

/** Puts the pivot where it belongs: smaller ones before it, the others behind. */
function partition(low: number, high: number): number {
  const pivot = values[high];
  let border = low;
  for (let i = low; i < high; i++) {
    const value = values[i];
    if (value < pivot) {
      values[i] = values[border];
      values[border] = value;
      border++;
    }
  }
  values[high] = values[border];
  values[border] = pivot;
  return border;
}

function sort(low: number, high: number): void {
  if (low >= high) return;
  const middle = partition(low, high);
  sort(low, middle - 1);
  sort(middle + 1, high);
}

function kernel(seed: u32): u32 {
  fill(seed);
  sort(0, SIZE - 1);
  let mixed: u32 = 0;
  for (const value of values) mixed = u32(Math.imul(mixed, 31) + value);
  return mixed;
}

let sum: u32 = 1;
for (let round = 0; round < 3; round++) {
  sum = kernel(sum);
}
console.log(sum);
