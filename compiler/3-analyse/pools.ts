/**
 * Pools: slots of the classes that state how many instances live at a time.
 * An allocation goes there when it outlives every other place it could have.
 */
import type { Place, Pool } from "../ir/facts.ts";
import type { HirProgram } from "../ir/hir.ts";
import type { ClassId, FunctionId, SiteId } from "../ir/ids.ts";
import { objectOrNothing } from "../ir/union-types.ts";
import { walkStatements } from "../ir/walk-hir.ts";
import type { Allocations, Origin } from "./allocations.ts";

export interface Pools {
  readonly all: readonly Pool[];
  /** How many instances of the class of an allocation may live at a time; null: its class does not say. */
  limitOf(origin: Origin): number | null;
  place(origin: Origin): Place | null;
  /** The function whose result this is makes objects that a pool may take. */
  returnedBy(allocations: Allocations, origin: Origin): FunctionId | null;
}

export function createPools(program: HirProgram): Pools {
  const all: Pool[] = [];
  const poolOf = new Map<ClassId, number>();
  const { bySite, byClass } = findLimits(program);
  const limitOf = (origin: Origin): number | null => {
    if (origin.site !== null) return bySite.get(origin.site) ?? null;
    const made = objectOrNothing(origin.node.type);
    return made === null || origin.node.kind === "closure" ? null : (byClass.get(made.class) ?? null);
  };
  return {
    all,
    limitOf,
    place: (origin) => {
      const slots = limitOf(origin);
      const { node } = origin;
      if (slots === null || node.kind !== "new") return null;
      let pool = poolOf.get(node.class);
      if (pool === undefined) {
        pool = all.length;
        all.push({ name: program.classes[node.class]?.name ?? "?", slots });
        poolOf.set(node.class, pool);
      }
      return { kind: "pool", pool };
    },
    returnedBy: ({ graph }, origin) => {
      if (origin.site !== null || origin.node.kind === "closure" || limitOf(origin) === null) return null;
      const callee = calleeOf(origin);
      return callee !== null && graph.isReachable(callee) ? callee : null;
    },
  };
}

function calleeOf({ node }: Origin): FunctionId | null {
  if (node.kind === "call") return node.function;
  if (node.kind === "await" && node.operand.kind === "call") return node.operand.function;
  return null;
}

/** The questions that stand before the allocations say what their classes allow. */
function findLimits(program: HirProgram): {
  readonly bySite: ReadonlyMap<SiteId, number>;
  readonly byClass: ReadonlyMap<ClassId, number>;
} {
  const bySite = new Map<SiteId, number>();
  const byClass = new Map<ClassId, number>();
  for (const fn of program.functions) {
    walkStatements(fn.body, {
      expression: (node) => {
        if (node.kind === "isPoolFull") bySite.set(node.of, node.limit);
      },
    });
  }
  if (bySite.size === 0) return { bySite, byClass };
  for (const fn of program.functions) {
    walkStatements(fn.body, {
      expression: (node) => {
        const limit = node.kind === "new" ? bySite.get(node.site) : undefined;
        if (node.kind === "new" && limit !== undefined) byClass.set(node.class, limit);
      },
    });
  }
  return { bySite, byClass };
}
