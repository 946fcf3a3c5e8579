/** `Set`: values in the order of their insertion; see map.ts for how it is searched and walked. */
export class OrderedSet<T> {
  readonly #values: T[] = [];
  readonly #serials: number[] = [];
  #nextSerial = 0;

  get size(): number {
    return this.#values.length;
  }

  has(value: T): boolean {
    return this.#find(value) >= 0;
  }

  add(value: T): this {
    if (this.#find(value) < 0) {
      this.#values.push(value);
      this.#serials.push(this.#nextSerial);
      this.#nextSerial = this.#nextSerial + 1;
    }
    return this;
  }

  delete(value: T): boolean {
    const at = this.#find(value);
    if (at < 0) return false;
    this.#values.splice(at, 1);
    this.#serials.splice(at, 1);
    return true;
  }

  clear(): void {
    this.#values.length = 0;
    this.#serials.length = 0;
  }

  forEach(visit: (value: T, same: T) => void): void {
    let last = -1;
    for (let at = this.after(-1, last); at >= 0; at = this.after(at, last)) {
      last = this.serialAt(at);
      visit(this.keyAt(at), this.keyAt(at));
    }
  }

  keys(): Generator<T, void> {
    return this.values();
  }

  *values(): Generator<T, void> {
    let last = -1;
    for (let at = this.after(-1, last); at >= 0; at = this.after(at, last)) {
      last = this.serialAt(at);
      yield this.keyAt(at);
    }
  }

  [Symbol.iterator](): Generator<T, void> {
    return this.values();
  }

  /** Index of the first value added after the one with the serial number `last`, which was at `at`; -1 at the end. */
  after(at: number, last: number): number {
    const length = this.#serials.length;
    let next = Math.min(at + 1, length);
    while (next > 0 && (this.#serials[next - 1] as number) > last) next = next - 1;
    return next < length ? next : -1;
  }

  serialAt(at: number): number {
    return this.#serials[at] as number;
  }

  keyAt(at: number): T {
    return this.#values[at] as T;
  }

  valueAt(at: number): T {
    return this.#values[at] as T;
  }

  /** As `===`, but NaN is found. */
  #find(value: T): number {
    for (let at = 0; at < this.#values.length; at++) {
      const other = this.#values[at] as T;
      // biome-ignore lint/suspicious/noSelfCompare: NaN of any type
      if (other === value || (other !== other && value !== value)) return at;
    }
    return -1;
  }
}
