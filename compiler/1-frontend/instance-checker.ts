/**
 * TypeScript's checker as the lowering sees it: inside an instance of a generic
 * declaration every type it gives has the instance's arguments in place of the
 * type parameters, and members are those of the arguments.
 */

import { ts } from "ts-morph";
import { type Instance, instantiateType } from "./instances.ts";

export function createInstanceChecker(
  checker: ts.TypeChecker,
  current: () => Instance | null,
): ts.TypeChecker {
  const concrete = (type: ts.Type): ts.Type => {
    const instance = current();
    if (instance === null) return type;
    return instantiateType(checker, type, instance.parameters, instance.arguments);
  };
  const optional = (type: ts.Type | undefined): ts.Type | undefined =>
    type === undefined ? undefined : concrete(type);
  const symbolAt = (node: ts.Node): ts.Symbol | undefined =>
    (current() === null ? undefined : memberOfArgument(checker, node, concrete)) ??
    checker.getSymbolAtLocation(node);
  const own: Partial<ts.TypeChecker> = {
    getTypeAtLocation: (node) => concrete(checker.getTypeAtLocation(node)),
    getTypeFromTypeNode: (node) => concrete(checker.getTypeFromTypeNode(node)),
    getTypeOfSymbol: (symbol) => concrete(checker.getTypeOfSymbol(symbol)),
    getTypeOfSymbolAtLocation: (symbol, node) => concrete(checker.getTypeOfSymbolAtLocation(symbol, node)),
    getDeclaredTypeOfSymbol: (symbol) => concrete(checker.getDeclaredTypeOfSymbol(symbol)),
    getContextualType: (node) => optional(checker.getContextualType(node)),
    getReturnTypeOfSignature: (signature) => concrete(checker.getReturnTypeOfSignature(signature)),
    getTypeArguments: (type) => checker.getTypeArguments(type).map(concrete),
    getSymbolAtLocation: symbolAt,
  };
  return Object.assign(Object.create(checker) as ts.TypeChecker, own);
}

/** `value.area` where the type of `value` is a type parameter: the member of the argument. */
function memberOfArgument(
  checker: ts.TypeChecker,
  node: ts.Node,
  concrete: (type: ts.Type) => ts.Type,
): ts.Symbol | undefined {
  const access = node.parent;
  if (!ts.isPropertyAccessExpression(access) || access.name !== node) return undefined;
  const general = checker.getTypeAtLocation(access.expression);
  const type = concrete(general);
  return type === general ? undefined : checker.getPropertyOfType(type, access.name.text);
}
