/**
 * Which objects each expression and place may refer to: an inclusion analysis
 * over the program's flows of references. What passes through parameters and
 * results is exact for each call; memory is told apart by the object it is in.
 */
import type { HirExpr, HirProgram } from "../ir/hir.ts";
import type { FunctionId, LocalId, NodeId } from "../ir/ids.ts";
import { type Flow, type FlowContext, type MemoryPlace, memoryKey } from "../ir/value-flow.ts";
import { assertNever } from "../source/assert.ts";
import type { Allocations, Origin } from "./allocations.ts";
import {
  type Binding,
  behindCast,
  type Element,
  elementKey,
  isReference,
  type ReferenceFlow,
} from "./reference-elements.ts";

/** `copied`: values that are copied where they are stored, so that no reference flows. */
export function solveReferenceFlow(
  program: HirProgram,
  allocations: Allocations,
  copied: ReadonlySet<NodeId> = new Set(),
): ReferenceFlow {
  return new Solver(program, allocations, copied).solve();
}

type Elements = Set<Element>;

/** A store into an object, as one function sees it. */
interface StoredPair {
  readonly context: FunctionId;
  readonly container: Element;
  readonly value: Element;
  readonly place: string;
}

class Solver {
  readonly #program: HirProgram;
  readonly #allocations: Allocations;
  readonly #copied: ReadonlySet<NodeId>;
  readonly #interned = new Map<string, Element>();
  readonly #nodes = new Map<NodeId, Elements>();
  readonly #places = new Map<string, Elements>();
  readonly #results = new Map<FunctionId, Elements>();
  /** What each object holds, by `origin place`. */
  readonly #contents = new Map<string, Elements>();
  /** What callers ever pass. */
  readonly #passed = new Map<LocalId, Elements>();
  readonly #bindings: Binding[][];
  #changed = false;

  constructor(program: HirProgram, allocations: Allocations, copied: ReadonlySet<NodeId>) {
    this.#program = program;
    this.#allocations = allocations;
    this.#copied = copied;
    const { graph } = allocations;
    this.#bindings = program.functions.map(({ id }) =>
      [...graph.callsTo(id), ...graph.closureCallsTo(id)].map((call) => ({
        context: { function: call.function, loops: call.loops },
        args: call.args,
        node: call.node,
      })),
    );
  }

  solve(): ReferenceFlow {
    for (const { parameters } of this.#program.functions) {
      for (const parameter of parameters) {
        const declared = this.#program.locals[parameter];
        if (declared === undefined || !isReference(declared.type)) continue;
        this.#place({ kind: "local", local: parameter }).add(this.#parameter(parameter));
      }
    }
    do {
      this.#changed = false;
      for (const origin of this.#allocations.origins) this.#seed(origin);
      for (const flow of this.#allocations.flows) this.#apply(flow);
      this.#passArguments();
      this.#fillObjects();
    } while (this.#changed);
    return {
      ofNode: (node) => this.#nodes.get(node) ?? [],
      ofLocal: (local) => this.#place({ kind: "local", local }),
      ofCaptured: (fn, local) => this.#captured(fn, local),
      bindingsOf: (id) => this.#bindings[id] ?? [],
      originsOf: (element) =>
        new Set([...this.#foreign(element)].flatMap((one) => ("origin" in one ? [one.origin] : []))),
      isOnlyIn: (origins, variable) => this.#isOnlyIn(new Set(origins), variable),
      atCaller: (element, callee, binding) => this.#atCaller(element, callee, binding),
    };
  }

  #isOnlyIn(origins: ReadonlySet<Origin>, variable: MemoryPlace): boolean {
    const own = this.#place(variable);
    const held = [...this.#places.values(), ...this.#contents.values(), ...this.#results.values()];
    return held.every(
      (elements) =>
        elements === own || ![...elements].some((one) => "origin" in one && origins.has(one.origin)),
    );
  }

  // Elements

  #intern(key: string, element: Element): Element {
    const known = this.#interned.get(key);
    if (known !== undefined) return known;
    this.#interned.set(key, element);
    return element;
  }

  #made(kind: "own" | "foreign", origin: Origin): Element {
    return this.#intern(`${kind} ${origin.index}`, { kind, origin });
  }

  #parameter(parameter: LocalId): Element {
    return this.#intern(`parameter ${parameter}`, { kind: "parameter", parameter });
  }

  /** What an object made there is for its own function: an object held in line is its owner, `this`. */
  #ownForm(origin: Origin): Element {
    const self = this.#program.functions[origin.owner]?.parameters[0];
    if (origin.place.kind === "inOwner" && self !== undefined) return this.#parameter(self);
    return this.#made("own", origin);
  }

  /** An element after it went through memory or out of its function: objects of any activation. */
  #foreign(element: Element): ReadonlySet<Element> {
    switch (element.kind) {
      case "foreign":
        return new Set([element]);
      case "own":
        return this.#foreignForms(element.origin);
      case "parameter":
        return this.#passed.get(element.parameter) ?? new Set();
      case "content":
        return new Set(
          [...(this.#passed.get(element.parameter) ?? [])].flatMap((one) => [
            ...this.#held(one, element.place),
          ]),
        );
      default:
        return assertNever(element);
    }
  }

  /** An object in its caller's place is also what the callers make. */
  #foreignForms(first: Origin): ReadonlySet<Element> {
    const forms = new Set<Element>([this.#made("foreign", first)]);
    for (const form of forms) {
      if (form.kind !== "foreign" || form.origin.place.kind !== "result") continue;
      for (const { node } of this.#bindings[form.origin.owner] ?? []) {
        const made = this.#allocations.originOfNode.get(node.id);
        if (made === undefined) continue;
        const own = this.#ownForm(made);
        if (own.kind === "own") forms.add(this.#made("foreign", made));
        else for (const one of this.#foreign(own)) forms.add(one);
      }
    }
    return forms;
  }

  /** What a field or element of an object holds. */
  #held(element: Element, place: string): Iterable<Element> {
    switch (element.kind) {
      case "own":
      case "foreign":
        return entry(this.#contents, `${element.origin.index} ${place}`);
      case "parameter": {
        const { parameter } = element;
        return [this.#intern(`content ${parameter} ${place}`, { kind: "content", parameter, place })];
      }
      case "content":
        return [...this.#foreign(element)].flatMap((one) => [...this.#held(one, place)]);
      default:
        return assertNever(element);
    }
  }

  #atCaller(element: Element, callee: FunctionId, { args, node }: Binding): Iterable<Element> {
    switch (element.kind) {
      case "own":
        if (element.origin.place.kind === "result") return this.#node(node);
        return [this.#made("foreign", element.origin)];
      case "foreign":
        return [element];
      case "parameter":
      case "content": {
        const position = this.#program.functions[callee]?.parameters.indexOf(element.parameter) ?? -1;
        const argument = args[position];
        if (argument === undefined) return position === -1 ? this.#foreign(element) : [];
        const passed = this.#node(argument);
        if (element.kind === "parameter") return passed;
        return [...passed].flatMap((one) => [...this.#held(one, element.place)]);
      }
      default:
        return assertNever(element);
    }
  }

  // Flows

  #seed(origin: Origin): void {
    this.#add(this.#node(origin.node), this.#ownForm(origin));
  }

  #apply(flow: Flow): void {
    switch (flow.kind) {
      case "copy":
        if (isReference(flow.from.type))
          this.#copy(behindCast(flow.to, this.#node(flow.from)), this.#node(flow.to));
        return;
      case "load":
        if (isReference(flow.to.type)) this.#load(flow, flow.from, flow.container, this.#node(flow.to));
        return;
      case "iterate": {
        if (flow.array.type.kind !== "array") return;
        const array = this.#program.arrayOf(flow.array.type.array);
        const element = this.#program.arrays[array]?.element;
        if (element === undefined || !isReference(element)) return;
        const to = this.#place({ kind: "local", local: flow.local });
        this.#load(flow, { kind: "element", array }, flow.array, to);
        return;
      }
      case "store":
        if (!isReference(flow.from.type) || flow.container !== null) return;
        if (this.#copied.has(flow.from.id)) return;
        this.#transfer(this.#node(flow.from), this.#place(flow.to), this.#isOwnLocal(flow, flow.to));
        return;
      case "return":
        if (isReference(flow.value.type)) {
          this.#copy(this.#node(flow.value), entry(this.#results, flow.function));
        }
        return;
      case "call":
        if (flow.call === "new" || flow.call === "spawn") return;
        this.#return(
          flow.callee,
          flow,
          flow.resultLocal === null
            ? this.#node(flow.node)
            : this.#place({ kind: "local", local: flow.resultLocal }),
        );
        return;
      case "callClosure":
        for (const callee of this.#allocations.graph.closuresOf(flow.signature)) {
          this.#return(callee, flow, this.#node(flow.node));
        }
        return;
      case "closure":
        this.#capture(flow);
        return;
      default:
        assertNever(flow);
    }
  }

  /** A closure holds what it captured; if its environment is one captured object, it is that object. */
  #capture(flow: Extract<Flow, { kind: "closure" }>): void {
    const fn = this.#program.functions[flow.closure];
    if (fn === undefined || fn.environment === "frame") return;
    for (const local of fn.captures) {
      const captured = this.#captured(flow.function, local);
      if (fn.environment === "capture") {
        this.#copy(captured, this.#node(flow.node));
        continue;
      }
      for (const container of this.#node(flow.node)) {
        if (!("origin" in container)) continue;
        for (const one of captured) {
          this.#copy(this.#foreign(one), entry(this.#contents, `${container.origin.index} local ${local}`));
        }
      }
    }
  }

  /** What a local holds, as a function sees it that uses it. */
  #captured(fn: FunctionId, local: LocalId): Iterable<Element> {
    const held = this.#place({ kind: "local", local });
    if (this.#program.locals[local]?.owner === fn) return held;
    return new Set([...held].flatMap((one) => [...this.#foreign(one)]));
  }

  #load(context: FlowContext, from: MemoryPlace, container: HirExpr | null, to: Elements): void {
    if (container === null) {
      this.#transfer(this.#place(from), to, this.#isOwnLocal(context, from));
    } else if (this.#isInline(from)) {
      this.#copy(this.#node(container), to);
    } else {
      for (const one of this.#node(container)) this.#copy(this.#held(one, memoryKey(from)), to);
    }
  }

  /** The result of a call: what the callee passes through comes from the very arguments of this call. */
  #return(
    callee: FunctionId,
    call: FlowContext & { readonly args: readonly HirExpr[]; readonly node: HirExpr },
    to: Elements,
  ): void {
    if (this.#allocations.inPlace.has(callee)) return;
    const binding = { context: call, args: call.args, node: call.node };
    for (const element of this.#results.get(callee) ?? []) {
      this.#copy(this.#atCaller(element, callee, binding), to);
    }
  }

  #isOwnLocal(context: FlowContext, place: MemoryPlace): boolean {
    return place.kind === "local" && this.#program.locals[place.local]?.owner === context.function;
  }

  #isInline(place: MemoryPlace): boolean {
    return place.kind === "field" && this.#allocations.inlineFields.has(place.field);
  }

  #transfer(from: Elements, to: Elements, sameActivation: boolean): void {
    if (sameActivation) this.#copy(from, to);
    else for (const element of from) this.#copy(this.#foreign(element), to);
  }

  #passArguments(): void {
    for (const fn of this.#program.functions) {
      fn.parameters.forEach((parameter, index) => {
        const passed = entry(this.#passed, parameter);
        for (const { args } of this.#bindings[fn.id] ?? []) {
          const argument = args[index];
          if (argument !== undefined) this.#transfer(this.#node(argument), passed, false);
        }
      });
    }
  }

  /** Carries every store to the functions that know the object it stores into. */
  #fillObjects(): void {
    const pending: StoredPair[] = [];
    const seen = new Set<string>();
    const add = (pair: StoredPair): void => {
      const key = `${pair.context} ${pair.place} ${elementKey(pair.container)} ${elementKey(pair.value)}`;
      if (seen.has(key)) return;
      seen.add(key);
      pending.push(pair);
    };
    for (const flow of this.#allocations.flows) {
      if (flow.kind !== "store" || flow.container === null || !isReference(flow.from.type)) continue;
      if (this.#isInline(flow.to)) continue;
      const place = memoryKey(flow.to);
      for (const container of this.#node(flow.container)) {
        for (const value of this.#node(flow.from)) add({ context: flow.function, container, value, place });
      }
    }
    for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) this.#fill(pair, add);
  }

  #fill({ context, container, value, place }: StoredPair, add: (pair: StoredPair) => void): void {
    if ("origin" in container) {
      this.#copy(this.#foreign(value), entry(this.#contents, `${container.origin.index} ${place}`));
      if (container.kind === "foreign" || container.origin.place.kind !== "result") return;
    }
    for (const binding of this.#bindings[context] ?? []) {
      for (const outer of this.#atCaller(container, context, binding)) {
        for (const passed of this.#atCaller(value, context, binding)) {
          add({ context: binding.context.function, container: outer, value: passed, place });
        }
      }
    }
  }

  #node(node: HirExpr): Elements {
    return entry(this.#nodes, node.id);
  }

  #place(place: MemoryPlace): Elements {
    return entry(this.#places, memoryKey(place));
  }

  #copy(from: Iterable<Element>, to: Elements): void {
    if (from !== to) for (const element of from) this.#add(to, element);
  }

  #add(to: Elements, element: Element): void {
    if (to.has(element)) return;
    to.add(element);
    this.#changed = true;
  }
}

function entry<Key>(map: Map<Key, Elements>, key: Key): Elements {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created: Elements = new Set();
  map.set(key, created);
  return created;
}
