/** Calls of built-in functions that `lib/std/` implements: direct calls of an instance for the types at hand. */

import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import type { FunctionId } from "../ir/ids.ts";
import { type Builder, expression, type Scope } from "./builder.ts";
import { lowerArguments } from "./calls.ts";
import { lowerExpression } from "./expressions.ts";
import { functionOf } from "./functions.ts";
import { memberUsedAt } from "./generic-classes.ts";
import { findingsFor, instanceFor, typeParametersOf } from "./generic-functions.ts";
import { inferFrom } from "./infer-type-arguments.ts";
import {
  type LibraryFunction,
  libraryMember,
  libraryMethod,
  libraryStatic,
  useLibrary,
} from "./standard-library.ts";
import { symbolOf } from "./symbols.ts";
import { flow } from "./unify-types.ts";

/** `xs.lastIndexOf(x)` as `lastIndexOf(xs, x)` of `lib/std/array.ts`; null when the library has no such function. */
export function lowerLibraryMethod(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
): HirExpr | null {
  const symbol = symbolOf(b, callee.name);
  if (symbol === null) return null;
  const member = libraryMember(b, symbol).declarations?.find(ts.isMethodDeclaration);
  if (member?.body !== undefined) {
    useLibrary(b, member, node);
    const id = memberUsedAt(b, member, callee.expression, callee);
    return callOf(b, scope, node, id, [lowerExpression(b, scope, callee.expression)]);
  }
  const found = libraryMethod(b, symbol);
  if (found === null) return null;
  const id = instanceAt(b, found, node, callee.expression);
  const self = b.function(id).parameters[0];
  const value = lowerExpression(b, scope, callee.expression);
  const receiver = self === undefined ? value : flow(b, value, b.local(self).type, callee.expression);
  return callOf(b, scope, node, id, [receiver]);
}

/** `Array.of(…)` and the like; null when the library has no such function. */
export function lowerLibraryStatic(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  owner: string,
  name: string,
): HirExpr | null {
  const found = libraryStatic(b, owner, name);
  return found === null ? null : callOf(b, scope, node, instanceAt(b, found, node, null), []);
}

function callOf(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  id: FunctionId,
  self: readonly HirExpr[],
): HirExpr {
  const complete = lowerArguments(b, scope, id, self, node.arguments, node);
  return expression(b, node, { kind: "call", ...complete, type: b.function(complete.function).result });
}

/** The function, instantiated for the receiver's type and the arguments' types. */
function instanceAt(
  b: Builder,
  node: LibraryFunction,
  call: ts.CallExpression,
  receiver: ts.Expression | null,
): FunctionId {
  useLibrary(b, node, call);
  if (typeParametersOf(node).length === 0) return b.within(null, () => functionOf(b, node));
  const instance = instanceFor(b, node, argumentsAt(b, node, call, receiver), null, call);
  return b.within(instance, () => functionOf(b, node));
}

function argumentsAt(
  b: Builder,
  node: LibraryFunction,
  call: ts.CallExpression,
  receiver: ts.Expression | null,
): readonly ts.Type[] {
  const { checker } = b.loaded;
  const found = new Map<ts.Type, ts.Type>();
  const patterns = node.parameters.map((parameter) => checker.getTypeAtLocation(parameter));
  const learn = (pattern: ts.Type | undefined, type: ts.Type | undefined): void => {
    if (pattern !== undefined && type !== undefined) inferFrom(checker, pattern, b.concrete(type), found);
  };
  if (receiver !== null) learn(patterns.shift(), b.checker.getTypeAtLocation(receiver));
  const signature = checker.getResolvedSignature(call);
  const wanted = signature?.getParameters().map((parameter) => checker.getTypeOfSymbol(parameter)) ?? [];
  patterns.forEach((pattern, index) => {
    const argument = call.arguments[index];
    const isOpen = pattern.isTypeParameter() && !found.has(pattern);
    learn(pattern, isOpen && argument !== undefined ? b.checker.getTypeAtLocation(argument) : wanted[index]);
  });
  const result = checker.getSignatureFromDeclaration(node)?.getReturnType();
  learn(result, signature?.getReturnType());
  return findingsFor(b, node, found, call);
}
