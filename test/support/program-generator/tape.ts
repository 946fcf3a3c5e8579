/**
 * The source of all choices of a generated program: a list of small numbers.
 * An exhausted tape always chooses the first, simplest alternative, so a
 * shorter tape with smaller numbers is a simpler program, and fast-check can
 * shrink what fails.
 */
export class Tape {
  readonly #values: readonly number[];
  #next = 0;

  constructor(values: readonly number[]) {
    this.#values = values;
  }

  /** 0 … count-1. */
  below(count: number): number {
    const value = this.#values[this.#next];
    this.#next += 1;
    return value === undefined ? 0 : value % count;
  }

  /** True about `percent` times in a hundred; never at the end of the tape. */
  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent;
  }

  pick<T>(items: readonly [T, ...T[]] | readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("nothing to choose from");
    return item;
  }

  get isEmpty(): boolean {
    return this.#next >= this.#values.length;
  }
}
