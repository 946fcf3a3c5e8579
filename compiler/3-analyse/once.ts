/** Which code runs at most once in the life of the program: only from the call graph and the loops. */
import type { CallGraph, ClosureCall } from "../ir/call-graph.ts";
import { findComponents, isOnCycle } from "../ir/components.ts";
import type { HirProgram } from "../ir/hir.ts";
import type { FunctionId } from "../ir/ids.ts";

/**
 * Functions that are entered at most once: `main`, and those with at most one
 * call, outside every loop, in such a function. Functions used as values never
 * count. Functions without a call are never entered, so they do count.
 */
export function findOnceFunctions(program: HirProgram, graph: CallGraph): ReadonlySet<FunctionId> {
  const once = new Set<FunctionId>(program.functions.map((fn) => fn.id));
  const stillOnce = (id: FunctionId): boolean => {
    if (id === program.main) return true;
    if (graph.isUsedAsValue(id)) return false;
    const [call, ...others] = graph.callsTo(id);
    if (call === undefined) return true;
    return others.length === 0 && call.loops.length === 0 && once.has(call.function);
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const id of once) {
      if (stillOnce(id)) continue;
      once.delete(id);
      changed = true;
    }
  }
  return once;
}

/** Functions of which two activations can be alive at a time because one is inside the other. */
export function findRecursiveFunctions(program: HirProgram, graph: CallGraph): ReadonlySet<FunctionId> {
  const closureTargets = (call: ClosureCall): readonly FunctionId[] => graph.closuresOf(call.signature);
  const successors = program.functions.map(({ id }) => [
    ...graph.callsFrom(id).map((call) => call.callee),
    ...graph.closureCallsFrom(id).flatMap(closureTargets),
  ]);
  const components = findComponents(successors);
  return new Set(program.functions.map((fn) => fn.id).filter((id) => isOnCycle(id, successors, components)));
}
