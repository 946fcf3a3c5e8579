/**
 * Which functions call, await, start and make values of which. Calls through a
 * closure reach every function of the signature that is used as a value.
 */
import type { HirExpr, HirProgram } from "./hir.ts";
import type { FunctionId, SignatureId } from "./ids.ts";
import type { CallFlow, Flow, FlowContext } from "./value-flow.ts";

export interface ClosureCall extends FlowContext {
  readonly signature: SignatureId;
  readonly args: readonly HirExpr[];
  readonly node: HirExpr;
}

export interface CallGraph {
  /** Direct calls out of a function. */
  callsFrom(id: FunctionId): readonly CallFlow[];
  /** Direct calls of a function. */
  callsTo(id: FunctionId): readonly CallFlow[];
  closureCallsFrom(id: FunctionId): readonly ClosureCall[];
  /** Calls through a closure that may reach the function. */
  closureCallsTo(id: FunctionId): readonly ClosureCall[];
  /** The functions of a signature that are used as values. */
  closuresOf(signature: SignatureId): readonly FunctionId[];
  /** The functions that a function makes values of. */
  closuresMadeIn(id: FunctionId): readonly FunctionId[];
  isUsedAsValue(id: FunctionId): boolean;
  /** Functions that can run at all. */
  isReachable(id: FunctionId): boolean;
}

export function buildCallGraph(program: HirProgram, flows: readonly Flow[]): CallGraph {
  const from = program.functions.map((): CallFlow[] => []);
  const to = program.functions.map((): CallFlow[] => []);
  const closureFrom = program.functions.map((): ClosureCall[] => []);
  const closureBySignature = new Map<SignatureId, ClosureCall[]>();
  const made = program.functions.map((): FunctionId[] => []);
  const values = new Set<FunctionId>();
  for (const flow of flows) {
    if (flow.kind === "call") {
      from[flow.function]?.push(flow);
      to[flow.callee]?.push(flow);
    } else if (flow.kind === "callClosure") {
      closureFrom[flow.function]?.push(flow);
      closureBySignature.set(flow.signature, [...(closureBySignature.get(flow.signature) ?? []), flow]);
    } else if (flow.kind === "closure") {
      made[flow.function]?.push(flow.closure);
      values.add(flow.closure);
    }
  }
  const closures = groupBySignature(program, values);
  const signatureOf = (id: FunctionId): SignatureId | null => {
    const signature = program.functions[id]?.signature ?? null;
    return signature === null || !values.has(id) ? null : program.signatureOf(signature);
  };
  const closuresOf = (signature: SignatureId): readonly FunctionId[] =>
    closures.get(program.signatureOf(signature)) ?? [];
  const reachable = findReachable(program, (id) => [
    ...(from[id] ?? []).map((call) => call.callee),
    ...(made[id] ?? []),
  ]);
  return {
    callsFrom: (id) => from[id] ?? [],
    callsTo: (id) => to[id] ?? [],
    closureCallsFrom: (id) => closureFrom[id] ?? [],
    closureCallsTo: (id) => {
      const signature = signatureOf(id);
      return signature === null ? [] : (closureBySignature.get(signature) ?? []);
    },
    closuresOf,
    closuresMadeIn: (id) => made[id] ?? [],
    isUsedAsValue: (id) => values.has(id),
    isReachable: (id) => reachable.has(id),
  };
}

function groupBySignature(
  program: HirProgram,
  values: ReadonlySet<FunctionId>,
): ReadonlyMap<SignatureId, readonly FunctionId[]> {
  const groups = new Map<SignatureId, FunctionId[]>();
  for (const { id, signature } of program.functions) {
    if (signature === null || !values.has(id)) continue;
    const representative = program.signatureOf(signature);
    groups.set(representative, [...(groups.get(representative) ?? []), id]);
  }
  return groups;
}

/** A closure that is made in code that runs counts as run: nothing is made to be forgotten. */
function findReachable(
  program: HirProgram,
  successors: (id: FunctionId) => readonly FunctionId[],
): ReadonlySet<FunctionId> {
  const reached = new Set<FunctionId>([program.main]);
  for (const id of reached) for (const target of successors(id)) reached.add(target);
  return reached;
}
