/**
 * Runs one function on text bounds instead of texts. Variables that only this
 * function touches are followed through the control flow, so `s += x` after
 * `s = ""` is bounded; all other places are one bound for the whole program.
 */
import type { HirAwaitable, HirExpr, HirFunction, HirStatement, HirTarget } from "../ir/hir.ts";
import type { FunctionId, JumpId, LocalId } from "../ir/ids.ts";
import { hasText } from "../ir/union-types.ts";
import { memoryOf } from "../ir/value-flow.ts";
import { partsOf, partsOfTarget } from "../ir/walk-hir.ts";
import { assertNever, InternalError, isGone } from "../source/assert.ts";
import { printedExtent } from "./printed-extent.ts";
import { limitsFrom } from "./string-conditions.ts";
import { isGrowing, operationBound } from "./string-operations.ts";
import {
  joinBounds,
  limitUnits,
  literalBound,
  NO_TEXT,
  placeKey,
  type StringPlace,
  type TextBound,
  type TextExtent,
} from "./string-places.ts";
import { isSameState, JumpStates, joinStates, type LoopParts, type TextState } from "./string-state.ts";
import type { StringWorld } from "./string-world.ts";
import { boundTrips } from "./trip-count.ts";

const ROUNDS_MAX = 100_000;

export function interpretStrings(world: StringWorld, fn: HirFunction, beyondBound: boolean): void {
  new Interpreter(world, fn, beyondBound).run();
}

class Interpreter {
  readonly #world: StringWorld;
  readonly #fn: HirFunction;
  #beyondBound: boolean;
  #state: TextState = new Map();
  readonly #breaks = new JumpStates();
  readonly #continues = new JumpStates();

  constructor(world: StringWorld, fn: HirFunction, beyondBound: boolean) {
    this.#world = world;
    this.#fn = fn;
    this.#beyondBound = beyondBound;
  }

  run(): void {
    for (const local of this.#fn.parameters) {
      if (!this.#isText(local)) continue;
      this.#store({ kind: "local", local }, this.#world.tables.ofPlace({ kind: "argument", local }));
    }
    this.#statements(this.#fn.body);
  }

  #isText(local: LocalId): boolean {
    return hasText(this.#world.program.locals[local]?.type ?? { kind: "void" });
  }

  #statements(statements: readonly HirStatement[]): void {
    for (const statement of statements) this.#statement(statement);
  }

  #statement(statement: HirStatement): void {
    switch (statement.kind) {
      case "expression":
        this.#value(statement.value);
        return;
      case "let":
        if (statement.value !== null) this.#world.lengths.note(statement.local, statement.value);
        this.#initialise({ kind: "local", local: statement.local }, statement.value);
        return;
      case "staticInit":
        this.#initialise({ kind: "static", static: statement.static }, statement.value);
        return;
      case "block":
        this.#statements(statement.statements);
        if (statement.breakId !== null)
          this.#state = joinStates(this.#state, this.#breaks.take(statement.breakId));
        return;
      case "if":
        this.#value(statement.test);
        this.#either([
          () => this.#when(statement.test, true, () => this.#statements(statement.whenTrue)),
          () => this.#when(statement.test, false, () => this.#statements(statement.whenFalse)),
        ]);
        return;
      case "loop":
        this.#loop(statement);
        return;
      case "forOf":
        this.#value(statement.array);
        this.#repeat(statement.jump, this.#arrayLength(statement.array), {
          body: () => {
            const { place } = memoryOf(this.#world.program, {
              kind: "element",
              array: statement.array,
              index: statement.array,
            });
            if (this.#isText(statement.local)) {
              this.#store({ kind: "local", local: statement.local }, this.#world.tables.ofPlace(place));
            }
            this.#statements(statement.body);
          },
        });
        return;
      case "forEvery":
        this.#value(statement.periodMs);
        this.#repeat(statement.jump, Number.POSITIVE_INFINITY, {
          body: () => this.#statements(statement.body),
        });
        return;
      case "switch":
        this.#switch(statement);
        return;
      case "break":
      case "continue":
        (statement.kind === "break" ? this.#breaks : this.#continues).add(statement.jump, this.#state);
        this.#state = null;
        return;
      case "return":
        if (statement.value !== null) {
          const bound = this.#value(statement.value);
          if (hasText(statement.value.type)) {
            this.#store({ kind: "result", function: this.#fn.id }, bound);
          }
        }
        this.#state = null;
        return;
      case "throw":
      case "try":
      case "yield":
        return isGone(statement);
      default:
        assertNever(statement);
    }
  }

  #initialise(place: StringPlace, value: HirExpr | null): void {
    if (value === null) return;
    const bound = this.#value(value);
    if (hasText(value.type)) this.#store(place, bound);
  }

  #switch(statement: Extract<HirStatement, { kind: "switch" }>): void {
    this.#value(statement.subject);
    for (const { test } of statement.cases) if (test !== null) this.#value(test);
    const entry = this.#state;
    this.#state = null;
    for (const { body } of statement.cases) {
      this.#state = joinStates(this.#state, entry);
      this.#statements(body);
    }
    if (!statement.cases.some((one) => one.test === null)) this.#state = joinStates(this.#state, entry);
    this.#state = joinStates(this.#state, this.#breaks.take(statement.jump));
  }

  #loop(loop: Extract<HirStatement, { kind: "loop" }>): void {
    const { test, update, testFirst } = loop;
    const check = test === null ? null : () => void this.#value(test);
    const trips = boundTrips(this.#world, loop);
    this.#repeat(loop.jump, trips, {
      before: testFirst ? check : null,
      body: () => this.#when(testFirst ? test : null, true, () => this.#statements(loop.body)),
      after: () => {
        if (update !== null) this.#value(update);
        if (!testFirst) check?.();
      },
      endless: test === null,
    });
  }

  /** Runs the parts of a loop until nothing changes, or as often as it can run. */
  #repeat(jump: JumpId, tripsMax: number, parts: LoopParts): void {
    let trips = tripsMax > ROUNDS_MAX ? Number.POSITIVE_INFINITY : tripsMax;
    const outside = this.#beyondBound;
    let exits: TextState = null;
    let head = this.#state;
    for (let round = 0; ; round++) {
      if (round > ROUNDS_MAX) throw new InternalError("the bounds of a loop's strings do not settle");
      const version = this.#world.tables.version;
      this.#beyondBound = outside || (trips === Number.POSITIVE_INFINITY && round > this.#world.finiteRounds);
      this.#state = head;
      parts.before?.();
      if (parts.endless !== true) exits = joinStates(exits, this.#state);
      if (round >= trips) break;
      parts.body();
      this.#state = joinStates(this.#state, this.#continues.take(jump));
      parts.after?.();
      if (parts.endless !== true && !parts.before) exits = joinStates(exits, this.#state);
      const next = joinStates(head, this.#state);
      if (isSameState(head, next) && version === this.#world.tables.version) break;
      head = next;
      if (!this.#world.spend()) trips = Number.POSITIVE_INFINITY;
    }
    this.#beyondBound = outside;
    this.#state = joinStates(exits, this.#breaks.take(jump));
  }

  #arrayLength(array: HirExpr): number {
    const { program, facts } = this.#world;
    if (array.type.kind !== "array") return Number.POSITIVE_INFINITY;
    return facts.arrayLength(program.arrayOf(array.type.array)).hi;
  }

  /** Runs code that is reached only when the test came out so. */
  #when(test: HirExpr | null, outcome: boolean, run: () => void): void {
    if (test !== null) {
      for (const { place, units } of limitsFrom(this.#world.program, this.#world.facts, test, outcome)) {
        const known = this.#state?.get(placeKey(place));
        if (known !== undefined) this.#set(place, limitUnits(known, units));
      }
    }
    run();
  }

  #either(branches: readonly (() => void)[]): void {
    const entry = this.#state;
    let exit: TextState = null;
    for (const branch of branches) {
      this.#state = entry;
      branch();
      exit = joinStates(exit, this.#state);
    }
    this.#state = exit;
  }

  // Expressions

  /** The bound of an expression; NO_TEXT for what is no string. Its parts are run in order. */
  #value(node: HirExpr): TextBound {
    const bound = this.#evaluate(node);
    if (hasText(node.type) && this.#state !== null) this.#world.tables.note(node.id, bound);
    return bound;
  }

  #evaluate(node: HirExpr): TextBound {
    switch (node.kind) {
      case "string":
        return literalBound(node.value);
      case "local":
      case "static":
      case "field":
      case "element":
        for (const part of partsOf(node)) this.#value(part);
        return hasText(node.type) ? this.#read(memoryOf(this.#world.program, node).place) : NO_TEXT;
      case "assign":
        return this.#assign(node.target, node.value);
      case "append":
        return this.#append(node);
      case "template":
        return this.#joined(
          node,
          node.parts.map((part) => this.#part(part)),
          null,
        );
      case "logical": {
        const left = this.#value(node.left);
        let right = NO_TEXT;
        this.#either([() => {}, () => (right = this.#value(node.right))]);
        return joinBounds(left, right);
      }
      case "conditional": {
        this.#value(node.test);
        let bound = NO_TEXT;
        this.#either([
          () => this.#when(node.test, true, () => (bound = joinBounds(bound, this.#value(node.whenTrue)))),
          () => this.#when(node.test, false, () => (bound = joinBounds(bound, this.#value(node.whenFalse)))),
        ]);
        return bound;
      }
      case "wrap":
      case "unwrap": {
        const bound = this.#value(node.value);
        return hasText(node.type) ? bound : NO_TEXT;
      }
      case "sequence":
        this.#statements(node.statements);
        return this.#value(node.value);
      case "call":
        return this.#call(node.function, node.args);
      case "spawn":
        this.#call(node.function, node.args);
        return NO_TEXT;
      case "new": {
        const constructorId = this.#world.program.classes[node.class]?.constructorFunction ?? null;
        this.#enter(constructorId, [NO_TEXT, ...node.args.map((argument) => this.#value(argument))]);
        return NO_TEXT;
      }
      case "callClosure":
        return this.#callClosure(node);
      case "await":
        return this.#awaitable(node.operand);
      case "awaitAll":
        for (const { operand, result } of node.branches) {
          const bound = this.#awaitable(operand);
          if (result !== null && this.#isText(result)) this.#store({ kind: "local", local: result }, bound);
        }
        return NO_TEXT;
      case "object":
        for (const { field, value } of node.fields) this.#initialise({ kind: "field", field }, value);
        return NO_TEXT;
      case "array":
      case "arrayFill":
      case "push": {
        const array = node.kind === "push" ? node.array : node;
        const { place } = memoryOf(this.#world.program, { kind: "element", array, index: array });
        for (const part of partsOf(node)) this.#initialise(place, part);
        return NO_TEXT;
      }
      case "intrinsic": {
        const parts = node.args.map((part) => this.#value(part));
        const bound = operationBound(this.#world, node, parts);
        if (!isGrowing(node)) return bound;
        if (parts.every((part) => Number.isFinite(part.bytes))) this.#world.require(node, bound.bytes);
        return { ...bound, bytes: this.#world.grow(node, bound.bytes, this.#beyondBound) };
      }
      default:
        for (const part of partsOf(node)) this.#value(part);
        return NO_TEXT;
    }
  }

  #assign(target: HirTarget, value: HirExpr): TextBound {
    for (const part of partsOfTarget(target)) this.#value(part);
    const bound = this.#value(value);
    if (hasText(value.type)) this.#store(memoryOf(this.#world.program, target).place, bound);
    return bound;
  }

  #append(node: Extract<HirExpr, { kind: "append" }>): TextBound {
    for (const part of partsOfTarget(node.target)) this.#value(part);
    const { place } = memoryOf(this.#world.program, node.target);
    return this.#joined(node, [this.#read(place), this.#part(node.value)], place);
  }

  /** The bound of a text made of parts, stored if there is a place for it. */
  #joined(node: HirExpr, parts: readonly TextExtent[], place: StringPlace | null): TextBound {
    const size = parts.reduce((sum, part) => sum + part.bytes, 0);
    const bytes = this.#world.grow(node, size, this.#beyondBound);
    const bound = { computed: true, bytes, isAscii: parts.every((part) => part.isAscii) };
    if (place !== null) this.#store(place, bound);
    return bound;
  }

  #part(part: HirExpr): TextExtent {
    return printedExtent(part, this.#value(part), this.#world.facts);
  }

  #call(callee: FunctionId, args: readonly HirExpr[]): TextBound {
    const bounds = args.map((argument) => this.#value(argument));
    this.#enter(callee, bounds);
    return this.#world.tables.ofPlace({ kind: "result", function: callee });
  }

  #callClosure(node: Extract<HirExpr, { kind: "callClosure" }>): TextBound {
    this.#value(node.closure);
    const bounds = node.args.map((argument) => this.#value(argument));
    if (node.closure.type.kind !== "closure") return NO_TEXT;
    let result = NO_TEXT;
    for (const callee of this.#world.graph.closuresOf(node.closure.type.signature)) {
      this.#enter(callee, bounds);
      result = joinBounds(result, this.#world.tables.ofPlace({ kind: "result", function: callee }));
    }
    return result;
  }

  #awaitable(operand: HirAwaitable): TextBound {
    if (operand.kind === "call") return this.#call(operand.function, operand.args);
    for (const argument of operand.args) this.#value(argument);
    return NO_TEXT;
  }

  #enter(callee: FunctionId | null, bounds: readonly TextBound[]): void {
    if (callee === null || this.#state === null) return;
    this.#world.program.functions[callee]?.parameters.forEach((local, index) => {
      const bound = bounds[index];
      if (bound !== undefined && this.#isText(local))
        this.#world.tables.store({ kind: "argument", local }, bound);
    });
  }

  #read(place: StringPlace): TextBound {
    const bound = this.#world.tables.ofPlace(place);
    if (!this.#world.isFollowed(place, this.#fn.id)) return bound;
    return { ...(this.#state?.get(placeKey(place)) ?? NO_TEXT), computed: bound.computed };
  }

  #store(place: StringPlace, bound: TextBound): void {
    if (this.#state === null) return;
    this.#world.tables.store(place, bound);
    this.#set(place, bound);
  }

  #set(place: StringPlace, { bytes, isAscii }: TextExtent): void {
    if (this.#state === null || !this.#world.isFollowed(place, this.#fn.id)) return;
    this.#state = new Map(this.#state).set(placeKey(place), { bytes, isAscii });
  }
}
