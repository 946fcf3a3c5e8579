/**
 * Classes of the program that extend built-in errors: the constructor behind
 * `super(message)`, and how an error that nobody caught is named.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement } from "../ir/hir.ts";
import type { ClassId, FieldId, FunctionId } from "../ir/ids.ts";
import { defined } from "../source/assert.ts";
import { type Builder, type ClassInfo, expression, expressionStatement, types } from "./builder.ts";
import { derivesFrom, memberKey } from "./class-members.ts";
import { constructorOf } from "./constructors.ts";
import { causeIn, optionsType } from "./error-causes.ts";
import { errorsOf, isErrorName, kindOfName, limited, suppressed } from "./errors.ts";
import { literal, template } from "./expressions.ts";
import { openScope } from "./functions.ts";

/** The built-in error that a class extends itself; null for any other base. */
export function builtInBase(b: Builder, declaration: ts.ClassLikeDeclaration): string | null {
  const clause = declaration.heritageClauses?.find((one) => one.token === ts.SyntaxKind.ExtendsKeyword);
  const written = clause?.types[0];
  const symbol = written === undefined ? undefined : b.loaded.checker.getTypeAtLocation(written).getSymbol();
  const at = symbol?.declarations?.[0]?.getSourceFile();
  if (symbol === undefined || at === undefined || !b.loaded.program.isSourceFileDefaultLibrary(at))
    return null;
  const name = symbol.getName();
  return isErrorName(name) && name !== suppressed.name ? name : null;
}

/** Error as the base of a class; its own members would have to be fields. */
export function errorBase(b: Builder, declaration: ts.ClassLikeDeclaration): ClassInfo {
  for (const member of declaration.members) {
    const isCode = ts.isMethodDeclaration(member) || ts.isAccessor(member);
    if (!isCode || !["name", "message", "toString"].includes(memberKey(b, member.name))) continue;
    b.unsupported(
      member.name,
      `'${member.name.getText()}' as a method or accessor of an error is`,
      "Set the fields name and message, or give the method another name.",
    );
  }
  return b.info(errorsOf(b).class);
}

/** The constructor that `super(…)` calls in a class. */
export function baseConstructor(b: Builder, info: ClassInfo, base: ClassInfo): FunctionId {
  const name = info.declaration === null ? null : builtInBase(b, info.declaration);
  return name === null ? constructorOf(b, base) : errorConstructor(b, name);
}

/** `Error.constructor(message)`: one for each built-in error that is extended. */
function errorConstructor(b: Builder, name: string): FunctionId {
  const known = b.errorConstructors.get(name);
  if (known !== undefined) return known;
  const at = b.loaded.entry;
  const errors = errorsOf(b);
  const fn = b.addFunction({
    name: `${name}.constructor`,
    role: "constructor",
    isAsync: false,
    parameters: [],
    result: types.void,
    parent: null,
    span: b.span(at),
  });
  b.errorConstructors.set(name, fn.id);
  const type = { kind: "object", class: errors.class } as const;
  const self = b.addLocal({ function: fn.id }, "this", type, at, { parameter: true });
  const scope = openScope(b, fn.id, null, self);
  const message = b.addLocal(scope, "message", types.string, at, { parameter: true });
  b.defaults.set(message, ts.factory.createStringLiteral(""));
  const options =
    errors.cause === null ? null : b.addLocal(scope, "options", optionsType(b), at, { parameter: true });
  fn.parameters = options === null ? [self, message] : [self, message, options];
  const store = (field: FieldId, value: HirExpr): HirStatement => {
    const target = { kind: "field", object: read(b, self), field } as const;
    return expressionStatement(expression(b, at, { kind: "assign", target, value, type: value.type }));
  };
  fn.body = [
    store(errors.kind, literal(b, at, kindOfName(name))),
    store(errors.name, literal(b, at, name)),
    store(errors.message, limited(b, scope, at, read(b, message))),
    ...(errors.cause === null || options === null
      ? []
      : [
          store(
            errors.cause,
            causeIn(b, at, () => read(b, options)),
          ),
        ]),
  ];
  return fn.id;
}

function read(b: Builder, local: Parameters<Builder["local"]>[0]): HirExpr {
  return expression(b, b.loaded.entry, { kind: "local", local, type: b.local(local).type });
}

/** Classes of the program that are errors and of which it makes objects. */
function ownErrors(b: Builder): readonly ClassInfo[] {
  const { errors } = b;
  if (errors === null) return [];
  return [...b.classInfos.values()].filter(
    (info) =>
      info.id !== errors.class && b.families.allocated.has(info.id) && derivesFrom(info, errors.class),
  );
}

/** The class whose objects have to be told apart, if some error could end the program. */
export function classOfOwnErrors(b: Builder): ClassId | null {
  return ownErrors(b).length === 0 ? null : errorsOf(b).class;
}

/** The text of an uncaught error: one of a class of the program that did not set its name is named by its class. */
export function declareUncaughtText(b: Builder): void {
  const own = ownErrors(b);
  if (b.errors === null || own.length === 0) return;
  const at = b.loaded.entry;
  const { errors } = b;
  const fn = b.addFunction({
    name: "Error.uncaught",
    role: "method",
    isAsync: false,
    parameters: [],
    result: types.string,
    parent: null,
    span: b.span(at),
  });
  const type = { kind: "object", class: errors.class } as const;
  const self = b.addLocal({ function: fn.id }, "this", type, at, { parameter: true });
  const scope = openScope(b, fn.id, null, self);
  scope.calls.add(errors.text);
  fn.parameters = [self];
  const field = (id: FieldId): HirExpr =>
    expression(b, at, { kind: "field", object: read(b, self), field: id, type: types.string });
  const named = own.map((info): HirStatement => {
    const hasBuiltInName = expression(b, at, {
      kind: "compare",
      op: "===",
      left: field(errors.name),
      right: literal(b, at, builtInName(b, info)),
      type: types.boolean,
    });
    const value = template(b, at, [literal(b, at, `${b.class(info.id).name}: `), field(errors.message)]);
    const span = b.span(at);
    const inner: HirStatement = {
      kind: "if",
      test: hasBuiltInName,
      whenTrue: [{ kind: "return", value, span }],
      whenFalse: [],
      span,
    };
    const test = expression(b, at, {
      kind: "isInstance",
      value: read(b, self),
      classes: [info.id],
      type: types.boolean,
    });
    return { kind: "if", test, whenTrue: [inner], whenFalse: [], span };
  });
  const text = expression(b, at, {
    kind: "call",
    function: errors.text,
    args: [read(b, self)],
    type: types.string,
  });
  fn.body = [...named, { kind: "return", value: text, span: b.span(at) }];
  b.errors = { ...errors, uncaught: fn.id };
}

function builtInName(b: Builder, info: ClassInfo): string {
  const declaration = defined(info.declaration, "an error of the program is declared");
  return builtInBase(b, declaration) ?? builtInName(b, defined(info.base, "base"));
}
