/**
 * An upper bound for how often the body of a loop runs, from its counter: a
 * local, or a module variable of top-level code, that the test compares and that
 * only steps one way, once a round.
 */
import { FLIPPED, NEGATED } from "../ir/compare-ops.ts";
import type { NumberFact, NumberFacts } from "../ir/facts.ts";
import type { CompareOp, HirExpr, HirProgram, HirStatement, HirTarget } from "../ir/hir.ts";
import type { JumpId } from "../ir/ids.ts";
import { partsOf, walkExpression, walkStatements } from "../ir/walk-hir.ts";
import { stepOfRound } from "./counter-steps.ts";
import {
  isSameVariable,
  isVariable,
  isWrittenElsewhere,
  type Variable,
  writesTo,
} from "./counter-variables.ts";
import { countByFactor } from "./geometric-steps.ts";
import { loopTests } from "./loop-tests.ts";

type Loop = Extract<HirStatement, { kind: "loop" }>;

/** What the bounds of trips are computed from. */
export interface TripWorld {
  readonly program: HirProgram;
  readonly facts: NumberFacts;
  /** The longest that an array or text can be whose length or size this is; Infinity for other expressions. */
  lengthBehind(limit: HirExpr): number;
  /** Loops that run more often count as unbounded. */
  readonly tripsMax: number;
}

/** Infinity when no bound can be seen. */
export function boundTrips(world: TripWorld, loop: Loop): number {
  const bounds = loopTests(loop).map(({ test, negated, extra }) => {
    if (test.kind !== "compare") return boundByTruth(world, loop, test, negated);
    const op = negated ? NEGATED[test.op] : test.op;
    return boundByTest(world, loop, { ...test, op }) + extra;
  });
  const trips = Math.min(Number.POSITIVE_INFINITY, ...bounds);
  return trips > world.tripsMax ? Number.POSITIVE_INFINITY : trips;
}

function boundByTest(world: TripWorld, loop: Loop, test: Extract<HirExpr, { kind: "compare" }>): number {
  if (test.left.type.kind !== "number") return Number.POSITIVE_INFINITY;
  if (isNeverComputed(world.facts.node(test.left.id))) return 0;
  if ([test.left, test.right].some(({ id }) => world.facts.node(id).nan)) return Number.POSITIVE_INFINITY;
  const sides: readonly (readonly [HirExpr, CompareOp, HirExpr])[] = [
    [test.left, test.op, test.right],
    [test.right, FLIPPED[test.op], test.left],
  ];
  return Math.min(...sides.map(([counter, op, limit]) => boundByCounter(world, loop, counter, op, limit)));
}

function boundByCounter(
  world: TripWorld,
  loop: Loop,
  tested: HirExpr,
  op: CompareOp,
  limit: HirExpr,
): number {
  const counter = counterOf(tested);
  if (counter === null) return Number.POSITIVE_INFINITY;
  const write = writeOf(world.program, loop, counter);
  if (write === null) return countRounds(world, loop, counter, op, limit);
  const step = deltaOf(write, world.facts);
  if (step === null)
    return Math.min(
      countByFactor(world, counter, op, limit, write),
      countRounds(world, loop, counter, op, limit),
    );
  if (op === "!==") return countToTarget(world, loop, counter, limit, step);
  return countSteps(world, counter, op, limit, step);
}

/** By the least that a round steps: several writes, or steps of more than one size. */
function countRounds(world: TripWorld, loop: Loop, counter: Variable, op: CompareOp, limit: HirExpr): number {
  const round = stepOfRound(world, loop, counter);
  if (round === null) return Number.POSITIVE_INFINITY;
  return countSteps(world, counter, op, limit, round.direction * round.least);
}

/** `while (n--)`: down to nothing, where it starts with a count. */
function boundByTruth(world: TripWorld, loop: Loop, test: HirExpr, negated: boolean): number {
  if (negated || test.kind !== "truthy" || test.value.type.kind !== "number") return Number.POSITIVE_INFINITY;
  const counter = counterOf(test.value);
  const write = counter === null ? null : writeOf(world.program, loop, counter);
  if (counter === null || write === null || deltaOf(write, world.facts) !== -1)
    return Number.POSITIVE_INFINITY;
  const start = startOf(world, loop, counter);
  if (start === null || !start.integer || start.nan || start.lo < 0) return Number.POSITIVE_INFINITY;
  return start.hi;
}

/** The variable that is tested: itself, or stepped by the test (`i++ < n`). */
function counterOf(tested: HirExpr): Variable | null {
  if (isVariable(tested)) return tested;
  if (tested.kind !== "update") return null;
  const { target, id, span } = tested;
  if (target.kind !== "local" && target.kind !== "static") return null;
  return { ...target, id, span, type: tested.type };
}

/** `i !== n`: reached exactly where the steps lead there from a start that is known. */
function countToTarget(
  world: TripWorld,
  loop: Loop,
  counter: Variable,
  limit: HirExpr,
  step: number,
): number {
  const start = startOf(world, loop, counter);
  const goal = world.facts.node(limit.id);
  if (start === null || start.lo !== start.hi || goal.lo !== goal.hi) return Number.POSITIVE_INFINITY;
  const steps = (goal.lo - start.lo) / step;
  return Number.isInteger(steps) && steps >= 0 ? steps : Number.POSITIVE_INFINITY;
}

/** What a local is before the loop, where nothing but its declaration and the loop writes to it. */
function startOf({ program, facts }: TripWorld, loop: Loop, counter: Variable): NumberFact | null {
  if (counter.kind !== "local") return null;
  const owner = program.locals[counter.local]?.owner;
  const body = owner === undefined ? undefined : program.functions[owner]?.body;
  const inside = new Set<HirExpr>();
  walkStatements([loop], { expression: (node) => void inside.add(node) });
  const found: { value: HirExpr; loops: readonly JumpId[] }[] = [];
  let around: readonly JumpId[] | null = null;
  let others = 0;
  const values = new Set<HirExpr>();
  walkStatements(body ?? [], {
    statement: (statement) => {
      if (statement.kind === "let" && statement.local === counter.local && statement.value !== null)
        values.add(statement.value);
    },
    expression: (node, loops) => {
      if (values.has(node)) found.push({ value: node, loops });
      if (inside.has(node)) around ??= loops.slice(0, loops.indexOf(loop.jump));
      else if (writesTo(node, counter)) others += 1;
    },
  });
  const [start] = found;
  // Declared anew each time the loop is reached.
  const isAnew = start !== undefined && `${start.loops}` === `${around}`;
  return others === 0 && found.length === 1 && isAnew ? facts.node(start.value.id) : null;
}

function isNeverComputed({ lo, hi, nan }: NumberFact): boolean {
  return lo > hi && !nan;
}

function countSteps(
  { facts, lengthBehind }: TripWorld,
  counter: Variable,
  op: CompareOp,
  limit: HirExpr,
  step: number,
): number {
  const from = counter.kind === "local" ? facts.local(counter.local) : facts.static(counter.static);
  const known = facts.node(limit.id);
  const to = { lo: known.lo, hi: Math.min(known.hi, lengthBehind(limit)) };
  const distance = step > 0 ? to.hi - from.lo : from.hi - to.lo;
  // Sums of fractions are rounded, so their number of steps is not exact.
  const isExact =
    from.integer &&
    Number.isInteger(step) &&
    Math.max(Math.abs(to.lo), Math.abs(to.hi)) + Math.abs(step) < 2 ** 53;
  if (!isExact || !Number.isFinite(distance)) return Number.POSITIVE_INFINITY;
  const stepSize = Math.abs(step);
  const strict = step > 0 ? "<" : ">";
  if (op === strict) return Math.max(0, Math.ceil(distance / stepSize));
  if (op === `${strict}=`) return Math.max(0, Math.floor(distance / stepSize) + 1);
  return Number.POSITIVE_INFINITY;
}

/** What changes the counter, once in every round; null when that is not so simple. */
function writeOf(program: HirProgram, loop: Loop, counter: Variable): HirExpr | null {
  if (isWrittenElsewhere(program, counter)) return null;
  const writes: HirExpr[] = [];
  const collect = (node: HirExpr): void => {
    if (writesTo(node, counter)) writes.push(node);
  };
  walkStatements(loop.body, {
    expression: collect,
    statement: (statement) => {
      // A shadowing declaration cannot have the same id; one that has is a fresh start each round.
      const isLet = statement.kind === "let" && counter.kind === "local" && statement.local === counter.local;
      if (isLet && statement.value) writes.push(statement.value);
    },
  });
  for (const part of [loop.test, loop.update])
    if (part !== null) walkExpression(part, { expression: collect });
  const [write, ...others] = writes;
  if (write === undefined || others.length > 0) return null;
  return runsEveryRound(loop, write) ? write : null;
}

function runsEveryRound(loop: Loop, write: HirExpr): boolean {
  if (loop.update !== null && evaluates(loop.update, write)) return true;
  if (loop.test !== null && evaluates(loop.test, write)) return true;
  return isStatementOf(loop.body, write) && !continues(loop.body, loop.jump);
}

function isStatementOf(body: readonly HirStatement[], write: HirExpr): boolean {
  return body.some((one) => {
    if (one.kind === "block" && one.breakId === null) return isStatementOf(one.statements, write);
    const isPlain = one.kind === "expression" || one.kind === "let" || one.kind === "staticInit";
    return isPlain && one.value !== null && evaluates(one.value, write);
  });
}

/** The expression is a part that is evaluated whenever the whole is. */
function evaluates(whole: HirExpr, part: HirExpr): boolean {
  if (whole === part) return true;
  switch (whole.kind) {
    case "sequence":
      return isStatementOf(whole.statements, part) || evaluates(whole.value, part);
    case "logical":
      return evaluates(whole.left, part);
    case "assign":
    case "compound":
    case "element":
    case "field":
    case "arithmetic":
    case "compare":
    case "negate":
    case "convert":
    case "call":
    case "new":
    case "object":
    case "array":
    case "push":
    case "template":
    case "intrinsic":
    case "wrap":
    case "truthy":
    case "not":
    case "update":
      return partsOf(whole).some((one) => evaluates(one, part));
    default:
      return false;
  }
}

function continues(body: readonly HirStatement[], jump: JumpId): boolean {
  let found = false;
  walkStatements(body, {
    statement: (statement) => {
      found ||= statement.kind === "continue" && statement.jump === jump;
    },
  });
  return found;
}

function deltaOf(write: HirExpr, facts: NumberFacts): number | null {
  if (write.kind === "update") return write.delta;
  if (isCharacterStep(write)) return 1;
  if (write.kind === "compound" && (write.op === "+" || write.op === "-")) {
    const value = onlyValue(write.value, facts);
    if (value === null || value === 0) return null;
    return write.op === "+" ? value : -value;
  }
  if (write.kind === "assign") return deltaOfSum(write.value, write.target);
  return null;
}

/** The number that an expression always is; null: it may be several. */
function onlyValue(node: HirExpr, facts: NumberFacts): number | null {
  if (node.kind === "number") return Number.isFinite(node.value) ? node.value : null;
  if (node.type.kind !== "number") return null;
  const { lo, hi, nan } = facts.node(node.id);
  return lo === hi && !nan && Number.isFinite(lo) ? lo : null;
}

/** The step of a walk over the characters of a text: at least one byte. */
function isCharacterStep(write: HirExpr): boolean {
  return write.kind === "compound" && write.op === "+" && isCharacterSize(write.value);
}

function isCharacterSize(value: HirExpr): boolean {
  return value.kind === "intrinsic" && value.name === "stringCharacterBytes";
}

/** `i = i + 2` */
function deltaOfSum(value: HirExpr, target: HirTarget): number | null {
  if (value.kind !== "arithmetic" || (value.op !== "+" && value.op !== "-")) return null;
  const { left, right } = value;
  if (!isVariable(left) || !isSameVariable(target, left)) return null;
  if (right.kind !== "number" || right.value === 0 || !Number.isFinite(right.value)) return null;
  return value.op === "+" ? right.value : -right.value;
}
