/**
 * How far a counter goes in one round of a loop, whatever way the round takes:
 * all that writes it steps the same way, and every way through the body, also
 * one that ends in `continue`, steps at least so far.
 */
import type { NumberFacts } from "../ir/facts.ts";
import type { HirExpr, HirProgram, HirStatement } from "../ir/hir.ts";
import type { JumpId } from "../ir/ids.ts";
import { partsOf, walkExpression, walkStatements } from "../ir/walk-hir.ts";
import { isGone } from "../source/assert.ts";
import {
  isSameVariable,
  isVariable,
  isWrittenElsewhere,
  type Variable,
  writesTo,
} from "./counter-variables.ts";

export type Loop = Extract<HirStatement, { kind: "loop" }>;

export interface CounterStep {
  readonly direction: 1 | -1;
  /** The least that a round adds, or takes away. */
  readonly least: number;
}

interface World {
  readonly program: HirProgram;
  readonly facts: NumberFacts;
}

/** null: it may stand still, or go both ways. */
export function stepOfRound(world: World, loop: Loop, counter: Variable): CounterStep | null {
  const { program, facts } = world;
  if (isWrittenElsewhere(program, counter)) return null;
  const writes: HirExpr[] = [];
  let isDeclaredInside = false;
  const expression = (node: HirExpr): void => {
    if (writesTo(node, counter)) writes.push(node);
  };
  const statement = (one: HirStatement): void => {
    isDeclaredInside ||= one.kind === "let" && counter.kind === "local" && one.local === counter.local;
  };
  walkStatements(loop.body, { expression, statement });
  for (const part of [loop.test, loop.update]) if (part !== null) walkExpression(part, { expression });
  if (writes.length === 0 || isDeclaredInside) return null;
  const deltas = writes.map((write) => deltaOf(facts, write));
  for (const direction of [1, -1] as const) {
    const least = deltas.map((delta) => (delta === null ? -1 : direction === 1 ? delta.lo : -delta.hi));
    if (least.some((one) => one < 0)) continue;
    const sizes = new Map(writes.map((write, index) => [write, least[index] ?? 0]));
    const step = new RoundWalk(sizes).round(loop);
    return step > 0 && step < Number.POSITIVE_INFINITY ? { direction, least: step } : null;
  }
  return null;
}

/** The least steps on the ways through a round; Infinity where no way leads. */
class RoundWalk {
  readonly #sizes: ReadonlyMap<HirExpr, number>;
  readonly #breaks = new Map<JumpId, number>();
  readonly #continues = new Map<JumpId, number>();
  #now = 0;

  constructor(sizes: ReadonlyMap<HirExpr, number>) {
    this.#sizes = sizes;
  }

  round(loop: Loop): number {
    this.#statements(loop.body);
    this.#now = Math.min(this.#now, this.#continues.get(loop.jump) ?? Number.POSITIVE_INFINITY);
    if (loop.update !== null) this.#value(loop.update);
    if (loop.test !== null) this.#value(loop.test);
    return this.#now;
  }

  #statements(list: readonly HirStatement[]): void {
    for (const statement of list) this.#statement(statement);
  }

  #statement(statement: HirStatement): void {
    switch (statement.kind) {
      case "expression":
      case "let":
      case "staticInit":
        if (statement.value !== null) this.#value(statement.value);
        return;
      case "block":
        this.#statements(statement.statements);
        if (statement.breakId !== null) this.#join(this.#breaks.get(statement.breakId));
        return;
      case "if":
        this.#value(statement.test);
        this.#either([
          () => this.#statements(statement.whenTrue),
          () => this.#statements(statement.whenFalse),
        ]);
        return;
      case "loop":
        this.#loop(statement);
        return;
      case "forOf":
      case "forEvery":
        this.#value(statement.kind === "forOf" ? statement.array : statement.periodMs);
        this.#either([() => {}, () => this.#statements(statement.body)]);
        this.#join(this.#breaks.get(statement.jump));
        this.#join(this.#continues.get(statement.jump));
        return;
      case "switch": {
        this.#value(statement.subject);
        const entry = this.#now;
        let isOpen = true;
        this.#now = Number.POSITIVE_INFINITY;
        for (const { test, body } of statement.cases) {
          isOpen &&= test !== null;
          this.#join(entry);
          this.#statements(body);
        }
        if (isOpen) this.#join(entry);
        this.#join(this.#breaks.get(statement.jump));
        return;
      }
      case "break":
      case "continue":
        this.#note(statement.kind === "break" ? this.#breaks : this.#continues, statement.jump);
        this.#now = Number.POSITIVE_INFINITY;
        return;
      case "return":
        this.#now = Number.POSITIVE_INFINITY;
        return;
      case "throw":
      case "try":
        return isGone(statement);
    }
  }

  #loop(loop: Loop): void {
    if (loop.testFirst && loop.test !== null) this.#value(loop.test);
    const entry = this.#now;
    this.#statements(loop.body);
    this.#join(this.#continues.get(loop.jump));
    const isLeftAtTest = loop.test !== null;
    if (isLeftAtTest && loop.testFirst) this.#now = entry;
    else if (!isLeftAtTest) this.#now = Number.POSITIVE_INFINITY;
    this.#join(this.#breaks.get(loop.jump));
  }

  #either(ways: readonly (() => void)[]): void {
    const entry = this.#now;
    let least = Number.POSITIVE_INFINITY;
    for (const way of ways) {
      this.#now = entry;
      way();
      least = Math.min(least, this.#now);
    }
    this.#now = least;
  }

  #join(other: number | undefined): void {
    if (other !== undefined) this.#now = Math.min(this.#now, other);
  }

  #note(jumps: Map<JumpId, number>, jump: JumpId): void {
    jumps.set(jump, Math.min(this.#now, jumps.get(jump) ?? Number.POSITIVE_INFINITY));
  }

  /** The parts that are evaluated whenever the whole is. */
  #value(node: HirExpr): void {
    switch (node.kind) {
      case "conditional":
        this.#value(node.test);
        this.#either([() => this.#value(node.whenTrue), () => this.#value(node.whenFalse)]);
        return;
      case "logical":
        this.#value(node.left);
        this.#either([() => {}, () => this.#value(node.right)]);
        return;
      case "sequence":
        this.#statements(node.statements);
        this.#value(node.value);
        return;
      default:
        for (const part of partsOf(node)) this.#value(part);
        this.#now += this.#sizes.get(node) ?? 0;
    }
  }
}

interface Delta {
  readonly lo: number;
  readonly hi: number;
}

/** What a write adds; null: something else, or fractions, whose sums are rounded. */
function deltaOf(facts: NumberFacts, write: HirExpr): Delta | null {
  if (write.kind === "update") return { lo: write.delta, hi: write.delta };
  if (write.kind === "compound") return signed(facts, write.op, write.value);
  if (write.kind !== "assign" || write.value.kind !== "arithmetic") return null;
  const { op, left, right } = write.value;
  const isOwn = isVariable(left) && isSameVariable(write.target, left);
  return isOwn ? signed(facts, op, right) : null;
}

function signed(facts: NumberFacts, op: string, value: HirExpr): Delta | null {
  if (op !== "+" && op !== "-") return null;
  const { lo, hi, integer, nan } = facts.node(value.id);
  // What is never computed adds nothing.
  if (lo > hi && !nan) return { lo: 0, hi: 0 };
  if (!integer || nan) return null;
  return op === "+" ? { lo, hi } : { lo: -hi, hi: -lo };
}
