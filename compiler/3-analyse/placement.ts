/**
 * Decides where every object lives, so that no heap is needed.
 *
 * Needs:      a verified HIR program.
 * Guarantees: unless it reported, no object is used after its place is reused.
 * Reports:    TSFW6001 for objects that outlive the place they could have.
 */
import { createReporter, type Diagnostic, type Reporter } from "../diagnostics/diagnostic.ts";
import type { Place, Placement } from "../ir/facts.ts";
import type { HirProgram } from "../ir/hir.ts";
import type { NodeId, SiteId } from "../ir/ids.ts";
import { defined } from "../source/assert.ts";
import { type Allocations, findAllocations } from "./allocations.ts";
import {
  type CopiedVariables,
  copyPlainVariables,
  findCopiedVariables,
  findObjectVariables,
  isPrivate,
  joinCopies,
  type ObjectVariable,
} from "./copied-variables.ts";
import { checkPlaces } from "./placement-rules.ts";
import { findPlainClasses } from "./plain-values.ts";
import { solveReferenceFlow } from "./reference-flow.ts";
import { findScopes, type Scopes } from "./scopes.ts";

export function placeObjects(program: HirProgram, reporter: Reporter): Placement {
  const allocations = findAllocations(program);
  const scopes = findScopes(program);
  const variables = findObjectVariables(program, allocations, scopes);
  const input = { program, allocations, scopes, variables };
  const simple = attempt(input, []);
  const plain = simple.findings.length === 0 ? [] : findPlainVariables(input);
  const best = plain.length === 0 ? simple : attempt(input, plain);
  const { findings, copied } = best.findings.length < simple.findings.length ? best : simple;
  for (const finding of findings) reporter.add(finding);
  return tabulate(allocations, copied);
}

interface Input {
  readonly program: HirProgram;
  readonly allocations: Allocations;
  readonly scopes: Scopes;
  readonly variables: readonly ObjectVariable[];
}

interface Attempt {
  readonly copied: CopiedVariables;
  readonly findings: readonly Diagnostic[];
}

/** `plain`: variables of plain values that are to be copied. */
function attempt(
  { program, allocations, scopes, variables }: Input,
  plain: readonly ObjectVariable[],
): Attempt {
  const plainCopies = copyPlainVariables(plain);
  const references = solveReferenceFlow(program, allocations, plainCopies.values);
  const others = variables.filter((one) => !plain.includes(one));
  const copied = joinCopies(plainCopies, findCopiedVariables(program, allocations, references, others));
  const scratch = createReporter();
  checkPlaces({ program, allocations, references, copied, scopes }, scratch);
  return { copied, findings: scratch.diagnostics };
}

/** Variables of plain values that nothing else names once their assignments copy. */
function findPlainVariables({ program, allocations, variables }: Input): readonly ObjectVariable[] {
  const classes = findPlainClasses(program);
  let plain = variables.filter((one) => classes.has(one.class));
  for (;;) {
    const references = solveReferenceFlow(program, allocations, copyPlainVariables(plain).values);
    const isRight = (one: ObjectVariable): boolean =>
      isPrivate(program, allocations, references, one, [one.first]);
    const still = plain.filter(isRight);
    if (still.length === plain.length) return plain;
    plain = still;
  }
}

function tabulate(allocations: Allocations, copied: CopiedVariables): Placement {
  const sites = new Map<SiteId, Place>();
  const calls = new Map<NodeId, Place>();
  for (const { site, node, place } of allocations.origins) {
    if (site === null) calls.set(node.id, place);
    else sites.set(site, place);
  }
  return {
    place: (site) => defined(sites.get(site), `site ${site} is nowhere in the program`),
    returnsInPlace: (id) => allocations.inPlace.has(id),
    resultLength: (id) => allocations.resultLengths.get(id) ?? null,
    isInline: (field) => allocations.inlineFields.has(field),
    isCopied: (node) => copied.assignments.has(node),
    callPlace: (node) =>
      defined(calls.get(node), `node ${node} does not call a function that returns in place`),
  };
}
