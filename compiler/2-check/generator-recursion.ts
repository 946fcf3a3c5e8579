/** TSFW4003: a generator whose body makes generators of its own kind: `yield* walk(node.left)`. */
import type { Reporter } from "../diagnostics/diagnostic.ts";
import { findComponents, findCycle, isOnCycle } from "../ir/components.ts";
import type { HirSteps } from "../ir/hir-steps.ts";
import type { CheckedProgram } from "./check-program.ts";

export function checkGeneratorRecursion({ program, graph }: CheckedProgram, reporter: Reporter): void {
  const generators = program.classes.flatMap(({ steps }): readonly HirSteps[] =>
    steps === undefined ? [] : [steps],
  );
  if (generators.length === 0) return;
  const steps = new Set(generators.map((one) => one.step));
  /* Continuing a generator makes none; making one leads to what its body makes. */
  const successors = program.functions.map(({ id }) => {
    const called = graph.callsFrom(id).map((call) => call.callee);
    return called.filter((callee) => !steps.has(callee));
  });
  for (const { creator, step } of generators) successors[creator]?.push(step);
  const components = findComponents(successors);
  const creators = new Set(generators.map((one) => one.creator));
  for (const members of components.members) {
    const start = members.find((id) => creators.has(program.functions[id]?.id ?? program.main));
    const fn = start === undefined ? undefined : program.functions[start];
    if (start === undefined || fn === undefined || !isOnCycle(start, successors, components)) continue;
    const names = findCycle(start, successors)
      .filter((id) => !steps.has(program.functions[id]?.id ?? program.main))
      .map((id) => program.functions[id]?.name ?? "?");
    reporter.report("TSFW4003", fn.span, { name: fn.name, cycle: names.join(" → ") });
  }
}
