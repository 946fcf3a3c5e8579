/** Callbacks of array methods: inlined arrows, named functions, built-ins such as `String`, and function values. */

import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import type { FunctionId } from "../ir/ids.ts";
import { expression } from "./builder.ts";
import type { CodeWriter, Make } from "./code-writer.ts";
import { lowerExpression } from "./expressions.ts";
import { functionOf } from "./functions.ts";
import { inlineCallback } from "./inline-callback.ts";
import { applyLibrary, libraryFunctionAt } from "./library-functions.ts";
import { entityOf } from "./names.ts";
import { symbolOf } from "./symbols.ts";
import { flow } from "./unify-types.ts";

/** Calls the callback with as many of the arguments as it takes. */
export type Callback = (...args: readonly Make[]) => HirExpr;

/** What is not written in place is evaluated here, once. */
export function callbackOf(code: CodeWriter, argument: ts.Expression | undefined): Callback {
  const { b, node } = code;
  if (argument === undefined)
    return b.unsupported(node, "This array method without a callback is", "Pass a function.");
  const known = builtIn(code, argument);
  if (known !== null) return known;
  const id = callbackFunction(code, argument);
  if (id !== null)
    return (...args) =>
      inlineCallback(b, code.scope, argument, args) ?? callDirectly(code, argument, id(), args);
  const closure = lowerExpression(b, code.scope, argument);
  if (closure.type.kind !== "closure")
    return b.unsupported(
      argument,
      "This callback of an array method is",
      "Write the function in place, or name one.",
    );
  const held = code.let("callback", closure);
  const { signature } = closure.type;
  return (...args) => {
    const { parameters, result } = b.signature(signature);
    const given = parameters.map((parameter, index) => {
      const value = args[index];
      if (value === undefined)
        return b.unsupported(argument, "A callback with that many parameters is", "Use fewer parameters.");
      return flow(b, value(), parameter, argument);
    });
    return expression(b, node, { kind: "callClosure", closure: held(), args: given, type: result });
  };
}

/** The function is declared only when it is called: an arrow that is inlined never is. */
function callbackFunction(code: CodeWriter, argument: ts.Expression): (() => FunctionId) | null {
  const { b } = code;
  if (ts.isArrowFunction(argument) || ts.isFunctionExpression(argument)) return () => functionOf(b, argument);
  if (!ts.isIdentifier(argument)) return null;
  const symbol = symbolOf(b, argument);
  if (symbol === null) return null;
  const entity = entityOf(b, symbol, argument);
  return entity.kind === "function" ? () => entity.function : null;
}

function callDirectly(
  code: CodeWriter,
  argument: ts.Expression,
  id: FunctionId,
  args: readonly Make[],
): HirExpr {
  const { b, node, scope } = code;
  const { isAsync, parameters, result } = b.function(id);
  if (isAsync)
    return b.unsupported(argument, "An async callback of an array method is", "Await the calls in a loop.");
  scope.calls.add(id);
  const given = parameters.map((parameter, index) => {
    const value = args[index];
    if (value === undefined)
      return b.unsupported(argument, "A callback with that many parameters is", "Use fewer parameters.");
    return flow(b, value(), b.local(parameter).type, argument);
  });
  return expression(b, node, { kind: "call", function: id, args: given, type: result });
}

/** `xs.map(String)`, `xs.filter(Boolean)`, `xs.map(Math.abs)`. */
function builtIn(code: CodeWriter, argument: ts.Expression): Callback | null {
  const { b } = code;
  const fn = libraryFunctionAt(b, argument);
  if (fn === null) return null;
  if (fn.owner === "console")
    return b.unsupported(
      argument,
      `'${argument.getText()}' as a callback, which prints the index and the whole array as well, is`,
      "Write an arrow function that prints one value.",
    );
  return (...args) =>
    applyLibrary(
      b,
      code.scope,
      argument,
      fn,
      args.map((make) => make()),
    );
}
