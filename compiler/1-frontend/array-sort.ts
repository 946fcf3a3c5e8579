/**
 * `sort` and `toSorted`: a run at the start is recognised, then every further
 * element is put into its place by binary insertion. Stable, and asks the comparator
 * what Node asks for arrays of up to 63 elements. A copy is sorted where the
 * comparator could see the array half sorted.
 */

import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import { hasArm } from "../ir/union-types.ts";
import type { ArrayCall } from "./array-call.ts";
import { callbackOf } from "./array-callback.ts";
import { reverseRange } from "./array-changes.ts";
import { copyOf } from "./array-copies.ts";
import { open, type Written } from "./array-walk.ts";
import { types } from "./builder.ts";
import type { CodeWriter, Make, Variable } from "./code-writer.ts";
import { type ComparatorEffects, comparatorEffects, noEffects } from "./comparator-effects.ts";
import { printable, template } from "./expressions.ts";
import { isLeftOut } from "./relative-index.ts";
import { globalName } from "./symbols.ts";
import { typedArrayOf } from "./types.ts";

export function lowerSort(call: ArrayCall): HirExpr {
  const written = open(call);
  const { code, array } = written;
  const isBefore = order(call, code, call.node.arguments[0]);
  const effects = effectsOf(call);
  if (effects.isObservable) limitLength(call, written);
  if (!effects.seesArray) {
    sortInPlace(code, array, isBefore, isPlain(call.node.arguments[0]));
    return code.done(array());
  }
  const copy = copyOf(call, written);
  sortInPlace(code, copy, isBefore, false);
  code.count(
    code.number(0),
    () => code.length(copy()),
    (index) => {
      const value = code.element(copy(), index(), "always");
      code.set({ kind: "element", array: array(), index: index(), inside: "unlessShrunk" }, value);
    },
  );
  return code.done(array());
}

export function lowerToSorted(call: ArrayCall): HirExpr {
  const written = open(call);
  const { code } = written;
  const isBefore = order(call, code, call.node.arguments[0]);
  if (effectsOf(call).isObservable) limitLength(call, written);
  const copy = copyOf(call, written);
  sortInPlace(code, copy, isBefore, isPlain(call.node.arguments[0]));
  return code.done(copy());
}

function effectsOf({ b, node }: ArrayCall): ComparatorEffects {
  const [comparator] = node.arguments;
  if (comparator === undefined || !ts.isPropertyAccessExpression(node.expression)) return noEffects;
  if (globalName(b, comparator) === "undefined") return noEffects;
  return comparatorEffects(b, comparator, b.checker.getTypeAtLocation(node.expression.expression));
}

/** Longer arrays are sorted by Node in an order of calls that this code does not follow. */
const OBSERVED_MAX = 63;

function limitLength({ b, node }: ArrayCall, { code, array }: Written): void {
  const owner = ts.isPropertyAccessExpression(node.expression) ? node.expression.expression : node;
  if (typedArrayOf(b, b.checker.getTypeAtLocation(owner)) !== null)
    b.unsupported(
      node,
      "Sorting a typed array with a comparator that does more than compare is",
      "Let the comparator only compute a number.",
    );
  code.if(code.compare(">", code.length(array()), code.number(OBSERVED_MAX)), () => {
    code.panic(
      "sort: the order of the comparator's calls is known for up to 63 elements; let the comparator only compute a number",
    );
  });
}

/** Whether one value comes before another. */
type Order = (left: Make, right: Make) => HirExpr;

function order(call: ArrayCall, code: CodeWriter, comparator: ts.Expression | undefined): Order {
  const { b, node, element } = call;
  if (hasArm(element, "void"))
    return b.unsupported(node, "Sorting an array that may hold undefined is", "Filter the elements first.");
  if (!isLeftOut(code, comparator)) {
    const callback = callbackOf(code, comparator);
    return (left, right) => code.compare("<", asNumber(call, callback(left, right)), code.number(0));
  }
  if (element.kind === "string") return (left, right) => code.compare("<", left(), right());
  const text = (value: Make): HirExpr => template(b, node, [printable(b, node, value())]);
  return (left, right) => code.compare("<", text(left), text(right));
}

function isPlain(comparator: ts.Expression | undefined): boolean {
  if (comparator === undefined) return true;
  if (!ts.isArrowFunction(comparator) || ts.isBlock(comparator.body)) return false;
  const calls = (node: ts.Node): boolean =>
    ts.isCallExpression(node) || (ts.forEachChild(node, (child) => calls(child) || undefined) ?? false);
  return !calls(comparator.body);
}

/** JavaScript converts what the comparator returns. */
function asNumber({ b, node }: ArrayCall, value: HirExpr): HirExpr {
  if (value.type.kind === "number") return value;
  return b.unsupported(
    node,
    "A comparator that returns no number is",
    "Return a negative, zero or positive number.",
  );
}

/** Halvings that leave nothing of the longest array. */
const PROBES_MAX = 31;

/** `isPlain`: comparing calls nothing. */
function sortInPlace(code: CodeWriter, array: Variable, isBefore: Order, isPlain: boolean): void {
  const one = (): HirExpr => code.number(1);
  const at = (index: Make) => (): HirExpr => code.element(array(), index(), "unlessShrunk");
  const length = code.let("length", code.length(array()));
  code.if(code.compare(">", length(), one()), () => {
    const previous = (index: Make) => (): HirExpr => code.minus(index(), one());
    const second = (): HirExpr => one();
    const descends = code.let(
      "descends",
      isBefore(
        at(second),
        at(() => code.number(0)),
      ),
    );
    const run = code.let("run", code.number(2), { reassigned: true, type: types.number });
    const goesOn = (jump: Parameters<CodeWriter["break"]>[0]): void => {
      const isLess = code.let("isLess", isBefore(at(run), at(previous(run))));
      code.if(code.compare("!==", isLess(), descends()), () => code.break(jump));
      code.set(run.target, code.plus(run(), one()));
    };
    code.while(code.compare("<", run(), length()), goesOn);
    code.if(descends(), () => reverseRange(code, array, run));
    code.count(run(), length, (start) => {
      const pivot = code.let("pivot", at(start)());
      const left = code.let("left", code.number(0), { reassigned: true, type: types.number });
      const right = code.let("right", start(), { reassigned: true, type: types.number });
      const halve = (): void => {
        const distance = code.minus(right(), left());
        const middle = code.let("middle", code.plus(left(), code.arithmetic(">>", distance, one())));
        code.if(
          isBefore(pivot, at(middle)),
          () => code.set(right.target, middle()),
          () => code.set(left.target, code.plus(middle(), one())),
        );
      };
      if (isPlain) code.while(code.compare("<", left(), right()), halve);
      else {
        // A counter, so that what the comparator keeps is bounded.
        code.count(
          code.number(0),
          () => code.number(PROBES_MAX),
          (_, jump) => {
            code.if(code.compare(">=", left(), right()), () => code.break(jump));
            halve();
          },
        );
      }
      code.move(array(), code.plus(left(), one()), left(), code.minus(start(), left()));
      code.set({ kind: "element", array: array(), index: left(), inside: "unlessShrunk" }, pivot());
    });
  });
}
