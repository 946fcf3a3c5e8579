/** Cycles of calls, each once: what the two recursion rules share. */
import { findComponents, findCycle, isOnCycle } from "../ir/components.ts";
import type { HirFunction, HirProgram } from "../ir/hir.ts";
import type { CallFlow } from "../ir/value-flow.ts";
import type { CheckedProgram } from "./check-program.ts";

export interface CallCycle {
  readonly function: HirFunction;
  /** `a → b → a` */
  readonly text: string;
  /** The call that leaves the function into the cycle. */
  readonly call: CallFlow;
}

/** One cycle for each group of functions that call each other by calls of these kinds. */
export function findCallCycles(
  { program, graph }: CheckedProgram,
  kinds: readonly CallFlow["call"][],
): readonly CallCycle[] {
  const calls = program.functions.map((fn) =>
    graph.callsFrom(fn.id).filter((call) => kinds.includes(call.call)),
  );
  const successors = calls.map((list) => list.map((call) => call.callee));
  const components = findComponents(successors);
  return components.members.flatMap((members) => {
    const start = Math.min(...members);
    if (!isOnCycle(start, successors, components)) return [];
    const cycle = findCycle(start, successors);
    const call = calls[start]?.find((one) => one.callee === cycle[1]);
    const fn = program.functions[start];
    return call === undefined || fn === undefined
      ? []
      : [{ function: fn, text: nameAll(program, cycle), call }];
  });
}

function nameAll(program: HirProgram, cycle: readonly number[]): string {
  return cycle.map((id) => program.functions[id]?.name ?? "?").join(" → ");
}
