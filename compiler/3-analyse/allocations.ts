/**
 * Chooses a place for every allocation from the shape of the program alone:
 * which run once, which fields hold their object in line, which functions build
 * their result in a place of the caller. Whether the places are good enough for
 * where the objects flow is decided in placement-rules.ts.
 */
import { buildCallGraph, type CallGraph } from "../ir/call-graph.ts";
import type { Place } from "../ir/facts.ts";
import type { HirExpr, HirFunction, HirProgram, HirStatement, HirType } from "../ir/hir.ts";
import type { FieldId, FunctionId, JumpId, LocalId, NodeId, SiteId } from "../ir/ids.ts";
import { isUnit, objectOrNothing } from "../ir/union-types.ts";
import { type CallFlow, collectFlows, type Flow, type FlowContext } from "../ir/value-flow.ts";
import { walkStatements } from "../ir/walk-hir.ts";
import type { Span } from "../source/span.ts";
import type { ArrayLayout } from "./array-layout.ts";
import { findOnceFunctions, findRecursiveFunctions } from "./once.ts";

/** Something that makes an object: an allocation, a closure with an environment, or a call of a function that returns in place. */
export interface Origin {
  readonly index: number;
  readonly node: HirExpr;
  readonly site: SiteId | null;
  readonly owner: FunctionId;
  readonly loops: readonly JumpId[];
  readonly place: Place;
  readonly what: string;
  readonly span: Span;
}

export interface Allocations {
  readonly flows: readonly Flow[];
  readonly graph: CallGraph;
  readonly recursive: ReadonlySet<FunctionId>;
  readonly origins: readonly Origin[];
  readonly originOfNode: ReadonlyMap<NodeId, Origin>;
  readonly inlineFields: ReadonlySet<FieldId>;
  readonly inPlace: ReadonlySet<FunctionId>;
  /** Of functions that return an array in place: how many elements it has. */
  readonly resultLengths: ReadonlyMap<FunctionId, number>;
}

interface Allocation extends FlowContext {
  readonly node: HirExpr;
  readonly site: SiteId;
}

/** `byReference`: functions that must not build their result in a place of the caller. */
export function findAllocations(
  program: HirProgram,
  layout: ArrayLayout,
  byReference: ReadonlySet<FunctionId> = new Set(),
): Allocations {
  const flows = collectFlows(program);
  const graph = buildCallGraph(program, flows);
  const once = findOnceFunctions(program, graph);
  const runsOnce = (context: FlowContext): boolean =>
    context.loops.length === 0 && once.has(context.function);
  const allocations = collectAllocations(program);
  const calls = callsByNode(flows);
  const contexts = new Map<NodeId, FlowContext>(allocations.map((a) => [a.node.id, a]));
  for (const [node, call] of calls) contexts.set(node, call);
  const mayBeInPlace = (fn: HirFunction): boolean =>
    !byReference.has(fn.id) && mayReturnInPlace(program, graph, fn);
  const { inPlace, returned, resultLengths } = findInPlaceFunctions(
    program,
    mayBeInPlace,
    calls,
    layout,
    (node) => {
      const context = contexts.get(node);
      return context !== undefined && runsOnce(context);
    },
  );
  const makesObject = (node: HirExpr): boolean =>
    "site" in node || inPlace.has(calls.get(node.id)?.callee ?? (-1 as FunctionId));
  /** The length of an array in line is that of the field. */
  const isVarying = (node: HirExpr): boolean =>
    node.type.kind === "array" &&
    layout.carriesLength(node.type.array) &&
    node.kind !== "array" &&
    node.kind !== "arrayFill";
  const inline = findInlineStores(program, flows, (node) => makesObject(node) && !isVarying(node));
  const origins: Origin[] = [];
  const place = (node: HirExpr, context: FlowContext): Place => {
    const field = inline.get(node.id);
    if (field !== undefined) return { kind: "inOwner", field };
    if (returned.has(node.id)) return { kind: "result" };
    return { kind: runsOnce(context) ? "static" : "local" };
  };
  const add = (node: HirExpr, context: FlowContext, site: SiteId | null, what: string): void => {
    const { function: owner, loops } = context;
    const index = origins.length;
    origins.push({ index, node, site, owner, loops, place: place(node, context), what, span: node.span });
  };
  for (const allocation of allocations) {
    const { node, site } = allocation;
    add(node, allocation, site, program.sites[site]?.what ?? "object");
  }
  for (const call of calls.values()) {
    if (!inPlace.has(call.callee)) continue;
    add(call.node, call, null, `result of '${program.functions[call.callee]?.name ?? "?"}'`);
  }
  for (const flow of flows) {
    if (flow.kind !== "closure" || program.functions[flow.closure]?.environment !== "placed") continue;
    const { function: owner, loops, node } = flow;
    const index = origins.length;
    const local: Place = { kind: "local" };
    origins.push({ index, node, site: null, owner, loops, place: local, what: "function", span: node.span });
  }
  return {
    flows,
    graph,
    recursive: findRecursiveFunctions(program, graph),
    origins,
    originOfNode: new Map(origins.map((origin) => [origin.node.id, origin])),
    inlineFields: new Set(inline.values()),
    inPlace,
    resultLengths,
  };
}

/** The same with other places for some of the origins, by their nodes. */
export function withPlaces(allocations: Allocations, places: ReadonlyMap<NodeId, Place>): Allocations {
  const origins = allocations.origins.map((origin): Origin => {
    const place = places.get(origin.node.id);
    return place === undefined ? origin : { ...origin, place };
  });
  return {
    ...allocations,
    origins,
    originOfNode: new Map(origins.map((origin) => [origin.node.id, origin])),
  };
}

export function livesForEver(place: Place): boolean {
  return place.kind === "static" || place.kind === "counted" || place.kind === "pool";
}

function collectAllocations(program: HirProgram): readonly Allocation[] {
  return program.functions.flatMap((fn) => {
    const found: Allocation[] = [];
    walkStatements(fn.body, {
      expression: (node, loops) => {
        if ("site" in node) found.push({ node, site: node.site, function: fn.id, loops });
      },
    });
    return found;
  });
}

/** Calls whose node is the callee's result: all but `new`, tasks and branches of `Promise.all`. */
function callsByNode(flows: readonly Flow[]): ReadonlyMap<NodeId, CallFlow> {
  const calls = new Map<NodeId, CallFlow>();
  for (const flow of flows) {
    if (flow.kind === "call" && (flow.call === "call" || flow.call === "await"))
      calls.set(flow.node.id, flow);
  }
  return calls;
}

/**
 * Fields with a single store in the whole program, which is `this.field = <new
 * object>` in the constructor of their class, outside loops, or in what a generator
 * does once. By the node of the object.
 */
function findInlineStores(
  program: HirProgram,
  flows: readonly Flow[],
  makesObject: (node: HirExpr) => boolean,
): ReadonlyMap<NodeId, FieldId> {
  const stores = new Map<FieldId, Extract<Flow, { kind: "store" }>[]>();
  for (const flow of flows) {
    if (flow.kind !== "store" || flow.to.kind !== "field") continue;
    stores.set(flow.to.field, [...(stores.get(flow.to.field) ?? []), flow]);
  }
  const inline = new Map<NodeId, FieldId>();
  const made = new Map<NodeId, HirType>();
  for (const [field, [store, ...others]] of stores) {
    if (store === undefined || others.length > 0 || store.from.type.kind === "union") continue;
    const isOnce = store.loops.length === 0 && isOwnConstructor(program, field, store.function);
    if (!makesObject(store.from) || !(isOnce || isOnceInGenerator(program, field, store))) continue;
    const self = program.functions[store.function]?.parameters[0];
    if (!hasOwnClass(program, field, store.from.type)) continue;
    const isThis = store.container?.kind === "local" && store.container.local === self;
    if (isThis && self !== undefined && program.locals[self]?.reassigned === false) {
      inline.set(store.from.id, field);
      made.set(store.from.id, store.from.type);
    }
  }
  return withoutEscapes(program, inline, made);
}

/** In the code of a generator that runs once for each, not in a loop of its own. */
function isOnceInGenerator(
  program: HirProgram,
  field: FieldId,
  store: Extract<Flow, { kind: "store" }>,
): boolean {
  const owner = program.fields[field]?.class;
  const steps = owner === undefined ? undefined : program.classes[owner]?.steps;
  if (steps?.step !== store.function || store.loops.length !== 1) return false;
  return steps.once.has(store.from.id) || steps.replaced.has(store.from.id);
}

/** Objects in line in a generator that is replaced by the next might outlive it: then it has a place of its own. */
function withoutEscapes(
  program: HirProgram,
  inline: ReadonlyMap<NodeId, FieldId>,
  made: ReadonlyMap<NodeId, HirType>,
): ReadonlyMap<NodeId, FieldId> {
  const isReplaced = (node: NodeId): boolean =>
    program.classes.some(({ steps }) => steps?.replaced.has(node) === true && !steps.once.has(node));
  const kept = new Map(inline);
  for (const node of inline.keys()) {
    const type = made.get(node);
    if (type?.kind !== "object" || !isReplaced(node)) continue;
    const fields = program.classes[type.class]?.fields ?? [];
    if ([...inline.values()].some((field) => fields.includes(field))) kept.delete(node);
  }
  return kept;
}

/** The field has room for an object of its own class, not of a relative. */
function hasOwnClass(program: HirProgram, field: FieldId, stored: HirType): boolean {
  const type = program.fields[field]?.type;
  return type?.kind !== "object" || (stored.kind === "object" && stored.class === type.class);
}

function isOwnConstructor(program: HirProgram, field: FieldId, fn: FunctionId): boolean {
  const owner = program.fields[field]?.class;
  return owner !== undefined && program.classes[owner]?.constructorFunction === fn;
}

interface InPlace {
  readonly inPlace: ReadonlySet<FunctionId>;
  readonly resultLengths: ReadonlyMap<FunctionId, number>;
  /** The nodes that make what those functions return. */
  readonly returned: ReadonlySet<NodeId>;
}

/**
 * Functions that return only objects they have just made: every `return` names
 * an allocation (or a call of another such function), or all name one local that
 * is initialised by one. Where everything is made once, a static place is simpler.
 */
function findInPlaceFunctions(
  program: HirProgram,
  mayBeInPlace: (fn: HirFunction) => boolean,
  calls: ReadonlyMap<NodeId, CallFlow>,
  layout: ArrayLayout,
  runsOnce: (node: NodeId) => boolean,
): InPlace {
  const made = new Map<FunctionId, readonly HirExpr[]>();
  for (const fn of program.functions) {
    const nodes = mayBeInPlace(fn) ? returnedObjects(program, fn) : [];
    const fits = nodes.length > 0 && nodes.every((node) => hasClassOf(fn.result, node.type));
    if (fits && !nodes.every((node) => runsOnce(node.id))) made.set(fn.id, nodes);
  }
  const isFresh = (node: HirExpr): boolean => {
    if ("site" in node) return true;
    const callee = calls.get(node.id)?.callee;
    return callee !== undefined && made.has(callee);
  };
  /** The room that the caller gives knows the length of what is in it. */
  const keepsLength = (id: FunctionId): boolean => {
    const result = program.functions[id]?.result;
    if (result?.kind !== "array") return false;
    return layout.hasHeader(result.array) || layout.carriesLength(result.array);
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const [id, nodes] of made) {
      if (
        nodes.every(isFresh) &&
        (keepsLength(id) || lengthsOf(id, made, calls, layout, new Set()).size <= 1)
      )
        continue;
      made.delete(id);
      changed = true;
    }
  }
  const returned = new Set([...made.values()].flat().map((node) => node.id));
  const resultLengths = new Map<FunctionId, number>();
  for (const id of made.keys()) {
    const result = program.functions[id]?.result;
    if (result?.kind === "array" && layout.carriesLength(result.array)) continue;
    for (const length of lengthsOf(id, made, calls, layout, new Set())) resultLengths.set(id, length);
  }
  return { inPlace: new Set(made.keys()), returned, resultLengths };
}

/** The caller's room is for an object of the class that the function names, not of a relative. */
function hasClassOf(result: HirType, made: HirType): boolean {
  const wanted = objectOrNothing(result);
  return wanted === null || objectOrNothing(made)?.class === wanted.class;
}

function mayReturnInPlace(program: HirProgram, graph: CallGraph, fn: HirFunction): boolean {
  if (fn.result.kind !== "array" && objectOrNothing(fn.result) === null) return false;
  if (fn.id === program.main || fn.role === "constructor" || graph.isUsedAsValue(fn.id)) return false;
  return graph.callsTo(fn.id).every((call) => call.call === "call" || call.call === "await");
}

/** What makes the objects a function returns; empty when that cannot be seen. */
function returnedObjects(program: HirProgram, fn: HirFunction): readonly HirExpr[] {
  const values = returnValues(fn.body).flatMap(alternatives);
  if (values.length === 0) return [];
  const locals = new Set(values.map((value) => (value.kind === "local" ? value.local : null)));
  const [local] = locals;
  if (locals.size === 1 && local !== null && local !== undefined) {
    const made = alternatives(initialiserOf(program, fn, local));
    return made.every(canMake) ? made : [];
  }
  return values.every(canMake) ? values : [];
}

/** The expressions one of which gives the value: `test ? a : b` has two. */
function alternatives(value: HirExpr | null): readonly HirExpr[] {
  if (value === null) return [];
  if (value.kind === "wrap" || value.kind === "unwrap") return alternatives(value.value);
  if (isUnit(value.type)) return [];
  if (value.kind === "sequence") return alternatives(madeBySequence(value) ?? value.value);
  if (value.kind !== "conditional") return [value];
  return [...alternatives(value.whenTrue), ...alternatives(value.whenFalse)];
}

/** What a sequence makes in a variable of its own and gives as its value: `xs.map(f)` is one. */
function madeBySequence({ statements, value }: Extract<HirExpr, { kind: "sequence" }>): HirExpr | null {
  if (value.kind !== "local") return null;
  for (const statement of statements) {
    if (statement.kind === "let" && statement.local === value.local) return statement.value;
  }
  return null;
}

function canMake(value: HirExpr): boolean {
  return "site" in value || value.kind === "call" || value.kind === "await";
}

function returnValues(body: readonly HirStatement[]): readonly HirExpr[] {
  const values: HirExpr[] = [];
  walkStatements(body, {
    statement: (statement) => {
      if (statement.kind === "return" && statement.value !== null) values.push(statement.value);
    },
  });
  return values;
}

/** The value of the only `let` of a local that is never assigned again. */
function initialiserOf(program: HirProgram, fn: HirFunction, local: LocalId): HirExpr | null {
  const declared = program.locals[local];
  if (declared === undefined || declared.reassigned || declared.isParameter || declared.owner !== fn.id) {
    return null;
  }
  const values: (HirExpr | null)[] = [];
  walkStatements(fn.body, {
    statement: (statement) => {
      if (statement.kind === "let" && statement.local === local) values.push(statement.value);
    },
  });
  return values.length === 1 ? (values[0] ?? null) : null;
}

/** The lengths of the arrays a function makes; one dummy for objects. */
function lengthsOf(
  id: FunctionId,
  made: ReadonlyMap<FunctionId, readonly HirExpr[]>,
  calls: ReadonlyMap<NodeId, CallFlow>,
  layout: ArrayLayout,
  seen: Set<FunctionId>,
): ReadonlySet<number> {
  if (seen.has(id)) return new Set();
  seen.add(id);
  const lengths = new Set<number>();
  for (const node of made.get(id) ?? []) {
    if (node.kind === "array") lengths.add(node.elements.length);
    else if (node.kind === "arrayFill") lengths.add(node.length);
    else if (node.kind === "arrayNew") lengths.add(layout.computedLength(node));
    else if ("site" in node) lengths.add(0);
    const callee = calls.get(node.id)?.callee;
    if (callee === undefined) continue;
    for (const length of lengthsOf(callee, made, calls, layout, seen)) lengths.add(length);
  }
  return lengths;
}
