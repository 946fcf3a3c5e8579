/**
 * A copy of HIR trees built from the leaves up: the mapper gets each expression,
 * target and awaited call with its parts mapped already. It knows no single
 * construct: expressions are what has an id, so a new node needs no line here.
 */
import type { HirAwaitable, HirExpr, HirStatement, HirTarget } from "./hir.ts";

export interface HirMapper {
  expression(node: HirExpr): HirExpr;
  target(target: HirTarget): HirTarget;
  awaitable(operand: HirAwaitable): HirAwaitable;
}

export function mapStatements(
  statements: readonly HirStatement[],
  mapper: HirMapper,
): readonly HirStatement[] {
  return mapValue(statements, "", mapper) as readonly HirStatement[];
}

type Bag = Readonly<Record<string, unknown>>;

function mapValue(value: unknown, key: string, mapper: HirMapper): unknown {
  if (Array.isArray(value)) return value.map((entry) => mapValue(entry, key, mapper));
  if (typeof value !== "object" || value === null || key === "span" || key === "type") return value;
  const copy: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value as Bag)) copy[name] = mapValue(part, name, mapper);
  if (isExpression(copy)) return mapper.expression(copy);
  if (key === "target" && isKind<HirTarget>(copy)) return mapper.target(copy);
  if (key === "operand" && isKind<HirAwaitable>(copy)) return mapper.awaitable(copy);
  return copy;
}

function isExpression(value: object): value is HirExpr {
  return "kind" in value && "id" in value && "type" in value && "span" in value;
}

function isKind<T extends { readonly kind: string }>(value: object): value is T {
  return "kind" in value;
}
