/** Pairs `[a, b]`: entries of maps and arrays, made as one value or taken apart. */

import type { ts } from "ts-morph";
import type { HirExpr, HirType } from "../ir/hir.ts";
import { type Builder, expression } from "./builder.ts";
import type { CodeWriter, Make } from "./code-writer.ts";
import { isTuple, tupleField, tupleType } from "./tuples.ts";
import { flow, typeKey } from "./unify-types.ts";

/** The pair as a value of its own: an array where both parts have one type, else a tuple. */
export function makePair(code: CodeWriter, type: HirType, first: HirExpr, second: HirExpr): HirExpr {
  const { b, scope, node } = code;
  const site = b.addSite(scope, node, "entry");
  if (type.kind === "array") {
    const wanted = b.elementType(type.array);
    const elements = [flow(b, first, wanted, node), flow(b, second, wanted, node)];
    return expression(b, node, { kind: "array", elements, site, type });
  }
  if (!isTuple(b, type))
    return b.unsupported(node, "An entry of this type is", "Name its parts: `[index, element]`.");
  const values = [first, second];
  const fields = b.class(type.class).fields.map((field, at) => ({
    field,
    value: flow(b, values[at] ?? code.nothing(), b.field(field).type, node),
  }));
  return expression(b, node, { kind: "object", class: type.class, fields, site, type });
}

/** The type of a pair of these, as TypeScript's tuple type has it. */
export function pairType(b: Builder, first: HirType, second: HirType, at: ts.Node): HirType {
  return typeKey(b, first) === typeKey(b, second) ? b.addArray(first) : tupleType(b, [first, second], at);
}

/** Both parts of a pair that is kept in a variable. */
export function partsOfPair(code: CodeWriter, pair: Make): readonly [Make, Make] {
  return [() => partOfPair(code, pair(), 0), () => partOfPair(code, pair(), 1)];
}

function partOfPair(code: CodeWriter, pair: HirExpr, index: number): HirExpr {
  const { b, node } = code;
  if (pair.type.kind === "array") return code.element(pair, code.number(index));
  return tupleField(b, node, pair, index) ?? refusePair(b, node);
}

function refusePair(b: Builder, node: ts.Node): never {
  return b.unsupported(node, "An entry of this type is", "Give pairs: `[key, value]`.");
}
