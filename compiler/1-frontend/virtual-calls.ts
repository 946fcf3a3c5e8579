/**
 * Calls of members whose receiver may be of several classes: they call a
 * placeholder, which resolve-families.ts replaces by the one function that the
 * whole program leaves, or fills with a choice by class.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirType } from "../ir/hir.ts";
import type { ClassId, FunctionId } from "../ir/ids.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { type DirectCall, lowerArguments } from "./calls.ts";
import { findField, implementationOf, mayBeAccessor, memberKey } from "./class-members.ts";
import { givenArguments } from "./default-parameters.ts";
import type { MemberKind } from "./families.ts";
import { functionOf, openScope } from "./functions.ts";
import { typeParametersOf } from "./generic-functions.ts";
import { convertType, promiseResult } from "./types.ts";
import { flow } from "./unify-types.ts";

interface MemberSignature {
  readonly parameters: readonly HirType[];
  readonly result: HirType;
  readonly isAsync: boolean;
}

/** A method call through a class or interface; null: the receiver's class has one implementation, the declared one. */
export function lowerVirtualCall(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
  self: HirExpr,
): DirectCall | null {
  if (self.type.kind !== "object") return null;
  const key = memberKey(b, callee.name);
  const own = implementationOf(b, self.type.class, "method", key);
  if (ts.isPrivateIdentifier(callee.name) && own.kind !== "kept") return null;
  const bodies = b.families.memberCounts.get(key)?.bodies ?? 0;
  if (own.kind === "function" && bodies === 1) return null;
  if (own.kind === "function" && typeParametersOf(own.node).length > 0)
    return b.unsupported(callee, "A generic method that several classes have is", "Write it as a function.");
  const count = givenArguments(b, node.arguments).length;
  const declared = (): MemberSignature =>
    own.kind === "function"
      ? signatureOfFunction(
          b,
          own.within(() => functionOf(b, own.node)),
          count,
        )
      : signatureOfCall(b, node, count);
  const isAsked = b.enteredLinks.has(node);
  const placeholder = virtualMember(b, self.type.class, "method", key, count, callee, declared, isAsked);
  scope.calls.add(placeholder);
  return lowerArguments(b, scope, placeholder, [self], node.arguments, node);
}

/** `object.name` where some class may have an accessor of that name; null: it can only be a field. */
export function lowerVirtualGet(
  b: Builder,
  scope: Scope,
  node: ts.PropertyAccessExpression,
  object: HirExpr,
): HirExpr | null {
  const placeholder = accessorMember(b, node, object, "get");
  if (placeholder === null) return null;
  scope.calls.add(placeholder);
  return expression(b, node, {
    kind: "call",
    function: placeholder,
    args: [object],
    type: b.function(placeholder).result,
  });
}

/** Whether the object has a method or function of that name: `object.name?.()`; null: only fields have it. */
export function lowerHasMethod(
  b: Builder,
  scope: Scope,
  callee: ts.PropertyAccessExpression,
  object: HirExpr,
): HirExpr | null {
  const key = memberKey(b, callee.name);
  if (object.type.kind !== "object" || (b.families.memberCounts.get(key)?.bodies ?? 0) === 0) return null;
  const signature = { parameters: [], result: types.boolean, isAsync: false };
  const placeholder = virtualMember(b, object.type.class, "has", key, 0, callee, () => signature);
  scope.calls.add(placeholder);
  return expression(b, callee, { kind: "call", function: placeholder, args: [object], type: types.boolean });
}

/** The same for a property that is named by a pattern, a spread or a key; `written` is its type. */
export function lowerNamedGet(
  b: Builder,
  scope: Scope,
  at: ts.Node,
  object: HirExpr,
  key: string,
  written: () => ts.Type,
): HirExpr | null {
  if (object.type.kind !== "object" || (b.families.memberCounts.get(key)?.accessors ?? 0) === 0) return null;
  const id = object.type.class;
  const placeholder = virtualMember(b, id, "get", key, 0, at, () => {
    const result = knownPropertyType(b, id, "get", key) ?? convertType(b, written(), at);
    return { parameters: [], result, isAsync: false };
  });
  scope.calls.add(placeholder);
  const { result } = b.function(placeholder);
  return expression(b, at, { kind: "call", function: placeholder, args: [object], type: result });
}

export interface VirtualProperty {
  readonly type: HirType;
  read(object: HirExpr): HirExpr;
  write(object: HirExpr, value: HirExpr): HirExpr;
}

/** Reading and writing such a property; the object is evaluated once by who asks. */
export function virtualProperty(
  b: Builder,
  scope: Scope,
  node: ts.PropertyAccessExpression,
  object: HirExpr,
): VirtualProperty | null {
  const set = accessorMember(b, node, object, "set");
  if (set === null) return null;
  const [, parameter] = b.function(set).parameters;
  const type = parameter === undefined ? types.void : b.local(parameter).type;
  return {
    type,
    read: (receiver) => lowerVirtualGet(b, scope, node, receiver) ?? receiver,
    write: (receiver, value) => {
      scope.calls.add(set);
      const args = [receiver, flow(b, value, type, node)];
      return expression(b, node, { kind: "call", function: set, args, type: types.void });
    },
  };
}

function accessorMember(
  b: Builder,
  node: ts.PropertyAccessExpression,
  object: HirExpr,
  kind: "get" | "set",
): FunctionId | null {
  if (object.type.kind !== "object" || !mayBeAccessor(b, node.name)) return null;
  const id = object.type.class;
  const key = memberKey(b, node.name);
  const count = kind === "get" ? 0 : 1;
  return virtualMember(b, id, kind, key, count, node, () => signatureOfProperty(b, id, kind, key, node));
}

function signatureOfProperty(
  b: Builder,
  id: ClassId,
  kind: "get" | "set",
  key: string,
  node: ts.PropertyAccessExpression,
): MemberSignature {
  const type = propertyType(b, id, kind, key, node);
  return kind === "get"
    ? { parameters: [], result: type, isAsync: false }
    : { parameters: [type], result: types.void, isAsync: false };
}

function propertyType(
  b: Builder,
  id: ClassId,
  kind: "get" | "set",
  key: string,
  node: ts.PropertyAccessExpression,
): HirType {
  const known = knownPropertyType(b, id, kind, key);
  if (known !== null) return known;
  const symbol = b.checker.getSymbolAtLocation(node.name);
  const type =
    symbol === undefined
      ? b.checker.getTypeAtLocation(node)
      : b.checker.getTypeOfSymbolAtLocation(symbol, node);
  return convertType(b, type, node);
}

/** The type that the class itself says; null where it has no such field or accessor. */
function knownPropertyType(b: Builder, id: ClassId, kind: "get" | "set", key: string): HirType | null {
  const field = findField(b, id, key);
  if (field !== undefined) return b.field(field).type;
  const own = implementationOf(b, id, kind, key);
  if (own.kind !== "function") return null;
  const fn = b.function(own.within(() => functionOf(b, own.node)));
  const [, parameter] = fn.parameters;
  return kind === "get" || parameter === undefined ? fn.result : b.local(parameter).type;
}

function signatureOfFunction(b: Builder, id: FunctionId, count: number): MemberSignature {
  const fn = b.function(id);
  const parameters = fn.parameters.slice(1, 1 + count).map((parameter) => b.local(parameter).type);
  return { parameters, result: fn.result, isAsync: fn.isAsync };
}

/** The signature that an interface or an abstract class declares. */
function signatureOfCall(b: Builder, node: ts.CallExpression, count: number): MemberSignature {
  const signature = b.checker.getResolvedSignature(node);
  if (signature === undefined) return b.unsupported(node, "This call is", "Give the method one signature.");
  const parameters = signature
    .getParameters()
    .slice(0, count)
    .map((parameter) => convertType(b, b.checker.getTypeOfSymbolAtLocation(parameter, node), node));
  const returned = b.checker.getTypeAtLocation(node);
  const promised = promiseResult(b, returned);
  return { parameters, result: convertType(b, promised ?? returned, node), isAsync: promised !== null };
}

/** The placeholder for `[Symbol.dispose]()` of an object that may be of several classes. */
export function virtualDisposal(
  b: Builder,
  id: ClassId,
  key: string,
  at: ts.Node,
  isAsync: () => boolean,
): FunctionId {
  return virtualMember(b, id, "method", key, 0, at, () => ({
    parameters: [],
    result: types.void,
    isAsync: isAsync(),
  }));
}

/** The placeholder for a member; made on first use. */
export function virtualMember(
  b: Builder,
  id: ClassId,
  kind: MemberKind,
  name: string,
  count: number,
  at: ts.Node,
  signature: () => MemberSignature,
  isOptional = false,
): FunctionId {
  const key = `${id} ${kind} ${name} ${count} ${isOptional}`;
  const known = b.families.virtuals.get(key);
  if (known !== undefined) return known.function;
  const { parameters, result, isAsync } = signature();
  const prefix = kind === "method" ? "" : `${kind}_`;
  const fn = b.addFunction({
    name: `${b.class(id).name}.${prefix}${name}`,
    role: "method",
    isAsync,
    parameters: [],
    result,
    parent: null,
    span: b.span(at),
  });
  b.families.virtuals.set(key, { function: fn.id, class: id, kind, name, count, isOptional, at });
  const self = b.addLocal({ function: fn.id }, "this", { kind: "object", class: id }, at, {
    parameter: true,
  });
  openScope(b, fn.id, null, self);
  const others = parameters.map((type, index) =>
    b.addLocal({ function: fn.id }, `argument${index + 1}`, type, at, { parameter: true }),
  );
  fn.parameters = [self, ...others];
  return fn.id;
}
