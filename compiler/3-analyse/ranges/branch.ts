/** Conditions: the environments in which they hold and in which they do not. */

import { NEGATED } from "../../ir/compare-ops.ts";
import type { NumberFact } from "../../ir/facts.ts";
import type { HirExpr } from "../../ir/hir.ts";
import { branchHasIndex } from "./array-operations.ts";
import { narrowSides, narrowTruthy, type Sides } from "./compare.ts";
import { type Environment, getSlot, joinEnvironments, type PathId, setSlot } from "./environment.ts";
import { evaluate } from "./evaluate.ts";
import { executeStatements } from "./execute.ts";
import { constantFact, EXACT_MAX, isEmpty, makeFact, meet, withNan } from "./fact.ts";
import type { FunctionPass } from "./function-pass.ts";
import { pathOf } from "./places.ts";
import { solveForOperand } from "./refine-operand.ts";
import { add } from "./transfer-arithmetic.ts";

export interface Branches {
  readonly whenTrue: Environment | null;
  readonly whenFalse: Environment | null;
}

const UNREACHABLE: Branches = { whenTrue: null, whenFalse: null };

/** Evaluates a boolean; the caller goes on with one of the environments. */
export function branch(pass: FunctionPass, node: HirExpr): Branches {
  if (pass.environment === null) return UNREACHABLE;
  switch (node.kind) {
    case "boolean":
      return node.value
        ? { whenTrue: pass.environment, whenFalse: null }
        : { whenTrue: null, whenFalse: pass.environment };
    case "not": {
      const ways = branch(pass, node.value);
      return { whenTrue: ways.whenFalse, whenFalse: ways.whenTrue };
    }
    case "logical":
      return branchLogical(pass, node);
    case "conditional":
      return branchConditional(pass, node);
    case "compare":
      return branchCompare(pass, node);
    case "truthy":
      return branchTruthy(pass, node.value);
    case "intrinsic":
      return branchIntrinsic(pass, node);
    case "hasIndex": {
      const ways = branchHasIndex(pass, node);
      return { whenTrue: ways.inside, whenFalse: ways.outside };
    }
    case "sequence":
      executeStatements(pass, node.statements);
      return branch(pass, node.value);
    default:
      evaluate(pass, node);
      return { whenTrue: pass.environment, whenFalse: pass.environment };
  }
}

function branchLogical(pass: FunctionPass, node: Extract<HirExpr, { kind: "logical" }>): Branches {
  const left = branch(pass, node.left);
  pass.environment = node.op === "&&" ? left.whenTrue : left.whenFalse;
  const right = branch(pass, node.right);
  return node.op === "&&"
    ? { whenTrue: right.whenTrue, whenFalse: joinEnvironments(left.whenFalse, right.whenFalse) }
    : { whenTrue: joinEnvironments(left.whenTrue, right.whenTrue), whenFalse: right.whenFalse };
}

function branchConditional(pass: FunctionPass, node: Extract<HirExpr, { kind: "conditional" }>): Branches {
  const test = branch(pass, node.test);
  pass.environment = test.whenTrue;
  const first = branch(pass, node.whenTrue);
  pass.environment = test.whenFalse;
  const second = branch(pass, node.whenFalse);
  return {
    whenTrue: joinEnvironments(first.whenTrue, second.whenTrue),
    whenFalse: joinEnvironments(first.whenFalse, second.whenFalse),
  };
}

function branchCompare(pass: FunctionPass, node: Extract<HirExpr, { kind: "compare" }>): Branches {
  const left = evaluate(pass, node.left);
  const right = evaluate(pass, node.right);
  const { environment } = pass;
  if (environment === null) return UNREACHABLE;
  if (node.left.type.kind !== "number" || isEmpty(left) || isEmpty(right)) {
    return { whenTrue: environment, whenFalse: environment };
  }
  const way = (outcome: boolean): Environment | null => {
    const sides = narrowSides(node.op, { left, right }, outcome);
    return sides === null ? null : relate(pass, node, outcome, refineSides(pass, node, environment, sides));
  };
  return { whenTrue: way(true), whenFalse: way(false) };
}

function refineSides(
  pass: FunctionPass,
  node: Extract<HirExpr, { kind: "compare" }>,
  environment: Environment,
  sides: Sides,
): Environment | null {
  // What the left side read may have changed while the right side ran.
  const left = pass.isImpure(node.right.id) ? environment : refine(pass, environment, node.left, sides.left);
  return left === null ? null : refine(pass, left, node.right, sides.right);
}

/** The variable that holds the value of an expression; `shift`: the variable is that much greater. */
interface Holder {
  readonly slot: number;
  readonly shift: number;
}

function holderOf(pass: FunctionPass, node: HirExpr): Holder | null {
  const shift = node.kind === "update" && !node.prefix ? node.delta : 0;
  switch (node.kind) {
    case "local":
    case "static":
    case "field":
      return hold(pass.slotOf(node), shift);
    case "unwrap":
      return holderOf(pass, node.value);
    case "assign":
    case "compound":
    case "update":
      // Without checks a sized place may hold a wrapped value.
      if (pass.analysis.checks === "none" && isSizedTarget(pass, node.target)) return null;
      return hold(pass.slotOf(node.target), shift);
    default:
      return null;
  }
}

function isSizedTarget(pass: FunctionPass, target: Extract<HirExpr, { kind: "assign" }>["target"]): boolean {
  const { locals, statics, fields } = pass.analysis.program;
  if (target.kind === "local") return isSized(locals[target.local]?.type);
  if (target.kind === "field") return isSized(fields[target.field]?.type);
  return target.kind === "static" && isSized(statics[target.static]?.type);
}

function isSized(type: HirExpr["type"] | undefined): boolean {
  return type?.kind === "number" && type.sized !== null;
}

function hold(slot: number | null, shift: number): Holder | null {
  return slot === null ? null : { slot, shift };
}

/** The environment where `node` has one of these values; null: there is none. */
export function refine(
  pass: FunctionPass,
  environment: Environment,
  node: HirExpr,
  values: NumberFact,
): Environment | null {
  const holder = holderOf(pass, node);
  if (holder === null) return refineOperand(pass, environment, node, values);
  const slot = getSlot(environment, holder.slot);
  if (isEmpty(slot.fact)) return environment;
  const shifted = holder.shift === 0 ? values : add(values, constantFact(holder.shift));
  const fact = meet(slot.fact, shifted);
  if (isEmpty(fact)) return null;
  return fact === slot.fact ? environment : setSlot(environment, holder.slot, { ...slot, fact });
}

function refineOperand(
  pass: FunctionPass,
  environment: Environment,
  node: HirExpr,
  values: NumberFact,
): Environment | null {
  const known = (operand: HirExpr): NumberFact | null => {
    const holder = operand.kind === "local" ? holderOf(pass, operand) : null;
    return holder === null ? null : getSlot(environment, holder.slot).fact;
  };
  const operand = solveForOperand(node, values, known);
  return operand === null ? environment : refine(pass, environment, operand.node, operand.values);
}

/** Notes `index < array.length`. */
function relate(
  pass: FunctionPass,
  node: Extract<HirExpr, { kind: "compare" }>,
  outcome: boolean,
  environment: Environment | null,
): Environment | null {
  if (environment === null) return null;
  const op = outcome ? node.op : NEGATED[node.op];
  const [index, length] =
    op === "<" ? [node.left, node.right] : op === ">" ? [node.right, node.left] : [null, null];
  if (index === null || length === null) return environment;
  return noteBelow(pass, index, lengthPath(pass, length), environment);
}

/** Notes that an access passed its bounds check. */
export function relateIndex(
  pass: FunctionPass,
  index: HirExpr,
  array: HirExpr,
  environment: Environment | null,
): Environment | null {
  return environment === null
    ? null
    : noteBelow(pass, index, pathOf(pass.analysis.program, array), environment);
}

function noteBelow(
  pass: FunctionPass,
  index: HirExpr,
  path: PathId | null,
  environment: Environment,
): Environment {
  if (path === null || (index.kind !== "local" && index.kind !== "static" && index.kind !== "field")) {
    return environment;
  }
  const slot = pass.slotOf(index);
  if (slot === null) return environment;
  return setSlot(environment, slot, { ...getSlot(environment, slot), below: path });
}

function lengthPath(pass: FunctionPass, node: HirExpr): PathId | null {
  if (node.kind === "arrayLength") return pathOf(pass.analysis.program, node.array);
  if (node.kind === "stringLength") return pathOf(pass.analysis.program, node.value);
  return node.kind === "local" ? (pass.analysis.lengthAliases.get(node.local) ?? null) : null;
}

export interface TruthyBranches extends Branches {
  readonly truthy: NumberFact;
  readonly falsy: NumberFact;
}

export function branchTruthy(pass: FunctionPass, node: HirExpr): TruthyBranches {
  const value = evaluate(pass, node);
  const { environment } = pass;
  if (environment === null || node.type.kind !== "number" || isEmpty(value)) {
    return { whenTrue: environment, whenFalse: environment, truthy: value, falsy: value };
  }
  const truthy = narrowTruthy(value, true);
  const falsy = narrowTruthy(value, false);
  return {
    whenTrue: isEmpty(truthy) ? null : refine(pass, environment, node, truthy),
    whenFalse: isEmpty(falsy) ? null : refine(pass, environment, node, falsy),
    truthy,
    falsy,
  };
}

const FINITE = makeFact(-Number.MAX_VALUE, Number.MAX_VALUE, false);

/** `Number.isInteger(x)` and the like. */
function branchIntrinsic(pass: FunctionPass, node: Extract<HirExpr, { kind: "intrinsic" }>): Branches {
  const [arg] = node.args;
  evaluate(pass, node);
  const { environment } = pass;
  if (environment === null || arg === undefined) return { whenTrue: environment, whenFalse: environment };
  const narrow = (values: NumberFact): Environment | null => refine(pass, environment, arg, values);
  switch (node.name) {
    case "numberIsFinite":
      return { whenTrue: narrow(FINITE), whenFalse: environment };
    case "numberIsInteger":
      return { whenTrue: narrow(makeFact(FINITE.lo, FINITE.hi, true)), whenFalse: environment };
    case "numberIsSafeInteger":
      return { whenTrue: narrow(makeFact(1 - EXACT_MAX, EXACT_MAX - 1, true)), whenFalse: environment };
    case "numberIsNaN":
      return {
        whenTrue: narrow(makeFact(1, 0, true, true)),
        whenFalse: narrow(withNan(makeFact(-Infinity, Infinity, false), false)),
      };
    default:
      return { whenTrue: environment, whenFalse: environment };
  }
}
