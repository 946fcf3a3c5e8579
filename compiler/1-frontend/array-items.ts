/** The values that `unshift`, `splice` and their kin put into an array: single ones, and what arrays spread. */

import { ts } from "ts-morph";
import { hasEffects } from "../intrinsics/effects.ts";
import type { HirExpr, HirType } from "../ir/hir.ts";
import type { ArrayCall } from "./array-call.ts";
import type { Builder } from "./builder.ts";
import { type Argument, listArguments } from "./call-arguments.ts";
import type { CodeWriter, Make, Variable } from "./code-writer.ts";
import { isArray, itemsOfArray, listItems } from "./iterables.ts";
import { symbolOf } from "./symbols.ts";
import { isDefaultLibrary } from "./types.ts";
import { flow } from "./unify-types.ts";

interface Part {
  readonly held: Variable;
  /** null: a single value. */
  readonly length: Variable | null;
}

/** All values, evaluated. */
export interface HeldValues {
  readonly parts: readonly Part[];
  /** How many there are. */
  count(): HirExpr;
  /** How many of them are single values. */
  readonly singles: number;
  /** The lengths of what is spread. */
  readonly lengths: readonly Variable[];
}

/**
 * Evaluates the arguments in their order. What is spread is copied where a later
 * argument could change it, or where it could be the array that is changed
 * (`onlyAppends`: old elements stay where they are).
 */
export function holdArguments(
  call: ArrayCall,
  code: CodeWriter,
  nodes: readonly ts.Expression[],
  onlyAppends = false,
): HeldValues {
  const given = listArguments(call.b, code.scope, nodes);
  const values = given.map((argument) => argumentValue(call.b, argument, call.element));
  const parts = given.map((argument, index): Part => {
    const value = values[index] ?? code.nothing();
    if (!argument.isSpread) return { held: code.let("item", value, { type: call.element }), length: null };
    const source = code.let("items", value);
    const isStable =
      !values.slice(index + 1).some(hasEffects) && (onlyAppends || !mayBeTarget(call, argument.at));
    const held = isStable ? source : listItems(code, itemsOfArray(code, source), null);
    return { held, length: code.let("length", code.length(held())) };
  });
  const singles = parts.filter(({ length }) => length === null).length;
  const count = (): HirExpr =>
    parts.reduce<HirExpr>(
      (sum, { length }) => (length === null ? sum : code.plus(sum, length())),
      code.number(singles),
    );
  return { parts, singles, lengths: parts.flatMap(({ length }) => length ?? []), count };
}

function argumentValue(b: Builder, argument: Argument, element: HirType): HirExpr {
  const value = argument.lower();
  return argument.isSpread ? value : flow(b, value, element, argument.at);
}

/** Whether an array that is spread could be the one that the method changes. */
function mayBeTarget({ b, node }: ArrayCall, spread: ts.Expression): boolean {
  const source = ts.isSpreadElement(spread) ? plain(spread.expression) : spread;
  if (isFresh(b, source)) return false;
  const target = ts.isPropertyAccessExpression(node.expression) ? plain(node.expression.expression) : null;
  if (target === null || !ts.isIdentifier(source) || !ts.isIdentifier(target)) return true;
  const [left, right] = [symbolOf(b, source), symbolOf(b, target)];
  return left === right || !isFreshVariable(left, b) || !isFreshVariable(right, b);
}

function isFreshVariable(symbol: ts.Symbol | null, b: Builder): boolean {
  const declaration = symbol?.valueDeclaration;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration)) return false;
  const isConstant = (declaration.parent.flags & ts.NodeFlags.Const) !== 0;
  return isConstant && declaration.initializer !== undefined && isFresh(b, plain(declaration.initializer));
}

const copying: ReadonlySet<string> = new Set(
  "concat filter flat flatMap from keys map of slice splice split toReversed toSorted toSpliced values with".split(
    " ",
  ),
);

/** A new array, or a list made of what is no array. */
function isFresh(b: Builder, node: ts.Expression): boolean {
  if (ts.isArrayLiteralExpression(node) || ts.isNewExpression(node) || !isArray(b, node)) return true;
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const symbol = symbolOf(b, node.expression.name);
  return symbol !== null && isDefaultLibrary(b, symbol) && copying.has(node.expression.name.text);
}

function plain(node: ts.Expression): ts.Expression {
  const isWrapped =
    ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node);
  return isWrapped ? plain(node.expression) : node;
}

/** The arguments of `splice`: position and count, and the values. */
export function spliceArguments({ b, node }: ArrayCall): readonly ts.Expression[] {
  const early = node.arguments.slice(0, 2).find(ts.isSpreadElement);
  if (early !== undefined)
    return b.unsupported(early, "Spreading the position of splice is", "Write position and count.");
  return node.arguments;
}

/** Stores the values from `start` on; the array has these places. */
export function storeArguments(code: CodeWriter, array: Variable, start: Make, values: HeldValues): void {
  const { b, node } = code;
  const { type } = array();
  const wanted = type.kind === "array" ? b.elementType(type.array) : type;
  const before: Variable[] = [];
  let singles = 0;
  const position = (): HirExpr => {
    const base = start();
    const offset =
      singles === 0 ? base : isZero(base) ? code.number(singles) : code.plus(base, code.number(singles));
    return before.reduce<HirExpr>((sum, length) => code.plus(sum, length()), offset);
  };
  for (const { held, length } of values.parts) {
    if (length === null) {
      code.setElement(array(), position(), held());
      singles += 1;
    } else {
      const at = code.let("at", position());
      code.count(code.number(0), length, (index) => {
        const value = code.element(held(), index(), "always");
        code.setElement(array(), code.plus(at(), index()), flow(b, value, wanted, node));
      });
      before.push(length);
    }
  }
}

function isZero(value: HirExpr): boolean {
  return value.kind === "number" && value.value === 0;
}
