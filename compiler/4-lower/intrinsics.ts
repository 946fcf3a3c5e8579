/** `Math`, `Number`, `console`, time and drivers: the rows of the intrinsic table as MIR. */
import { type IntrinsicName, intrinsic } from "../intrinsics/table.ts";
import type { NumberFact } from "../ir/facts.ts";
import type { HirExpr } from "../ir/hir.ts";
import type { MirExpr, MirLogPart, MirType } from "../ir/mir.ts";
import { defined } from "../source/assert.ts";
import { lowerBigintIntrinsic } from "./bigints.ts";
import { lowerOperands, nothing } from "./expressions.ts";
import { boolType, constant, type FunctionBuilder, load } from "./function-builder.ts";
import { binary, cast, isSimple, type Numeric, pure, toUint32 } from "./numbers.ts";
import { lowerArraySort, lowerByteAccess } from "./overlays.ts";
import { arrayLength } from "./places.ts";
import { lowerIntegerDivision } from "./quotients.ts";
import { fits, isEmpty, isInt, valueType } from "./representation.ts";
import { printablePart } from "./text.ts";
import { lowerTextOperation } from "./text-operations.ts";

type IntrinsicNode = Extract<HirExpr, { kind: "intrinsic" }>;

const f64: MirType = { kind: "f64" };

export function lowerIntrinsic(f: FunctionBuilder, node: IntrinsicNode): MirExpr {
  const level = logLevels[node.name];
  if (level !== undefined) return lowerLog(f, node, level);
  if (node.name === "panic") {
    const message = lowerOperands(f, node.args)[0];
    f.emit({ kind: "panic", message: defined(message, "message") });
    f.end({ kind: "unreachable" });
    f.enter(f.newBlock());
    return nothing;
  }
  if (node.name === "arrayMove") return lowerArrayMove(f, node);
  if (node.name === "arraySort") return lowerArraySort(f, node);
  const access = lowerByteAccess(f, node);
  if (access !== null) return access;
  if (node.name === "panicAt") {
    const args = lowerOperands(f, node.args);
    f.emit({ kind: "runtime", result: null, symbol: "tsfw_panic_at", args });
    f.end({ kind: "unreachable" });
    f.enter(f.newBlock());
    return nothing;
  }
  const quotient = lowerIntegerDivision(f, node);
  if (quotient !== null) return quotient;
  const bigint = lowerBigintIntrinsic(f, node);
  if (bigint !== null) return bigint;
  const text = lowerTextOperation(f, node);
  if (text !== null) return text;
  const values = lowerOperands(f, node.args);
  const args = values.map(
    (expr, index): Numeric => ({ expr, fact: factOf(f, defined(node.args[index], "argument")) }),
  );
  const inline = inlined[node.name];
  if (inline !== undefined) return inline(f, args, f.lowering.numbers.node(node.id));
  return lowerNamed(f, node, args);
}

function factOf(f: FunctionBuilder, node: HirExpr): NumberFact {
  return node.type.kind === "number"
    ? f.lowering.numbers.node(node.id)
    : { lo: 0, hi: 1, integer: true, nan: false };
}

const logLevels: Readonly<Partial<Record<IntrinsicName, 1 | 2 | 3 | 4>>> = {
  logDebug: 1,
  logInfo: 2,
  logWarn: 3,
  logError: 4,
};

/** A template inside console.log is printed piece by piece and needs no room. */
function lowerLog(f: FunctionBuilder, node: IntrinsicNode, level: 1 | 2 | 3 | 4): MirExpr {
  const pieces: { readonly node: HirExpr; readonly isInTemplate: boolean }[] = [];
  node.args.forEach((argument, index) => {
    if (index > 0) pieces.push({ node: textNode(argument, " "), isInTemplate: false });
    const isInTemplate = argument.kind === "template";
    for (const part of isInTemplate ? argument.parts : [argument]) pieces.push({ node: part, isInTemplate });
    if (argument.type.kind === "bigint") pieces.push({ node: textNode(argument, "n"), isInTemplate });
  });
  const values = lowerOperands(
    f,
    pieces.map((piece) => piece.node),
  );
  refuseFormat(f, node, values[0]);
  const parts = values.map(
    (value, index): MirLogPart => ({
      value: printablePart(f, value),
      isInTemplate: pieces[index]?.isInTemplate ?? false,
    }),
  );
  if (f.lowering.log === "text") f.emit({ kind: "log", level, parts: joinConstants(parts) });
  return nothing;
}

/** Node formats when the first of several arguments is a text with `%d` and the like; a computed one is checked. */
function refuseFormat(f: FunctionBuilder, node: IntrinsicNode, value: MirExpr | undefined): void {
  const first = node.args[0];
  if (!f.lowering.hasPercent || node.args.length < 2 || value === undefined || first === undefined) return;
  if (first.type.kind !== "string" || first.kind === "string" || first.kind === "template") return;
  const isPlain: MirExpr = {
    kind: "unary",
    op: "!",
    value: pure("tsfw_str_is_format", [value], boolType),
    type: boolType,
  };
  f.check(isPlain, "console.log: the first text is a format; print it alone or in a template literal");
}

function textNode(at: HirExpr, value: string): HirExpr {
  return { kind: "string", value, type: { kind: "string" }, id: at.id, span: at.span };
}

function joinConstants(parts: readonly MirLogPart[]): MirLogPart[] {
  const joined: MirLogPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.value.kind === "textConstant" && last?.value.kind === "textConstant") {
      joined[joined.length - 1] = {
        ...last,
        value: { ...last.value, value: last.value.value + part.value.value },
      };
    } else joined.push(part);
  }
  return joined;
}

function lowerNamed(f: FunctionBuilder, node: IntrinsicNode, args: readonly Numeric[]): MirExpr {
  const entry = intrinsic(node.name);
  const symbol = defined(entry.c, "an intrinsic without a rule has a C function");
  if (entry.effect === "pure") {
    return pure(
      symbol,
      args.map((arg) => cast(arg.expr, f64)),
      f64,
    );
  }
  const values = args.map((arg) =>
    arg.expr.type.kind === "bool" ? arg.expr : cast(arg.expr, { kind: "u32" }),
  );
  const { kind } = entry.result;
  if (kind === "number" || kind === "boolean") {
    const type: MirType = kind === "boolean" ? boolType : symbol === "tsfw_now_ms" ? f64 : { kind: "u32" };
    const result = f.addLocal("t", type);
    f.emit({ kind: "runtime", result, symbol, args: values });
    return load({ kind: "local", local: result }, type);
  }
  f.emit({ kind: "runtime", result: null, symbol, args: values });
  return values[0] ?? nothing;
}

type Inline = (f: FunctionBuilder, args: readonly Numeric[], result: NumberFact) => MirExpr;

function first(args: readonly Numeric[]): Numeric {
  return defined(args[0], "argument");
}

/** The value, simple enough to be written twice. */
function twice(f: FunctionBuilder, value: Numeric, type: MirType): MirExpr {
  const converted = cast(value.expr, type);
  return isSimple(converted) ? converted : f.hold(converted);
}

function isIntegral(value: Numeric): boolean {
  return isInt(value.expr.type) || isEmpty(value.fact);
}

/** Rounding leaves an integer as it is. */
const rounding =
  (symbol: string): Inline =>
  (_f, args) =>
    isIntegral(first(args)) ? first(args).expr : pure(symbol, [cast(first(args).expr, f64)], f64);

const extreme =
  (op: "<" | ">", symbol: string): Inline =>
  (f, args, result) => {
    const areInts = args.every((arg) => isInt(arg.expr.type)) && valueType(result).kind !== "f64";
    const joined = {
      ...first(args).fact,
      lo: Math.min(...args.map((arg) => arg.fact.lo)),
      hi: Math.max(...args.map((arg) => arg.fact.hi)),
    };
    const type = areInts ? valueType(joined) : f64;
    return args.slice(1).reduce(
      (best, arg) => {
        if (type.kind === "f64") return pure(symbol, [best, cast(arg.expr, f64)], f64);
        const a = isSimple(best) ? best : f.hold(best);
        const b = twice(f, arg, type);
        return {
          kind: "select",
          test: binary(op, a, b, boolType),
          whenTrue: a,
          whenFalse: b,
          type,
        } satisfies MirExpr;
      },
      cast(first(args).expr, type) as MirExpr,
    );
  };

const lowerAbs: Inline = (f, args, result) => {
  const value = first(args);
  if (!isInt(value.expr.type) || !result.integer) return pure("fabs", [cast(value.expr, f64)], f64);
  if (value.fact.lo >= 0) return value.expr;
  const type = valueType({
    ...result,
    lo: Math.min(value.fact.lo, -result.hi),
    hi: Math.max(result.hi, value.fact.hi),
  });
  const held = twice(f, value, type);
  return {
    kind: "select",
    test: binary("<", held, constant(type, 0), boolType),
    whenTrue: { kind: "unary", op: "-", value: held, type },
    whenFalse: held,
    type,
  };
};

const lowerSign: Inline = (f, args) => {
  const value = first(args);
  if (!isInt(value.expr.type)) return pure("tsfw_f64_sign", [cast(value.expr, f64)], f64);
  const held = twice(f, value, value.expr.type);
  const zero = constant(held.type, 0);
  const type: MirType = { kind: "i32" };
  const isNegative: MirExpr = {
    kind: "select",
    test: binary("<", held, zero, boolType),
    whenTrue: constant(type, -1),
    whenFalse: constant(type, 0),
    type,
  };
  return {
    kind: "select",
    test: binary(">", held, zero, boolType),
    whenTrue: constant(type, 1),
    whenFalse: isNegative,
    type,
  };
};

const lowerIsInteger: Inline = (f, args) => {
  const value = first(args);
  if (isInt(value.expr.type)) return constant(boolType, 1);
  const held = twice(f, value, f64);
  return binary(
    "&&",
    isFiniteDouble(held),
    binary("==", pure("tsfw_f64_trunc", [held], f64), held, boolType),
    boolType,
  );
};

function isFiniteDouble(held: MirExpr): MirExpr {
  const difference = binary("-", held, held, f64);
  return binary("==", difference, constant(f64, 0), boolType);
}

/** Rounds half to even, like the conversion of a Uint8ClampedArray. */
const lowerClamp: Inline = (f, args) => {
  const value = first(args);
  const i32: MirType = { kind: "i32" };
  if (!isIntegral(value)) return pure("tsfw_f64_clamp_u8", [cast(value.expr, f64)], i32);
  if (value.fact.lo >= 0 && value.fact.hi <= 255) return cast(value.expr, i32);
  const type = valueType(value.fact);
  const held = twice(f, value, type);
  const below: MirExpr = {
    kind: "select",
    test: binary("<", held, constant(type, 0), boolType),
    whenTrue: constant(i32, 0),
    whenFalse: cast(held, i32),
    type: i32,
  };
  return {
    kind: "select",
    test: binary(">", held, constant(type, 255), boolType),
    whenTrue: constant(i32, 255),
    whenFalse: value.fact.lo >= 0 ? cast(held, i32) : below,
    type: i32,
  };
};

/** Both arrays are of one class. */
function lowerArrayMove(f: FunctionBuilder, node: IntrinsicNode): MirExpr {
  const [target, source, offset] = lowerOperands(f, node.args);
  const { type } = defined(node.args[1], "source");
  if (type.kind !== "array") return nothing;
  const held = (array: MirExpr): MirExpr =>
    array.kind === "address" || isSimple(array) ? array : f.hold(array);
  const from = held(defined(source, "source"));
  const id = f.lowering.program.arrayOf(type.array);
  const data = (array: MirExpr): MirExpr => pure("TSFW_ARRAY_DATA", [array], { kind: "u32" });
  f.emit({
    kind: "runtime",
    result: null,
    symbol: "TSFW_ARRAY_MOVE",
    args: [
      data(held(defined(target, "target"))),
      data(from),
      cast(defined(offset, "offset"), { kind: "u32" }),
      arrayLength(f, from, id),
    ],
  });
  return nothing;
}

const inlined: Readonly<Partial<Record<IntrinsicName, Inline>>> = {
  clampU8: lowerClamp,
  mathAbs: lowerAbs,
  mathMin: extreme("<", "tsfw_f64_min"),
  mathMax: extreme(">", "tsfw_f64_max"),
  mathFloor: rounding("tsfw_f64_floor"),
  mathCeil: rounding("tsfw_f64_ceil"),
  mathTrunc: rounding("tsfw_f64_trunc"),
  mathRound: rounding("tsfw_f64_round"),
  mathSign: lowerSign,
  mathImul: (_f, args) => {
    const product = binary("*", toUint32(first(args)), toUint32(defined(args[1], "argument")), {
      kind: "u32",
    });
    return cast(product, { kind: "i32" });
  },
  mathClz32: (_f, args) => pure("tsfw_u32_clz", [toUint32(first(args))], { kind: "i32" }),
  mathFround: (_f, args) => cast(cast(first(args).expr, { kind: "f32" }), f64),
  numberIsInteger: lowerIsInteger,
  numberIsSafeInteger: (f, args, result) => {
    const value = first(args);
    if (fits(value.fact, "i32")) return constant(boolType, 1);
    const held = twice(f, { ...value, expr: cast(value.expr, f64) }, f64);
    const inRange = binary("<=", pure("fabs", [held], f64), constant(f64, Number.MAX_SAFE_INTEGER), boolType);
    return binary("&&", inRange, lowerIsInteger(f, [{ expr: held, fact: value.fact }], result), boolType);
  },
  numberIsFinite: (f, args) =>
    isInt(first(args).expr.type) ? constant(boolType, 1) : isFiniteDouble(twice(f, first(args), f64)),
  numberIsNaN: (f, args) => {
    if (isInt(first(args).expr.type)) return constant(boolType, 0);
    const held = twice(f, first(args), f64);
    return binary("!=", held, held, boolType);
  },
};
