/**
 * TSFW2007: a function that uses locals of its scope may be called, passed down
 * and named by constants, but must not be kept where it could be called after
 * that scope is gone.
 */
import type { Reporter } from "../diagnostics/diagnostic.ts";
import type { HirFunction, HirProgram } from "../ir/hir.ts";
import { buildValueGraph, type ValueEdge, type ValueGraph, type ValuePlace } from "../ir/value-graph.ts";
import type { Span } from "../source/span.ts";
import type { CheckedProgram } from "./check-program.ts";

export function checkClosureEscape({ program, flows, graph }: CheckedProgram, reporter: Reporter): void {
  const closures = buildValueGraph(program, flows, graph, (type) => type.kind === "closure");
  for (const flow of flows) {
    if (flow.kind === "closure") {
      const fn = program.functions[flow.closure];
      const start = closures.vertex({ kind: "node", node: flow.node });
      if (fn === undefined || fn.captures.length === 0 || start === undefined) continue;
      const wayOut = findEscape(program, closures, start);
      if (wayOut !== null) report(program, fn, flow.node.span, wayOut.span, reporter);
    } else if (flow.kind === "call" && flow.call === "spawn") {
      const fn = program.functions[flow.callee];
      if (fn !== undefined && fn.captures.length > 0) report(program, fn, flow.span, null, reporter);
    }
  }
}

/** The first flow, in breadth-first order, that takes the closure out of its scope. */
function findEscape(program: HirProgram, closures: ValueGraph, start: number): ValueEdge | null {
  const seen = new Set([start]);
  for (const vertex of seen) {
    for (const edge of closures.edges[vertex] ?? []) {
      const place = closures.places[edge.to];
      if (place === undefined || outlivesScope(program, place)) return edge;
      seen.add(edge.to);
    }
  }
  return null;
}

function outlivesScope(program: HirProgram, place: ValuePlace): boolean {
  switch (place.kind) {
    case "node":
      return false;
    case "local":
      return program.locals[place.local]?.reassigned !== false;
    default:
      return true;
  }
}

function report(
  program: HirProgram,
  fn: HirFunction,
  span: Span,
  wayOut: Span | null,
  reporter: Reporter,
): void {
  const variable = fn.captures[0] === undefined ? undefined : program.locals[fn.captures[0]];
  if (variable === undefined) return;
  const related = [{ message: `'${variable.name}' is declared here`, span: variable.span }];
  if (wayOut !== null && !isSame(wayOut, span)) {
    related.push({ message: "it leaves its scope here", span: wayOut });
  }
  reporter.report("TSFW2007", span, { variable: variable.name }, related);
}

function isSame(left: Span, right: Span): boolean {
  return (
    left.file === right.file &&
    left.start.line === right.start.line &&
    left.start.column === right.start.column
  );
}
