/** What each string place may hold: tables that only grow, and the bounds of section 4 of LANGUAGE.md. */
import type { StringCapacity } from "../ir/facts.ts";
import type { FunctionId, LocalId, NodeId } from "../ir/ids.ts";
import { type MemoryPlace, memoryKey } from "../ir/value-flow.ts";
import { utf8Size } from "./text-size.ts";

/** How long a text can be. `bytes` is Infinity where there is no bound. */
export interface TextExtent {
  readonly bytes: number;
  /** One byte for each UTF-16 unit; otherwise up to three. */
  readonly isAscii: boolean;
}

/** `computed`: not only literals, so it needs bytes of its own. */
export interface TextBound extends TextExtent {
  readonly computed: boolean;
}

/** `argument`: what callers pass for a parameter, before the function assigns to it. */
export type StringPlace =
  | MemoryPlace
  | { readonly kind: "argument"; readonly local: LocalId }
  | { readonly kind: "result"; readonly function: FunctionId };

export const NO_TEXT: TextBound = { computed: false, bytes: 0, isAscii: true };

export function literalBound(text: string): TextBound {
  const bytes = utf8Size(text);
  return { computed: false, bytes, isAscii: bytes === text.length };
}

export function joinExtents(left: TextExtent, right: TextExtent): TextExtent {
  return { bytes: Math.max(left.bytes, right.bytes), isAscii: left.isAscii && right.isAscii };
}

export function joinBounds(left: TextBound, right: TextBound): TextBound {
  return { computed: left.computed || right.computed, ...joinExtents(left, right) };
}

/** The extent of a text that has at most so many UTF-16 units. */
export function limitUnits({ bytes, isAscii }: TextExtent, units: number): TextExtent {
  return { bytes: Math.min(bytes, isAscii ? units : 3 * units), isAscii };
}

export function isSameExtent(left: TextExtent, right: TextExtent): boolean {
  return left.bytes === right.bytes && left.isAscii === right.isAscii;
}

export function toCapacity({ computed, bytes }: TextBound): StringCapacity {
  if (!computed) return { kind: "literal" };
  return { kind: "bytes", bytes: Number.isFinite(bytes) ? bytes : 0 };
}

/** Bounds by place and by node. `version` changes whenever a place does. */
export class StringTables {
  readonly #places = new Map<string, TextBound>();
  readonly #nodes = new Map<NodeId, TextBound>();
  #version = 0;

  get version(): number {
    return this.#version;
  }

  ofPlace(place: StringPlace): TextBound {
    return this.#places.get(placeKey(place)) ?? NO_TEXT;
  }

  ofNode(node: NodeId): TextBound {
    return this.#nodes.get(node) ?? NO_TEXT;
  }

  store(place: StringPlace, bound: TextBound): void {
    const key = placeKey(place);
    const known = this.#places.get(key);
    const joined = joinBounds(known ?? NO_TEXT, bound);
    if (known !== undefined && known.computed === joined.computed && isSameExtent(known, joined)) return;
    this.#places.set(key, joined);
    this.#version += 1;
  }

  note(node: NodeId, bound: TextBound): void {
    this.#nodes.set(node, joinBounds(this.ofNode(node), bound));
  }
}

export function placeKey(place: StringPlace): string {
  if (place.kind === "argument") return `argument ${place.local}`;
  return place.kind === "result" ? `result ${place.function}` : memoryKey(place);
}
