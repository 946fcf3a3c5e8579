/** The parts of a destructuring pattern: where each reads, its default, and what gets the value. */
import { ts } from "ts-morph";
import type { Builder } from "./builder.ts";

export type PartSource =
  | { readonly kind: "property"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  /** `...rest` of an array, from an index on. */
  | { readonly kind: "elements"; readonly start: number }
  /** `...rest` of an object, without the properties that were named. */
  | { readonly kind: "properties"; readonly without: readonly string[] };

export interface PatternPart {
  readonly from: PartSource;
  /** A name, a target of an assignment, or a pattern. */
  readonly to: ts.Node;
  readonly default: ts.Expression | null;
}

export function partsOf(b: Builder, pattern: ts.Node): PatternPart[] {
  if (ts.isObjectBindingPattern(pattern)) return objectBinding(b, pattern);
  if (ts.isArrayBindingPattern(pattern)) return arrayBinding(pattern);
  if (ts.isObjectLiteralExpression(pattern)) return objectAssignment(b, pattern);
  if (ts.isArrayLiteralExpression(pattern)) return arrayAssignment(pattern);
  return b.unsupported(pattern, "Destructuring into this is", "Name variables.");
}

function objectBinding(b: Builder, pattern: ts.ObjectBindingPattern): PatternPart[] {
  const named: string[] = [];
  return pattern.elements.map((element) => {
    if (element.dotDotDotToken !== undefined)
      return { from: { kind: "properties", without: [...named] }, to: element.name, default: null };
    const name = propertyName(b, element.propertyName ?? element.name);
    named.push(name);
    return { from: { kind: "property", name }, to: element.name, default: element.initializer ?? null };
  });
}

function arrayBinding(pattern: ts.ArrayBindingPattern): PatternPart[] {
  return pattern.elements.flatMap((element, index): PatternPart[] => {
    if (ts.isOmittedExpression(element)) return [];
    if (element.dotDotDotToken !== undefined)
      return [{ from: { kind: "elements", start: index }, to: element.name, default: null }];
    return [{ from: { kind: "index", index }, to: element.name, default: element.initializer ?? null }];
  });
}

function objectAssignment(b: Builder, pattern: ts.ObjectLiteralExpression): PatternPart[] {
  const named: string[] = [];
  return pattern.properties.map((property) => {
    if (ts.isSpreadAssignment(property))
      return { from: { kind: "properties", without: [...named] }, to: property.expression, default: null };
    if (ts.isShorthandPropertyAssignment(property)) {
      named.push(property.name.text);
      return {
        from: { kind: "property", name: property.name.text },
        to: property.name,
        default: property.objectAssignmentInitializer ?? null,
      };
    }
    if (!ts.isPropertyAssignment(property))
      return b.unsupported(property, "This part of a pattern is", "Name a variable.");
    const name = propertyName(b, property.name);
    named.push(name);
    return { from: { kind: "property", name }, ...targetOf(property.initializer) };
  });
}

function arrayAssignment(pattern: ts.ArrayLiteralExpression): PatternPart[] {
  return pattern.elements.flatMap((element, index): PatternPart[] => {
    if (ts.isOmittedExpression(element)) return [];
    if (ts.isSpreadElement(element))
      return [{ from: { kind: "elements", start: index }, to: element.expression, default: null }];
    return [{ from: { kind: "index", index }, ...targetOf(element) }];
  });
}

/** `target = default`, or just the target. */
function targetOf(node: ts.Expression): Pick<PatternPart, "to" | "default"> {
  const hasDefault = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  return hasDefault ? { to: node.left, default: node.right } : { to: node, default: null };
}

function propertyName(b: Builder, name: ts.Node): string {
  if (ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isNumericLiteral(name)) return name.text;
  if (ts.isComputedPropertyName(name) && ts.isStringLiteralLike(name.expression)) return name.expression.text;
  return b.unsupported(name, "A computed property in destructuring is", "Write the name of the property.");
}
