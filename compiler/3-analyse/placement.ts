/**
 * Decides where every object lives, so that no heap is needed.
 *
 * Needs:      a verified HIR program.
 * Guarantees: unless it reported, no object is used after its place is reused.
 * Reports:    TSFW6001 for objects that outlive the place they could have.
 */
import type { Reporter } from "../diagnostics/diagnostic.ts";
import type { Place, Placement } from "../ir/facts.ts";
import type { HirProgram } from "../ir/hir.ts";
import type { NodeId, SiteId } from "../ir/ids.ts";
import { defined } from "../source/assert.ts";
import { findAllocations } from "./allocations.ts";
import { checkPlaces } from "./placement-rules.ts";
import { solveReferenceFlow } from "./reference-flow.ts";

export function placeObjects(program: HirProgram, reporter: Reporter): Placement {
  const allocations = findAllocations(program);
  const references = solveReferenceFlow(program, allocations);
  checkPlaces(program, allocations, references, reporter);
  const sites = new Map<SiteId, Place>();
  const calls = new Map<NodeId, Place>();
  for (const { site, node, place } of allocations.origins) {
    if (site === null) calls.set(node.id, place);
    else sites.set(site, place);
  }
  return {
    place: (site) => defined(sites.get(site), `site ${site} is nowhere in the program`),
    returnsInPlace: (id) => allocations.inPlace.has(id),
    isInline: (field) => allocations.inlineFields.has(field),
    callPlace: (node) =>
      defined(calls.get(node), `node ${node} does not call a function that returns in place`),
  };
}
