/**
 * The methods of strings as rows of the intrinsics table, and how each one makes
 * its result. The receiver is the first argument; positions that are left out
 * are Infinity.
 */

/** What an argument is in C: a text, a position (int32_t), a number of another kind, a boolean, or a bigint. */
export type TextArgument = "text" | "index" | "u32" | "i32" | "f64" | "flag" | "bigint";

/**
 * `view`: a part of the receiver, where that is ASCII or the part is whole characters.
 * `text`: new text, put into a builder. `value`: a number or a boolean.
 */
export interface TextOperation {
  readonly args: readonly TextArgument[];
  readonly result: "string" | "number" | "boolean";
  /** The C function that puts the result into a builder, or computes the value. */
  readonly c: string;
  /** The same for a receiver that is ASCII; a view of the receiver where the result is text. */
  readonly ascii?: string;
  /** The C function that gives a view of any receiver. */
  readonly view?: string;
}

const position = { result: "number" } as const;
const test = { result: "boolean" } as const;
const text = { result: "string" } as const;
const part = (name: string, args: readonly TextArgument[]): TextOperation => ({
  ...text,
  args: ["text", ...args],
  c: `tsfw_put_${name}`,
  ascii: `tsfw_ascii_${name}`,
});
const search = (name: string, result: typeof position | typeof test): TextOperation => ({
  ...result,
  args: ["text", "text", "index"],
  c: `tsfw_str_${name}`,
  ascii: `tsfw_ascii_${name}`,
});

const pieceArguments: readonly TextArgument[] = ["text", "text", "u32"];

export const textOperations = {
  stringSlice: part("slice", ["index", "index"]),
  stringSubstring: part("substring", ["index", "index"]),
  stringSubstr: part("substr", ["index", "index"]),
  stringCharAt: part("char_at", ["index"]),
  /** `s[i]`: panics outside the string. */
  stringElement: part("char_at", ["index"]),
  stringUnitAt: { ...position, args: ["text", "index"], c: "tsfw_str_unit_at", ascii: "tsfw_ascii_unit_at" },
  stringPointAt: {
    ...position,
    args: ["text", "index"],
    c: "tsfw_str_point_at",
    ascii: "tsfw_ascii_unit_at",
  },
  stringIndexOf: search("find", position),
  stringLastIndexOf: search("find_last", position),
  stringStartsWith: search("starts_with", test),
  stringEndsWith: search("ends_with", test),
  stringTrim: { ...text, args: ["text"], c: "", view: "tsfw_str_trim" },
  stringTrimStart: { ...text, args: ["text"], c: "", view: "tsfw_str_trim_start" },
  stringTrimEnd: { ...text, args: ["text"], c: "", view: "tsfw_str_trim_end" },
  stringPadStart: { ...text, args: ["text", "index", "text"], c: "tsfw_put_pad_start" },
  stringPadEnd: { ...text, args: ["text", "index", "text"], c: "tsfw_put_pad_end" },
  stringRepeat: { ...text, args: ["text", "index"], c: "tsfw_put_repeat" },
  stringUpperCase: { ...text, args: ["text"], c: "tsfw_put_upper_case" },
  stringLowerCase: { ...text, args: ["text"], c: "tsfw_put_lower_case" },
  stringReplace: { ...text, args: ["text", "text", "text", "flag"], c: "tsfw_put_replace" },
  /** `$&` and the like in the replacement have their meaning. */
  stringReplacePattern: { ...text, args: ["text", "text", "text", "flag"], c: "tsfw_put_replace_pattern" },
  stringFromUnit: { ...text, args: ["u32"], c: "tsfw_put_unit" },
  stringFromPoint: { ...text, args: ["u32"], c: "tsfw_put_point" },
  stringIsWellFormed: { ...test, args: ["text"], c: "tsfw_str_is_well_formed" },
  stringToWellFormed: { ...text, args: ["text"], c: "tsfw_put_well_formed" },
  numberToFixed: { ...text, args: ["f64", "index"], c: "tsfw_put_fixed" },
  numberToExponential: { ...text, args: ["f64", "index"], c: "tsfw_put_exponential" },
  numberToPrecision: { ...text, args: ["f64", "index"], c: "tsfw_put_precision" },
  /** Integers of 32 bits have functions of their own. */
  numberToRadix: { ...text, args: ["f64", "index"], c: "tsfw_put_f64_radix" },
  bigintToRadix: { ...text, args: ["bigint", "index"], c: "tsfw_put_i64_radix" },
  stringToNumber: { ...position, args: ["text"], c: "tsfw_str_to_number" },
  stringParseFloat: { ...position, args: ["text"], c: "tsfw_str_parse_float" },
  stringParseInt: { ...position, args: ["text", "i32"], c: "tsfw_str_parse_int" },
  /** Bytes inside; with `stringCharacter` the way for…of goes through a string. */
  stringBytes: { ...position, args: ["text"], c: "TSFW_STR_SIZE" },
  /** The text itself, which is known to have at most so many bytes. */
  stringWithin: { ...text, args: ["text", "u32"], c: "", view: "TSFW_STR_WITHIN" },
  /** The characters of a text; the parts between separators, no more than a limit. */
  stringCharacters: { ...position, args: ["text"], c: "tsfw_str_characters" },
  stringPieces: { ...position, args: ["text", "text", "u32"], c: "tsfw_str_pieces" },
  /** The part that begins at a cursor, and the cursor behind the separator after it. */
  stringPiece: { ...text, args: pieceArguments, c: "tsfw_put_piece", ascii: "tsfw_str_whole_piece" },
  stringAfterPiece: { ...position, args: pieceArguments, c: "tsfw_str_after_piece" },
  /** The same for separators that cut no character in two. */
  stringWholePiece: { ...text, args: pieceArguments, c: "", view: "tsfw_str_whole_piece" },
  stringAfterWholePiece: { ...position, args: pieceArguments, c: "tsfw_str_after_whole_piece" },
  /** The text itself, which consists of no more than the second text and so many copies of the third, and one more. */
  stringComposed: { ...text, args: ["text", "text", "text", "u32"], c: "", view: "TSFW_STR_COMPOSED" },
  stringCharacterBytes: { ...position, args: ["text", "u32"], c: "tsfw_str_character_size" },
  stringCharacter: { ...text, args: ["text", "u32"], c: "", view: "tsfw_str_character" },
  /** The text as a string of JSON. */
  /** -1, or where the text is no JSON. */
  jsonCheck: { ...position, args: ["text"], c: "tsfw_json_check" },
  /** Positions in checked JSON: of the whole value, the first and the next one in an array or object, a field's. */
  jsonStart: { ...position, args: ["text"], c: "tsfw_json_start" },
  jsonFirst: { ...position, args: ["text", "u32"], c: "tsfw_json_first" },
  jsonNext: { ...position, args: ["text", "u32"], c: "tsfw_json_next" },
  jsonFind: { ...position, args: ["text", "u32", "text"], c: "tsfw_json_find" },
  jsonKind: { ...position, args: ["text", "u32"], c: "tsfw_json_kind" },
  jsonNumber: { ...position, args: ["text", "u32"], c: "tsfw_json_number" },
  jsonIsTrue: { ...test, args: ["text", "u32"], c: "tsfw_json_is_true" },
  jsonString: { ...text, args: ["text", "u32"], c: "tsfw_put_json_value" },
  jsonQuote: { ...text, args: ["text"], c: "tsfw_put_json_string" },
} as const satisfies Record<string, TextOperation>;

export type TextOperationName = keyof typeof textOperations;

export function isTextOperation(name: string): name is TextOperationName {
  return Object.hasOwn(textOperations, name);
}

export function textOperation(name: TextOperationName): TextOperation {
  return textOperations[name];
}

/** Operations that count the parts of a text: how many there can be follows from its size. */
export function countsParts(name: string): name is "stringCharacters" | "stringPieces" {
  return name === "stringCharacters" || name === "stringPieces";
}

/** The node says how long a text is, or how many parts it has. */
export function measuresText(node: { readonly kind: string; readonly name?: string }): boolean {
  if (node.kind === "stringLength") return true;
  return node.kind === "intrinsic" && node.name !== undefined && countsParts(node.name);
}

/** No string is longer, in bytes or in units. */
export const STRING_LENGTH_MAX = 2 ** 30;
