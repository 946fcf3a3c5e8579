/** `replace` and `replaceAll` with a function that makes the replacement. */

import type { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import { type Callback, callbackOf } from "./array-callback.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { CodeWriter, type Make } from "./code-writer.ts";
import { literal, template } from "./expressions.ts";
import { operation, textArgument } from "./string-methods.ts";
import { heldText, walkPieces } from "./string-pieces.ts";
import { flow } from "./unify-types.ts";

/** null: another method, or a text as replacement. */
export function lowerReplacer(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  method: string,
  receiver: HirExpr,
): HirExpr | null {
  if (method !== "replace" && method !== "replaceAll") return null;
  const replacer = node.arguments[1];
  if (replacer === undefined || b.checker.getTypeAtLocation(replacer).getCallSignatures().length === 0)
    return null;
  const code = new CodeWriter(b, scope, node);
  const text = heldText(code, receiver);
  const part = heldText(code, textArgument({ b, scope, node, receiver }, 0, "undefined"), "part");
  const call = callbackOf(code, replacer);
  return code.done(
    method === "replace" ? replaceFirst(code, text, part, call) : replaceAll(code, text, part, call),
  );
}

function replaceFirst(code: CodeWriter, text: Make, part: Make, call: Callback): HirExpr {
  const { b, node } = code;
  const at = code.let("at", operation(b, node, "stringIndexOf", [text(), part(), code.number(0)]));
  const slice = (from: HirExpr, to: HirExpr): HirExpr =>
    operation(b, node, "stringSlice", [text(), from, to]);
  const replaced = code.block(() => {
    const by = code.let("by", flow(b, call(part, at, text), types.string, node));
    const after = code.plus(at(), lengthOf(code, part));
    return template(b, node, [
      slice(code.number(0), at()),
      by(),
      slice(after, code.number(Number.POSITIVE_INFINITY)),
    ]);
  });
  return code.either(code.compare("<", at(), code.number(0)), text(), replaced, types.string);
}

/** Piece by piece: between two pieces stands what the function makes of the part. */
function replaceAll(code: CodeWriter, text: Make, part: Make, call: Callback): HirExpr {
  const { b, node } = code;
  const count = code.let(
    "count",
    operation(b, node, "stringPieces", [text(), part(), code.number(4294967295)]),
  );
  const out = code.let("out", literal(b, node, ""), { reassigned: true, type: types.string });
  const by = code.let("by", literal(b, node, ""), { reassigned: true, type: types.string });
  const offset = code.let("offset", code.number(0), { reassigned: true, type: types.number });
  const put = (...parts: readonly HirExpr[]): void => {
    const joined = template(b, node, [out(), ...parts]);
    code.set(out.target, operation(b, node, "stringComposed", [joined, text(), by(), count()]));
  };
  const known = part();
  const isEmpty =
    known.kind === "string" ? code.boolean(known.value === "") : code.same(part(), literal(b, node, ""));
  const last = code.let("last", code.either(isEmpty, count(), code.minus(count(), code.number(1))));
  // The empty text is found before, between and behind all units.
  if (known.kind !== "string" || known.value === "")
    code.if(code.same(last(), count()), () => {
      code.set(
        by.target,
        flow(
          b,
          call(part, () => code.number(0), text),
          types.string,
          node,
        ),
      );
      put(by());
    });
  walkPieces(code, text, part, count, (piece, index) => {
    code.if(
      code.compare("<", index(), last()),
      () => {
        const at = code.let("at", code.plus(offset(), lengthOf(code, piece)));
        code.set(by.target, flow(b, call(part, at, text), types.string, node));
        put(piece(), by());
        code.set(offset.target, code.plus(at(), lengthOf(code, part)));
      },
      () => put(piece()),
    );
  });
  return out();
}

function lengthOf({ b, node }: CodeWriter, text: Make): HirExpr {
  return expression(b, node, { kind: "stringLength", value: text(), type: types.number });
}
