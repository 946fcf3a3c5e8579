/**
 * Counts the references to objects in slots of pools, so that a slot is free when
 * nothing refers to its object any more. Works on MIR, where every store, call and
 * temporary is explicit. The rules:
 *
 * - Memory owns. Statics, fields, elements, captured and addressed variables hold
 *   one count for what they refer to, or nothing. A store counts the new value
 *   and gives up the old one (`set` with `counted`). Elements behind the length of
 *   an array are nothing: cutting it gives them up.
 * - Locals borrow, unless something may let go of objects while they are live
 *   (`release-effects.ts`, or the death of another local that owns): then they own
 *   one count, from each definition to the last use on each path.
 * - Arguments belong to the caller, who holds them for the whole call. Tasks and
 *   branches that run beside their caller hold their own.
 * - Results come with one count, which the caller owns.
 * - Objects, arrays and environments in frames start as nothing (`openRoom`) and
 *   give up their parts when the function ends (`closeRoom`); a slot that becomes
 *   free gives up its parts too, in a loop of the runtime, never by recursion.
 *
 * Needs:      verified MIR.
 * Guarantees: a slot is reused only when no place and no live local refers into
 *             it; the program is otherwise the same. Without pools it is unchanged.
 */
import { type CountedTypes, findCountedTypes } from "../../ir/counted-types.ts";
import type { HirProgram } from "../../ir/hir.ts";
import type { FunctionId, SignatureId } from "../../ir/ids.ts";
import type { Mir, MirFunction, MirType } from "../../ir/mir.ts";
import { countInFunction } from "./count-in-function.ts";
import { holdArguments } from "./hold-arguments.ts";
import { type CountedFunction, sizePools } from "./pool-sizes.ts";
import { inferReleases, type ReleaseEffects } from "./release-effects.ts";
import { describeStorage, type Storage } from "./storage.ts";

export interface Counting {
  readonly counted: CountedTypes;
  readonly storage: Storage;
  readonly effects: ReleaseEffects;
  resultOf(id: FunctionId): MirType;
  resultOfSignature(id: SignatureId): MirType;
}

export function countReferences(mir: Mir, program: HirProgram): Mir {
  if (mir.pools.length === 0) return mir;
  const wrappers = mir.closures.map((closure) => closure.wrapper);
  const counted = findCountedTypes(mir, [...mir.functions, ...wrappers]);
  const storage = describeStorage(mir);
  const constructors = new Set<FunctionId>(
    program.functions.filter((fn) => fn.role === "constructor").map((fn) => fn.id),
  );
  const effects = inferReleases(mir, counted, storage, constructors);
  const results = new Map(mir.functions.map((fn) => [fn.id, fn.result]));
  const signatures = new Map(mir.signatures.map((entry) => [entry.signature, entry.result]));
  const counting: Counting = {
    counted,
    storage,
    effects,
    resultOf: (id) => results.get(id) ?? { kind: "void" },
    resultOfSignature: (id) => signatures.get(id) ?? { kind: "void" },
  };
  const count = (fn: MirFunction, isDetached: boolean): CountedFunction =>
    countInFunction(counting, holdArguments(counting, fn), isDetached);
  const functions = mir.functions.map((fn) => count(fn, effects.isDetached(fn.id)));
  const closures = wrappers.map((wrapper) => count(wrapper, false));
  return {
    ...mir,
    functions: functions.map(({ fn }) => fn),
    closures: mir.closures.map((closure, index) => ({
      ...closure,
      wrapper: closures[index]?.fn ?? closure.wrapper,
    })),
    pools: sizePools(counting, mir, functions, closures),
  };
}
