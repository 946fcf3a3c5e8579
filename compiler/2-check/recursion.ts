/** TSFW6003 (a warning): synchronous functions that call themselves, directly or through others. */
import type { Reporter } from "../diagnostics/diagnostic.ts";
import { findCallCycles } from "./call-cycles.ts";
import type { CheckedProgram } from "./check-program.ts";

export function checkRecursion(input: CheckedProgram, reporter: Reporter): void {
  for (const cycle of findCallCycles(input, ["call", "new"])) {
    const isStep = input.program.classes.some(({ steps }) => steps?.step === cycle.function.id);
    if (isStep && cycle.call.callee === cycle.function.id) continue; // TSFW4003 reports it
    const values = { name: cycle.function.name, cycle: cycle.text };
    reporter.report("TSFW6003", cycle.function.span, values, [
      { message: "the cycle starts here", span: cycle.call.span },
    ]);
  }
}
