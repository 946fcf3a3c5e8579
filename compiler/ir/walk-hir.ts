/**
 * Traversal of HIR trees in evaluation order, written once. Visitors see every
 * statement and expression before its parts, with the loops around it.
 */
import { assertNever } from "../source/assert.ts";
import type { HirAwaitable, HirExpr, HirStatement, HirTarget } from "./hir.ts";
import type { JumpId } from "./ids.ts";

export interface HirVisitor {
  statement?(statement: HirStatement, loops: readonly JumpId[]): void;
  expression?(expression: HirExpr, loops: readonly JumpId[]): void;
}

/**
 * Visits statements and all they contain. `loops` lists the loops whose
 * iteration runs the visited code, outermost first: the test and the update of a
 * loop belong to it, the array of a `for … of` does not.
 */
export function walkStatements(
  statements: readonly HirStatement[],
  visitor: HirVisitor,
  loops: readonly JumpId[] = [],
): void {
  for (const statement of statements) walkStatement(statement, visitor, loops);
}

function walkStatement(statement: HirStatement, visitor: HirVisitor, loops: readonly JumpId[]): void {
  visitor.statement?.(statement, loops);
  const expression = (value: HirExpr | null): void => {
    if (value !== null) walkExpression(value, visitor, loops);
  };
  switch (statement.kind) {
    case "expression":
    case "let":
    case "staticInit":
    case "return":
      expression(statement.value);
      return;
    case "block":
      walkStatements(statement.statements, visitor, loops);
      return;
    case "if":
      expression(statement.test);
      walkStatements(statement.whenTrue, visitor, loops);
      walkStatements(statement.whenFalse, visitor, loops);
      return;
    case "loop": {
      const inner = [...loops, statement.jump];
      if (statement.testFirst && statement.test) walkExpression(statement.test, visitor, inner);
      walkStatements(statement.body, visitor, inner);
      if (statement.update) walkExpression(statement.update, visitor, inner);
      if (!statement.testFirst && statement.test) walkExpression(statement.test, visitor, inner);
      return;
    }
    case "forOf":
      expression(statement.array);
      walkStatements(statement.body, visitor, [...loops, statement.jump]);
      return;
    case "forEvery":
      expression(statement.periodMs);
      walkStatements(statement.body, visitor, [...loops, statement.jump]);
      return;
    case "switch":
      expression(statement.subject);
      for (const { test, body } of statement.cases) {
        expression(test);
        walkStatements(body, visitor, loops);
      }
      return;
    case "throw":
      expression(statement.value);
      return;
    case "try":
      walkStatements(statement.body, visitor, loops);
      if (statement.handler !== null) walkStatements(statement.handler.body, visitor, loops);
      if (statement.finalizer !== null) walkStatements(statement.finalizer, visitor, loops);
      return;
    case "break":
    case "continue":
    case "yield":
      return;
    default:
      assertNever(statement);
  }
}

/** Visits an expression and all it contains. */
export function walkExpression(
  expression: HirExpr,
  visitor: HirVisitor,
  loops: readonly JumpId[] = [],
): void {
  visitor.expression?.(expression, loops);
  if (expression.kind === "sequence") walkStatements(expression.statements, visitor, loops);
  for (const part of partsOf(expression)) walkExpression(part, visitor, loops);
}

/** The direct sub-expressions in evaluation order; the statements of a `sequence` come before them. */
export function partsOf(expression: HirExpr): readonly HirExpr[] {
  switch (expression.kind) {
    case "number":
    case "boolean":
    case "string":
    case "bigint":
    case "undefined":
    case "null":
    case "local":
    case "static":
    case "closure":
    case "isPoolFull":
      return [];
    case "field":
      return [expression.object];
    case "element":
      return [expression.array, expression.index];
    case "arrayLength":
      return [expression.array];
    case "view":
      return [expression.array, expression.start, expression.end];
    case "overlay":
      return [expression.array, expression.start, expression.length];
    case "stringLength":
    case "negate":
    case "bitNot":
    case "not":
    case "truthy":
    case "wrap":
    case "unwrap":
    case "isArm":
    case "convert":
    case "sequence":
    case "arrayFill":
    case "cast":
    case "isInstance":
      return [expression.value];
    case "arrayNew":
      return [expression.length];
    case "push":
      return [expression.array, ...expression.values];
    case "setLength":
    case "hasRoom":
      return [expression.array, expression.length];
    case "moveElements":
      return [expression.array, expression.to, expression.from, expression.count];
    case "hasIndex":
      return [expression.array, expression.index];
    case "assign":
    case "compound":
    case "append":
      return [...partsOfTarget(expression.target), expression.value];
    case "update":
      return partsOfTarget(expression.target);
    case "arithmetic":
    case "compare":
    case "logical":
      return [expression.left, expression.right];
    case "conditional":
      return [expression.test, expression.whenTrue, expression.whenFalse];
    case "template":
      return expression.parts;
    case "call":
    case "intrinsic":
    case "new":
    case "spawn":
      return expression.args;
    case "callClosure":
      return [expression.closure, ...expression.args];
    case "object":
      return expression.fields.map((field) => field.value);
    case "array":
      return expression.elements;
    case "await":
      return expression.operand.args;
    case "awaitAll":
      return expression.branches.flatMap((branch): readonly HirExpr[] => branch.operand.args);
    default:
      return assertNever(expression);
  }
}

/** The operands that the target of an assignment evaluates. */
export function partsOfTarget(target: HirTarget): readonly HirExpr[] {
  switch (target.kind) {
    case "local":
    case "static":
      return [];
    case "field":
      return [target.object];
    case "element":
      return [target.array, target.index];
    default:
      return assertNever(target);
  }
}

/** The async operations that an expression itself starts. */
export function awaitablesOf(expression: HirExpr): readonly HirAwaitable[] {
  if (expression.kind === "await") return [expression.operand];
  if (expression.kind === "awaitAll") return expression.branches.map((branch) => branch.operand);
  return [];
}

/** Every list of statements that a statement holds directly. */
export function listsOf(statement: HirStatement): readonly (readonly HirStatement[])[] {
  switch (statement.kind) {
    case "block":
      return [statement.statements];
    case "if":
      return [statement.whenTrue, statement.whenFalse];
    case "loop":
    case "forOf":
    case "forEvery":
      return [statement.body];
    case "switch":
      return statement.cases.map((one) => one.body);
    default:
      return [];
  }
}
