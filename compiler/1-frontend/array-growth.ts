/** `push`, `pop`, `shift`, `unshift` and writes of `length`: what makes an array longer or shorter. */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement } from "../ir/hir.ts";
import { type ArrayCall, assign, elementOrNothing, number, read, sequence } from "./array-call.ts";
import { type Builder, expression, expressionStatement, type Scope, types } from "./builder.ts";
import { literal, lowerExpression } from "./expressions.ts";
import { flow } from "./unify-types.ts";

export function lowerPush(call: ArrayCall): HirExpr {
  const { b, node } = call;
  const values = argumentValues(call, node.arguments);
  return expression(b, node, { kind: "push", array: call.value, values, type: types.number });
}

function argumentValues(call: ArrayCall, nodes: readonly ts.Expression[]): HirExpr[] {
  const { b, scope, element } = call;
  return nodes.map((argument) => {
    if (ts.isSpreadElement(argument)) return b.unsupported(argument, "Spread is", "Write the elements.");
    return flow(b, lowerExpression(b, scope, argument), element, argument);
  });
}

export function lowerPop(call: ArrayCall): HirExpr {
  return takeOut(
    call,
    (last) => last(),
    () => [],
  );
}

export function lowerShift(call: ArrayCall): HirExpr {
  const { b, node } = call;
  return takeOut(
    call,
    () => literal(b, node, 0),
    (last) => [expressionStatement(move(call, literal(b, node, 0), literal(b, node, 1), last()))],
  );
}

/** Reads the element at `index`, closes the gap and cuts the last place. */
function takeOut(
  call: ArrayCall,
  index: (last: () => HirExpr) => HirExpr,
  close: (last: () => HirExpr) => readonly HirStatement[],
): HirExpr {
  const { b, scope, node, element } = call;
  const span = b.span(node);
  const length = b.addLocal(scope, "length", types.number, node);
  const last = (): HirExpr =>
    expression(b, node, {
      kind: "arithmetic",
      op: "-",
      left: read(b, node, length),
      right: literal(b, node, 1),
      type: types.number,
    });
  const isEmpty = expression(b, node, {
    kind: "compare",
    op: "===",
    left: read(b, node, length),
    right: literal(b, node, 0),
    type: types.boolean,
  });
  const cut = expression(b, node, {
    kind: "setLength",
    array: call.array(),
    length: last(),
    type: types.void,
  });
  const before: HirStatement[] = [
    ...call.before(),
    { kind: "let", local: length, value: call.length(), span },
  ];
  const shorten = [...close(last), expressionStatement(cut)];
  if (isUnused(node)) {
    const statement: HirStatement = { kind: "if", test: isEmpty, whenTrue: [], whenFalse: shorten, span };
    const nothing = expression(b, node, { kind: "undefined", type: types.void });
    return sequence(b, node, [...before, statement], nothing);
  }
  const taken = b.addLocal(scope, "taken", element, node);
  const keep: HirStatement = { kind: "let", local: taken, value: call.at(index(last)), span };
  return elementOrNothing(call, before, isEmpty, sequence(b, node, [keep, ...shorten], read(b, node, taken)));
}

function move(call: ArrayCall, to: HirExpr, from: HirExpr, count: HirExpr): HirExpr {
  return expression(call.b, call.node, {
    kind: "moveElements",
    array: call.array(),
    to,
    from,
    count,
    type: types.void,
  });
}

/** The values are pushed to make room, then everything moves up, then they are stored in front. */
export function lowerUnshift(call: ArrayCall): HirExpr {
  const { b, scope, node } = call;
  const span = b.span(node);
  const values = argumentValues(call, node.arguments);
  if (values.length === 0) return sequence(b, node, call.before(), call.length());
  const held = values.map((value) => ({ value, local: b.addLocal(scope, "value", call.element, node) }));
  const length = b.addLocal(scope, "length", types.number, node);
  const statements: HirStatement[] = [
    ...call.before(),
    ...held.map(({ value, local }): HirStatement => ({ kind: "let", local, value, span })),
    { kind: "let", local: length, value: call.length(), span },
    expressionStatement(
      expression(b, node, {
        kind: "push",
        array: call.array(),
        values: held.map(({ local }) => read(b, node, local)),
        type: types.number,
      }),
    ),
    expressionStatement(
      move(call, literal(b, node, values.length), literal(b, node, 0), read(b, node, length)),
    ),
    ...held.map(({ local }, index) =>
      assign(
        b,
        node,
        { kind: "element", array: call.array(), index: literal(b, node, index) },
        read(b, node, local),
      ),
    ),
  ];
  return sequence(b, node, statements, call.length());
}

/** `xs.length = n`: the value of the assignment is `n`. */
export function lowerLengthWrite(
  b: Builder,
  scope: Scope,
  node: ts.BinaryExpression,
  array: HirExpr,
): HirExpr {
  const length = number(b, scope, node.right);
  if (isUnused(node)) return expression(b, node, { kind: "setLength", array, length, type: types.void });
  const arrayHolder = b.addLocal(scope, "array", array.type, node);
  const holder = b.addLocal(scope, "length", types.number, node);
  const span = b.span(node);
  const cut = expression(b, node, {
    kind: "setLength",
    array: read(b, node, arrayHolder),
    length: read(b, node, holder),
    type: types.void,
  });
  const statements: HirStatement[] = [
    { kind: "let", local: arrayHolder, value: array, span },
    { kind: "let", local: holder, value: length, span },
    expressionStatement(cut),
  ];
  return sequence(b, node, statements, read(b, node, holder));
}

/** Nobody sees the value of the expression. */
export function isUnused(node: ts.Expression): boolean {
  let at: ts.Node = node;
  while (ts.isParenthesizedExpression(at.parent) || ts.isVoidExpression(at.parent)) at = at.parent;
  const { parent } = at;
  return ts.isExpressionStatement(parent) || (ts.isForStatement(parent) && parent.condition !== at);
}
