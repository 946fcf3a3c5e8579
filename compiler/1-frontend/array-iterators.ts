/** `for…of` over `xs.entries()`, `xs.keys()` and `xs.values()`: loops over the array itself, with its live length. */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement } from "../ir/hir.ts";
import type { JumpId } from "../ir/ids.ts";
import { arrayTypeOf } from "./bounds.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { CodeWriter, type Make } from "./code-writer.ts";
import { lowerExpression } from "./expressions.ts";
import { makePair } from "./pairs.ts";
import { partsOf } from "./pattern-parts.ts";
import { isPattern, lowerPatternOf } from "./patterns.ts";
import { convertType, typedArrayOf } from "./types.ts";
import { declarePart } from "./variables.ts";

type Iterator = "entries" | "keys" | "values";

/** The array and the method of `xs.entries()`; null for any other expression. */
export function iteratedArray(
  b: Builder,
  node: ts.Expression,
): { readonly array: ts.Expression; readonly method: Iterator } | null {
  if (!ts.isCallExpression(node) || node.arguments.length > 0) return null;
  const callee = node.expression;
  if (!ts.isPropertyAccessExpression(callee)) return null;
  const method = callee.name.text;
  if (method !== "entries" && method !== "keys" && method !== "values") return null;
  const type = b.checker.getTypeAtLocation(callee.expression);
  if (arrayTypeOf(b, type) === null && typedArrayOf(b, type) === null) return null;
  return { array: callee.expression, method };
}

/** `body` lowers the loop's statements once its variables are declared. */
export function lowerIndexedLoop(
  b: Builder,
  scope: Scope,
  node: ts.ForOfStatement,
  iterated: { readonly array: ts.Expression; readonly method: Iterator },
  jump: JumpId,
  body: () => readonly HirStatement[],
): HirStatement[] {
  const head = node.initializer;
  const declaration = ts.isVariableDeclarationList(head) ? head.declarations[0] : undefined;
  if (declaration === undefined)
    return b.unsupported(head, "This loop over indices and an existing variable is", "Declare the variable.");
  const value = lowerExpression(b, scope, iterated.array);
  if (value.type.kind !== "array")
    return b.unsupported(iterated.array, "Iterating over this is", "Loop over an array.");
  const code = new CodeWriter(b, scope, node.expression);
  const array = code.let("array", value);
  const index = code.let("index", code.number(0), { reassigned: true, type: types.number });
  const update = expression(b, node, {
    kind: "update",
    target: index.target,
    delta: 1,
    prefix: false,
    type: types.number,
  });
  const test = code.compare("<", index(), code.length(array()));
  code.while(
    test,
    () => {
      const element = (): HirExpr => code.element(array(), index());
      const bound = bind(code, declaration, iterated.method, index, element);
      for (const statement of [...bound, ...body()]) code.emit(statement);
    },
    update,
    jump,
  );
  return [{ kind: "block", statements: code.statements(), breakId: null, span: b.span(node) }];
}

function bind(
  code: CodeWriter,
  declaration: ts.VariableDeclaration,
  method: Iterator,
  index: Make,
  element: Make,
): HirStatement[] {
  const { b, scope } = code;
  const { name } = declaration;
  const declare = (to: ts.Node, value: HirExpr): HirStatement[] =>
    isPattern(to)
      ? lowerPatternOf(b, scope, to, value, (part, read) => declarePart(b, scope, part, read))
      : declarePart(b, scope, to, value);
  if (method === "keys") return declare(name, index());
  if (method === "values") return declare(name, element());
  if (!isPattern(name)) return declare(name, entry(code, declaration, index, element));
  return partsOf(b, name).flatMap((part) => {
    if (part.from.kind !== "index" || part.from.index > 1 || part.default !== null)
      return b.unsupported(part.to, "This part of an entry is", "Name index and element.");
    return declare(part.to, part.from.index === 0 ? index() : element());
  });
}

/** The pair as a value of its own. */
function entry(code: CodeWriter, declaration: ts.VariableDeclaration, index: Make, element: Make): HirExpr {
  const { b } = code;
  const type = convertType(b, b.checker.getTypeAtLocation(declaration.name), declaration);
  return makePair(code, type, index(), element());
}
