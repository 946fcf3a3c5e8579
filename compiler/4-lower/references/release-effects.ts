/**
 * What may let go of objects in slots: an effect of the whole program, found from
 * the calls. While nothing with this effect runs, a reference that was read from
 * memory needs no count of its own.
 *
 * A function that only counts what it has itself counted before (its locals, its
 * results, the fields of the object that a constructor fills) lets go of nothing
 * that its caller knows.
 */
import type { CountedTypes } from "../../ir/counted-types.ts";
import type { FunctionId } from "../../ir/ids.ts";
import type { Mir, MirFunction, MirInstruction, MirTerminator } from "../../ir/mir.ts";
import type { Storage } from "./storage.ts";

export interface ReleaseEffects {
  /** The function starts to run on its own: as a task, or as a branch beside others. */
  isDetached(id: FunctionId): boolean;
  /** Inside its function the instruction may let go of something. */
  releases(fn: MirFunction, node: MirInstruction): boolean;
  suspends(node: MirTerminator): boolean;
}

export function inferReleases(
  mir: Mir,
  counted: CountedTypes,
  storage: Storage,
  constructors: ReadonlySet<FunctionId>,
): ReleaseEffects {
  const detached = findDetached(mir);
  const signatures = new Map<number, FunctionId[]>();
  for (const { function: id, signature } of mir.closures)
    signatures.set(signature, [...(signatures.get(signature) ?? []), id]);
  const releasing = new Set<FunctionId>();
  const suspends = (node: MirTerminator): boolean => node.kind === "suspend";
  const releases = (fn: MirFunction, node: MirInstruction): boolean => {
    switch (node.kind) {
      case "set":
        if (node.place.kind === "length") return counted.isCounted(storage.element(node.place.array.type));
        return isKept(fn, node) && counted.isCounted(storage.of(fn, node.place));
      case "call":
        return releasing.has(node.function);
      case "callClosure": {
        const { type } = node.closure;
        return (
          type.kind === "closure" && (signatures.get(type.signature) ?? []).some((id) => releasing.has(id))
        );
      }
      case "moveElements":
      case "openArray":
        return counted.isCounted(storage.element(node.array.type));
      case "endScope":
        return node.locals.some((id) => {
          const type = fn.locals[id]?.type;
          return type !== undefined && (counted.isCounted(type) || counted.hasParts(type));
        });
      case "spawn":
      case "startBranch":
        return true;
      default:
        return false;
    }
  };
  const isVisible = (fn: MirFunction, node: MirInstruction): boolean =>
    node.kind !== "openArray" &&
    node.kind !== "endScope" &&
    !(constructors.has(fn.id) && isOwnField(fn, node)) &&
    releases(fn, node);
  for (let size = -1; size !== releasing.size; ) {
    size = releasing.size;
    for (const fn of mir.functions) {
      const found = fn.blocks.some(
        (block) =>
          suspends(block.terminator) || block.instructions.some((instruction) => isVisible(fn, instruction)),
      );
      if (found) releasing.add(fn.id);
    }
  }
  return { isDetached: (id) => detached.has(id), releases, suspends };
}

/** The place outlives the statement: it gives up what it held. */
function isKept(fn: MirFunction, { place }: Extract<MirInstruction, { kind: "set" }>): boolean {
  if (place.kind !== "local") return true;
  const local = fn.locals[place.local];
  return local?.isAddressed === true || local?.type.kind === "unionCell";
}

/** `this.field = …` */
function isOwnField(fn: MirFunction, node: MirInstruction): boolean {
  if (node.kind !== "set" || node.place.kind !== "field") return false;
  const { object } = node.place;
  return object.kind === "load" && object.place.kind === "local" && object.place.local === fn.parameters[0];
}

function findDetached(mir: Mir): ReadonlySet<FunctionId> {
  const detached = new Set<FunctionId>(mir.tasks.map((task) => task.function));
  for (const fn of mir.functions) {
    for (const { instructions } of fn.blocks) {
      for (const node of instructions) {
        if (node.kind === "startBranch" && node.branch.kind === "call") detached.add(node.branch.function);
      }
    }
  }
  return detached;
}
