/** Holds a build to the limits that its configuration sets. */
import { CliFailure, exitCodes } from "../failure.ts";
import type { Config } from "../project/define-config.ts";
import { type BuildReport, formatBytes } from "./report.ts";

/** Throws a CliFailure that lists every budget the build exceeds. */
export function checkBudgets(report: BuildReport, budgets: NonNullable<Config["budgets"]>): void {
  const problems = [
    compare("flash", report.flash?.usedBytes, budgets.flashBytes),
    compare("static RAM", report.ram?.staticBytes, budgets.ramBytes),
    ...checkStack(report, budgets.stackBytes),
  ].filter((problem) => problem !== undefined);
  if (problems.length === 0) return;
  throw new CliFailure(
    `The firmware exceeds its budgets:\n${problems.map((problem) => `  ${problem}`).join("\n")}`,
    {
      exitCode: exitCodes.programErrors,
      hint: "Make the program smaller, or raise `budgets` in tsfw.config.ts.",
    },
  );
}

function checkStack(report: BuildReport, budget: number | undefined): (string | undefined)[] {
  if (budget === undefined || report.stack === null) return [];
  if (report.stack.worstCaseBytes !== null) return [compare("stack", report.stack.worstCaseBytes, budget)];
  return [`stack: no bound known (${report.stack.unknown.join("; ")}), the budget is ${formatBytes(budget)}`];
}

function compare(what: string, used: number | undefined, budget: number | undefined): string | undefined {
  if (used === undefined || budget === undefined || used <= budget) return undefined;
  return `${what}: ${formatBytes(used)}, the budget is ${formatBytes(budget)}`;
}
