/**
 * Finds the objects that could be used after their place is reused.
 *
 * A store into an object makes a pair (container, value) in the function that
 * stores. A pair is decided where one of the two is made; until then it is
 * translated to each caller, both sides with the arguments of the same call.
 */
import type { Place } from "../ir/facts.ts";
import type { HirExpr, HirProgram } from "../ir/hir.ts";
import type { FunctionId, JumpId, LocalId } from "../ir/ids.ts";
import type { Flow, StoreFlow } from "../ir/value-flow.ts";
import type { Span } from "../source/span.ts";
import { type Allocations, livesForEver, type Origin } from "./allocations.ts";
import type { CopiedVariables } from "./copied-variables.ts";
import { type Element, elementKey, isReference, type ReferenceFlow } from "./reference-elements.ts";
import type { Scopes } from "./scopes.ts";

/** What an object must not outlive: for the report. */
export interface Keeper {
  readonly name: string;
  readonly span: Span;
}

/** The variables of one activation (or iteration), as something that values are stored in. */
interface FrameContainer {
  readonly kind: "frame";
  readonly owner: FunctionId;
  readonly loops: readonly JumpId[];
  readonly local: LocalId;
}

type Container = Element | FrameContainer;
type MadeElement = Extract<Element, { readonly kind: "own" | "foreign" }>;

interface Lifetime {
  readonly place: Place["kind"];
  readonly owner: FunctionId;
  readonly loops: readonly JumpId[];
}

interface Containment {
  readonly context: FunctionId;
  readonly container: Container;
  readonly value: Element;
  readonly keeper: Keeper;
}

/** What is known when places are checked. */
export interface PlacedProgram {
  readonly program: HirProgram;
  readonly allocations: Allocations;
  readonly references: ReferenceFlow;
  readonly copied: CopiedVariables;
  readonly scopes: Scopes;
}

/** An object that outlives the place it has, and what keeps it. */
export interface Outliving {
  readonly origin: Origin;
  readonly keeper: Keeper;
}

/** Each object at most once. */
export function checkPlaces(placed: PlacedProgram): readonly Outliving[] {
  return new PlaceChecker(placed).check();
}

class PlaceChecker {
  readonly #program: HirProgram;
  readonly #allocations: Allocations;
  readonly #references: ReferenceFlow;
  readonly #copied: CopiedVariables;
  readonly #scopes: Scopes;
  readonly #pending: Containment[] = [];
  readonly #seen = new Set<string>();
  readonly #outliving = new Map<Origin, Outliving>();

  constructor({ program, allocations, references, copied, scopes }: PlacedProgram) {
    this.#program = program;
    this.#allocations = allocations;
    this.#references = references;
    this.#copied = copied;
    this.#scopes = scopes;
  }

  check(): readonly Outliving[] {
    for (const flow of this.#allocations.flows) {
      if (this.#allocations.graph.isReachable(flow.function)) this.#checkFlow(flow);
    }
    for (const local of this.#program.locals) if (isReference(local.type)) this.#checkLocal(local.id);
    for (let pair = this.#pending.pop(); pair !== undefined; pair = this.#pending.pop()) this.#decide(pair);
    return [...this.#outliving.values()];
  }

  #checkFlow(flow: Flow): void {
    if (flow.kind === "store" && isReference(flow.from.type)) this.#checkStore(flow);
    else if (flow.kind === "return" && isReference(flow.value.type))
      this.#checkReturn(flow.function, flow.value);
    else if (flow.kind === "closure") this.#checkClosure(flow);
    else if (flow.kind === "call" && flow.call === "spawn") {
      const keeper = { name: `the task '${this.#functionName(flow.callee)}'`, span: flow.span };
      for (const argument of flow.args) this.#requireStatic(this.#references.ofNode(argument.id), keeper);
      for (const local of this.#program.functions[flow.callee]?.captures ?? [])
        this.#requireStatic(this.#references.ofCaptured(flow.function, local), keeper);
    }
  }

  /** What a closure captured lives as long as its environment. */
  #checkClosure(flow: Extract<Flow, { kind: "closure" }>): void {
    const fn = this.#program.functions[flow.closure];
    if (fn?.environment !== "placed") return;
    const keeper = { name: "a function that uses it", span: flow.node.span };
    const environment = this.#references.ofNode(flow.node.id);
    for (const local of fn.captures) {
      const captured = this.#references.ofCaptured(flow.function, local);
      this.#containAll(flow.function, environment, captured, keeper);
    }
  }

  #checkStore(flow: StoreFlow): void {
    if (this.#copied.values.has(flow.from.id)) return;
    const values = this.#references.ofNode(flow.from.id);
    const keeper = { name: this.#describe(flow), span: flow.span };
    if (flow.to.kind === "static") {
      this.#requireStatic(values, keeper);
    } else if (flow.to.kind === "local") {
      const { local } = flow.to;
      const owner = this.#program.locals[local]?.owner;
      if (owner === undefined || owner === flow.function) return;
      const container = { kind: "frame", owner, local, loops: this.#scopeOf(local) } as const;
      this.#containAll(flow.function, [container], values, keeper);
    } else if (flow.container !== null) {
      if (flow.to.kind === "field" && this.#allocations.inlineFields.has(flow.to.field)) return;
      this.#containAll(flow.function, this.#references.ofNode(flow.container.id), values, keeper);
    }
  }

  /** In its own function an object may only be named by variables that are declared anew when it is made anew. */
  #checkLocal(local: LocalId): void {
    const declared = this.#program.locals[local];
    if (declared === undefined || !this.#allocations.graph.isReachable(declared.owner)) return;
    const scope = this.#scopeOf(local);
    for (const element of this.#references.ofLocal(local)) {
      if (!("origin" in element) || element.origin.owner !== declared.owner) continue;
      if (isStatic(element.origin) || isPrefix(element.origin.loops, scope)) continue;
      if (this.#copied.lifetimes.has(element.origin)) continue;
      const name = `'${declared.name}', declared outside the loop that makes it`;
      this.#fail(element.origin, { name, span: declared.span });
    }
  }

  #checkReturn(fn: FunctionId, value: HirExpr): void {
    if (this.#allocations.inPlace.has(fn)) return;
    const keeper = { name: `the result of '${this.#functionName(fn)}'`, span: value.span };
    for (const element of this.#references.ofNode(value.id)) {
      if (!("origin" in element) || element.origin.owner !== fn) continue;
      if (!isStatic(element.origin)) this.#fail(element.origin, keeper);
    }
  }

  /** The values must live for ever. */
  #requireStatic(values: Iterable<Element>, keeper: Keeper): void {
    const seen = new Set<Origin>();
    const require = (origin: Origin): void => {
      if (seen.has(origin) || isStatic(origin)) return;
      seen.add(origin);
      const places = origin.place.kind === "result" ? this.#callersPlaces(origin) : [];
      if (places.length === 0) this.#fail(origin, keeper);
      for (const place of places) for (const one of this.#references.originsOf(place)) require(one);
    };
    for (const value of values) for (const origin of this.#references.originsOf(value)) require(origin);
  }

  /** What the callers of its function see where this object was made. */
  #callersPlaces(origin: Origin): readonly Element[] {
    const bindings = this.#references.bindingsOf(origin.owner);
    return bindings.flatMap(({ node }) => [...this.#references.ofNode(node.id)]);
  }

  #containAll(
    context: FunctionId,
    containers: Iterable<Container>,
    values: Iterable<Element>,
    keeper: Keeper,
  ): void {
    for (const container of containers) {
      for (const value of values) {
        if ("origin" in value && isStatic(value.origin)) continue;
        const key = `${context} ${containerKey(container)} ${elementKey(value)}`;
        if (this.#seen.has(key)) continue;
        this.#seen.add(key);
        this.#pending.push({ context, container, value, keeper });
      }
    }
  }

  #decide(pair: Containment): void {
    const { context, container, value, keeper } = pair;
    if ("parameter" in container) {
      this.#decideAtOwnerOfValue(pair);
    } else {
      const { place, owner, loops } = this.#lifetimeOf(container);
      if (place === "static" || place === "counted" || place === "pool") this.#requireStatic([value], keeper);
      else if (owner !== context || place === "result") this.#decideAtOwnerOfValue(pair);
      else if (container.kind !== "own" && this.#allocations.recursive.has(context)) {
        this.#requireStatic([value], keeper);
      } else if ("origin" in value && value.origin.owner === context) {
        if (!isPrefix(value.origin.loops, loops)) this.#fail(value.origin, keeper);
      }
    }
  }

  #lifetimeOf(container: FrameContainer | MadeElement): Lifetime {
    if (container.kind === "frame") return { place: "local", owner: container.owner, loops: container.loops };
    const { place, owner, loops } = container.origin;
    const copied = this.#copied.lifetimes.get(container.origin);
    if (copied === undefined) return { place: place.kind, owner, loops };
    return { place: copied.isStatic ? "static" : place.kind, owner, loops: copied.loops };
  }

  /** The container outlives this activation; so the value must come from outside as well. */
  #decideAtOwnerOfValue(pair: Containment): void {
    const { value, context, keeper } = pair;
    if ("origin" in value && value.origin.owner === context && value.origin.place.kind !== "result") {
      this.#fail(value.origin, keeper);
    } else {
      this.#askCallers(pair);
    }
  }

  #askCallers({ context, container, value, keeper }: Containment): void {
    for (const binding of this.#references.bindingsOf(context)) {
      const caller = binding.context.function;
      if (!this.#allocations.graph.isReachable(caller)) continue;
      const containers =
        container.kind === "frame" ? [container] : this.#references.atCaller(container, context, binding);
      this.#containAll(caller, containers, this.#references.atCaller(value, context, binding), keeper);
    }
  }

  #fail(origin: Origin, keeper: Keeper): void {
    if (!this.#outliving.has(origin)) this.#outliving.set(origin, { origin, keeper });
  }

  #describe(flow: StoreFlow): string {
    switch (flow.to.kind) {
      case "static":
        return `the module variable '${this.#program.statics[flow.to.static]?.name ?? "?"}'`;
      case "local":
        return `the variable '${this.#program.locals[flow.to.local]?.name ?? "?"}'`;
      case "field":
        return `the field '${this.#program.fields[flow.to.field]?.name ?? "?"}'`;
      default:
        return "an array";
    }
  }

  #functionName(id: FunctionId): string {
    return this.#program.functions[id]?.name ?? "?";
  }

  #scopeOf(local: LocalId): readonly JumpId[] {
    return this.#scopes.get(local) ?? [];
  }
}

function isStatic(origin: Origin): boolean {
  return livesForEver(origin.place);
}

function isPrefix(outer: readonly JumpId[], inner: readonly JumpId[]): boolean {
  return outer.every((jump, index) => inner[index] === jump);
}

function containerKey(container: Container): string {
  return container.kind === "frame" ? `frame ${container.local}` : elementKey(container);
}
