/** `doubles: "error"`: reports arithmetic that remains in double, with its reason. */
import type { Reporter } from "../diagnostics/diagnostic.ts";
import { buildCallGraph } from "../ir/call-graph.ts";
import type { NumberFacts } from "../ir/facts.ts";
import type { HirProgram } from "../ir/hir.ts";
import { collectFlows } from "../ir/value-flow.ts";
import { walkStatements } from "../ir/walk-hir.ts";
import { DoubleCauses, integerDivisions, isArithmetic, isDouble } from "./double-causes.ts";

export function checkDoubles(program: HirProgram, facts: NumberFacts, reporter: Reporter): void {
  const graph = buildCallGraph(program, collectFlows(program));
  const causes = new DoubleCauses(program, facts);
  for (const fn of program.functions) {
    if (!graph.isReachable(fn.id)) continue;
    const integers = integerDivisions(fn.body, facts);
    walkStatements(fn.body, {
      expression: (node) => {
        if (!isArithmetic(node) || !isDouble(facts.node(node.id)) || integers.has(node.id)) return;
        const { why, advice } = causes.of(node);
        reporter.report("TSFW3002", node.span, { why, advice });
      },
    });
  }
}
