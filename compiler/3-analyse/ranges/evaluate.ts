/**
 * Abstract evaluation of expressions: returns the fact of number-valued ones
 * (EMPTY for others) and moves the pass's environment past their effects.
 */

import { byteAccess } from "../../intrinsics/bytes.ts";
import type { NumberFact } from "../../ir/facts.ts";
import type { HirExpr, HirTarget, HirType } from "../../ir/hir.ts";
import type { NodeId } from "../../ir/ids.ts";
import { hasNumber } from "../../ir/union-types.ts";
import { partsOf } from "../../ir/walk-hir.ts";
import { assertNever } from "../../source/assert.ts";
import {
  branchHasIndex,
  evaluateArrayNew,
  evaluateGrowingStore,
  evaluateOverlay,
  evaluatePush,
  evaluateSetLength,
  growingTarget,
  isBelowLength,
  isInBounds,
  lengthOf,
  passIndexCheck,
  storeAnyBits,
} from "./array-operations.ts";
import { branch, branchTruthy, relateIndex } from "./branch.ts";
import {
  evaluateAwait,
  evaluateAwaitAll,
  evaluateCall,
  evaluateClosureCall,
  evaluateNew,
  evaluateSpawn,
} from "./calls.ts";
import { joinEnvironments } from "./environment.ts";
import { executeStatements } from "./execute.ts";
import { constantFact, EMPTY, integerFact, join, withNan } from "./fact.ts";
import type { FunctionPass } from "./function-pass.ts";
import { sumFact } from "./sums.ts";
import { arithmetic } from "./transfer.ts";
import { negate } from "./transfer-arithmetic.ts";
import { bitNot, convertTo } from "./transfer-bits.ts";
import { intrinsicFact } from "./transfer-math.ts";

type Of<K extends HirExpr["kind"]> = Extract<HirExpr, { kind: K }>;

const STRING_LENGTH = integerFact(0, 2 ** 30);

export function evaluate(pass: FunctionPass, node: HirExpr): NumberFact {
  if (pass.environment === null) return EMPTY;
  const value = evaluateKind(pass, node);
  if (pass.environment === null || !hasNumber(node.type)) return EMPTY;
  pass.observe(node, value);
  return value;
}

export function evaluateAll(pass: FunctionPass, nodes: readonly HirExpr[]): NumberFact[] {
  return nodes.map((node) => evaluate(pass, node));
}

function evaluateKind(pass: FunctionPass, node: HirExpr): NumberFact {
  switch (node.kind) {
    case "number":
      return constantFact(node.value);
    case "boolean":
    case "string":
    case "bigint":
    case "undefined":
    case "null":
      return EMPTY;
    case "wrap":
    case "unwrap":
      return evaluate(pass, node.value);
    case "isArm":
      evaluate(pass, node.value);
      return EMPTY;
    case "local":
      return pass.readLocal(node.local);
    case "static":
      return pass.readStatic(node.static);
    case "field":
    case "element":
      evaluateTarget(pass, node, node.id);
      return readTarget(pass, node);
    case "arrayLength":
      evaluate(pass, node.array);
      return lengthOf(pass, node.array.type);
    case "stringLength":
      evaluate(pass, node.value);
      return node.value.kind === "string" ? constantFact(node.value.value.length) : STRING_LENGTH;
    case "assign":
      return evaluateAssign(pass, node);
    case "compound":
      return evaluateCompound(pass, node);
    case "append":
      evaluateTarget(pass, node.target, node.id);
      evaluate(pass, node.value);
      return EMPTY;
    case "update":
      return evaluateUpdate(pass, node);
    case "arithmetic":
      return evaluateArithmetic(pass, node);
    case "compare":
      evaluate(pass, node.left);
      evaluate(pass, node.right);
      return EMPTY;
    case "negate":
      return negate(evaluate(pass, node.value));
    case "bitNot":
      return bitNot(evaluate(pass, node.value));
    case "not":
    case "truthy":
    case "cast":
    case "isInstance":
      return evaluate(pass, node.value);
    case "logical":
      return evaluateLogical(pass, node);
    case "conditional":
      return evaluateConditional(pass, node);
    case "template":
      evaluateAll(pass, node.parts);
      return EMPTY;
    case "convert":
      return convertTo(node.to, evaluate(pass, node.value));
    case "call":
      return evaluateCall(pass, node.function, node.args);
    case "callClosure":
      return evaluateClosureCall(pass, node);
    case "intrinsic":
      return evaluateIntrinsic(pass, node);
    case "new":
      return evaluateNew(pass, node);
    case "object":
      return evaluateObject(pass, node);
    case "array":
    case "arrayFill":
      return evaluateArray(pass, node);
    case "view":
      evaluateAll(pass, partsOf(node));
      return EMPTY;
    case "overlay":
      return evaluateOverlay(pass, node);
    case "arrayNew":
      return evaluateArrayNew(pass, node);
    case "push":
      return evaluatePush(pass, node);
    case "setLength":
      return evaluateSetLength(pass, node);
    case "moveElements":
    case "hasRoom":
      evaluateAll(pass, partsOf(node));
      return EMPTY;
    case "hasIndex": {
      const ways = branchHasIndex(pass, node);
      pass.environment = joinEnvironments(ways.inside, ways.outside);
      return EMPTY;
    }
    case "isPoolFull":
      return EMPTY;
    case "closure":
      pass.analysis.reach(node.function);
      return EMPTY;
    case "await":
      return evaluateAwait(pass, node.operand);
    case "awaitAll":
      return evaluateAwaitAll(pass, node);
    case "spawn":
      return evaluateSpawn(pass, node);
    case "sequence":
      executeStatements(pass, node.statements);
      return evaluate(pass, node.value);
    default:
      return assertNever(node);
  }
}

// Places.

/** Evaluates object and index of a target; notes whether the index is proven (under the id of the access). */
function evaluateTarget(pass: FunctionPass, target: HirTarget, access: NodeId): void {
  if (target.kind === "field") evaluate(pass, target.object);
  if (target.kind !== "element") return;
  evaluate(pass, target.array);
  const index = evaluate(pass, target.index);
  if (pass.environment === null) return;
  pass.analysis.recorder.setInBounds(access, isInBounds(pass, target, index));
  if (pass.analysis.checks === "all") passIndexCheck(pass, target, index);
}

function readTarget(pass: FunctionPass, target: HirTarget): NumberFact {
  switch (target.kind) {
    case "local":
      return pass.readLocal(target.local);
    case "static":
      return pass.readStatic(target.static);
    case "field":
      return pass.readField(target);
    case "element": {
      const { type } = target.array;
      return type.kind === "array" ? pass.read(pass.analysis.places.element(type.array)) : EMPTY;
    }
    default:
      return assertNever(target);
  }
}

/** Returns what the place then holds. */
function storeTarget(pass: FunctionPass, target: HirTarget, value: NumberFact): NumberFact {
  switch (target.kind) {
    case "local":
      return pass.storeLocal(target.local, value);
    case "static":
      return pass.storeStatic(target.static, value);
    case "field":
      return pass.storeField(target, value);
    case "element":
      return storeElement(pass, target.array.type, value);
    default:
      return assertNever(target);
  }
}

export function storeElement(pass: FunctionPass, type: HirType, value: NumberFact): NumberFact {
  if (type.kind !== "array") return value;
  const id = pass.analysis.program.arrayOf(type.array);
  const element = pass.analysis.program.arrays[id]?.element;
  return element === undefined ? value : pass.storeCell(pass.analysis.places.element(id), element, value);
}

// Assignments. Their nodes also hold the value before the range check of a
// sized place, so that who reads the facts sees whether it is needed.

function evaluateAssign(pass: FunctionPass, node: Of<"assign">): NumberFact {
  const growing = growingTarget(pass, node.target);
  if (growing !== null) return evaluateGrowingStore(pass, node, growing);
  evaluateTarget(pass, node.target, node.id);
  const value = evaluate(pass, node.value);
  if (!hasNumber(node.type)) return EMPTY;
  pass.observe(node, value);
  return storeTarget(pass, node.target, value);
}

function evaluateCompound(pass: FunctionPass, node: Of<"compound">): NumberFact {
  evaluateTarget(pass, node.target, node.id);
  const old = readTarget(pass, node.target);
  const operand = evaluate(pass, node.value);
  const value =
    node.op === "+" || node.op === "-"
      ? sumFact(pass, node, node.op, old, operand, pass.slotOf(node.target))
      : arithmetic(node.op, old, operand);
  if (pass.environment === null) return EMPTY;
  pass.observe(node, value);
  return storeTarget(pass, node.target, value);
}

function evaluateUpdate(pass: FunctionPass, node: Of<"update">): NumberFact {
  evaluateTarget(pass, node.target, node.id);
  const old = readTarget(pass, node.target);
  const value = sumFact(pass, node, "+", old, constantFact(node.delta), pass.slotOf(node.target));
  if (node.prefix) pass.observe(node, value);
  const stored = storeTarget(pass, node.target, value);
  return node.prefix ? stored : old;
}

function evaluateArithmetic(pass: FunctionPass, node: Of<"arithmetic">): NumberFact {
  const left = evaluate(pass, node.left);
  const right = evaluate(pass, node.right);
  if (node.op !== "+" && node.op !== "-") return arithmetic(node.op, left, right);
  const target = pass.info.selfSums.get(node);
  return sumFact(pass, node, node.op, left, right, target === undefined ? null : pass.slotOf(target));
}

// Branching expressions.

function evaluateLogical(pass: FunctionPass, node: Of<"logical">): NumberFact {
  if (node.left.type.kind !== "number") {
    const ways = branch(pass, node);
    pass.environment = joinEnvironments(ways.whenTrue, ways.whenFalse);
    return EMPTY;
  }
  const left = branchTruthy(pass, node.left);
  const [stays, goesOn] =
    node.op === "||"
      ? [{ way: left.whenTrue, fact: left.truthy }, left.whenFalse]
      : [{ way: left.whenFalse, fact: left.falsy }, left.whenTrue];
  pass.environment = goesOn;
  const right = evaluate(pass, node.right);
  pass.environment = joinEnvironments(stays.way, pass.environment);
  return stays.way === null ? right : join(stays.fact, right);
}

function evaluateConditional(pass: FunctionPass, node: Of<"conditional">): NumberFact {
  const ways = branch(pass, node.test);
  pass.environment = ways.whenTrue;
  const whenTrue = evaluate(pass, node.whenTrue);
  const afterTrue = pass.environment;
  pass.environment = ways.whenFalse;
  const whenFalse = evaluate(pass, node.whenFalse);
  pass.environment = joinEnvironments(afterTrue, pass.environment);
  return join(whenTrue, whenFalse);
}

// Objects and intrinsics.

function evaluateIntrinsic(pass: FunctionPass, node: Of<"intrinsic">): NumberFact {
  const args = evaluateAll(pass, node.args);
  if (node.name === "panic" || node.name === "panicAt") pass.environment = null;
  if (node.name === "bigintToNumber") return numberOfBigint(pass, node);
  if (node.name === "arrayMove") moveElements(pass, node);
  if (byteAccess(node.name)?.isStore === true && node.args[0] !== undefined && pass.environment !== null)
    storeAnyBits(pass, node.args[0].type);
  if (node.name === "stringUnitAt" || node.name === "stringElement") return evaluateUnit(pass, node, args[1]);
  return node.type.kind === "number" ? intrinsicFact(node.name, args) : EMPTY;
}

/** `Number(bigint)`: rounding is monotonic. */
function numberOfBigint(pass: FunctionPass, node: Of<"intrinsic">): NumberFact {
  const [value] = node.args;
  const range = value === undefined ? null : pass.analysis.bigints.node(value.id);
  return range === null ? EMPTY : integerFact(Number(range.lo), Number(range.hi));
}

/** What the source holds, the target then holds. */
function moveElements(pass: FunctionPass, node: Of<"intrinsic">): void {
  const [target, source] = node.args;
  if (target === undefined || source?.type.kind !== "array") return;
  storeElement(pass, target.type, pass.read(pass.analysis.places.element(source.type.array)));
}

/** A code unit is NaN outside the string; `s[i]` stops there. */
function evaluateUnit(pass: FunctionPass, node: Of<"intrinsic">, index: NumberFact | undefined): NumberFact {
  const [text, position] = node.args;
  if (pass.environment === null || text === undefined || position === undefined || index === undefined)
    return EMPTY;
  const isInside =
    index.integer &&
    !index.nan &&
    index.lo >= 0 &&
    index.lo <= index.hi &&
    isBelowLength(pass, position, text);
  pass.analysis.recorder.setInBounds(node.id, isInside);
  if (node.name === "stringUnitAt") return withNan(intrinsicFact(node.name, [EMPTY_ARGUMENT]), !isInside);
  if (pass.analysis.checks === "all") pass.environment = relateIndex(pass, position, text, pass.environment);
  return EMPTY;
}

/** The range of the result depends on no argument. */
const EMPTY_ARGUMENT = integerFact(0, 0);

function evaluateObject(pass: FunctionPass, node: Of<"object">): NumberFact {
  for (const { field, value } of node.fields) {
    pass.initialiseField(field, evaluate(pass, value));
  }
  return EMPTY;
}

function evaluateArray(pass: FunctionPass, node: Of<"array" | "arrayFill">): NumberFact {
  const elements = node.kind === "array" ? node.elements : [node.value];
  for (const element of elements) storeElement(pass, node.type, evaluate(pass, element));
  return EMPTY;
}
