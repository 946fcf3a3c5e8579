/** What to say about every syntax kind that is not compiled: a table, so that nothing falls through. */

import { ts } from "ts-morph";
import type { Builder } from "./builder.ts";

const K = ts.SyntaxKind;

/** [construct with its verb, what to write instead] */
const notYet = new Map<ts.SyntaxKind, readonly [string, string]>([
  [K.YieldExpression, ["yield is", "Use a loop with a callback."]],
  [K.SpreadElement, ["Spread is", "Write the elements."]],
  [K.NullKeyword, ["null is", "Use a value of the type itself, such as -1 or an empty string."]],
  [K.ClassExpression, ["A class expression is", "Declare the class with a name."]],
  [K.SuperKeyword, ["super is", "Keep the shared part in a field."]],
  [
    K.MetaProperty,
    ["import.meta or new.target is", "Write what you need to know as a constant or a parameter."],
  ],
  [K.OmittedExpression, ["A hole in an array is", "Write the element."]],
  [K.PropertyDeclaration, ["This member is", "Use a plain field."]],
]);

const never = new Map<ts.SyntaxKind, readonly [string, string]>([
  [K.DeleteExpression, ["delete", "Set the field to a value that means empty."]],
  [K.RegularExpressionLiteral, ["A regular expression", "Compare and cut strings with their methods."]],
  [K.WithStatement, ["with", "Name the object."]],
  [K.DebuggerStatement, ["debugger", "Set a breakpoint: the ELF carries the lines of your TypeScript."]],
  [K.ImportKeyword, ["Dynamic import", "Import at the top of the file."]],
  [K.JsxElement, ["JSX", "There is no DOM on a chip."]],
]);

export function refuseSyntax(b: Builder, node: ts.Node): never {
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.getText();
    return b.unsupported(
      node.operatorToken,
      `The operator '${operator}' is`,
      operator === "??" ? "Use a value that is never undefined." : "Compare fields or use a flag.",
    );
  }
  const rejected = never.get(node.kind);
  if (rejected !== undefined) return b.reject(node, rejected[0], rejected[1]);
  const later = notYet.get(node.kind) ?? [
    `This ${syntaxName(node)} is`,
    "Write it with loops, functions, classes and arrays.",
  ];
  return b.unsupported(node, later[0], later[1]);
}

/** `TypeAssertionExpression` in words: "type assertion expression". */
function syntaxName(node: ts.Node): string {
  const name = K[node.kind] ?? "syntax";
  return name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}
