/**
 * What ends with each round of a loop: the rooms of objects that are made in it,
 * and the variables of its body. Where references are counted they give up what
 * they hold there, so that its slots are free for the next round.
 */
import type { HirStatement } from "../ir/hir.ts";
import type { LocalId } from "../ir/ids.ts";
import { walkStatements } from "../ir/walk-hir.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import { lowerStatements } from "./statements.ts";

/** Lowers the body of a loop; the result ends its scope, at each place where that is to be. */
export function lowerBody(f: FunctionBuilder, body: readonly HirStatement[]): () => void {
  const first = f.locals.length;
  lowerStatements(f, body);
  const locals = f.lowering.placement.pools.length === 0 ? [] : endingLocals(f, body, first);
  return () => {
    if (locals.length > 0) f.emit({ kind: "endScope", locals });
  };
}

function endingLocals(f: FunctionBuilder, body: readonly HirStatement[], first: number): readonly LocalId[] {
  const declared = new Set<LocalId>();
  walkStatements(body, {
    statement: (statement) => {
      if (statement.kind === "let" || statement.kind === "forOf") declared.add(statement.local);
    },
  });
  /** Variables may have been seen before their declaration, and stay where that is. */
  const variables = new Set<LocalId>();
  const ending: LocalId[] = [];
  for (const [id, place] of f.places) {
    if (place.kind !== "local") continue;
    variables.add(place.local);
    if (declared.has(id)) ending.push(place.local);
  }
  for (const { id } of f.locals.slice(first)) if (!variables.has(id)) ending.push(id);
  return ending.filter((id) => {
    const { type, isAddressed } = f.local(id);
    const isRoom = type.kind === "struct" || type.kind === "elements" || type.kind === "environment";
    if (f.ended.has(id) || !(isRoom || isAddressed || type.kind === "unionCell")) return false;
    f.ended.add(id);
    return true;
  });
}
