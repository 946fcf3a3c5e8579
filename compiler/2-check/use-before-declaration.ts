/**
 * A nested function must not run before the variables it has captured have their
 * first value (TSFW2004): Node throws, or reads undefined; a firmware would read
 * what was there. The statements are followed in order, with every jump.
 */
import type { Reporter } from "../diagnostics/diagnostic.ts";
import type { HirExpr, HirFunction, HirProgram, HirStatement } from "../ir/hir.ts";
import type { FunctionId, JumpId, LocalId } from "../ir/ids.ts";
import { awaitablesOf, partsOf } from "../ir/walk-hir.ts";
import type { CheckedProgram } from "./check-program.ts";

export function checkUseBeforeDeclaration(input: CheckedProgram, reporter: Reporter): void {
  for (const fn of input.program.functions) new AssignedLocals(input.program, fn, reporter).check();
}

/** The locals that surely have a value; null where no code runs. */
type State = ReadonlySet<LocalId> | null;

class AssignedLocals {
  readonly #program: HirProgram;
  readonly #fn: HirFunction;
  readonly #reporter: Reporter;
  #state: State;
  /** What every way to a jump's target has in common. */
  readonly #jumps = new Map<JumpId, State>();

  constructor(program: HirProgram, fn: HirFunction, reporter: Reporter) {
    this.#program = program;
    this.#fn = fn;
    this.#reporter = reporter;
    this.#state = new Set(fn.parameters);
  }

  check(): void {
    this.#statements(this.#fn.body);
  }

  #statements(statements: readonly HirStatement[]): void {
    for (const statement of statements) this.#statement(statement);
  }

  #statement(statement: HirStatement): void {
    switch (statement.kind) {
      case "let":
        if (statement.value !== null) this.#expression(statement.value);
        this.#set(statement.local, statement.value !== null);
        return;
      case "block":
        this.#statements(statement.statements);
        if (statement.breakId !== null) this.#arrive(statement.breakId);
        return;
      case "if": {
        this.#expression(statement.test);
        this.#branches([
          () => this.#statements(statement.whenTrue),
          () => this.#statements(statement.whenFalse),
        ]);
        return;
      }
      case "loop":
        this.#loop(statement);
        return;
      case "forOf":
        this.#expression(statement.array);
        this.#rounds(statement.jump, statement.local, statement.body);
        return;
      case "forEvery":
        this.#expression(statement.periodMs);
        this.#rounds(statement.jump, statement.local, statement.body);
        return;
      case "switch":
        this.#switch(statement);
        return;
      case "break":
        this.#leave(statement.jump);
        return;
      case "continue":
        this.#state = null;
        return;
      case "try":
        this.#try(statement);
        return;
      case "expression":
      case "staticInit":
        this.#expression(statement.value);
        return;
      case "return":
      case "throw":
        if (statement.value !== null) this.#expression(statement.value);
        this.#state = null;
        return;
    }
  }

  #loop(loop: Extract<HirStatement, { kind: "loop" }>): void {
    const before = this.#state;
    if (loop.testFirst && loop.test !== null) this.#expression(loop.test);
    const exit = this.#state;
    this.#statements(loop.body);
    if (loop.update !== null || !loop.testFirst) {
      // A `continue` may have skipped what the body assigned.
      this.#state = meet(this.#state, before);
      if (loop.update !== null) this.#expression(loop.update);
      if (!loop.testFirst && loop.test !== null) this.#expression(loop.test);
    }
    this.#state = loop.test === null ? null : loop.testFirst ? exit : this.#state;
    this.#arrive(loop.jump);
  }

  #rounds(jump: JumpId, local: LocalId | null, body: readonly HirStatement[]): void {
    const before = this.#state;
    if (local !== null) this.#set(local, true);
    this.#statements(body);
    this.#state = before;
    this.#arrive(jump);
  }

  #switch(statement: Extract<HirStatement, { kind: "switch" }>): void {
    this.#expression(statement.subject);
    const before = this.#state;
    this.#state = null;
    for (const { test, body } of statement.cases) {
      this.#state = meet(this.#state, before);
      if (test !== null) this.#expression(test);
      this.#statements(body);
    }
    if (!statement.cases.some(({ test }) => test === null)) this.#state = meet(this.#state, before);
    this.#arrive(statement.jump);
  }

  #try(statement: Extract<HirStatement, { kind: "try" }>): void {
    const before = this.#state;
    this.#statements(statement.body);
    const after = this.#state;
    this.#state = before;
    if (statement.handler !== null) {
      if (statement.handler.local !== null) this.#set(statement.handler.local, true);
      this.#statements(statement.handler.body);
      this.#state = meet(this.#state, after);
    }
    if (statement.finalizer !== null) this.#statements(statement.finalizer);
  }

  #branches(branches: readonly (() => void)[]): void {
    const before = this.#state;
    let after: State = null;
    for (const branch of branches) {
      this.#state = before;
      branch();
      after = meet(after, this.#state);
    }
    this.#state = after;
  }

  #expression(node: HirExpr): void {
    if (node.kind === "conditional") {
      this.#expression(node.test);
      this.#branches([() => this.#expression(node.whenTrue), () => this.#expression(node.whenFalse)]);
      return;
    }
    if (node.kind === "logical") {
      this.#expression(node.left);
      this.#branches([() => this.#expression(node.right), () => undefined]);
      return;
    }
    if (node.kind === "sequence") this.#statements(node.statements);
    for (const part of partsOf(node)) this.#expression(part);
    this.#use(node);
    if (node.kind === "assign" && node.target.kind === "local") this.#set(node.target.local, true);
  }

  #use(node: HirExpr): void {
    if (this.#state === null) return;
    for (const callee of calleesOf(node)) {
      for (const id of this.#program.functions[callee]?.captures ?? []) {
        const local = this.#program.locals[id];
        if (local === undefined || local.owner !== this.#fn.id || this.#state.has(id)) continue;
        const reader = this.#program.functions[callee]?.name ?? "function";
        this.#reporter.report("TSFW2004", node.span, { name: local.name, reader }, [
          { message: "declared here", span: local.span },
        ]);
      }
    }
  }

  #set(local: LocalId, hasValue: boolean): void {
    if (this.#state === null || this.#program.locals[local]?.captured !== true) return;
    const next = new Set(this.#state);
    if (hasValue) next.add(local);
    else next.delete(local);
    this.#state = next;
  }

  #leave(jump: JumpId): void {
    this.#jumps.set(jump, meet(this.#jumps.get(jump) ?? null, this.#state));
    this.#state = null;
  }

  #arrive(jump: JumpId): void {
    this.#state = meet(this.#state, this.#jumps.get(jump) ?? null);
    this.#jumps.delete(jump);
  }
}

function meet(a: State, b: State): State {
  if (a === null) return b;
  if (b === null) return a;
  return a === b ? a : new Set([...a].filter((local) => b.has(local)));
}

/** Functions that may run because of this node: called, awaited, started, or made into a value. */
function calleesOf(node: HirExpr): readonly FunctionId[] {
  if (node.kind === "call" || node.kind === "closure" || node.kind === "spawn") return [node.function];
  return awaitablesOf(node).flatMap((awaitable) => (awaitable.kind === "call" ? [awaitable.function] : []));
}
