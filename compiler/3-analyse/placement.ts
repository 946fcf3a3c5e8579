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
import { findCopiedVariables } from "./copied-variables.ts";
import { checkPlaces } from "./placement-rules.ts";
import { solveReferenceFlow } from "./reference-flow.ts";
import { findScopes } from "./scopes.ts";

export function placeObjects(program: HirProgram, reporter: Reporter): Placement {
  const allocations = findAllocations(program);
  const references = solveReferenceFlow(program, allocations);
  const scopes = findScopes(program);
  const copied = findCopiedVariables(program, allocations, references, (local) => scopes.get(local) ?? []);
  checkPlaces({ program, allocations, references, copied, scopes }, reporter);
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
    isCopied: (node) => copied.assignments.has(node),
    callPlace: (node) =>
      defined(calls.get(node), `node ${node} does not call a function that returns in place`),
  };
}
