/**
 * How many elements the room of each array must have.
 *
 * `Max<T[], N>` of the literal, or of a place that the array reaches, decides.
 * Otherwise every growing statement counts: how often it runs while the array
 * lives, from the trips of the loops around it and the calls that lead to it.
 *
 * Needs:      number facts whose loops hold for the capacities found so far.
 * Guarantees: unless a finding is returned, no array without `Max` overflows.
 * Reports:    TSFW6010 where a growing statement has no bound, TSFW6011 where a
 *             literal is longer than its `Max`.
 */
import { createReporter, type Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ArrayFacts, NumberFacts, StringFacts } from "../ir/facts.ts";
import type { HirExpr, HirProgram } from "../ir/hir.ts";
import type { ArrayId, FieldId, FunctionId, NodeId, SiteId } from "../ir/ids.ts";
import type { Allocations, Origin } from "./allocations.ts";
import { readArrayBounds } from "./array-bounds.ts";
import type { ArrayLayout } from "./array-layout.ts";
import { calleeOf, computeArraySizes, heldBehind, multiply } from "./array-sizes.ts";
import { describeRoom } from "./describe-rooms.ts";
import type { ExecutionCounts } from "./execution-counts.ts";
import { type Guarded, sizeUnderGuards } from "./growth-guards.ts";
import { collectGrowths, type Growth } from "./growths.ts";
import { arraysBehind, type HeldArray, HeldArrays, keyOfArray } from "./inline-arrays.ts";
import { type Element, elementKey, type ReferenceFlow } from "./reference-elements.ts";

export interface CapacityInput {
  readonly program: HirProgram;
  readonly numbers: NumberFacts;
  readonly strings: StringFacts;
  readonly layout: ArrayLayout;
  readonly counts: ExecutionCounts;
  readonly allocations: Allocations;
  readonly references: ReferenceFlow;
}

export interface Capacities {
  readonly facts: ArrayFacts;
  /** The greatest capacity of the class: what lengths are bounded by. */
  ofClass(id: ArrayId): number;
  /** The size of each array, by `keyOfArray`. */
  readonly ofArray: ReadonlyMap<string, number>;
  /** The greatest size of what a node makes. */
  ofNode(node: NodeId): number;
  readonly findings: readonly Diagnostic[];
  /** What to say when the class's capacities do not settle. */
  reportClass(id: ArrayId, known: (node: NodeId) => number): readonly Diagnostic[];
}

/** More elements than any chip has room for: such a count is no bound. */
const ELEMENTS_MAX = 1 << 20;

export function computeArrayCapacities(input: CapacityInput): Capacities {
  return new CapacityCounter(input).solve();
}

class CapacityCounter {
  readonly #input: CapacityInput;
  /** Elements that growth adds, by origin. */
  readonly #grown = new Map<HeldArray, number>();
  readonly #unbounded = new Map<Origin, Growth>();
  #bounds: ReadonlyMap<Origin, number> = new Map();
  readonly #guarded = new Map<HeldArray, Guarded<Growth>[]>();
  readonly #arrays = new HeldArrays();
  #sizes: ReadonlyMap<HeldArray, number> = new Map();
  readonly #byNode = new Map<NodeId, number>();
  #growths: readonly Growth[] = [];
  /** The growing statements of each array. */
  readonly #growthsOf = new Map<HeldArray, Set<Growth>>();
  #steps = 0;

  constructor(input: CapacityInput) {
    this.#input = input;
  }

  solve(): Capacities {
    const { program, allocations } = this.#input;
    this.#bounds = readArrayBounds(this.#input, (origin, value) =>
      arraysBehind(program, allocations, origin, value),
    );
    this.#growths = collectGrowths(this.#input);
    for (const growth of this.#growths) this.#count(growth);
    this.#sizes = computeArraySizes(this.#input, {
      boundOf: (origin) => this.#boundOf(origin, new Set()),
      arrays: this.#arrays,
      grownFrom: (array, start) => this.#grownFrom(array, start),
      grownInAll: (array) => this.#grownInAll(array),
    });
    for (const [{ origin }, size] of this.#sizes) {
      const { id } = origin.node;
      this.#byNode.set(id, Math.max(this.#byNode.get(id) ?? 0, Math.min(size, ELEMENTS_MAX)));
    }
    const classes = new Map<ArrayId, number>();
    for (const origin of allocations.origins) {
      const { type } = origin.node;
      if (type.kind !== "array" || !this.#keepsSize(type.array)) continue;
      const id = program.arrayOf(type.array);
      classes.set(id, Math.max(classes.get(id) ?? 0, this.#sizeOf(origin)));
    }
    return {
      facts: this.#facts(),
      ofClass: (id) => classes.get(program.arrayOf(id)) ?? 0,
      ofArray: new Map(
        [...this.#sizes].map(([array, size]) => [keyOfArray(array), Math.min(size, ELEMENTS_MAX)]),
      ),
      ofNode: (node) => this.#byNode.get(node) ?? 0,
      findings: this.#findings(),
      reportClass: (id, known) => this.#reportClass(id, known),
    };
  }

  // Growing statements

  #count(growth: Growth): void {
    for (const element of this.#input.references.ofNode(growth.array.id)) {
      this.#spread(growth, growth.node, growth.function, element, growth.times, []);
    }
  }

  /** Adds what the growth does to an element, as a function sees it, each time `node` runs. */
  #spread(
    growth: Growth,
    node: HirExpr,
    context: FunctionId,
    element: Element,
    times: number,
    path: readonly string[],
  ): void {
    this.#steps += 1;
    const { counts, references } = this.#input;
    if ("origin" in element) {
      const { origin } = element;
      const runs =
        element.kind === "own" ? this.#runsSince(node, origin) : this.#runsFor(node, context, origin);
      this.#grow(origin, growth, multiply(times, runs));
      return;
    }
    const key = `${context} ${elementKey(element)}`;
    if (path.includes(key) || this.#steps > STEPS_MAX) {
      for (const origin of references.originsOf(element)) this.#grow(origin, growth, Infinity);
      return;
    }
    this.#spreadToCallers(growth, context, element, multiply(times, counts.runsPerCall(node.id)), [
      ...path,
      key,
    ]);
  }

  #spreadToCallers(
    growth: Growth,
    context: FunctionId,
    element: Exclude<Element, { readonly kind: "own" | "foreign" }>,
    times: number,
    path: readonly string[],
  ): void {
    const { program, references, allocations } = this.#input;
    const position = program.functions[context]?.parameters.indexOf(element.parameter) ?? -1;
    for (const binding of references.bindingsOf(context)) {
      const { node } = binding;
      const caller = binding.context.function;
      if (!allocations.graph.isReachable(caller)) continue;
      const argument = binding.args[position];
      const holder = element.kind === "content" && argument !== undefined ? this.#onlyOwn(argument) : null;
      for (const outer of references.atCaller(element, context, binding)) {
        // What an object holds in line lives as long as the object.
        if (holder !== null && outer.kind === "foreign" && outer.origin.place.kind === "inOwner")
          this.#grow(outer.origin, growth, multiply(times, this.#runsSince(node, holder)));
        else this.#spread(growth, node, caller, outer, times, path);
      }
    }
  }

  /** The one object that an expression is, made by the same activation. */
  #onlyOwn(value: HirExpr): Origin | null {
    const [only, ...others] = this.#input.references.ofNode(value.id);
    return only?.kind === "own" && others.length === 0 ? only.origin : null;
  }

  /** How often an expression runs while an object of the same activation lives. */
  #runsSince(node: HirExpr, origin: Origin): number {
    const { counts } = this.#input;
    const { kind } = origin.place;
    const isMadeAnew = kind === "local" || kind === "inOwner" || kind === "result";
    return isMadeAnew ? counts.runsPerRound(node.id, origin.loops) : counts.runsPerCall(node.id);
  }

  /** How often an expression runs while an object lives that its function did not make. */
  #runsFor(node: HirExpr, context: FunctionId, origin: Origin): number {
    const { counts } = this.#input;
    const isLocal = origin.place.kind === "local" && this.#isInside(context, origin.owner);
    return isLocal ? counts.runsWithin(origin.owner, node.id) : counts.runs(node.id);
  }

  #isInside(inner: FunctionId, outer: FunctionId): boolean {
    const { functions } = this.#input.program;
    let at: FunctionId | null = inner;
    while (at !== null && at !== outer) at = functions[at]?.parent ?? null;
    return at === outer;
  }

  #grow(object: Origin, growth: Growth, times: number): void {
    for (const array of heldBehind(this.#input, this.#arrays, object, growth.array))
      this.#growArray(array, growth, times);
  }

  #growArray(array: HeldArray, growth: Growth, times: number): void {
    const { origin } = array;
    const isBounded = times <= ELEMENTS_MAX;
    // A store through an index rarely appends to an array that has elements; if it does, room is checked.
    const isOverwrite = growth.isMaybe && origin.site !== null && this.#startOf(origin) > 0;
    if (isOverwrite || (!isBounded && growth.isMaybe)) {
      this.#unbounded.set(origin, this.#unbounded.get(origin) ?? growth);
      return;
    }
    const { guard } = growth;
    if (guard !== null) {
      this.#guarded.set(array, [...(this.#guarded.get(array) ?? []), { growth, guard, times }]);
      this.#growthsOf.set(array, (this.#growthsOf.get(array) ?? new Set()).add(growth));
      return;
    }
    this.#grown.set(array, (this.#grown.get(array) ?? 0) + times);
    this.#growthsOf.set(array, (this.#growthsOf.get(array) ?? new Set()).add(growth));
    if (!isBounded) this.#unbounded.set(origin, growth);
  }

  // Sizes

  #sizeOf(origin: Origin): number {
    return this.#byNode.get(origin.node.id) ?? 0;
  }

  #grownFrom(array: HeldArray, start: number): number {
    const guarded = this.#guarded.get(array) ?? [];
    const size = sizeUnderGuards(start, this.#grown.get(array) ?? 0, guarded);
    const [first] = guarded;
    if (first !== undefined && size > ELEMENTS_MAX && !this.#unbounded.has(array.origin))
      this.#unbounded.set(array.origin, first.growth);
    return size;
  }

  /** Elements that are added to all arrays that an origin ever makes. */
  #grownInAll(array: HeldArray): number {
    let total = 0;
    for (const { node, times } of this.#growthsOf.get(array) ?? [])
      total += multiply(times, this.#input.counts.runs(node.id));
    return total;
  }

  /** The bound written for the array, or for what a call returns in place. */
  #boundOf(origin: Origin, seen: Set<Origin>): number | null {
    const own = this.#bounds.get(origin);
    if (own !== undefined || seen.has(origin)) return own ?? null;
    seen.add(origin);
    const bounds = this.#returnedBy(origin).flatMap((one) => this.#boundOf(one, seen) ?? []);
    return bounds.length === 0 ? null : Math.max(...bounds);
  }

  #startOf(origin: Origin): number {
    const { node } = origin;
    if (node.kind === "array") return node.elements.length;
    if (node.kind === "arrayFill") return node.length;
    if (node.kind === "arrayNew") {
      const { numbers, strings } = this.#input;
      return Math.max(
        0,
        Math.min(
          numbers.node(node.length.id).hi,
          strings.partsOf(node.length),
          strings.textLength(node.length),
        ),
      );
    }
    return 0;
  }

  /** What the function makes whose call an origin is. */
  #returnedBy(origin: Origin): readonly Origin[] {
    if (origin.site !== null) return [];
    const callee = calleeOf(origin.node);
    return this.#input.allocations.origins.filter(
      (one) => one.owner === callee && one.place.kind === "result",
    );
  }

  // Results

  #facts(): ArrayFacts {
    const { layout, allocations } = this.#input;
    const sites = new Map<SiteId, number>();
    const calls = new Map<NodeId, number>();
    const fields = new Map<FieldId, number>();
    const rooms = new Map<SiteId, string>();
    for (const origin of allocations.origins) {
      if (origin.node.type.kind !== "array" || !this.#keepsSize(origin.node.type.array)) continue;
      const size = this.#sizeOf(origin);
      if (origin.site === null) calls.set(origin.node.id, size);
      else {
        sites.set(origin.site, size);
        const hasBound = this.#boundOf(origin, new Set()) !== null;
        rooms.set(origin.site, describeRoom(origin, size, hasBound, this.#growthOf(origin)));
      }
      if (origin.place.kind === "inOwner") fields.set(origin.place.field, size);
    }
    return {
      hasHeader: (id) => layout.hasHeader(id),
      carriesLength: (id) => layout.carriesLength(id),
      grows: (id) => layout.grows(id),
      shrinks: (id) => layout.shrinks(id),
      siteCapacity: (site) => sites.get(site) ?? 0,
      callCapacity: (node) => calls.get(node) ?? 0,
      fieldCapacity: (field) => fields.get(field) ?? 0,
      isNeverFull: (node) => this.#isNeverFull(node),
      describeRoom: (site) => rooms.get(site) ?? null,
    };
  }

  #keepsSize(id: ArrayId): boolean {
    return this.#input.layout.hasHeader(id) || this.#input.layout.carriesLength(id);
  }

  /** Every array behind the growing statement has room for all that is counted. */
  #isNeverFull(node: NodeId): boolean {
    const growth = this.#growths.find((one) => one.node.id === node);
    if (growth === undefined) return false;
    for (const element of this.#input.references.ofNode(growth.array.id)) {
      for (const object of this.#input.references.originsOf(element)) {
        for (const origin of arraysBehind(
          this.#input.program,
          this.#input.allocations,
          object,
          growth.array,
        )) {
          if (this.#boundOf(origin, new Set()) !== null || this.#unbounded.has(origin)) return false;
        }
      }
    }
    return true;
  }

  /** Arrays that still become longer when all else has settled; `known`: their sizes a round before. */
  #reportClass(id: ArrayId, known: (node: NodeId) => number): readonly Diagnostic[] {
    const reporter = createReporter();
    for (const origin of this.#input.allocations.origins) {
      const { node, span, what } = origin;
      const { type } = node;
      if (type.kind !== "array" || this.#input.program.arrayOf(type.array) !== id) continue;
      if (this.#sizeOf(origin) <= known(node.id)) continue;
      const growth = this.#growthOf(origin);
      if (growth === null) reporter.report("TSFW6010", span, { what });
      else
        reporter.report("TSFW6010", growth.node.span, { what }, [
          { message: "the array is made here", span },
        ]);
    }
    return reporter.diagnostics;
  }

  /** A statement that makes what an origin makes longer. */
  #growthOf(origin: Origin): Growth | null {
    for (const [array, growths] of this.#growthsOf) {
      const [first] = array.origin === origin ? growths : [];
      if (first !== undefined) return first;
    }
    return null;
  }

  #findings(): readonly Diagnostic[] {
    const reporter = createReporter();
    const reported = new Set<Growth>();
    for (const origin of this.#input.allocations.origins) {
      const { node, span, what } = origin;
      if (node.type.kind !== "array") continue;
      const bound = this.#boundOf(origin, new Set());
      const start = this.#startOf(origin);
      if (bound !== null) {
        if (start > bound && "site" in node && node.kind !== "arrayNew")
          reporter.report("TSFW6011", span, { count: String(start), bound: String(bound) });
        continue;
      }
      const growth = this.#unbounded.get(origin);
      const lacksBound =
        growth !== undefined && (!growth.isMaybe || (start === 0 && this.#growthOf(origin) === null));
      if (lacksBound && !reported.has(growth)) {
        reported.add(growth);
        reporter.report("TSFW6010", growth.node.span, { what }, [
          { message: "the array is made here", span },
        ]);
      }
      const isEndless = growth === undefined && this.#sizeOf(origin) >= ELEMENTS_MAX;
      if (node.kind === "arrayNew" && isEndless) reporter.report("TSFW6010", span, { what });
    }
    return reporter.diagnostics;
  }
}

/** Chains of calls that pass an array on. */
const STEPS_MAX = 100_000;
