/**
 * How long each array can become: its start, which may be the lengths of other
 * arrays, and what grows it. Arrays made from each other in turn (`items =
 * [...items, x]`) are as long as all that is ever added to them.
 */
import { findComponents, isOnCycle } from "../ir/components.ts";
import type { NumberFacts, StringFacts } from "../ir/facts.ts";
import type { HirExpr, HirProgram } from "../ir/hir.ts";
import type { FunctionId } from "../ir/ids.ts";
import type { Allocations, Origin } from "./allocations.ts";
import type { ExecutionCounts } from "./execution-counts.ts";
import { arraysBehind, type HeldArray, type HeldArrays } from "./inline-arrays.ts";
import { findLengthForms, type LengthForms } from "./length-forms.ts";
import type { ReferenceFlow } from "./reference-elements.ts";

export interface SizeInput {
  readonly program: HirProgram;
  readonly numbers: NumberFacts;
  readonly strings: StringFacts;
  readonly counts: ExecutionCounts;
  readonly allocations: Allocations;
  readonly references: ReferenceFlow;
}

/** What has been found out about single arrays. */
export interface Growths {
  readonly arrays: HeldArrays;
  /** `Max`, of the array or of what a call returns in place. */
  boundOf(origin: Origin): number | null;
  /** How long an array becomes that starts with so many elements. */
  grownFrom(array: HeldArray, start: number): number;
  /** Elements that are added to all arrays made there. */
  grownInAll(array: HeldArray): number;
}

/** At most the sum of one array of each term, and `plus`. */
interface Start {
  readonly terms: readonly (readonly HeldArray[])[];
  readonly plus: number;
}

export function computeArraySizes(input: SizeInput, growths: Growths): ReadonlyMap<HeldArray, number> {
  return new Sizes(input, growths).solve();
}

type World = Pick<SizeInput, "program" | "allocations" | "references">;

/** The arrays that an expression may be. */
export function arraysOf(
  { program, allocations, references }: World,
  arrays: HeldArrays,
  array: HirExpr,
): readonly HeldArray[] {
  const found = new Set<HeldArray>();
  for (const element of references.ofNode(array.id)) {
    for (const object of references.originsOf(element)) {
      for (const one of heldBehind({ program, allocations }, arrays, object, array)) {
        found.add(one);
        if (one.holder === null && one.origin.place.kind === "inOwner")
          for (const other of arrays.all()) if (other.origin === one.origin) found.add(other);
      }
    }
  }
  return [...found];
}

/**
 * The arrays behind an object that `array` refers to. Whose is what an owner holds
 * that is itself held in line does not show: then it counts for every owner.
 */
export function heldBehind(
  { program, allocations }: Pick<World, "program" | "allocations">,
  arrays: HeldArrays,
  object: Origin,
  array: HirExpr,
): readonly HeldArray[] {
  return arraysBehind(program, allocations, object, array).map((origin) =>
    arrays.of(origin, origin === object || object.place.kind === "inOwner" ? null : object),
  );
}

class Sizes {
  readonly #input: SizeInput;
  readonly #growths: Growths;
  readonly #forms: LengthForms;
  readonly #sizes = new Map<HeldArray, number>();
  readonly #returned: ReadonlyMap<FunctionId, readonly Origin[]>;

  constructor(input: SizeInput, growths: Growths) {
    this.#input = input;
    this.#growths = growths;
    this.#forms = findLengthForms(input.program, input.numbers, input.strings);
    const returned = new Map<FunctionId, Origin[]>();
    for (const origin of input.allocations.origins) {
      if (origin.place.kind !== "result") continue;
      returned.set(origin.owner, [...(returned.get(origin.owner) ?? []), origin]);
    }
    this.#returned = returned;
  }

  solve(): ReadonlyMap<HeldArray, number> {
    const { list, starts } = this.#collect();
    const positions = new Map(list.map((array, index) => [array, index]));
    const successors = starts.map((each) =>
      each.flatMap(({ terms }) => terms.flat().flatMap((array) => positions.get(array) ?? [])),
    );
    const components = findComponents(successors);
    for (const members of components.members) {
      const group = members.flatMap((index) => {
        const array = list[index];
        return array === undefined ? [] : [{ array, starts: starts[index] ?? [] }];
      });
      const [first] = members;
      if (first !== undefined && isOnCycle(first, successors, components)) this.#solveCycle(group);
      else for (const one of group) this.#solveOne(one);
    }
    return this.#sizes;
  }

  /** All arrays, also those that only others' lengths name. */
  #collect(): { readonly list: readonly HeldArray[]; readonly starts: readonly (readonly Start[])[] } {
    const { origins } = this.#input.allocations;
    const found = new Set<HeldArray>();
    for (const origin of origins)
      if (origin.node.type.kind === "array") found.add(this.#growths.arrays.of(origin, null));
    // Those that grow, by their owners.
    for (const array of this.#growths.arrays.all()) found.add(array);
    const starts: (readonly Start[])[] = [];
    // The set grows while it is walked.
    for (const array of found) {
      const own = this.#startsOf(array);
      starts.push(own);
      for (const { terms } of own) for (const term of terms) for (const one of term) found.add(one);
    }
    return { list: [...found], starts };
  }

  #solveOne({ array, starts }: Made): void {
    const bound = this.#growths.boundOf(array.origin);
    const start = Math.max(0, ...starts.map(({ terms, plus }) => this.#sum(terms) + plus));
    this.#sizes.set(array, bound ?? this.#growths.grownFrom(array, start));
  }

  /** Each array of the cycle has one predecessor in it at most, so its elements are those that were added on the way. */
  #solveCycle(group: readonly Made[]): void {
    const inside = new Set(group.map(({ array }) => array));
    let base = 0;
    let added = 0;
    for (const { array, starts } of group) {
      let most = 0;
      for (const { terms, plus } of starts) {
        const own = terms.filter((term) => term.some((one) => inside.has(one)));
        const other = this.#sum(terms.filter((term) => !own.includes(term))) + plus;
        if (own.length > 1) most = Number.POSITIVE_INFINITY;
        base = Math.max(base, this.#sum(own.map((term) => term.filter((one) => !inside.has(one)))));
        if (own.length === 0) base = Math.max(base, other);
        else most = Math.max(most, other);
      }
      const runs = this.#input.counts.runs(array.origin.node.id);
      added += multiply(most, runs) + this.#growths.grownInAll(array);
    }
    for (const { array } of group)
      this.#sizes.set(array, this.#growths.boundOf(array.origin) ?? base + added);
  }

  #sum(terms: readonly (readonly HeldArray[])[]): number {
    return terms.reduce(
      (total, term) => total + Math.max(0, ...term.map((array) => this.#sizes.get(array) ?? 0)),
      0,
    );
  }

  #startsOf({ origin, holder }: HeldArray): readonly Start[] {
    const { node } = origin;
    if (this.#growths.boundOf(origin) !== null) return [];
    // What a call returns in place was filled by the function that made it.
    if (holder !== null) {
      const made = this.#returnedBy(holder).map((one) => this.#growths.arrays.of(origin, one));
      return [this.#growths.arrays.of(origin, null), ...made].map((array) => this.#same(array));
    }
    switch (node.kind) {
      case "array":
        if (node.most !== undefined) return this.#starts(this.#forms.ofLocal(node.most));
        return [{ terms: [], plus: node.elements.length }];
      case "arrayFill":
        return [{ terms: [], plus: node.length }];
      case "arrayNew":
        return this.#starts(this.#forms.of(node.length));
      default:
        return this.#returnedBy(origin).map((made) => this.#same(this.#growths.arrays.of(made, null)));
    }
  }

  #same(array: HeldArray): Start {
    return { terms: [[array]], plus: 0 };
  }

  #starts(forms: ReturnType<LengthForms["of"]>): readonly Start[] {
    return forms.map(({ terms, plus }) => {
      const arrays = terms.map((term) => arraysOf(this.#input, this.#growths.arrays, term));
      // An array that is not known to be made anywhere has the length of its class.
      const unknown = terms.filter((_, index) => arrays[index]?.length === 0);
      const more = unknown.reduce((sum, { type }) => sum + this.#lengthOf(type), 0);
      return { terms: arrays.filter((list) => list.length > 0), plus: plus + more };
    });
  }

  #lengthOf(type: HirExpr["type"]): number {
    return type.kind === "array" ? Math.max(0, this.#input.numbers.arrayLength(type.array).hi) : 0;
  }

  /** What the function makes whose call an origin is. */
  #returnedBy({ node, site }: Origin): readonly Origin[] {
    const callee = site === null ? calleeOf(node) : null;
    return callee === null ? [] : (this.#returned.get(callee) ?? []);
  }
}

interface Made {
  readonly array: HeldArray;
  readonly starts: readonly Start[];
}

export function calleeOf(node: HirExpr): FunctionId | null {
  if (node.kind === "call") return node.function;
  return node.kind === "await" && node.operand.kind === "call" ? node.operand.function : null;
}

/** Nothing, however often, is nothing. */
export function multiply(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b;
}
