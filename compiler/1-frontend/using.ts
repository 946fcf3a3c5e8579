/**
 * `using` and `await using`: the rest of the block runs in a `try` whose
 * `finally` disposes of the resource, so the last one is disposed of first.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement } from "../ir/hir.ts";
import type { FunctionId } from "../ir/ids.ts";
import { armOf, armsOf, isUnit } from "../ir/union-types.ts";
import { type Builder, expression, kindOf, type Scope, types } from "./builder.ts";
import { type DirectCall, unwrap } from "./calls.ts";
import { implementationOf, symbolKey } from "./class-members.ts";
import { classAround } from "./constructors.ts";
import { isArm } from "./equality.ts";
import { errorsOf } from "./errors.ts";
import { lowerExpression, thisOf } from "./expressions.ts";
import { functionOf } from "./functions.ts";
import { functionUsedAt } from "./generic-functions.ts";
import { lowerIdentifier } from "./names.ts";
import { takeArms, widest } from "./narrowing.ts";
import { lowerVariable } from "./variables.ts";
import { virtualDisposal } from "./virtual-calls.ts";

export function isUsing(node: ts.Statement): node is ts.VariableStatement {
  return (
    ts.isVariableStatement(node) && (node.declarationList.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using
  );
}

/** The declarations of the statement, around what follows them in the block. */
export function lowerUsing(
  b: Builder,
  scope: Scope,
  node: ts.VariableStatement,
  rest: () => readonly HirStatement[],
): HirStatement[] {
  errorsOf(b);
  const isAwait = (node.declarationList.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing;
  const from = (index: number): readonly HirStatement[] => {
    const declaration = node.declarationList.declarations[index];
    return declaration === undefined
      ? rest()
      : lowerResource(b, scope, declaration, isAwait, () => from(index + 1));
  };
  return [...from(0)];
}

function lowerResource(
  b: Builder,
  scope: Scope,
  declaration: ts.VariableDeclaration,
  isAwait: boolean,
  rest: () => readonly HirStatement[],
): HirStatement[] {
  const { name } = declaration;
  if (!ts.isIdentifier(name) || declaration.initializer === undefined)
    return b.unsupported(declaration, "This resource is", "Name it and give it a value.");
  const declared = lowerVariable(b, scope, declaration);
  const finalizer = lowerDisposal(b, scope, name, isAwait);
  const span = b.span(declaration);
  if (finalizer.length === 0) return [...declared, ...rest()];
  return [...declared, { kind: "try", body: rest(), handler: null, finalizer, isDisposal: true, span }];
}

function lowerDisposal(b: Builder, scope: Scope, name: ts.Identifier, isAwait: boolean): HirStatement[] {
  const span = b.span(name);
  const value = widest(b, lowerIdentifier(b, scope, name));
  const object = armOf(value.type, "object");
  const isPresent = armsOf(value.type).every((arm) => arm.kind === "object" || isUnit(arm));
  if (object === null && isPresent) return [];
  if (object === null || !isPresent)
    return b.unsupported(name, `A resource that is ${kindOf(value.type)} is`, "Use an object of a class.");
  if (value.type.kind === "object")
    return [{ kind: "expression", value: dispose(b, scope, name, value, isAwait), span }];
  const present = takeArms(b, name, widest(b, lowerIdentifier(b, scope, name)), [object], true);
  return [
    {
      kind: "if",
      test: isArm(b, name, value, ["object"]),
      whenTrue: [{ kind: "expression", value: dispose(b, scope, name, present, isAwait), span }],
      whenFalse: [],
      span,
    },
  ];
}

/** `await using` takes the asynchronous disposal where there is one. */
function dispose(b: Builder, scope: Scope, name: ts.Identifier, object: HirExpr, isAwait: boolean): HirExpr {
  const isAsync = isAwait && hasDisposal(b, name, "asyncDispose");
  if (!isAsync && !hasDisposal(b, name, "dispose"))
    return b.unsupported(name, "This kind of resource is", "Give its class a method [Symbol.dispose]().");
  return callDisposal(b, scope, name, object, isAsync ? "[Symbol.asyncDispose]" : "[Symbol.dispose]");
}

function hasDisposal(b: Builder, name: ts.Identifier, symbol: "dispose" | "asyncDispose"): boolean {
  const type = b.checker.getNonNullableType(b.checker.getTypeAtLocation(name));
  const parts = type.isUnion() ? type.types : [type];
  return parts.every((part) =>
    b.checker
      .getPropertiesOfType(part)
      .some((property) => String(property.escapedName).startsWith(`__@${symbol}@`)),
  );
}

function callDisposal(b: Builder, scope: Scope, at: ts.Node, object: HirExpr, key: string): HirExpr {
  const id = disposalOf(b, at, object, key);
  scope.calls.add(id);
  const args = [object];
  if (!b.function(id).isAsync)
    return expression(b, at, { kind: "call", function: id, args, type: types.void });
  const operand = { kind: "call", function: id, args, span: b.span(at) } as const;
  return expression(b, at, { kind: "await", operand, type: types.void });
}

/** The one disposal of the program, or a placeholder for those that the object may have. */
function disposalOf(b: Builder, at: ts.Node, object: HirExpr, key: string): FunctionId {
  if (object.type.kind !== "object")
    return b.unsupported(at, "Disposing of this is", "Use an object of a class.");
  const own = implementationOf(b, object.type.class, "method", key);
  const bodies = b.families.memberCounts.get(key)?.bodies ?? 0;
  if (own.kind === "function" && bodies === 1) return functionUsedAt(b, own.node, at, own.instance);
  return virtualDisposal(b, object.type.class, key, at, () =>
    own.kind === "function"
      ? b.function(own.within(() => functionOf(b, own.node))).isAsync
      : key.includes("async"),
  );
}

/** `resource[Symbol.dispose]()`, also of `super`; null: another call. */
export function lowerDisposalCall(b: Builder, scope: Scope, node: ts.CallExpression): DirectCall | null {
  const callee = unwrap(node.expression);
  if (!ts.isElementAccessExpression(callee) || node.arguments.length > 0) return null;
  const key = symbolKey(callee.argumentExpression);
  if (key !== "[Symbol.dispose]" && key !== "[Symbol.asyncDispose]") return null;
  if (callee.expression.kind !== ts.SyntaxKind.SuperKeyword) {
    const object = lowerExpression(b, scope, callee.expression);
    const id = disposalOf(b, callee, object, key);
    scope.calls.add(id);
    return { function: id, args: [object] };
  }
  const base = classAround(b, node)?.base ?? null;
  const own = base === null ? null : implementationOf(b, base.id, "method", key);
  if (own?.kind !== "function")
    return b.unsupported(callee, "This use of super is", "Name a method of the class it extends.");
  const id = functionUsedAt(b, own.node, callee, own.instance);
  scope.calls.add(id);
  return { function: id, args: [thisOf(b, scope, node)] };
}
