/** The edit distance of two texts of 64 characters, with one row of the table. */
import { u32 } from "tsfw";

const LENGTH = 64;
const first = new Uint8Array(LENGTH);
const second = new Uint8Array(LENGTH);
const row = new Uint8Array(LENGTH + 1);

function fill(seed: u32): void {
  let state: u32 = seed;
  for (let i = 0; i < LENGTH; i++) {
    state = u32(Math.imul(state, 1664525) + 1013904223);
    first[i] = 97 + ((state >>> 24) & 7);
    second[i] = 97 + ((state >>> 16) & 7);
  }
}

function distance(a: Uint8Array, b: Uint8Array): number {
  for (let j = 0; j < row.length; j++) row[j] = j;
  for (let i = 0; i < a.length; i++) {
    let diagonal = row[0];
    row[0] = i + 1;
    for (let j = 0; j < b.length; j++) {
      const above = row[j + 1];
      const replaced = diagonal + (a[i] === b[j] ? 0 : 1);
      row[j + 1] = Math.min(replaced, above + 1, row[j] + 1);
      diagonal = above;
    }
  }
  return row[LENGTH];
}

function kernel(seed: u32): u32 {
  fill(seed);
  return u32(Math.imul(seed, 31) + distance(first, second) + 1);
}

let sum: u32 = 1;
for (let round = 0; round < 3; round++) {
  sum = kernel(sum);
}
console.log(sum);
