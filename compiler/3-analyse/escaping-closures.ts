/**
 * Functions whose values may be called after the scope that made them is gone:
 * kept in fields, elements, module or reassigned variables, returned, given to a
 * task, or captured by such a function. All others are only called, passed down
 * and named by constants.
 */
import { buildCallGraph } from "../ir/call-graph.ts";
import type { HirProgram } from "../ir/hir.ts";
import type { FunctionId, LocalId } from "../ir/ids.ts";
import { hasArm } from "../ir/union-types.ts";
import { collectFlows } from "../ir/value-flow.ts";
import { buildValueGraph, type ValueGraph, type ValuePlace } from "../ir/value-graph.ts";

export interface EscapingFunctions {
  /** Functions with captures whose values escape. */
  readonly asValues: ReadonlySet<FunctionId>;
  /** Functions with captures that are started as tasks. */
  readonly asTasks: ReadonlySet<FunctionId>;
}

export function findEscapingFunctions(program: HirProgram): EscapingFunctions {
  const flows = collectFlows(program);
  const graph = buildCallGraph(program, flows);
  const closures = buildValueGraph(program, flows, graph, (type) => hasArm(type, "closure"));
  const asTasks = new Set<FunctionId>();
  for (const flow of flows) {
    const captures = flow.kind === "call" ? program.functions[flow.callee]?.captures.length : 0;
    if (flow.kind === "call" && flow.call === "spawn" && captures !== 0) asTasks.add(flow.callee);
  }
  const asValues = new Set<FunctionId>();
  const kept = new Set<LocalId>();
  const keep = (id: FunctionId): void => {
    for (const local of program.functions[id]?.captures ?? []) kept.add(local);
  };
  for (const id of asTasks) keep(id);
  for (let size = -1; size !== asValues.size; ) {
    size = asValues.size;
    for (const flow of flows) {
      if (flow.kind !== "closure" || asValues.has(flow.closure)) continue;
      const start = closures.vertex({ kind: "node", node: flow.node });
      const fn = program.functions[flow.closure];
      if (start === undefined || fn === undefined || fn.captures.length === 0) continue;
      if (!escapes(program, closures, start, kept)) continue;
      asValues.add(flow.closure);
      keep(flow.closure);
    }
  }
  return { asValues, asTasks };
}

function escapes(
  program: HirProgram,
  closures: ValueGraph,
  start: number,
  kept: ReadonlySet<LocalId>,
): boolean {
  const seen = new Set([start]);
  for (const vertex of seen) {
    for (const edge of closures.edges[vertex] ?? []) {
      const place = closures.places[edge.to];
      if (place === undefined || outlivesScope(program, place, kept)) return true;
      seen.add(edge.to);
    }
  }
  return false;
}

function outlivesScope(program: HirProgram, place: ValuePlace, kept: ReadonlySet<LocalId>): boolean {
  switch (place.kind) {
    case "node":
      return false;
    case "local":
      return program.locals[place.local]?.reassigned !== false || kept.has(place.local);
    default:
      return true;
  }
}
