/** Whether evaluating an expression may change what another expression reads, or suspend. */

import type { HirExpr } from "../ir/hir.ts";
import { walkExpression } from "../ir/walk-hir.ts";
import { intrinsic } from "./table.ts";

export function hasEffects(expr: HirExpr): boolean {
  let found = false;
  walkExpression(expr, {
    expression: (node) => {
      found ||= isEffect(node);
    },
    statement: () => {
      found = true;
    },
  });
  return found;
}

function isEffect(node: HirExpr): boolean {
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
    case "sequence":
    case "push":
    case "setLength":
    case "moveElements":
      return true;
    case "intrinsic":
      return intrinsic(node.name).effect === "writes";
    default:
      return false;
  }
}
