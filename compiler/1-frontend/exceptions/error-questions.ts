/** What the rewriting of errors asks about a piece of code. */
import type { HirExpr, HirStatement } from "../../ir/hir.ts";
import type { LocalId } from "../../ir/ids.ts";
import { visitParts } from "../../ir/rebuild-hir.ts";
import type { ProgramDraft } from "./program-draft.ts";

/** Whether somebody reads or writes the variable of a `catch`. */
export function isRead(draft: ProgramDraft, local: LocalId, body: readonly HirStatement[]): boolean {
  if (draft.locals[local]?.captured === true) return true;
  let found = false;
  const visitor = {
    expression: (node: HirExpr): void => {
      found ||= node.kind === "local" && node.local === local;
      found ||= "target" in node && node.target.kind === "local" && node.target.local === local;
      visitParts(node, visitor);
    },
    statements: (list: readonly HirStatement[]): void => {
      for (const statement of list) visitParts(statement, visitor);
    },
  };
  visitor.statements(body);
  return found;
}

/** Whether code may throw, catch, let others run, or leave without looking back. */
export function mayMeetErrors(statements: readonly HirStatement[]): boolean {
  let found = false;
  const visitor = {
    expression: (node: HirExpr): void => {
      found ||= meetsErrors(node);
      visitParts(node, visitor);
    },
    statements: (list: readonly HirStatement[]): void => {
      for (const statement of list) {
        found ||= statement.kind === "return" || statement.kind === "break" || statement.kind === "continue";
        visitParts(statement, visitor);
      }
    },
  };
  visitor.statements(statements);
  return found;
}

function meetsErrors(node: HirExpr): boolean {
  switch (node.kind) {
    case "call":
    case "callClosure":
    case "new":
    case "await":
    case "awaitAll":
    case "spawn":
      return true;
    default:
      return false;
  }
}
