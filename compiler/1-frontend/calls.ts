/** Calls of the user's functions, methods and closures. */

import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import type { FunctionId } from "../ir/ids.ts";
import { hasArm } from "../ir/union-types.ts";
import { refuseFloating } from "./async.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { hasRest, listArguments, restArray } from "./call-arguments.ts";
import { lowerSuperCall } from "./constructors.ts";
import {
  completeCall,
  frontOf,
  type Given,
  givenArguments,
  literalDefault,
  mayWantDefault,
  orLiteralDefault,
} from "./default-parameters.ts";
import { lowerExpression } from "./expressions.ts";
import { calleeFor } from "./functions.ts";
import { lowerIteratorCall } from "./generators/iterator-calls.ts";
import { functionUsedAt } from "./generic-functions.ts";
import { lowerKnownCall } from "./known-calls.ts";
import { isInstanceMember, lowerMemberCall } from "./member-calls.ts";
import { entityOf, moduleMemberOf, refuseInheritedStatic } from "./names.ts";
import { refuseOpenChain } from "./optional-chains.ts";
import { unit } from "./short-circuit.ts";
import { isGlobal, libraryName, symbolOf } from "./symbols.ts";
import { promiseResult } from "./types.ts";
import { flow } from "./unify-types.ts";
import { lowerDisposalCall } from "./using.ts";

/** A call whose callee is one function of the user's program. */
export interface DirectCall {
  readonly function: FunctionId;
  readonly args: readonly HirExpr[];
}

export function lowerCall(b: Builder, scope: Scope, node: ts.CallExpression): HirExpr {
  if (node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return b.reject(node, "Dynamic import", "Import at the top of the file.");
  if (node.expression.kind === ts.SyntaxKind.SuperKeyword)
    return expression(b, node, {
      kind: "sequence",
      statements: lowerSuperCall(b, scope, node),
      value: expression(b, node, { kind: "undefined", type: types.void }),
      type: types.void,
    });
  const known = lowerIteratorCall(b, scope, node) ?? lowerKnownCall(b, scope, node);
  if (known !== null) return known;
  if (promiseResult(b, b.checker.getTypeAtLocation(node)) !== null) return refuseFloating(b, node);
  const direct = lowerDirectCall(b, scope, node);
  if (direct !== null)
    return expression(b, node, { kind: "call", ...direct, type: b.function(direct.function).result });
  return lowerClosureCall(b, scope, node);
}

/** The callee, when the program names it: a function, a method, a static method. */
export function lowerDirectCall(b: Builder, scope: Scope, node: ts.CallExpression): DirectCall | null {
  refuseOpenChain(b, node);
  const callee = unwrap(node.expression);
  if (ts.isIdentifier(callee)) {
    const symbol = symbolOf(b, callee);
    if (symbol === null) return null;
    const entity = entityOf(b, symbol, callee);
    if (entity.kind !== "function") return null;
    scope.calls.add(entity.function);
    return lowerArguments(b, scope, entity.function, [], node.arguments, node);
  }
  if (ts.isPropertyAccessExpression(callee)) return lowerMethodCall(b, scope, node, callee);
  const disposal = lowerDisposalCall(b, scope, node);
  if (disposal !== null) return disposal;
  if (ts.isArrowFunction(callee) || ts.isFunctionExpression(callee)) {
    const id = functionUsedAt(b, callee, callee);
    scope.calls.add(id);
    return lowerArguments(b, scope, id, [], node.arguments, node);
  }
  return null;
}

export function unwrap(node: ts.Expression): ts.Expression {
  let at = node;
  while (ts.isParenthesizedExpression(at) || ts.isNonNullExpression(at)) at = at.expression;
  return at;
}

function lowerMethodCall(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
): DirectCall | null {
  if (b.substitutes.has(callee)) return null;
  const symbol = symbolOf(b, callee.name);
  if (symbol !== null && isInstanceMember(b, symbol)) return lowerMemberCall(b, scope, node, callee);
  const declaration = symbol?.declarations?.find(
    (candidate): candidate is ts.MethodDeclaration | ts.FunctionDeclaration =>
      (ts.isMethodDeclaration(candidate) || ts.isFunctionDeclaration(candidate)) &&
      candidate.body !== undefined,
  );
  const outside = declaration === undefined ? moduleMemberOf(b, callee) : null;
  if (outside?.kind === "function")
    return lowerArguments(b, scope, outside.function, [], node.arguments, node);
  if (symbol === null || declaration === undefined || isGlobal(b, symbol) || libraryName(b, symbol) !== null)
    return null;
  if (ts.isMethodDeclaration(declaration) && callee.expression.kind === ts.SyntaxKind.ThisKeyword)
    refuseInheritedStatic(b, callee);
  const id = functionUsedAt(b, declaration, callee);
  scope.calls.add(id);
  return lowerArguments(b, scope, id, [], node.arguments, node);
}

/** The call with all its arguments: left-out ones get the defaults of their parameters. */
export function lowerArguments(
  b: Builder,
  scope: Scope,
  original: FunctionId,
  self: readonly HirExpr[],
  nodes: readonly ts.Expression[],
  at: ts.Node,
): DirectCall {
  const callee = calleeFor(b, scope.function, original);
  scope.calls.add(callee);
  const parameters = b.function(callee).parameters.slice(self.length);
  const rest = parameters.find((parameter) => b.rests.has(parameter));
  const fixed = rest === undefined ? parameters : parameters.slice(0, -1);
  const given = listArguments(b, scope, rest === undefined ? givenArguments(b, nodes) : nodes);
  if (rest === undefined && given.length > fixed.length)
    return b.unsupported(given[fixed.length]?.at ?? at, "This argument is", "Leave it out.");
  const how: Given[] = [];
  const args = given.slice(0, fixed.length).map((argument, index) => {
    if (argument.isSpread)
      return b.unsupported(
        argument.at,
        "Spreading an array into these parameters is",
        "Write the arguments.",
      );
    const parameter = fixed[index];
    const value = literalDefault(b, parameter, argument.at) ?? argument.lower();
    if (parameter !== undefined && mayWantDefault(b, parameter, value)) {
      const complete = orLiteralDefault(b, scope, parameter, value, argument.at);
      how[index] = complete === null ? "maybe" : "given";
      return complete === null ? value : flow(b, complete, b.local(parameter).type, argument.at);
    }
    how[index] = "given";
    return parameter === undefined ? value : flow(b, value, b.local(parameter).type, argument.at);
  });
  if (rest !== undefined && given.length >= fixed.length) {
    args.push(restArray(b, scope, b.local(rest).type, given.slice(fixed.length), at));
    how.push("given");
  }
  if (how.includes("maybe")) {
    const front = frontOf(b, callee, [...self.map((): Given => "given"), ...how]);
    scope.calls.add(front);
    const types = b
      .function(front)
      .parameters.slice(self.length)
      .map((id) => b.local(id).type);
    const passed = args.map((value, index) => flow(b, value, types[index] ?? value.type, at));
    return { function: front, args: [...self, ...passed] };
  }
  if (given.length >= fixed.length) return { function: callee, args: [...self, ...args] };
  const complete = completeCall(b, scope, callee, self.length + given.length, at);
  scope.calls.add(complete.function);
  return { function: complete.function, args: [...self, ...args, ...complete.rest] };
}

function lowerClosureCall(b: Builder, scope: Scope, node: ts.CallExpression): HirExpr {
  const closure = lowerExpression(b, scope, node.expression);
  if (closure.type.kind !== "closure")
    return b.unsupported(node, "Calling this is", "Call a function or method.");
  const signature = b.signature(closure.type.signature);
  const [called] = b.checker.getTypeAtLocation(node.expression).getCallSignatures();
  const rest = hasRest(called) ? signature.parameters.at(-1) : undefined;
  const count = rest === undefined ? signature.parameters.length : signature.parameters.length - 1;
  const given = listArguments(b, scope, node.arguments);
  const args = given.slice(0, rest === undefined ? given.length : count).map((argument, index) => {
    if (argument.isSpread)
      return b.unsupported(
        argument.at,
        "Spreading an array into these parameters is",
        "Write the arguments.",
      );
    const value = argument.lower();
    const parameter = signature.parameters[index];
    return parameter === undefined ? value : flow(b, value, parameter, argument.at);
  });
  if (rest !== undefined && args.length === count)
    args.push(restArray(b, scope, rest, given.slice(count), node));
  for (const parameter of signature.parameters.slice(args.length)) {
    if (!hasArm(parameter, "void"))
      return b.unsupported(node, "Leaving out an argument of a function value is", "Pass every argument.");
    args.push(flow(b, unit(b, node, "void"), parameter, node));
  }
  return expression(b, node, { kind: "callClosure", closure, args, type: signature.result });
}
