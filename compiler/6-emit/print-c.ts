/** C tree to text: the only file that prints C. */
import { assertNever } from "../source/assert.ts";
import type { CDeclaration, CExpr, CField, CStatement, CUnit } from "./c-tree.ts";

export interface PrintOptions {
  /** The name of the file that is printed. */
  readonly ownFile: string;
  /** Each line says which line of the source it comes from: for debuggers, not for readers. */
  readonly everyLine: boolean;
  /** The file name in `#line` directives. */
  lineFile(file: string): string;
}

export function printUnit(unit: CUnit, options: PrintOptions): string {
  const printer = createPrinter(options);
  for (const declaration of unit.declarations) printer.declaration(declaration);
  return `${printer.lines.join("\n")}\n`;
}

function createPrinter(options: PrintOptions) {
  const lines: string[] = [];
  let marker: string | null = null;
  const emit = (depth: number, text: string): void => {
    if (text.startsWith("#line ")) marker = text;
    else if (options.everyLine && marker !== null && lines.at(-1) !== marker) lines.push(marker);
    lines.push(text === "" ? "" : "    ".repeat(depth) + text);
  };
  const statements = (body: readonly CStatement[], depth: number): void => {
    for (const statement of body) printStatement(statement, depth, emit, statements, options);
  };
  const declaration = (node: CDeclaration): void => {
    printDeclaration(node, emit, statements);
    /* What follows a function is not the user's code any more: back to this file's own lines. */
    if (node.kind === "function" && node.body.length > 0) {
      emit(0, `#line ${lines.length + 2} ${quote(options.ownFile)}`);
      marker = null;
    }
  };
  return { lines, declaration };
}

type Emit = (depth: number, text: string) => void;
type Statements = (body: readonly CStatement[], depth: number) => void;

function printDeclaration(node: CDeclaration, emit: Emit, statements: Statements): void {
  switch (node.kind) {
    case "comment":
      return emit(0, `/* ${safeComment(node.text)} */`);
    case "blank":
      return emit(0, "");
    case "include":
      return emit(0, `#include "${node.file}"`);
    case "systemInclude":
      return emit(0, `#include <${node.file}>`);
    case "define":
      return emit(0, `#define ${node.name} ${node.value}`);
    case "typedef":
      return emit(0, `${node.text};`);
    case "struct":
      if (node.comment !== null) emit(0, `/* ${safeComment(node.comment)} */`);
      emit(0, `struct ${node.mayAlias ? "__attribute__((__may_alias__)) " : ""}${node.name} {`);
      for (const field of node.fields) printField(field, 1, emit);
      return emit(0, "};");
    case "assert":
      return emit(0, `_Static_assert(${printExpr(node.condition)}, ${quote(node.message)});`);
    case "variable":
      if (node.comment !== null) emit(0, `/* ${safeComment(node.comment)} */`);
      return emit(0, `${node.declarator}${node.value === null ? "" : ` = ${printExpr(node.value)}`};`);
    case "prototype":
      return emit(0, `${node.header};`);
    case "function":
      if (node.comment !== null) emit(0, `/* ${safeComment(node.comment)} */`);
      emit(0, node.header);
      emit(0, "{");
      statements(node.body, 1);
      return emit(0, "}");
    default:
      return assertNever(node);
  }
}

function printField(field: CField, depth: number, emit: Emit): void {
  if (field.kind === "field") {
    emit(
      depth,
      `${field.declarator};${field.comment === null ? "" : ` /* ${safeComment(field.comment)} */`}`,
    );
    return;
  }
  emit(depth, `${field.keyword} {`);
  for (const inner of field.fields) printField(inner, depth + 1, emit);
  emit(depth, `} ${field.name};`);
}

function safeComment(text: string): string {
  return text.replace(/\*\//g, "* /").replace(/[\r\n]+/g, " ");
}

function printStatement(
  node: CStatement,
  depth: number,
  emit: Emit,
  statements: Statements,
  options: PrintOptions,
): void {
  switch (node.kind) {
    case "expression":
      return emit(depth, `${printExpr(node.value)};`);
    case "assign":
      return emit(depth, `${printExpr(node.target)} = ${printExpr(node.value)};`);
    case "declare":
      return emit(depth, `${node.declarator}${node.value === null ? "" : ` = ${printExpr(node.value)}`};`);
    case "if":
      emit(depth, `if (${printExpr(node.test)}) {`);
      statements(node.whenTrue, depth + 1);
      if (node.whenFalse.length > 0) {
        emit(depth, "} else {");
        statements(node.whenFalse, depth + 1);
      }
      return emit(depth, "}");
    case "forever":
    case "while":
      emit(depth, node.kind === "forever" ? "for (;;) {" : `while (${printExpr(node.test)}) {`);
      statements(node.body, depth + 1);
      return emit(depth, "}");
    case "break":
    case "continue":
      return emit(depth, `${node.kind};`);
    case "goto":
      return emit(depth, `goto ${node.label};`);
    case "label":
      return emit(Math.max(0, depth - 1), `${node.label}:;`);
    case "return":
      return emit(depth, node.value === null ? "return;" : `return ${printExpr(node.value)};`);
    case "switch":
      emit(depth, `switch (${printExpr(node.subject)}) {`);
      for (const clause of node.cases) {
        emit(depth, clause.label === null ? "default:" : `case ${printExpr(clause.label)}:`);
        statements(clause.body, depth + 1);
      }
      return emit(depth, "}");
    case "comment":
      return emit(depth, `/* ${safeComment(node.text)} */`);
    case "line":
      return emit(0, `#line ${node.span.start.line} ${quote(options.lineFile(node.span.file))}`);
    default:
      return assertNever(node);
  }
}

/** Binding strength of C's operators; larger binds tighter. */
const strength: Readonly<Record<string, number>> = {
  "*": 12,
  "/": 12,
  "%": 12,
  "+": 11,
  "-": 11,
  "<<": 10,
  ">>": 10,
  "<": 9,
  "<=": 9,
  ">": 9,
  ">=": 9,
  "==": 8,
  "!=": 8,
  "&": 7,
  "^": 6,
  "|": 5,
  "&&": 4,
  "||": 3,
};
const UNARY = 14;
const POSTFIX = 15;
const CONDITIONAL = 2;

export function printExpr(node: CExpr): string {
  switch (node.kind) {
    case "name":
      return node.name;
    case "literal":
      return node.text;
    case "string":
      return quote(node.value);
    case "unary":
      return `${node.op}${operand(node.value, UNARY, node.op === "-" || node.op === "&")}`;
    case "cast":
      return `(${node.type})${operand(node.value, UNARY, false)}`;
    case "binary":
      return `${side(node.left, node.op, false)} ${node.op} ${side(node.right, node.op, true)}`;
    case "call":
      return `${operand(node.callee, POSTFIX, false)}(${node.args.map(printExpr).join(", ")})`;
    case "member":
      return `${operand(node.object, POSTFIX, false)}${node.arrow ? "->" : "."}${node.name}`;
    case "index":
      return `${operand(node.array, POSTFIX, false)}[${printExpr(node.index)}]`;
    case "conditional":
      return `${operand(node.test, CONDITIONAL + 1, false)} ? ${operand(node.whenTrue, CONDITIONAL + 1, false)} : ${operand(node.whenFalse, CONDITIONAL + 1, false)}`;
    case "compound":
      return `(${node.type}){${node.values.map(printExpr).join(", ")}}`;
    case "designated":
      return `.${node.field.join(".")} = ${printExpr(node.value)}`;
    case "braces":
      return `{${node.values.map(printExpr).join(", ")}}`;
    default:
      return assertNever(node);
  }
}

/** Mixed operators get parentheses even where C would not need them: readers and -Wparentheses want them. */
function side(node: CExpr, op: string, isRight: boolean): string {
  const text = printExpr(node);
  if (node.kind === "conditional") return `(${text})`;
  if (node.kind !== "binary") return text;
  const own = strength[node.op] ?? 0;
  const outer = strength[op] ?? 0;
  const isSameChain =
    node.op === op && !isRight && (op === "+" || op === "*" || op === "&&" || op === "||" || op === "-");
  const isPlain = own > outer && outer <= 4 && own >= 8;
  const isSum = own === 12 && outer === 11;
  return isSameChain || isPlain || isSum ? text : `(${text})`;
}

function operand(node: CExpr, required: number, noRepeat: boolean): string {
  const text = printExpr(node);
  const own = precedence(node);
  if (own < required || (noRepeat && (text.startsWith("-") || text.startsWith("&")))) return `(${text})`;
  return text;
}

function precedence(node: CExpr): number {
  switch (node.kind) {
    case "binary":
      return strength[node.op] ?? 0;
    case "conditional":
      return CONDITIONAL;
    case "unary":
    case "cast":
      return UNARY;
    case "literal":
      return node.text.startsWith("-") ? UNARY : POSTFIX + 1;
    default:
      return POSTFIX + 1;
  }
}

/** A C string literal of UTF-8 bytes; lone surrogates have a 3-byte form of their own. */
export function quote(value: string): string {
  let text = "";
  for (const byte of encodeUtf8(value)) text += byteText(byte);
  return `"${text}"`;
}

function byteText(byte: number): string {
  const char = String.fromCharCode(byte);
  if (char === '"' || char === "\\") return `\\${char}`;
  if (char === "\n") return "\\n";
  if (char === "?") return "\\?";
  if (byte >= 0x20 && byte < 0x7f) return char;
  return `\\${byte.toString(8).padStart(3, "0")}`;
}

/** Generalised UTF-8: like TextEncoder, but a lone surrogate keeps its code. */
export function encodeUtf8(value: string): number[] {
  const bytes: number[] = [];
  for (const char of value) {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
    else if (code < 0x10000)
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    else
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 0x3f),
        0x80 | ((code >> 6) & 0x3f),
        0x80 | (code & 0x3f),
      );
  }
  return bytes;
}
