/**
 * The JSON text of a value by its type: parts of a template where the form is
 * fixed, a loop for arrays, a call of the class's writer for objects.
 */

import type { HirExpr, HirType } from "../../ir/hir.ts";
import type { FieldId } from "../../ir/ids.ts";
import { armsOf } from "../../ir/union-types.ts";
import { expression, kindOf, types } from "../builder.ts";
import type { CodeWriter, Make } from "../code-writer.ts";
import { isArm } from "../equality.ts";
import { literal, template } from "../expressions.ts";
import { takeArms } from "../narrowing.ts";
import { isTuple } from "../tuples.ts";
import type { JsonLayout } from "./json-state.ts";
import { writerFor } from "./json-writers.ts";

export function jsonText(code: CodeWriter, value: Make, layout: JsonLayout): HirExpr {
  const { b, node } = code;
  const { type } = value();
  switch (type.kind) {
    case "number":
      return numberText(code, value, type);
    case "boolean":
      return template(b, node, [value()]);
    case "string":
      return code.intrinsic("jsonQuote", value());
    case "null":
    case "void":
    case "closure":
      return literal(b, node, "null");
    case "union":
      return unionText(code, value, type.arms, layout);
    case "array":
      return arrayText(code, value, layout);
    case "object":
      return isTuple(b, type) ? tupleText(code, value, layout) : writtenObject(code, value(), layout);
    default:
      return b.unsupported(node, `JSON.stringify of ${kindOf(type)} is`, "Convert it to a number or a text.");
  }
}

/** Only finite numbers have a text. */
function numberText(code: CodeWriter, value: Make, type: Extract<HirType, { kind: "number" }>): HirExpr {
  const { b, node } = code;
  const digits = template(b, node, [value()]);
  if (type.sized !== null && !type.sized.startsWith("f")) return digits;
  const isNumber = code.intrinsic("numberIsFinite", value());
  return code.either(isNumber, digits, literal(b, node, "null"), types.string);
}

function unionText(code: CodeWriter, value: Make, arms: readonly HirType[], layout: JsonLayout): HirExpr {
  const { b, node } = code;
  const only = (arm: HirType): HirExpr =>
    jsonText(code, () => takeArms(b, node, value(), [arm], true), layout);
  return arms.slice(0, -1).reduceRight<HirExpr>(
    (others, arm) => {
      if (!isKind(arm.kind)) return others;
      return code.either(
        isArm(b, node, value(), [arm.kind]),
        code.block(() => only(arm)),
        others,
        types.string,
      );
    },
    code.block(() => only(arms.at(-1) ?? types.void)),
  );
}

function isKind(kind: HirType["kind"]): kind is Parameters<typeof isArm>[3][number] {
  return kind !== "union" && kind !== "handle";
}

/** A line break and the indentation of a level; nothing where all is on one line. */
export function lineAt({ indent, depth }: JsonLayout): string {
  return indent === "" ? "" : `\n${indent.repeat(depth)}`;
}

export function inner({ indent, depth }: JsonLayout): JsonLayout {
  return { indent, depth: depth + 1 };
}

function arrayText(code: CodeWriter, value: Make, layout: JsonLayout): HirExpr {
  const { b, node } = code;
  const { type } = value();
  if (type.kind !== "array") return literal(b, node, "null");
  if (b.typedArray(type.array) !== null)
    return b.unsupported(
      node,
      "JSON.stringify of a typed array is",
      "Pass `[...bytes]`: Node writes typed arrays as objects with numbered fields.",
    );
  const array = code.let("array", value());
  const length = code.let("length", code.length(array()));
  const text = code.let("text", literal(b, node, "["), { reassigned: true });
  const append = (part: HirExpr): void => {
    code.run(expression(b, node, { kind: "append", target: text.target, value: part, type: types.string }));
  };
  const within = inner(layout);
  code.count(code.number(0), length, (index) => {
    const first = literal(b, node, lineAt(within));
    const next = literal(b, node, `,${lineAt(within)}`);
    append(code.either(code.compare(">", index(), code.number(0)), next, first, types.string));
    append(jsonText(code, () => code.element(array(), index(), "always"), within));
  });
  if (layout.indent !== "")
    code.if(code.compare(">", length(), code.number(0)), () => append(literal(b, node, lineAt(layout))));
  append(literal(b, node, "]"));
  return text();
}

function tupleText(code: CodeWriter, value: Make, layout: JsonLayout): HirExpr {
  const { b, node } = code;
  const { type } = value();
  if (type.kind !== "object") return literal(b, node, "null");
  const { fields } = b.class(type.class);
  const within = inner(layout);
  const parts = fields.flatMap((field, index) => [
    literal(b, node, `${index === 0 ? "[" : ","}${lineAt(within)}`),
    code.block(() => jsonText(code, () => readField(code, value(), field), within)),
  ]);
  return template(b, node, [...parts, literal(b, node, `${lineAt(layout)}]`)]);
}

export function readField(code: CodeWriter, object: HirExpr, field: FieldId): HirExpr {
  const { b, node } = code;
  return expression(b, node, { kind: "field", object, field, type: b.field(field).type });
}

function writtenObject(code: CodeWriter, value: HirExpr, layout: JsonLayout): HirExpr {
  const { b, node, scope } = code;
  if (value.type.kind !== "object") return value;
  const writer = writerFor(b, value.type.class, layout, node);
  scope.calls.add(writer);
  return expression(b, node, { kind: "call", function: writer, args: [value], type: types.string });
}

/** Kinds that leave a field out of its object. */
export function isLeftOutKind(type: HirType): boolean {
  return type.kind === "void" || type.kind === "closure";
}

export function presentArms(type: HirType): readonly HirType[] {
  return armsOf(type).filter((arm) => !isLeftOutKind(arm));
}
