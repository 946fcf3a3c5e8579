/** Static fields are module variables, initialised where the class stands; static blocks run there too. */

import { ts } from "ts-morph";
import type { HirStatement } from "../ir/hir.ts";
import type { StaticId } from "../ir/ids.ts";
import { hasArm } from "../ir/union-types.ts";
import { defined } from "../source/assert.ts";
import { type Builder, Refused, type Scope } from "./builder.ts";
import { lowerExpression } from "./expressions.ts";
import { hasModifier } from "./functions.ts";
import { checkMaxInstances } from "./pool-limits.ts";
import { unit } from "./short-circuit.ts";
import { lowerStatements } from "./statements.ts";
import { convertType } from "./types.ts";
import { flow } from "./unify-types.ts";

/** What a class declaration does when the program reaches it. */
export function lowerStaticParts(
  b: Builder,
  scope: Scope,
  declaration: ts.ClassLikeDeclaration,
): HirStatement[] {
  return declaration.members.flatMap((member): HirStatement[] => {
    try {
      checkMaxInstances(b, member);
      return lowerStaticPart(b, scope, declaration, member);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return [];
    }
  });
}

function lowerStaticPart(
  b: Builder,
  scope: Scope,
  declaration: ts.ClassLikeDeclaration,
  member: ts.ClassElement,
): HirStatement[] {
  if (ts.isClassStaticBlockDeclaration(member)) {
    refuseInFunction(b, scope, member);
    const statements = lowerStatements(b, scope, member.body.statements);
    return [{ kind: "block", statements, breakId: null, span: b.span(member) }];
  }
  if (!ts.isPropertyDeclaration(member) || !hasModifier(member, ts.SyntaxKind.StaticKeyword)) return [];
  const symbol = b.checker.getSymbolAtLocation(member.name);
  if (symbol === undefined) return [];
  refuseInFunction(b, scope, member);
  const id = staticFieldOf(b, symbol, member);
  const type = defined(b.statics[id], "static").type;
  if (member.initializer === undefined && !hasArm(type, "void")) {
    if (isSetInBlock(declaration, member)) return [];
    return b.unsupported(
      member,
      "A static field without a value is",
      "Give it a value where it is declared, or in a static block.",
    );
  }
  const given =
    member.initializer === undefined
      ? unit(b, member, "void")
      : lowerExpression(b, scope, member.initializer);
  const value = flow(b, given, type, member);
  return [{ kind: "staticInit", static: id, value, span: b.span(member) }];
}

function refuseInFunction(b: Builder, scope: Scope, member: ts.Node): void {
  if (b.function(scope.function).role !== "main")
    b.unsupported(
      member,
      "A static member of a class inside a function is",
      "Declare the class at module level.",
    );
}

/** Whether a static block assigns the field in a statement of its own. */
function isSetInBlock(declaration: ts.ClassLikeDeclaration, field: ts.PropertyDeclaration): boolean {
  const name = field.name.getText();
  return declaration.members.some(
    (member) =>
      ts.isClassStaticBlockDeclaration(member) &&
      member.body.statements.some((statement) => assignedName(statement) === name),
  );
}

function assignedName(statement: ts.Statement): string | null {
  if (!ts.isExpressionStatement(statement) || !ts.isBinaryExpression(statement.expression)) return null;
  const { left, operatorToken } = statement.expression;
  if (operatorToken.kind !== ts.SyntaxKind.EqualsToken) return null;
  return ts.isPropertyAccessExpression(left) ? left.name.text : null;
}

export function staticFieldOf(b: Builder, symbol: ts.Symbol, member: ts.PropertyDeclaration): StaticId {
  const known = b.entities.get(symbol);
  if (known?.kind === "static") return known.static;
  const type = convertType(b, b.checker.getTypeAtLocation(member), member);
  const owner = ts.isClassLike(member.parent) ? (member.parent.name?.text ?? "class") : "class";
  const isSetLater = b.reassigned.has(symbol) || member.initializer === undefined;
  const id = b.addStatic(`${owner}.${member.name.getText().replace("#", "")}`, type, isSetLater, member.name);
  b.entities.set(symbol, { kind: "static", static: id });
  return id;
}
