/** Fields without an initialiser: all are set before anything but the constructor can see the object. */

import { ts } from "ts-morph";
import { hasArm } from "../ir/union-types.ts";
import type { Builder, ClassInfo } from "./builder.ts";
import { findField, memberKey } from "./class-members.ts";
import { hasModifier } from "./functions.ts";

/**
 * A field without an initialiser is set by the constructor. Until all are set,
 * `this` may only be used to set and read fields: a method could see a field
 * that is still undefined in JavaScript.
 */
export function checkFieldsAreSet(
  b: Builder,
  info: ClassInfo,
  declaration: ts.ClassLikeDeclaration,
  written: ts.ConstructorDeclaration,
): void {
  const missing = new Set<string>();
  for (const member of declaration.members) {
    if (
      ts.isPropertyDeclaration(member) &&
      !hasModifier(member, ts.SyntaxKind.StaticKeyword) &&
      !hasModifier(member, ts.SyntaxKind.AbstractKeyword) &&
      !hasModifier(member, ts.SyntaxKind.DeclareKeyword) &&
      member.initializer === undefined &&
      !isSetAnyway(b, info, member)
    ) {
      missing.add(member.name.getText());
    }
  }
  if (missing.size === 0 || info.fields.size === 0) return;
  for (const statement of written.body?.statements ?? []) {
    if (missing.size > 0) checkThisUses(b, statement);
    const assigned = assignedField(statement);
    if (assigned !== null) missing.delete(assigned);
  }
}

function isSetAnyway(b: Builder, info: ClassInfo, member: ts.PropertyDeclaration): boolean {
  const field = findField(b, info.id, memberKey(b, member.name));
  return field !== undefined && hasArm(b.field(field).type, "void");
}

function assignedField(statement: ts.Statement): string | null {
  if (!ts.isExpressionStatement(statement) || !ts.isBinaryExpression(statement.expression)) return null;
  const { left, operatorToken } = statement.expression;
  if (operatorToken.kind !== ts.SyntaxKind.EqualsToken || !ts.isPropertyAccessExpression(left)) return null;
  return left.expression.kind === ts.SyntaxKind.ThisKeyword ? left.name.text : null;
}

function checkThisUses(b: Builder, node: ts.Node): void {
  if (node.kind === ts.SyntaxKind.ThisKeyword) {
    const access = node.parent;
    const isField =
      ts.isPropertyAccessExpression(access) &&
      !(ts.isCallExpression(access.parent) && access.parent.expression === access);
    const symbol = isField ? b.checker.getSymbolAtLocation(access.name) : undefined;
    if (symbol === undefined || !(symbol.flags & ts.SymbolFlags.Property)) {
      b.unsupported(
        node,
        "Using 'this' before all fields are set is",
        "Set every field first, or give it a value where it is declared.",
      );
    }
  }
  ts.forEachChild(node, (child) => checkThisUses(b, child));
}
