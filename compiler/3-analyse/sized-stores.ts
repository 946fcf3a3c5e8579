/**
 * TSFW3001: constants that can never fit the sized place they are stored in.
 * TSFW3003: numbers that may lose digits in an f32 place, which Node would keep.
 *
 * Needs: number facts, which fold constants. What is not written as a constant is
 * checked at run time: the statement may never be reached.
 */
import type { Reporter } from "../diagnostics/diagnostic.ts";
import { ANY_BIGINT, bigintLimits, isWithinBigints } from "../ir/bigint-ranges.ts";
import { buildCallGraph } from "../ir/call-graph.ts";
import type { NumberFact, NumberFacts } from "../ir/facts.ts";
import type { HirExpr, HirProgram, HirType } from "../ir/hir.ts";
import { armOf } from "../ir/union-types.ts";
import { collectFlows, type Flow, typeOfPlace } from "../ir/value-flow.ts";
import { partsOf } from "../ir/walk-hir.ts";
import type { Span } from "../source/span.ts";
import { sizedRange } from "./ranges/fact.ts";

export function checkSizedStores(program: HirProgram, facts: NumberFacts, reporter: Reporter): void {
  const flows = collectFlows(program);
  const graph = buildCallGraph(program, flows);
  const check = (value: HirExpr, to: HirType | undefined): void => {
    if (to?.kind === "number" && to.sized === "f32" && !isSingle(value, facts.node(value.id))) {
      reporter.report("TSFW3003", value.span, {});
    }
    if (value.kind === "bigint" && to !== undefined) checkBigint(value.value, to, value.span, reporter);
    if (isConstant(value) && to !== undefined) checkStore(facts.node(value.id), to, value.span, reporter);
  };
  const checkArguments = (args: readonly HirExpr[], types: readonly (HirType | undefined)[]): void => {
    for (const [index, argument] of args.entries()) check(argument, types[index]);
  };
  const checkFlow = (flow: Flow): void => {
    switch (flow.kind) {
      case "store":
        check(flow.from, typeOfPlace(program, flow.to));
        return;
      case "return":
        check(flow.value, program.functions[flow.function]?.result);
        return;
      case "call": {
        const parameters = program.functions[flow.callee]?.parameters ?? [];
        checkArguments(
          flow.args,
          parameters.map((local) => program.locals[local]?.type),
        );
        return;
      }
      case "callClosure":
        checkArguments(flow.args, program.signatures[flow.signature]?.parameters ?? []);
        return;
      default:
        return;
    }
  };
  for (const flow of flows) if (graph.isReachable(flow.function)) checkFlow(flow);
}

/** Exact in single precision: a single already, a small integer, or a constant that rounding keeps. */
function isSingle(value: HirExpr, fact: NumberFact): boolean {
  if (value.type.kind !== "number" || fact.lo > fact.hi) return true;
  if (value.type.sized !== null && /^(f32|[iu](8|16))$/.test(value.type.sized)) return true;
  if (value.kind === "intrinsic" && value.name === "mathFround") return true;
  if (value.kind === "number") return Number.isNaN(value.value) || Math.fround(value.value) === value.value;
  return fact.integer && !fact.nan && fact.lo >= -SINGLE_MAX && fact.hi <= SINGLE_MAX;
}

/** Every integer up to 2^24 is a single. */
const SINGLE_MAX = 16777216;

/** Written with literals and operators only. */
function isConstant(value: HirExpr): boolean {
  if (value.kind === "number") return true;
  const folds = value.kind === "negate" || value.kind === "bitNot" || value.kind === "arithmetic";
  return folds && partsOf(value).every(isConstant);
}

function checkStore(fact: NumberFact, to: HirType, span: Span, reporter: Reporter): void {
  if (to.kind !== "number" || to.sized === null || to.sized === "f32" || to.sized === "f64") return;
  const limits = sizedRange(to.sized);
  if (limits === null || fact.lo > fact.hi) return;
  const isFraction = fact.lo === fact.hi && !Number.isInteger(fact.lo) && Number.isFinite(fact.lo);
  if (fact.lo <= limits.hi && fact.hi >= limits.lo && !isFraction) return;
  const values = { range: describe(fact), type: to.sized, limits: `${limits.lo} to ${limits.hi}` };
  reporter.report("TSFW3001", span, values);
}

/** What no bigint holds, or none of this size. */
function checkBigint(value: bigint, to: HirType, span: Span, reporter: Reporter): void {
  const arm = armOf(to, "bigint");
  if (arm?.kind !== "bigint") return;
  const limits = arm.sized === null ? ANY_BIGINT : bigintLimits[arm.sized];
  if (isWithinBigints({ lo: value, hi: value }, limits)) return;
  reporter.report("TSFW3001", span, {
    range: `${value}n`,
    type: arm.sized ?? "bigint",
    limits: `${limits.lo} to ${limits.hi}`,
  });
}

function describe({ lo, hi }: NumberFact): string {
  return lo === hi ? String(lo) : `${lo} to ${hi}`;
}
