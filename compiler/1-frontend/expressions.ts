/** Expressions of the source to expressions of HIR. Calls, assignments and async forms have files of their own. */

import { ts } from "ts-morph";
import type { HirExpr, HirType } from "../ir/hir.ts";
import { armOf, armsOf, hasArm, isUnit } from "../ir/union-types.ts";
import { lowerArrayLiteral } from "./allocations.ts";
import { textOfArray } from "./array-text.ts";
import { lowerUpdate } from "./assignments.ts";
import { lowerAwait, lowerVoid } from "./async.ts";
import { invertBigint, lowerBigintLiteral, negateBigint } from "./bigints.ts";
import { type Builder, expression, kindOf, type Scope, types } from "./builder.ts";
import { lowerCall } from "./calls.ts";
import { constantOf } from "./constants.ts";
import { valueFrontOf } from "./default-parameters.ts";
import { lowerNew } from "./drivers.ts";
import { lowerEnumLookup } from "./enums.ts";
import { isError, textOfError } from "./errors.ts";
import type { functionOf } from "./functions.ts";
import { lowerYield } from "./generators/yields.ts";
import { functionUsedAt } from "./generic-functions.ts";
import { castTo, refine } from "./instance-tests.ts";
import { lowerKeyedAccess } from "./keyed-access.ts";
import { elementOrUndefined, mayBePastEnd } from "./missing-elements.ts";
import { lowerIdentifier, lowerPropertyAccess } from "./names.ts";
import { narrow, takeArms, takePresent, widest } from "./narrowing.ts";
import { toNumber } from "./number-methods.ts";
import { lowerObjectLiteral } from "./object-literals.ts";
import { lowerBinary, lowerConditional, lowerNumber, lowerNumeric } from "./operators.ts";
import { lowerOptionalChain } from "./optional-chains.ts";
import { refuseSyntax } from "./refused-syntax.ts";
import { sequence, unit } from "./short-circuit.ts";
import { lowerStringElement } from "./string-methods.ts";
import { lowerTaggedTemplate } from "./tagged-templates.ts";
import { textOfAny } from "./thrown-values.ts";
import { tupleElement } from "./tuples.ts";
import { lowerTypeOf } from "./type-of.ts";
import { convertType } from "./types.ts";
import { describeType, flow } from "./unify-types.ts";

/** An expression whose value is used. */
export function lowerExpression(b: Builder, scope: Scope, node: ts.Expression): HirExpr {
  return lowerEffect(b, scope, node);
}

/** An expression that may be a statement: its value may be undefined. */
export function lowerEffect(b: Builder, scope: Scope, node: ts.Expression): HirExpr {
  const known = b.substitutes.get(node);
  if (known !== undefined) return known();
  const chain = lowerOptionalChain(b, scope, node);
  return refine(b, node, narrow(b, node, chain ?? lowerKind(b, scope, node)));
}

function lowerKind(b: Builder, scope: Scope, node: ts.Expression): HirExpr {
  const constant = constantOf(b, node);
  if (constant !== null) return literal(b, node, constant);
  if (ts.isBigIntLiteral(node)) return lowerBigintLiteral(b, node);
  if (ts.isParenthesizedExpression(node) || ts.isSatisfiesExpression(node)) {
    return lowerEffect(b, scope, node.expression);
  }
  if (ts.isNonNullExpression(node)) return takePresent(b, node, lowerEffect(b, scope, node.expression));
  if (node.kind === ts.SyntaxKind.NullKeyword) return unit(b, node, "null");
  if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) return lowerCast(b, scope, node);
  if (ts.isIdentifier(node)) return lowerIdentifier(b, scope, node);
  if (node.kind === ts.SyntaxKind.ThisKeyword) return thisOf(b, scope, node);
  if (ts.isPropertyAccessExpression(node)) return lowerPropertyAccess(b, scope, node);
  if (ts.isElementAccessExpression(node)) return lowerElementAccess(b, scope, node);
  if (ts.isTemplateExpression(node)) return lowerTemplate(b, scope, node);
  if (ts.isCallExpression(node)) return lowerCall(b, scope, node);
  if (ts.isNewExpression(node)) return lowerNew(b, scope, node);
  if (ts.isBinaryExpression(node)) return lowerBinary(b, scope, node);
  if (ts.isPrefixUnaryExpression(node)) return lowerPrefix(b, scope, node);
  if (ts.isPostfixUnaryExpression(node)) return lowerUpdate(b, scope, node);
  if (ts.isConditionalExpression(node)) return lowerConditional(b, scope, node);
  if (ts.isArrayLiteralExpression(node)) return lowerArrayLiteral(b, scope, node);
  if (ts.isObjectLiteralExpression(node)) return lowerObjectLiteral(b, scope, node);
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return lowerClosure(b, scope, node);
  if (ts.isYieldExpression(node)) return lowerYield(b, scope, node);
  if (ts.isAwaitExpression(node)) return lowerAwait(b, scope, node);
  if (ts.isVoidExpression(node)) return lowerVoid(b, scope, node);
  if (ts.isTaggedTemplateExpression(node)) return lowerTaggedTemplate(b, scope, node);
  if (ts.isExpressionWithTypeArguments(node)) return lowerEffect(b, scope, node.expression);
  if (ts.isTypeOfExpression(node)) return lowerTypeOf(b, scope, node);
  return refuseSyntax(b, node);
}

export function literal(b: Builder, node: ts.Node, value: number | string | boolean): HirExpr {
  switch (typeof value) {
    case "number":
      return expression(b, node, { kind: "number", value, type: types.number });
    case "string":
      return expression(b, node, { kind: "string", value, type: types.string });
    default:
      return expression(b, node, { kind: "boolean", value: value === true, type: types.boolean });
  }
}

/** A boolean: the value itself, or ToBoolean of a number or string. */
export function lowerCondition(b: Builder, scope: Scope, node: ts.Expression): HirExpr {
  return toBoolean(b, node, lowerExpression(b, scope, node));
}

export function toBoolean(b: Builder, node: ts.Node, narrowed: HirExpr): HirExpr {
  const value = widest(b, narrowed);
  if (value.type.kind === "boolean") return value;
  if (["number", "bigint", "string", "union"].includes(value.type.kind))
    return expression(b, node, { kind: "truthy", value, type: types.boolean });
  return sequence(b, node, value, literal(b, node, !isUnit(value.type)));
}

function lowerCast(b: Builder, scope: Scope, node: ts.AsExpression | ts.TypeAssertion): HirExpr {
  const value = lowerExpression(b, scope, node.expression);
  if (ts.isTypeReferenceNode(node.type) && node.type.getText() === "const") return value;
  const target = convertType(b, b.checker.getTypeAtLocation(node), node);
  const own = value.type;
  if (own.kind === "object" && target.kind === "object") return castTo(b, node, value, target.class, false);
  const arms = armsOf(value.type).filter((arm) => armOf(target, arm.kind) !== null);
  const [only] = arms;
  if (target.kind === "object" && only?.kind === "object" && only.class !== target.class)
    return castTo(b, node, takeArms(b, node, value, arms), target.class, false);
  if (arms.length > 0) return flow(b, takeArms(b, node, value, arms), target, node);
  return b.refuse("TSFW2008", node, { from: describeType(b, value.type), to: describeType(b, target) });
}

export function thisOf(b: Builder, scope: Scope, node: ts.Node): HirExpr {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    if (at.thisLocal === null) continue;
    scope.uses.add(at.thisLocal);
    return expression(b, node, { kind: "local", local: at.thisLocal, type: b.local(at.thisLocal).type });
  }
  return b.unsupported(node, "'this' outside a method is", "Use a name.");
}

export function lowerElementAccess(b: Builder, scope: Scope, node: ts.ElementAccessExpression): HirExpr {
  const looked = lowerEnumLookup(b, scope, node);
  if (looked !== null) return looked;
  const array = lowerExpression(b, scope, node.expression);
  if (array.type.kind === "object")
    return tupleElement(b, node, array) ?? lowerKeyedAccess(b, scope, node, array);
  if (array.type.kind === "string")
    return lowerStringElement(b, node, array, lowerNumber(b, scope, node.argumentExpression));
  if (array.type.kind !== "array")
    return b.unsupported(node, `Indexing ${kindOf(array.type)} is`, "Use an array or a named field.");
  const index = lowerExpression(b, scope, node.argumentExpression);
  if (index.type.kind !== "number")
    return b.unsupported(node.argumentExpression, "An index that is not a number is", "Use a number.");
  if (mayBePastEnd(b, node)) return elementOrUndefined(b, scope, node, array, index);
  return expression(b, node, { kind: "element", array, index, type: b.elementType(array.type.array) });
}

function lowerTemplate(b: Builder, scope: Scope, node: ts.TemplateExpression): HirExpr {
  const parts: HirExpr[] = [];
  const text = (at: ts.Node, value: string): void => {
    if (value !== "") parts.push(literal(b, at, value));
  };
  text(node.head, node.head.text);
  for (const span of node.templateSpans) {
    parts.push(printable(b, span.expression, lowerExpression(b, scope, span.expression), scope));
    text(span.literal, span.literal.text);
  }
  return template(b, node, parts);
}

export function template(b: Builder, node: ts.Node, parts: readonly HirExpr[]): HirExpr {
  const flat = parts.flatMap((part) => (part.kind === "template" ? part.parts : [part]));
  return expression(b, node, { kind: "template", parts: flat, type: types.string });
}

/** Whether values of a type have a text that JavaScript and this compiler agree on. */
export function hasTextOfItsOwn(type: HirType): boolean {
  return armsOf(type).every(
    ({ kind }) =>
      kind === "number" ||
      kind === "bigint" ||
      kind === "string" ||
      kind === "boolean" ||
      kind === "void" ||
      kind === "null",
  );
}

/** A value that has a text of its own. */
export function printable(b: Builder, node: ts.Node, narrowed: HirExpr, scope?: Scope): HirExpr {
  const wide = widest(b, narrowed);
  /* A text that TypeScript rules out would make the text grow from itself. */
  const addsText = hasArm(wide.type, "string") && !hasArm(narrowed.type, "string") && !isUnit(narrowed.type);
  const value = hasTextOfItsOwn(wide.type) && !addsText ? wide : narrowed;
  const { kind } = value.type;
  if (isError(b, value)) return textOfError(b, node, value);
  if (
    scope !== undefined &&
    hasArm(value.type, "object") &&
    armsOf(value.type).every((arm) => arm.kind === "object" || hasTextOfItsOwn(arm))
  )
    return textOfAny(b, scope, node, value);
  if (scope !== undefined && kind === "array" && ts.isExpression(node))
    return textOfArray(b, scope, node, value);
  if (isUnit(value.type))
    return sequence(b, node, value, literal(b, node, kind === "null" ? "null" : "undefined"));
  if (hasTextOfItsOwn(value.type)) return value;
  return b.unsupported(node, `The text of a value of type ${kind} is`, "Print its fields.");
}

function lowerPrefix(b: Builder, scope: Scope, node: ts.PrefixUnaryExpression): HirExpr {
  switch (node.operator) {
    case ts.SyntaxKind.PlusPlusToken:
    case ts.SyntaxKind.MinusMinusToken:
      return lowerUpdate(b, scope, node);
    case ts.SyntaxKind.ExclamationToken:
      return expression(b, node, {
        kind: "not",
        value: lowerCondition(b, scope, node.operand),
        type: types.boolean,
      });
    case ts.SyntaxKind.MinusToken: {
      const value = lowerNumeric(b, scope, node.operand);
      if (value.type.kind === "bigint") return negateBigint(b, node, value);
      return expression(b, node, { kind: "negate", value, type: types.number });
    }
    case ts.SyntaxKind.TildeToken: {
      const value = lowerNumeric(b, scope, node.operand);
      if (value.type.kind === "bigint") return invertBigint(b, node, value);
      return expression(b, node, { kind: "bitNot", value, type: types.number });
    }
    case ts.SyntaxKind.PlusToken:
      return toNumber(b, node, lowerExpression(b, scope, node.operand));
    default:
      return refuseSyntax(b, node);
  }
}
function lowerClosure(b: Builder, scope: Scope, node: ts.ArrowFunction | ts.FunctionExpression): HirExpr {
  return closureOf(b, scope, node, functionUsedAt(b, node, node));
}

/** The value of a function that is not called here. */
export function closureOf(
  b: Builder,
  scope: Scope,
  node: ts.Node,
  id: ReturnType<typeof functionOf>,
): HirExpr {
  const fn = b.function(id);
  if (fn.isAsync)
    return b.unsupported(node, "An async function as a value is", "Call the async function by its name.");
  if (fn.external !== null)
    return b.unsupported(node, "A C function as a value is", "Call it from an arrow function.");
  if (fn.parameters.some((parameter) => b.rawTexts.has(parameter)))
    return b.unsupported(
      node,
      "A tag that reads '.raw' as a value is",
      "Write the tag in front of the template.",
    );
  const value = valueFrontOf(b, id);
  const taken = b.function(value);
  scope.calls.add(value);
  const parameters = taken.parameters.map((parameter) => b.local(parameter).type);
  const signature = taken.signature ?? b.addSignature(parameters, taken.result);
  taken.signature = signature;
  return expression(b, node, { kind: "closure", function: value, type: { kind: "closure", signature } });
}
