/**
 * One walk over a function: what the analysis must know before it interprets.
 * Which statics it touches, whom it calls, which constants it names, which
 * loops assign what.
 */
import type { HirExpr, HirFunction, HirProgram, HirStatement, HirTarget } from "../../ir/hir.ts";
import type { ArrayId, FieldId, FunctionId, JumpId, LocalId, SignatureId, StaticId } from "../../ir/ids.ts";
import { hasNumber } from "../../ir/union-types.ts";
import { partsOf } from "../../ir/walk-hir.ts";
import type { GrowingArrays } from "../growing-arrays.ts";
import type { PathId } from "./environment.ts";
import { fieldKey, pathOf, readsPlace, type SharedKey, shrinkKey, staticKey } from "./places.ts";
import { type Visitor, visitStatementParts } from "./statement-parts.ts";

export type LoopStatement = Extract<HirStatement, { kind: "loop" | "forOf" | "forEvery" }>;

/** How a store changes its variable: by adding, or to a value of its own. */
export type StoreForm =
  | { readonly kind: "add"; readonly delta: HirExpr | 1 | -1; readonly sign: 1 | -1 }
  | { readonly kind: "reset"; readonly value: HirExpr }
  | { readonly kind: "opaque" };

export interface Store {
  readonly target: HirTarget;
  /** The node that stores; null for results of `awaitAll`. */
  readonly node: HirExpr | null;
  readonly form: StoreForm;
  /** The loops inside the one that lists this store and around the store, from outside in. */
  readonly inner: readonly LoopScan[];
}

/** A field of a stable object. */
export interface FieldPlace {
  readonly path: PathId;
  readonly field: FieldId;
}

export interface LoopScan {
  readonly statement: LoopStatement;
  readonly stores: Store[];
  readonly declared: Set<LocalId>;
  readonly calls: Set<FunctionId>;
  readonly closureCalls: Set<SignatureId>;
  /** Arrays that its own code makes shorter. */
  readonly shrunk: Set<ArrayId>;
  waits: boolean;
  readonly continues: Set<JumpId>;
}

export interface FunctionScan {
  readonly function: HirFunction;
  readonly locals: Set<LocalId>;
  readonly statics: Set<StaticId>;
  /** Fields of stable objects. */
  readonly fields: Map<string, FieldPlace>;
  readonly sharedReads: Set<SharedKey>;
  readonly sharedWrites: Set<SharedKey>;
  readonly calls: Set<FunctionId>;
  readonly closureCalls: Set<SignatureId>;
  readonly constants: Set<number>;
  /** Those that something is compared with. */
  readonly limits: Set<number>;
  readonly loops: LoopScan[];
  /** `x = x + e` and the like: the addition nodes with the target. */
  readonly selfSums: Map<HirExpr, HirTarget>;
  /** `const n = xs.length`. */
  readonly lengthAliases: Map<LocalId, PathId>;
}

/** Marks of the whole program, indexed by node id: the expression stores, calls or waits. */
export type ImpureMarks = Uint8Array;

export function scanFunction(
  program: HirProgram,
  fn: HirFunction,
  impure: ImpureMarks,
  growing: GrowingArrays,
): FunctionScan {
  const scanner = new Scanner(program, fn, impure, growing);
  for (const statement of fn.body) scanner.statement(statement);
  return scanner.scan;
}

class Scanner implements Visitor {
  readonly scan: FunctionScan;
  readonly #program: HirProgram;
  readonly #impure: ImpureMarks;
  readonly #growing: GrowingArrays;
  readonly #loops: LoopScan[] = [];
  /** An effect was seen since the innermost open expression began. */
  #effects = 0;
  /** Tests run once more than bodies, so additions in them are not counted by rounds. */
  #testDepth = 0;

  constructor(program: HirProgram, fn: HirFunction, impure: ImpureMarks, growing: GrowingArrays) {
    this.#growing = growing;
    this.#program = program;
    this.#impure = impure;
    this.scan = {
      function: fn,
      locals: new Set(fn.parameters),
      statics: new Set(),
      fields: new Map(),
      sharedReads: new Set(),
      sharedWrites: new Set(),
      calls: new Set(),
      closureCalls: new Set(),
      constants: new Set(),
      limits: new Set(),
      loops: [],
      selfSums: new Map(),
      lengthAliases: new Map(),
    };
  }

  expression(node: HirExpr): void {
    const before = this.#effects;
    if (node.kind === "sequence") this.#body(null, node.statements);
    for (const part of partsOf(node)) this.expression(part);
    this.#note(node);
    if (this.#effects > before) this.#impure[node.id] = 1;
  }

  statement(node: HirStatement): void {
    switch (node.kind) {
      case "let":
        this.#let(node.local, node.value);
        return;
      case "staticInit":
        this.expression(node.value);
        this.#store({ kind: "static", static: node.static }, null, {
          kind: "reset",
          value: node.value,
        });
        return;
      case "continue":
        for (const loop of this.#loops) loop.continues.add(node.jump);
        return;
      case "loop":
        this.#loop(node, () => this.#plainLoop(node));
        return;
      case "forOf":
        this.expression(node.array);
        this.#loop(node, () => this.#body(node.local, node.body));
        return;
      case "forEvery":
        this.expression(node.periodMs);
        this.#loop(node, () => {
          this.#wait();
          this.#body(node.local, node.body);
        });
        return;
      default:
        visitStatementParts(node, this);
    }
  }

  #let(local: LocalId, value: HirExpr | null): void {
    this.scan.locals.add(local);
    for (const loop of this.#loops) loop.declared.add(local);
    if (value === null) return;
    this.expression(value);
    const path =
      value.kind === "arrayLength"
        ? this.#lastingLength(value.array)
        : value.kind === "stringLength"
          ? pathOf(this.#program, value.value)
          : null;
    if (path !== null && this.#program.locals[local]?.reassigned === false)
      this.scan.lengthAliases.set(local, path);
  }

  /** The array, if it never becomes shorter than it is now. */
  #lastingLength(array: HirExpr): PathId | null {
    if (array.type.kind !== "array" || this.#growing.shrinks(array.type.array)) return null;
    return pathOf(this.#program, array);
  }

  #body(local: LocalId | null, body: readonly HirStatement[]): void {
    if (local !== null) this.#let(local, null);
    for (const statement of body) this.statement(statement);
  }

  #plainLoop(node: Extract<LoopStatement, { kind: "loop" }>): void {
    this.#testDepth += 1;
    if (node.test !== null) this.expression(node.test);
    this.#testDepth -= 1;
    this.#body(null, node.body);
    if (node.update !== null) this.expression(node.update);
  }

  #loop(statement: LoopStatement, walk: () => void): void {
    const loop: LoopScan = {
      statement,
      stores: [],
      declared: new Set(),
      calls: new Set(),
      closureCalls: new Set(),
      shrunk: new Set(),
      waits: false,
      continues: new Set(),
    };
    this.scan.loops.push(loop);
    this.#loops.push(loop);
    walk();
    this.#loops.pop();
  }

  #note(node: HirExpr): void {
    switch (node.kind) {
      case "number":
        this.scan.constants.add(node.value);
        return;
      case "compare":
        for (const side of [node.left, node.right])
          if (side.kind === "number") this.scan.limits.add(side.value);
        return;
      case "arrayFill":
        this.scan.constants.add(node.length);
        return;
      case "array":
        this.scan.constants.add(node.elements.length);
        return;
      case "local":
        this.scan.locals.add(node.local);
        return;
      case "static":
      case "field":
        this.#touch(node, this.scan.sharedReads);
        return;
      case "assign":
        this.#noteSelfSum(node.target, node.value);
        this.#store(node.target, node, assignForm(node.target, node.value));
        return;
      case "compound":
        this.#touchTarget(node.target);
        this.#store(node.target, node, compoundForm(node));
        return;
      case "append":
        this.#store(node.target, node, { kind: "opaque" });
        return;
      case "update":
        this.#touchTarget(node.target);
        this.#store(node.target, node, { kind: "add", delta: node.delta, sign: 1 });
        return;
      case "push":
      case "moveElements":
        this.#effects += 1;
        return;
      case "setLength":
        this.#shrink(node.array);
        return;
      default:
        this.#noteCall(node);
    }
  }

  #shrink(array: HirExpr): void {
    this.#effects += 1;
    if (array.type.kind !== "array") return;
    const id = this.#program.arrayOf(array.type.array);
    this.scan.sharedWrites.add(shrinkKey(id));
    for (const loop of this.#loops) loop.shrunk.add(id);
  }

  #noteSelfSum(target: HirTarget, value: HirExpr): void {
    if (value.kind !== "arithmetic") return;
    if (value.op === "+" && (readsPlace(value.left, target) || readsPlace(value.right, target))) {
      this.scan.selfSums.set(value, target);
    }
    if (value.op === "-" && readsPlace(value.left, target)) this.scan.selfSums.set(value, target);
  }

  #noteCall(node: HirExpr): void {
    switch (node.kind) {
      case "call":
      case "spawn":
        this.#call(node.function);
        return;
      case "new": {
        const made = this.#program.classes[node.class]?.constructorFunction;
        if (made !== undefined && made !== null) this.#call(made);
        return;
      }
      case "callClosure":
        this.#callClosure(node.closure);
        return;
      case "await":
        this.#wait();
        if (node.operand.kind === "call") this.#call(node.operand.function);
        return;
      case "awaitAll":
        this.#wait();
        for (const { operand, result } of node.branches) {
          if (operand.kind === "call") this.#call(operand.function);
          if (result !== null) this.#store({ kind: "local", local: result }, null, { kind: "opaque" });
        }
        return;
      default:
        return;
    }
  }

  #store(target: HirTarget, node: HirExpr | null, form: StoreForm): void {
    this.#effects += 1;
    if (target.kind === "element") return;
    this.#touch(target, this.scan.sharedWrites);
    if (target.kind === "local") this.scan.locals.add(target.local);
    const counted: StoreForm = this.#testDepth > 0 ? { kind: "opaque" } : form;
    this.#loops.forEach((loop, depth) => {
      loop.stores.push({ target, node, form: counted, inner: this.#loops.slice(depth + 1) });
    });
  }

  /** Notes a static or a field; only numbers that can change matter to others. */
  #touch(place: HirExpr | HirTarget, shared: Set<SharedKey>): void {
    if (place.kind === "static") {
      const variable = this.#program.statics[place.static];
      if (variable === undefined || !hasNumber(variable.type)) return;
      this.scan.statics.add(place.static);
      if (variable.reassigned) shared.add(staticKey(place.static));
    }
    if (place.kind === "field" && hasNumber(this.#program.fields[place.field]?.type ?? place.object.type)) {
      shared.add(fieldKey(place.field));
      const path = pathOf(this.#program, place.object);
      if (path !== null) this.scan.fields.set(`${path}.${place.field}`, { path, field: place.field });
    }
  }

  #touchTarget(target: HirTarget): void {
    if (target.kind === "static" || target.kind === "field") this.#touch(target, this.scan.sharedReads);
  }

  #call(id: FunctionId): void {
    this.#effects += 1;
    this.scan.calls.add(id);
    for (const loop of this.#loops) loop.calls.add(id);
  }

  #callClosure(closure: HirExpr): void {
    this.#effects += 1;
    if (closure.type.kind !== "closure") return;
    const signature = this.#program.signatureOf(closure.type.signature);
    this.scan.closureCalls.add(signature);
    for (const loop of this.#loops) loop.closureCalls.add(signature);
  }

  #wait(): void {
    this.#effects += 1;
    for (const loop of this.#loops) loop.waits = true;
  }
}

function assignForm(target: HirTarget, value: HirExpr): StoreForm {
  if (value.kind === "arithmetic" && (value.op === "+" || value.op === "-")) {
    const sign = value.op === "+" ? 1 : -1;
    if (readsPlace(value.left, target)) return { kind: "add", delta: value.right, sign };
    if (sign === 1 && readsPlace(value.right, target)) return { kind: "add", delta: value.left, sign };
  }
  return { kind: "reset", value };
}

function compoundForm(node: Extract<HirExpr, { kind: "compound" }>): StoreForm {
  if (node.op === "+") return { kind: "add", delta: node.value, sign: 1 };
  if (node.op === "-") return { kind: "add", delta: node.value, sign: -1 };
  return { kind: "reset", value: node };
}
