/**
 * Rebuilds HIR with other parts, for passes that rewrite it. Works on the shape
 * of nodes, not on their kinds, so that a new kind needs no line here; a node
 * whose parts stay the same stays itself.
 */
import type { HirExpr, HirStatement } from "./hir.ts";

export interface Rewriter {
  expression(node: HirExpr): HirExpr;
  statements(list: readonly HirStatement[]): readonly HirStatement[];
}

export function isHirExpression(value: object): value is HirExpr {
  return "kind" in value && "id" in value && "type" in value && "span" in value;
}

function isStatement(value: unknown): value is HirStatement {
  return (
    typeof value === "object" && value !== null && "kind" in value && "span" in value && !("id" in value)
  );
}

/** The node with each direct part replaced by what the rewriter makes of it. */
export function rebuildParts<T extends object>(node: T, rewriter: Rewriter): T {
  let changed = false;
  const entries = Object.entries(node).map(([key, part]: [string, unknown]) => {
    const next = isData(key) ? part : rebuild(part, rewriter);
    changed ||= next !== part;
    return [key, next];
  });
  return changed ? (Object.fromEntries(entries) as T) : node;
}

/** Members that hold no code. */
function isData(key: string): boolean {
  return key === "type" || key === "span";
}

function rebuild(part: unknown, rewriter: Rewriter): unknown {
  if (typeof part !== "object" || part === null) return part;
  if (Array.isArray(part)) {
    const list: readonly unknown[] = part;
    if (list.length > 0 && list.every(isStatement)) return rewriter.statements(list);
    const next = list.map((one) => rebuild(one, rewriter));
    return next.every((one, index) => one === list[index]) ? list : next;
  }
  if (isHirExpression(part)) return rewriter.expression(part);
  return rebuildParts(part, rewriter);
}

/** Visits the direct parts of a node: expressions, and lists of statements. */
export function visitParts(
  node: object,
  visitor: { expression(node: HirExpr): void; statements(list: readonly HirStatement[]): void },
): void {
  rebuildParts(node, {
    expression: (part) => {
      visitor.expression(part);
      return part;
    },
    statements: (list) => {
      visitor.statements(list);
      return list;
    },
  });
}
