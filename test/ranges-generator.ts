/** Random HIR programs: everything the range analysis follows, in small. */
import type { HirProgram, HirStatement, HirType } from "../compiler/ir/hir.ts";
import type { FunctionId, JumpId, LocalId } from "../compiler/ir/ids.ts";
import { numberType, sized } from "./ranges-builder.ts";
import { Random } from "./ranges-random.ts";
import { ExpressionGenerator, type Scope, sizedNames, small } from "./ranges-random-expressions.ts";

export function generateProgram(seed: number): HirProgram {
  return new Generator(new Random(seed)).generate();
}

class Generator extends ExpressionGenerator {
  generate(): HirProgram {
    const b = this.b;
    const scope: Scope = {
      owner: b.main,
      readable: [],
      writable: [],
      loops: [],
      breaks: [],
      objects: [],
      callable: [],
      canWait: true,
      depth: 0,
    };
    this.#initialise(scope);
    const captured = b.local(b.main, { captured: true, reassigned: true });
    const frozen = b.local(b.main, { captured: true, reassigned: false });
    b.body(b.main, b.let(captured, this.number(scope, 1)), b.let(frozen, this.number(scope, 2)));
    const functions = this.#functions();
    this.#makeClosure(captured, frozen, functions);
    const task = this.#task(functions);
    const main: Scope = { ...scope, readable: [captured, frozen], writable: [captured], callable: functions };
    if (this.random.chance(0.7)) b.body(b.main, b.spawn(task, this.number(main, 1)));
    b.body(b.main, ...this.#statements(main, 7));
    return b.build();
  }

  #initialise(scope: Scope): void {
    const b = this.b;
    for (let index = 0; index < 3; index += 1) {
      const type = this.random.chance(0.2) ? sized(this.random.pick(sizedNames)) : numberType;
      const id = b.static({ type });
      b.body(b.main, b.init(id, b.num(this.random.pick(small))));
      this.statics.push(id);
    }
    this.#makeArrays();
    this.#makeObjects();
    const constant = b.static({ reassigned: false });
    b.body(b.main, b.init(constant, this.number(scope, 2)));
    this.constants.push(constant);
  }

  #makeArrays(): void {
    const b = this.b;
    const kinds = [b.arrayClass(), b.arrayClass(sized(this.random.pick(sizedNames)))];
    for (const kind of [...kinds, this.random.pick(kinds)]) {
      const local = b.static({ type: { kind: "array", array: kind }, reassigned: false });
      const length = 1 + this.random.below(5);
      b.body(b.main, b.init(local, b.arrayFill(kind, length, b.num(this.random.pick(small)))));
      this.arrays.push({ local, kind });
    }
  }

  #makeObjects(): void {
    const b = this.b;
    this.class = b.class([numberType, sized(this.random.pick(sizedNames))]);
    for (const reassigned of [false, false, true]) {
      const holder = b.static({ type: { kind: "object", class: this.class.id }, reassigned });
      const fresh = b.object(this.class, b.num(this.random.pick(small)), b.num(1));
      const [other] = this.holders;
      b.body(b.main, b.init(holder, reassigned && other !== undefined ? b.getStatic(other) : fresh));
      this.holders.push(holder);
    }
  }

  /** Each may call those before it, and now and then itself. */
  #functions(): FunctionId[] {
    const b = this.b;
    const made: FunctionId[] = [];
    for (let index = 0; index < 3; index += 1) {
      const objectType: HirType = { kind: "object", class: this.class.id };
      const numbers = [0, 1].map(() =>
        this.random.chance(0.25) ? sized(this.random.pick(sizedNames)) : numberType,
      );
      const result = this.random.chance(0.25) ? sized(this.random.pick(sizedNames)) : numberType;
      const id = b.fn(`f${index}`, { parameters: [...numbers, objectType], result });
      const own = [b.parameter(id, 0), b.parameter(id, 1)];
      const callable = this.random.chance(0.3) ? [...made, id] : made;
      this.#finish(id, { ...this.#inner(id, callable), readable: own, objects: [b.parameter(id, 2)] });
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
      objects: [],
      callable: [...callable],
      canWait: false,
      depth: 1,
    };
  }

  #finish(id: FunctionId, scope: Scope): void {
    const b = this.b;
    b.body(id, ...this.#statements(scope, 4), b.return(this.number(scope, 2)));
  }

  #makeClosure(captured: LocalId, frozen: LocalId, callable: readonly FunctionId[]): void {
    const b = this.b;
    const signature = b.signature([numberType], numberType);
    const id = b.fn("closure", { parameters: [numberType], result: numberType, signature, parent: b.main });
    const readable = [b.parameter(id, 0), captured, frozen];
    this.#finish(id, { ...this.#inner(id, callable), readable, writable: [captured] });
    this.closure = id;
  }

  #task(callable: readonly FunctionId[]): FunctionId {
    const b = this.b;
    const id = b.fn("task", { parameters: [numberType], isAsync: true });
    const scope = { ...this.#inner(id, callable), readable: [b.parameter(id, 0)], canWait: true };
    b.body(id, ...this.#statements(scope, 5));
    return id;
  }

  #statements(scope: Scope, count: number): HirStatement[] {
    const inner = {
      ...scope,
      readable: [...scope.readable],
      writable: [...scope.writable],
      objects: [...scope.objects],
    };
    return Array.from({ length: 1 + this.random.below(count) }, () => this.#statement(inner));
  }

  #statement(scope: Scope): HirStatement {
    const b = this.b;
    const deeper = { ...scope, depth: scope.depth + 1 };
    const choice = this.random.below(scope.depth > 4 ? 8 : 17);
    if (choice <= 2) return this.#declare(scope);
    if (choice <= 5) return b.exec(this.store(scope, 2));
    if (choice === 6 && scope.breaks.length > 0 && this.random.chance(0.4))
      return b.break(this.random.pick(scope.breaks));
    if (choice === 7 && scope.loops.length > 0 && this.random.chance(0.4))
      return b.continue(this.random.pick(scope.loops));
    if (choice <= 8) return scope.canWait ? b.delay(b.num(1)) : b.exec(this.number(scope, 2));
    if (choice <= 11) {
      const otherwise = this.random.chance(0.5) ? this.#statements(deeper, 2) : [];
      return b.if(this.condition(scope, 2), this.#statements(deeper, 3), otherwise);
    }
    if (choice <= 15) return this.#loop(deeper);
    return this.#switch(deeper);
  }

  #declare(scope: Scope): HirStatement {
    if (this.random.chance(0.15)) return this.#declareObject(scope);
    const type = this.random.chance(0.2) ? sized(this.random.pick(sizedNames)) : numberType;
    const reassigned = this.random.chance(0.75);
    const local = this.b.local(scope.owner, { type, reassigned });
    const value = this.number(scope, this.random.chance(0.5) ? 0 : 2);
    scope.readable.push(local);
    if (reassigned) scope.writable.push(local);
    return this.b.let(local, value);
  }

  #declareObject(scope: Scope): HirStatement {
    const b = this.b;
    const reassigned = this.random.chance(0.2);
    const local = b.local(scope.owner, { type: { kind: "object", class: this.class.id }, reassigned });
    const fresh = b.object(this.class, b.num(this.random.pick(small)), b.num(this.random.pick(small)));
    const value = this.random.chance(0.3) ? fresh : this.object(scope);
    scope.objects.push(local);
    return b.let(local, value);
  }

  #loop(scope: Scope): HirStatement {
    const b = this.b;
    const jump = b.jump();
    const inner = { ...scope, loops: [...scope.loops, jump], breaks: [...scope.breaks, jump] };
    const choice = this.random.below(8);
    if (choice === 0) return b.while(this.condition(scope, 1), this.#statements(inner, 3), jump);
    if (choice === 1)
      return b.doWhile(this.#statements({ ...inner, loops: scope.loops }, 3), this.condition(scope, 1), jump);
    if (choice === 2) {
      const { local } = this.random.pick(this.arrays);
      const item = b.local(scope.owner, { reassigned: false });
      const body = this.#statements({ ...inner, readable: [...inner.readable, item] }, 3);
      return b.forOf(item, b.getStatic(local), body, jump);
    }
    return this.#counted(inner, jump);
  }

  #counted(inner: Scope, jump: JumpId): HirStatement {
    const b = this.b;
    const i = b.local(inner.owner);
    const readable = [...inner.readable, i];
    const writable = this.random.chance(0.15) ? [...inner.writable, i] : inner.writable;
    const body = this.#statements({ ...inner, readable, writable }, 4);
    const scope = { ...inner, readable };
    if (this.random.chance(0.25)) {
      const test = b.cmp(">=", b.get(i), b.num(0));
      return b.for(i, b.num(this.random.pick(small)), test, b.increment(i, -1), body, jump);
    }
    const limit = this.random.chance(0.6)
      ? b.num(this.random.pick(small))
      : this.random.chance(0.5)
        ? b.length(b.getStatic(this.random.pick(this.arrays).local))
        : this.number(scope, 1);
    const test = b.cmp(this.random.pick(["<", "<", "<=", "!=="]), b.get(i), limit);
    const step = this.random.chance(0.7)
      ? b.increment(i)
      : b.compound({ kind: "local", local: i }, "+", this.number(scope, this.random.chance(0.8) ? 0 : 1));
    return b.for(i, this.number(inner, 0), test, step, body, jump);
  }

  #switch(scope: Scope): HirStatement {
    const b = this.b;
    const jump = b.jump();
    const inner = { ...scope, breaks: [...scope.breaks, jump] };
    const cases = Array.from({ length: 1 + this.random.below(3) }, () => {
      const test = this.random.chance(0.8) ? b.num(this.random.pick(small)) : this.number(scope, 1);
      return [test, this.#statements(inner, 2)] as const;
    });
    const other = [null, this.#statements(inner, 2)] as const;
    const all = this.random.chance(0.5) ? [...cases.slice(0, 1), other, ...cases.slice(1)] : cases;
    return b.switch(this.number(scope, 1), all, jump);
  }
}
