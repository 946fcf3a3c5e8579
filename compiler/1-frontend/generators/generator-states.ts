/**
 * Cuts the body of a generator into states: straight code between the places where
 * it can be entered. Statements without `yield` stay whole; those around a `yield`
 * become jumps from state to state.
 *
 * Needs:      statements whose expressions hold no `yield`.
 * Guarantees: state 0 is the start; each state ends by going on, yielding or returning.
 */
import type { HirExpr, HirStatement } from "../../ir/hir.ts";
import type { FieldId, FunctionId, JumpId, LocalId, NodeId } from "../../ir/ids.ts";
import { walkStatements } from "../../ir/walk-hir.ts";
import type { Span } from "../../source/span.ts";
import { booleanType, type ProgramDraft } from "../exceptions/program-draft.ts";
import { DONE } from "./generator-tables.ts";
import type { YieldFinder } from "./lift-yields.ts";
import { redirect, redirectIn } from "./redirect-jumps.ts";

export interface States {
  /** By number. Jumps between them are `continue` of `dispatch`. */
  readonly code: readonly (readonly HirStatement[])[];
  /** Expressions that run once for each generator. */
  readonly once: ReadonlySet<NodeId>;
  /** Generators of walks, each of no use when the next is made. */
  readonly replaced: ReadonlySet<NodeId>;
  /** Variables that are declared anew in each round of a loop that was cut. */
  readonly inLoops: ReadonlySet<LocalId>;
}

export interface Machine {
  readonly draft: ProgramDraft;
  readonly finder: YieldFinder;
  readonly step: FunctionId;
  readonly self: LocalId;
  readonly state: FieldId;
  /** Holds the number of the state to run next. */
  readonly at: LocalId;
  /** Variables of code that the compiler wrote: nobody else keeps what they hold. */
  readonly owned: ReadonlySet<LocalId>;
  /** The loop around all states. */
  readonly dispatch: JumpId;
}

interface Exits {
  readonly breakTo: number;
  readonly continueTo: number | null;
}

export function cutIntoStates(machine: Machine, body: readonly HirStatement[], span: Span): States {
  return new Cutter(machine).cut(body, span);
}

class Cutter {
  readonly #machine: Machine;
  readonly #draft: ProgramDraft;
  readonly #code: HirStatement[][] = [];
  readonly #exits = new Map<JumpId, Exits>();
  readonly #inLoops = new Set<LocalId>();
  readonly #once = new Set<NodeId>();
  readonly #replaced = new Set<NodeId>();
  #current = 0;
  #depth = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#draft = machine.draft;
  }

  cut(body: readonly HirStatement[], span: Span): States {
    this.#enter(this.#newState());
    this.#statements(body);
    if (!this.#isEnded()) this.#emit(...this.#leave(span));
    return { code: this.#code, inLoops: this.#inLoops, once: this.#once, replaced: this.#replaced };
  }

  // States

  #newState(): number {
    return this.#code.push([]) - 1;
  }

  #enter(state: number): void {
    this.#current = state;
  }

  #emit(...statements: readonly HirStatement[]): void {
    if (!this.#isEnded()) this.#code[this.#current]?.push(...statements);
  }

  /** What follows a jump is never reached. */
  #isEnded(): boolean {
    const last = this.#code[this.#current]?.at(-1);
    return last !== undefined && (last.kind === "continue" || last.kind === "return");
  }

  #goto(state: number, span: Span): readonly HirStatement[] {
    const value = this.#number(state, span);
    return [
      this.#draft.setLocal(this.#machine.at, value),
      { kind: "continue", jump: this.#machine.dispatch, span },
    ];
  }

  #number(value: number, span: Span): HirExpr {
    return this.#draft.expression(span, { kind: "number", value, type: { kind: "number", sized: null } });
  }

  #setState(state: number, span: Span): HirStatement {
    const { self, state: field } = this.#machine;
    const target = { kind: "field", object: this.#draft.local(self, span), field } as const;
    const value = this.#number(state, span);
    const type = { kind: "number", sized: "u16" } as const;
    return {
      kind: "expression",
      value: this.#draft.expression(span, { kind: "assign", target, value, type }),
      span,
    };
  }

  #leave(span: Span): readonly HirStatement[] {
    return [this.#setState(DONE, span), { kind: "return", value: this.#draft.boolean(false, span), span }];
  }

  // Statements

  #statements(list: readonly HirStatement[]): void {
    for (const statement of list) this.#statement(statement);
  }

  #statement(node: HirStatement): void {
    if (!this.#machine.finder.in(node)) {
      this.#note(node);
      this.#emit(...redirect([node], (one) => this.#jump(one)));
      return;
    }
    const { span } = node;
    switch (node.kind) {
      case "yield": {
        const next = this.#newState();
        this.#emit(this.#setState(next, span), {
          kind: "return",
          value: this.#draft.boolean(true, span),
          span,
        });
        this.#enter(next);
        return;
      }
      case "if":
        return this.#if(node);
      case "block":
        return this.#block(node);
      case "loop":
        return this.#loop(node);
      case "forOf":
        return this.#forOf(node);
      case "switch":
        return this.#switch(node);
      default:
        throw new Error(`a yield inside '${node.kind}'`);
    }
  }

  /** Jumps out of what was cut, and the end of the function, from code that stays whole. */
  #jump(node: HirStatement): readonly HirStatement[] | null {
    if (node.kind === "return") return [this.#setState(DONE, node.span), node];
    if (node.kind !== "break" && node.kind !== "continue") return null;
    const exits = this.#exits.get(node.jump);
    if (exits === undefined) return null;
    const to = node.kind === "break" ? exits.breakTo : (exits.continueTo ?? exits.breakTo);
    return this.#goto(to, node.span);
  }

  #note(node: HirStatement): void {
    if (this.#depth > 0 && node.kind === "let") this.#inLoops.add(node.local);
    if (node.kind === "let" && node.value !== null && this.#machine.owned.has(node.local))
      this.#replaced.add(node.value.id);
    if (this.#depth > 0) return;
    walkStatements([node], { expression: ({ id }) => void this.#once.add(id) });
  }

  #branch(test: HirExpr, whenTrue: number, whenFalse: number, span: Span): void {
    this.#emit(
      { kind: "if", test, whenTrue: this.#goto(whenTrue, span), whenFalse: [], span },
      ...this.#goto(whenFalse, span),
    );
  }

  #if(node: Extract<HirStatement, { kind: "if" }>): void {
    const { span } = node;
    const whenTrue = this.#newState();
    const whenFalse = node.whenFalse.length === 0 ? null : this.#newState();
    const after = this.#newState();
    this.#branch(this.#redirected(node.test), whenTrue, whenFalse ?? after, span);
    this.#enter(whenTrue);
    this.#statements(node.whenTrue);
    this.#emit(...this.#goto(after, span));
    if (whenFalse !== null) {
      this.#enter(whenFalse);
      this.#statements(node.whenFalse);
      this.#emit(...this.#goto(after, span));
    }
    this.#enter(after);
  }

  #redirected(node: HirExpr): HirExpr {
    return redirectIn({ node }, (one) => this.#jump(one)).node;
  }

  #block(node: Extract<HirStatement, { kind: "block" }>): void {
    if (node.breakId === null) return this.#statements(node.statements);
    const after = this.#newState();
    this.#exits.set(node.breakId, { breakTo: after, continueTo: null });
    this.#statements(node.statements);
    this.#emit(...this.#goto(after, node.span));
    this.#enter(after);
  }

  #loop(node: Extract<HirStatement, { kind: "loop" }>): void {
    const { span, update } = node;
    for (const local of node.perIteration) this.#inLoops.add(local);
    const body = this.#newState();
    const test = node.test === null ? body : this.#newState();
    const next = update === null ? test : this.#newState();
    const after = this.#newState();
    this.#exits.set(node.jump, { breakTo: after, continueTo: next });
    this.#emit(...this.#goto(node.testFirst ? test : body, span));
    if (node.test !== null) {
      this.#enter(test);
      this.#branch(this.#redirected(node.test), body, after, span);
    }
    this.#enter(body);
    this.#depth += 1;
    this.#statements(node.body);
    this.#depth -= 1;
    this.#emit(...this.#goto(next, span));
    if (update !== null) {
      this.#enter(next);
      this.#emit({ kind: "expression", value: this.#redirected(update), span: update.span });
      this.#emit(...this.#goto(test, span));
    }
    this.#enter(after);
  }

  /** A walk over an array is one over its indices, with the length it has at each round. */
  #forOf(node: Extract<HirStatement, { kind: "forOf" }>): void {
    const { span } = node;
    const draft = this.#draft;
    const number = { kind: "number", sized: null } as const;
    const array = draft.addLocal(this.#machine.step, "array", node.array.type, span);
    const index = draft.addLocal(this.#machine.step, "index", number, span);
    const read = (): HirExpr => draft.local(index, span);
    const length = draft.expression(span, {
      kind: "arrayLength",
      array: draft.local(array, span),
      type: number,
    });
    const test = draft.expression(span, {
      kind: "compare",
      op: "<",
      left: read(),
      right: length,
      type: booleanType,
    });
    const update = draft.expression(span, {
      kind: "update",
      target: { kind: "local", local: index },
      delta: 1,
      prefix: true,
      type: number,
    });
    const element = draft.expression(span, {
      kind: "element",
      array: draft.local(array, span),
      index: read(),
      type: draft.localType(node.local),
    });
    const start = [
      draft.let(array, this.#redirected(node.array), span),
      draft.let(index, this.#number(0, span), span),
    ];
    for (const one of start) this.#note(one);
    this.#emit(...start);
    const body = [draft.let(node.local, element, span), ...node.body];
    const { jump } = node;
    this.#loop({ kind: "loop", jump, test, testFirst: true, update, body, perIteration: [], span });
  }

  #switch(node: Extract<HirStatement, { kind: "switch" }>): void {
    const { span, subject } = node;
    const draft = this.#draft;
    const kept = draft.addLocal(this.#machine.step, "subject", subject.type, span);
    this.#emit(draft.let(kept, this.#redirected(subject), span));
    const bodies = node.cases.map(() => this.#newState());
    const after = this.#newState();
    let fallback = after;
    node.cases.forEach(({ test }, index) => {
      const body = bodies[index] ?? after;
      if (test === null) {
        fallback = body;
        return;
      }
      const isCase = draft.expression(span, {
        kind: "compare",
        op: "===",
        left: draft.local(kept, span),
        right: this.#redirected(test),
        type: booleanType,
      });
      this.#emit({ kind: "if", test: isCase, whenTrue: this.#goto(body, span), whenFalse: [], span });
    });
    this.#emit(...this.#goto(fallback, span));
    this.#exits.set(node.jump, { breakTo: after, continueTo: null });
    node.cases.forEach((one, index) => {
      this.#enter(bodies[index] ?? after);
      this.#statements(one.body);
      this.#emit(...this.#goto(bodies[index + 1] ?? after, span));
    });
    this.#enter(after);
  }
}
