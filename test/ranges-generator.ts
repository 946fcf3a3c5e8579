/** Random HIR programs: everything the range analysis follows, in small. */
import type { IntrinsicName } from "../compiler/intrinsics/table.ts";
import type {
  ArithmeticOp,
  CompareOp,
  HirExpr,
  HirProgram,
  HirStatement,
  HirTarget,
  SizedName,
} from "../compiler/ir/hir.ts";
import type { ArrayId, FieldId, FunctionId, JumpId, LocalId, StaticId } from "../compiler/ir/ids.ts";
import { numberType, ProgramBuilder, sized } from "./ranges-builder.ts";

/** A small generator of random numbers (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

const constants = [
  0,
  0,
  1,
  1,
  2,
  3,
  5,
  7,
  10,
  16,
  31,
  64,
  100,
  127,
  128,
  255,
  256,
  1000,
  -1,
  -2,
  -10,
  -128,
  0.5,
  1.5,
  -0.25,
  65535,
  2147483647,
  2147483648,
  -2147483648,
  4294967295,
  4294967296,
  9007199254740991,
  9007199254740992,
  1e300,
  NaN,
  Infinity,
  -Infinity,
  -0,
];
const small = [0, 1, 2, 3, 4, 5, 8, 10];
const arithmeticOps: readonly ArithmeticOp[] = [
  "+",
  "+",
  "+",
  "-",
  "-",
  "*",
  "/",
  "%",
  "**",
  "&",
  "|",
  "^",
  "<<",
  ">>",
  ">>>",
];
const compareOps: readonly CompareOp[] = ["<", "<", "<=", ">", ">=", "===", "!=="];
const sizedNames: readonly SizedName[] = ["i8", "u8", "i16", "u16", "i32", "u32", "f32", "f64"];
const mathNames: readonly IntrinsicName[] = [
  "mathAbs",
  "mathMin",
  "mathMax",
  "mathFloor",
  "mathCeil",
  "mathTrunc",
  "mathRound",
  "mathSign",
  "mathImul",
  "mathClz32",
  "mathFround",
  "mathSqrt",
  "mathSin",
  "nowMs",
  "nowMs",
];
const predicates: readonly IntrinsicName[] = [
  "numberIsInteger",
  "numberIsFinite",
  "numberIsNaN",
  "numberIsSafeInteger",
];
const twoArguments = new Set<IntrinsicName>(["mathMin", "mathMax", "mathImul"]);

interface Scope {
  readonly owner: FunctionId;
  /** Locals that may be read, and those that may be written. */
  readonly readable: LocalId[];
  readonly writable: LocalId[];
  readonly loops: readonly JumpId[];
  readonly breaks: readonly JumpId[];
  readonly callable: readonly FunctionId[];
  readonly canWait: boolean;
  readonly depth: number;
}

export function generateProgram(seed: number): HirProgram {
  return new Generator(new Random(seed)).generate();
}

class Generator {
  readonly #random: Random;
  readonly #b = new ProgramBuilder();
  readonly #statics: StaticId[] = [];
  readonly #constants: StaticId[] = [];
  readonly #arrays: { readonly local: StaticId; readonly kind: ArrayId }[] = [];
  #object: { readonly holder: StaticId; readonly fields: readonly FieldId[] } | null = null;
  #closure: FunctionId | null = null;

  constructor(random: Random) {
    this.#random = random;
  }

  generate(): HirProgram {
    const b = this.#b;
    const scope: Scope = {
      owner: b.main,
      readable: [],
      writable: [],
      loops: [],
      breaks: [],
      callable: [],
      canWait: true,
      depth: 0,
    };
    this.#initialise(scope);
    const captured = b.local(b.main, { captured: true, reassigned: true });
    const frozen = b.local(b.main, { captured: true, reassigned: false });
    b.body(b.main, b.let(captured, this.#number(scope, 1)), b.let(frozen, this.#number(scope, 2)));
    const functions = this.#functions();
    this.#makeClosure(captured, frozen, functions);
    const task = this.#task(functions);
    const main: Scope = { ...scope, readable: [captured, frozen], writable: [captured], callable: functions };
    if (this.#random.chance(0.7)) b.body(b.main, b.spawn(task, this.#number(main, 1)));
    b.body(b.main, ...this.#statements(main, 7));
    return b.build();
  }

  #initialise(scope: Scope): void {
    const b = this.#b;
    for (let index = 0; index < 3; index += 1) {
      const type = this.#random.chance(0.2) ? sized(this.#random.pick(sizedNames)) : numberType;
      const id = b.static({ type });
      b.body(b.main, b.init(id, b.num(this.#random.pick(small))));
      this.#statics.push(id);
    }
    this.#makeArrays();
    this.#makeObject();
    const constant = b.static({ reassigned: false });
    b.body(b.main, b.init(constant, this.#number(scope, 2)));
    this.#constants.push(constant);
  }

  #makeArrays(): void {
    const b = this.#b;
    const kinds = [b.arrayClass(), b.arrayClass(sized(this.#random.pick(sizedNames)))];
    for (const kind of [...kinds, this.#random.pick(kinds)]) {
      const local = b.static({ type: { kind: "array", array: kind }, reassigned: false });
      const length = 1 + this.#random.below(5);
      b.body(b.main, b.init(local, b.arrayFill(kind, length, b.num(this.#random.pick(small)))));
      this.#arrays.push({ local, kind });
    }
  }

  #makeObject(): void {
    const b = this.#b;
    const shape = b.class([numberType, sized(this.#random.pick(sizedNames))]);
    const holder = b.static({ type: { kind: "object", class: shape.id }, reassigned: false });
    b.body(b.main, b.init(holder, b.object(shape, b.num(this.#random.pick(small)), b.num(1))));
    this.#object = { holder, fields: shape.fields };
  }

  /** Each may call those before it, and now and then itself. */
  #functions(): FunctionId[] {
    const b = this.#b;
    const made: FunctionId[] = [];
    for (let index = 0; index < 3; index += 1) {
      const parameters = [0, 1].map(() =>
        this.#random.chance(0.25) ? sized(this.#random.pick(sizedNames)) : numberType,
      );
      const result = this.#random.chance(0.25) ? sized(this.#random.pick(sizedNames)) : numberType;
      const id = b.fn(`f${index}`, { parameters, result });
      const own = [b.parameter(id, 0), b.parameter(id, 1)];
      const callable = this.#random.chance(0.3) ? [...made, id] : made;
      this.#finish(id, { ...this.#inner(id, callable), readable: own, writable: [] });
      made.push(id);
    }
    return made;
  }

  #inner(owner: FunctionId, callable: readonly FunctionId[]): Scope {
    return {
      owner,
      readable: [],
      writable: [],
      loops: [],
      breaks: [],
      callable: [...callable],
      canWait: false,
      depth: 1,
    };
  }

  #finish(id: FunctionId, scope: Scope): void {
    const b = this.#b;
    b.body(id, ...this.#statements(scope, 4), b.return(this.#number(scope, 2)));
  }

  #makeClosure(captured: LocalId, frozen: LocalId, callable: readonly FunctionId[]): void {
    const b = this.#b;
    const signature = b.signature([numberType], numberType);
    const id = b.fn("closure", { parameters: [numberType], result: numberType, signature, parent: b.main });
    const readable = [b.parameter(id, 0), captured, frozen];
    this.#finish(id, { ...this.#inner(id, callable), readable, writable: [captured] });
    this.#closure = id;
  }

  #task(callable: readonly FunctionId[]): FunctionId {
    const b = this.#b;
    const id = b.fn("task", { parameters: [numberType], isAsync: true });
    const scope = { ...this.#inner(id, callable), readable: [b.parameter(id, 0)], canWait: true };
    b.body(id, ...this.#statements(scope, 5));
    return id;
  }

  // Statements.

  #statements(scope: Scope, count: number): HirStatement[] {
    const inner = { ...scope, readable: [...scope.readable], writable: [...scope.writable] };
    return Array.from({ length: 1 + this.#random.below(count) }, () => this.#statement(inner));
  }

  #statement(scope: Scope): HirStatement {
    const b = this.#b;
    const deeper = { ...scope, depth: scope.depth + 1 };
    const choice = this.#random.below(scope.depth > 4 ? 8 : 17);
    if (choice <= 2) return this.#declare(scope);
    if (choice <= 5) return b.exec(this.#store(scope, 2));
    if (choice === 6 && scope.breaks.length > 0 && this.#random.chance(0.4))
      return b.break(this.#random.pick(scope.breaks));
    if (choice === 7 && scope.loops.length > 0 && this.#random.chance(0.4))
      return b.continue(this.#random.pick(scope.loops));
    if (choice <= 8) return scope.canWait ? b.delay(b.num(1)) : b.exec(this.#number(scope, 2));
    if (choice <= 11) {
      const otherwise = this.#random.chance(0.5) ? this.#statements(deeper, 2) : [];
      return b.if(this.#condition(scope, 2), this.#statements(deeper, 3), otherwise);
    }
    if (choice <= 15) return this.#loop(deeper);
    return this.#switch(deeper);
  }

  #declare(scope: Scope): HirStatement {
    const type = this.#random.chance(0.2) ? sized(this.#random.pick(sizedNames)) : numberType;
    const reassigned = this.#random.chance(0.75);
    const local = this.#b.local(scope.owner, { type, reassigned });
    const value = this.#number(scope, this.#random.chance(0.5) ? 0 : 2);
    scope.readable.push(local);
    if (reassigned) scope.writable.push(local);
    return this.#b.let(local, value);
  }

  #loop(scope: Scope): HirStatement {
    const b = this.#b;
    const jump = b.jump();
    const inner = { ...scope, loops: [...scope.loops, jump], breaks: [...scope.breaks, jump] };
    const choice = this.#random.below(8);
    if (choice === 0) return b.while(this.#condition(scope, 1), this.#statements(inner, 3), jump);
    if (choice === 1)
      return b.doWhile(
        this.#statements({ ...inner, loops: scope.loops }, 3),
        this.#condition(scope, 1),
        jump,
      );
    if (choice === 2) {
      const { local } = this.#random.pick(this.#arrays);
      const item = b.local(scope.owner, { reassigned: false });
      const body = this.#statements({ ...inner, readable: [...inner.readable, item] }, 3);
      return b.forOf(item, b.getStatic(local), body, jump);
    }
    return this.#counted(inner, jump);
  }

  #counted(inner: Scope, jump: JumpId): HirStatement {
    const b = this.#b;
    const i = b.local(inner.owner);
    const readable = [...inner.readable, i];
    const writable = this.#random.chance(0.15) ? [...inner.writable, i] : inner.writable;
    const body = this.#statements({ ...inner, readable, writable }, 4);
    const scope = { ...inner, readable };
    if (this.#random.chance(0.25)) {
      const test = b.cmp(">=", b.get(i), b.num(0));
      return b.for(i, b.num(this.#random.pick(small)), test, b.increment(i, -1), body, jump);
    }
    const limit = this.#random.chance(0.6)
      ? b.num(this.#random.pick(small))
      : this.#random.chance(0.5)
        ? b.length(b.getStatic(this.#random.pick(this.#arrays).local))
        : this.#number(scope, 1);
    const test = b.cmp(this.#random.pick(["<", "<", "<=", "!=="]), b.get(i), limit);
    const step = this.#random.chance(0.7)
      ? b.increment(i)
      : b.compound({ kind: "local", local: i }, "+", this.#number(scope, this.#random.chance(0.8) ? 0 : 1));
    return b.for(i, this.#number(inner, 0), test, step, body, jump);
  }

  #switch(scope: Scope): HirStatement {
    const b = this.#b;
    const jump = b.jump();
    const inner = { ...scope, breaks: [...scope.breaks, jump] };
    const cases = Array.from({ length: 1 + this.#random.below(3) }, () => {
      const test = this.#random.chance(0.8) ? b.num(this.#random.pick(small)) : this.#number(scope, 1);
      return [test, this.#statements(inner, 2)] as const;
    });
    const other = [null, this.#statements(inner, 2)] as const;
    const all = this.#random.chance(0.5) ? [...cases.slice(0, 1), other, ...cases.slice(1)] : cases;
    return b.switch(this.#number(scope, 1), all, jump);
  }

  // Expressions.

  #store(scope: Scope, depth: number): HirExpr {
    const b = this.#b;
    const target = this.#target(scope);
    const choice = this.#random.below(6);
    if (choice === 0) return b.update(target, this.#random.pick([1, -1] as const), this.#random.chance(0.5));
    if (choice <= 2) {
      const op = this.#random.chance(0.6)
        ? this.#random.pick(["+", "-"] as const)
        : this.#random.pick(arithmeticOps);
      return b.compound(target, op, this.#number(scope, depth - 1));
    }
    if (choice === 3 && (target.kind === "local" || target.kind === "static")) {
      const old = target.kind === "local" ? b.get(target.local) : b.getStatic(target.static);
      const delta = this.#number(scope, depth - 1);
      const op = this.#random.pick(["+", "-"] as const);
      const isSwapped = op === "+" && this.#random.chance(0.3);
      return b.assign(target, isSwapped ? b.arith(op, delta, old) : b.arith(op, old, delta));
    }
    return b.assign(target, this.#number(scope, depth));
  }

  #target(scope: Scope): HirTarget {
    const b = this.#b;
    const choice = this.#random.below(8);
    if (choice <= 3 && scope.writable.length > 0)
      return { kind: "local", local: this.#random.pick(scope.writable) };
    if (choice === 4 && this.#object !== null) {
      return {
        kind: "field",
        object: b.getStatic(this.#object.holder),
        field: this.#random.pick(this.#object.fields),
      };
    }
    if (choice === 5) return this.#element(scope);
    return { kind: "static", static: this.#random.pick(this.#statics) };
  }

  #element(scope: Scope): Extract<HirTarget, { kind: "element" }> {
    const b = this.#b;
    const { local } = this.#random.pick(this.#arrays);
    return {
      kind: "element",
      array: b.getStatic(local),
      index: this.#number(scope, this.#random.chance(0.7) ? 0 : 1),
    };
  }

  #number(scope: Scope, depth: number): HirExpr {
    const b = this.#b;
    if (depth <= 0) return this.#leaf(scope);
    const number = (): HirExpr => this.#number(scope, depth - 1);
    switch (this.#random.below(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
        return b.arith(this.#random.pick(arithmeticOps), number(), number());
      case 5:
        return b.convert(this.#random.pick(sizedNames), number());
      case 6:
        return b.conditional(this.#condition(scope, depth - 1), number(), number());
      case 7: {
        const name = this.#random.pick(mathNames);
        const args = name === "nowMs" ? [] : twoArguments.has(name) ? [number(), number()] : [number()];
        return b.intrinsic(name, ...args);
      }
      case 8:
        return b.logical(this.#random.pick(["&&", "||"] as const), number(), number());
      case 9:
        return this.#random.chance(0.5) ? b.negate(number()) : b.bitNot(number());
      case 10:
        return this.#store(scope, depth);
      case 11:
        return this.#call(scope, depth);
      default:
        return this.#leaf(scope);
    }
  }

  #call(scope: Scope, depth: number): HirExpr {
    const b = this.#b;
    const number = (): HirExpr => this.#number(scope, depth - 1);
    const isMain = scope.owner === b.main;
    if (isMain && this.#closure !== null && this.#random.chance(0.3))
      return b.callClosure(b.closure(this.#closure), number());
    if (scope.callable.length === 0) return this.#leaf(scope);
    return b.call(this.#random.pick(scope.callable), number(), number());
  }

  #leaf(scope: Scope): HirExpr {
    const b = this.#b;
    switch (this.#random.below(12)) {
      case 0:
        return b.num(this.#random.pick(constants));
      case 1:
      case 2:
        return b.num(this.#random.pick(small));
      case 3:
        return b.getStatic(this.#random.pick(this.#statics));
      case 4: {
        const constant = this.#constants[0];
        return constant === undefined ? b.num(1) : b.getStatic(constant);
      }
      case 5: {
        const array = this.#arrays[0];
        return array === undefined ? b.num(1) : b.length(b.getStatic(array.local));
      }
      case 6:
        if (this.#arrays.length === 0) return b.num(2);
        return b.element(b.getStatic(this.#random.pick(this.#arrays).local), this.#index(scope));
      case 7:
        if (this.#object === null) return b.num(3);
        return b.getField(b.getStatic(this.#object.holder), this.#random.pick(this.#object.fields));
      default:
        return scope.readable.length === 0
          ? b.num(this.#random.pick(constants))
          : b.get(this.#random.pick(scope.readable));
    }
  }

  #index(scope: Scope): HirExpr {
    const isVariable = scope.readable.length > 0 && this.#random.chance(0.6);
    return isVariable ? this.#b.get(this.#random.pick(scope.readable)) : this.#b.num(this.#random.below(3));
  }

  #condition(scope: Scope, depth: number): HirExpr {
    const b = this.#b;
    const choice = this.#random.below(10);
    if (choice === 0 && depth > 0) return b.not(this.#condition(scope, depth - 1));
    if (choice <= 2 && depth > 0) {
      const op = this.#random.pick(["&&", "||"] as const);
      return b.logical(op, this.#condition(scope, depth - 1), this.#condition(scope, depth - 1));
    }
    if (choice === 3) return b.truthy(this.#number(scope, depth));
    if (choice === 4) return b.intrinsic(this.#random.pick(predicates), this.#number(scope, 0));
    return b.cmp(
      this.#random.pick(compareOps),
      this.#number(scope, this.#random.chance(0.7) ? 0 : 1),
      this.#number(scope, depth),
    );
  }
}
