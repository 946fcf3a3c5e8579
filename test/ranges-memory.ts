/** The variables, objects and arrays of a running HIR program; every store is checked against its fact. */
import { contains, describeFact } from "../compiler/3-analyse/ranges/fact.ts";
import type { NumberFact, NumberFacts } from "../compiler/ir/facts.ts";
import type { HirProgram, HirType } from "../compiler/ir/hir.ts";
import type { ArrayId, FieldId, FunctionId, LocalId, StaticId } from "../compiler/ir/ids.ts";
import { wraps } from "./ranges-numbers.ts";

export type Value = number | boolean | string | undefined | ArrayValue | ObjectValue | ClosureValue;
export interface ArrayValue {
  readonly kind: "array";
  readonly id: ArrayId;
  readonly items: Value[];
}
export interface ObjectValue {
  readonly kind: "object";
  readonly fields: Map<FieldId, Value>;
}
export interface ClosureValue {
  readonly kind: "closure";
  readonly function: FunctionId;
  readonly outer: Activation;
}
export interface Activation {
  readonly function: FunctionId;
  readonly locals: Map<LocalId, Value>;
  readonly outer: Activation | null;
}

export class Panic extends Error {}

export type Place =
  | { kind: "local"; at: Activation; local: LocalId }
  | { kind: "static"; static: StaticId }
  | { kind: "field"; object: ObjectValue; field: FieldId }
  | { kind: "element"; array: ArrayValue; index: number };

export class Memory {
  readonly statics = new Map<StaticId, Value>();
  readonly #program: HirProgram;
  readonly #facts: NumberFacts;
  readonly #checks: "all" | "none";

  constructor(program: HirProgram, facts: NumberFacts, checks: "all" | "none") {
    this.#program = program;
    this.#facts = facts;
    this.#checks = checks;
  }

  check(what: string, fact: NumberFact, value: Value): void {
    if (typeof value !== "number" || contains(fact, value)) return;
    throw new Error(`${what}: ${value} is not in ${describeFact(fact)}`);
  }

  read(place: Place): Value {
    switch (place.kind) {
      case "local":
        return this.activation(place.at, place.local).locals.get(place.local);
      case "static":
        return this.statics.get(place.static);
      case "field":
        return place.object.fields.get(place.field);
      case "element":
        return place.array.items[place.index];
    }
  }

  /** Returns what the place then holds. */
  store(place: Place, value: Value): Value {
    switch (place.kind) {
      case "local":
        return this.storeLocal(place.at, place.local, value);
      case "static":
        return this.storeStatic(place.static, value);
      case "field": {
        const fitted = this.fit(this.fieldType(place.field), value);
        this.check(`field ${place.field}`, this.#facts.field(place.field), fitted);
        place.object.fields.set(place.field, fitted);
        return fitted;
      }
      case "element": {
        const fitted = this.fitElement(place.array.id, value);
        place.array.items[place.index] = fitted;
        return fitted;
      }
    }
  }

  fieldType(field: FieldId): HirType {
    const type = this.#program.fields[field]?.type;
    if (type === undefined) throw new Error("no such field");
    return type;
  }

  fitElement(id: ArrayId, value: Value): Value {
    const type = this.#program.arrays[id]?.element;
    const fitted = type === undefined ? value : this.fit(type, value);
    this.check(`element of array ${id}`, this.#facts.element(id), fitted);
    return fitted;
  }

  activation(at: Activation, local: LocalId): Activation {
    const owner = this.#program.locals[local]?.owner;
    let found: Activation | null = at;
    while (found !== null && found.function !== owner) found = found.outer;
    if (found === null) throw new Error("a local is out of scope");
    return found;
  }

  storeLocal(at: Activation, id: LocalId, value: Value): Value {
    const fitted = this.fit(this.#program.locals[id]?.type ?? { kind: "void" }, value);
    this.check(`local ${id}`, this.#facts.local(id), fitted);
    this.activation(at, id).locals.set(id, fitted);
    return fitted;
  }

  storeStatic(id: StaticId, value: Value): Value {
    const fitted = this.fit(this.#program.statics[id]?.type ?? { kind: "void" }, value);
    this.check(`static ${id}`, this.#facts.static(id), fitted);
    this.statics.set(id, fitted);
    return fitted;
  }

  /** The range check of a sized place. */
  fit(type: HirType, value: Value): Value {
    if (type.kind !== "number" || type.sized === null || typeof value !== "number") return value;
    const wrapped = wraps[type.sized](value);
    if (wrapped === value || Object.is(wrapped, value)) return value;
    if (this.#checks === "all") throw new Panic();
    return wrapped;
  }
}
