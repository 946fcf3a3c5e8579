/** Copies of statements whose jumps go elsewhere. */
import type { HirStatement } from "../../ir/hir.ts";
import type { JumpId } from "../../ir/ids.ts";
import { rebuildParts } from "../../ir/rebuild-hir.ts";

/** What stands in for a statement that leaves; null: it stays. */
export type Redirect = (statement: HirStatement) => readonly HirStatement[] | null;

export function redirect(list: readonly HirStatement[], to: Redirect): readonly HirStatement[] {
  const next = list.flatMap((statement): readonly HirStatement[] => {
    const other = to(statement);
    return other ?? [redirectIn(statement, to)];
  });
  const isSame = next.length === list.length && next.every((one, index) => one === list[index]);
  return isSame ? list : next;
}

export function redirectIn<T extends object>(node: T, to: Redirect): T {
  return rebuildParts(node, {
    expression: (part) => redirectIn(part, to),
    statements: (list) => redirect(list, to),
  });
}

/** `continue` of a loop becomes the end of a block in it. */
export function redirectContinue(
  list: readonly HirStatement[],
  loop: JumpId,
  block: JumpId,
): readonly HirStatement[] {
  return redirect(list, (statement) =>
    statement.kind === "continue" && statement.jump === loop
      ? [{ kind: "break", jump: block, span: statement.span }]
      : null,
  );
}
