/**
 * Upper bounds for how often code runs: from the call graph, the loops and the
 * bounds of their rounds. `main` is entered once; what calls itself, what an
 * unbounded loop runs and what such code calls is unbounded (Infinity).
 */
import { buildCallGraph, type CallGraph } from "../ir/call-graph.ts";
import { findComponents, isOnCycle } from "../ir/components.ts";
import type { NumberFacts } from "../ir/facts.ts";
import type { HirExpr, HirProgram, HirStatement } from "../ir/hir.ts";
import type { FunctionId, JumpId, NodeId } from "../ir/ids.ts";
import { collectFlows, type FlowContext } from "../ir/value-flow.ts";
import { walkExpression, walkStatements } from "../ir/walk-hir.ts";
import { findLeavingNodes } from "./leaving-statements.ts";
import { boundTrips } from "./trip-count.ts";

export interface ExecutionCounts {
  /** How often a function is entered in the whole program. */
  entries(id: FunctionId): number;
  /** How often an expression is evaluated in the whole program. */
  runs(node: NodeId): number;
  /** How often an expression is evaluated while its function runs once. */
  runsPerCall(node: NodeId): number;
  /**
   * How often an expression is evaluated in one round of these loops of its
   * function, the outermost first: the rounds of the loops inside them.
   */
  runsPerRound(node: NodeId, loops: readonly JumpId[]): number;
  /** How often an expression is evaluated, by whatever calls it, while `root` runs once. */
  runsWithin(root: FunctionId, node: NodeId): number;
  /** Rounds of a loop each time it is reached. */
  rounds(loop: JumpId): number;
}

export function countExecutions(
  program: HirProgram,
  facts: NumberFacts,
  lengths: LengthsBehind = unknownLengths,
  graph: CallGraph = buildCallGraph(program, collectFlows(program)),
): ExecutionCounts {
  const rounds = findRounds(program, facts, lengths);
  const places = findPlaces(program);
  const creators = findCreators(program);
  const product = (node: NodeId, skip: readonly JumpId[] = []): number => {
    const place = places.get(node);
    if (place === undefined) return Number.POSITIVE_INFINITY;
    return place.loops.reduce((total, jump, index) => {
      const isOnce = index === 0 && creators.has(node);
      if (isOnce || skip[index] === jump || place.left.has(jump)) return total;
      return times(total, (rounds.get(jump) ?? Number.POSITIVE_INFINITY) + (place.tests.has(jump) ? 1 : 0));
    }, 1);
  };
  const perCall = (node: NodeId): number => product(node);
  const callers = callersOf(program, graph, new Map());
  /* In the whole program, what a generator does once is done as often as generators are made. */
  const makers = creators.size === 0 ? callers : callersOf(program, graph, creators);
  const counters = new Map<FunctionId, readonly number[]>();
  const entriesFrom = (root: FunctionId): readonly number[] => {
    const known =
      counters.get(root) ?? countEntries(program, root === program.main ? makers : callers, perCall, root);
    counters.set(root, known);
    return known;
  };
  const runsWithin = (root: FunctionId, node: NodeId): number => {
    const creator = root === program.main ? creators.get(node) : undefined;
    const owner = creator ?? places.get(node)?.function;
    if (owner === undefined) return Number.POSITIVE_INFINITY;
    return times(entriesFrom(root)[owner] ?? 0, perCall(node));
  };
  return {
    entries: (id) => entriesFrom(program.main)[id] ?? 0,
    runs: (node) => runsWithin(program.main, node),
    runsPerCall: perCall,
    runsPerRound: (node, loops) => product(node, loops),
    runsWithin,
    rounds: (loop) => rounds.get(loop) ?? Number.POSITIVE_INFINITY,
  };
}

/** What runs once for each generator, with the function that makes them. */
function findCreators(program: HirProgram): ReadonlyMap<NodeId, FunctionId> {
  const creators = new Map<NodeId, FunctionId>();
  for (const { steps } of program.classes)
    for (const node of steps?.once ?? []) if (steps !== undefined) creators.set(node, steps.creator);
  return creators;
}

/** 0 · ∞ is 0: what is never reached never runs. */
function times(left: number, right: number): number {
  return left === 0 || right === 0 ? 0 : left * right;
}

interface Place extends FlowContext {
  /** The loops in whose test it is: a test runs once more than the body. */
  readonly tests: ReadonlySet<JumpId>;
  /** The loops that are left when it has run once. */
  readonly left: ReadonlySet<JumpId>;
}

function findPlaces(program: HirProgram): ReadonlyMap<NodeId, Place> {
  const places = new Map<NodeId, Place>();
  const none: ReadonlySet<JumpId> = new Set();
  for (const fn of program.functions) {
    const tests = new Map<NodeId, Set<JumpId>>();
    const left = findLeavingNodes(fn.body);
    walkStatements(fn.body, {
      statement: (statement) => {
        if (statement.kind !== "loop" || statement.test === null) return;
        walkExpression(statement.test, {
          expression: ({ id }) => void tests.set(id, new Set(tests.get(id)).add(statement.jump)),
        });
      },
      expression: ({ id }, loops) =>
        void places.set(id, {
          function: fn.id,
          loops,
          tests: tests.get(id) ?? none,
          left: left.get(id) ?? none,
        }),
    });
  }
  return places;
}

/** What is known of single arrays beyond the lengths of their classes. */
export interface LengthsBehind {
  /** The longest that an array can be; Infinity when nothing is known. */
  ofArray(array: HirExpr): number;
  /** The greatest value of an expression that is computed from lengths. */
  ofLength(length: HirExpr): number;
}

const unknownLengths: LengthsBehind = {
  ofArray: () => Number.POSITIVE_INFINITY,
  ofLength: () => Number.POSITIVE_INFINITY,
};

function findRounds(
  program: HirProgram,
  facts: NumberFacts,
  lengths: LengthsBehind,
): ReadonlyMap<JumpId, number> {
  const rounds = new Map<JumpId, number>();
  const world = {
    program,
    facts,
    lengthBehind: (limit: HirExpr) => lengths.ofLength(limit),
    tripsMax: Number.POSITIVE_INFINITY,
  };
  const note = (statement: HirStatement): void => {
    if (statement.kind === "loop") rounds.set(statement.jump, boundTrips(world, statement));
    else if (statement.kind === "forOf" && statement.array.type.kind === "array") {
      const { hi } = facts.arrayLength(program.arrayOf(statement.array.type.array));
      rounds.set(statement.jump, Math.max(0, Math.min(hi, lengths.ofArray(statement.array))));
    }
  };
  for (const fn of program.functions) walkStatements(fn.body, { statement: note });
  return rounds;
}

interface Entry {
  readonly caller: FunctionId;
  readonly node: NodeId;
}

function callersOf(
  program: HirProgram,
  graph: CallGraph,
  creators: ReadonlyMap<NodeId, FunctionId>,
): readonly (readonly Entry[])[] {
  return program.functions.map(({ id }) =>
    [...graph.callsTo(id), ...graph.closureCallsTo(id)].map((call) => ({
      caller: creators.get(call.node.id) ?? call.function,
      node: call.node.id,
    })),
  );
}

/** Entries of every function while `root` runs once. */
function countEntries(
  program: HirProgram,
  callers: readonly (readonly Entry[])[],
  perCall: (node: NodeId) => number,
  root: FunctionId,
): readonly number[] {
  const successors = program.functions.map((): number[] => []);
  callers.forEach((list, callee) => {
    for (const { caller } of list) successors[caller]?.push(callee);
  });
  const components = findComponents(successors);
  const entries = program.functions.map(() => 0);
  // A component comes after those it calls, so the callers are at the end of the list.
  for (const members of [...components.members].reverse()) {
    for (const id of members) {
      const outside = (callers[id] ?? []).reduce(
        (total, { caller, node }) => total + times(entries[caller] ?? 0, perCall(node)),
        id === root ? 1 : 0,
      );
      entries[id] = outside;
    }
    const isReached = members.some((id) => (entries[id] ?? 0) > 0);
    for (const id of members) {
      if (isReached && isOnCycle(id, successors, components)) entries[id] = Number.POSITIVE_INFINITY;
    }
  }
  return entries;
}
