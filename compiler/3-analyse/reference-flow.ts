/**
 * Which objects each expression and place may refer to: an inclusion analysis
 * over the program's flows of references. It is context-insensitive for what
 * passes through memory, and exact about which argument a result comes from.
 *
 * An element stands for an object as one function sees it:
 * - `own`: made by this activation of the function;
 * - `foreign`: reached through memory or a call, so of some activation;
 * - `parameter`: what the caller of this activation passed;
 * - `anyParameter`: what some caller passed to some activation.
 * What a field holds in line is the owner itself: they live and die together.
 */
import type { HirExpr, HirProgram, HirType } from "../ir/hir.ts";
import type { FunctionId, LocalId, NodeId } from "../ir/ids.ts";
import type { Flow, FlowContext, MemoryPlace } from "../ir/value-flow.ts";
import { assertNever } from "../source/assert.ts";
import type { Allocations, Origin } from "./allocations.ts";

export type Element =
  | { readonly kind: "own" | "foreign"; readonly origin: Origin }
  | { readonly kind: "parameter" | "anyParameter"; readonly parameter: LocalId };

/** One way a function is entered. */
export interface Binding {
  readonly context: FlowContext;
  readonly args: readonly HirExpr[];
  readonly node: HirExpr;
}

export interface ReferenceFlow {
  ofNode(node: NodeId): readonly Element[];
  ofLocal(local: LocalId): readonly Element[];
  ofResult(id: FunctionId): readonly Element[];
  /** All objects that callers ever pass. */
  objectsOf(parameter: LocalId): ReadonlySet<Origin>;
  bindingsOf(id: FunctionId): readonly Binding[];
}

export const isReference = (type: HirType): boolean => type.kind === "object" || type.kind === "array";

export function solveReferenceFlow(program: HirProgram, allocations: Allocations): ReferenceFlow {
  return new Solver(program, allocations).solve();
}

type Set_ = Set<number>;

/** Elements as numbers: four for each origin or parameter. */
const OWN = 0;
const FOREIGN = 1;
const PARAMETER = 2;
const ANY_PARAMETER = 3;
const code = (index: number, kind: number): number => index * 4 + kind;
const kindOf = (element: number): number => element % 4;
const indexOf = (element: number): number => Math.floor(element / 4);

class Solver {
  readonly #program: HirProgram;
  readonly #allocations: Allocations;
  readonly #nodes = new Map<NodeId, Set_>();
  readonly #places = new Map<string, Set_>();
  readonly #results = new Map<FunctionId, Set_>();
  readonly #bindings: Binding[][];
  readonly #foreignForms = new Map<number, readonly number[]>();
  #changed = false;

  constructor(program: HirProgram, allocations: Allocations) {
    this.#program = program;
    this.#allocations = allocations;
    this.#bindings = program.functions.map(({ id }) => this.#findBindings(id));
  }

  solve(): ReferenceFlow {
    for (const fn of this.#program.functions) {
      for (const parameter of fn.parameters) {
        const declared = this.#program.locals[parameter];
        if (declared === undefined || !isReference(declared.type)) continue;
        this.#place({ kind: "local", local: parameter }).add(code(parameter, PARAMETER));
      }
    }
    do {
      this.#changed = false;
      for (const origin of this.#allocations.origins) this.#seed(origin);
      for (const flow of this.#allocations.flows) this.#apply(flow);
    } while (this.#changed);
    const objects = this.#resolveParameters();
    return {
      ofNode: (node) => this.#decode(this.#nodes.get(node)),
      ofLocal: (local) => this.#decode(this.#places.get(keyOf({ kind: "local", local }))),
      ofResult: (id) => this.#decode(this.#results.get(id)),
      objectsOf: (parameter) => objects.get(parameter) ?? new Set(),
      bindingsOf: (id) => this.#bindings[id] ?? [],
    };
  }

  #findBindings(id: FunctionId): Binding[] {
    const { graph } = this.#allocations;
    return [...graph.callsTo(id), ...graph.closureCallsTo(id)].map((call) => ({
      context: { function: call.function, loops: call.loops },
      args: call.args,
      node: call.node,
    }));
  }

  /** An object held in line is its owner: `this` of the constructor that makes it. */
  #seed(origin: Origin): void {
    const self = this.#program.functions[origin.owner]?.parameters[0];
    if (origin.place.kind === "inOwner" && self !== undefined) {
      this.#add(this.#node(origin.node), code(self, PARAMETER));
    } else {
      this.#add(this.#node(origin.node), code(origin.index, OWN));
    }
  }

  #apply(flow: Flow): void {
    switch (flow.kind) {
      case "copy":
        if (isReference(flow.from.type)) this.#copy(this.#node(flow.from), this.#node(flow.to));
        return;
      case "load":
        if (isReference(flow.to.type)) this.#load(flow, flow.from, flow.container, this.#node(flow.to));
        return;
      case "iterate":
        this.#iterate(flow, flow.array, flow.local);
        return;
      case "store":
        if (isReference(flow.from.type) && !this.#isInline(flow.to)) {
          this.#transfer(this.#node(flow.from), this.#place(flow.to), this.#isOwnLocal(flow, flow.to));
        }
        return;
      case "return":
        if (isReference(flow.value.type)) this.#copy(this.#node(flow.value), this.#result(flow.function));
        return;
      case "call":
        if (flow.call === "new" || flow.call === "spawn") return;
        if (flow.resultLocal === null) this.#return(flow.callee, flow.args, this.#node(flow.node));
        else this.#return(flow.callee, flow.args, this.#place({ kind: "local", local: flow.resultLocal }));
        return;
      case "callClosure":
        for (const callee of this.#allocations.graph.closuresOf(flow.signature)) {
          this.#return(callee, flow.args, this.#node(flow.node));
        }
        return;
      case "closure":
        return;
      default:
        assertNever(flow);
    }
  }

  #load(context: FlowContext, from: MemoryPlace, container: HirExpr | null, to: Set_): void {
    if (container !== null && this.#isInline(from)) this.#copy(this.#node(container), to);
    else this.#transfer(this.#place(from), to, this.#isOwnLocal(context, from));
  }

  #iterate(context: FlowContext, array: HirExpr, local: LocalId): void {
    if (array.type.kind !== "array") return;
    const id = this.#program.arrayOf(array.type.array);
    const to = { kind: "local", local } as const;
    const element = this.#program.arrays[id]?.element;
    if (element !== undefined && isReference(element)) {
      this.#load(context, { kind: "element", array: id }, array, this.#place(to));
    }
  }

  /** The result of a call: what the callee passes through comes from the very arguments of this call. */
  #return(callee: FunctionId, args: readonly HirExpr[], to: Set_): void {
    if (this.#allocations.inPlace.has(callee)) return;
    const parameters = this.#program.functions[callee]?.parameters ?? [];
    for (const element of this.#results.get(callee) ?? []) {
      const position = kindOf(element) === PARAMETER ? parameters.indexOf(indexOf(element) as LocalId) : -1;
      const argument = args[position];
      if (argument !== undefined) this.#copy(this.#node(argument), to);
      else if (position === -1) for (const form of this.#foreign(element)) this.#add(to, form);
    }
  }

  #isOwnLocal(context: FlowContext, place: MemoryPlace): boolean {
    return place.kind === "local" && this.#program.locals[place.local]?.owner === context.function;
  }

  #isInline(place: MemoryPlace): boolean {
    return place.kind === "field" && this.#allocations.inlineFields.has(place.field);
  }

  #transfer(from: Set_, to: Set_, sameActivation: boolean): void {
    if (sameActivation) this.#copy(from, to);
    else for (const element of from) for (const form of this.#foreign(element)) this.#add(to, form);
  }

  /** An element after it went through memory. An object in its caller's place is also what the callers call it. */
  #foreign(element: number): readonly number[] {
    const known = this.#foreignForms.get(element);
    if (known !== undefined) return known;
    const forms = this.#computeForeign(element);
    this.#foreignForms.set(element, forms);
    return forms;
  }

  #computeForeign(element: number): readonly number[] {
    const kind = kindOf(element);
    if (kind === PARAMETER) return [code(indexOf(element), ANY_PARAMETER)];
    if (kind !== OWN) return [element];
    const found = new Set<number>();
    const pending = [this.#allocations.origins[indexOf(element)]];
    for (let origin = pending.pop(); origin !== undefined; origin = pending.pop()) {
      const self = this.#program.functions[origin.owner]?.parameters[0];
      const inOwner = origin.place.kind === "inOwner" && self !== undefined;
      const form = inOwner ? code(self, ANY_PARAMETER) : code(origin.index, FOREIGN);
      if (found.has(form)) continue;
      found.add(form);
      if (origin.place.kind !== "result") continue;
      for (const { node } of this.#bindings[origin.owner] ?? []) {
        pending.push(this.#allocations.originOfNode.get(node.id));
      }
    }
    return [...found];
  }

  #resolveParameters(): ReadonlyMap<LocalId, ReadonlySet<Origin>> {
    const objects = new Map<LocalId, Set<Origin>>();
    const parameters = this.#program.functions.flatMap((fn) =>
      fn.parameters.map((parameter, index) => ({ parameter, index, bindings: this.#bindings[fn.id] ?? [] })),
    );
    for (const { parameter } of parameters) objects.set(parameter, new Set());
    for (let changed = true; changed; ) {
      changed = false;
      for (const { parameter, index, bindings } of parameters) {
        const known = objects.get(parameter) ?? new Set<Origin>();
        const before = known.size;
        for (const { args } of bindings) {
          const argument = args[index];
          if (argument === undefined) continue;
          const seen = this.#nodes.get(argument.id) ?? new Set();
          for (const element of this.#decode(new Set([...seen].flatMap((one) => this.#foreign(one))))) {
            if ("origin" in element) known.add(element.origin);
            else for (const origin of objects.get(element.parameter) ?? []) known.add(origin);
          }
        }
        changed ||= known.size > before;
      }
    }
    return objects;
  }

  #node(node: HirExpr): Set_ {
    return entry(this.#nodes, node.id);
  }

  #place(place: MemoryPlace): Set_ {
    return entry(this.#places, keyOf(place));
  }

  #result(id: FunctionId): Set_ {
    return entry(this.#results, id);
  }

  #copy(from: Set_, to: Set_): void {
    if (from !== to) for (const element of from) this.#add(to, element);
  }

  #add(to: Set_, element: number): void {
    if (to.has(element)) return;
    to.add(element);
    this.#changed = true;
  }

  #decode(elements: ReadonlySet<number> | undefined): readonly Element[] {
    return [...(elements ?? [])].flatMap((element): readonly Element[] => {
      const index = indexOf(element);
      const kind = kindOf(element);
      if (kind === PARAMETER) return [{ kind: "parameter", parameter: index as LocalId }];
      if (kind === ANY_PARAMETER) return [{ kind: "anyParameter", parameter: index as LocalId }];
      const origin = this.#allocations.origins[index];
      return origin === undefined ? [] : [{ kind: kind === OWN ? "own" : "foreign", origin }];
    });
  }
}

function entry<Key>(map: Map<Key, Set_>, key: Key): Set_ {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created: Set_ = new Set();
  map.set(key, created);
  return created;
}

function keyOf(place: MemoryPlace): string {
  switch (place.kind) {
    case "local":
      return `local ${place.local}`;
    case "static":
      return `static ${place.static}`;
    case "field":
      return `field ${place.field}`;
    case "element":
      return `element ${place.array}`;
    default:
      return assertNever(place);
  }
}
