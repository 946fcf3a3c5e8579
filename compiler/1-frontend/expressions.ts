/** Expressions of the source to expressions of HIR. Calls, assignments and async forms have files of their own. */
import { ts } from "ts-morph";
import type { ArithmeticOp, CompareOp, HirExpr, HirType } from "../ir/hir.ts";
import { lowerArrayLiteral, lowerObjectLiteral } from "./allocations.ts";
import { lowerAssignment, lowerUpdate } from "./assignments.ts";
import { lowerAwait, lowerVoid } from "./async.ts";
import { type Builder, expression, kindOf, type Scope, types } from "./builder.ts";
import { lowerCall } from "./calls.ts";
import { constantOf } from "./constants.ts";
import { lowerNew } from "./drivers.ts";
import { functionOf } from "./functions.ts";
import { lowerIdentifier, lowerPropertyAccess } from "./names.ts";
import { refuseSyntax } from "./refused-syntax.ts";
import { isAssignmentOperator } from "./symbols.ts";
import { convertType, unifyTypes } from "./types.ts";

/** An expression whose value is used. */
export function lowerExpression(b: Builder, scope: Scope, node: ts.Expression): HirExpr {
  const value = lowerEffect(b, scope, node);
  if (value.type.kind === "void")
    return b.unsupported(node, "A value of type undefined is", "Use a value of another type.");
  return value;
}

/** An expression that may be a statement: its value may be undefined. */
export function lowerEffect(b: Builder, scope: Scope, node: ts.Expression): HirExpr {
  const constant = constantOf(b, node);
  if (constant !== null) return literal(b, node, constant);
  if (ts.isParenthesizedExpression(node) || ts.isSatisfiesExpression(node) || ts.isNonNullExpression(node)) {
    return lowerEffect(b, scope, node.expression);
  }
  if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) return lowerCast(b, scope, node);
  if (ts.isIdentifier(node)) return lowerIdentifier(b, scope, node);
  if (node.kind === ts.SyntaxKind.ThisKeyword) return lowerThis(b, scope, node);
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
  if (ts.isAwaitExpression(node)) return lowerAwait(b, scope, node);
  if (ts.isVoidExpression(node)) return lowerVoid(b, scope, node);
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

export function toBoolean(b: Builder, node: ts.Node, value: HirExpr): HirExpr {
  if (value.type.kind === "boolean") return value;
  if (value.type.kind === "number" || value.type.kind === "string") {
    return expression(b, node, { kind: "truthy", value, type: types.boolean });
  }
  return b.unsupported(
    node,
    "An object as a condition is",
    "An object is always true; test one of its fields.",
  );
}

function lowerCast(b: Builder, scope: Scope, node: ts.AsExpression | ts.TypeAssertion): HirExpr {
  const value = lowerExpression(b, scope, node.expression);
  if (ts.isTypeReferenceNode(node.type) && node.type.getText() === "const") return value;
  const target = convertType(b, b.checker.getTypeAtLocation(node), node);
  if (unifyTypes(b, value.type, target)) return value;
  return b.refuse("TSFW2008", node, { from: value.type.kind, to: target.kind });
}

function lowerThis(b: Builder, scope: Scope, node: ts.Node): HirExpr {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    if (at.thisLocal === null) continue;
    scope.uses.add(at.thisLocal);
    return expression(b, node, { kind: "local", local: at.thisLocal, type: b.local(at.thisLocal).type });
  }
  return b.unsupported(node, "'this' outside a method is", "Use a name.");
}

function lowerElementAccess(b: Builder, scope: Scope, node: ts.ElementAccessExpression): HirExpr {
  if (node.questionDotToken !== undefined)
    return b.unsupported(node, "Optional chaining is", "Test the value first.");
  const array = lowerExpression(b, scope, node.expression);
  if (array.type.kind !== "array")
    return b.unsupported(node, `Indexing ${kindOf(array.type)} is`, "Use an array or a named field.");
  const index = lowerExpression(b, scope, node.argumentExpression);
  if (index.type.kind !== "number")
    return b.unsupported(node.argumentExpression, "An index that is not a number is", "Use a number.");
  return expression(b, node, { kind: "element", array, index, type: b.elementType(array.type.array) });
}

function lowerTemplate(b: Builder, scope: Scope, node: ts.TemplateExpression): HirExpr {
  const parts: HirExpr[] = [];
  const text = (at: ts.Node, value: string): void => {
    if (value !== "") parts.push(literal(b, at, value));
  };
  text(node.head, node.head.text);
  for (const span of node.templateSpans) {
    parts.push(printable(b, span.expression, lowerExpression(b, scope, span.expression)));
    text(span.literal, span.literal.text);
  }
  return template(b, node, parts);
}

export function template(b: Builder, node: ts.Node, parts: readonly HirExpr[]): HirExpr {
  const flat = parts.flatMap((part) => (part.kind === "template" ? part.parts : [part]));
  return expression(b, node, { kind: "template", parts: flat, type: types.string });
}

/** A value that has a text of its own: number, string or boolean. */
export function printable(b: Builder, node: ts.Node, value: HirExpr): HirExpr {
  const { kind } = value.type;
  if (kind === "number" || kind === "string" || kind === "boolean") return value;
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
    case ts.SyntaxKind.MinusToken:
      return expression(b, node, {
        kind: "negate",
        value: lowerNumber(b, scope, node.operand),
        type: types.number,
      });
    case ts.SyntaxKind.TildeToken:
      return expression(b, node, {
        kind: "bitNot",
        value: lowerNumber(b, scope, node.operand),
        type: types.number,
      });
    case ts.SyntaxKind.PlusToken:
      return lowerNumber(b, scope, node.operand);
    default:
      return refuseSyntax(b, node);
  }
}

export function lowerNumber(b: Builder, scope: Scope, node: ts.Expression): HirExpr {
  const value = lowerExpression(b, scope, node);
  if (value.type.kind !== "number")
    return b.unsupported(node, `Arithmetic on ${kindOf(value.type)} is`, "Convert it to a number first.");
  return value;
}

const arithmetic = new Map<ts.SyntaxKind, ArithmeticOp>([
  [ts.SyntaxKind.PlusToken, "+"],
  [ts.SyntaxKind.MinusToken, "-"],
  [ts.SyntaxKind.AsteriskToken, "*"],
  [ts.SyntaxKind.SlashToken, "/"],
  [ts.SyntaxKind.PercentToken, "%"],
  [ts.SyntaxKind.AsteriskAsteriskToken, "**"],
  [ts.SyntaxKind.AmpersandToken, "&"],
  [ts.SyntaxKind.BarToken, "|"],
  [ts.SyntaxKind.CaretToken, "^"],
  [ts.SyntaxKind.LessThanLessThanToken, "<<"],
  [ts.SyntaxKind.GreaterThanGreaterThanToken, ">>"],
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken, ">>>"],
]);

const comparison = new Map<ts.SyntaxKind, CompareOp>([
  [ts.SyntaxKind.LessThanToken, "<"],
  [ts.SyntaxKind.LessThanEqualsToken, "<="],
  [ts.SyntaxKind.GreaterThanToken, ">"],
  [ts.SyntaxKind.GreaterThanEqualsToken, ">="],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, "==="],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, "!=="],
  [ts.SyntaxKind.EqualsEqualsToken, "==="],
  [ts.SyntaxKind.ExclamationEqualsToken, "!=="],
]);

function lowerBinary(b: Builder, scope: Scope, node: ts.BinaryExpression): HirExpr {
  const operator = node.operatorToken.kind;
  if (isAssignmentOperator(operator)) return lowerAssignment(b, scope, node);
  if (operator === ts.SyntaxKind.CommaToken) return lowerComma(b, scope, node);
  if (operator === ts.SyntaxKind.AmpersandAmpersandToken || operator === ts.SyntaxKind.BarBarToken)
    return lowerLogical(b, scope, node);
  const compare = comparison.get(operator);
  if (compare !== undefined) return lowerCompare(b, scope, node, compare);
  const op = arithmetic.get(operator);
  if (op === undefined) return refuseSyntax(b, node);
  const left = lowerExpression(b, scope, node.left);
  const right = lowerExpression(b, scope, node.right);
  return binary(b, node, op, left, right);
}

/** `left op right`: arithmetic on numbers, or the joined text when `+` has a string on either side. */
export function binary(b: Builder, node: ts.Node, op: ArithmeticOp, left: HirExpr, right: HirExpr): HirExpr {
  if (op === "+" && (left.type.kind === "string" || right.type.kind === "string")) {
    return template(b, node, [printable(b, node, left), printable(b, node, right)]);
  }
  if (left.type.kind !== "number" || right.type.kind !== "number") {
    return b.unsupported(
      node,
      `'${op}' on ${left.type.kind} and ${right.type.kind} is`,
      "Convert both sides to numbers.",
    );
  }
  return expression(b, node, { kind: "arithmetic", op, left, right, type: types.number });
}

function lowerComma(b: Builder, scope: Scope, node: ts.BinaryExpression): HirExpr {
  const first = lowerEffect(b, scope, node.left);
  const value = lowerEffect(b, scope, node.right);
  return expression(b, node, {
    kind: "sequence",
    statements: [{ kind: "expression", value: first, span: first.span }],
    value,
    type: value.type,
  });
}

function lowerLogical(b: Builder, scope: Scope, node: ts.BinaryExpression): HirExpr {
  const op = node.operatorToken.kind === ts.SyntaxKind.BarBarToken ? "||" : "&&";
  const left = lowerExpression(b, scope, node.left);
  const right = lowerEffect(b, scope, node.right);
  if (right.type.kind === "void" || isStatement(node)) return guarded(b, node, op, left, right);
  if (left.type.kind !== right.type.kind) {
    return b.unsupported(
      node,
      `'${op}' between ${kindOf(left.type)} and ${kindOf(right.type)} is`,
      "Compare, so that both sides are booleans.",
    );
  }
  if (left.type.kind !== "boolean" && left.type.kind !== "number" && left.type.kind !== "string") {
    return b.unsupported(node, `'${op}' on objects is`, "Use a boolean.");
  }
  return expression(b, node, { kind: "logical", op, left, right, type: joinSized(left.type, right.type) });
}

/** The value is thrown away. */
function isStatement(node: ts.Node): boolean {
  let at = node;
  while (ts.isParenthesizedExpression(at.parent)) at = at.parent;
  return ts.isExpressionStatement(at.parent);
}

/** `test && call()` as a statement. */
function guarded(
  b: Builder,
  node: ts.BinaryExpression,
  op: "&&" | "||",
  left: HirExpr,
  right: HirExpr,
): HirExpr {
  if (!isStatement(node))
    return b.unsupported(node, `The value of '${op}' with a call that returns nothing is`, "Write an if.");
  const test = toBoolean(b, node.left, left);
  const nothing = expression(b, node, { kind: "undefined", type: types.void });
  const then = op === "&&" ? right : nothing;
  return expression(b, node, {
    kind: "conditional",
    test,
    whenTrue: then,
    whenFalse: op === "&&" ? nothing : right,
    type: types.void,
  });
}

function lowerCompare(b: Builder, scope: Scope, node: ts.BinaryExpression, op: CompareOp): HirExpr {
  const left = lowerExpression(b, scope, node.left);
  const right = lowerExpression(b, scope, node.right);
  const isLoose =
    node.operatorToken.kind === ts.SyntaxKind.EqualsEqualsToken ||
    node.operatorToken.kind === ts.SyntaxKind.ExclamationEqualsToken;
  if (left.type.kind !== right.type.kind) {
    return b.unsupported(
      node,
      `Comparing ${kindOf(left.type)} with ${kindOf(right.type)}${isLoose ? " by '=='" : ""} is`,
      "Compare values of one type.",
    );
  }
  const ordered = op !== "===" && op !== "!==";
  if (ordered && left.type.kind !== "number" && left.type.kind !== "string" && left.type.kind !== "boolean") {
    return b.unsupported(node, `Ordering values of type ${left.type.kind} is`, "Compare numbers or strings.");
  }
  if (left.type.kind === "closure")
    return b.unsupported(node, "Comparing functions is", "Compare a number or string that stands for them.");
  if (!unifyTypes(b, left.type, right.type))
    return b.unsupported(node, "Comparing objects of two classes is", "They are never the same object.");
  return expression(b, node, { kind: "compare", op, left, right, type: types.boolean });
}

function lowerConditional(b: Builder, scope: Scope, node: ts.ConditionalExpression): HirExpr {
  const test = lowerCondition(b, scope, node.condition);
  const whenTrue = lowerEffect(b, scope, node.whenTrue);
  const whenFalse = lowerEffect(b, scope, node.whenFalse);
  if (!unifyTypes(b, whenTrue.type, whenFalse.type)) {
    return b.unsupported(
      node,
      `A conditional between ${kindOf(whenTrue.type)} and ${kindOf(whenFalse.type)} is`,
      "Give both sides one type.",
    );
  }
  return expression(b, node, {
    kind: "conditional",
    test,
    whenTrue,
    whenFalse,
    type: joinSized(whenTrue.type, whenFalse.type),
  });
}

/** Two sizes have no common size of their own: the value is a plain number. */
export function joinSized(a: HirType, c: HirType): HirType {
  if (a.kind === "number" && c.kind === "number" && a.sized !== c.sized) return types.number;
  return a;
}

function lowerClosure(b: Builder, scope: Scope, node: ts.ArrowFunction | ts.FunctionExpression): HirExpr {
  return closureOf(b, scope, node, functionOf(b, node));
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
  scope.calls.add(id);
  if (fn.signature === null) {
    fn.signature = b.addSignature(
      fn.parameters.map((parameter) => b.local(parameter).type),
      fn.result,
    );
  }
  return expression(b, node, {
    kind: "closure",
    function: id,
    type: { kind: "closure", signature: fn.signature },
  });
}

function lowerTypeOf(b: Builder, scope: Scope, node: ts.TypeOfExpression): HirExpr {
  const { kind } = lowerExpression(b, scope, node.expression).type;
  const known: Readonly<Record<string, string>> = {
    number: "number",
    string: "string",
    boolean: "boolean",
    object: "object",
    array: "object",
    closure: "function",
  };
  const name = known[kind];
  if (name === undefined || !ts.isIdentifier(node.expression))
    return b.unsupported(node, "typeof of this expression is", "Use typeof on a variable.");
  return literal(b, node, name);
}
