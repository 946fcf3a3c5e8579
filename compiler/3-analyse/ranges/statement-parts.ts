/** Visits the direct parts of a statement in evaluation order; recursion is the caller's. */
import type { HirExpr, HirStatement } from "../../ir/hir.ts";
import { assertNever, isGone } from "../../source/assert.ts";

export interface Visitor {
  expression(node: HirExpr): void;
  statement(node: HirStatement): void;
}

function visitStatements(statements: readonly HirStatement[], visitor: Visitor): void {
  for (const statement of statements) visitor.statement(statement);
}

function visitOptional(node: HirExpr | null, visitor: Visitor): void {
  if (node !== null) visitor.expression(node);
}

export function visitStatementParts(node: HirStatement, visitor: Visitor): void {
  switch (node.kind) {
    case "expression":
    case "staticInit":
      visitor.expression(node.value);
      return;
    case "let":
    case "return":
      visitOptional(node.value, visitor);
      return;
    case "block":
      visitStatements(node.statements, visitor);
      return;
    case "if":
      visitor.expression(node.test);
      visitStatements(node.whenTrue, visitor);
      visitStatements(node.whenFalse, visitor);
      return;
    case "loop":
      visitOptional(node.test, visitor);
      visitStatements(node.body, visitor);
      visitOptional(node.update, visitor);
      return;
    case "forOf":
      visitor.expression(node.array);
      visitStatements(node.body, visitor);
      return;
    case "forEvery":
      visitor.expression(node.periodMs);
      visitStatements(node.body, visitor);
      return;
    case "switch":
      visitor.expression(node.subject);
      for (const arm of node.cases) {
        visitOptional(arm.test, visitor);
        visitStatements(arm.body, visitor);
      }
      return;
    case "break":
    case "continue":
      return;
    case "throw":
    case "try":
    case "yield":
      return isGone(node);
    default:
      assertNever(node);
      return;
  }
}
