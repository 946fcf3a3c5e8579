/** An array of all that a generator or an iterator gives: for spread, `Array.from` and `new Set(…)`. */
import { ts } from "ts-morph";
import type { HirExpr, HirStatement, HirType } from "../../ir/hir.ts";
import { arrayTypeOf } from "../bounds.ts";
import { type Builder, expression, expressionStatement, type Scope, types } from "../builder.ts";
import { CodeWriter, type Variable } from "../code-writer.ts";
import { lowerExpression } from "../expressions.ts";
import { flow } from "../unify-types.ts";
import { inlineGenerator } from "./inline-generators.ts";
import { iterate, iteratorOf } from "./iteration.ts";

type ArrayType = Extract<HirType, { kind: "array" }>;

/** `type`: what the array is wanted as. null: the expression is an array or a text, or nothing that iterates. */
export function collectValues(
  b: Builder,
  scope: Scope,
  at: ts.Expression,
  type: ArrayType | null,
): HirExpr | null {
  if (!isIterable(b, at)) return null;
  const code = new CodeWriter(b, scope, at);
  let out: Variable | null = null;
  const push = (value: HirExpr): readonly HirStatement[] => {
    out ??= code.let("values", code.emptyArray(type ?? arrayOf(b, value)));
    const { type: to } = out();
    const element = to.kind === "array" ? b.elementType(to.array) : value.type;
    const values = [flow(b, value, element, at)];
    return [
      expressionStatement(expression(b, at, { kind: "push", array: out(), values, type: types.number })),
    ];
  };
  const inlined = inlineGenerator(b, scope, at, true, push);
  const statements = inlined ?? collectSteps(b, scope, at, b.nextJump(), push);
  if (statements === null) return null;
  for (const statement of statements) code.emit(statement);
  const all = out as Variable | null;
  return all === null
    ? b.unsupported(at, "Collecting what yields nothing is", "Use a loop.")
    : code.done(all());
}

function collectSteps(
  b: Builder,
  scope: Scope,
  at: ts.Expression,
  jump: ReturnType<Builder["nextJump"]>,
  push: (value: HirExpr) => readonly HirStatement[],
): readonly HirStatement[] | null {
  const iterator = iteratorOf(b, scope, at, lowerExpression(b, scope, at));
  return iterator === null ? null : iterate(b, scope, at, iterator, { jump, canLeave: false }, push);
}

function arrayOf(b: Builder, element: HirExpr): ArrayType {
  const type = b.addArray(element.type);
  return type.kind === "array" ? type : b.unsupported(b.loaded.entry, "This array is", "Use a loop.");
}

/** Has `[Symbol.iterator]`, and is neither an array nor a text. */
export function isIterable(b: Builder, at: ts.Expression): boolean {
  const type = b.concrete(b.checker.getTypeAtLocation(at));
  if (arrayTypeOf(b, type) !== null || !(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)))
    return false;
  return b.checker
    .getPropertiesOfType(type)
    .some((property) => String(property.escapedName).startsWith("__@iterator@"));
}
