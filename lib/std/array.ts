/** Methods of arrays. `self` is the array; a value that is looked for may have a type of its own. */

/** Without a third argument the search starts at the end; an explicit `undefined` means 0, as in JavaScript. */
export function lastIndexOf<T, W extends T = T>(
  self: readonly T[],
  wanted: W,
  ...from: readonly number[]
): number {
  const given = from.length > 0 ? (from[0] as number) : self.length - 1;
  const start = given < 0 ? self.length + Math.ceil(given) : Math.min(Math.floor(given), self.length - 1);
  for (let index = start; index >= 0; index--) if (self[index] === wanted) return index;
  return -1;
}

export function* values<T>(self: readonly T[]): Generator<T, void> {
  for (const value of self) yield value;
}

export function* keys<T>(self: readonly T[]): Generator<number, void> {
  for (let index = 0; index < self.length; index++) yield index;
}

export function* entries<T>(self: readonly T[]): Generator<[number, T], void> {
  for (let index = 0; index < self.length; index++) yield [index, self[index] as T];
}
