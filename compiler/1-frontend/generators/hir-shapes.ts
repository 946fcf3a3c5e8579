/** Short ways to write the HIR of iteration. */
import type { ts } from "ts-morph";
import type { HirExpr, HirStatement } from "../../ir/hir.ts";
import type { FieldId, LocalId } from "../../ir/ids.ts";
import { type Builder, expression, expressionStatement, type Scope } from "../builder.ts";

export function readLocal(b: Builder, at: ts.Node, local: LocalId): HirExpr {
  return expression(b, at, { kind: "local", local, type: b.local(local).type });
}

export function readField(b: Builder, at: ts.Node, object: HirExpr, field: FieldId): HirExpr {
  return expression(b, at, { kind: "field", object, field, type: b.field(field).type });
}

export function setField(
  b: Builder,
  at: ts.Node,
  object: HirExpr,
  field: FieldId,
  value: HirExpr,
): HirStatement {
  const target = { kind: "field", object, field } as const;
  const { type } = b.field(field);
  return expressionStatement(expression(b, at, { kind: "assign", target, value, type }));
}

export function setLocal(b: Builder, at: ts.Node, local: LocalId, value: HirExpr): HirStatement {
  const target = { kind: "local", local } as const;
  const { type } = b.local(local);
  return expressionStatement(expression(b, at, { kind: "assign", target, value, type }));
}

/** A variable of code that the compiler writes. */
export interface Kept {
  readonly local: LocalId;
  readonly declaration: HirStatement;
  read(): HirExpr;
}

export function keep(
  b: Builder,
  scope: Pick<Scope, "function">,
  at: ts.Node,
  name: string,
  value: HirExpr,
  reassigned = false,
): Kept {
  const local = b.addLocal(scope, name, value.type, at, { reassigned });
  return {
    local,
    declaration: { kind: "let", local, value, span: b.span(at) },
    read: () => readLocal(b, at, local),
  };
}

export function choose(
  b: Builder,
  at: ts.Node,
  test: HirExpr,
  whenTrue: readonly HirStatement[],
  whenFalse: readonly HirStatement[] = [],
): HirStatement {
  return { kind: "if", test, whenTrue, whenFalse, span: b.span(at) };
}

export function not(b: Builder, at: ts.Node, value: HirExpr): HirExpr {
  return expression(b, at, { kind: "not", value, type: { kind: "boolean" } });
}

export function sequenceOf(
  b: Builder,
  at: ts.Node,
  statements: readonly HirStatement[],
  value: HirExpr,
): HirExpr {
  if (statements.length === 0) return value;
  return expression(b, at, { kind: "sequence", statements, value, type: value.type });
}
