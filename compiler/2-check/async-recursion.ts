/** TSFW4002: an async function whose frame would contain itself. */
import type { Reporter } from "../diagnostics/diagnostic.ts";
import { findCallCycles } from "./call-cycles.ts";
import type { CheckedProgram } from "./check-program.ts";

export function checkAsyncRecursion(input: CheckedProgram, reporter: Reporter): void {
  for (const cycle of findCallCycles(input, ["await", "all"])) {
    const values = { name: cycle.function.name, cycle: cycle.text };
    reporter.report("TSFW4002", cycle.function.span, values, [
      { message: "the cycle starts here", span: cycle.call.span },
    ]);
  }
}
