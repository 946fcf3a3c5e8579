/** Static fields are module variables, initialised where the class stands; static blocks run there too. */

import { ts } from "ts-morph";
import type { HirStatement } from "../ir/hir.ts";
import { hasArm } from "../ir/union-types.ts";
import { defined } from "../source/assert.ts";
import { type Builder, type Entity, Refused, type Scope } from "./builder.ts";
import { lowerExpression } from "./expressions.ts";
import { hasModifier } from "./functions.ts";
import { isNested } from "./literal-members.ts";
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
    const statements = lowerStatements(b, scope, member.body.statements);
    return [{ kind: "block", statements, breakId: null, span: b.span(member) }];
  }
  if (!ts.isPropertyDeclaration(member) || !hasModifier(member, ts.SyntaxKind.StaticKeyword)) return [];
  const symbol = b.checker.getSymbolAtLocation(member.name);
  if (symbol === undefined) return [];
  const place = staticFieldOf(b, symbol, member, scope);
  const type =
    place.kind === "static" ? defined(b.statics[place.static], "static").type : b.local(place.local).type;
  if (member.initializer === undefined && !hasArm(type, "void")) {
    if (isSetInBlock(declaration, member))
      return place.kind === "local"
        ? [{ kind: "let", local: place.local, value: null, span: b.span(member) }]
        : [];
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
  const span = b.span(member);
  if (place.kind === "local") return [{ kind: "let", local: place.local, value, span }];
  return [{ kind: "staticInit", static: place.static, value, span }];
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

/** The variable of a static field: of the module, or of the function around the class once that gets there. */
export function staticFieldOf(
  b: Builder,
  symbol: ts.Symbol,
  member: ts.PropertyDeclaration,
  scope: Scope | null = null,
): Extract<Entity, { kind: "static" | "local" }> {
  const known = b.entities.get(symbol);
  if (known?.kind === "static" || known?.kind === "local") return known;
  const type = convertType(b, b.checker.getTypeAtLocation(member), member);
  const owner = ts.isClassLike(member.parent) ? (member.parent.name?.text ?? "class") : "class";
  const isSetLater = b.reassigned.has(symbol) || member.initializer === undefined;
  const name = `${owner}.${member.name.getText().replace("#", "")}`;
  if (isNested(member.parent)) {
    if (scope === null)
      return b.unsupported(
        member,
        "A static member that is used before its class is",
        "Declare the class first.",
      );
    const local = b.addLocal(scope, name, type, member.name, { reassigned: isSetLater });
    const entity: Entity = { kind: "local", local };
    b.entities.set(symbol, entity);
    return entity;
  }
  const id = b.addStatic(name, type, isSetLater, member.name);
  const entity: Entity = { kind: "static", static: id };
  b.entities.set(symbol, entity);
  return entity;
}
