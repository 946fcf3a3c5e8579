/** The memory of the placement model: storages that are reused, and references that remember when they were made. */
import type { FieldId, FunctionId, LocalId } from "../compiler/ir/ids.ts";

/** A piece of memory that an allocation fills. */
export class Storage {
  generation = 0;
  isGone = false;
  readonly inline = new Map<FieldId, Storage>();
}

export interface Reference {
  readonly storage: Storage;
  readonly generation: number;
  /** The object that holds this one in line. */
  readonly owner: Reference | null;
  readonly fields: Map<FieldId | number, Value>;
}

export interface ClosureValue {
  readonly function: FunctionId;
  readonly outer: Activation;
}

export type Value = number | boolean | string | undefined | Reference | ClosureValue;

export class Activation {
  readonly function: FunctionId;
  readonly outer: Activation | null;
  readonly locals = new Map<LocalId, Value>();
  readonly storages = new Map<string, Storage>();
  readonly result: Target | null;

  constructor(fn: FunctionId, outer: Activation | null, result: Target | null) {
    this.function = fn;
    this.outer = outer;
    this.result = result;
  }
}

/** Where an allocation goes. */
export interface Target {
  readonly storage: Storage;
  readonly owner: Reference | null;
}

export function storageIn(storages: Map<string, Storage>, key: string): Storage {
  const storage = storages.get(key) ?? new Storage();
  storages.set(key, storage);
  return storage;
}
