/**
 * Maps and Sets with a bound: `Max<Map<K, V>, N>` bounds the arrays inside the
 * class of lib/std. All collections of one type share its class, so all of them
 * have a bound, or none.
 */
import type { ts } from "ts-morph";
import type { ClassId } from "../ir/ids.ts";
import { boundOf, withoutBound } from "./bounds.ts";
import { type BufferUses, createBufferUses } from "./buffer-uses.ts";
import type { Builder } from "./builder.ts";
import { createJsonState, type JsonState } from "./json/json-state.ts";

export interface Collections {
  readonly buffers: BufferUses;
  readonly json: JsonState;
  /** Classes of lib/std that some type bounds with `Max`. */
  readonly bounded: Set<ClassId>;
  /** Collections made where no bound is written. */
  readonly unbounded: { readonly class: ClassId; readonly node: ts.NewExpression }[];
}

export function createCollections(): Collections {
  return { buffers: createBufferUses(), json: createJsonState(), bounded: new Set(), unbounded: [] };
}

/** The largest N that the program names for a type is the room of each of its collections. */
export function boundCollection(b: Builder, id: ClassId, bound: number): void {
  for (const field of b.class(id).fields) {
    const record = b.field(field);
    if (record.type.kind !== "array") continue;
    record.type = { ...record.type, max: Math.max(record.type.max ?? 0, bound) };
  }
  b.collections.bounded.add(id);
}

/** `new Map()` for a place of type `Max<Map<K, V>, N>`: TypeScript does not see through the bound. */
export function collectionType(b: Builder, node: ts.NewExpression): ts.Type | null {
  const wanted = b.checker.getContextualType(node);
  if (wanted === undefined || boundOf(b, wanted) === null) return null;
  return withoutBound(wanted);
}

/** A collection that is made where no bound is written. */
export function noteCollection(b: Builder, id: ClassId, node: ts.NewExpression): void {
  const wanted = b.checker.getContextualType(node);
  if (wanted === undefined || boundOf(b, wanted) === null) b.collections.unbounded.push({ class: id, node });
}

/** Node would go on where the bound of a neighbour ends. */
export function refuseMixedBounds(b: Builder): void {
  for (const { class: id, node } of b.collections.unbounded) {
    if (!b.collections.bounded.has(id)) continue;
    b.reporter.report("TSFW2001", b.span(node), {
      construct: "A collection without a bound, beside one of the same type with `Max`, is",
      hint: "Give this one a bound too: `const map: Max<Map<K, V>, 8> = new Map()`.",
    });
  }
}
