/**
 * Pools: slots of what is kept and comes and goes. The class of an object says how
 * many live at a time (`maxInstances`); without that the places that can refer to
 * it say so, where they are a bounded number. An allocation goes there when it
 * outlives every other place it could have.
 */
import type { NumberFacts, Place, Pool } from "../ir/facts.ts";
import type { HirProgram } from "../ir/hir.ts";
import type { ClassId, FunctionId, SiteId } from "../ir/ids.ts";
import { objectOrNothing } from "../ir/union-types.ts";
import { walkStatements } from "../ir/walk-hir.ts";
import type { Allocations, Origin } from "./allocations.ts";
import type { ArrayLayout } from "./array-layout.ts";
import { PooledTypes } from "./pooled-types.ts";

export interface Pools {
  readonly all: readonly Pool[];
  /** How many instances of the class of an allocation may live at a time; null: its class does not say. */
  limitOf(origin: Origin): number | null;
  /** A slot of a pool; null where the pool has no size. */
  place(allocations: Allocations, origin: Origin): Place | null;
  /** The function whose result this is makes what a pool may take. */
  returnedBy(allocations: Allocations, origin: Origin): FunctionId | null;
}

export function createPools(program: HirProgram, layout: ArrayLayout, numbers: NumberFacts | null): Pools {
  const all: Pool[] = [];
  const pools = new Map<string, number>();
  const { bySite, byClass } = findLimits(program);
  const limitOf = (origin: Origin): number | null => {
    if (origin.site !== null) return bySite.get(origin.site) ?? null;
    const made = objectOrNothing(origin.node.type);
    return made === null || origin.node.kind === "closure" ? null : (byClass.get(made.class) ?? null);
  };
  let types: PooledTypes | null = null;
  /** One origin for each pool that is counted from places. */
  const counted = new Map<string, Origin>();
  const add = (key: string, pool: Pool): Place => {
    const known = pools.get(key) ?? all.push(pool) - 1;
    pools.set(key, known);
    return { kind: "pool", pool: known };
  };
  return {
    all,
    limitOf,
    place: (allocations, origin) => {
      const { node } = origin;
      const slots = limitOf(origin);
      if (slots !== null) {
        if (node.kind !== "new") return null;
        return add(`class ${node.class}`, { name: program.classes[node.class]?.name ?? "?", slots });
      }
      const key = poolKey(program, layout, numbers, origin);
      if (key === null) return null;
      types ??= new PooledTypes(program);
      if (!counted.has(key) && !types.hasSize(allocations, [...counted.values()], origin)) return null;
      counted.set(key, counted.get(key) ?? origin);
      return add(key, { name: origin.what, slots: null });
    },
    returnedBy: ({ graph }, origin) => {
      if (origin.site !== null || origin.node.kind === "closure") return null;
      const callee = calleeOf(origin);
      return callee !== null && graph.isReachable(callee) ? callee : null;
    },
  };
}

/**
 * Objects of one class share a pool; an array has its own, because its room is its
 * own. A reference to an array must be a plain address, without a length beside it.
 */
function poolKey(
  program: HirProgram,
  layout: ArrayLayout,
  numbers: NumberFacts | null,
  { node, site }: Origin,
): string | null {
  if (node.kind === "closure") return `function ${node.function}`;
  if (site === null) return null;
  if (node.kind === "new" || node.kind === "object") return `class ${node.class}`;
  if (node.type.kind !== "array") return null;
  const { lo, hi } = numbers?.arrayLength(program.arrayOf(node.type.array)) ?? { lo: 0, hi: 1 };
  return lo === hi || layout.hasHeader(node.type.array) ? `array ${site}` : null;
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
