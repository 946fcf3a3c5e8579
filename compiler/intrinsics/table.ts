/**
 * What the compiler knows without reading a body: the functions of `tsfw`,
 * `Math`, `Number` and `console`, and the driver classes. One entry each; the
 * front end matches names, the analyses read ranges and effects, the later
 * phases read the C side. Adding a driver method is adding a row.
 */

import { bigintOperators, mixedComparisons } from "./bigints.ts";
import { type ByteAccessName, byteAccesses, bytesOf } from "./bytes.ts";
import { STRING_LENGTH_MAX, type TextOperationName, textOperations } from "./strings.ts";

export type DriverName = "Output" | "Input" | "Uart";

/** Effects: `pure` may be reordered and dropped; `reads` and `writes` keep their order. */
export type Effect = "pure" | "reads" | "writes";

export interface IntrinsicResult {
  readonly kind: "number" | "bigint" | "boolean" | "string" | "void" | "never" | DriverName;
  /** For numbers that do not depend on the arguments: the range. */
  readonly range?: { readonly lo: number; readonly hi: number; readonly integer: boolean };
}

export interface Intrinsic {
  readonly effect: Effect;
  readonly result: IntrinsicResult;
  /** The C function; null where lowering is by an own rule (operators, `Math.max`, logging). */
  readonly c: string | null;
}

const number: IntrinsicResult = { kind: "number" };
const boolean: IntrinsicResult = { kind: "boolean" };
const nothing: IntrinsicResult = { kind: "void" };
const pure = (result: IntrinsicResult, c: string | null = null): Intrinsic => ({ effect: "pure", result, c });
const writes = (result: IntrinsicResult, c: string | null = null): Intrinsic => ({
  effect: "writes",
  result,
  c,
});
const reads = (result: IntrinsicResult, c: string | null = null): Intrinsic => ({
  effect: "reads",
  result,
  c,
});

/** What the methods of strings give as numbers. */
const textRanges: Partial<Record<TextOperationName, IntrinsicResult["range"]>> = {
  stringUnitAt: { lo: 0, hi: 0xffff, integer: true },
  stringPointAt: { lo: -1, hi: 0x10ffff, integer: true },
  stringIndexOf: { lo: -1, hi: STRING_LENGTH_MAX, integer: true },
  stringLastIndexOf: { lo: -1, hi: STRING_LENGTH_MAX, integer: true },
  stringCharacterBytes: { lo: 1, hi: 4, integer: true },
  jsonCheck: { lo: -1, hi: STRING_LENGTH_MAX, integer: true },
  jsonStart: { lo: 0, hi: STRING_LENGTH_MAX, integer: true },
  jsonFirst: { lo: -1, hi: STRING_LENGTH_MAX, integer: true },
  jsonNext: { lo: -1, hi: STRING_LENGTH_MAX, integer: true },
  jsonFind: { lo: -1, hi: STRING_LENGTH_MAX, integer: true },
  jsonKind: { lo: 0, hi: 5, integer: true },
  jsonNumber: { lo: -Infinity, hi: Infinity, integer: false },
  stringBytes: { lo: 0, hi: STRING_LENGTH_MAX, integer: true },
  stringCharacters: { lo: 0, hi: STRING_LENGTH_MAX, integer: true },
  stringPieces: { lo: 0, hi: STRING_LENGTH_MAX, integer: true },
  stringAfterPiece: { lo: 0, hi: 2147483647, integer: true },
  stringAfterWholePiece: { lo: 0, hi: 2147483647, integer: true },
};

const textRows = Object.fromEntries(
  Object.entries(textOperations).map(([name, row]) => {
    const range = textRanges[name as TextOperationName];
    return [name, pure(range === undefined ? { kind: row.result } : { kind: row.result, range })];
  }),
) as Record<TextOperationName, Intrinsic>;

const byteRows = Object.fromEntries(
  Object.entries(byteAccesses).map(([name, { type, isStore }]): [string, Intrinsic] => {
    if (isStore) return [name, writes(nothing)];
    if (type.startsWith("f")) return [name, reads(number)];
    const span = 2 ** (8 * bytesOf(type));
    const lo = type.startsWith("i") ? -span / 2 : 0;
    return [name, reads({ kind: "number", range: { lo, hi: lo + span - 1, integer: true } })];
  }),
) as Record<ByteAccessName, Intrinsic>;

function rowsOf<T extends string>(
  names: Readonly<Record<T, unknown>>,
  result: IntrinsicResult,
): Record<T, Intrinsic> {
  return Object.fromEntries(Object.keys(names).map((name) => [name, pure(result)])) as Record<T, Intrinsic>;
}

const bigint: IntrinsicResult = { kind: "bigint" };

export const intrinsics = {
  ...textRows,
  // Methods of DataView: bytes, position, value of a store, byte order.
  ...byteRows,
  ...rowsOf(bigintOperators, bigint),
  ...rowsOf(mixedComparisons, boolean),
  bigintNegate: pure(bigint),
  bigintNot: pure(bigint),
  bigintAsInt: pure(bigint),
  bigintAsUint: pure(bigint),
  bigintFromNumber: pure(bigint),
  bigintFromText: pure(bigint, "tsfw_str_to_bigint"),
  bigintToNumber: pure(number),
  bigintIsText: pure(boolean, "tsfw_str_is_bigint"),
  // Math and Number. Names are `math` + the method's name.
  mathAbs: pure(number),
  mathMin: pure(number),
  mathMax: pure(number),
  mathFloor: pure(number),
  mathCeil: pure(number),
  mathTrunc: pure(number),
  mathRound: pure(number),
  mathSign: pure({ kind: "number", range: { lo: -1, hi: 1, integer: true } }),
  mathImul: pure({ kind: "number", range: { lo: -2147483648, hi: 2147483647, integer: true } }),
  mathClz32: pure({ kind: "number", range: { lo: 0, hi: 32, integer: true } }),
  mathFround: pure(number),
  mathSqrt: pure(number, "sqrt"),
  mathCbrt: pure(number, "cbrt"),
  mathHypot: pure(number, "hypot"),
  mathSin: pure(number, "sin"),
  mathCos: pure(number, "cos"),
  mathTan: pure(number, "tan"),
  mathAsin: pure(number, "asin"),
  mathAcos: pure(number, "acos"),
  mathAtan: pure(number, "atan"),
  mathAtan2: pure(number, "atan2"),
  mathExp: pure(number, "exp"),
  mathSinh: pure(number, "sinh"),
  mathCosh: pure(number, "cosh"),
  mathTanh: pure(number, "tanh"),
  mathAsinh: pure(number, "asinh"),
  mathAcosh: pure(number, "acosh"),
  mathAtanh: pure(number, "atanh"),
  mathExpm1: pure(number, "expm1"),
  mathLog1p: pure(number, "log1p"),
  mathLog: pure(number, "log"),
  mathLog2: pure(number, "log2"),
  mathLog10: pure(number, "log10"),
  /** What a Uint8ClampedArray stores. */
  clampU8: pure({ kind: "number", range: { lo: 0, hi: 255, integer: true } }),
  /** `target.set(source, offset)` between arrays of one kind; the offset is checked before. */
  arrayMove: writes(nothing),
  /** `typed.sort()`: numbers in ascending order. */
  arraySort: writes(nothing),
  numberIsInteger: pure(boolean),
  numberIsSafeInteger: pure(boolean),
  numberIsFinite: pure(boolean),
  numberIsNaN: pure(boolean),
  // console
  logDebug: writes(nothing),
  logInfo: writes(nothing),
  logWarn: writes(nothing),
  logError: writes(nothing),
  // tsfw
  nowMs: reads({ kind: "number", range: { lo: 0, hi: 9007199254740991, integer: false } }, "tsfw_now_ms"),
  panic: writes({ kind: "never" }),
  /** A panic that says where: its second argument is "file:line". */
  panicAt: writes({ kind: "never" }, "tsfw_panic_at"),
  // drivers
  outputInit: writes({ kind: "Output" }, "hal_output_init"),
  outputWrite: writes(nothing, "hal_output_write"),
  outputToggle: writes(nothing, "hal_output_toggle"),
  outputRead: reads(boolean, "hal_output_read"),
  inputInit: writes({ kind: "Input" }, "hal_input_init"),
  inputRead: reads(boolean, "hal_input_read"),
  uartInit: writes({ kind: "Uart" }, "hal_uart_init"),
  uartErrors: reads({ kind: "number", range: { lo: 0, hi: 255, integer: true } }, "hal_uart_errors"),
} as const satisfies Record<string, Intrinsic>;

export type IntrinsicName = keyof typeof intrinsics;

export function intrinsic(name: IntrinsicName): Intrinsic {
  return intrinsics[name];
}

/**
 * A wait that the runtime or a driver implements. `start` is called with the
 * arguments and the strand; when it returns true the operation is complete and
 * nothing suspends, otherwise the strand is made ready exactly once. `finish`
 * fetches the result after either.
 */
export interface Suspend {
  readonly start: string;
  /** false: `start` returns void and always suspends. */
  readonly mayCompleteAtOnce: boolean;
  readonly finish: string | null;
  readonly result: IntrinsicResult;
  /** Uses a timer slot. */
  readonly sleeps: boolean;
}

export const suspends = {
  delay: { start: "tsfw_sleep", mayCompleteAtOnce: false, finish: null, result: nothing, sleeps: true },
  yieldNow: { start: "tsfw_yield", mayCompleteAtOnce: false, finish: null, result: nothing, sleeps: false },
  inputWait: {
    start: "hal_input_wait",
    mayCompleteAtOnce: true,
    finish: null,
    result: nothing,
    sleeps: false,
  },
  uartReadByte: {
    start: "hal_uart_read_byte",
    mayCompleteAtOnce: true,
    finish: "hal_uart_take",
    result: { kind: "number", range: { lo: 0, hi: 255, integer: true } },
    sleeps: false,
  },
  uartWriteByte: {
    start: "hal_uart_write_byte",
    mayCompleteAtOnce: true,
    finish: null,
    result: nothing,
    sleeps: false,
  },
  uartWrite: {
    start: "hal_uart_write",
    mayCompleteAtOnce: true,
    finish: null,
    result: nothing,
    sleeps: false,
  },
} as const satisfies Record<string, Suspend>;

export type SuspendName = keyof typeof suspends;

export function suspend(name: SuspendName): Suspend {
  return suspends[name];
}

/** A constructor option: its values as integers of the C side, or a pin, or a plain constant. */
export type DriverOption =
  | { readonly kind: "choice"; readonly values: Readonly<Record<string, number>>; readonly default: number }
  | { readonly kind: "pin" }
  | { readonly kind: "number"; readonly default: number };

/** A fixed argument after the ones of the call. */
export type DriverMethod =
  | {
      readonly kind: "sync";
      readonly intrinsic: IntrinsicName;
      readonly extra?: readonly (boolean | number)[];
      readonly negate?: boolean;
    }
  | { readonly kind: "async"; readonly suspend: SuspendName; readonly extra?: readonly number[] };

export interface Driver {
  readonly init: IntrinsicName;
  /** In the order of the C function's arguments, after the pin or peripheral. */
  readonly options: readonly (readonly [name: string, option: DriverOption])[];
  readonly methods: Readonly<Record<string, DriverMethod>>;
}

/** A pin that is not given. */
export const NO_PIN = 0xffff;

export const drivers: Readonly<Record<DriverName, Driver>> = {
  Output: {
    init: "outputInit",
    options: [
      ["initial", { kind: "choice", values: { low: 0, high: 1 }, default: 0 }],
      ["mode", { kind: "choice", values: { "push-pull": 0, "open-drain": 1 }, default: 0 }],
    ],
    methods: {
      high: { kind: "sync", intrinsic: "outputWrite", extra: [true] },
      low: { kind: "sync", intrinsic: "outputWrite", extra: [false] },
      write: { kind: "sync", intrinsic: "outputWrite" },
      toggle: { kind: "sync", intrinsic: "outputToggle" },
      isHigh: { kind: "sync", intrinsic: "outputRead" },
      isLow: { kind: "sync", intrinsic: "outputRead", negate: true },
    },
  },
  Input: {
    init: "inputInit",
    options: [["pull", { kind: "choice", values: { none: 0, up: 1, down: 2 }, default: 0 }]],
    methods: {
      isHigh: { kind: "sync", intrinsic: "inputRead" },
      isLow: { kind: "sync", intrinsic: "inputRead", negate: true },
      rising: { kind: "async", suspend: "inputWait", extra: [0] },
      falling: { kind: "async", suspend: "inputWait", extra: [1] },
      edge: { kind: "async", suspend: "inputWait", extra: [2] },
      high: { kind: "async", suspend: "inputWait", extra: [3] },
      low: { kind: "async", suspend: "inputWait", extra: [4] },
    },
  },
  Uart: {
    init: "uartInit",
    options: [
      ["tx", { kind: "pin" }],
      ["rx", { kind: "pin" }],
      ["baud", { kind: "number", default: 115200 }],
    ],
    methods: {
      readByte: { kind: "async", suspend: "uartReadByte" },
      writeByte: { kind: "async", suspend: "uartWriteByte" },
      write: { kind: "async", suspend: "uartWrite" },
      errors: { kind: "sync", intrinsic: "uartErrors" },
    },
  },
};
