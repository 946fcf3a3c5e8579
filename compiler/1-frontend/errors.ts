/**
 * `Error` and its built-in subclasses. They have one layout (a kind, a name, a
 * message), so all of them are one class of HIR; `instanceof` compares kinds.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement, HirType } from "../ir/hir.ts";
import type { HirErrors } from "../ir/hir-errors.ts";
import type { FieldId, FunctionId, LocalId } from "../ir/ids.ts";
import { type Builder, expression, expressionStatement, type Scope, types } from "./builder.ts";
import { derivesFrom } from "./class-members.ts";
import { causeOf, namesCauses, noCause } from "./error-causes.ts";
import { literal, lowerExpression, template } from "./expressions.ts";
import { castTo, isInstance } from "./instance-tests.ts";
import { call } from "./known-calls.ts";
import { widest } from "./narrowing.ts";
import { lowerStatements } from "./statements.ts";
import { globalName } from "./symbols.ts";
import { after, hold } from "./temporaries.ts";
import { thrownType } from "./thrown-values.ts";
import { isDefaultLibrary } from "./types.ts";
import { flow } from "./unify-types.ts";
import { askObject, unknownType } from "./unknown-values.ts";

/** The position is the kind. */
const names = [
  "Error",
  "RangeError",
  "TypeError",
  "SyntaxError",
  "ReferenceError",
  "EvalError",
  "URIError",
  "SuppressedError",
] as const;

/** What the disposal of a `using` throws while another error is in flight; programs do not make it. */
export const suppressed = {
  name: "SuppressedError",
  kind: names.indexOf("SuppressedError"),
  message: "An error was suppressed during disposal.",
} as const;

const range = { name: "RangeError", kind: names.indexOf("RangeError") } as const;

export function isErrorName(name: string): boolean {
  return names.some((known) => known === name);
}

/** The class of errors, made on first use. */
export function errorsOf(b: Builder): HirErrors {
  if (b.errors !== null) return b.errors;
  const at = b.loaded.entry;
  const info = b.addClass("Error", null, at);
  const kind = b.addField(info, "#kind", { kind: "number", sized: "u8" }, at);
  const name = b.addField(info, "name", types.string, at);
  const message = b.addField(info, "message", types.string, at);
  const cause = namesCauses(b) ? b.addField(info, "cause", unknownType(b), at) : null;
  const thrown = { kind: "object", class: info.id } as const;
  const fields = {
    class: info.id,
    thrown,
    members: [info.id],
    errorMembers: [info.id],
    kind,
    name,
    message,
    cause,
    range,
    suppressed,
  };
  b.families.allocated.add(info.id);
  const text = declareText(b, fields);
  b.errors = { ...fields, text, uncaught: text };
  return b.errors;
}

export function isError(b: Builder, value: HirExpr): boolean {
  return isErrorType(b, value.type);
}

/** Of a class that is an error, or a union of such. */
function isErrorType(b: Builder, type: HirType): boolean {
  if (type.kind !== "object" || b.errors === null) return false;
  const { class: root } = b.errors;
  const { parts } = b.info(type.class);
  if (parts.length > 0) return parts.every((part) => derivesFrom(part, root));
  return derivesFrom(b.info(type.class), root);
}

/** `toString`: name and message with a colon between them, unless one is empty. */
function declareText(b: Builder, errors: Omit<HirErrors, "text" | "uncaught">): FunctionId {
  const at = b.loaded.entry;
  const fn = b.addFunction({
    name: "Error.toString",
    role: "method",
    isAsync: false,
    parameters: [],
    result: types.string,
    parent: null,
    span: b.span(at),
  });
  const type = { kind: "object", class: errors.class } as const;
  const self = b.addLocal({ function: fn.id }, "this", type, at, { parameter: true });
  fn.parameters = [self];
  b.uses.set(fn.id, new Set());
  b.callees.set(fn.id, new Set());
  const field = (id: FieldId): HirExpr => {
    const object = expression(b, at, { kind: "local", local: self, type });
    return expression(b, at, { kind: "field", object, field: id, type: types.string });
  };
  const returned = (value: HirExpr): HirStatement => ({ kind: "return", value, span: b.span(at) });
  const whenEmpty = (id: FieldId, value: HirExpr): HirStatement => ({
    kind: "if",
    test: expression(b, at, {
      kind: "compare",
      op: "===",
      left: field(id),
      right: literal(b, at, ""),
      type: types.boolean,
    }),
    whenTrue: [returned(value)],
    whenFalse: [],
    span: b.span(at),
  });
  fn.body = [
    whenEmpty(errors.message, field(errors.name)),
    whenEmpty(errors.name, field(errors.message)),
    returned(template(b, at, [field(errors.name), literal(b, at, ": "), field(errors.message)])),
  ];
  return fn.id;
}

export function textOfError(b: Builder, at: ts.Node, error: HirExpr): HirExpr {
  return expression(b, at, {
    kind: "call",
    function: errorsOf(b).text,
    args: [flow(b, error, { kind: "object", class: errorsOf(b).class }, at)],
    type: types.string,
  });
}

/** `new RangeError(message)`, with or without `new`. */
export function lowerNewError(
  b: Builder,
  scope: Scope,
  node: ts.NewExpression | ts.CallExpression,
  name: string,
): HirExpr {
  errorsOf(b);
  const [message, options] = node.arguments ?? [];
  if (options !== undefined && ts.isSpreadElement(options))
    return b.unsupported(options, "Spread is", "Write the options.");
  if (message !== undefined && ts.isSpreadElement(message))
    return b.unsupported(message, "Spread is", "Write the message.");
  const text =
    message === undefined || globalName(b, message) === "undefined"
      ? literal(b, node, "")
      : limited(b, scope, message, flow(b, lowerExpression(b, scope, message), types.string, message));
  const { cause } = errorsOf(b);
  if (cause === null && options !== undefined)
    return b.unsupported(
      options,
      "The cause of an error, in a program that declares a field 'cause' itself, is",
      "Give the field another name.",
    );
  const fields = cause === null ? [] : [{ field: cause, value: causeOf(b, scope, node, options) }];
  return makeError(b, scope, node, name, text, fields);
}

/** A built-in error with this message. */
export function makeError(
  b: Builder,
  scope: Pick<Scope, "function">,
  node: ts.Node,
  name: string,
  text: HirExpr,
  cause: readonly { readonly field: FieldId; readonly value: HirExpr }[] = noCause(b, node),
): HirExpr {
  const errors = errorsOf(b);
  return expression(b, node, {
    kind: "object",
    class: errors.class,
    fields: [
      { field: errors.kind, value: literal(b, node, kindOfName(name)) },
      { field: errors.name, value: literal(b, node, name) },
      { field: errors.message, value: text },
      ...cause,
    ],
    site: b.addSite(scope, node, name),
    type: { kind: "object", class: errors.class },
  });
}

/** Characters of a message, in programs that make messages from messages. */
const MESSAGE_MAX = 128;

/** The message; a panic when it is too long, in programs whose messages would have no bound. */
export function limited(b: Builder, scope: Scope, at: ts.Node, message: HirExpr): HirExpr {
  if (!b.boundsMessages || message.kind === "string") return message;
  const local = b.addLocal(scope, "message", types.string, at);
  const text = (): HirExpr => expression(b, at, { kind: "local", local, type: types.string });
  const test = expression(b, at, {
    kind: "compare",
    op: ">",
    left: expression(b, at, { kind: "stringLength", value: text(), type: types.number }),
    right: literal(b, at, MESSAGE_MAX),
    type: types.boolean,
  });
  const tooLong = call(b, at, "panic", [literal(b, at, "RangeError: the message of an error is too long")]);
  const stopped = expression(b, at, {
    kind: "sequence",
    statements: [expressionStatement(tooLong)],
    value: literal(b, at, ""),
    type: types.string,
  });
  return expression(b, at, {
    kind: "sequence",
    statements: [{ kind: "let", local, value: message, span: b.span(at) }],
    value: expression(b, at, {
      kind: "conditional",
      test,
      whenTrue: stopped,
      whenFalse: text(),
      type: types.string,
    }),
    type: types.string,
  });
}

export function kindOfName(name: string): number {
  return names.findIndex((known) => known === name);
}

/** A type that the default library declares as an error. */
export function isBuiltInError(b: Builder, type: ts.Type): boolean {
  const symbol = type.getSymbol();
  return symbol !== undefined && isDefaultLibrary(b, symbol) && isErrorName(symbol.getName());
}

/** `error instanceof RangeError`; null when the right side is no built-in error. */
export function lowerInstanceOf(b: Builder, scope: Scope, node: ts.BinaryExpression): HirExpr | null {
  const name = globalName(b, node.right);
  if (name === null || !isErrorName(name)) return null;
  const { class: root, kind } = errorsOf(b);
  const value = widest(b, lowerExpression(b, scope, node.left));
  if (name === "Error")
    return askObject(b, scope, node, value, (object) => isInstance(b, node, object, root));
  return askObject(b, scope, node, value, (object) => {
    const held = hold(b, scope, node, "object", object, true);
    const left = isInstance(b, node, held.read(), root);
    const right = expression(b, node, {
      kind: "compare",
      op: "===",
      left: expression(b, node, {
        kind: "field",
        object: castTo(b, node, held.read(), root, true),
        field: kind,
        type: { kind: "number", sized: "u8" },
      }),
      right: literal(b, node, kindOfName(name)),
      type: types.boolean,
    });
    const both = expression(b, node, { kind: "logical", op: "&&", left, right, type: types.boolean });
    return after(b, node, [held], isError(b, object) ? right : both);
  });
}

export function lowerTry(b: Builder, scope: Scope, node: ts.TryStatement): HirStatement {
  errorsOf(b);
  const body = lowerStatements(b, scope, node.tryBlock.statements);
  const handler = node.catchClause === undefined ? null : lowerHandler(b, scope, node.catchClause);
  const finalizer =
    node.finallyBlock === undefined ? null : lowerStatements(b, scope, node.finallyBlock.statements);
  return { kind: "try", body, handler, finalizer, isDisposal: false, span: b.span(node) };
}

function lowerHandler(
  b: Builder,
  scope: Scope,
  clause: ts.CatchClause,
): { local: LocalId | null; body: readonly HirStatement[] } {
  const name = clause.variableDeclaration?.name;
  if (name === undefined) return { local: null, body: lowerStatements(b, scope, clause.block.statements) };
  if (!ts.isIdentifier(name))
    return b.unsupported(name, "Destructuring in catch is", "Name the error and read its fields.");
  const type = thrownType(b);
  const symbol = b.checker.getSymbolAtLocation(name);
  const reassigned = symbol !== undefined && b.reassigned.has(symbol);
  const local = b.addLocal(scope, name.text, type, name, { reassigned });
  if (symbol !== undefined) b.entities.set(symbol, { kind: "local", local });
  return { local, body: lowerStatements(b, scope, clause.block.statements) };
}
