/**
 * `Map`: entries in the order of their insertion, found by comparing keys one
 * after the other: with the bounds a firmware has, that is smaller than a hash
 * table and as fast.
 *
 * A walk remembers the serial number of the last entry it gave, so entries may
 * be deleted and added while it goes on, as in JavaScript.
 */
export class OrderedMap<K, V> {
  readonly #keys: K[] = [];
  readonly #values: V[] = [];
  /** Increasing; the entry with a larger one was inserted later. */
  readonly #serials: number[] = [];
  #nextSerial = 0;

  get size(): number {
    return this.#keys.length;
  }

  has(key: K): boolean {
    return this.#find(key) >= 0;
  }

  get(key: K): V | undefined {
    const at = this.#find(key);
    return at < 0 ? undefined : (this.#values[at] as V);
  }

  set(key: K, value: V): this {
    const at = this.#find(key);
    if (at >= 0) this.#values[at] = value;
    else {
      this.#keys.push(key);
      this.#values.push(value);
      this.#serials.push(this.#nextSerial);
      this.#nextSerial = this.#nextSerial + 1;
    }
    return this;
  }

  delete(key: K): boolean {
    const at = this.#find(key);
    if (at < 0) return false;
    this.#keys.splice(at, 1);
    this.#values.splice(at, 1);
    this.#serials.splice(at, 1);
    return true;
  }

  clear(): void {
    this.#keys.length = 0;
    this.#values.length = 0;
    this.#serials.length = 0;
  }

  forEach(visit: (value: V, key: K) => void): void {
    let last = -1;
    for (let at = this.after(-1, last); at >= 0; at = this.after(at, last)) {
      last = this.serialAt(at);
      visit(this.valueAt(at), this.keyAt(at));
    }
  }

  *keys(): Generator<K, void> {
    let last = -1;
    for (let at = this.after(-1, last); at >= 0; at = this.after(at, last)) {
      last = this.serialAt(at);
      yield this.keyAt(at);
    }
  }

  *values(): Generator<V, void> {
    let last = -1;
    for (let at = this.after(-1, last); at >= 0; at = this.after(at, last)) {
      last = this.serialAt(at);
      yield this.valueAt(at);
    }
  }

  *entries(): Generator<[K, V], void> {
    let last = -1;
    for (let at = this.after(-1, last); at >= 0; at = this.after(at, last)) {
      last = this.serialAt(at);
      yield [this.keyAt(at), this.valueAt(at)];
    }
  }

  [Symbol.iterator](): Generator<[K, V], void> {
    return this.entries();
  }

  /** Index of the first entry inserted after the one with the serial number `last`, which was at `at`; -1 at the end. */
  after(at: number, last: number): number {
    const length = this.#serials.length;
    let next = Math.min(at + 1, length);
    while (next > 0 && (this.#serials[next - 1] as number) > last) next = next - 1;
    return next < length ? next : -1;
  }

  serialAt(at: number): number {
    return this.#serials[at] as number;
  }

  keyAt(at: number): K {
    return this.#keys[at] as K;
  }

  valueAt(at: number): V {
    return this.#values[at] as V;
  }

  /** As `===`, but NaN is found. */
  #find(key: K): number {
    for (let at = 0; at < this.#keys.length; at++) {
      const other = this.#keys[at] as K;
      // biome-ignore lint/suspicious/noSelfCompare: NaN of any type
      if (other === key || (other !== other && key !== key)) return at;
    }
    return -1;
  }
}
