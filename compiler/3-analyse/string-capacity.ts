/**
 * Decides how many bytes every string place must hold.
 *
 * Needs:      number facts, for the texts of numbers and the rounds of loops.
 * Guarantees: unless it reported, no program run puts a longer text there.
 * Reports:    TSFW6002 where a text grows from itself without a bound.
 */
import type { Reporter } from "../diagnostics/diagnostic.ts";
import { buildCallGraph } from "../ir/call-graph.ts";
import { findComponents, isOnCycle } from "../ir/components.ts";
import type { NumberFacts, StringCapacity, StringFacts } from "../ir/facts.ts";
import type { HirExpr, HirProgram, HirTarget } from "../ir/hir.ts";
import type { FunctionId, NodeId } from "../ir/ids.ts";
import { hasText } from "../ir/union-types.ts";
import { collectFlows, type Flow } from "../ir/value-flow.ts";
import { buildValueGraph, type ValueGraph } from "../ir/value-graph.ts";
import { InternalError } from "../source/assert.ts";
import { longestComparedLength } from "./string-conditions.ts";
import { interpretStrings } from "./string-interpreter.ts";
import { isGrowing } from "./string-operations.ts";
import {
  joinBounds,
  NO_TEXT,
  placeKey,
  type StringPlace,
  StringTables,
  toCapacity,
} from "./string-places.ts";
import type { StringWorld } from "./string-world.ts";
import { TextLengths } from "./text-lengths.ts";
import { countParts } from "./text-parts.ts";

/** Longer texts have to be written with a counter. */
const COMPARED_LENGTH_MAX = 4096;
/** Numbers without a bound of their own still have one: nobody wants a text that long. */
const TEXT_BYTES_MAX = 2 ** 20;
const TRIPS_MAX = 20_000;
/** Rounds of loops that are run one by one, over the whole program. */
const LOOP_ROUNDS_MAX = 200_000;

export function computeStringCapacities(
  program: HirProgram,
  facts: NumberFacts,
  reporter: Reporter,
): StringFacts {
  const flows = collectFlows(program);
  const graph = buildCallGraph(program, flows);
  const strings = buildValueGraph(program, flows, graph, hasText);
  const tables = new StringTables();
  const growing = new GrowthWatch(program, strings, reporter);
  const placeCount = strings.places.filter((place) => place.kind !== "node").length;
  const writers = findWriters(flows);
  let roundsLeft = LOOP_ROUNDS_MAX;
  const partsOf = (count: HirExpr): number => countParts({ tables, facts }, count);
  const lengths = new TextLengths(program, tables, partsOf);
  const world: StringWorld = {
    lengths,
    tripsMax: TRIPS_MAX,
    lengthBehind: (limit) => lengths.of(limit),
    program,
    facts,
    graph,
    tables,
    // No chain of copies is longer; a text compared with a length may grow that far first.
    finiteRounds: 2 * placeCount + Math.min(longestComparedLength(program, facts), COMPARED_LENGTH_MAX),
    isFollowed: (place, fn) => isFollowed(program, writers, place, fn),
    grow: (node, bytes, beyondBound) =>
      growing.observe(node, bytes, tables.ofNode(node.id).bytes, beyondBound),
    require: (node, bytes) => growing.require(node, bytes),
    spend: () => roundsLeft-- > 0,
  };
  settle(world);
  return { ...factsFrom(world), partsOf, textLength: world.lengthBehind };
}

/** Runs all functions until no bound changes; texts that still grow then have none. */
function settle(world: StringWorld): void {
  const { program, tables, finiteRounds } = world;
  for (let round = 0, version = -1; version !== tables.version; round++) {
    if (round > 4 * finiteRounds + 100) throw new InternalError("the bounds of strings do not settle");
    version = tables.version;
    for (const fn of program.functions) interpretStrings(world, fn, round > finiteRounds);
  }
}

/** Finds the joins that make a text grow from itself, once sizes rise for longer than they could otherwise. */
class GrowthWatch {
  readonly #program: HirProgram;
  readonly #strings: ValueGraph;
  readonly #reporter: Reporter;
  readonly #onCycle: ReadonlySet<NodeId>;
  readonly #unbounded = new Set<NodeId>();

  constructor(program: HirProgram, strings: ValueGraph, reporter: Reporter) {
    this.#program = program;
    this.#strings = strings;
    this.#reporter = reporter;
    this.#onCycle = findCyclicNodes(strings);
  }

  observe(node: HirExpr, bytes: number, bytesBefore: number, beyondBound: boolean): number {
    if (this.#unbounded.has(node.id)) return Number.POSITIVE_INFINITY;
    if (!beyondBound || bytes <= bytesBefore || !this.#onCycle.has(node.id)) return bytes;
    this.#unbounded.add(node.id);
    if (bytes !== Number.POSITIVE_INFINITY) {
      this.#reporter.report("TSFW6002", node.span, { name: this.#keeperOf(node) });
    }
    return Number.POSITIVE_INFINITY;
  }

  /** `s.repeat(n)` with an `n` that has no bound. */
  require(node: HirExpr, bytes: number): void {
    if (bytes <= TEXT_BYTES_MAX || this.#unbounded.has(node.id)) return;
    this.#unbounded.add(node.id);
    this.#reporter.report("TSFW6012", node.span, { name: this.#keeperOf(node) });
  }

  /** The name of the nearest place the text is kept in. */
  #keeperOf(node: HirExpr): string {
    if (node.kind === "append") return this.#targetName(node.target);
    const start = this.#strings.vertex({ kind: "node", node });
    const queue = start === undefined ? [] : [start];
    const seen = new Set(queue);
    for (const vertex of queue) {
      const place = this.#strings.places[vertex];
      if (place !== undefined && place.kind !== "node" && place.kind !== "task")
        return this.#placeName(place);
      for (const { to } of this.#strings.edges[vertex] ?? []) {
        if (seen.has(to)) continue;
        seen.add(to);
        queue.push(to);
      }
    }
    return "text";
  }

  #targetName(target: HirTarget): string {
    if (target.kind !== "element") return this.#placeName(target);
    return target.array.type.kind === "array" ? "an array element" : "text";
  }

  #placeName(place: StringPlace | Exclude<HirTarget, { kind: "element" }>): string {
    const { locals, statics, fields, functions } = this.#program;
    if (place.kind === "local" || place.kind === "argument") return locals[place.local]?.name ?? "?";
    if (place.kind === "static") return statics[place.static]?.name ?? "?";
    if (place.kind === "field") return fields[place.field]?.name ?? "?";
    if (place.kind === "result") return `the result of ${functions[place.function]?.name ?? "?"}`;
    return "an array element";
  }
}

function findCyclicNodes(strings: ValueGraph): ReadonlySet<NodeId> {
  const successors = strings.edges.map((edges) => edges.map((edge) => edge.to));
  const components = findComponents(successors);
  const cyclic = new Set<NodeId>();
  strings.places.forEach((place, vertex) => {
    if (place.kind !== "node" || !isOnCycle(vertex, successors, components)) return;
    const { node } = place;
    if (node.kind === "template" || node.kind === "append" || isGrowing(node)) cyclic.add(node.id);
  });
  return cyclic;
}

/** The functions that write each local and module variable, by the place's key. */
function findWriters(flows: readonly Flow[]): ReadonlyMap<string, ReadonlySet<FunctionId>> {
  const writers = new Map<string, Set<FunctionId>>();
  const write = (place: StringPlace, fn: FunctionId): void => {
    const key = placeKey(place);
    writers.set(key, (writers.get(key) ?? new Set()).add(fn));
  };
  for (const flow of flows) {
    if (flow.kind === "store") write(flow.to, flow.function);
    if (flow.kind === "iterate") write({ kind: "local", local: flow.local }, flow.function);
    if (flow.kind === "call" && flow.resultLocal !== null) {
      write({ kind: "local", local: flow.resultLocal }, flow.function);
    }
  }
  return writers;
}

/** Its owner follows a variable through the control flow if nobody else writes it; others see its whole bound. */
function isFollowed(
  program: HirProgram,
  writers: ReadonlyMap<string, ReadonlySet<FunctionId>>,
  place: StringPlace,
  fn: FunctionId,
): boolean {
  if (place.kind !== "local" && place.kind !== "static") return false;
  const owner = place.kind === "local" ? program.locals[place.local]?.owner : program.main;
  return owner === fn && [...(writers.get(placeKey(place)) ?? [])].every((one) => one === fn);
}

function factsFrom({ program, graph, tables }: StringWorld): Omit<StringFacts, "partsOf" | "textLength"> {
  const place = (one: StringPlace): StringCapacity => toCapacity(tables.ofPlace(one));
  const joined = (places: readonly StringPlace[]): StringCapacity =>
    toCapacity(places.map((one) => tables.ofPlace(one)).reduce(joinBounds, NO_TEXT));
  return {
    isAscii: (id) => tables.ofNode(id).isAscii,
    node: (id) => toCapacity(tables.ofNode(id)),
    local: (local) => place({ kind: "local", local }),
    static: (id) => place({ kind: "static", static: id }),
    field: (field) => place({ kind: "field", field }),
    element: (id) => place({ kind: "element", array: program.arrayOf(id) }),
    result: (id) => place({ kind: "result", function: id }),
    signatureParameter: (signature, index) =>
      joined(
        graph.closuresOf(signature).flatMap((id) => {
          const local = program.functions[id]?.parameters[index];
          return local === undefined ? [] : [{ kind: "local", local } as const];
        }),
      ),
    signatureResult: (signature) =>
      joined(graph.closuresOf(signature).map((id) => ({ kind: "result", function: id }) as const)),
  };
}
