/** The kinds of JSON values, and the functions that insist on them. */

import type { HirExpr } from "../../ir/hir.ts";
import type { FunctionId } from "../../ir/ids.ts";
import { type Builder, expression, type Scope, types } from "../builder.ts";
import { CodeWriter, type Make } from "../code-writer.ts";
import { literal } from "../expressions.ts";
import { openScope } from "../functions.ts";
import type { Reading } from "./json-values.ts";

/** Numbered as in json_parse.c. */
export type JsonKind = "object" | "array" | "string" | "number" | "boolean" | "null";

const numbers: Readonly<Record<JsonKind, number>> = {
  object: 0,
  array: 1,
  string: 2,
  number: 3,
  boolean: 4,
  null: 5,
};

const articles: Readonly<Record<JsonKind, string>> = {
  object: "an object",
  array: "an array",
  string: "a string",
  number: "a number",
  boolean: "true or false",
  null: "null",
};

export function described(kind: JsonKind): string {
  return articles[kind];
}

export function kindIs({ code, text }: Reading, at: Make, kind: JsonKind): HirExpr {
  return code.compare("===", code.intrinsic("jsonKind", text(), at()), code.number(numbers[kind]));
}

/** Throws a TypeError unless the value at this position is of the kind. */
export function expectKind({ code, text, what }: Reading, at: Make, kind: JsonKind): void {
  const message = literal(code.b, code.node, `JSON: ${what} should be ${articles[kind]}`);
  const args = [text(), at(), code.number(numbers[kind]), message];
  callHelper(code, helper(code, "expect"), args);
}

/** The position of the field's value; throws a TypeError where there is none. */
export function findField({ code, text, what }: Reading, at: Make, key: string): Make {
  const { b, node } = code;
  const message = literal(b, node, `JSON: '${key}' of ${what} is missing`);
  const args = [text(), at(), literal(b, node, key), message];
  return code.let("place", callOf(code, helper(code, "find"), args));
}

function callHelper(code: CodeWriter, fn: FunctionId, args: readonly HirExpr[]): void {
  code.run(callOf(code, fn, args));
}

function callOf(code: CodeWriter, fn: FunctionId, args: readonly HirExpr[]): HirExpr {
  code.scope.calls.add(fn);
  return expression(code.b, code.node, {
    kind: "call",
    function: fn,
    args,
    type: code.b.function(fn).result,
  });
}

function helper(code: CodeWriter, name: "expect" | "find"): FunctionId {
  const { readers } = code.b.collections.json;
  const known = readers.get(name);
  if (known !== undefined) return known;
  const made = name === "expect" ? makeExpect(code) : makeFind(code);
  readers.set(name, made);
  return made;
}

/** A function that the compiler writes, with its parameters. */
export function declareHelper(
  b: Builder,
  at: CodeWriter["node"],
  name: string,
  parameters: Readonly<Record<string, typeof types.number | typeof types.string>>,
  result: HirExpr["type"],
): { readonly id: FunctionId; readonly code: CodeWriter; readonly parameters: readonly Make[] } {
  const fn = b.addFunction({
    name,
    role: "function",
    isAsync: false,
    parameters: [],
    result,
    parent: null,
    span: b.span(at),
  });
  const locals = Object.entries(parameters).map(([parameter, type]) =>
    b.addLocal({ function: fn.id }, parameter, type, at, { parameter: true }),
  );
  fn.parameters = locals;
  const scope: Scope = openScope(b, fn.id, null, null);
  const reads = locals.map(
    (local): Make =>
      () =>
        expression(b, at, { kind: "local", local, type: b.local(local).type }),
  );
  return { id: fn.id, code: new CodeWriter(b, scope, at), parameters: reads };
}

function makeExpect({ b, node }: CodeWriter): FunctionId {
  const { id, code, parameters } = declareHelper(
    b,
    node,
    "JSON.expect",
    { text: types.string, at: types.number, kind: types.number, message: types.string },
    types.void,
  );
  const [text, at, kind, message] = parameters as [Make, Make, Make, Make];
  code.if(code.compare("!==", code.intrinsic("jsonKind", text(), at()), kind()), () => {
    code.throwText("TypeError", message());
  });
  b.function(id).body = code.statements();
  return id;
}

function makeFind({ b, node }: CodeWriter): FunctionId {
  const { id, code, parameters } = declareHelper(
    b,
    node,
    "JSON.find",
    { text: types.string, at: types.number, key: types.string, message: types.string },
    types.number,
  );
  const [text, at, key, message] = parameters as [Make, Make, Make, Make];
  const place = code.let("place", code.intrinsic("jsonFind", text(), at(), key()));
  code.if(code.compare("<", place(), code.number(0)), () => code.throwText("TypeError", message()));
  code.emit({ kind: "return", value: place(), span: b.span(node) });
  b.function(id).body = code.statements();
  return id;
}
