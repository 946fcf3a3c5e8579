/**
 * Whether pools whose slots are counted from the places that can refer to them
 * have a size: no slot may contain a place that refers into a pool that, by such
 * steps, contains it; and no function that calls itself may hold such references.
 */
import type { HirProgram, HirType } from "../ir/hir.ts";
import type { FieldId, FunctionId } from "../ir/ids.ts";
import { armsOf } from "../ir/union-types.ts";
import { walkStatements } from "../ir/walk-hir.ts";
import type { Allocations, Origin } from "./allocations.ts";

/** Names the references that may point into the pool of an allocation. */
export function referenceKeys(program: HirProgram, type: HirType): readonly string[] {
  return armsOf(type).flatMap((arm): readonly string[] => {
    switch (arm.kind) {
      case "object":
        return [`object ${program.classes[arm.class]?.family ?? arm.class}`];
      case "array":
        return [`array ${program.arrayOf(arm.array)}`];
      case "closure":
        return [`closure ${program.signatureOf(arm.signature)}`];
      default:
        return [];
    }
  });
}

/** Of the allocations that get such pools, those whose pools have no size. */
export function findUnsized(
  program: HirProgram,
  allocations: Allocations,
  pooled: readonly Origin[],
): ReadonlySet<Origin> {
  const keys = new Set(pooled.flatMap((origin) => ownKeys(program, origin)));
  const edges = new Map<string, Set<string>>();
  for (const origin of pooled) {
    const held = contents(program, allocations.inlineFields, origin).filter((key) => keys.has(key));
    for (const key of ownKeys(program, origin)) edges.set(key, new Set([...(edges.get(key) ?? []), ...held]));
  }
  const recursive = heldBy(program, allocations.recursive);
  const isUnsized = (key: string): boolean => recursive.has(key) || reaches(edges, key, key);
  const unsized = [...keys].filter(isUnsized);
  return new Set(
    pooled.filter((origin) =>
      ownKeys(program, origin).some((key) => unsized.some((one) => one === key || reaches(edges, key, one))),
    ),
  );
}

/** A slot is referred to by its type, and by that of a closure whose environment it is or contains. */
function ownKeys(program: HirProgram, { node }: Origin): readonly string[] {
  return referenceKeys(program, node.type);
}

/** The references inside a slot. */
function contents(program: HirProgram, inline: ReadonlySet<FieldId>, { node }: Origin): readonly string[] {
  if (node.kind === "closure") {
    const captures = program.functions[node.function]?.captures ?? [];
    return captures.flatMap((local) => {
      const type = program.locals[local]?.type;
      return type === undefined ? [] : referenceKeys(program, type);
    });
  }
  return partsOfType(program, inline, node.type, new Set());
}

function partsOfType(
  program: HirProgram,
  inline: ReadonlySet<FieldId>,
  type: HirType,
  open: ReadonlySet<string>,
): readonly string[] {
  return armsOf(type).flatMap((arm): readonly string[] => {
    if (arm.kind === "array") {
      const element = program.arrays[program.arrayOf(arm.array)]?.element;
      return element === undefined ? [] : referenceKeys(program, element);
    }
    if (arm.kind !== "object" || open.has(`${arm.class}`)) return [];
    const inner = new Set([...open, `${arm.class}`]);
    return (program.classes[arm.class]?.fields ?? []).flatMap((id) => {
      const field = program.fields[id];
      if (field === undefined) return [];
      const own = referenceKeys(program, field.type);
      return inline.has(id) ? [...own, ...partsOfType(program, inline, field.type, inner)] : own;
    });
  });
}

function heldBy(program: HirProgram, functions: ReadonlySet<FunctionId>): ReadonlySet<string> {
  const keys = new Set<string>();
  const add = (type: HirType): void => {
    for (const key of referenceKeys(program, type)) keys.add(key);
  };
  for (const local of program.locals) if (functions.has(local.owner)) add(local.type);
  for (const id of functions) {
    const fn = program.functions[id];
    if (fn === undefined) continue;
    add(fn.result);
    walkStatements(fn.body, { expression: (node) => add(node.type) });
  }
  return keys;
}

function reaches(edges: ReadonlyMap<string, ReadonlySet<string>>, from: string, goal: string): boolean {
  const seen = new Set<string>(edges.get(from) ?? []);
  for (const at of seen) for (const next of edges.get(at) ?? []) seen.add(next);
  return seen.has(goal);
}
