/**
 * The flows of some kind of value (strings, handles, closures) as a plain
 * directed graph between expressions and places, ignoring who calls whom when.
 */

import { assertNever } from "../source/assert.ts";
import type { Span } from "../source/span.ts";
import type { CallGraph } from "./call-graph.ts";
import type { HirExpr, HirProgram, HirType } from "./hir.ts";
import type { FunctionId } from "./ids.ts";
import { type CallFlow, type Flow, type MemoryPlace, memoryKey } from "./value-flow.ts";

export type ValuePlace =
  | { readonly kind: "node"; readonly node: HirExpr }
  | MemoryPlace
  | { readonly kind: "result"; readonly function: FunctionId }
  /** The arguments of a task that is started: they outlive the caller. */
  | { readonly kind: "task"; readonly function: FunctionId };

export interface ValueEdge {
  readonly to: number;
  /** The function whose code moves the value. */
  readonly function: FunctionId;
  readonly span: Span;
}

export interface ValueGraph {
  readonly places: readonly ValuePlace[];
  readonly edges: readonly (readonly ValueEdge[])[];
  /** Vertex of a place; undefined when no tracked value is ever there. */
  vertex(place: ValuePlace): number | undefined;
}

export function buildValueGraph(
  program: HirProgram,
  flows: readonly Flow[],
  graph: CallGraph,
  tracks: (type: HirType) => boolean,
): ValueGraph {
  const places: ValuePlace[] = [];
  const edges: ValueEdge[][] = [];
  const vertices = new Map<string, number>();
  const vertexOf = (place: ValuePlace): number => {
    const key = keyOf(place);
    const known = vertices.get(key);
    if (known !== undefined) return known;
    vertices.set(key, places.length);
    edges.push([]);
    return places.push(place) - 1;
  };
  const connect = (from: ValuePlace, to: ValuePlace, fn: FunctionId, span: Span): void => {
    edges[vertexOf(from)]?.push({ to: vertexOf(to), function: fn, span });
  };
  const node = (expr: HirExpr): ValuePlace => ({ kind: "node", node: expr });
  const enter = (callee: FunctionId, args: readonly HirExpr[], fn: FunctionId, span: Span): void => {
    program.functions[callee]?.parameters.forEach((local, index) => {
      const argument = args[index];
      if (argument !== undefined && tracks(argument.type)) {
        connect(node(argument), { kind: "local", local }, fn, span);
      }
    });
  };
  const leave = (callee: FunctionId, to: ValuePlace, fn: FunctionId, span: Span): void => {
    const result = program.functions[callee]?.result;
    if (result !== undefined && tracks(result)) connect({ kind: "result", function: callee }, to, fn, span);
  };
  const call = (flow: CallFlow): void => {
    enter(flow.callee, flow.args, flow.function, flow.span);
    if (flow.call === "spawn") {
      for (const argument of flow.args) {
        if (!tracks(argument.type)) continue;
        connect(node(argument), { kind: "task", function: flow.callee }, flow.function, flow.span);
      }
    } else if (flow.call !== "new") {
      const { resultLocal: local } = flow;
      leave(
        flow.callee,
        local === null ? node(flow.node) : { kind: "local", local },
        flow.function,
        flow.span,
      );
    }
  };
  const add = (flow: Flow): void => {
    const fn = flow.function;
    switch (flow.kind) {
      case "copy":
        if (tracks(flow.from.type)) connect(node(flow.from), node(flow.to), fn, flow.to.span);
        return;
      case "load":
        if (tracks(flow.to.type)) connect(flow.from, node(flow.to), fn, flow.to.span);
        return;
      case "store":
        if (tracks(flow.from.type)) connect(node(flow.from), flow.to, fn, flow.span);
        return;
      case "iterate": {
        const array = flow.array.type.kind === "array" ? program.arrayOf(flow.array.type.array) : undefined;
        const element = array === undefined ? undefined : program.arrays[array]?.element;
        if (array === undefined || element === undefined || !tracks(element)) return;
        const from = { kind: "element", array } as const;
        connect(from, { kind: "local", local: flow.local }, fn, flow.array.span);
        return;
      }
      case "return":
        if (tracks(flow.value.type)) {
          connect(node(flow.value), { kind: "result", function: fn }, fn, flow.value.span);
        }
        return;
      case "call":
        call(flow);
        return;
      case "callClosure":
        for (const callee of graph.closuresOf(flow.signature)) {
          enter(callee, flow.args, fn, flow.node.span);
          leave(callee, node(flow.node), fn, flow.node.span);
        }
        return;
      case "closure":
        if (tracks(flow.node.type)) vertexOf(node(flow.node));
        return;
      default:
        assertNever(flow);
    }
  };
  for (const flow of flows) add(flow);
  return { places, edges, vertex: (place) => vertices.get(keyOf(place)) };
}

/** What flows where: the union of what the seeds put into each vertex, carried along all edges. */
export function propagate<T>(
  graph: ValueGraph,
  seeds: ReadonlyMap<number, readonly T[]>,
): ReadonlyMap<number, ReadonlySet<T>> {
  const values = new Map<number, Set<T>>();
  const pending: number[] = [];
  const put = (vertex: number, incoming: Iterable<T>): void => {
    const known = values.get(vertex) ?? new Set<T>();
    const before = known.size;
    for (const value of incoming) known.add(value);
    values.set(vertex, known);
    if (known.size > before) pending.push(vertex);
  };
  for (const [vertex, seed] of seeds) put(vertex, seed);
  for (let vertex = pending.pop(); vertex !== undefined; vertex = pending.pop()) {
    for (const edge of graph.edges[vertex] ?? []) put(edge.to, values.get(vertex) ?? []);
  }
  return values;
}

function keyOf(place: ValuePlace): string {
  if (place.kind === "node") return `node ${place.node.id}`;
  return place.kind === "result" || place.kind === "task"
    ? `${place.kind} ${place.function}`
    : memoryKey(place);
}
