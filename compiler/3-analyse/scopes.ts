/** Where variables are declared: they are new in each iteration of the loops around their declaration. */
import type { HirProgram } from "../ir/hir.ts";
import type { JumpId, LocalId } from "../ir/ids.ts";
import { walkStatements } from "../ir/walk-hir.ts";

export type Scopes = ReadonlyMap<LocalId, readonly JumpId[]>;

/** The loops whose iteration each local is declared in. */
export function findScopes(program: HirProgram): Scopes {
  const scopes = new Map<LocalId, readonly JumpId[]>();
  const declare = (local: LocalId | null, loops: readonly JumpId[]): void => {
    if (local !== null && !scopes.has(local)) scopes.set(local, loops);
  };
  for (const fn of program.functions) {
    for (const parameter of fn.parameters) declare(parameter, []);
    walkStatements(fn.body, {
      statement: (statement, loops) => {
        if (statement.kind === "let") declare(statement.local, loops);
        else if (statement.kind === "forOf") declare(statement.local, [...loops, statement.jump]);
      },
    });
    walkStatements(fn.body, {
      expression: (node, loops) => {
        if (node.kind !== "awaitAll") return;
        for (const { result } of node.branches) declare(result, loops);
      },
    });
  }
  return scopes;
}
