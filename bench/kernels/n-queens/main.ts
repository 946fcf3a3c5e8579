/** The ways to put eight queens on a board, with bit masks for columns and diagonals. */
import { u32 } from "tsfw";

const ALL_COLUMNS = 0xff;

function place(columns: number, leftDiagonals: number, rightDiagonals: number): u32 {
  if (columns === ALL_COLUMNS) return 1;
  let ways: u32 = 0;
  let free = ALL_COLUMNS & ~(columns | leftDiagonals | rightDiagonals);
  while (free !== 0) {
    const queen = free & -free;
    free ^= queen;
    ways += place(columns | queen, (leftDiagonals | queen) << 1, (rightDiagonals | queen) >> 1);
  }
  return ways;
}

function kernel(seed: u32): u32 {
  return u32(Math.imul(seed, 31) + place(0, 0, 0));
}

let sum: u32 = 1;
for (let round = 0; round < 3; round++) {
  sum = kernel(sum);
}
console.log(sum);
