/** `while`, `do`, `for` and `for…of`. */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement, HirType } from "../ir/hir.ts";
import type { LocalId } from "../ir/ids.ts";
import { iteratedArray, lowerIndexedLoop } from "./array-iterators.ts";
import { assignPart } from "./assignments.ts";
import { lowerEveryLoop } from "./async.ts";
import {
  type Builder,
  expression,
  expressionStatement,
  type Jump,
  kindOf,
  type Scope,
  types,
} from "./builder.ts";
import { CodeWriter } from "./code-writer.ts";
import { lowerWalk, type Walk, walkOf } from "./collection-walks.ts";
import { lowerCondition, lowerEffect, lowerExpression } from "./expressions.ts";
import { isFunctionVariable } from "./function-variables.ts";
import { canCopyRound, inlineGenerator } from "./generators/inline-generators.ts";
import { iterate, iteratorOf, mayLeave } from "./generators/iteration.ts";
import { lowerKeysOf } from "./object-listings.ts";
import { makePair, pairType } from "./pairs.ts";
import { partsOf } from "./pattern-parts.ts";
import { isPattern, lowerPartsOf, lowerPatternOf } from "./patterns.ts";
import { inside, lowerStatements } from "./statements.ts";
import { lowerForOfString } from "./string-loops.ts";
import { declarePart, lowerVariables } from "./variables.ts";

export function lowerWhile(
  b: Builder,
  scope: Scope,
  node: ts.WhileStatement | ts.DoStatement,
  label: string | null,
): HirStatement[] {
  const jump = loopJump(b, label);
  const testFirst = ts.isWhileStatement(node);
  const first = testFirst ? assignmentFirst(node.expression) : null;
  if (first !== null) return [lowerAssigningWhile(b, scope, node, first, jump)];
  const test = lowerCondition(b, scope, node.expression);
  const body = inside(scope, jump, () => lowerStatements(b, scope, [node.statement]));
  return [
    {
      kind: "loop",
      jump: jump.id,
      test: isTrue(test) ? null : test,
      testFirst,
      update: null,
      body,
      perIteration: [],
      span: b.span(node),
    },
  ];
}

/** The assignment that a test evaluates before all else: `(r = next()).done`. */
function assignmentFirst(node: ts.Expression): ts.BinaryExpression | null {
  if (ts.isParenthesizedExpression(node)) {
    const { expression: inner } = node;
    const isAssignment =
      ts.isBinaryExpression(inner) && inner.operatorToken.kind === ts.SyntaxKind.EqualsToken;
    return isAssignment && ts.isIdentifier(inner.left) ? inner : assignmentFirst(inner);
  }
  if (ts.isPrefixUnaryExpression(node)) return assignmentFirst(node.operand);
  return ts.isPropertyAccessExpression(node) ? assignmentFirst(node.expression) : null;
}

/** The assignment becomes a statement of each round, so that the variable's place can be used again. */
function lowerAssigningWhile(
  b: Builder,
  scope: Scope,
  node: ts.WhileStatement | ts.DoStatement,
  first: ts.BinaryExpression,
  jump: Jump,
): HirStatement {
  const span = b.span(node);
  const assigned = expressionStatement(lowerEffect(b, scope, first));
  b.substitutes.set(first, () => lowerExpression(b, scope, first.left));
  const test = lowerCondition(b, scope, node.expression);
  b.substitutes.delete(first);
  const not = expression(b, node.expression, { kind: "not", value: test, type: types.boolean });
  const leave: HirStatement = { kind: "break", jump: jump.id, span };
  const ends: HirStatement = { kind: "if", test: not, whenTrue: [leave], whenFalse: [], span };
  const body = inside(scope, jump, () => lowerStatements(b, scope, [node.statement]));
  return {
    kind: "loop",
    jump: jump.id,
    test: null,
    testFirst: true,
    update: null,
    body: [assigned, ends, ...body],
    perIteration: [],
    span,
  };
}

export function lowerFor(
  b: Builder,
  scope: Scope,
  node: ts.ForStatement,
  label: string | null,
): HirStatement[] {
  const span = b.span(node);
  const head: HirStatement[] = [];
  const perIteration: LocalId[] = [];
  if (node.initializer !== undefined) {
    if (ts.isVariableDeclarationList(node.initializer)) {
      head.push(...lowerVariables(b, scope, node.initializer, node));
      for (const statement of head) if (statement.kind === "let") perIteration.push(statement.local);
    } else {
      head.push(expressionStatement(lowerEffect(b, scope, node.initializer)));
    }
  }
  const jump = loopJump(b, label);
  const test = node.condition === undefined ? null : lowerCondition(b, scope, node.condition);
  const body = inside(scope, jump, () => lowerStatements(b, scope, [node.statement]));
  const update = node.incrementor === undefined ? null : lowerEffect(b, scope, node.incrementor);
  const loop: HirStatement = {
    kind: "loop",
    jump: jump.id,
    test: test !== null && isTrue(test) ? null : test,
    testFirst: true,
    update,
    body,
    perIteration,
    span,
  };
  return [{ kind: "block", statements: [...head, loop], breakId: null, span }];
}

function isTrue(test: HirExpr): boolean {
  return test.kind === "boolean" && test.value;
}

export function loopJump(b: Builder, label: string | null): Jump {
  return { id: b.nextJump(), label, isLoop: true, takesPlainBreak: true };
}

export function lowerForOf(
  b: Builder,
  scope: Scope,
  node: ts.ForOfStatement,
  label: string | null,
): HirStatement[] {
  if (node.awaitModifier !== undefined) return lowerEveryLoop(b, scope, node, label, inside);
  const inlined = lowerInlinedLoop(b, scope, node, label);
  if (inlined !== null) return inlined;
  const iterated = iteratedArray(b, node.expression);
  if (iterated !== null) {
    const jump = loopJump(b, label);
    const body = (): readonly HirStatement[] =>
      inside(scope, jump, () => lowerStatements(b, scope, [node.statement]));
    return lowerIndexedLoop(b, scope, node, iterated, jump.id, body);
  }
  const walk = walkOf(b, node.expression);
  if (walk !== null) return lowerCollectionLoop(b, scope, node, label, walk);
  const array = lowerExpression(b, scope, node.expression);
  if (array.type.kind === "string") {
    const { local, head } = loopVariable(b, scope, node.initializer, types.string);
    return lowerForOfString(b, scope, node, label, array, local, head);
  }
  const iterator = iteratorOf(b, scope, node.expression, array);
  if (iterator !== null) return lowerIteratorLoop(b, scope, node, label, iterator);
  if (array.type.kind !== "array")
    return b.unsupported(
      node.expression,
      `for…of over ${kindOf(array.type)} is`,
      "Loop over an array, or with an index.",
    );
  const element = b.elementType(array.type.array);
  const { local, head } = loopVariable(b, scope, node.initializer, element);
  const jump = loopJump(b, label);
  const body = inside(scope, jump, () => lowerStatements(b, scope, [node.statement]));
  return [{ kind: "forOf", jump: jump.id, local, array, body: [...head, ...body], span: b.span(node) }];
}

/** `for (const key in object)`: the object keeps its properties, so their names can be listed before. */
export function lowerForIn(
  b: Builder,
  scope: Scope,
  node: ts.ForInStatement,
  label: string | null,
): HirStatement[] {
  const array = lowerKeysOf(b, scope, node.expression);
  const { local, head } = loopVariable(b, scope, node.initializer, types.string);
  const jump = loopJump(b, label);
  const body = inside(scope, jump, () => lowerStatements(b, scope, [node.statement]));
  return [{ kind: "forOf", jump: jump.id, local, array, body: [...head, ...body], span: b.span(node) }];
}

function lowerCollectionLoop(
  b: Builder,
  scope: Scope,
  node: ts.ForOfStatement,
  label: string | null,
  walk: Walk,
): HirStatement[] {
  return lowerWalk(b, scope, node, label, walk, (key, value) => {
    if (walk.given === "entry") return bindEntry(b, scope, node.initializer, key, value);
    const given = walk.given === "key" ? key : value;
    const { local, head } = loopVariable(b, scope, node.initializer, given.type);
    return [{ kind: "let", local, value: given, span: b.span(node.initializer) }, ...head];
  });
}

/** `for (const [key, value] of map)` makes no pair; one variable for the entry does. */
function bindEntry(
  b: Builder,
  scope: Scope,
  node: ts.ForInitializer,
  key: HirExpr,
  value: HirExpr,
): HirStatement[] {
  const name = ts.isVariableDeclarationList(node) ? node.declarations[0]?.name : node;
  if (name === undefined) return b.unsupported(node, "This loop head is", "Declare one variable.");
  if (!(ts.isArrayBindingPattern(name) || ts.isArrayLiteralExpression(name)) || !takesParts(b, name)) {
    const code = new CodeWriter(b, scope, name);
    const pair = makePair(code, pairType(b, key.type, value.type, name), key, value);
    const { local, head } = loopVariable(b, scope, node, pair.type);
    return [{ kind: "let", local, value: pair, span: b.span(node) }, ...head];
  }
  return lowerPartsOf(b, scope, name, [key, value], (to, part) =>
    ts.isVariableDeclarationList(node)
      ? declarePart(b, scope, to, part)
      : [expressionStatement(assignPart(b, scope, to, part))],
  );
}

/** `[key, value]`, without the rest of the pair. */
function takesParts(b: Builder, pattern: ts.Node): boolean {
  return partsOf(b, pattern).every(({ from }) => from.kind === "index" && from.index < 2);
}

/** A loop over a generator whose body can stand here; null: another loop. */
function lowerInlinedLoop(
  b: Builder,
  scope: Scope,
  node: ts.ForOfStatement,
  label: string | null,
): HirStatement[] | null {
  const span = b.span(node.statement);
  const canCopy = canCopyRound(node.statement);
  return inlineGenerator(b, scope, node.expression, canCopy, (value, end) => {
    const round = b.nextJump();
    const { local, head } = loopVariable(b, scope, node.initializer, value.type);
    const jump: Jump = { id: end, label, isLoop: true, takesPlainBreak: true, round };
    const body = inside(scope, jump, () => lowerStatements(b, scope, [node.statement]));
    const first: HirStatement = { kind: "let", local, value, span: b.span(node.initializer) };
    return [{ kind: "block", statements: [first, ...head, ...body], breakId: round, span }];
  });
}

function lowerIteratorLoop(
  b: Builder,
  scope: Scope,
  node: ts.ForOfStatement,
  label: string | null,
  iterator: HirExpr,
): HirStatement[] {
  const jump = loopJump(b, label);
  const canLeave = mayLeave(b, node.statement);
  return iterate(b, scope, node.expression, iterator, { jump: jump.id, canLeave }, (value) => {
    const { local, head } = loopVariable(b, scope, node.initializer, value.type);
    const body = inside(scope, jump, () => lowerStatements(b, scope, [node.statement]));
    return [{ kind: "let", local, value, span: b.span(node.initializer) }, ...head, ...body];
  });
}

/** What each round assigns: a variable of the loop, the parts of a pattern, or a place outside. */
function loopVariable(
  b: Builder,
  scope: Scope,
  node: ts.ForInitializer,
  type: HirType,
): { readonly local: LocalId; readonly head: HirStatement[] } {
  const name = ts.isVariableDeclarationList(node) ? node.declarations[0]?.name : node;
  if (name === undefined) return b.unsupported(node, "This loop head is", "Declare one variable.");
  const symbol =
    ts.isVariableDeclarationList(node) && ts.isIdentifier(name) && !isFunctionVariable(name)
      ? b.checker.getSymbolAtLocation(name)
      : undefined;
  if (symbol !== undefined) {
    const local = b.addLocal(scope, name.getText(), type, name, { reassigned: b.reassigned.has(symbol) });
    b.entities.set(symbol, { kind: "local", local });
    return { local, head: [] };
  }
  const local = b.addLocal(scope, "element", type, name);
  const value = expression(b, name, { kind: "local", local, type });
  if (ts.isVariableDeclarationList(node))
    return {
      local,
      head: ts.isIdentifier(name)
        ? declarePart(b, scope, name, value)
        : lowerPatternOf(b, scope, name, value, (to, part) => declarePart(b, scope, to, part)),
    };
  const assign = (to: ts.Node, part: HirExpr): HirStatement[] => [
    expressionStatement(assignPart(b, scope, to, part)),
  ];
  return {
    local,
    head: isPattern(name) ? lowerPatternOf(b, scope, name, value, assign) : assign(name, value),
  };
}
