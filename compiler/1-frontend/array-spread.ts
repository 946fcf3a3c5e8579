/** `[...a, x, ...b]` and `push(...xs)`: arrays whose length shows at run time. */

import { ts } from "ts-morph";
import type { HirExpr, HirType } from "../ir/hir.ts";
import { walkExpression } from "../ir/walk-hir.ts";
import type { ArrayCall } from "./array-call.ts";
import { joinPieces } from "./array-copies.ts";
import { open } from "./array-walk.ts";
import { type Builder, expression, type Scope } from "./builder.ts";
import { type Argument, listArguments } from "./call-arguments.ts";
import { CodeWriter, type Make, type Variable } from "./code-writer.ts";
import { charactersOf } from "./string-pieces.ts";
import { flow, unifyTypes } from "./unify-types.ts";

type ArrayType = Extract<HirType, { kind: "array" }>;

export function lowerSpreadLiteral(
  b: Builder,
  scope: Scope,
  node: ts.ArrayLiteralExpression,
  type: ArrayType,
): HirExpr {
  const element = b.elementType(type.array);
  const given = listArguments(b, scope, node.elements);
  if (!given.some((argument) => argument.isSpread)) {
    const elements = given.map((argument) => flow(b, argument.lower(), element, argument.at));
    return expression(b, node, { kind: "array", elements, site: b.addSite(scope, node, "array"), type });
  }
  const code = new CodeWriter(b, scope, node);
  const values = given.map((argument) => ({ argument, value: lowerPiece(b, scope, argument, element) }));
  const [only] = values;
  if (
    only !== undefined &&
    values.length === 1 &&
    isText(b, only.argument) &&
    unifyTypes(b, only.value.type, type)
  )
    return only.value;
  const firstArray = values.findIndex(({ argument }) => argument.isSpread);
  const isQuietAfter = values.slice(firstArray + 1).every(({ value }) => isQuiet(value));
  if (isQuietAfter) {
    const pieces = values.map(({ argument, value }) => ({
      isArray: argument.isSpread,
      held: argument.isSpread ? code.let("part", value) : code.let("part", value, { type: element }),
    }));
    return code.done(joinPieces(code, type, pieces)());
  }
  // What comes later may change what was spread before: everything is copied in its turn.
  const out = code.let("spread", code.emptyArray(type));
  for (const { argument, value } of values) {
    if (argument.isSpread) pushAll(code, out, code.let("part", value));
    else code.push(out(), value);
  }
  return code.done(out());
}

function lowerPiece(b: Builder, scope: Scope, argument: Argument, element: HirType): HirExpr {
  const value = argument.lower();
  if (!argument.isSpread) return flow(b, value, element, argument.at);
  if (value.type.kind === "array") return value;
  if (value.type.kind === "string") return charactersOf(b, scope, argument.at, value);
  return b.unsupported(argument.at, "Spreading what is no array is", "Write the elements in a loop.");
}

function isText(b: Builder, { at }: Argument): boolean {
  const spread = ts.isSpreadElement(at) ? at.expression : at;
  return (b.checker.getTypeAtLocation(spread).flags & ts.TypeFlags.StringLike) !== 0;
}

function pushAll(code: CodeWriter, to: Make, from: Variable): void {
  const length = code.let("length", code.length(from()));
  code.count(code.number(0), length, (index) => {
    const value = code.element(from(), index(), "unlessShrunk");
    const { type } = to();
    const wanted = type.kind === "array" ? code.b.elementType(type.array) : value.type;
    code.push(to(), flow(code.b, value, wanted, code.node));
  });
}

/** All arguments are evaluated before the first is pushed. */
export function lowerSpreadPush(call: ArrayCall): HirExpr {
  const { code, array } = open(call);
  const pieces = listArguments(call.b, call.scope, call.node.arguments).map((argument) => {
    const value = lowerPiece(call.b, call.scope, argument, call.element);
    const type = argument.isSpread ? value.type : call.element;
    const held = code.let("part", value, { type });
    return { held, length: argument.isSpread ? code.let("length", code.length(held())) : null };
  });
  for (const { held, length } of pieces) {
    if (length === null) code.push(array(), held());
    else
      code.count(code.number(0), length, (index) => {
        const value = code.element(held(), index(), "unlessShrunk");
        code.push(array(), flow(call.b, value, call.element, call.node));
      });
  }
  return code.done(code.length(array()));
}

/** Evaluating it changes nothing that a copy made later could see. */
export function isQuiet(value: HirExpr): boolean {
  let quiet = true;
  walkExpression(value, {
    statement: () => {
      quiet = false;
    },
    expression: (node) => {
      switch (node.kind) {
        case "assign":
        case "compound":
        case "append":
        case "update":
        case "call":
        case "callClosure":
        case "new":
        case "await":
        case "awaitAll":
        case "spawn":
        case "push":
        case "setLength":
        case "moveElements":
          quiet = false;
          return;
        default:
          return;
      }
    },
  });
  return quiet;
}

export function hasSpread(nodes: readonly ts.Expression[]): boolean {
  return nodes.some(ts.isSpreadElement);
}
