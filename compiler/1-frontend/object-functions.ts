/** Functions of `Object` on objects of known shape: listing, `assign`, `freeze`. */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement } from "../ir/hir.ts";
import { armsOf, hasArm, isArmKind } from "../ir/union-types.ts";
import { type Builder, expression, expressionStatement, kindOf, type Scope } from "./builder.ts";
import { fieldKeys, findField } from "./class-members.ts";
import { isArm } from "./equality.ts";
import { lowerExpression } from "./expressions.ts";
import { takeArms } from "./narrowing.ts";
import { lowerListing } from "./object-listings.ts";
import { lowerCopies } from "./object-literals.ts";
import { ownKeysOf, readOwn } from "./own-properties.ts";
import { hold } from "./temporaries.ts";
import { convertType } from "./types.ts";
import { flow } from "./unify-types.ts";

/** `Object.name(…)`; null for functions that are not compiled. */
export function lowerObjectFunction(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  name: string,
): HirExpr | null {
  if (node.arguments.some(ts.isSpreadElement)) return null;
  switch (name) {
    case "assign":
      return lowerAssign(b, scope, node);
    case "freeze":
      return lowerFreeze(b, scope, node);
    case "fromEntries":
      return b.unsupported(node, "Object.fromEntries is", "Use a Map: `new Map(entries)`.");
    default:
      return lowerListing(b, scope, node, name);
  }
}

/** `Object.assign(target, a, b)`: into a new literal as spread does, else field by field. */
function lowerAssign(b: Builder, scope: Scope, node: ts.CallExpression): HirExpr | null {
  const [target, ...sources] = node.arguments;
  if (target === undefined) return null;
  if (ts.isObjectLiteralExpression(target)) {
    const type = convertType(b, b.checker.getTypeAtLocation(node), node);
    if (type.kind !== "object") return null;
    return lowerCopies(b, scope, node, target, sources, b.info(type.class));
  }
  const object = lowerExpression(b, scope, target);
  if (object.type.kind !== "object")
    return b.unsupported(
      target,
      `Object.assign to ${kindOf(object.type)} is`,
      "Assign to an object with fields.",
    );
  const holder = hold(b, scope, target, "target", object, false);
  const read = sources.map((source) => {
    const value = lowerExpression(b, scope, source);
    if (value.type.kind !== "object")
      return b.unsupported(
        source,
        `Copying ${kindOf(value.type)} is`,
        "Assign the fields of an object that is there.",
      );
    const held = hold(b, scope, source, "source", value, false);
    return { source, held, class: value.type.class };
  });
  const statements: HirStatement[] = [...holder.statements, ...read.flatMap(({ held }) => held.statements)];
  for (const { source, held, class: id } of read) {
    const keys = ownKeysOf(b, source);
    const names = keys.map((key) => key.name);
    b.families.ownProperties.push({
      class: id,
      keys: names,
      optional: keys.filter((key) => key.isOptional).map((key) => key.name),
      without: [...fieldKeys(b.info(object.type.class)).keys()].filter((key) => !names.includes(key)),
      at: source,
    });
    for (const key of keys) {
      const field = findField(b, object.type.class, key.name);
      if (field === undefined || key.mayRunCode)
        return b.unsupported(
          source,
          `Object.assign of '${key.name}', which the target does not have as a field, is`,
          "Declare it in the target.",
        );
      const value = readOwn(b, scope, source, held.read(), key);
      const present = armsOf(value.type).filter((arm) => arm.kind !== "void");
      const isGuarded = key.isOptional && hasArm(value.type, "void");
      const given = isGuarded ? takeArms(b, source, value, present, true) : value;
      const stored = flow(b, given, b.field(field).type, source);
      const place = { kind: "field", object: holder.read(), field } as const;
      const store = expressionStatement(
        expression(b, source, { kind: "assign", target: place, value: stored, type: stored.type }),
      );
      const kinds = present.flatMap(({ kind }) => (isArmKind(kind) ? [kind] : []));
      statements.push(
        isGuarded
          ? {
              kind: "if",
              test: isArm(b, source, readOwn(b, scope, source, held.read(), key), kinds),
              whenTrue: [store],
              whenFalse: [],
              span: b.span(source),
            }
          : store,
      );
    }
  }
  const value = holder.read();
  return expression(b, node, { kind: "sequence", statements, value, type: value.type });
}

/** The object itself: that nothing assigns to its fields is checked once the program is known. */
function lowerFreeze(b: Builder, scope: Scope, node: ts.CallExpression): HirExpr | null {
  const [argument] = node.arguments;
  if (argument === undefined) return null;
  const value = lowerExpression(b, scope, argument);
  if (value.type.kind === "object") {
    b.families.frozen.push({ class: value.type.class, at: node });
    return value;
  }
  if (value.type.kind === "array" && !ts.isArrayLiteralExpression(argument))
    return b.unsupported(
      argument,
      "Freezing an array that has a name is",
      "Declare it `readonly`, or freeze the literal.",
    );
  return value;
}
