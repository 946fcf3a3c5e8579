/** Abstract execution of statements other than loops. */

import type { NumberFact } from "../../ir/facts.ts";
import type { HirExpr, HirStatement, HirSwitchCase } from "../../ir/hir.ts";
import type { LocalId } from "../../ir/ids.ts";
import { hasNumber } from "../../ir/union-types.ts";
import { assertNever, isGone } from "../../source/assert.ts";
import { branch, refine } from "./branch.ts";
import { narrowSides } from "./compare.ts";
import { type Environment, joinEnvironments } from "./environment.ts";
import { evaluate } from "./evaluate.ts";
import { executeForEvery, executeForOf, executeLoop } from "./execute-loop.ts";
import { EMPTY, isEmpty } from "./fact.ts";
import type { FunctionPass } from "./function-pass.ts";
import { storedFact } from "./transfer.ts";

export function executeStatements(pass: FunctionPass, statements: readonly HirStatement[]): void {
  for (const statement of statements) {
    if (pass.environment === null) return;
    execute(pass, statement);
  }
}

function execute(pass: FunctionPass, node: HirStatement): void {
  switch (node.kind) {
    case "expression":
      evaluate(pass, node.value);
      return;
    case "let":
      executeLet(pass, node.local, node.value);
      return;
    case "staticInit":
      pass.storeStatic(node.static, evaluate(pass, node.value));
      return;
    case "block":
      executeStatements(pass, node.statements);
      if (node.breakId !== null) pass.arrive("break", node.breakId);
      return;
    case "if": {
      const ways = branch(pass, node.test);
      pass.environment = ways.whenTrue;
      executeStatements(pass, node.whenTrue);
      const afterTrue = pass.environment;
      pass.environment = ways.whenFalse;
      executeStatements(pass, node.whenFalse);
      pass.environment = joinEnvironments(afterTrue, pass.environment);
      return;
    }
    case "loop":
      executeLoop(pass, node);
      return;
    case "forOf":
      executeForOf(pass, node);
      return;
    case "forEvery":
      executeForEvery(pass, node);
      return;
    case "switch":
      executeSwitch(pass, node);
      return;
    case "break":
    case "continue":
      pass.jump(node.kind, node.jump);
      return;
    case "return":
      executeReturn(pass, node.value);
      return;
    case "throw":
    case "try":
    case "yield":
      return isGone(node);
    default:
      assertNever(node);
      return;
  }
}

function executeLet(pass: FunctionPass, local: LocalId, value: HirExpr | null): void {
  if (value !== null) {
    pass.storeLocal(local, evaluate(pass, value));
    if (value.kind === "local") pass.noteCopy(local, value.local);
  }
  pass.rebind(local);
}

function executeReturn(pass: FunctionPass, value: HirExpr | null): void {
  const fact = value === null ? EMPTY : evaluate(pass, value);
  if (pass.environment === null) return;
  returnFact(pass, fact);
  pass.publishAll();
  pass.environment = null;
}

function returnFact(pass: FunctionPass, value: NumberFact): void {
  const { function: fn } = pass.info;
  if (!hasNumber(fn.result)) return;
  const { places, program, checks } = pass.analysis;
  const fact = storedFact(fn.result, value, checks);
  pass.contribute(places.result(fn.id), fact);
  if (fn.signature === null) return;
  const result = program.signatures[program.signatureOf(fn.signature)]?.result;
  if (result !== undefined) {
    pass.contribute(places.signatureResult(fn.signature), storedFact(result, fact, checks));
  }
}

/** Tests run in order, then bodies fall through; each body knows which case it is in. */
function executeSwitch(pass: FunctionPass, node: Extract<HirStatement, { kind: "switch" }>): void {
  const subject = evaluate(pass, node.subject);
  const entries = enterCases(pass, node.subject, subject, node.cases);
  const remaining = pass.environment;
  pass.environment = null;
  node.cases.forEach((arm, index) => {
    const entry = arm.test === null ? remaining : (entries[index] ?? null);
    pass.environment = joinEnvironments(pass.environment, entry);
    executeStatements(pass, arm.body);
  });
  if (node.cases.every((arm) => arm.test !== null)) {
    pass.environment = joinEnvironments(pass.environment, remaining);
  }
  pass.arrive("break", node.jump);
}

/** Leaves the pass in the environment where no case matched. */
function enterCases(
  pass: FunctionPass,
  subject: HirExpr,
  subjectFact: NumberFact,
  cases: readonly HirSwitchCase[],
): (Environment | null)[] {
  let remaining = subjectFact;
  // A test may change the variable that the subject was read from.
  let canRefine = true;
  return cases.map((arm) => {
    if (arm.test === null) return null;
    const test = evaluate(pass, arm.test);
    canRefine &&= !pass.isImpure(arm.test.id);
    const { environment } = pass;
    if (environment === null) return null;
    const isNumeric = subject.type.kind === "number" && !isEmpty(remaining) && !isEmpty(test);
    if (!isNumeric) return environment;
    const sides = { left: remaining, right: test };
    const way = (outcome: boolean): Environment | null => {
      const narrowed = narrowSides("===", sides, outcome);
      if (narrowed === null) return null;
      return canRefine ? refine(pass, environment, subject, narrowed.left) : environment;
    };
    const matched = way(true);
    pass.environment = way(false);
    remaining = narrowSides("===", sides, false)?.left ?? remaining;
    return matched;
  });
}
