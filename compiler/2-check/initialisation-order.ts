/**
 * TSFW2004: module code that reaches a module variable before its initialiser.
 *
 * Runs the module's code in order, without values. A call runs its function,
 * what that calls, and the closures made so far that it may call. A task that is
 * started runs to its first certain wait, the rest at the module's next `await`.
 */
import type { Reporter } from "../diagnostics/diagnostic.ts";
import { suspend } from "../intrinsics/table.ts";
import type { HirAwaitable, HirExpr, HirProgram, HirStatement } from "../ir/hir.ts";
import type { FunctionId, SignatureId, StaticId } from "../ir/ids.ts";
import { partsOf, walkStatements } from "../ir/walk-hir.ts";
import { isGone } from "../source/assert.ts";
import type { Span } from "../source/span.ts";
import type { CheckedProgram } from "./check-program.ts";

export function checkInitialisationOrder({ program }: CheckedProgram, reporter: Reporter): void {
  new ModuleRun(program, reporter).run();
}

/** `prefix` runs stop at the first certain wait and say so. */
type Mode = "whole" | "prefix";

class ModuleRun {
  readonly #program: HirProgram;
  readonly #reporter: Reporter;
  readonly #waiting: Set<StaticId>;
  readonly #closures = new Set<FunctionId>();
  readonly #tasks = new Set<FunctionId>();
  /** Runs since the last change of what they depend on; by mode and function. */
  readonly #known = new Map<string, boolean>();
  /** The module's own expression that leads to what runs now. */
  #cause: Span | null = null;
  #reader = "main";
  #mayJump = false;

  constructor(program: HirProgram, reporter: Reporter) {
    this.#program = program;
    this.#reporter = reporter;
    this.#waiting = new Set();
    walkStatements(program.functions[program.main]?.body ?? [], {
      statement: (statement) => {
        if (statement.kind === "staticInit") this.#waiting.add(statement.static);
      },
    });
  }

  run(): void {
    this.#statements(this.#program.functions[this.#program.main]?.body ?? [], "whole");
  }

  // Each of these says whether control certainly waits before it goes on.

  #function(id: FunctionId, mode: Mode): boolean {
    const fn = this.#program.functions[id];
    const key = `${mode} ${id}`;
    const known = this.#known.get(key);
    if (fn === undefined || known !== undefined) return known ?? false;
    this.#known.set(key, false);
    const { reader, mayJump } = { reader: this.#reader, mayJump: this.#mayJump };
    this.#reader = fn.name;
    this.#mayJump = false;
    const waits = this.#statements(fn.body, mode);
    this.#reader = reader;
    this.#mayJump = mayJump;
    if (waits) this.#known.set(key, true);
    return waits;
  }

  #statements(statements: readonly HirStatement[], mode: Mode): boolean {
    return statements.some((statement) => this.#statement(statement, mode));
  }

  #statement(statement: HirStatement, mode: Mode): boolean {
    switch (statement.kind) {
      case "expression":
      case "let":
        return statement.value !== null && this.#expression(statement.value, mode);
      case "return": {
        const waits = statement.value !== null && this.#expression(statement.value, mode);
        this.#mayJump = true;
        return waits;
      }
      case "staticInit": {
        const waits = this.#expression(statement.value, mode);
        /* What is known stays so: with one variable less to wait for, a run has nothing new to say. */
        this.#waiting.delete(statement.static);
        return waits;
      }
      case "block":
        return this.#statements(statement.statements, mode);
      case "if": {
        if (this.#expression(statement.test, mode)) return true;
        const whenTrue = this.#statements(statement.whenTrue, mode);
        return this.#statements(statement.whenFalse, mode) && whenTrue;
      }
      case "loop":
        return this.#loop(statement, mode);
      case "forOf":
        if (this.#expression(statement.array, mode)) return true;
        this.#twice(() => this.#statements(statement.body, mode));
        return false;
      case "forEvery":
        if (this.#expression(statement.periodMs, mode)) return true;
        if (this.#wait(mode)) return true;
        this.#twice(() => this.#statements(statement.body, mode));
        return false;
      case "switch":
        if (this.#expression(statement.subject, mode)) return true;
        for (const { test, body } of statement.cases) {
          if (test !== null) this.#expression(test, mode);
          this.#statements(body, mode);
        }
        return false;
      case "break":
      case "continue":
        this.#mayJump = true;
        return false;
      case "throw":
      case "try":
      case "yield":
        return isGone(statement);
    }
  }

  #loop(loop: Extract<HirStatement, { kind: "loop" }>, mode: Mode): boolean {
    const entersBody = loop.test === null || !loop.testFirst;
    if (loop.test !== null && loop.testFirst && this.#expression(loop.test, mode)) return true;
    const before = this.#madeCount();
    const waits = this.#statements(loop.body, mode);
    if (waits && entersBody) return true;
    if (loop.update !== null) this.#expression(loop.update, mode);
    if (loop.test !== null) this.#expression(loop.test, mode);
    if (this.#madeCount() !== before) this.#statements(loop.body, mode);
    return false;
  }

  /** A second round sees what the first made; without anything new it would say the same. */
  #twice(round: () => unknown): void {
    const before = this.#madeCount();
    round();
    if (this.#madeCount() !== before) round();
  }

  #madeCount(): number {
    return this.#closures.size + this.#tasks.size;
  }

  #expression(node: HirExpr, mode: Mode): boolean {
    switch (node.kind) {
      case "sequence":
        return this.#statements(node.statements, mode) || this.#expression(node.value, mode);
      case "logical":
        if (this.#expression(node.left, mode)) return true;
        this.#expression(node.right, mode);
        return false;
      case "conditional": {
        if (this.#expression(node.test, mode)) return true;
        const whenTrue = this.#expression(node.whenTrue, mode);
        return this.#expression(node.whenFalse, mode) && whenTrue;
      }
      default:
        return partsOf(node).some((part) => this.#expression(part, mode)) || this.#effect(node, mode);
    }
  }

  #effect(node: HirExpr, mode: Mode): boolean {
    switch (node.kind) {
      case "static":
        this.#use(node.static, node.span);
        return false;
      case "assign":
      case "compound":
      case "append":
      case "update":
        if (node.target.kind === "static") this.#use(node.target.static, node.span);
        return false;
      case "call":
        return this.#from(node.span, () => this.#function(node.function, mode));
      case "new": {
        const constructorId = this.#program.classes[node.class]?.constructorFunction ?? null;
        return constructorId !== null && this.#from(node.span, () => this.#function(constructorId, mode));
      }
      case "closure":
        if (!this.#closures.has(node.function)) this.#known.clear();
        this.#closures.add(node.function);
        return false;
      case "callClosure":
        if (node.closure.type.kind === "closure") this.#callClosures(node.closure.type.signature, node.span);
        return false;
      case "spawn":
        this.#from(node.span, () => this.#start(node.function));
        return false;
      case "await":
        return this.#from(node.span, () => this.#await([node.operand], mode));
      case "awaitAll":
        return this.#from(node.span, () =>
          this.#await(
            node.branches.map((branch) => branch.operand),
            mode,
          ),
        );
      default:
        return false;
    }
  }

  #from<T>(span: Span, run: () => T): T {
    const isOutermost = this.#cause === null;
    if (isOutermost) this.#cause = span;
    const result = run();
    if (isOutermost) this.#cause = null;
    return result;
  }

  #callClosures(signature: SignatureId, span: Span): void {
    const wanted = this.#program.signatureOf(signature);
    this.#from(span, () => {
      for (const id of this.#closures) {
        const own = this.#program.functions[id]?.signature ?? null;
        if (own !== null && this.#program.signatureOf(own) === wanted) this.#function(id, "whole");
      }
    });
  }

  #start(id: FunctionId): void {
    if (this.#function(id, "prefix")) this.#tasks.add(id);
  }

  #await(operands: readonly HirAwaitable[], mode: Mode): boolean {
    let waits = false;
    for (const operand of operands) {
      if (operand.kind === "call") waits = this.#function(operand.function, mode) || waits;
      else waits = !suspend(operand.name).mayCompleteAtOnce || waits;
    }
    if (mode === "whole") this.#runTasks();
    return waits && this.#wait(mode);
  }

  /** A certain wait ends a prefix, unless a jump may have gone round it. */
  #wait(mode: Mode): boolean {
    if (mode === "whole") this.#runTasks();
    return mode === "prefix" && !this.#mayJump;
  }

  #runTasks(): void {
    for (const task of this.#tasks) this.#function(task, "whole");
  }

  #use(id: StaticId, span: Span): void {
    const declared = this.#program.statics[id];
    if (declared === undefined || !this.#waiting.has(id)) return;
    const values = { name: declared.name, reader: this.#reader };
    const related = [{ message: `'${declared.name}' is declared here`, span: declared.span }];
    if (this.#cause !== null) related.push({ message: "it is read here", span });
    this.#reporter.report("TSFW2004", this.#cause ?? span, values, related);
  }
}
