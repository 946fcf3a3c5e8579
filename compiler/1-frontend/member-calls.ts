/** Calls of members of objects: through the class of the receiver, through `super`, or through an interface. */

import { ts } from "ts-morph";
import type { FunctionId } from "../ir/ids.ts";
import type { Builder, Scope } from "./builder.ts";
import { type DirectCall, lowerArguments } from "./calls.ts";
import { implementationOf, memberKey } from "./class-members.ts";
import { classAround } from "./constructors.ts";
import { lowerExpression, thisOf } from "./expressions.ts";
import { hasModifier } from "./functions.ts";
import { functionUsedAt } from "./generic-functions.ts";
import { isGlobal, libraryName } from "./symbols.ts";
import { lowerVirtualCall } from "./virtual-calls.ts";

/** A method of objects of the program: of a class, an interface or an object literal. */
export function isInstanceMember(b: Builder, symbol: ts.Symbol): boolean {
  if (isGlobal(b, symbol) || libraryName(b, symbol) !== null) return false;
  return (symbol.declarations ?? []).some(
    (declaration) =>
      ts.isMethodSignature(declaration) ||
      (ts.isMethodDeclaration(declaration) && !hasModifier(declaration, ts.SyntaxKind.StaticKeyword)) ||
      (isProperty(declaration) && (b.families.memberCounts.get(symbol.getName())?.bodies ?? 0) > 0),
  );
}

/** A property that holds a function, which some class may have as a method. */
function isProperty(declaration: ts.Declaration): boolean {
  return (
    ts.isPropertySignature(declaration) ||
    ts.isPropertyAssignment(declaration) ||
    ts.isShorthandPropertyAssignment(declaration) ||
    (ts.isPropertyDeclaration(declaration) && !hasModifier(declaration, ts.SyntaxKind.StaticKeyword))
  );
}

export function lowerMemberCall(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
): DirectCall | null {
  if (callee.expression.kind === ts.SyntaxKind.SuperKeyword) return lowerSuperMethod(b, scope, node, callee);
  const self = lowerExpression(b, scope, callee.expression);
  if (self.type.kind !== "object")
    return b.unsupported(callee, "A method of this is", "Call it on an object of a class.");
  const dispatched = lowerVirtualCall(b, scope, node, callee, self);
  if (dispatched !== null) return dispatched;
  const own = implementationOf(b, self.type.class, "method", memberKey(b, callee.name));
  if (own.kind !== "function")
    return b.unsupported(callee, `Calling '${callee.name.text}' is`, "Call a method with a body.");
  const id = functionUsedAt(b, own.node, callee, own.instance);
  scope.calls.add(id);
  return lowerArguments(b, scope, id, [self], node.arguments, node);
}

function lowerSuperMethod(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
): DirectCall {
  const base = classAround(b, node)?.base ?? null;
  const own = base === null ? null : implementationOf(b, base.id, "method", memberKey(b, callee.name));
  if (own?.kind !== "function" && own?.kind !== "kept")
    return b.unsupported(callee, "This use of super is", "Name a method of the class it extends.");
  const id: FunctionId =
    own.kind === "kept"
      ? functionUsedAt(b, own.member, callee, own.class.instance)
      : functionUsedAt(b, own.node, callee, own.instance);
  scope.calls.add(id);
  return lowerArguments(b, scope, id, [thisOf(b, scope, node)], node.arguments, node);
}
