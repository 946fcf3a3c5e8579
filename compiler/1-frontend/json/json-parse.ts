/**
 * `JSON.parse` into a type that is known where it is called. The text is checked
 * as a whole first; readers then take values from it by their position.
 */

import { ts } from "ts-morph";
import type { HirExpr } from "../../ir/hir.ts";
import type { Builder, Scope } from "../builder.ts";
import { CodeWriter, type Make } from "../code-writer.ts";
import { literal, lowerExpression, template } from "../expressions.ts";
import { readValue } from "./json-values.ts";

export function lowerJsonParse(b: Builder, scope: Scope, node: ts.CallExpression): HirExpr {
  const [given, reviver] = node.arguments;
  if (given === undefined) return b.unsupported(node, "JSON.parse without a text is", "Pass the text.");
  if (reviver !== undefined)
    b.unsupported(reviver, "A reviver of JSON.parse is", "Convert the fields of the result.");
  const type = wantedType(b, node);
  const value = lowerExpression(b, scope, given);
  if (value.type.kind !== "string")
    return b.unsupported(given, "JSON.parse of what is no text is", "Pass a string.");
  const code = new CodeWriter(b, scope, node);
  const text = code.let("text", value);
  checkSyntax(code, text);
  const at = code.let("at", code.intrinsic("jsonStart", text()));
  return code.done(readValue({ code, text, what: "the value" }, at, type));
}

/** What the program says the text holds: `as T`, or the type of the place. */
function wantedType(b: Builder, node: ts.CallExpression): ts.Type {
  const wanted = b.checker.getContextualType(node);
  const type = wanted === undefined ? undefined : b.concrete(wanted);
  if (type === undefined || type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown))
    return b.unsupported(
      node,
      "JSON.parse without the type of its result is",
      "Write it: `JSON.parse(text) as Config`, or `const config: Config = JSON.parse(text)`.",
    );
  return type;
}

function checkSyntax(code: CodeWriter, text: Make): void {
  const { b, node } = code;
  const wrong = code.let("wrong", code.intrinsic("jsonCheck", text()));
  code.if(code.compare(">=", wrong(), code.number(0)), () => {
    const isEnd = code.compare(">=", wrong(), code.intrinsic("stringBytes", text()));
    code.if(
      isEnd,
      () => code.throw("SyntaxError", "Unexpected end of JSON input"),
      () =>
        code.throwText(
          "SyntaxError",
          template(b, node, [literal(b, node, "Unexpected token in JSON at position "), wrong()]),
        ),
    );
  });
}
