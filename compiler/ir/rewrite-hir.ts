/**
 * A copy of HIR trees with some parts replaced. It knows no single construct:
 * expressions are what has an id, statements what lists hold without one, so a
 * new node needs no line here.
 */
import type { HirExpr, HirStatement, HirTarget } from "./hir.ts";

export interface HirRewriter {
  /** The replacement of an expression, taken as it is; null: the expression stays, its parts are rewritten. */
  expression(node: HirExpr): HirExpr | null;
  /** The same for a variable that is written. */
  target(target: HirTarget, node: HirExpr): HirTarget | null;
  /** What a statement becomes; its parts are rewritten already. `list` is the list it was in. */
  statement(statement: HirStatement, original: HirStatement): readonly HirStatement[];
  /** What comes before the statements of a list. */
  before(list: readonly HirStatement[]): readonly HirStatement[];
}

export function rewriteStatements(
  statements: readonly HirStatement[],
  rewriter: HirRewriter,
): readonly HirStatement[] {
  return rewriteList(statements, rewriter) as readonly HirStatement[];
}

type Bag = Readonly<Record<string, unknown>>;

function rewriteList(list: readonly unknown[], rewriter: HirRewriter): readonly unknown[] {
  const statements = list.filter(isStatement);
  const before = statements.length === 0 ? [] : rewriter.before(statements);
  const rewritten = list.flatMap((entry): readonly unknown[] => {
    const result = rewriteValue(entry, rewriter);
    return isStatement(entry) ? rewriter.statement(result as HirStatement, entry) : [result];
  });
  return [...before, ...rewritten];
}

function rewriteValue(value: unknown, rewriter: HirRewriter): unknown {
  if (Array.isArray(value)) return rewriteList(value, rewriter);
  if (typeof value !== "object" || value === null) return value;
  if (isExpression(value)) {
    const replaced = rewriter.expression(value);
    if (replaced !== null) return replaced;
  }
  return rewriteParts(value as Bag, rewriter);
}

/** Types, spans and ids hold no trees. */
function rewriteParts(bag: Bag, rewriter: HirRewriter): unknown {
  const copy: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(bag)) {
    if (key === "span" || key === "type") copy[key] = part;
    else if (key === "target" && isExpression(bag) && isTarget(part))
      copy[key] = rewriter.target(part, bag) ?? rewriteValue(part, rewriter);
    else copy[key] = rewriteValue(part, rewriter);
  }
  return copy;
}

function isExpression(value: object): value is HirExpr {
  return "kind" in value && "id" in value && "type" in value && "span" in value;
}

function isStatement(value: unknown): value is HirStatement {
  return (
    typeof value === "object" && value !== null && "kind" in value && "span" in value && !("id" in value)
  );
}

function isTarget(value: unknown): value is HirTarget {
  return typeof value === "object" && value !== null && "kind" in value && !("id" in value);
}
