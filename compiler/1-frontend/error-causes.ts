/**
 * `cause`: what led to an error. Errors have the field only in programs that
 * name it, so that others pay nothing.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirType } from "../ir/hir.ts";
import type { ClassId } from "../ir/ids.ts";
import { unionOf } from "../ir/union-types.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { errorsOf } from "./errors.ts";
import { lowerExpression } from "./expressions.ts";
import { takeArms } from "./narrowing.ts";
import { unit } from "./short-circuit.ts";
import { flow } from "./unify-types.ts";
import { unknownType } from "./unknown-values.ts";

/** A class that declares a field of that name itself gives it a type of its own, and is the only one to have it. */
export function namesCauses(b: Builder): boolean {
  const files = b.loaded.userFiles.filter((file) => /\bcause\b|\bErrorOptions\b/.test(file.text));
  return files.length > 0 && !files.some(declaresCause);
}

function declaresCause(node: ts.Node): boolean {
  const isField =
    ts.isPropertyDeclaration(node) ||
    (ts.isParameter(node) && ts.isParameterPropertyDeclaration(node, node.parent));
  if (isField && ts.isIdentifier(node.name) && node.name.text === "cause") return true;
  return ts.forEachChild(node, (child) => declaresCause(child) || undefined) ?? false;
}

/** The class of `{ cause }`, the second argument of the constructors of errors. */
export function optionsClass(b: Builder): ClassId {
  const { families } = b;
  if (families.errorOptions !== null) return families.errorOptions;
  const info = b.addClass("ErrorOptions", null, b.loaded.entry);
  families.errorOptions = info.id;
  b.addField(info, "cause", unknownType(b), b.loaded.entry);
  return info.id;
}

/** The type of a parameter that takes `{ cause }` or nothing. */
export function optionsType(b: Builder): HirType {
  return unionOf([types.void, { kind: "object", class: optionsClass(b) }]);
}

/** What an error is made with: no cause, or that of the options. */
export function causeOf(
  b: Builder,
  scope: Scope,
  node: ts.Node,
  options: ts.Expression | undefined,
): HirExpr {
  const type = unknownType(b);
  if (options === undefined) return flow(b, unit(b, node, "void"), type, node);
  const value = flow(b, lowerExpression(b, scope, options), optionsType(b), options);
  const local = b.addLocal(scope, "options", value.type, options);
  const read = (): HirExpr => expression(b, options, { kind: "local", local, type: value.type });
  return expression(b, options, {
    kind: "sequence",
    statements: [{ kind: "let", local, value, span: value.span }],
    value: causeIn(b, options, read),
    type,
  });
}

/** The cause in options that may be left out. */
export function causeIn(b: Builder, node: ts.Node, options: () => HirExpr): HirExpr {
  const type = unknownType(b);
  const info = b.info(optionsClass(b));
  const [field] = info.fields.values();
  if (field === undefined) throw new Error("options have a cause");
  const object = takeArms(b, node, options(), [{ kind: "object", class: info.id }], true);
  return expression(b, node, {
    kind: "conditional",
    test: expression(b, node, { kind: "isArm", value: options(), arms: ["void"], type: types.boolean }),
    whenTrue: flow(b, unit(b, node, "void"), type, node),
    whenFalse: expression(b, node, { kind: "field", object, field, type }),
    type,
  });
}

/** Errors that the compiler makes have none. */
export function noCause(
  b: Builder,
  node: ts.Node,
): { readonly field: NonNullable<ReturnType<typeof errorsOf>["cause"]>; readonly value: HirExpr }[] {
  const { cause } = errorsOf(b);
  return cause === null
    ? []
    : [{ field: cause, value: flow(b, unit(b, node, "void"), unknownType(b), node) }];
}
