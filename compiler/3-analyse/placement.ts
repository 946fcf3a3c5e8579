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
import type { FunctionId, NodeId, SiteId } from "../ir/ids.ts";
import { defined } from "../source/assert.ts";
import { type Allocations, findAllocations, type Origin, withPlaces } from "./allocations.ts";
import { type ArrayLayout, findArrayLayout } from "./array-layout.ts";
import {
  type CopiedVariables,
  copyPlainVariables,
  findCopiedVariables,
  findObjectVariables,
  isPrivate,
  joinCopies,
  type ObjectVariable,
} from "./copied-variables.ts";
import { type CountedInput, countedPlace } from "./counted-places.ts";
import { checkPlaces, type Outliving } from "./placement-rules.ts";
import { findPlainClasses } from "./plain-values.ts";
import { createPools, type Pools } from "./pools.ts";
import type { ReferenceFlow } from "./reference-elements.ts";
import { solveReferenceFlow } from "./reference-flow.ts";
import { findScopes, type Scopes } from "./scopes.ts";

/** Where objects live, and which of them flow where. */
export interface PlacedObjects extends Placement {
  readonly allocations: Allocations;
  readonly references: ReferenceFlow;
  /** What keeps the objects that got storage of their own, by the node that makes them. */
  readonly keepers: ReadonlyMap<NodeId, string>;
}

/** `counted`: what is needed to give objects that outlive their place storage by their number. */
export function placeObjects(
  program: HirProgram,
  reporter: Reporter,
  counted?: CountedInput,
  layout: ArrayLayout = findArrayLayout(program, null),
): PlacedObjects {
  const scopes = findScopes(program);
  const keepers = new Map<NodeId, string>();
  const places = new Map<NodeId, Place>();
  const byReference = new Set<FunctionId>();
  const pools = createPools(program, layout, counted?.numbers ?? null);
  let found = findAllocations(program, layout, byReference);
  for (;;) {
    const allocations = withPlaces(found, places);
    const { copied, references, outliving } = attemptBest(program, allocations, scopes);
    const before = { places: places.size, byReference: byReference.size };
    for (const { origin, keeper } of counted === undefined ? [] : outliving) {
      const place = storagePlace(program, allocations, pools, defined(counted, "counts"), origin);
      const maker = pools.returnedBy(allocations, origin);
      if (place !== null) {
        places.set(origin.node.id, place);
        keepers.set(origin.node.id, keeper.name);
      } else if (maker !== null) byReference.add(maker);
    }
    if (byReference.size > before.byReference) found = findAllocations(program, layout, byReference);
    else if (places.size === before.places) {
      for (const one of outliving) report(program, one, reporter);
      return { ...tabulate(allocations, copied, pools), allocations, references, keepers };
    }
  }
}

/** Storage of its own: by the number of objects where that is small enough, else by those that live at a time. */
function storagePlace(
  program: HirProgram,
  allocations: Allocations,
  pools: Pools,
  input: CountedInput,
  origin: Origin,
): Place | null {
  if (origin.place.kind !== "local") return null;
  const limit = pools.limitOf(origin);
  const isFew = limit === null || input.counts.runs(origin.node.id) <= limit;
  return (
    (isFew ? countedPlace(program, allocations, input, origin) : null) ?? pools.place(allocations, origin)
  );
}

function report(program: HirProgram, { origin, keeper }: Outliving, reporter: Reporter): void {
  const owner = program.functions[origin.owner]?.name ?? "?";
  reporter.report("TSFW6001", origin.span, { what: origin.what, keeper: keeper.name, owner }, [
    { message: "it is kept here", span: keeper.span },
  ]);
}

function attemptBest(program: HirProgram, allocations: Allocations, scopes: Scopes): Attempt {
  const variables = findObjectVariables(program, allocations, scopes);
  const input = { program, allocations, scopes, variables };
  const simple = attempt(input, []);
  const plain = simple.outliving.length === 0 ? [] : findPlainVariables(input);
  const best = plain.length === 0 ? simple : attempt(input, plain);
  return best.outliving.length < simple.outliving.length ? best : simple;
}

interface Input {
  readonly program: HirProgram;
  readonly allocations: Allocations;
  readonly scopes: Scopes;
  readonly variables: readonly ObjectVariable[];
}

interface Attempt {
  readonly copied: CopiedVariables;
  readonly references: ReferenceFlow;
  readonly outliving: readonly Outliving[];
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
  const outliving = checkPlaces({ program, allocations, references, copied, scopes });
  return { copied, references, outliving };
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

function tabulate(allocations: Allocations, copied: CopiedVariables, pools: Pools): Placement {
  const sites = new Map<SiteId, Place>();
  const calls = new Map<NodeId, Place>();
  const closures = new Map<NodeId, Place>();
  for (const { site, node, place } of allocations.origins) {
    if (node.kind === "closure") closures.set(node.id, place);
    else if (site === null) calls.set(node.id, place);
    else sites.set(site, place);
  }
  return {
    place: (site) => defined(sites.get(site), `site ${site} is nowhere in the program`),
    pools: pools.all,
    returnsInPlace: (id) => allocations.inPlace.has(id),
    resultLength: (id) => allocations.resultLengths.get(id) ?? null,
    isInline: (field) => allocations.inlineFields.has(field),
    isCopied: (node) => copied.assignments.has(node),
    closurePlace: (node) => defined(closures.get(node), `node ${node} makes no environment`),
    callPlace: (node) =>
      defined(calls.get(node), `node ${node} does not call a function that returns in place`),
  };
}
