/**
 * Rewrites a program so that closures that escape own what they use: a captured
 * variable that changes, or that is declared after the closure, moves into a box,
 * an object with one field, which all who use the variable share. Every other
 * capture of such a closure is a copy.
 *
 * Needs:      a checked program.
 * Guarantees: what escapes captures no variable by its address; programs without
 *             escaping closures come back as they are.
 * Reports:    TSFW2007 for variables of loop heads that the head itself captures.
 */
import type { Reporter } from "../diagnostics/diagnostic.ts";
import type { HirExpr, HirFunction, HirProgram, HirStatement } from "../ir/hir.ts";
import type { LocalId, NodeId } from "../ir/ids.ts";
import { rewriteStatements } from "../ir/rewrite-hir.ts";
import { hasText } from "../ir/union-types.ts";
import { walkStatements } from "../ir/walk-hir.ts";
import { defined } from "../source/assert.ts";
import { BoxTables, isDeclaredBefore, type Replacement } from "./box-tables.ts";
import { type EscapingFunctions, findEscapingFunctions } from "./escaping-closures.ts";

type Loop = Extract<HirStatement, { kind: "loop" }>;

export function boxCaptures(program: HirProgram, reporter: Reporter): HirProgram {
  const escaping = findEscapingFunctions(program);
  if (escaping.asValues.size === 0 && escaping.asTasks.size === 0) return program;
  return new CaptureBoxer(program, escaping, reporter).rewrite();
}

class CaptureBoxer {
  readonly #program: HirProgram;
  readonly #escaping: EscapingFunctions;
  readonly #reporter: Reporter;
  readonly #tables: BoxTables;
  readonly #replacements = new Map<LocalId, Replacement>();

  constructor(program: HirProgram, escaping: EscapingFunctions, reporter: Reporter) {
    this.#program = program;
    this.#escaping = escaping;
    this.#reporter = reporter;
    this.#tables = new BoxTables(program);
  }

  rewrite(): HirProgram {
    const loops = this.#findLoops();
    const declared = this.#findDeclared();
    for (const [local, isHoisted] of this.#findVariables()) {
      if (!declared.has(local)) {
        this.#refuse(local);
        continue;
      }
      const loop = loops.get(local);
      const replacement =
        loop === undefined ? this.#tables.box(local, isHoisted, null) : this.#replaceInLoop(loop, local);
      if (replacement === null) this.#refuse(local);
      else this.#replacements.set(local, replacement);
    }
    return this.#tables.finish(this.#program.functions.map((fn) => this.#rewriteFunction(fn)));
  }

  #replaceInLoop(loop: Loop, local: LocalId): Replacement | null {
    const inside = new Set<NodeId>();
    let isWritten = false;
    const visit = (node: HirExpr): void => {
      inside.add(node.id);
      isWritten ||= "target" in node && node.target.kind === "local" && node.target.local === local;
    };
    walkStatements(loop.body, { expression: visit });
    for (const fn of this.#program.functions) {
      if (fn.captures.includes(local)) walkStatements(fn.body, { expression: visit });
    }
    if (this.#isCapturedOutside(local, inside)) return null;
    return isWritten ? this.#tables.box(local, false, inside) : this.#tables.copy(local, inside);
  }

  /** The variables to move, and whether their box is made at the start of their block. */
  #findVariables(): ReadonlyMap<LocalId, boolean> {
    const found = new Map<LocalId, boolean>();
    const { asValues, asTasks } = this.#escaping;
    for (const id of new Set([...asValues, ...asTasks])) {
      const fn = defined(this.#program.functions[id], "function");
      for (const local of fn.captures) {
        const variable = defined(this.#program.locals[local], "local");
        const isLate = !variable.isParameter && !isDeclaredBefore(variable, fn);
        const isText = hasText(variable.type) && asTasks.has(id);
        if (variable.reassigned || isLate || isText) found.set(local, (found.get(local) ?? false) || isLate);
      }
    }
    return found;
  }

  /** Variables whose first value has a place in the text that a box can be made at. */
  #findDeclared(): ReadonlySet<LocalId> {
    const declared = new Set<LocalId>();
    for (const fn of this.#program.functions) {
      for (const parameter of fn.parameters) declared.add(parameter);
      walkStatements(fn.body, {
        statement: (statement) => {
          const isDeclaration =
            statement.kind === "let" || statement.kind === "forOf" || statement.kind === "forEvery";
          if (isDeclaration && statement.local !== null) declared.add(statement.local);
        },
      });
    }
    return declared;
  }

  #findLoops(): ReadonlyMap<LocalId, Loop> {
    const loops = new Map<LocalId, Loop>();
    for (const fn of this.#program.functions) {
      walkStatements(fn.body, {
        statement: (statement) => {
          if (statement.kind !== "loop") return;
          for (const local of statement.perIteration) loops.set(local, statement);
        },
      });
    }
    return loops;
  }

  /** A function that uses the variable is called or made in the head of the loop. */
  #isCapturedOutside(local: LocalId, inside: ReadonlySet<NodeId>): boolean {
    const owner = defined(this.#program.functions[this.#program.locals[local]?.owner ?? -1], "owner");
    let isCaptured = false;
    walkStatements(owner.body, {
      expression: (node) => {
        if (inside.has(node.id) || !("function" in node)) return;
        isCaptured ||= this.#program.functions[node.function]?.captures.includes(local) === true;
      },
    });
    return isCaptured;
  }

  #refuse(local: LocalId): void {
    const variable = defined(this.#program.locals[local], "local");
    this.#reporter.report("TSFW2007", variable.span, { variable: variable.name });
  }

  #rewriteFunction(fn: HirFunction): HirFunction {
    const body = rewriteStatements(fn.body, {
      expression: (node) => {
        const replacement = node.kind === "local" ? this.#replacementAt(node.local, node.id) : null;
        return replacement === null ? null : this.#tables.read(replacement, node.span);
      },
      target: (target, node) => {
        const replacement = target.kind === "local" ? this.#replacementAt(target.local, node.id) : null;
        return replacement === null ? null : this.#tables.target(replacement, node.span);
      },
      statement: (statement, original) => this.#rewriteStatement(statement, original),
      before: (list) => this.#hoisted(list),
    });
    const parameters = fn.parameters.flatMap((local) => {
      const replacement = this.#replacements.get(local);
      return replacement === undefined ? [] : [this.#tables.declareCopy(replacement, fn.span)];
    });
    const captures = fn.captures.map((local) => this.#replacements.get(local)?.local ?? local);
    return {
      ...fn,
      body: [...parameters, ...body],
      captures,
      environment: this.#environmentOf(fn, captures),
    };
  }

  #replacementAt(local: LocalId, node: NodeId): Replacement | null {
    const replacement = this.#replacements.get(local);
    if (replacement === undefined) return null;
    return replacement.inside === null || replacement.inside.has(node) ? replacement : null;
  }

  /** A closure with one captured object needs no environment beside it. */
  #environmentOf(fn: HirFunction, captures: readonly LocalId[]): HirFunction["environment"] {
    if (!this.#escaping.asValues.has(fn.id)) return fn.environment;
    const [only, ...others] = captures;
    const type = only === undefined ? undefined : this.#tables.typeOf(only);
    return type?.kind === "object" && others.length === 0 ? "capture" : "placed";
  }

  #hoisted(list: readonly HirStatement[]): readonly HirStatement[] {
    return list.flatMap((statement) => {
      if (statement.kind !== "let") return [];
      const replacement = this.#replacements.get(statement.local);
      return replacement?.isHoisted === true ? [this.#tables.declareEmpty(replacement, statement.span)] : [];
    });
  }

  #rewriteStatement(statement: HirStatement, original: HirStatement): readonly HirStatement[] {
    if (statement.kind === "let") {
      const replacement = this.#replacements.get(statement.local);
      return replacement === undefined ? [statement] : this.#tables.declare(replacement, statement);
    }
    if (statement.kind === "loop" && original.kind === "loop")
      return [this.#rewriteLoop(statement, original)];
    if (statement.kind === "forOf" || statement.kind === "forEvery") {
      const replacement = statement.local === null ? undefined : this.#replacements.get(statement.local);
      if (replacement === undefined) return [statement];
      return [
        { ...statement, body: [this.#tables.declareCopy(replacement, statement.span), ...statement.body] },
      ];
    }
    return [statement];
  }

  /** The head keeps its own variable; each round starts with a copy of it and gives it back at its end. */
  #rewriteLoop(statement: Loop, original: Loop): HirStatement {
    const own = original.perIteration.flatMap((local) => this.#replacements.get(local) ?? []);
    if (own.length === 0) return statement;
    const copies = own.map((one) => this.#tables.declareCopy(one, statement.span));
    const boxes = own.filter((one) => one.field !== null);
    const update =
      boxes.length === 0
        ? statement.update
        : this.#tables.updateAfter(boxes, statement.update, statement.span);
    return { ...statement, update, body: [...copies, ...statement.body] };
  }
}
