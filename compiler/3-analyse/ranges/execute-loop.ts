/**
 * Abstract execution of loops. A loop's body runs once a pass, from what the
 * head's cells hold; what comes round flows back into them, and the function
 * runs again until they are stable. Nested loops so cost the sum of their
 * passes, not the product.
 */

import type { NumberFact } from "../../ir/facts.ts";
import type { HirStatement } from "../../ir/hir.ts";
import { defined } from "../../source/assert.ts";
import { branch } from "./branch.ts";
import { type Environment, getSlot, setSlot } from "./environment.ts";
import { evaluate } from "./evaluate.ts";
import { executeStatements } from "./execute.ts";
import { integerFact, isEmpty, meet } from "./fact.ts";
import type { FunctionPass } from "./function-pass.ts";
import { accumulatorBound, roundsMax, roundsOf } from "./loop-bounds.ts";
import type { LoopInfo } from "./loop-info.ts";
import type { LoopStatement } from "./scan.ts";
import { boundTrailing } from "./trailing-counters.ts";

type Of<K extends HirStatement["kind"]> = Extract<HirStatement, { kind: K }>;

export function executeLoop(pass: FunctionPass, node: Of<"loop">): void {
  runLoop(pass, node, (loop, entry) => {
    let exit: Environment | null = null;
    const test = (): void => {
      if (node.test === null) return;
      const ways = branch(pass, node.test);
      exit = boundTrailing(pass, loop, entry, ways.whenFalse);
      pass.environment = boundTrailing(pass, loop, entry, ways.whenTrue);
    };
    if (node.testFirst) {
      test();
      beginRound(pass, loop, entry);
    }
    executeStatements(pass, node.body);
    pass.arrive("continue", node.jump);
    if (node.update !== null) evaluate(pass, node.update);
    if (!node.testFirst) test();
    comeRound(pass, loop);
    return exit;
  });
}

export function executeForOf(pass: FunctionPass, node: Of<"forOf">): void {
  evaluate(pass, node.array);
  runLoop(pass, node, (loop, entry) => {
    const exit = pass.environment;
    beginRound(pass, loop, entry);
    const { type } = node.array;
    if (type.kind === "array")
      pass.storeLocal(node.local, pass.read(pass.analysis.places.element(type.array)));
    pass.rebind(node.local);
    executeStatements(pass, node.body);
    pass.arrive("continue", node.jump);
    comeRound(pass, loop);
    return exit;
  });
}

const PERIODS = integerFact(1, 9007199254740992);

/** Ends only by `break` or `return`. */
export function executeForEvery(pass: FunctionPass, node: Of<"forEvery">): void {
  evaluate(pass, node.periodMs);
  runLoop(pass, node, (loop) => {
    pass.yieldTo("everyone");
    if (node.local !== null) pass.storeLocal(node.local, PERIODS);
    executeStatements(pass, node.body);
    pass.arrive("continue", node.jump);
    comeRound(pass, loop);
    return null;
  });
}

/** `round` runs the body from the head and returns where the loop ends by itself. */
function runLoop(
  pass: FunctionPass,
  node: LoopStatement,
  round: (loop: LoopInfo, entry: Environment) => Environment | null,
): void {
  if (pass.environment === null) return;
  const loop = defined(pass.info.loops.get(node), "every loop is scanned");
  const outerLimits = pass.limits;
  const entry = pass.environment;
  pass.contribute(loop.rounds, integerFact(0, roundsMax(pass, loop, entry)));
  pass.limits = limitsInside(pass, loop, entry);
  pass.environment = enterHead(pass, loop, entry);
  pass.forgetShrunk(loop.shrunk);
  pass.refresh(loop.refreshed);
  const exit = round(loop, entry);
  pass.environment = exit;
  pass.arrive("break", node.jump);
  pass.limits = outerLimits;
}

function enterHead(pass: FunctionPass, loop: LoopInfo, entry: Environment): Environment {
  let head = entry;
  for (const [slot, cell] of loop.heads) {
    const before = getSlot(entry, slot);
    pass.contribute(cell, before.fact);
    const fact = pass.limit(slot, pass.read(cell));
    head = setSlot(head, slot, { fact, below: null, dirty: before.dirty || loop.assigned.has(slot) });
  }
  return head;
}

function comeRound(pass: FunctionPass, loop: LoopInfo): void {
  if (pass.environment === null) return;
  for (const [slot, cell] of loop.heads) pass.contribute(cell, getSlot(pass.environment, slot).fact);
  for (const each of loop.refreshed) pass.publish(each);
}

/** A round begins: fewer rounds than the loop has are over, which bounds its accumulators. */
function beginRound(pass: FunctionPass, loop: LoopInfo, entry: Environment): void {
  const over = roundsOf(pass, loop) - 1;
  if (!Number.isFinite(over)) return;
  for (const accumulator of loop.accumulators) {
    const { environment } = pass;
    if (environment === null) return;
    const start = getSlot(entry, accumulator.slot).fact;
    const bound = accumulatorBound(pass, accumulator, start, Math.max(0, over));
    const slot = getSlot(environment, accumulator.slot);
    if (bound === null || isEmpty(slot.fact)) continue;
    const fact = meet(slot.fact, bound);
    pass.environment = isEmpty(fact) ? null : setSlot(environment, accumulator.slot, { ...slot, fact });
  }
}

/** The limits of the loops around, and those of this loop's accumulators. */
function limitsInside(
  pass: FunctionPass,
  loop: LoopInfo,
  entry: Environment,
): ReadonlyMap<number, NumberFact> {
  if (loop.accumulators.length === 0) return pass.limits;
  const limits = new Map(pass.limits);
  for (const accumulator of loop.accumulators) {
    const start = getSlot(entry, accumulator.slot).fact;
    const bound = accumulatorBound(pass, accumulator, start, roundsOf(pass, loop));
    if (bound === null) continue;
    const outer = limits.get(accumulator.slot);
    limits.set(accumulator.slot, outer === undefined ? bound : meet(outer, bound));
  }
  return limits;
}
