/**
 * Tagged templates: a call of the tag with the texts, which exist once for each
 * place in the source, and the values. The raw texts are passed beside the others
 * to functions that ask for them.
 */

import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import { type FunctionId, functionId, type LocalId } from "../ir/ids.ts";
import { defined } from "../source/assert.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { lowerArguments, unwrap } from "./calls.ts";
import { literal, lowerExpression, printable, template } from "./expressions.ts";
import { hasModifier } from "./functions.ts";
import { memberUsedAt } from "./generic-classes.ts";
import { functionUsedAt } from "./generic-functions.ts";
import { entityOf, moduleMemberOf } from "./names.ts";
import { globalName, symbolOf } from "./symbols.ts";
import { flow } from "./unify-types.ts";

export function lowerTaggedTemplate(b: Builder, scope: Scope, node: ts.TaggedTemplateExpression): HirExpr {
  const tag = unwrap(node.tag);
  const parts = textParts(b, node.template);
  const values = ts.isTemplateExpression(node.template)
    ? node.template.templateSpans.map((span) => span.expression)
    : [];
  if (isStringRaw(b, tag)) return lowerRaw(b, scope, node, parts, values);
  const { id, self } = tagFunction(b, scope, tag);
  if (b.function(id).isAsync)
    return b.unsupported(node.tag, "An async function as a tag is", "Call it with the parts.");
  const parameter = b.function(id).parameters[self.length];
  if (parameter === undefined)
    return b.unsupported(node.tag, "This tag is", "Give it a parameter for the texts.");
  const lists = [
    textList(
      b,
      node,
      parts.map((part) => part.text),
      parameter,
    ),
  ];
  const raw = b.rawTexts.get(parameter);
  if (raw !== undefined)
    lists.push(
      textList(
        b,
        node,
        parts.map((part) => part.raw),
        raw,
      ),
    );
  const call = lowerArguments(b, scope, id, [...self, ...lists], values, node);
  return expression(b, node, { kind: "call", ...call, type: b.function(call.function).result });
}

/** A flag of TypeScript's scanner. */
const INVALID_ESCAPE = 2048;

interface TextPart {
  readonly text: string;
  readonly raw: string;
}

function textParts(b: Builder, node: ts.TemplateLiteral): readonly TextPart[] {
  const pieces = ts.isTemplateExpression(node)
    ? [node.head, ...node.templateSpans.map((span) => span.literal)]
    : [node];
  return pieces.map((piece) => {
    if (((piece as { readonly templateFlags?: number }).templateFlags ?? 0) & INVALID_ESCAPE)
      return b.unsupported(
        piece,
        "A template with an escape that means nothing is",
        "Write the backslash twice.",
      );
    return { text: piece.text, raw: rawText(piece) };
  });
}

/** The text between the delimiters as it stands in the source; line ends are `\n`. */
function rawText(piece: ts.Node): string {
  return piece
    .getText()
    .replace(/^[`}]/, "")
    .replace(/(`|\$\{)$/, "")
    .replace(/\r\n?/g, "\n");
}

function isStringRaw(b: Builder, tag: ts.Expression): boolean {
  return (
    ts.isPropertyAccessExpression(tag) &&
    tag.name.text === "raw" &&
    globalName(b, tag.expression) === "String"
  );
}

function lowerRaw(
  b: Builder,
  scope: Scope,
  node: ts.TaggedTemplateExpression,
  parts: readonly TextPart[],
  values: readonly ts.Expression[],
): HirExpr {
  const joined = parts.flatMap((part, index) => {
    const value = values[index];
    const text = part.raw === "" ? [] : [literal(b, node, part.raw)];
    return value === undefined ? text : [...text, printable(b, value, lowerExpression(b, scope, value))];
  });
  return template(b, node, joined);
}

function tagFunction(
  b: Builder,
  scope: Scope,
  tag: ts.Expression,
): { id: FunctionId; self: readonly HirExpr[] } {
  if (ts.isIdentifier(tag)) {
    const symbol = symbolOf(b, tag);
    const entity = symbol === null ? null : entityOf(b, symbol, tag);
    if (entity?.kind === "function") return { id: entity.function, self: [] };
  }
  if (ts.isPropertyAccessExpression(tag)) {
    const method = symbolOf(b, tag.name)?.declarations?.find(ts.isMethodDeclaration);
    if (method?.body !== undefined) {
      if (hasModifier(method, ts.SyntaxKind.StaticKeyword))
        return { id: functionUsedAt(b, method, tag), self: [] };
      return {
        id: memberUsedAt(b, method, tag.expression, tag),
        self: [lowerExpression(b, scope, tag.expression)],
      };
    }
    const outside = moduleMemberOf(b, tag);
    if (outside?.kind === "function") return { id: outside.function, self: [] };
  }
  return b.unsupported(
    tag,
    "A tag that is not the name of a function is",
    "Declare the function and name it.",
  );
}

/** The list of texts: one variable for each place in the source, as in JavaScript. */
function textList(b: Builder, node: ts.Node, texts: readonly string[], parameter: LocalId): HirExpr {
  const { type } = b.local(parameter);
  if (type.kind !== "array" || b.elementType(type.array).kind !== "string")
    return b.unsupported(node, "This tag is", "Give its first parameter the type TemplateStringsArray.");
  const own = b.addArray(types.string);
  const main = defined(b.scopes.get(functionId(0)), "main");
  const elements = texts.map((text) => literal(b, node, text));
  const value = expression(b, node, {
    kind: "array",
    elements,
    site: b.addSite(main, node, "array"),
    type: own,
  });
  const id = b.addStatic("texts", own, false, node);
  b.prelude.push({ kind: "staticInit", static: id, value, span: b.span(node) });
  return flow(b, expression(b, node, { kind: "static", static: id, type: own }), type, node);
}

/** Whether a function reads `.raw` of its texts, so that calls pass them too. */
export function readsRaw(b: Builder, parameter: ts.ParameterDeclaration): boolean {
  const symbol = b.checker.getSymbolAtLocation(parameter.name);
  const reads = (node: ts.Node): boolean => {
    if (ts.isPropertyAccessExpression(node) && node.name.text === "raw" && ts.isIdentifier(node.expression))
      if (b.checker.getSymbolAtLocation(node.expression) === symbol) return true;
    return ts.forEachChild(node, (child) => reads(child) || undefined) ?? false;
  };
  return isTemplateStrings(b.checker.getTypeAtLocation(parameter)) && reads(parameter.parent);
}

export function isTemplateStrings(type: ts.Type): boolean {
  return type.getSymbol()?.getName() === "TemplateStringsArray";
}

/** `texts.raw` inside the tag; null for anything else. */
export function lowerRawTexts(b: Builder, scope: Scope, node: ts.PropertyAccessExpression): HirExpr | null {
  if (node.name.text !== "raw" || !ts.isIdentifier(node.expression)) return null;
  if (!isTemplateStrings(b.checker.getTypeAtLocation(node.expression))) return null;
  const symbol = symbolOf(b, node.expression);
  const entity = symbol === null ? undefined : b.entities.get(symbol);
  const raw = entity?.kind === "local" ? b.rawTexts.get(entity.local) : undefined;
  if (raw === undefined)
    return b.unsupported(
      node,
      "'.raw' outside the function that is the tag is",
      "Read it there, and pass it on.",
    );
  scope.uses.add(raw);
  return expression(b, node, { kind: "local", local: raw, type: b.local(raw).type });
}
