/** The functions of `JSON`. */

import { ts } from "ts-morph";
import type { HirExpr } from "../../ir/hir.ts";
import { hasArm } from "../../ir/union-types.ts";
import { type Builder, expression, type Scope, types } from "../builder.ts";
import { CodeWriter } from "../code-writer.ts";
import { constantNumber } from "../constants.ts";
import { lowerExpression } from "../expressions.ts";
import { globalName } from "../symbols.ts";
import { lowerJsonParse } from "./json-parse.ts";
import { jsonText } from "./json-text.ts";

export function lowerJson(b: Builder, scope: Scope, node: ts.CallExpression, method: string): HirExpr {
  if (method === "stringify") return lowerStringify(b, scope, node);
  if (method === "parse") return lowerJsonParse(b, scope, node);
  return b.unsupported(node, `JSON.${method} is`, "See docs/language.md for what this version compiles.");
}

function lowerStringify(b: Builder, scope: Scope, node: ts.CallExpression): HirExpr {
  const [given, replacer, space] = node.arguments;
  if (given === undefined) return b.unsupported(node, "JSON.stringify without a value is", "Pass the value.");
  if (replacer !== undefined && !isNothing(b, replacer))
    b.unsupported(replacer, "A replacer of JSON.stringify is", "Build an object with the fields you want.");
  const value = lowerExpression(b, scope, given);
  if (hasArm(value.type, "void") || hasArm(value.type, "closure"))
    return b.unsupported(
      given,
      "JSON.stringify of what may be undefined is",
      "Test the value before: its text would be undefined.",
    );
  const code = new CodeWriter(b, scope, node);
  const held = code.let("value", value);
  const indent = space === undefined ? "" : indentOf(b, space);
  const text = code.let("json", literalText(code, jsonText(code, held, { indent, depth: 0 })));
  return code.done(text());
}

/** A text of its own, also where it is a constant. */
function literalText(code: CodeWriter, text: HirExpr): HirExpr {
  return text.kind === "template" || text.kind === "string"
    ? text
    : expression(code.b, code.node, { kind: "template", parts: [text], type: types.string });
}

function isNothing(b: Builder, node: ts.Expression): boolean {
  return node.kind === ts.SyntaxKind.NullKeyword || globalName(b, node) === "undefined";
}

/** Node uses at most ten characters. */
const INDENT_MAX = 10;

function indentOf(b: Builder, node: ts.Expression): string {
  if (isNothing(b, node)) return "";
  if (ts.isStringLiteralLike(node)) return node.text.slice(0, INDENT_MAX);
  const count = constantNumber(b, node);
  if (typeof count === "number" && !Number.isNaN(count))
    return " ".repeat(Math.max(0, Math.min(INDENT_MAX, Math.trunc(count))));
  return b.unsupported(node, "An indentation that is not a constant is", "Write a number or a text.");
}
