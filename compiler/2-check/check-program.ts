/** The language rules that need the whole program, one file each. They only report. */
import type { Reporter } from "../diagnostics/diagnostic.ts";
import { buildCallGraph, type CallGraph } from "../ir/call-graph.ts";
import type { HirProgram } from "../ir/hir.ts";
import { collectFlows, type Flow } from "../ir/value-flow.ts";
import { checkAsyncRecursion } from "./async-recursion.ts";
import { checkGeneratorRecursion } from "./generator-recursion.ts";
import { checkInitialisationOrder } from "./initialisation-order.ts";
import { checkRecursion } from "./recursion.ts";
import { checkUseBeforeDeclaration } from "./use-before-declaration.ts";

/** What every rule reads. */
export interface CheckedProgram {
  readonly program: HirProgram;
  readonly flows: readonly Flow[];
  readonly graph: CallGraph;
}

type Rule = (input: CheckedProgram, reporter: Reporter) => void;

const rules: readonly Rule[] = [
  checkAsyncRecursion,
  checkGeneratorRecursion,
  checkRecursion,
  checkInitialisationOrder,
  checkUseBeforeDeclaration,
];

/**
 * Needs:   a verified HIR program.
 * Reports: what each rule says; without errors every closure is used while its
 *          scope is alive and no async function contains itself.
 */
export function checkProgram(program: HirProgram, reporter: Reporter): void {
  const flows = collectFlows(program);
  const input: CheckedProgram = { program, flows, graph: buildCallGraph(program, flows) };
  for (const rule of rules) rule(input, reporter);
}
