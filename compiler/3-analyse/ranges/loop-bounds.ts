/**
 * How often a loop runs, and how far its accumulators get.
 *
 * The bounds follow from facts of earlier steps only: a sum in round n is its
 * value at the entry (or at a reset) plus at most n times what one round adds.
 * They hold for integers that stay exact; where a bound passes 2^53 there is
 * none.
 */
import type { NumberFact } from "../../ir/facts.ts";
import type { Cell } from "./cells.ts";
import { type Environment, getSlot } from "./environment.ts";
import { constantFact, EXACT_MAX, isEmpty, isExactInteger, join, makeFact } from "./fact.ts";
import type { FunctionPass } from "./function-pass.ts";
import type { Accumulator, Counter, LoopInfo } from "./loop-info.ts";
import { negate } from "./transfer-arithmetic.ts";

/** The most rounds of a run that is entered here; Infinity when unknown. */
export function roundsMax(pass: FunctionPass, loop: LoopInfo, entry: Environment): number {
  const { counter, statement } = loop;
  if (counter === null) return Infinity;
  if (counter.kind === "compare") return countedRounds(pass, counter, getSlot(entry, counter.slot).fact);
  if (statement.kind !== "forOf" || statement.array.type.kind !== "array") return Infinity;
  return Math.max(0, pass.arrayLength(statement.array.type.array).hi);
}

function countedRounds(
  pass: FunctionPass,
  counter: Extract<Counter, { kind: "compare" }>,
  start: NumberFact,
): number {
  const limit = pass.read(counter.limit);
  const step = deltaFact(pass, counter.step, counter.sign);
  // The limit comes before the first round, the step at the end of each.
  if (isEmpty(limit)) return 0;
  if (isEmpty(step)) return 1;
  if (!start.integer || !isExactInteger(step)) return Infinity;
  const rises = counter.op === "<" || counter.op === "<=";
  const inclusive = counter.op === "<=" || counter.op === ">=";
  const from = rises ? start.lo : -start.hi;
  const to = rises ? limit.hi : -limit.lo;
  const stride = rises ? step.lo : -step.hi;
  if (!(stride >= 1) || !(Math.abs(from) <= EXACT_MAX) || !(Math.abs(to) <= EXACT_MAX)) return Infinity;
  const strides = (to - from) / stride;
  return Math.max(0, inclusive ? Math.floor(strides) + 1 : Math.ceil(strides));
}

/** What one step of a counter or accumulator adds. */
export function deltaFact(pass: FunctionPass, delta: Cell | 1 | -1, sign: 1 | -1): NumberFact {
  const fact = typeof delta === "number" ? constantFact(delta) : pass.read(delta);
  return sign === 1 ? fact : negate(fact);
}

/**
 * Everything the accumulator can be inside the loop; null: no bound. `rounds`: those of the
 * loop that may have ended; at the begin of a round that is one less than there are.
 */
export function accumulatorBound(
  pass: FunctionPass,
  accumulator: Accumulator,
  entry: NumberFact,
  rounds: number,
): NumberFact | null {
  const base = accumulator.resets.reduce((fact, cell) => join(fact, pass.read(cell)), entry);
  if (isEmpty(base) || !isExactInteger(base)) return null;
  let { lo, hi } = base;
  for (const addition of accumulator.additions) {
    const delta = deltaFact(pass, addition.delta, addition.sign);
    if (isEmpty(delta)) continue;
    if (!isExactInteger(delta)) return null;
    const times = addition.inner.reduce((product, each) => product * roundsOf(pass, each), rounds);
    lo += scaled(Math.min(0, delta.lo), times);
    hi += scaled(Math.max(0, delta.hi), times);
  }
  return lo > -EXACT_MAX && hi < EXACT_MAX ? makeFact(lo, hi, true) : null;
}

export function roundsOf(pass: FunctionPass, loop: LoopInfo): number {
  return Math.max(0, pass.read(loop.rounds).hi);
}

function scaled(delta: number, times: number): number {
  return delta === 0 || times === 0 ? 0 : delta * times;
}
