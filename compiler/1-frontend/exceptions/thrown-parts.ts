/**
 * Which classes and types each `try` may catch, so that its `catch` makes room
 * for those only. Sets flow from the throws through the calls to the tries.
 */
import type { HirExpr, HirProgram, HirStatement } from "../../ir/hir.ts";
import type { HirErrors } from "../../ir/hir-errors.ts";
import type { ClassId, FunctionId, LocalId } from "../../ir/ids.ts";
import { visitParts } from "../../ir/rebuild-hir.ts";
import type { ArmKind } from "../../ir/union-types.ts";
import type { Targets } from "./throw-effects.ts";

/** Classes of objects, kinds of other values; "any": not known. */
export type ThrownParts = ReadonlySet<ClassId | ArmKind> | "any";

/** The value below what only changes its type. */
export function bareThrown(value: HirExpr): HirExpr {
  if (value.kind === "wrap" || (value.kind === "unwrap" && value.trusted)) return bareThrown(value.value);
  return value.kind === "cast" && value.classes === null ? bareThrown(value.value) : value;
}

/** The class of an object that is made where it is thrown; null: not known. */
export function classMade(value: HirExpr): ClassId | null {
  const bare = bareThrown(value);
  if (bare.kind === "sequence") return classMade(bare.value);
  return bare.kind === "object" || bare.kind === "new" ? bare.class : null;
}

/** Where thrown values arrive: the `catch` of a try, or the callers of a function. */
interface Node {
  readonly parts: Set<ClassId | ArmKind>;
  readonly successors: Set<Node>;
  isAny: boolean;
}

export function findThrownParts(
  program: HirProgram,
  errors: HirErrors,
  targets: Targets,
): (node: HirStatement) => ThrownParts {
  const graph = new Graph(program, errors, targets);
  graph.build();
  return (node) => graph.partsOf(node);
}

class Graph {
  readonly #program: HirProgram;
  readonly #errors: HirErrors;
  readonly #targets: Targets;
  readonly #functions: readonly Node[];
  readonly #tries = new Map<HirStatement, Node>();
  /** The try whose error a variable of a `catch` holds. */
  readonly #caught = new Map<LocalId, Node>();

  constructor(program: HirProgram, errors: HirErrors, targets: Targets) {
    this.#program = program;
    this.#errors = errors;
    this.#targets = targets;
    this.#functions = program.functions.map(() => newNode());
  }

  partsOf(node: HirStatement): ThrownParts {
    const found = this.#tries.get(node);
    return found === undefined || found.isAny ? "any" : found.parts;
  }

  build(): void {
    const nodes = this.#functions;
    for (const fn of this.#program.functions) this.#visit(fn.body, this.#functionNode(fn.id));
    const waiting = new Set<Node>([...nodes, ...this.#tries.values()]);
    for (const node of waiting) {
      waiting.delete(node);
      for (const next of node.successors) {
        const before = next.parts.size + (next.isAny ? 1 : 0);
        for (const part of node.parts) next.parts.add(part);
        next.isAny ||= node.isAny;
        if (next.parts.size + (next.isAny ? 1 : 0) !== before) waiting.add(next);
      }
    }
  }

  #functionNode(id: FunctionId): Node {
    return this.#functions[id] ?? newNode();
  }

  #visit(statements: readonly HirStatement[], out: Node): void {
    const visitor = {
      expression: (node: HirExpr): void => {
        for (const callee of this.#targets(node)) this.#functionNode(callee).successors.add(out);
        visitParts(node, visitor);
      },
      statements: (list: readonly HirStatement[]): void => this.#visit(list, out),
    };
    for (const statement of statements) {
      if (statement.kind === "try") {
        this.#visitTry(statement, out);
        continue;
      }
      if (statement.kind === "throw") this.#thrown(statement.value, out);
      visitParts(statement, visitor);
    }
  }

  #visitTry(node: Extract<HirStatement, { kind: "try" }>, out: Node): void {
    const { body, handler, finalizer, isDisposal } = node;
    if (isDisposal) out.parts.add(this.#errors.class);
    if (handler === null) this.#visit(body, out);
    else {
      const inside = newNode();
      this.#tries.set(node, inside);
      if (handler.local !== null && this.#program.locals[handler.local]?.reassigned === false)
        this.#caught.set(handler.local, inside);
      this.#visit(body, inside);
      this.#visit(handler.body, out);
    }
    if (finalizer !== null) this.#visit(finalizer, out);
  }

  #thrown(value: HirExpr, out: Node): void {
    const bare = bareThrown(value);
    const made = classMade(value);
    if (bare.kind === "conditional") {
      this.#thrown(bare.whenTrue, out);
      this.#thrown(bare.whenFalse, out);
    } else if (made !== null) out.parts.add(made);
    else if (bare.kind === "local" && this.#caught.has(bare.local))
      this.#caught.get(bare.local)?.successors.add(out);
    else if (bare.type.kind === "object" || bare.type.kind === "union" || bare.type.kind === "handle")
      out.isAny = true;
    else out.parts.add(bare.type.kind as ArmKind);
  }
}

function newNode(): Node {
  return { parts: new Set(), successors: new Set(), isAny: false };
}
