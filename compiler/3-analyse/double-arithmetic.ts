/** `doubles: "error"`: reports arithmetic that remains in double on a chip that has no double hardware. */
import type { Reporter } from "../diagnostics/diagnostic.ts";
import { buildCallGraph } from "../ir/call-graph.ts";
import type { NumberFact, NumberFacts } from "../ir/facts.ts";
import type { HirExpr, HirProgram } from "../ir/hir.ts";
import { collectFlows } from "../ir/value-flow.ts";
import { walkStatements } from "../ir/walk-hir.ts";

const EXACT_MAX = 9007199254740992;

export function checkDoubles(program: HirProgram, facts: NumberFacts, reporter: Reporter): void {
  const graph = buildCallGraph(program, collectFlows(program));
  for (const fn of program.functions) {
    if (!graph.isReachable(fn.id)) continue;
    walkStatements(fn.body, {
      expression: (node) => {
        if (isArithmetic(node) && !isInteger(facts.node(node.id))) reporter.report("TSFW3002", node.span, {});
      },
    });
  }
}

function isArithmetic(node: HirExpr): boolean {
  return (
    node.kind === "arithmetic" || node.kind === "compound" || node.kind === "update" || node.kind === "negate"
  );
}

function isInteger(fact: NumberFact): boolean {
  const isEmpty = fact.lo > fact.hi && !fact.nan;
  return isEmpty || (fact.integer && !fact.nan && fact.lo >= -EXACT_MAX && fact.hi <= EXACT_MAX);
}
