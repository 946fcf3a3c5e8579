/**
 * Statements that make an array longer only while it is short: `if (log.length < 8)
 * log.push(x)`, `while (xs.length < n)`, and rings, which drop an element before or
 * after the new one comes. Such a statement bounds the array however often it runs.
 */

import type { CallGraph } from "../ir/call-graph.ts";
import { FLIPPED, NEGATED } from "../ir/compare-ops.ts";
import type { NumberFacts } from "../ir/facts.ts";
import type { CompareOp, HirExpr, HirProgram, HirStatement } from "../ir/hir.ts";
import type { NodeId } from "../ir/ids.ts";
import { walkExpression } from "../ir/walk-hir.ts";
import { type ArrayChanges, findArrayChanges } from "./array-changes.ts";
import { isSamePlace } from "./growing-arrays.ts";

export interface Guard {
  /** The array is not longer than this after the statement, or no longer than before. */
  readonly most: number;
  /** Elements too many until the array is cut, right behind the statement. */
  readonly extra: number;
  /** Tested with `===`: it holds only for arrays that were never longer. */
  readonly isExact: boolean;
}

/** The array at a place has at most this many elements. */
interface Known extends Guard {
  readonly place: HirExpr;
}

export function findGrowthGuards(
  program: HirProgram,
  numbers: NumberFacts,
  graph: CallGraph,
): ReadonlyMap<NodeId, Guard> {
  const finder = new GuardFinder(numbers, findArrayChanges(program, graph));
  for (const fn of program.functions) finder.list(fn.body, []);
  return finder.guards;
}

class GuardFinder {
  readonly guards = new Map<NodeId, Guard>();
  readonly #numbers: NumberFacts;
  readonly #changes: ArrayChanges;

  constructor(numbers: NumberFacts, changes: ArrayChanges) {
    this.#numbers = numbers;
    this.#changes = changes;
  }

  /** What is known behind the statements. */
  list(statements: readonly HirStatement[], before: readonly Known[]): readonly Known[] {
    let known = before;
    statements.forEach((statement, index) => {
      known = this.#statement(statement, known, statements.slice(index + 1));
    });
    return known;
  }

  #statement(
    statement: HirStatement,
    known: readonly Known[],
    rest: readonly HirStatement[],
  ): readonly Known[] {
    const left = known.filter(({ place }) => !this.#changes.mayGrow([statement], place));
    switch (statement.kind) {
      case "block":
        if (statement.breakId === null) return this.list(statement.statements, known);
        this.list(statement.statements, known);
        return left;
      case "if":
        return this.#if(statement, known, left);
      case "loop": {
        const inside = statement.testFirst ? this.#tested(statement.test, true) : [];
        this.list(statement.body, [...left, ...inside]);
        return [...left, ...this.#tested(statement.test, false)];
      }
      case "expression":
      case "let":
      case "staticInit":
        return this.#plain(statement, known, left, rest);
      case "forOf":
      case "forEvery":
        this.list(statement.body, left);
        return left;
      case "switch":
        for (const { body } of statement.cases) this.list(body, left);
        return left;
      case "try":
        this.list(statement.body, left);
        this.list(statement.handler?.body ?? [], left);
        this.list(statement.finalizer ?? [], left);
        return left;
      default:
        return left;
    }
  }

  #if(
    statement: Extract<HirStatement, { kind: "if" }>,
    known: readonly Known[],
    left: readonly Known[],
  ): readonly Known[] {
    const { test, whenTrue, whenFalse } = statement;
    const isQuiet = (place: HirExpr): boolean => !this.#changes.mayGrowIn(test, place);
    const before = known.filter(({ place }) => isQuiet(place));
    const yes = this.#tested(test, true);
    const no = this.#tested(test, false);
    this.list(whenTrue, [...before, ...yes]);
    this.list(whenFalse, [...before, ...no]);
    const stays = no.filter(({ place }) => {
      if (this.#changes.mayGrow(whenFalse, place)) return false;
      return leaves(whenTrue) || this.#changes.shortens(whenTrue, place);
    });
    return [...left, ...stays];
  }

  /** A statement without statements of its own: at most one growth of an array in it can be guarded. */
  #plain(
    statement: Extract<HirStatement, { kind: "expression" | "let" | "staticInit" }>,
    known: readonly Known[],
    left: readonly Known[],
    rest: readonly HirStatement[],
  ): readonly Known[] {
    const { value } = statement;
    if (value === null) return left;
    const pushes: Extract<HirExpr, { kind: "push" }>[] = [];
    walkExpression(value, {
      expression: (node) => {
        if (node.kind === "push") pushes.push(node);
      },
    });
    const [push, ...others] = pushes;
    if (push === undefined || others.length > 0 || !isDirect(value, push)) return left;
    if (push.values.some((one) => this.#changes.mayGrowIn(one, push.array))) return left;
    const count = push.values.length;
    const found = known.find(({ place }) => isSamePlace(place, push.array));
    const guard = found === undefined ? this.#trimmed(push.array, rest) : found;
    if (guard === null) return left;
    const { most, isExact } = guard;
    if (found === undefined) {
      this.guards.set(push.id, { most, extra: count, isExact });
      return left;
    }
    const longer = { ...found, most: most + count };
    this.guards.set(push.id, { most: most + count, extra: 0, isExact });
    return [...left, longer];
  }

  /** The statements behind bring the array back to a length. */
  #trimmed(place: HirExpr, rest: readonly HirStatement[]): Guard | null {
    for (const statement of rest) {
      if (this.#changes.mayGrow([statement], place)) return null;
      const isTrim = statement.kind === "if" || (statement.kind === "loop" && statement.testFirst);
      if (isTrim) {
        const body = statement.kind === "if" ? statement.whenTrue : statement.body;
        const limit = this.#tested(statement.test, false).find((one) => isSamePlace(one.place, place));
        if (limit === undefined || limit.isExact || !this.#changes.shortens(body, place)) return null;
        return limit;
      }
      if (statement.kind !== "expression" && statement.kind !== "let") return null;
    }
    return null;
  }

  /** What a test says of lengths where it is true, or false. */
  #tested(test: HirExpr | null, isTrue: boolean): readonly Known[] {
    if (test === null) return [];
    if (test.kind === "not") return this.#tested(test.value, !isTrue);
    if (test.kind === "logical" && test.op === (isTrue ? "&&" : "||"))
      return [...this.#tested(test.left, isTrue), ...this.#tested(test.right, isTrue)];
    if (test.kind !== "compare") return [];
    const op = isTrue ? test.op : NEGATED[test.op];
    return [
      ...this.#compared(test.left, op, test.right),
      ...this.#compared(test.right, FLIPPED[op], test.left),
    ];
  }

  #compared(length: HirExpr, op: CompareOp, limit: HirExpr): readonly Known[] {
    if (length.kind !== "arrayLength" || this.#changes.mayGrowIn(limit, length.array)) return [];
    const { lo, hi, nan } = this.#numbers.node(limit.id);
    const place = length.array;
    if (nan || !(hi < ELEMENTS_MAX)) return [];
    if (op === "<") return [{ place, most: Math.ceil(hi) - 1, extra: 0, isExact: false }];
    if (op === "<=") return [{ place, most: Math.floor(hi), extra: 0, isExact: false }];
    // Not n, and never more than n: less than n.
    return op === "!==" && lo === hi ? [{ place, most: hi - 1, extra: 0, isExact: true }] : [];
  }
}

const ELEMENTS_MAX = 1 << 20;

/** The push is the statement's own, or its value is kept: nothing decides whether it runs. */
function isDirect(value: HirExpr, push: HirExpr): boolean {
  if (value === push) return true;
  if (value.kind === "assign" || value.kind === "compound") return isDirect(value.value, push);
  if (value.kind === "sequence") return isDirect(value.value, push);
  return false;
}

function leaves(body: readonly HirStatement[]): boolean {
  const last = body.at(-1);
  if (last === undefined) return false;
  if (last.kind === "block" && last.breakId === null) return leaves(last.statements);
  return last.kind === "return" || last.kind === "break" || last.kind === "continue";
}

/** A growth under a guard, and how often it runs at most. */
export interface Guarded<Growth> {
  readonly growth: Growth;
  readonly guard: Guard;
  readonly times: number;
}

/**
 * How long an array becomes that starts with so many elements and gets `grown`
 * without a guard: as the guards allow, or as often as the statements run.
 */
export function sizeUnderGuards(
  start: number,
  grown: number,
  guarded: readonly Pick<Guarded<unknown>, "guard" | "times">[],
): number {
  const counted = guarded.reduce((sum, { times }) => sum + times, start + grown);
  const most = Math.max(start, ...guarded.map(({ guard }) => guard.most));
  const extra = Math.max(0, ...guarded.map(({ guard }) => guard.extra));
  const holds = guarded.every(({ guard }) => !guard.isExact || (grown + extra === 0 && most <= guard.most));
  return holds ? Math.min(counted, most + grown + extra) : counted;
}
