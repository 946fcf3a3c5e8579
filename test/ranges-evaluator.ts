/**
 * Runs a HIR program with JavaScript numbers and checks every value against
 * its fact. Knows what the range analysis assumes: range checks and bounds
 * checks panic, checked sums panic beyond 2^53, tasks change at waits only.
 */

import type { IntrinsicName } from "../compiler/intrinsics/table.ts";
import type { NumberFacts } from "../compiler/ir/facts.ts";
import type {
  ArithmeticOp,
  HirAwaitable,
  HirExpr,
  HirProgram,
  HirStatement,
  HirTarget,
} from "../compiler/ir/hir.ts";
import type { FieldId, FunctionId, JumpId, SignatureId } from "../compiler/ir/ids.ts";
import { isGone } from "../compiler/source/assert.ts";
import {
  type Activation,
  type ArrayValue,
  type ClosureValue,
  Memory,
  type ObjectValue,
  Panic,
  type Place,
  type Value,
} from "./ranges-memory.ts";
import { callMath, comparisons, isExactSum, operators, wraps } from "./ranges-numbers.ts";

class OutOfFuel extends Error {}

type Jump = { kind: "break" | "continue"; jump: JumpId } | { kind: "return"; value: Value } | null;
type Run<T> = Generator<void, T, void>;

export interface EvaluationOptions {
  readonly checks: "all" | "none";
  readonly fuel: number;
  /** What `now()` and the like return. */
  readonly input: () => number;
}

/** How the run ended. */
export function evaluateProgram(
  program: HirProgram,
  facts: NumberFacts,
  options: EvaluationOptions,
): "done" | "panic" | "fuel" {
  const evaluator = new Evaluator(program, facts, options);
  try {
    evaluator.run();
    return "done";
  } catch (error) {
    if (error instanceof Panic) return "panic";
    if (error instanceof OutOfFuel) return "fuel";
    throw error;
  }
}

class Evaluator {
  readonly #program: HirProgram;
  readonly #facts: NumberFacts;
  readonly #options: EvaluationOptions;
  readonly #memory: Memory;
  readonly #tasks: Run<Value>[] = [];
  #fuel: number;

  constructor(program: HirProgram, facts: NumberFacts, options: EvaluationOptions) {
    this.#program = program;
    this.#facts = facts;
    this.#options = options;
    this.#memory = new Memory(program, facts, options.checks);
    this.#fuel = options.fuel;
  }

  run(): void {
    this.#tasks.push(this.#call(this.#program.main, [], null));
    while (this.#tasks.length > 0) {
      const task = this.#tasks.shift();
      if (task !== undefined && task.next().done !== true) this.#tasks.push(task);
    }
  }

  #burn(): void {
    this.#fuel -= 1;
    if (this.#fuel < 0) throw new OutOfFuel();
  }

  *#call(id: FunctionId, args: readonly Value[], outer: Activation | null): Run<Value> {
    this.#burn();
    const fn = this.#program.functions[id];
    if (fn === undefined) throw new Error("no such function");
    const activation: Activation = { function: id, locals: new Map(), outer };
    fn.parameters.forEach((parameter, index) => {
      this.#memory.storeLocal(activation, parameter, args[index]);
    });
    const end = yield* this.#statements(activation, fn.body);
    const value = end?.kind === "return" ? this.#memory.fit(fn.result, end.value) : undefined;
    this.#memory.check(`result of ${fn.name}`, this.#facts.result(id), value);
    if (fn.signature !== null)
      this.#memory.check("signature result", this.#facts.signatureResult(fn.signature), value);
    return value;
  }

  *#statements(at: Activation, list: readonly HirStatement[]): Run<Jump> {
    for (const statement of list) {
      const jump = yield* this.#statement(at, statement);
      if (jump !== null) return jump;
    }
    return null;
  }

  *#statement(at: Activation, node: HirStatement): Run<Jump> {
    this.#burn();
    switch (node.kind) {
      case "expression":
        yield* this.#evaluate(at, node.value);
        return null;
      case "let":
        if (node.value !== null)
          this.#memory.storeLocal(at, node.local, yield* this.#evaluate(at, node.value));
        return null;
      case "staticInit":
        this.#memory.storeStatic(node.static, yield* this.#evaluate(at, node.value));
        return null;
      case "block": {
        const jump = yield* this.#statements(at, node.statements);
        return jump?.kind === "break" && jump.jump === node.breakId ? null : jump;
      }
      case "if": {
        const test = yield* this.#evaluate(at, node.test);
        return yield* this.#statements(at, test === true ? node.whenTrue : node.whenFalse);
      }
      case "loop":
        return yield* this.#loop(at, node);
      case "forOf": {
        const array = (yield* this.#evaluate(at, node.array)) as ArrayValue;
        for (let index = 0; index < array.items.length; index += 1) {
          this.#memory.storeLocal(at, node.local, array.items[index]);
          const jump = yield* this.#statements(at, node.body);
          if (jump !== null && !isContinue(jump, node.jump)) return isBreak(jump, node.jump) ? null : jump;
        }
        return null;
      }
      case "forEvery": {
        yield* this.#evaluate(at, node.periodMs);
        for (let count = 1; ; count += 1) {
          this.#burn();
          yield;
          if (node.local !== null) this.#memory.storeLocal(at, node.local, count);
          const jump = yield* this.#statements(at, node.body);
          if (jump !== null && !isContinue(jump, node.jump)) return isBreak(jump, node.jump) ? null : jump;
        }
      }
      case "switch":
        return yield* this.#switch(at, node);
      case "throw":
      case "try":
      case "yield":
        return isGone(node);
      case "break":
      case "continue":
        return { kind: node.kind, jump: node.jump };
      case "return":
        return {
          kind: "return",
          value: node.value === null ? undefined : yield* this.#evaluate(at, node.value),
        };
    }
  }

  *#loop(at: Activation, node: Extract<HirStatement, { kind: "loop" }>): Run<Jump> {
    for (let first = true; ; first = false) {
      this.#burn();
      if (node.test !== null && (node.testFirst || !first)) {
        if ((yield* this.#evaluate(at, node.test)) !== true) return null;
      }
      const jump = yield* this.#statements(at, node.body);
      if (jump !== null && !isContinue(jump, node.jump)) return isBreak(jump, node.jump) ? null : jump;
      if (node.update !== null) yield* this.#evaluate(at, node.update);
    }
  }

  *#switch(at: Activation, node: Extract<HirStatement, { kind: "switch" }>): Run<Jump> {
    const subject = yield* this.#evaluate(at, node.subject);
    let start = -1;
    for (const [index, arm] of node.cases.entries()) {
      if (arm.test === null || (yield* this.#evaluate(at, arm.test)) !== subject) continue;
      start = index;
      break;
    }
    if (start < 0) start = node.cases.findIndex((arm) => arm.test === null);
    if (start < 0) return null;
    for (const arm of node.cases.slice(start)) {
      const jump = yield* this.#statements(at, arm.body);
      if (jump !== null) return isBreak(jump, node.jump) ? null : jump;
    }
    return null;
  }

  *#evaluate(at: Activation, node: HirExpr): Run<Value> {
    this.#burn();
    const value = yield* this.#evaluateKind(at, node);
    if (node.type.kind === "number")
      this.#memory.check(`node ${node.id} (${node.kind})`, this.#facts.node(node.id), value);
    return value;
  }

  *#all(at: Activation, nodes: readonly HirExpr[]): Run<Value[]> {
    const values: Value[] = [];
    for (const node of nodes) values.push(yield* this.#evaluate(at, node));
    return values;
  }

  *#evaluateKind(at: Activation, node: HirExpr): Run<Value> {
    switch (node.kind) {
      case "number":
      case "boolean":
      case "string":
        return node.value;
      case "undefined":
        return undefined;
      case "local":
        return this.#memory.activation(at, node.local).locals.get(node.local);
      case "static":
        return this.#memory.statics.get(node.static);
      case "field":
      case "element":
        return this.#memory.read(yield* this.#place(at, node, node));
      case "arrayLength":
        return ((yield* this.#evaluate(at, node.array)) as ArrayValue).items.length;
      case "stringLength":
        return String(yield* this.#evaluate(at, node.value)).length;
      case "assign": {
        const place = yield* this.#place(at, node.target, node);
        return this.#memory.store(place, yield* this.#evaluate(at, node.value));
      }
      case "compound": {
        const place = yield* this.#place(at, node.target, node);
        const old = Number(this.#memory.read(place));
        const operand = Number(yield* this.#evaluate(at, node.value));
        const value = this.#arithmetic(node, node.op, old, operand);
        this.#memory.check(`node ${node.id} before its range check`, this.#facts.node(node.id), value);
        return this.#memory.store(place, value);
      }
      case "update": {
        const place = yield* this.#place(at, node.target, node);
        const old = Number(this.#memory.read(place));
        const value = this.#arithmetic(node, "+", old, node.delta);
        const stored = this.#memory.store(place, value);
        return node.prefix ? stored : old;
      }
      case "arithmetic": {
        const left = Number(yield* this.#evaluate(at, node.left));
        const right = Number(yield* this.#evaluate(at, node.right));
        return this.#arithmetic(node, node.op, left, right);
      }
      case "compare": {
        const left = yield* this.#evaluate(at, node.left);
        return comparisons[node.op](left, yield* this.#evaluate(at, node.right));
      }
      case "negate":
        return -Number(yield* this.#evaluate(at, node.value));
      case "bitNot":
        return ~Number(yield* this.#evaluate(at, node.value));
      case "not":
        return (yield* this.#evaluate(at, node.value)) !== true;
      case "truthy":
        return Boolean(yield* this.#evaluate(at, node.value));
      case "logical": {
        const left = yield* this.#evaluate(at, node.left);
        const stays = node.op === "||" ? Boolean(left) : !left;
        return stays ? left : yield* this.#evaluate(at, node.right);
      }
      case "conditional": {
        const test = yield* this.#evaluate(at, node.test);
        return yield* this.#evaluate(at, test === true ? node.whenTrue : node.whenFalse);
      }
      case "convert":
        return wraps[node.to](Number(yield* this.#evaluate(at, node.value)));
      case "call":
        return yield* this.#call(node.function, yield* this.#all(at, node.args), null);
      case "callClosure": {
        const closure = (yield* this.#evaluate(at, node.closure)) as ClosureValue;
        const args = yield* this.#all(at, node.args);
        if (node.closure.type.kind === "closure") this.#checkArguments(node.closure.type.signature, args);
        return yield* this.#call(closure.function, args, closure.outer);
      }
      case "intrinsic":
        return this.#intrinsic(node.name, (yield* this.#all(at, node.args)).map(Number));
      case "object": {
        const fields = new Map<FieldId, Value>();
        for (const { field, value } of node.fields) {
          fields.set(
            field,
            this.#memory.fit(this.#memory.fieldType(field), yield* this.#evaluate(at, value)),
          );
          this.#memory.check(`field ${field}`, this.#facts.field(field), fields.get(field));
        }
        return { kind: "object", fields };
      }
      case "array":
      case "arrayFill": {
        const given = yield* this.#all(at, node.kind === "array" ? node.elements : [node.value]);
        const items = node.kind === "array" ? given : new Array<Value>(node.length).fill(given[0]);
        if (node.type.kind !== "array") throw new Error("no array type");
        const id = node.type.array;
        return { kind: "array", id, items: items.map((item) => this.#memory.fitElement(id, item)) };
      }
      case "closure":
        return { kind: "closure", function: node.function, outer: at };
      case "await":
        return yield* this.#await(at, node.operand);
      case "awaitAll": {
        for (const { operand, result } of node.branches) {
          const value = yield* this.#await(at, operand);
          if (result !== null) this.#memory.storeLocal(at, result, value);
        }
        return undefined;
      }
      case "spawn": {
        const task = this.#call(node.function, yield* this.#all(at, node.args), null);
        if (task.next().done !== true) this.#tasks.push(task);
        return undefined;
      }
      case "sequence": {
        const jump = yield* this.#statements(at, node.statements);
        if (jump !== null) throw new Error("a sequence does not jump");
        return yield* this.#evaluate(at, node.value);
      }
      default:
        throw new Error(`the evaluator does not know ${node.kind}`);
    }
  }

  #checkArguments(signature: SignatureId, args: readonly Value[]): void {
    args.forEach((arg, index) => {
      this.#memory.check("signature parameter", this.#facts.signatureParameter(signature, index), arg);
    });
  }

  *#await(at: Activation, operand: HirAwaitable): Run<Value> {
    const args = yield* this.#all(at, operand.args);
    if (operand.kind === "call") return yield* this.#call(operand.function, args, null);
    yield;
    return operand.name === "uartReadByte" ? Math.abs(Math.trunc(this.#options.input())) % 256 : undefined;
  }

  #arithmetic(node: HirExpr, op: ArithmeticOp, a: number, b: number): number {
    const value = operators[op](a, b);
    if (this.#facts.isCheckedSum(node.id) && !(Math.abs(value) <= 2 ** 53 && isExactSum(op, a, b)))
      throw new Panic();
    return value;
  }

  #intrinsic(name: IntrinsicName, args: readonly number[]): Value {
    if (name === "nowMs") return Math.min(Math.abs(this.#options.input()) || 0, 2 ** 53 - 1);
    if (name === "panic") throw new Panic();
    return callMath(name, args);
  }

  // Places.

  *#place(at: Activation, target: HirTarget, access: HirExpr): Run<Place> {
    if (target.kind === "local") return { kind: "local", at, local: target.local };
    if (target.kind === "static") return { kind: "static", static: target.static };
    if (target.kind === "field") {
      const object = (yield* this.#evaluate(at, target.object)) as ObjectValue;
      return { kind: "field", object, field: target.field };
    }
    const array = (yield* this.#evaluate(at, target.array)) as ArrayValue;
    const index = Number(yield* this.#evaluate(at, target.index));
    const isInside = Number.isInteger(index) && index >= 0 && index < array.items.length;
    if (!isInside && this.#facts.isIndexInBounds(access.id))
      throw new Error(`index ${index} was proven in bounds`);
    if (!isInside) throw new Panic();
    return { kind: "element", array, index };
  }
}

function isBreak(jump: Exclude<Jump, null>, id: JumpId): boolean {
  return jump.kind === "break" && jump.jump === id;
}

function isContinue(jump: Exclude<Jump, null>, id: JumpId): boolean {
  return jump.kind === "continue" && jump.jump === id;
}
