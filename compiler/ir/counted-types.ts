/**
 * Which references are counted: those that may refer to (a part of) a slot of a
 * pool. A reference to something else of the same type counts nothing, which the
 * address tells. Decided by types, so that one place is counted the same everywhere.
 */
import { defined } from "../source/assert.ts";
import type { ClassId } from "./ids.ts";
import type { Mir, MirExpr, MirStruct, MirType } from "./mir.ts";

export interface CountedTypes {
  /** The pools that a value of the type may refer into. */
  poolsOf(type: MirType): readonly number[];
  /** The type is that of a value which counts. */
  isCounted(type: MirType): boolean;
  /** Storage of the type contains counted references. */
  hasParts(type: MirType): boolean;
}

type Shapes = Pick<Mir, "pools" | "structs" | "arrays" | "environments" | "unions">;

export function findCountedTypes(
  mir: Shapes,
  functions: readonly { readonly blocks: readonly unknown[] }[],
): CountedTypes {
  const structs = new Map<ClassId, MirStruct>(mir.structs.map((struct) => [struct.class, struct]));
  const arrays = new Map<number, MirType>(mir.arrays.map((array) => [array.array, array.element]));
  const environments = new Map<number, readonly MirType[]>(
    mir.environments.map((entry) => [entry.function, entry.fields.map((field) => field.type)]),
  );
  const { environments: kept, overlays } = findReferences(mir.pools.length === 0 ? [] : functions);
  const inside = mir.pools.map(({ of }) => withOverlays(contentsOf(of, structs, arrays), overlays));
  const holders = (key: string): readonly number[] =>
    inside.flatMap((keys, pool) => (keys.has(key) ? [pool] : []));
  const known = new Map<string, readonly number[]>();
  const poolsOf = (type: MirType): readonly number[] => {
    if (mir.pools.length === 0) return [];
    const key = referenceKey(type, structs);
    if (key === null) return [];
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, []);
    const pools = find(type, key);
    known.set(key, pools);
    return pools;
  };
  const find = (type: MirType, key: string): readonly number[] => {
    if (type.kind === "closure") return merge((kept.get(type.signature) ?? []).map(poolsOf));
    if (type.kind === "union" || type.kind === "unionCell")
      return merge(defined(mir.unions[type.union], "union").arms.map((arm) => poolsOf(arm.type)));
    return holders(key);
  };
  const open = new Set<string>();
  const hasParts = (type: MirType): boolean => {
    switch (type.kind) {
      case "struct": {
        const key = `struct ${type.class}`;
        if (open.has(key)) return false;
        open.add(key);
        const found = structs.get(type.class)?.fields.some((field) => holds(field.type)) ?? false;
        open.delete(key);
        return found;
      }
      case "elements":
        return holds(defined(arrays.get(type.array), "element"));
      case "environment":
        return environments.get(type.function)?.some(holds) ?? false;
      case "slots":
        return holds(type.of);
      case "unionCell":
        return isCounted(type);
      default:
        return false;
    }
  };
  const isCounted = (type: MirType): boolean => poolsOf(type).length > 0;
  const holds = (type: MirType): boolean => isCounted(type) || hasParts(type);
  return { poolsOf, isCounted, hasParts };
}

/** Names what a value of the type may refer to; null: nothing that a slot could contain. */
function referenceKey(type: MirType, structs: ReadonlyMap<ClassId, MirStruct>): string | null {
  switch (type.kind) {
    case "object":
      return `object ${structs.get(type.class)?.family ?? type.class}`;
    case "array":
      return `array ${type.array}`;
    case "closure":
      return `closure ${type.signature}`;
    case "union":
    case "unionCell":
      return `union ${type.union}`;
    case "pointer":
      return type.to.kind === "environment" ? `environment ${type.to.function}` : null;
    default:
      return null;
  }
}

/** What a slot contains: the object it is, and all that it holds in line. */
function contentsOf(
  of: MirType,
  structs: ReadonlyMap<ClassId, MirStruct>,
  arrays: ReadonlyMap<number, MirType>,
): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (type: MirType): void => {
    if (type.kind === "struct") {
      found.add(`object ${structs.get(type.class)?.family ?? type.class}`);
      for (const field of structs.get(type.class)?.fields ?? []) add(field.type);
    } else if (type.kind === "elements") {
      found.add(`array ${type.array}`);
      add(defined(arrays.get(type.array), "element"));
    } else if (type.kind === "environment") {
      found.add(`environment ${type.function}`);
    }
  };
  add(of);
  return found;
}

interface References {
  /** By signature: the types of what closures refer to. */
  readonly environments: ReadonlyMap<number, readonly MirType[]>;
  /** By array: those that are seen as arrays of it, byte by byte. */
  readonly overlays: ReadonlyMap<number, ReadonlySet<number>>;
}

function findReferences(functions: readonly { readonly blocks: readonly unknown[] }[]): References {
  const environments = new Map<number, MirType[]>();
  const overlays = new Map<number, Set<number>>();
  const note = (value: object): void => {
    if (isClosure(value) && value.environment !== null && value.type.kind === "closure") {
      const types = environments.get(value.type.signature) ?? [];
      environments.set(value.type.signature, [...types, value.environment.type]);
    } else if (isOverlay(value) && value.type.kind === "array" && value.array.type.kind === "array") {
      const { array } = value.array.type;
      overlays.set(array, (overlays.get(array) ?? new Set()).add(value.type.array));
    }
  };
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) {
      for (const part of value) visit(part);
      return;
    }
    note(value);
    for (const [key, part] of Object.entries(value)) if (key !== "span" && key !== "type") visit(part);
  };
  for (const fn of functions) visit(fn.blocks);
  return { environments, overlays };
}

function isClosure(value: object): value is Extract<MirExpr, { kind: "closure" }> {
  return "kind" in value && value.kind === "closure" && "environment" in value;
}

function isOverlay(value: object): value is Extract<MirExpr, { kind: "overlay" }> {
  return "kind" in value && value.kind === "overlay" && "array" in value;
}

/** What arrays in a slot can be seen as is in the slot as well. */
function withOverlays(contents: ReadonlySet<string>, overlays: References["overlays"]): ReadonlySet<string> {
  const all = new Set(contents);
  for (const key of all)
    for (const [array, seen] of overlays)
      if (key === `array ${array}`) for (const one of seen) all.add(`array ${one}`);
  return all;
}

function merge(lists: readonly (readonly number[])[]): readonly number[] {
  return [...new Set(lists.flat())].sort((left, right) => left - right);
}
