/** Methods of strings: a view of the receiver where that is enough, else new text in a temporary cell. */
import { isTextOperation, type TextOperationName, textOperation } from "../intrinsics/strings.ts";
import type { NumberFact } from "../ir/facts.ts";
import type { HirExpr } from "../ir/hir.ts";
import type { MirExpr, MirType } from "../ir/mir.ts";
import { defined } from "../source/assert.ts";
import { lowerOperands } from "./expressions.ts";
import { boolType, constant, type FunctionBuilder, load, textType } from "./function-builder.ts";
import { binary, cast, isSimple, pure, toInt32, toUint32 } from "./numbers.ts";
import { fits, isEmpty, isInt } from "./representation.ts";

type Intrinsic = Extract<HirExpr, { kind: "intrinsic" }>;

const i32: MirType = { kind: "i32" };
const u32: MirType = { kind: "u32" };
const f64: MirType = { kind: "f64" };
const INDEX_MAX = 2147483647;

/** null: not a method of strings. */
export function lowerTextOperation(f: FunctionBuilder, node: Intrinsic): MirExpr | null {
  if (!isTextOperation(node.name)) return null;
  const { name } = node;
  const row = textOperation(name);
  const values = lowerOperands(f, node.args);
  const args = row.args.map((kind, index): MirExpr => {
    const value = defined(values[index], "argument");
    if (kind === "text" || kind === "flag" || kind === "bigint") return value;
    // These are checked as they are.
    if (node.name === "stringFromPoint" || node.name === "stringElement") return value;
    const fact = f.lowering.numbers.node(defined(node.args[index], "argument").id);
    if (kind === "f64") return value;
    if (kind === "i32") return toInt32({ expr: value, fact });
    if (kind === "index") return toIndex(f, value, fact, node.name === "stringLastIndexOf" ? INDEX_MAX : 0);
    const unsigned = toUint32({ expr: value, fact });
    return node.name !== "stringFromUnit" || fits(fact, "u16")
      ? unsigned
      : binary("&", unsigned, constant(u32, 0xffff), u32);
  });
  const checked = checkArguments(f, node, args);
  const isAscii = node.args[0]?.type.kind === "string" && f.lowering.strings.isAscii(node.args[0].id);
  if (row.result === "string") return lowerText(f, node, name, checked, isAscii);
  const symbol = isAscii ? (row.ascii ?? row.c) : row.c;
  if (row.result === "boolean") return pure(symbol, checked, boolType);
  if (name === "stringBytes" || name === "stringCharacterBytes") return pure(symbol, checked, u32);
  if (parsers.has(name)) return pure(symbol, checked, f64);
  const value = pure(symbol, checked, i32);
  return f.lowering.numbers.node(node.id).nan ? pure("tsfw_code_or_nan", [value], f64) : value;
}

function lowerText(
  f: FunctionBuilder,
  node: Intrinsic,
  name: TextOperationName,
  args: readonly MirExpr[],
  isAscii: boolean,
): MirExpr {
  const row = textOperation(name);
  if (name === "stringWithin" || name === "stringComposed") return defined(args[0], "text");
  const view = row.view ?? (isAscii ? row.ascii : undefined);
  if (view !== undefined) return pure(view, args, textType);
  const capacity = f.lowering.strings.node(node.id);
  const cell = f.addLocal(
    "text",
    { kind: "cell", bytes: capacity.kind === "bytes" ? capacity.bytes : 0 },
    true,
  );
  f.emit({ kind: "buildText", cell, parts: args, symbol: symbolFor(row.c, args) });
  return load({ kind: "local", local: cell }, textType);
}

/** ToIntegerOrInfinity, cut to 32 bits: no string is longer. */
function toIndex(f: FunctionBuilder, value: MirExpr, fact: NumberFact, notANumber: number): MirExpr {
  if (value.kind === "constant") {
    const whole = Number.isNaN(value.value) ? notANumber : Math.trunc(value.value);
    return constant(i32, Math.max(-INDEX_MAX - 1, Math.min(INDEX_MAX, whole)));
  }
  if (isEmpty(fact) || fits(fact, "i32")) return cast(value, i32);
  if (isInt(value.type)) return pure("tsfw_i64_to_index", [cast(value, { kind: "i64" })], i32);
  if (!fact.nan || notANumber === 0) return pure("tsfw_f64_to_index", [cast(value, f64)], i32);
  const held = f.hold(cast(value, f64), "index");
  return {
    kind: "select",
    test: binary("==", held, held, boolType),
    whenTrue: pure("tsfw_f64_to_index", [held], i32),
    whenFalse: constant(i32, notANumber),
    type: i32,
  };
}

/** What JavaScript throws, and an index outside the string, which has no character. */
function checkArguments(f: FunctionBuilder, node: Intrinsic, args: readonly MirExpr[]): readonly MirExpr[] {
  const [first, second] = args;
  switch (node.name) {
    case "stringElement":
      return f.lowering.numbers.isIndexInBounds(node.id) || f.lowering.checks === "none"
        ? args.map((arg) => (arg.type.kind === "text" ? arg : cast(arg, i32)))
        : checkElement(f, node, defined(first, "text"), defined(second, "index"));
    case "stringRepeat":
      return [defined(first, "text"), checkCount(f, node, defined(second, "count"))];
    case "numberToFixed":
    case "numberToExponential":
    case "numberToPrecision":
    case "numberToRadix":
    case "bigintToRadix":
      return checkForm(f, node, node.name, defined(first, "number"), defined(second, "digits"));
    case "stringFromPoint":
      return [checkPoint(f, node, defined(first, "code point"))];
    default:
      return args;
  }
}

function checkElement(
  f: FunctionBuilder,
  node: Intrinsic,
  text: MirExpr,
  index: MirExpr,
): readonly MirExpr[] {
  const message = "RangeError: string index out of bounds";
  const heldText = isSimple(text) ? text : f.hold(text);
  const isAscii = f.lowering.strings.isAscii(defined(node.args[0], "text").id);
  const length = pure(isAscii ? "TSFW_STR_SIZE" : "tsfw_str_length", [heldText], u32);
  const whole = checkWhole(f, index, INDEX_MAX, message);
  f.check(binary("<", cast(whole, u32), length, boolType), message);
  return [heldText, cast(whole, i32)];
}

/** An integer from 0 to `most`, in 32 bits: other numbers are refused. */
function checkWhole(f: FunctionBuilder, value: MirExpr, most: number, message: string): MirExpr {
  const held = isSimple(value) ? value : f.hold(value, "index");
  const { type } = held;
  if (type.kind === "i32" || type.kind === "u32") {
    f.check(binary("<=", cast(held, u32), constant(u32, most), boolType), message);
    return held;
  }
  const wide = cast(held, f64);
  const inside = binary(
    "&&",
    binary(">=", wide, constant(f64, 0), boolType),
    binary("<=", wide, constant(f64, most), boolType),
    boolType,
  );
  f.check(inside, message);
  f.check(binary("==", pure("tsfw_f64_trunc", [wide], f64), wide, boolType), message);
  return cast(held, u32);
}

function checkCount(f: FunctionBuilder, node: Intrinsic, count: MirExpr): MirExpr {
  const fact = f.lowering.numbers.node(defined(node.args[1], "count").id);
  if (isEmpty(fact) || (Math.trunc(fact.lo) >= 0 && fact.hi < INDEX_MAX)) return count;
  const held = isSimple(count) ? count : f.hold(count, "count");
  f.check(
    binary("<", cast(held, u32), constant(u32, INDEX_MAX), boolType),
    "RangeError: Invalid count value",
  );
  return held;
}

function checkPoint(f: FunctionBuilder, node: Intrinsic, point: MirExpr): MirExpr {
  const fact = f.lowering.numbers.node(defined(node.args[0], "code point").id);
  if (isEmpty(fact) || (fits(fact, "u32") && fact.hi <= 0x10ffff)) return cast(point, u32);
  return cast(checkWhole(f, point, 0x10ffff, "RangeError: Invalid code point"), u32);
}

const parsers: ReadonlySet<TextOperationName> = new Set<TextOperationName>([
  "stringToNumber",
  "stringParseFloat",
  "stringParseInt",
  "jsonNumber",
]);

type Form = "numberToFixed" | "numberToExponential" | "numberToPrecision" | "numberToRadix" | "bigintToRadix";

/** What the second argument may be, and what JavaScript says of others. */
const limits: Readonly<Record<Form, readonly [lo: number, hi: number, message: string]>> = {
  numberToFixed: [0, 100, "toFixed() digits argument must be between 0 and 100"],
  numberToExponential: [0, 100, "toExponential() argument must be between 0 and 100"],
  numberToPrecision: [1, 100, "toPrecision() argument must be between 1 and 100"],
  numberToRadix: [2, 36, "toString() radix argument must be between 2 and 36"],
  bigintToRadix: [2, 36, "toString() radix argument must be between 2 and 36"],
};

function checkForm(
  f: FunctionBuilder,
  node: Intrinsic,
  form: Form,
  value: MirExpr,
  detail: MirExpr,
): readonly MirExpr[] {
  const [lo, hi, message] = limits[form];
  const given = defined(node.args[1], "digits");
  const fact = f.lowering.numbers.node(given.id);
  const isInteger32 = value.type.kind !== "i64" && isInt(value.type);
  const isRadix = form === "numberToRadix" || form === "bigintToRadix";
  const number =
    form === "bigintToRadix"
      ? value
      : form === "numberToRadix" && isInteger32
        ? widened(value)
        : cast(value, f64);
  // -1 stands for digits that are left out.
  const isLeftOut = form === "numberToExponential" && given.kind === "number" && given.value === -1;
  if (isLeftOut || isEmpty(fact) || (!fact.nan && Math.trunc(fact.lo) >= lo && fact.hi < hi + 1))
    return [number, isRadix ? cast(detail, u32) : detail];
  const held = isSimple(detail) ? detail : f.hold(detail, "digits");
  const offset = binary("-", cast(held, u32), constant(u32, lo), u32);
  f.check(binary("<=", offset, constant(u32, hi - lo), boolType), `RangeError: ${message}`);
  return [number, isRadix ? cast(held, u32) : held];
}

function widened(value: MirExpr): MirExpr {
  return cast(value, value.type.kind.startsWith("u") ? u32 : i32);
}

/** `toString(radix)` of 32 bits needs no arithmetic on doubles. */
function symbolFor(symbol: string, args: readonly MirExpr[]): string {
  const kind = args[0]?.type.kind;
  if (symbol === "tsfw_put_i64_radix" && kind === "u64") return "tsfw_put_u64_radix";
  if (symbol !== "tsfw_put_f64_radix" || kind === "f64") return symbol;
  return kind === "u32" ? "tsfw_put_u32_radix" : "tsfw_put_i32_radix";
}
