/**
 * Counters that trail the one of their loop: `for (let i = low; i < n; i++) if (…) xs[end++] = xs[i]`.
 * `end` starts no higher than `i` and grows no faster, so it is never above it where the loop's test runs.
 */

import type { NumberFact } from "../../ir/facts.ts";
import { type Environment, getSlot, setSlot } from "./environment.ts";
import { isEmpty, isExactInteger, makeFact, meet } from "./fact.ts";
import type { FunctionPass } from "./function-pass.ts";
import { deltaFact } from "./loop-bounds.ts";
import type { Accumulator, Counter, LoopInfo } from "./loop-info.ts";

type Rising = Extract<Counter, { kind: "compare" }>;

/** The environment after the test, with what it says of the counters that trail. */
export function boundTrailing(
  pass: FunctionPass,
  loop: LoopInfo,
  entry: Environment,
  environment: Environment | null,
): Environment | null {
  const { counter } = loop;
  if (environment === null || counter?.kind !== "compare") return environment;
  const leader = getSlot(environment, counter.slot).fact;
  if (!isExactInteger(leader) || isEmpty(leader)) return environment;
  let bounded: Environment = environment;
  for (const accumulator of loop.accumulators) {
    if (!trails(pass, counter, accumulator, entry)) continue;
    const slot = getSlot(bounded, accumulator.slot);
    if (isEmpty(slot.fact)) continue;
    const fact = meet(slot.fact, makeFact(Number.NEGATIVE_INFINITY, leader.hi, false));
    if (isEmpty(fact)) return null;
    bounded = setSlot(bounded, accumulator.slot, { ...slot, fact });
  }
  return bounded;
}

function trails(pass: FunctionPass, counter: Rising, accumulator: Accumulator, entry: Environment): boolean {
  if (accumulator.slot === counter.slot || accumulator.resets.length > 0) return false;
  const step = deltaFact(pass, counter.step, counter.sign);
  if (isEmpty(step) || !isExactInteger(step) || step.lo < 1) return false;
  const [leader, follower] = [getSlot(entry, counter.slot), getSlot(entry, accumulator.slot)];
  if (!isExactInteger(leader.fact) || !isExactInteger(follower.fact)) return false;
  const isTogether = leader.source !== undefined && leader.source === follower.source;
  if (!isTogether && !(follower.fact.hi <= leader.fact.lo)) return false;
  return growth(pass, accumulator) <= step.lo;
}

/** The most that one round adds; Infinity when an inner loop may add more than once. */
function growth(pass: FunctionPass, accumulator: Accumulator): number {
  let most = 0;
  for (const { delta, sign, inner } of accumulator.additions) {
    if (inner.length > 0) return Number.POSITIVE_INFINITY;
    const added: NumberFact = deltaFact(pass, delta, sign);
    if (isEmpty(added)) continue;
    if (!isExactInteger(added)) return Number.POSITIVE_INFINITY;
    most += Math.max(0, added.hi);
  }
  return most;
}
