/**
 * An upper bound for how often the body of a loop runs, from its counter: a
 * local, or a module variable of top-level code, that the test compares and that
 * only steps one way, once a round.
 */
import type { NumberFact, NumberFacts } from "../ir/facts.ts";
import type { CompareOp, HirExpr, HirProgram, HirStatement, HirTarget } from "../ir/hir.ts";
import type { JumpId } from "../ir/ids.ts";
import { partsOf, walkExpression, walkStatements } from "../ir/walk-hir.ts";

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
  if (loop.test === null) return Number.POSITIVE_INFINITY;
  const bounds = conjuncts(loop.test).map((test) => boundByTest(world, loop, test));
  // The first round of `do … while` is not tested.
  const trips = Math.min(Number.POSITIVE_INFINITY, ...bounds) + (loop.testFirst ? 0 : 1);
  return trips > world.tripsMax ? Number.POSITIVE_INFINITY : trips;
}

function conjuncts(test: HirExpr): readonly HirExpr[] {
  if (test.kind !== "logical" || test.op !== "&&") return [test];
  return [...conjuncts(test.left), ...conjuncts(test.right)];
}

const FLIPPED: Partial<Record<CompareOp, CompareOp>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

function boundByTest(world: TripWorld, loop: Loop, test: HirExpr): number {
  if (test.kind !== "compare") return Number.POSITIVE_INFINITY;
  if (test.left.type.kind === "number" && isNeverComputed(world.facts.node(test.left.id))) return 0;
  const sides: readonly (readonly [HirExpr, CompareOp | undefined, HirExpr])[] = [
    [test.left, test.op, test.right],
    [test.right, FLIPPED[test.op], test.left],
  ];
  const bounds = sides.map(([counter, op, limit]) => {
    if (!isVariable(counter) || op === undefined) return Number.POSITIVE_INFINITY;
    const step = stepOf(world.program, loop, counter);
    return step === null ? Number.POSITIVE_INFINITY : countSteps(world, counter, op, limit, step);
  });
  return Math.min(...bounds);
}

type Variable = Extract<HirExpr, { kind: "local" | "static" }>;

function isVariable(node: HirExpr): node is Variable {
  return node.kind === "local" || node.kind === "static";
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

/** What the loop adds to the counter in every round; null when that is not so simple. */
function stepOf(program: HirProgram, loop: Loop, counter: Variable): number | null {
  if (counter.kind === "local" && program.locals[counter.local]?.captured !== false) return null;
  if (counter.kind === "static" && isWrittenByFunctions(program, counter)) return null;
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
  return runsEveryRound(loop, write) ? deltaOf(write) : null;
}

/** By code that the loop may call, or that runs while it waits. */
function isWrittenByFunctions(program: HirProgram, counter: Variable): boolean {
  return program.functions.some((fn) => {
    if (fn.id === program.main) return false;
    let isWritten = false;
    walkStatements(fn.body, {
      expression: (node) => {
        isWritten ||= writesTo(node, counter);
      },
    });
    return isWritten;
  });
}

function writesTo(node: HirExpr, counter: Variable): boolean {
  const target = targetOf(node);
  if (target === null) return false;
  return isSameVariable(target, counter);
}

function isSameVariable(left: HirTarget | HirExpr, right: Variable): boolean {
  if (right.kind === "local") return left.kind === "local" && left.local === right.local;
  return left.kind === "static" && left.static === right.static;
}

function targetOf(node: HirExpr): HirTarget | null {
  return node.kind === "assign" || node.kind === "compound" || node.kind === "update" ? node.target : null;
}

function runsEveryRound(loop: Loop, write: HirExpr): boolean {
  if (loop.update === write) return true;
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

function deltaOf(write: HirExpr): number | null {
  if (write.kind === "update") return write.delta;
  if (isCharacterStep(write)) return 1;
  if (write.kind === "compound" && write.value.kind === "number" && (write.op === "+" || write.op === "-")) {
    const { value } = write.value;
    if (value === 0 || !Number.isFinite(value)) return null;
    return write.op === "+" ? value : -value;
  }
  if (write.kind === "assign") return deltaOfSum(write.value, write.target);
  return null;
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
