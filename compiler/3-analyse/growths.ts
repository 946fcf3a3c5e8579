/** The statements of the program that make arrays longer. */
import type { NumberFacts } from "../ir/facts.ts";
import type { HirExpr, HirProgram } from "../ir/hir.ts";
import type { FlowContext } from "../ir/value-flow.ts";
import { walkStatements } from "../ir/walk-hir.ts";
import type { Allocations } from "./allocations.ts";
import type { ArrayLayout } from "./array-layout.ts";
import { appends, lengthens } from "./growing-arrays.ts";
import { findGrowthGuards, type Guard } from "./growth-guards.ts";

/** A statement that appends to an array. */
export interface Growth extends FlowContext {
  readonly node: HirExpr;
  readonly array: HirExpr;
  readonly times: number;
  /** A store that may append, and may just as well overwrite: without a bound it counts nothing. */
  readonly isMaybe: boolean;
  /** What keeps the array short however often this runs. */
  readonly guard: Guard | null;
}

interface Input {
  readonly program: HirProgram;
  readonly numbers: NumberFacts;
  readonly layout: ArrayLayout;
  readonly allocations: Allocations;
}

export function collectGrowths({ program, layout, allocations, numbers }: Input): readonly Growth[] {
  const growths: Growth[] = [];
  const guards = findGrowthGuards(program, numbers, allocations.graph);
  /** A number without any value is never computed. */
  const isEvaluated = (node: HirExpr): boolean => {
    const { lo, hi, nan } = numbers.node(node.id);
    return lo <= hi || nan;
  };
  for (const fn of program.functions) {
    if (!allocations.graph.isReachable(fn.id)) continue;
    walkStatements(fn.body, {
      expression: (node, loops) => {
        const context = { function: fn.id, loops, node, guard: guards.get(node.id) ?? null };
        if (node.kind === "push" && node.values.length > 0 && isEvaluated(node)) {
          const { array, values, isWithin } = node;
          const times = isWithin === true ? 0 : values.length;
          growths.push({ ...context, array, times, isMaybe: false });
        }
        if (node.kind === "setLength" && lengthens(node) && isEvaluated(node.length)) {
          const { array, growsBy, alsoBy = [] } = node;
          const times = alsoBy.reduce((sum, id) => sum + Math.max(0, numbers.local(id).hi), growsBy);
          growths.push({ ...context, array, times, isMaybe: false });
        }
        if (node.kind !== "assign" || node.target.kind !== "element") return;
        const { array } = node.target;
        if (array.type.kind !== "array" || !layout.grows(array.type.array)) return;
        if (numbers.isIndexInBounds(node.id) || !isEvaluated(node.target.index)) return;
        growths.push({ ...context, array, times: 1, isMaybe: !appends(node.target) });
      },
    });
  }
  return growths;
}
