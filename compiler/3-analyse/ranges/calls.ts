/** Calls, waits and tasks: arguments flow to parameters, results back, and others may change statics meanwhile. */
import { type IntrinsicResult, suspend } from "../../intrinsics/table.ts";
import type { NumberFact } from "../../ir/facts.ts";
import type { HirAwaitable, HirExpr } from "../../ir/hir.ts";
import type { FunctionId } from "../../ir/ids.ts";
import { hasNumber } from "../../ir/union-types.ts";
import { defined } from "../../source/assert.ts";
import { evaluate, evaluateAll } from "./evaluate.ts";
import { ANY, EMPTY, makeFact } from "./fact.ts";
import type { FunctionPass } from "./function-pass.ts";
import { storedFact } from "./transfer.ts";

type Of<K extends HirExpr["kind"]> = Extract<HirExpr, { kind: K }>;

/** Passes arguments to a function's parameters from `first` on. */
function enterFunction(pass: FunctionPass, id: FunctionId, args: readonly NumberFact[], first: number): void {
  const { program, places, checks } = pass.analysis;
  const parameters = program.functions[id]?.parameters ?? [];
  parameters.slice(first).forEach((parameter, index) => {
    const { type } = pass.localInfo(parameter);
    if (!hasNumber(type)) return;
    pass.contribute(places.parameter(parameter), storedFact(type, args[index] ?? EMPTY, checks));
  });
  pass.analysis.reach(id);
}

export function evaluateCall(
  pass: FunctionPass,
  id: FunctionId,
  args: readonly HirExpr[],
  first = 0,
): NumberFact {
  const facts = evaluateAll(pass, args);
  if (pass.environment === null) return EMPTY;
  const effects = pass.analysis.effects.ofCall(id);
  pass.yieldTo(effects);
  enterFunction(pass, id, facts, first);
  pass.yieldTo(effects);
  if (pass.analysis.program.functions[id]?.external) return externalResult(pass, id, args);
  return pass.read(pass.analysis.places.result(id));
}

/** C may fill the arrays it is given, and returns any value of its type. */
function externalResult(pass: FunctionPass, id: FunctionId, args: readonly HirExpr[]): NumberFact {
  const { program, places } = pass.analysis;
  const fn = defined(program.functions[id], "function");
  args.forEach(({ type }, index) => {
    if (type.kind !== "array" || fn.external?.isReadonly[index] === true) return;
    const element = program.arrays[program.arrayOf(type.array)]?.element;
    if (element?.kind === "number")
      pass.contribute(places.element(type.array), storedFact(element, ANY, "all"));
  });
  if (fn.result.kind !== "number") return EMPTY;
  const fact = storedFact(fn.result, ANY, "all");
  pass.contribute(places.result(id), fact);
  return fact;
}

export function evaluateClosureCall(pass: FunctionPass, node: Of<"callClosure">): NumberFact {
  evaluate(pass, node.closure);
  const facts = evaluateAll(pass, node.args);
  const { type } = node.closure;
  if (pass.environment === null || type.kind !== "closure") return EMPTY;
  const { program, places, effects, checks } = pass.analysis;
  const signature = program.signatureOf(type.signature);
  program.signatures[signature]?.parameters.forEach((parameter, index) => {
    if (!hasNumber(parameter)) return;
    pass.contribute(
      places.signatureParameter(signature, index),
      storedFact(parameter, facts[index] ?? EMPTY, checks),
    );
  });
  pass.yieldTo(effects.ofClosureCall(signature));
  return pass.read(places.signatureResult(signature));
}

/** The first parameter of a constructor is the object. */
export function evaluateNew(pass: FunctionPass, node: Of<"new">): NumberFact {
  const made = pass.analysis.program.classes[node.class]?.constructorFunction ?? null;
  if (made === null) evaluateAll(pass, node.args);
  else evaluateCall(pass, made, node.args, 1);
  return EMPTY;
}

/** The task runs to its first wait at once. */
export function evaluateSpawn(pass: FunctionPass, node: Of<"spawn">): NumberFact {
  evaluateCall(pass, node.function, node.args);
  return EMPTY;
}

export function evaluateAwait(pass: FunctionPass, operand: HirAwaitable): NumberFact {
  startAwaitable(pass, operand);
  return awaitedFact(pass, operand);
}

function startAwaitable(pass: FunctionPass, operand: HirAwaitable): void {
  const facts = evaluateAll(pass, operand.args);
  if (pass.environment === null) return;
  pass.yieldTo("everyone");
  if (operand.kind !== "call") return;
  enterFunction(pass, operand.function, facts, 0);
  pass.yieldTo("everyone");
}

function awaitedFact(pass: FunctionPass, operand: HirAwaitable): NumberFact {
  if (pass.environment === null) return EMPTY;
  if (operand.kind === "call") return pass.read(pass.analysis.places.result(operand.function));
  return tableFact(suspend(operand.name).result);
}

function tableFact(result: IntrinsicResult): NumberFact {
  if (result.kind !== "number") return EMPTY;
  return result.range === undefined ? ANY : makeFact(result.range.lo, result.range.hi, result.range.integer);
}

export function evaluateAwaitAll(pass: FunctionPass, node: Of<"awaitAll">): NumberFact {
  for (const { operand } of node.branches) startAwaitable(pass, operand);
  for (const { operand, result } of node.branches) {
    const fact = awaitedFact(pass, operand);
    if (result === null) continue;
    pass.storeLocal(result, fact);
    pass.rebind(result);
  }
  return EMPTY;
}
