/** Destructuring of objects and arrays into new variables. */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement } from "../ir/hir.ts";
import type { LocalId } from "../ir/ids.ts";
import { lowerAllInto } from "./async.ts";
import { type Builder, expression, expressionStatement, type Scope, types } from "./builder.ts";
import { lowerExpression } from "./expressions.ts";

type Declare = (name: ts.Identifier, value: HirExpr) => HirStatement;

export function lowerPattern(
  b: Builder,
  scope: Scope,
  pattern: ts.BindingPattern,
  initializer: ts.Expression,
  declare: Declare,
): HirStatement[] {
  const all = lowerAllInto(b, scope, initializer);
  if (all !== null && ts.isArrayBindingPattern(pattern)) {
    const names = pattern.elements.map((element) => simpleName(b, element));
    const reads = names.flatMap((name, index) => {
      const result = all.results[index];
      if (name === null || result === undefined || result === null) return [];
      return [declare(name, readLocal(b, name, result))];
    });
    return [expressionStatement(all.value), ...reads];
  }
  const value = lowerExpression(b, scope, initializer);
  const holder = b.addLocal(scope, "source", value.type, initializer);
  const keep: HirStatement = { kind: "let", local: holder, value, span: b.span(initializer) };
  const read = (name: ts.Identifier): HirExpr => readLocal(b, name, holder);
  return [
    keep,
    ...pattern.elements.flatMap((element, index) => lowerElement(b, element, index, read, declare)),
  ];
}

function lowerElement(
  b: Builder,
  element: ts.ArrayBindingElement,
  index: number,
  read: (name: ts.Identifier) => HirExpr,
  declare: Declare,
): HirStatement[] {
  const name = simpleName(b, element);
  if (name === null || ts.isOmittedExpression(element)) return [];
  const source = read(name);
  if (source.type.kind === "array" && ts.isArrayBindingPattern(element.parent)) {
    const at = expression(b, name, { kind: "number", value: index, type: types.number });
    return [
      declare(
        name,
        expression(b, name, {
          kind: "element",
          array: source,
          index: at,
          type: b.elementType(source.type.array),
        }),
      ),
    ];
  }
  if (source.type.kind === "object" && ts.isObjectBindingPattern(element.parent)) {
    const property = element.propertyName === undefined ? name.text : element.propertyName.getText();
    const field = b.class(source.type.class).fields.find((id) => b.field(id).name === property);
    if (field === undefined)
      return b.unsupported(element, `Destructuring '${property}' is`, "Read it with a dot.");
    return [
      declare(name, expression(b, name, { kind: "field", object: source, field, type: b.field(field).type })),
    ];
  }
  return b.unsupported(element, "Destructuring this type is", "Read the parts one by one.");
}

function simpleName(b: Builder, element: ts.ArrayBindingElement): ts.Identifier | null {
  if (ts.isOmittedExpression(element)) return null;
  if (element.dotDotDotToken !== undefined)
    return b.unsupported(element, "A rest element in destructuring is", "Read the elements by index.");
  if (element.initializer !== undefined)
    return b.unsupported(element, "A default in destructuring is", "Read the value and test it.");
  if (!ts.isIdentifier(element.name))
    return b.unsupported(element.name, "Nested destructuring is", "Destructure in two steps.");
  return element.name;
}

function readLocal(b: Builder, at: ts.Node, local: LocalId): HirExpr {
  return expression(b, at, { kind: "local", local, type: b.local(local).type });
}
