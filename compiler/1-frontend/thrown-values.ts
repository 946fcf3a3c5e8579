/**
 * What a program throws: errors, and where it says so also texts, numbers and
 * other objects. The variable of a `catch` is of the union of all of them, since
 * TypeScript gives it no type.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement, HirType } from "../ir/hir.ts";
import type { ClassId } from "../ir/ids.ts";
import { armOf, armsOf, hasArm, unionOf } from "../ir/union-types.ts";
import { type Builder, expression, Refused, type Scope, types } from "./builder.ts";
import { errorsOf, isBuiltInError, limited, textOfError } from "./errors.ts";
import { literal, lowerExpression, template } from "./expressions.ts";
import { castTo, isInstance } from "./instance-tests.ts";
import { takeArms } from "./narrowing.ts";
import { joinClasses } from "./object-types.ts";
import { after, hold } from "./temporaries.ts";
import { convertType } from "./types.ts";
import { flow, withoutSize } from "./unify-types.ts";

export function lowerThrow(b: Builder, scope: Scope, node: ts.ThrowStatement): HirStatement {
  const given = lowerExpression(b, scope, node.expression);
  const value = given.type.kind === "string" ? limited(b, scope, node.expression, given) : given;
  const thrown = thrownType(b);
  for (const arm of armsOf(value.type))
    if (!hasArm(thrown, arm.kind) || arm.kind === "array" || arm.kind === "closure")
      b.unsupported(node.expression, "Throwing a value of this type is", "Throw `new Error(message)`.");
  return { kind: "throw", value: flow(b, value, thrown, node), span: b.span(node) };
}

/** What a `catch` may get. */
export function thrownType(b: Builder): HirType {
  const errors = errorsOf(b);
  if (b.families.knowsThrown) return errors.thrown;
  b.families.knowsThrown = true;
  const thrown = b.within(null, () => findThrown(b, errors.class));
  b.errors = { ...errorsOf(b), thrown };
  return thrown;
}

function findThrown(b: Builder, root: ClassId): HirType {
  const classes = new Set<ClassId>([root]);
  const arms = new Map<HirType["kind"], HirType>();
  const add = (type: ts.Type, at: ts.Expression): void => {
    const parts = type.isUnion() ? type.types : [type];
    for (const part of parts.filter((one) => !isUnclear(one) && !isErrorObject(b, one))) {
      for (const arm of armsOf(convertType(b, part, at))) {
        if (arm.kind === "object") classes.add(arm.class);
        else arms.set(arm.kind, withoutSize(arm));
      }
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isThrowStatement(node)) {
      try {
        add(b.loaded.checker.getTypeAtLocation(node.expression), node.expression);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
      }
    }
    ts.forEachChild(node, visit);
  };
  for (const file of b.loaded.userFiles) visit(file);
  const object = { kind: "object", class: joinClasses(b, [...classes]) } as const;
  return unionOf([...arms.values(), object]);
}

const flag = ts.TypeFlags;

/** Thrown on, or of a type that only an instance knows. */
function isUnclear(type: ts.Type): boolean {
  return (type.flags & (flag.Any | flag.Unknown | flag.Never | flag.Instantiable)) !== 0;
}

/** Of a built-in class of errors, or one that extends such. */
function isErrorObject(b: Builder, type: ts.Type): boolean {
  if (type.isIntersection()) return type.types.some((part) => isErrorObject(b, part));
  if (isBuiltInError(b, type)) return true;
  return (type.getBaseTypes() ?? []).some((base) => isErrorObject(b, base));
}

/** The text of a value that may be an object: of errors what `toString` gives, of others that they are objects. */
export function textOfAny(b: Builder, scope: Scope, node: ts.Node, value: HirExpr): HirExpr {
  const held = hold(b, scope, node, "value", value, true);
  const object = armOf(value.type, "object");
  const others = armsOf(value.type).filter((arm) => arm.kind !== "object");
  if (object === null) return template(b, node, [value]);
  const root = errorsOf(b).class;
  const take = (): HirExpr =>
    value.type.kind === "union" ? takeArms(b, node, held.read(), [object], true) : held.read();
  const ofObject = expression(b, node, {
    kind: "conditional",
    test: isInstance(b, node, take(), root),
    whenTrue: textOfError(b, node, castTo(b, node, take(), root, true)),
    whenFalse: textOfPlain(b, node, take()),
    type: types.string,
  });
  if (others.length === 0) return after(b, node, [held], ofObject);
  const text = expression(b, node, {
    kind: "conditional",
    test: expression(b, node, { kind: "isArm", value: held.read(), arms: ["object"], type: types.boolean }),
    whenTrue: ofObject,
    whenFalse: template(b, node, [takeArms(b, node, held.read(), others, true)]),
    type: types.string,
  });
  return after(b, node, [held], text);
}

/** Refused once it is known that some class there has a text of its own. */
function textOfPlain(b: Builder, node: ts.Node, object: HirExpr): HirExpr {
  const text = literal(b, node, "[object Object]");
  const asked = expression(b, node, { kind: "isInstance", value: object, classes: [], type: types.boolean });
  b.families.nameQuestions.set(asked.id, { name: "toString", at: node, isRefused: true });
  return expression(b, node, {
    kind: "conditional",
    test: asked,
    whenTrue: text,
    whenFalse: { ...text, id: b.nextNode() },
    type: types.string,
  });
}
