/** `BigInt(x)`, `BigInt.asIntN`, `i64(x)`, `u64(x)` and the methods of bigints. */

import type { ts } from "ts-morph";
import type { BigintType } from "../ir/bigint-ranges.ts";
import type { HirExpr } from "../ir/hir.ts";
import { bigintCall, bigintLiteral, bigintType } from "./bigints.ts";
import { type Builder, expression, kindOf, type Scope, types } from "./builder.ts";
import { CodeWriter } from "./code-writer.ts";
import { constantNumber } from "./constants.ts";
import { literal, lowerExpression, template } from "./expressions.ts";
import { lowerNumber } from "./operators.ts";
import { operation } from "./string-methods.ts";

/** An argument that has to be a bigint. */
function lowerBigint(b: Builder, scope: Scope, node: ts.Expression): HirExpr {
  const value = lowerExpression(b, scope, node);
  return value.type.kind === "bigint"
    ? value
    : b.unsupported(node, `The bigint of ${kindOf(value.type)} is`, "Convert it with BigInt(…).");
}

/** `i64(x)` and `u64(x)`: the low 64 bits. */
export function lowerSizedBigint(b: Builder, scope: Scope, node: ts.CallExpression, to: BigintType): HirExpr {
  const argument = node.arguments[0];
  if (argument === undefined) return b.unsupported(node, `${to}() without a value is`, "Pass the value.");
  const value = lowerBigint(b, scope, argument);
  const bits = literal(b, node, 64);
  return bigintCall(b, node, to === "i64" ? "bigintAsInt" : "bigintAsUint", [bits, value], bigintType(to));
}

/** `BigInt.asIntN(bits, x)` and `BigInt.asUintN(bits, x)`. */
export function lowerBigintFunction(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  method: string,
): HirExpr {
  const [size, argument] = node.arguments;
  if ((method !== "asIntN" && method !== "asUintN") || size === undefined || argument === undefined)
    return b.unsupported(node, `BigInt.${method} is`, "See docs/language.md for what this version compiles.");
  const bits = constantNumber(b, size);
  const isSigned = method === "asIntN";
  if (bits === null || !Number.isInteger(bits) || bits < 0)
    return b.unsupported(
      size,
      `BigInt.${method} with this number of bits is`,
      "Write a constant from 0 to 64.",
    );
  const value = lowerBigint(b, scope, argument);
  /* All values that there are fit 65 signed bits. */
  if (isSigned && bits > 64) return value;
  if (bits > 64)
    return b.unsupported(size, "A bigint of more than 64 bits is", "Write a constant from 0 to 64.");
  return bigintCall(b, node, isSigned ? "bigintAsInt" : "bigintAsUint", [literal(b, size, bits), value]);
}

/** `BigInt(x)` */
export function lowerBigintOf(b: Builder, scope: Scope, node: ts.CallExpression): HirExpr {
  const argument = node.arguments[0];
  if (argument === undefined) return b.unsupported(node, "BigInt() without a value is", "Pass the value.");
  const value = lowerExpression(b, scope, argument);
  switch (value.type.kind) {
    case "bigint":
      return value;
    case "number":
      return fromNumber(b, scope, node, value);
    case "string":
      return fromText(b, scope, node, value);
    case "boolean":
      return expression(b, node, {
        kind: "conditional",
        test: value,
        whenTrue: bigintLiteral(b, node, 1n),
        whenFalse: bigintLiteral(b, node, 0n),
        type: bigintType(),
      });
    default:
      return b.unsupported(
        node,
        `The bigint of ${kindOf(value.type)} is`,
        "Pass a number, a string or a boolean.",
      );
  }
}

function fromNumber(b: Builder, scope: Scope, node: ts.CallExpression, value: HirExpr): HirExpr {
  if (value.kind === "number" && Number.isInteger(value.value))
    return bigintLiteral(b, node, BigInt(value.value));
  if (isWhole(value)) return bigintCall(b, node, "bigintFromNumber", [value]);
  const code = new CodeWriter(b, scope, node);
  const number = code.let("number", value);
  const isInteger = code.intrinsic("numberIsInteger", number());
  code.if(
    isInteger,
    () => {},
    () => {
      const parts = [
        literal(b, node, "The number "),
        number(),
        literal(b, node, " cannot be converted to a BigInt because it is not an integer"),
      ];
      code.throwText("RangeError", template(b, node, parts));
    },
  );
  return code.done(bigintCall(b, node, "bigintFromNumber", [number()]));
}

/** Numbers that are integers by their form, so that no test is written. */
function isWhole(value: HirExpr): boolean {
  if (value.type.kind === "number" && value.type.sized !== null && /^[iu]/.test(value.type.sized))
    return true;
  return (
    value.kind === "arrayLength" || value.kind === "stringLength" || value.kind === "bitNot" || isBits(value)
  );
}

function isBits(value: HirExpr): boolean {
  return value.kind === "arithmetic" && ["&", "|", "^", "<<", ">>", ">>>"].includes(value.op);
}

function fromText(b: Builder, scope: Scope, node: ts.CallExpression, value: HirExpr): HirExpr {
  const code = new CodeWriter(b, scope, node);
  const text = code.let("text", value);
  const isBigint = code.intrinsic("bigintIsText", text());
  code.if(
    isBigint,
    () => {},
    () => {
      const parts = [literal(b, node, "Cannot convert "), text(), literal(b, node, " to a BigInt")];
      code.throwText("SyntaxError", template(b, node, parts));
    },
  );
  return code.done(bigintCall(b, node, "bigintFromText", [text()]));
}

/** `Number(x)` */
export function numberOfBigint(b: Builder, node: ts.Node, value: HirExpr): HirExpr {
  return expression(b, node, {
    kind: "intrinsic",
    name: "bigintToNumber",
    args: [value],
    type: types.number,
  });
}

/** null: no method of bigints. */
export function lowerBigintMethod(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  method: string,
  receiver: HirExpr,
): HirExpr | null {
  const radix = node.arguments[0];
  if (method === "valueOf") return receiver;
  if (method === "toLocaleString")
    return b.reject(
      node,
      "'toLocaleString'",
      "A firmware has no locale; use toString() or a template literal.",
    );
  if (method !== "toString") return null;
  if (radix === undefined) return template(b, node, [receiver]);
  return operation(b, node, "bigintToRadix", [receiver, lowerNumber(b, scope, radix)]);
}
