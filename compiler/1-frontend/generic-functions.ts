/**
 * Generic functions and methods: which instance a use of one means, and the
 * function of that instance. Each list of HIR type arguments is lowered once.
 */

import { ts } from "ts-morph";
import type { FunctionId } from "../ir/ids.ts";
import type { Builder } from "./builder.ts";
import { type FunctionNode, functionOf } from "./functions.ts";
import { inferFrom, inferFromParameters } from "./infer-type-arguments.ts";
import { type Instance, instantiateType, surroundingInstance } from "./instances.ts";
import { convertType } from "./types.ts";
import { typeKey, typeLabel } from "./unify-types.ts";

/** What is generic: its own type parameters stand in the declaration. */
export type GenericNode = FunctionNode | ts.ClassDeclaration | ts.ClassExpression;

export function typeParametersOf(node: ts.Node): readonly ts.TypeParameterDeclaration[] {
  return "typeParameters" in node
    ? ((node.typeParameters as readonly ts.TypeParameterDeclaration[] | undefined) ?? [])
    : [];
}

/** The function that the use `at` of a declaration means: itself, or its instance for the type arguments there. */
export function functionUsedAt(
  b: Builder,
  node: FunctionNode,
  at: ts.Node,
  around: Instance | null = surroundingInstance(b.instance, node),
): FunctionId {
  const parameters = typeParametersOf(node);
  if (parameters.length === 0) return b.within(around, () => functionOf(b, node));
  const instance = instanceFor(b, node, typeArgumentsAt(b, node, at), around, at);
  return b.within(instance, () => functionOf(b, node));
}

/** Chains of instances that grow their own arguments never end. */
const DEPTH_MAX = 40;

/** The instance of `node` inside `around` for the type arguments, made on first use. */
export function instanceFor(
  b: Builder,
  node: GenericNode,
  given: readonly ts.Type[],
  around: Instance | null,
  at: ts.Node,
  self?: { readonly thisType: ts.Type | undefined; readonly type: ts.Type },
): Instance {
  const declared = typeParametersOf(node);
  const parameters = declared.map((parameter) => b.loaded.checker.getTypeAtLocation(parameter));
  const targets = given.map((type, index) => usableArgument(b, declared[index], type, at));
  const converted = targets.map((type) => convertType(b, type, at));
  const key = converted
    .map((type, index) => typeKey(b, type) + literalKey(b, declared[index], targets[index]))
    .join(",");
  const byNode = b.instances.get(around) ?? new Map<ts.Node, Map<string, Instance>>();
  b.instances.set(around, byNode);
  const byKey = byNode.get(node) ?? new Map<string, Instance>();
  byNode.set(node, byKey);
  const known = byKey.get(key);
  if (known !== undefined) return known;
  const depth = (b.instance?.depth ?? 0) + 1;
  if (depth > DEPTH_MAX)
    return b.reject(
      at,
      "A generic that instantiates itself with ever larger types",
      "End the recursion at a type that does not grow.",
    );
  if (self?.thisType !== undefined) {
    parameters.push(self.thisType);
    targets.push(self.type);
  }
  const instance: Instance = {
    declaration: node,
    parent: around,
    parameters: [...parameters, ...(around?.parameters ?? [])],
    arguments: [...targets, ...(around?.arguments ?? [])],
    depth,
    label: converted.map((type) => typeLabel(b, type)).join("_"),
  };
  byKey.set(key, instance);
  return instance;
}

/** `5` is given as a number: a literal type counts only where the parameter asks for names. */
function usableArgument(
  b: Builder,
  parameter: ts.TypeParameterDeclaration | undefined,
  type: ts.Type,
  at: ts.Node,
): ts.Type {
  if (type.flags & ts.TypeFlags.Unknown) {
    const name = parameter?.name.text ?? "T";
    return b.unsupported(
      at,
      `The type argument '${name}', which follows from nothing here, is`,
      "Write it: `f<number>(…)`.",
    );
  }
  if (keepsLiterals(b, parameter)) return type;
  return b.checker.getWidenedType(b.checker.getBaseTypeOfLiteralType(type));
}

function keepsLiterals(b: Builder, parameter: ts.TypeParameterDeclaration | undefined): boolean {
  const constraint = parameter?.constraint;
  if (constraint === undefined) return false;
  const type = b.loaded.checker.getTypeFromTypeNode(constraint);
  const isName = (part: ts.Type): boolean =>
    (part.flags & (ts.TypeFlags.StringLike | ts.TypeFlags.Index | ts.TypeFlags.Literal)) !== 0;
  return isName(type) || (type.isUnion() && type.types.some(isName));
}

/** Functions over different keys of an object have different bodies. */
function literalKey(
  b: Builder,
  parameter: ts.TypeParameterDeclaration | undefined,
  type: ts.Type | undefined,
): string {
  if (type === undefined || !keepsLiterals(b, parameter)) return "";
  return `=${b.checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation)}`;
}

/** The type arguments of a function where it is called or used as a value. */
function typeArgumentsAt(b: Builder, node: FunctionNode, at: ts.Node): readonly ts.Type[] {
  const use = outermost(at);
  const call = use.parent;
  if (isCallOf(call, use)) {
    const signature = b.checker.getResolvedSignature(call);
    if (signature !== undefined) return argumentsOfSignature(b, node, signature, at);
  }
  if (ts.isExpressionWithTypeArguments(call) && call.typeArguments !== undefined)
    return call.typeArguments.map((argument) => b.checker.getTypeFromTypeNode(argument));
  return argumentsOfValue(b, node, use, at);
}

function outermost(at: ts.Node): ts.Node {
  let use = at;
  for (;;) {
    const { parent } = use;
    const isName = ts.isPropertyAccessExpression(parent) && parent.name === use;
    if (!isName && !ts.isParenthesizedExpression(parent) && !ts.isNonNullExpression(parent)) return use;
    use = parent;
  }
}

function isCallOf(node: ts.Node, callee: ts.Node): node is ts.CallLikeExpression {
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) return node.expression === callee;
  return ts.isTaggedTemplateExpression(node) && node.tag === callee;
}

function argumentsOfSignature(
  b: Builder,
  node: FunctionNode,
  signature: ts.Signature,
  at: ts.Node,
): readonly ts.Type[] {
  const own = b.loaded.checker.getSignatureFromDeclaration(node);
  if (own === undefined) return refuseArguments(b, node, at);
  if (signature.getDeclaration() === node) {
    const found = b.loaded.checker.getTypeArgumentsForResolvedSignature(signature);
    if (found !== undefined) return found.map((type) => b.concrete(type));
  }
  const found = new Map<ts.Type, ts.Type>();
  inferFromParameters(b.loaded.checker, own, signature, (inner, outer) =>
    inferFrom(b.loaded.checker, inner, b.concrete(outer), found),
  );
  inferFrom(b.loaded.checker, own.getReturnType(), b.concrete(signature.getReturnType()), found);
  return findingsFor(b, node, found, at);
}

function argumentsOfValue(b: Builder, node: FunctionNode, use: ts.Node, at: ts.Node): readonly ts.Type[] {
  const wanted = ts.isExpression(use) ? b.checker.getContextualType(use) : undefined;
  const signature = wanted === undefined ? undefined : wanted.getCallSignatures()[0];
  if (signature === undefined) return refuseArguments(b, node, at);
  return argumentsOfSignature(b, node, signature, at);
}

/** The findings in the order of the parameters; what was not found has its default. */
export function findingsFor(
  b: Builder,
  node: FunctionNode,
  found: ReadonlyMap<ts.Type, ts.Type>,
  at: ts.Node,
): readonly ts.Type[] {
  const known = new Map(found);
  return typeParametersOf(node).map((parameter) => {
    const own = b.loaded.checker.getTypeAtLocation(parameter);
    const type = known.get(own) ?? defaultOf(b, parameter, known) ?? refuseArguments(b, node, at);
    known.set(own, type);
    return type;
  });
}

/** `W extends T = T`: the default may name the parameters before it. */
function defaultOf(
  b: Builder,
  parameter: ts.TypeParameterDeclaration,
  known: ReadonlyMap<ts.Type, ts.Type>,
): ts.Type | null {
  if (parameter.default === undefined) return null;
  const type = b.checker.getTypeFromTypeNode(parameter.default);
  return instantiateType(b.checker, type, [...known.keys()], [...known.values()]);
}

function refuseArguments(b: Builder, node: FunctionNode, at: ts.Node): never {
  const name = node.name?.getText() ?? "this function";
  return b.unsupported(
    at,
    `The generic function '${name}' without known type arguments is`,
    "Call it, or give the place a function type of its own.",
  );
}
