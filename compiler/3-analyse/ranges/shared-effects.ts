/**
 * Which statics and fields a call may read or write, through everything it
 * calls. Between calls and waits a function knows those it touched.
 */
import type { HirProgram } from "../../ir/hir.ts";
import type { FunctionId, SignatureId } from "../../ir/ids.ts";
import type { SharedKey } from "./places.ts";
import type { FunctionScan } from "./scan.ts";

export interface SharedEffects {
  readonly reads: Set<SharedKey>;
  readonly writes: Set<SharedKey>;
}

export interface EffectTable {
  ofCall(id: FunctionId): SharedEffects;
  ofClosureCall(signature: SignatureId): SharedEffects;
}

export function computeSharedEffects(program: HirProgram, scans: readonly FunctionScan[]): EffectTable {
  const bySignature = functionsBySignature(program);
  const effects = scans.map((scan) => ownEffects(scan));
  const callers = scans.map(() => new Set<number>());
  scans.forEach((scan, index) => {
    for (const callee of calleesOf(scan, bySignature)) callers[callee]?.add(index);
  });
  propagate(effects, callers);
  const none: SharedEffects = { reads: new Set(), writes: new Set() };
  const ofCall = (id: FunctionId): SharedEffects => effects[id] ?? none;
  const closureEffects = new Map<SignatureId, SharedEffects>();
  for (const [signature, functions] of bySignature) {
    const joined: SharedEffects = { reads: new Set(), writes: new Set() };
    for (const id of functions) addEffects(joined, ofCall(id));
    closureEffects.set(signature, joined);
  }
  return { ofCall, ofClosureCall: (signature) => closureEffects.get(program.signatureOf(signature)) ?? none };
}

function functionsBySignature(program: HirProgram): Map<SignatureId, FunctionId[]> {
  const result = new Map<SignatureId, FunctionId[]>();
  for (const fn of program.functions) {
    if (fn.signature === null) continue;
    const signature = program.signatureOf(fn.signature);
    const list = result.get(signature) ?? [];
    list.push(fn.id);
    result.set(signature, list);
  }
  return result;
}

function ownEffects(scan: FunctionScan): SharedEffects {
  return { reads: new Set(scan.sharedReads), writes: new Set(scan.sharedWrites) };
}

function* calleesOf(scan: FunctionScan, bySignature: Map<SignatureId, FunctionId[]>): Iterable<FunctionId> {
  yield* scan.calls;
  for (const signature of scan.closureCalls) yield* bySignature.get(signature) ?? [];
}

function propagate(effects: readonly SharedEffects[], callers: readonly ReadonlySet<number>[]): void {
  const pending = new Set(effects.keys());
  for (const index of pending) {
    pending.delete(index);
    const from = effects[index];
    if (from === undefined) continue;
    for (const caller of callers[index] ?? []) {
      const to = effects[caller];
      if (to !== undefined && addEffects(to, from)) pending.add(caller);
    }
  }
}

/** true when something was new. */
function addEffects(to: SharedEffects, from: SharedEffects): boolean {
  const before = to.reads.size + to.writes.size;
  for (const id of from.reads) to.reads.add(id);
  for (const id of from.writes) to.writes.add(id);
  return to.reads.size + to.writes.size > before;
}
