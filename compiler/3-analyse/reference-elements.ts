/**
 * What the analysis of references says.
 *
 * An element stands for an object as one function sees it:
 * - `own`: made by this activation of the function;
 * - `foreign`: reached through memory or a call, so of some activation;
 * - `parameter`: what the caller of this activation passed;
 * - `content`: what a field or element of such an object holds.
 * What a field holds in line is the owner itself: they live and die together.
 */
import type { HirExpr, HirType } from "../ir/hir.ts";
import type { FunctionId, LocalId, NodeId } from "../ir/ids.ts";
import { hasArm, hasReference } from "../ir/union-types.ts";
import type { FlowContext, MemoryPlace } from "../ir/value-flow.ts";
import type { Origin } from "./allocations.ts";

export type Element =
  | { readonly kind: "own" | "foreign"; readonly origin: Origin }
  | { readonly kind: "parameter"; readonly parameter: LocalId }
  | { readonly kind: "content"; readonly parameter: LocalId; readonly place: string };

/** One way a function is entered. */
export interface Binding {
  readonly context: FlowContext;
  readonly args: readonly HirExpr[];
  readonly node: HirExpr;
}

export interface ReferenceFlow {
  ofNode(node: NodeId): Iterable<Element>;
  ofLocal(local: LocalId): Iterable<Element>;
  /** What a local holds, as a function sees it that captured it. */
  ofCaptured(fn: FunctionId, local: LocalId): Iterable<Element>;
  bindingsOf(id: FunctionId): readonly Binding[];
  /** All objects that an element can stand for. */
  originsOf(element: Element): Iterable<Origin>;
  /** No place holds any of the objects but this variable (and parameters, while a call runs). */
  isOnlyIn(origins: readonly Origin[], variable: MemoryPlace): boolean;
  /** An element of a function, as the caller of that activation sees it. */
  atCaller(element: Element, callee: FunctionId, binding: Binding): Iterable<Element>;
}

/** Closures are references to what they captured. */
export const isReference = (type: HirType): boolean => hasReference(type) || hasArm(type, "closure");

export function elementKey(element: Element): string {
  if ("origin" in element) return `${element.kind} ${element.origin.index}`;
  return element.kind === "content"
    ? `content ${element.parameter} ${element.place}`
    : `parameter ${element.parameter}`;
}

/** A cast lets objects of some classes pass. */
export function behindCast(node: HirExpr, elements: Set<Element>): Set<Element> {
  if (node.kind !== "cast" || node.members === undefined) return elements;
  const { members } = node;
  const passes = (element: Element): boolean => {
    if (!("origin" in element)) return true;
    const made = element.origin.node;
    return (made.kind !== "new" && made.kind !== "object") || members.includes(made.class);
  };
  return new Set([...elements].filter(passes));
}
