/** The facts of a program as text, for dumps and for explaining which numbers are doubles. */
import type { NumberFact, NumberFacts } from "../../ir/facts.ts";
import type { HirExpr, HirFunction, HirProgram, HirType } from "../../ir/hir.ts";
import { hasNumber } from "../../ir/union-types.ts";
import { walkStatements } from "../../ir/walk-hir.ts";
import { describeLine } from "../../source/span.ts";
import { describeFact, EXACT_MAX, isEmpty } from "./fact.ts";

/** Every place that holds numbers with its fact, and the sums that are checked. */
export function printFacts(program: HirProgram, facts: NumberFacts): string {
  const lines = [...placeLines(program, facts)];
  for (const fn of program.functions) lines.push(...functionLines(program, facts, fn));
  return `${lines.join("\n")}\n`;
}

function* placeLines(program: HirProgram, facts: NumberFacts): Iterable<string> {
  for (const each of program.statics) {
    if (isNumber(each.type)) yield line("static", each.name, facts.static(each.id));
  }
  for (const each of program.fields) {
    const owner = program.classes[each.class]?.name ?? "";
    if (isNumber(each.type)) yield line("field", `${owner}.${each.name}`, facts.field(each.id));
  }
}

function* functionLines(program: HirProgram, facts: NumberFacts, fn: HirFunction): Iterable<string> {
  const result = isNumber(fn.result) ? `: ${describeFact(facts.result(fn.id))}` : "";
  yield `function ${fn.name} (${describeLine(fn.span)})${result}`;
  for (const each of program.locals) {
    if (each.owner === fn.id && isNumber(each.type))
      yield `  ${line("local", each.name, facts.local(each.id))}`;
  }
  const sums: string[] = [];
  walkStatements(fn.body, {
    expression(node) {
      if (facts.isCheckedSum(node.id)) sums.push(`  checked sum at ${describeLine(node.span)}`);
      if (isArithmetic(node) && needsDouble(facts.node(node.id))) {
        sums.push(`  double at ${describeLine(node.span)}: ${describeFact(facts.node(node.id))}`);
      }
    },
  });
  yield* sums;
}

function isArithmetic(node: HirExpr): boolean {
  return (
    node.kind === "arithmetic" || node.kind === "compound" || node.kind === "update" || node.kind === "negate"
  );
}

/** No integer type holds these values exactly. */
export function needsDouble(fact: NumberFact): boolean {
  if (isEmpty(fact)) return false;
  return !fact.integer || fact.nan || fact.lo < -EXACT_MAX || fact.hi > EXACT_MAX;
}

function isNumber(type: HirType): boolean {
  return hasNumber(type);
}

function line(kind: string, name: string, fact: NumberFact): string {
  return `${kind} ${name}: ${describeFact(fact)}`;
}
