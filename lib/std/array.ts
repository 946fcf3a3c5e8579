/** Methods of arrays. `self` is the array; a value that is looked for may have a type of its own. */

export function lastIndexOf<T, W extends T = T>(
  self: readonly T[],
  wanted: W,
  from = self.length - 1,
): number {
  const start = from < 0 ? self.length + Math.ceil(from) : Math.min(Math.floor(from), self.length - 1);
  for (let index = start; index >= 0; index--) if (self[index] === wanted) return index;
  return -1;
}
