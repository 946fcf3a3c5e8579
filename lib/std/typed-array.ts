/** Methods of typed arrays. `self` is the array. */

interface Numbers {
  readonly length: number;
  readonly [index: number]: number;
}

/** Without a third argument the search starts at the end; an explicit `undefined` means 0, as in JavaScript. */
export function lastIndexOf<A extends Numbers>(self: A, wanted: number, ...from: readonly number[]): number {
  const given = from.length > 0 ? (from[0] as number) : self.length - 1;
  const start = given < 0 ? self.length + Math.ceil(given) : Math.min(Math.floor(given), self.length - 1);
  for (let index = start; index >= 0; index--) if (self[index] === wanted) return index;
  return -1;
}
