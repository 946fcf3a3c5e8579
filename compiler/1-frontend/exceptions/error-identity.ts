/**
 * Whether a program could tell a thrown error from a copy of it. Copies need no
 * place that outlives the function that throws, so errors are copied on their
 * way from `throw` to `catch` wherever nobody can notice.
 */
import type { HirExpr, HirFunction, HirProgram, HirStatement } from "../../ir/hir.ts";
import type { HirErrors } from "../../ir/hir-errors.ts";
import type { ClassId, LocalId } from "../../ir/ids.ts";
import { visitParts } from "../../ir/rebuild-hir.ts";
import { bareThrown } from "./thrown-parts.ts";

export function needsIdentity(program: HirProgram, errors: HirErrors, pooled: ReadonlySet<ClassId>): boolean {
  const families = new Set(errors.members.map((id) => program.classes[id]?.family));
  const related = program.classes.filter((one) => families.has(one.family) && !pooled.has(one.id));
  const classes = new Set(related.map((one) => one.id));
  return (
    program.functions.some((fn) => observesIdentity(fn, classes)) &&
    (errors.members.some((id) => classes.has(id) && leaksItself(program, id)) ||
      program.functions.some((fn) => keepsThrownError(program, fn)))
  );
}

/** Compares errors, or changes one after its construction. */
function observesIdentity(fn: HirFunction, classes: ReadonlySet<ClassId>): boolean {
  let found = false;
  const isError = (node: HirExpr): boolean => node.type.kind === "object" && classes.has(node.type.class);
  const self = fn.role === "constructor" ? fn.parameters[0] : undefined;
  const visitor = {
    expression: (node: HirExpr): void => {
      if (node.kind === "compare") found ||= isError(node.left);
      if ("target" in node && node.target.kind === "field") {
        const { object } = node.target;
        found ||= isError(object) && !(object.kind === "local" && object.local === self);
      }
      visitParts(node, visitor);
    },
    statements: (list: readonly HirStatement[]): void => {
      for (const statement of list) visitParts(statement, visitor);
    },
  };
  visitor.statements(fn.body);
  return found;
}

/** Throws an error that may still be named elsewhere when it is caught. */
function keepsThrownError(program: HirProgram, fn: HirFunction): boolean {
  return new ThrowScan(program, fn).run();
}

/** The constructor makes other names of the object. */
function leaksItself(program: HirProgram, id: ClassId): boolean {
  const start = program.classes[id]?.constructorFunction ?? null;
  const waiting = new Set(start === null ? [] : [start]);
  let found = false;
  for (const at of waiting) {
    const fn = program.functions[at];
    const self = fn?.parameters[0];
    if (fn === undefined || self === undefined) continue;
    found ||= program.locals[self]?.captured === true;
    const visitor = {
      expression: (node: HirExpr): void => {
        found ||= node.kind === "local" && node.local === self;
        const [first, ...others] = node.kind === "call" ? node.args : [];
        if (node.kind === "call" && first !== undefined && isNamed(first, self)) {
          waiting.add(node.function);
          for (const argument of others) visitor.expression(argument);
        } else if (node.kind === "field" && isNamed(node.object, self)) return;
        else if ("target" in node && node.target.kind === "field" && isNamed(node.target.object, self)) {
          if ("value" in node) visitor.expression(node.value);
        } else visitParts(node, visitor);
      },
      statements: (list: readonly HirStatement[]): void => {
        for (const statement of list) visitParts(statement, visitor);
      },
    };
    visitor.statements(fn.body);
  }
  return found;
}

/** The variable, maybe as one of another class. */
function isNamed(node: HirExpr, local: LocalId): boolean {
  const bare = bareThrown(node);
  return bare.kind === "local" && bare.local === local;
}

class ThrowScan {
  readonly #program: HirProgram;
  readonly #fn: HirFunction;
  /** How many `try` bodies are around the declaration of a variable that only this function names. */
  readonly #depths = new Map<LocalId, number>();
  readonly #aliased = new Set<LocalId>();
  readonly #thrown: { readonly local: LocalId; readonly depth: number }[] = [];
  #found = false;

  constructor(program: HirProgram, fn: HirFunction) {
    this.#program = program;
    this.#fn = fn;
  }

  run(): boolean {
    this.#statements(this.#fn.body, 0);
    return (
      this.#found ||
      this.#thrown.some(({ local, depth }) => this.#aliased.has(local) || this.#depths.get(local) !== depth)
    );
  }

  #statements(list: readonly HirStatement[], depth: number): void {
    for (const statement of list) this.#statement(statement, depth);
  }

  #statement(node: HirStatement, depth: number): void {
    if (node.kind === "throw") return this.#throw(node.value, depth);
    if (node.kind === "try") {
      this.#statements(node.body, depth + 1);
      if (node.handler?.local != null) this.#depths.set(node.handler.local, depth);
      this.#statements(node.handler?.body ?? [], depth);
      this.#statements(node.finalizer ?? [], depth);
      return;
    }
    if (node.kind === "let" && node.value !== null && isFresh(bareThrown(node.value)))
      this.#depths.set(node.local, depth);
    visitParts(node, this.#visitor(depth));
  }

  #throw(typed: HirExpr, depth: number): void {
    const value = bareThrown(typed);
    if (value.kind === "local") {
      this.#thrown.push({ local: value.local, depth });
    } else if (value.kind === "conditional") {
      this.#visitor(depth).expression(value.test);
      this.#throw(value.whenTrue, depth);
      this.#throw(value.whenFalse, depth);
    } else {
      this.#found ||= !isFresh(value);
      visitParts(value, this.#visitor(depth));
    }
  }

  #visitor(depth: number) {
    const visitor = {
      expression: (node: HirExpr): void => this.#expression(node, visitor),
      statements: (list: readonly HirStatement[]): void => this.#statements(list, depth),
    };
    return visitor;
  }

  /** Reading a field, or the text, makes no other name of the error. */
  #expression(
    node: HirExpr,
    visitor: { expression(node: HirExpr): void; statements(l: readonly HirStatement[]): void },
  ): void {
    if (node.kind === "local") this.#aliased.add(node.local);
    if (node.kind === "field" && bareThrown(node.object).kind === "local") return;
    if (node.kind === "isInstance" && bareThrown(node.value).kind === "local") return;
    if (node.kind === "call" && node.function === this.#program.errors?.text) {
      for (const argument of node.args)
        if (bareThrown(argument).kind !== "local") visitor.expression(argument);
      return;
    }
    if ("target" in node && node.target.kind === "field" && node.target.object.kind === "local") {
      if ("value" in node) visitor.expression(node.value);
      return;
    }
    if ("target" in node && node.target.kind === "local") this.#aliased.add(node.target.local);
    visitParts(node, visitor);
  }
}

function isFresh(node: HirExpr): boolean {
  return node.kind === "object" || node.kind === "new";
}
