/**
 * Which arrays stand for a part of a buffer, and where the program asks an array
 * for its whole buffer: an array knows where it begins, not what is around it.
 */
import type { ts } from "ts-morph";
import type { ArrayId } from "../ir/ids.ts";
import { walkStatements } from "../ir/walk-hir.ts";
import type { Builder } from "./builder.ts";

export interface BufferUses {
  /** Array classes with arrays that are parts of others. */
  readonly partial: ArrayId[];
  /** Array classes of other elements over the bytes of an array. */
  readonly overlays: ArrayId[];
  readonly whole: { readonly array: ArrayId; readonly node: ts.Node }[];
}

export function createBufferUses(): BufferUses {
  return { partial: [], overlays: [], whole: [] };
}

/** Refuses `array.buffer` where the array may be a part, and C functions that would get unaligned elements. */
export function refusePartialBuffers(b: Builder): void {
  const { partial, overlays, whole } = b.collections.buffers;
  const parts = new Set(partial.map((id) => b.canonicalArray(id)));
  for (const { array, node } of whole) {
    if (!parts.has(b.canonicalArray(array))) continue;
    b.reporter.report("TSFW2001", b.span(node), {
      construct: "The whole buffer of what may be a part of it is",
      hint: "Name the part: `new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)`.",
    });
  }
  const loose = new Set(overlays.map((id) => b.canonicalArray(id)));
  if (loose.size === 0) return;
  for (const fn of b.functions) {
    walkStatements(fn.body, {
      expression: (node) => {
        if (node.kind !== "call" || b.function(node.function).external === null) return;
        for (const { type, span } of node.args) {
          if (type.kind !== "array" || !loose.has(b.canonicalArray(type.array))) continue;
          b.reporter.report("TSFW2001", span, {
            construct: "An array over a buffer as an argument of a C function is",
            hint: "Pass the bytes, or a copy: `new Uint16Array([...view])`.",
          });
        }
      },
    });
  }
}
