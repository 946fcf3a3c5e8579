/**
 * `using` and `await using`: the rest of the block runs in a `try` whose
 * `finally` disposes of the resource, so the last one is disposed of first.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement } from "../ir/hir.ts";
import type { FunctionId } from "../ir/ids.ts";
import { type Builder, expression, kindOf, type Scope, types } from "./builder.ts";
import { errorsOf } from "./errors.ts";
import { memberUsedAt } from "./generic-classes.ts";
import { lowerIdentifier } from "./names.ts";
import { lowerVariable } from "./variables.ts";

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
  const disposal = lowerDisposal(b, scope, name, declaration.initializer, isAwait);
  const span = b.span(declaration);
  const finalizer: HirStatement[] = [{ kind: "expression", value: disposal, span }];
  return [...declared, { kind: "try", body: rest(), handler: null, finalizer, isDisposal: true, span }];
}

function lowerDisposal(
  b: Builder,
  scope: Scope,
  name: ts.Identifier,
  initializer: ts.Expression,
  isAwait: boolean,
): HirExpr {
  const object = lowerIdentifier(b, scope, name);
  if (object.type.kind !== "object")
    return b.unsupported(name, `A resource that is ${kindOf(object.type)} is`, "Use an object of a class.");
  const id =
    (isAwait ? disposalOf(b, name, initializer, "asyncDispose") : null) ??
    disposalOf(b, name, initializer, "dispose");
  if (id === null)
    return b.unsupported(name, "This kind of resource is", "Give its class a method [Symbol.dispose]().");
  scope.calls.add(id);
  const args = [object];
  if (!b.function(id).isAsync)
    return expression(b, name, { kind: "call", function: id, args, type: types.void });
  const operand = { kind: "call", function: id, args, span: b.span(name) } as const;
  return expression(b, name, { kind: "await", operand, type: types.void });
}

/** The method `[Symbol.dispose]` of the resource's class. */
function disposalOf(
  b: Builder,
  name: ts.Identifier,
  initializer: ts.Expression,
  symbol: "dispose" | "asyncDispose",
): FunctionId | null {
  const property = b.checker
    .getPropertiesOfType(b.checker.getTypeAtLocation(name))
    .find((candidate) => String(candidate.escapedName).startsWith(`__@${symbol}@`));
  const method = property?.declarations?.find(
    (candidate): candidate is ts.MethodDeclaration =>
      ts.isMethodDeclaration(candidate) && candidate.body !== undefined,
  );
  if (method === undefined) return null;
  if (b.loaded.userFiles.some((file) => overridesDisposal(file)))
    return b.unsupported(
      name,
      "'using' with a disposal that a subclass overrides is",
      "Let it call a method.",
    );
  return memberUsedAt(b, method, initializer, name);
}

/** A class that extends another and has a disposal of its own: which one runs is known at run time only. */
function overridesDisposal(node: ts.Node): boolean {
  if (ts.isClassLike(node) && node.heritageClauses?.some(isExtends) === true) {
    if (node.members.some(isDisposal)) return true;
  }
  return ts.forEachChild(node, (child) => overridesDisposal(child) || undefined) ?? false;
}

function isExtends(clause: ts.HeritageClause): boolean {
  return clause.token === ts.SyntaxKind.ExtendsKeyword;
}

function isDisposal(member: ts.ClassElement): boolean {
  const { name } = member;
  if (name === undefined || !ts.isComputedPropertyName(name)) return false;
  const { expression: key } = name;
  return !ts.isPropertyAccessExpression(key) || /^(asyncDispose|dispose)$/.test(key.name.text);
}
