/**
 * Runs a HIR program with the storage that placement decided, without freeing
 * anything: a storage counts how often it was reused, and each reference
 * remembers the count. A use of an object whose storage was reused, or whose
 * frame is gone, is a violation. Knows the part of HIR that references need.
 */
import type { Place, Placement } from "../compiler/ir/facts.ts";
import type { HirAwaitable, HirExpr, HirProgram, HirStatement, HirTarget } from "../compiler/ir/hir.ts";
import type { FieldId, FunctionId, JumpId, LocalId, NodeId, StaticId } from "../compiler/ir/ids.ts";
import { memoryOf } from "../compiler/ir/value-flow.ts";
import {
  Activation,
  type Reference,
  Storage,
  storageIn,
  type Target,
  type Value,
} from "./placement-memory.ts";

type Jump =
  | { readonly kind: "break" | "continue"; readonly jump: JumpId }
  | { readonly kind: "return"; readonly value: Value };
type Run<T> = Generator<void, T, void>;

export class Violation extends Error {}
class OutOfFuel extends Error {}

/** Runs main and its tasks until all are over or the fuel is gone; throws `Violation`. */
export function runWithPlaces(
  program: HirProgram,
  placement: Placement,
  random: () => number,
  fuel: number,
): readonly number[] {
  return new Model(program, placement, random, fuel, false).run();
}

/** The same with a heap, where nothing is ever reused or copied. */
export function runWithHeap(
  program: HirProgram,
  placement: Placement,
  random: () => number,
  fuel: number,
): readonly number[] {
  return new Model(program, placement, random, fuel, true).run();
}

class Model {
  readonly #program: HirProgram;
  readonly #placement: Placement;
  readonly #random: () => number;
  readonly #hasHeap: boolean;
  readonly #statics = new Map<StaticId, Value>();
  readonly #storages = new Map<string, Storage>();
  readonly #tasks: Run<unknown>[] = [];
  #fuel: number;

  constructor(
    program: HirProgram,
    placement: Placement,
    random: () => number,
    fuel: number,
    hasHeap: boolean,
  ) {
    this.#program = program;
    this.#placement = placement;
    this.#random = random;
    this.#fuel = fuel;
    this.#hasHeap = hasHeap;
  }

  run(): readonly number[] {
    try {
      this.#start(this.#invoke(this.#program.main, [], null, null));
      for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) this.#start(task);
    } catch (error) {
      if (!(error instanceof OutOfFuel) && !(error instanceof RangeError)) throw error;
    }
    return [...this.#statics.values()].filter((value) => typeof value === "number");
  }

  /** Runs a task to its next wait. */
  #start(task: Run<unknown>): void {
    if (task.next().done !== true) this.#tasks.push(task);
  }

  *#invoke(
    id: FunctionId,
    args: readonly Value[],
    outer: Activation | null,
    result: Target | null,
  ): Run<Value> {
    const fn = this.#program.functions[id];
    if (fn === undefined || this.#fuel-- < 0) throw new OutOfFuel();
    const activation = new Activation(id, outer, result);
    fn.parameters.forEach((local, index) => {
      activation.locals.set(local, args[index]);
    });
    const jump = yield* this.#statements(fn.body, activation);
    for (const storage of activation.storages.values()) storage.isGone = true;
    return jump?.kind === "return" ? jump.value : undefined;
  }

  // Memory

  #target(place: Place, key: string, activation: Activation): Target {
    switch (place.kind) {
      case "static":
        return { storage: storageIn(this.#storages, key), owner: null };
      case "local":
        return { storage: storageIn(activation.storages, key), owner: null };
      case "result":
        if (activation.result === null) throw new Violation("no place for the result");
        return activation.result;
      case "counted":
      case "pool":
        return { storage: new Storage(), owner: null };
      case "inOwner": {
        const self = this.#program.functions[activation.function]?.parameters[0];
        const owner = this.#use(self === undefined ? undefined : activation.locals.get(self));
        const storage = owner.storage.inline.get(place.field) ?? new Storage();
        owner.storage.inline.set(place.field, storage);
        return { storage, owner };
      }
    }
  }

  #allocate({ storage, owner }: Target): Reference {
    storage.generation += 1;
    return { storage, generation: storage.generation, owner, fields: new Map() };
  }

  #use(value: Value): Reference {
    if (typeof value !== "object" || !("storage" in value))
      throw new Error(`not a reference: ${String(value)}`);
    for (let one: Reference | null = this.#hasHeap ? null : value; one !== null; one = one.owner) {
      if (one.storage.isGone) throw new Violation("used after its frame is gone");
      if (one.storage.generation !== one.generation) throw new Violation("used after its place was reused");
    }
    return value;
  }

  /** Copies fields; objects in line are copied into those that are there. */
  #copy(from: Reference, to: Reference): void {
    for (const [field, value] of from.fields) {
      const isInline = this.#placement.isInline(field as FieldId);
      if (isInline) this.#copy(this.#use(value), this.#use(to.fields.get(field)));
      else to.fields.set(field, value);
    }
  }

  #activationOf(local: LocalId, activation: Activation): Activation {
    const owner = this.#program.locals[local]?.owner;
    for (let one: Activation | null = activation; one !== null; one = one.outer)
      if (one.function === owner) return one;
    throw new Error("a local without its frame");
  }

  /** A closure's frame is the innermost activation of the function around it. */
  #outerFor(id: FunctionId, activation: Activation): Activation | null {
    const parent = this.#program.functions[id]?.parent ?? null;
    for (let one: Activation | null = activation; one !== null; one = one.outer)
      if (one.function === parent) return one;
    return null;
  }

  // Statements

  *#statements(statements: readonly HirStatement[], activation: Activation): Run<Jump | null> {
    for (const statement of statements) {
      const jump = yield* this.#statement(statement, activation);
      if (jump !== null) return jump;
    }
    return null;
  }

  *#statement(statement: HirStatement, activation: Activation): Run<Jump | null> {
    if (this.#fuel-- < 0) throw new OutOfFuel();
    switch (statement.kind) {
      case "expression":
        yield* this.#value(statement.value, activation);
        return null;
      case "let":
        activation.locals.set(
          statement.local,
          statement.value === null ? undefined : yield* this.#value(statement.value, activation),
        );
        return null;
      case "staticInit":
        this.#statics.set(statement.static, yield* this.#value(statement.value, activation));
        return null;
      case "block": {
        const jump = yield* this.#statements(statement.statements, activation);
        return jump?.kind === "break" && jump.jump === statement.breakId ? null : jump;
      }
      case "if": {
        const test = yield* this.#value(statement.test, activation);
        return yield* this.#statements(test === true ? statement.whenTrue : statement.whenFalse, activation);
      }
      case "loop":
        return yield* this.#loop(statement, activation);
      case "forOf":
        return yield* this.#forOf(statement, activation);
      case "return":
        return {
          kind: "return",
          value: statement.value === null ? undefined : yield* this.#value(statement.value, activation),
        };
      case "break":
      case "continue":
        return { kind: statement.kind, jump: statement.jump };
      default:
        throw new Error(`the model does not know ${statement.kind}`);
    }
  }

  *#loop(loop: Extract<HirStatement, { kind: "loop" }>, activation: Activation): Run<Jump | null> {
    for (let first = true; ; first = false) {
      const tests = loop.test !== null && (loop.testFirst || !first);
      if (tests && loop.test !== null && (yield* this.#value(loop.test, activation)) !== true) return null;
      const jump = yield* this.#statements(loop.body, activation);
      const isOwn = jump !== null && jump.kind !== "return" && jump.jump === loop.jump;
      if (jump !== null && (!isOwn || jump.kind === "break")) return isOwn ? null : jump;
      if (loop.update !== null) yield* this.#value(loop.update, activation);
    }
  }

  *#forOf(loop: Extract<HirStatement, { kind: "forOf" }>, activation: Activation): Run<Jump | null> {
    const array = yield* this.#value(loop.array, activation);
    for (let index = 0; index < this.#use(array).fields.size; index++) {
      activation.locals.set(loop.local, this.#use(array).fields.get(index));
      const jump = yield* this.#statements(loop.body, activation);
      const isOwn = jump !== null && jump.kind !== "return" && jump.jump === loop.jump;
      if (jump !== null && (!isOwn || jump.kind === "break")) return isOwn ? null : jump;
    }
    return null;
  }

  // Expressions

  *#value(node: HirExpr, activation: Activation): Run<Value> {
    switch (node.kind) {
      case "number":
      case "boolean":
      case "string":
        return node.value;
      case "undefined":
        return undefined;
      case "local":
      case "static":
      case "field":
      case "element":
        return this.#load(yield* this.#place(node, activation));
      case "arrayLength":
        return this.#use(yield* this.#value(node.array, activation)).fields.size;
      case "assign": {
        const place = yield* this.#place(node.target, activation);
        const value = yield* this.#value(node.value, activation);
        if (this.#hasHeap || !this.#placement.isCopied(node.id)) this.#store(place, value);
        else this.#copy(this.#use(value), this.#use(this.#load(place)));
        return value;
      }
      case "compound": {
        const place = yield* this.#place(node.target, activation);
        const value = Number(this.#load(place)) + Number(yield* this.#value(node.value, activation));
        this.#store(place, value);
        return value;
      }
      case "update": {
        const place = yield* this.#place(node.target, activation);
        const value = Number(this.#load(place)) + node.delta;
        this.#store(place, value);
        return value;
      }
      case "arithmetic":
        return (
          Number(yield* this.#value(node.left, activation)) +
          Number(yield* this.#value(node.right, activation))
        );
      case "compare":
        return yield* this.#compare(node, activation);
      case "not":
        return (yield* this.#value(node.value, activation)) !== true;
      case "conditional": {
        const test = yield* this.#value(node.test, activation);
        return yield* this.#value(test === true ? node.whenTrue : node.whenFalse, activation);
      }
      case "call": {
        const args = yield* this.#values(node.args, activation);
        return yield* this.#call(node.function, args, node.id, activation);
      }
      case "callClosure": {
        const closure = yield* this.#value(node.closure, activation);
        const args = yield* this.#values(node.args, activation);
        if (typeof closure !== "object" || !("function" in closure)) throw new Error("not a closure");
        return yield* this.#invoke(closure.function, args, closure.outer, null);
      }
      case "intrinsic":
        yield* this.#values(node.args, activation);
        return this.#random() * 10;
      case "closure":
        return { function: node.function, outer: this.#outerFor(node.function, activation) ?? activation };
      case "new": {
        const args = yield* this.#values(node.args, activation);
        const object = this.#allocate(
          this.#target(this.#placement.place(node.site), `site ${node.site}`, activation),
        );
        const made = this.#program.classes[node.class]?.constructorFunction ?? null;
        if (made !== null) yield* this.#invoke(made, [object, ...args], null, null);
        return object;
      }
      case "array": {
        const values = yield* this.#values(node.elements, activation);
        const array = this.#allocate(
          this.#target(this.#placement.place(node.site), `site ${node.site}`, activation),
        );
        values.forEach((value, index) => {
          array.fields.set(index, value);
        });
        return array;
      }
      case "await":
        return yield* this.#await(node.operand, node.id, activation);
      case "spawn": {
        const args = yield* this.#values(node.args, activation);
        this.#start(this.#invoke(node.function, args, this.#outerFor(node.function, activation), null));
        return undefined;
      }
      default:
        throw new Error(`the model does not know ${node.kind}`);
    }
  }

  *#values(nodes: readonly HirExpr[], activation: Activation): Run<Value[]> {
    const values: Value[] = [];
    for (const node of nodes) values.push(yield* this.#value(node, activation));
    return values;
  }

  *#compare(node: Extract<HirExpr, { kind: "compare" }>, activation: Activation): Run<Value> {
    const left = yield* this.#value(node.left, activation);
    const right = yield* this.#value(node.right, activation);
    if (typeof left === "number") return node.op === "<" ? left < Number(right) : left > Number(right);
    const isSame = this.#use(left) === this.#use(right);
    return node.op === "===" ? isSame : !isSame;
  }

  *#call(id: FunctionId, args: readonly Value[], node: NodeId, activation: Activation): Run<Value> {
    const inPlace = this.#placement.returnsInPlace(id);
    const target = inPlace ? this.#target(this.#placement.callPlace(node), `node ${node}`, activation) : null;
    return yield* this.#invoke(id, args, this.#outerFor(id, activation), target);
  }

  *#await(operand: HirAwaitable, node: NodeId, activation: Activation): Run<Value> {
    const args = yield* this.#values(operand.args, activation);
    if (operand.kind === "call") return yield* this.#call(operand.function, args, node, activation);
    yield;
    return undefined;
  }

  *#place(
    target: HirTarget | Extract<HirExpr, { kind: "local" | "static" | "field" | "element" }>,
    activation: Activation,
  ): Run<readonly [Map<unknown, Value>, unknown]> {
    const { place, container } = memoryOf(this.#program, target);
    if (place.kind === "local") return [this.#activationOf(place.local, activation).locals, place.local];
    if (place.kind === "static" || container === null)
      return [this.#statics, "static" in place ? place.static : null];
    const object = yield* this.#value(container, activation);
    const key = target.kind === "element" ? Number(yield* this.#value(target.index, activation)) : null;
    return [this.#use(object).fields as Map<unknown, Value>, place.kind === "field" ? place.field : key];
  }

  #load([map, key]: readonly [Map<unknown, Value>, unknown]): Value {
    return map.get(key);
  }

  #store([map, key]: readonly [Map<unknown, Value>, unknown], value: Value): void {
    map.set(key, value);
  }
}
