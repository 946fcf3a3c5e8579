/** Programs without bigints, which most are: nothing has to be analysed. */
import type { BigintFacts } from "../../ir/facts.ts";
import type { HirProgram } from "../../ir/hir.ts";
import { hasBigint } from "../../ir/union-types.ts";
import { walkStatements } from "../../ir/walk-hir.ts";

const nothing = (): null => null;
export const NO_BIGINTS: BigintFacts = {
  node: nothing,
  local: nothing,
  static: nothing,
  field: nothing,
  element: nothing,
  result: nothing,
  signatureParameter: nothing,
  signatureResult: nothing,
};

export function containsBigints(program: HirProgram): boolean {
  let found = false;
  for (const fn of program.functions) {
    walkStatements(fn.body, {
      expression: (node) => {
        found ||= hasBigint(node.type) || (node.kind === "intrinsic" && node.name === "bigintToNumber");
      },
    });
    if (found) return true;
  }
  return program.fields.some((field) => hasBigint(field.type));
}
