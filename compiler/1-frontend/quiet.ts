/** What changes nothing that code around it could see. */

import type { HirExpr } from "../ir/hir.ts";
import { walkExpression } from "../ir/walk-hir.ts";

/** Evaluating it changes nothing that a copy made later could see. */
export function isQuiet(value: HirExpr): boolean {
  let quiet = true;
  walkExpression(value, {
    statement: () => {
      quiet = false;
    },
    expression: (node) => {
      switch (node.kind) {
        case "assign":
        case "compound":
        case "append":
        case "update":
        case "call":
        case "callClosure":
        case "new":
        case "await":
        case "awaitAll":
        case "spawn":
        case "push":
        case "setLength":
        case "moveElements":
          quiet = false;
          return;
        default:
          return;
      }
    },
  });
  return quiet;
}
