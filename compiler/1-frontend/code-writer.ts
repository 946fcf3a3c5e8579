/**
 * Writes the statements a built-in method stands for. Everything gets the span
 * of the call. Ends in a `sequence`: the statements, then the value.
 */

import type { ts } from "ts-morph";
import type { IntrinsicName } from "../intrinsics/table.ts";
import type { ArithmeticOp, CompareOp, HirExpr, HirStatement, HirTarget, HirType } from "../ir/hir.ts";
import type { JumpId } from "../ir/ids.ts";
import { type Builder, expression, expressionStatement, type Scope, types } from "./builder.ts";
import { equality } from "./equality.ts";
import { limited, makeError } from "./errors.ts";
import { literal } from "./expressions.ts";
import { call } from "./known-calls.ts";

/** A fresh node at each use. */
export type Make = () => HirExpr;

/** A variable of the written code. */
export interface Variable {
  (): HirExpr;
  readonly target: Extract<HirTarget, { kind: "local" }>;
}

export class CodeWriter {
  readonly b: Builder;
  readonly scope: Scope;
  readonly node: ts.Node;
  #statements: HirStatement[] = [];

  constructor(b: Builder, scope: Scope, node: ts.Node) {
    this.b = b;
    this.scope = scope;
    this.node = node;
  }

  // Expressions

  number(value: number): HirExpr {
    return literal(this.b, this.node, value);
  }

  boolean(value: boolean): HirExpr {
    return literal(this.b, this.node, value);
  }

  arithmetic(op: ArithmeticOp, left: HirExpr, right: HirExpr): HirExpr {
    return expression(this.b, this.node, { kind: "arithmetic", op, left, right, type: types.number });
  }

  plus(left: HirExpr, right: HirExpr): HirExpr {
    return this.arithmetic("+", left, right);
  }

  minus(left: HirExpr, right: HirExpr): HirExpr {
    return this.arithmetic("-", left, right);
  }

  compare(op: CompareOp, left: HirExpr, right: HirExpr): HirExpr {
    return expression(this.b, this.node, { kind: "compare", op, left, right, type: types.boolean });
  }

  /** `left === right`, of any types. */
  same(left: HirExpr, right: HirExpr): HirExpr {
    return equality(this.b, this.scope, this.node, left, right, false);
  }

  either(test: HirExpr, whenTrue: HirExpr, whenFalse: HirExpr, type: HirType = types.number): HirExpr {
    return expression(this.b, this.node, { kind: "conditional", test, whenTrue, whenFalse, type });
  }

  intrinsic(name: IntrinsicName, ...args: readonly HirExpr[]): HirExpr {
    return call(this.b, this.node, name, args);
  }

  nothing(): HirExpr {
    return expression(this.b, this.node, { kind: "undefined", type: types.void });
  }

  length(array: HirExpr): HirExpr {
    return expression(this.b, this.node, { kind: "arrayLength", array, type: types.number });
  }

  /** An element that is there for sure, or is as long as nobody makes the array shorter. */
  element(array: HirExpr, index: HirExpr, inside: "always" | "unlessShrunk" | null = null): HirExpr {
    if (array.type.kind !== "array") throw new Error("an element of something that is no array");
    const type = this.b.elementType(array.type.array);
    const sure = inside === null ? {} : { inside };
    return expression(this.b, this.node, { kind: "element", array, index, ...sure, type });
  }

  /** A new array whose elements are stored next. */
  newArray(type: HirType, length: HirExpr): HirExpr {
    const site = this.b.addSite(this.scope, this.node, "array");
    return expression(this.b, this.node, { kind: "arrayNew", length, site, type });
  }

  /** `most`: how many elements `pushWithin` gives it at most. */
  emptyArray(type: HirType, most: Variable | null = null): HirExpr {
    const site = this.b.addSite(this.scope, this.node, "array");
    const limit = most === null ? {} : { most: most.target.local };
    return expression(this.b, this.node, { kind: "array", elements: [], ...limit, site, type });
  }

  // Statements

  emit(statement: HirStatement): void {
    this.#statements.push(statement);
  }

  run(value: HirExpr): void {
    this.emit(expressionStatement(value));
  }

  let(name: string, value: HirExpr, options: { reassigned?: boolean; type?: HirType } = {}): Variable {
    const { b, scope, node } = this;
    const { reassigned = false, type = value.type } = options;
    const local = b.addLocal(scope, name, type, node, { reassigned });
    this.emit({ kind: "let", local, value, span: b.span(node) });
    const read = (): HirExpr => expression(b, node, { kind: "local", local, type: b.local(local).type });
    return Object.assign(read, { target: { kind: "local", local } as const });
  }

  set(target: HirTarget, value: HirExpr): void {
    const type = target.kind === "local" ? this.b.local(target.local).type : value.type;
    this.run(expression(this.b, this.node, { kind: "assign", target, value, type }));
  }

  setElement(array: HirExpr, index: HirExpr, value: HirExpr): void {
    this.set({ kind: "element", array, index, inside: "always" }, value);
  }

  push(array: HirExpr, value: HirExpr): void {
    this.run(expression(this.b, this.node, { kind: "push", array, values: [value], type: types.number }));
  }

  /** Into an array that was made for a number of elements. */
  pushWithin(array: HirExpr, value: HirExpr): void {
    const { b, node } = this;
    this.run(
      expression(b, node, { kind: "push", array, values: [value], isWithin: true, type: types.number }),
    );
  }

  /** `growsBy`, and the variables `alsoBy`: by how much the array may become longer. */
  setLength(array: HirExpr, length: HirExpr, growsBy = 0, alsoBy: readonly Variable[] = []): void {
    const more = alsoBy.length === 0 ? {} : { alsoBy: alsoBy.map(({ target }) => target.local) };
    this.run(
      expression(this.b, this.node, { kind: "setLength", array, length, growsBy, ...more, type: types.void }),
    );
  }

  move(array: HirExpr, to: HirExpr, from: HirExpr, count: HirExpr): void {
    this.run(
      expression(this.b, this.node, { kind: "moveElements", array, to, from, count, type: types.void }),
    );
  }

  if(test: HirExpr, whenTrue: () => void, whenFalse: () => void = () => {}): void {
    const span = this.b.span(this.node);
    const yes = this.#inside(whenTrue);
    this.emit({ kind: "if", test, whenTrue: yes, whenFalse: this.#inside(whenFalse), span });
  }

  /** `for (let i = from; i < to; i++)`, or downwards: `i >= to; i--`. */
  count(from: HirExpr, to: Make, body: (index: Make, jump: JumpId) => void, step: 1 | -1 = 1): void {
    const { b, node } = this;
    const index = this.let("index", from, { reassigned: true, type: types.number });
    const update = expression(b, node, {
      kind: "update",
      target: index.target,
      delta: step,
      prefix: false,
      type: types.number,
    });
    this.while(this.compare(step === 1 ? "<" : ">=", index(), to()), (jump) => body(index, jump), update);
  }

  while(
    test: HirExpr,
    body: (jump: JumpId) => void,
    update: HirExpr | null = null,
    jump = this.b.nextJump(),
  ): void {
    const statements = this.#inside(() => body(jump));
    const span = this.b.span(this.node);
    this.emit({
      kind: "loop",
      jump,
      test,
      testFirst: true,
      update,
      body: statements,
      perIteration: [],
      span,
    });
  }

  /** Throws an error of this class. */
  throw(name: "RangeError" | "TypeError" | "SyntaxError", message: string): void {
    this.throwText(name, literal(this.b, this.node, message));
  }

  throwText(name: "RangeError" | "TypeError" | "SyntaxError", message: HirExpr): void {
    const { b, scope, node } = this;
    const text = limited(b, scope, node, message);
    this.emit({ kind: "throw", value: makeError(b, scope, node, name, text), span: b.span(node) });
  }

  /** Stops the program: Node would go on with undefined. */
  panic(message: string): void {
    this.run(this.intrinsic("panic", literal(this.b, this.node, message)));
  }

  break(jump: JumpId): void {
    this.emit({ kind: "break", jump, span: this.b.span(this.node) });
  }

  #inside(write: () => void): HirStatement[] {
    const outer = this.#statements;
    const inner: HirStatement[] = [];
    this.#statements = inner;
    write();
    this.#statements = outer;
    return inner;
  }

  /** The statements written inside `write`, and its value behind them. */
  block(write: () => HirExpr): HirExpr {
    let value: HirExpr | null = null;
    const statements = this.#inside(() => {
      value = write();
    });
    const last = value ?? this.nothing();
    return expression(this.b, this.node, { kind: "sequence", statements, value: last, type: last.type });
  }

  /** All that was written, for a construct that has no value. */
  statements(): readonly HirStatement[] {
    return this.#statements;
  }

  done(value: HirExpr): HirExpr {
    const statements = this.#statements;
    return expression(this.b, this.node, { kind: "sequence", statements, value, type: value.type });
  }
}
