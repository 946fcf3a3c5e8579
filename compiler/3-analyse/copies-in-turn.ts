/**
 * Arrays of a computed length that come, link by link, from arrays of their own
 * class (`items = [...items, x]`). The range of such a length would rise without
 * end: it starts at nothing and takes what the sizes of single arrays allow.
 */
import { findComponents, isOnCycle } from "../ir/components.ts";
import type { HirExpr, HirProgram, HirType } from "../ir/hir.ts";
import type { NodeId } from "../ir/ids.ts";
import { walkStatements } from "../ir/walk-hir.ts";
import { findLengthForms } from "./length-forms.ts";

export function findCopiesInTurn(program: HirProgram): ReadonlySet<NodeId> {
  const forms = findLengthForms(program, null);
  const successors = program.arrays.map((): number[] => []);
  const made: Extract<HirExpr, { kind: "arrayNew" }>[] = [];
  const classOf = (type: HirType): number | null =>
    type.kind === "array" ? program.arrayOf(type.array) : null;
  for (const fn of program.functions) {
    walkStatements(fn.body, {
      expression: (node) => {
        if (node.kind !== "arrayNew") return;
        made.push(node);
        const own = classOf(node.type);
        for (const { terms } of own === null ? [] : forms.of(node.length)) {
          for (const term of terms) successors[own ?? 0]?.push(classOf(term.type) ?? 0);
        }
      },
    });
  }
  const components = findComponents(successors);
  return new Set(
    made.flatMap(({ id, type }) => {
      const own = classOf(type);
      return own !== null && isOnCycle(own, successors, components) ? [id] : [];
    }),
  );
}
