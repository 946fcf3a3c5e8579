/** Statements of the source to statements of HIR. A refused statement is reported and left out. */
import { ts } from "ts-morph";
import type { HirExpr, HirStatement, HirSwitchCase, HirType } from "../ir/hir.ts";
import type { LocalId } from "../ir/ids.ts";
import { walkStatements } from "../ir/walk-hir.ts";
import { lowerAwaitedCall, lowerEveryLoop } from "./async.ts";
import { isModuleLevel } from "./build-hir.ts";
import { type Builder, expressionStatement, type Jump, kindOf, Refused, type Scope } from "./builder.ts";
import { lowerStaticFields } from "./classes.ts";
import { lowerCondition, lowerEffect, lowerExpression } from "./expressions.ts";
import { lowerPattern } from "./patterns.ts";
import { refuseSyntax } from "./refused-syntax.ts";
import { convertType, flow, promiseResult } from "./types.ts";

export function lowerStatements(
  b: Builder,
  scope: Scope,
  statements: readonly ts.Statement[],
): HirStatement[] {
  return statements.flatMap((statement) => lowerStatement(b, scope, statement));
}

function lowerStatement(b: Builder, scope: Scope, statement: ts.Statement): HirStatement[] {
  const jumps = scope.jumps.length;
  try {
    return lowerOne(b, scope, statement, null);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    scope.jumps.length = jumps;
    return [];
  }
}

function lowerOne(b: Builder, scope: Scope, node: ts.Statement, label: string | null): HirStatement[] {
  const span = b.span(node);
  if (ts.isVariableStatement(node)) return lowerVariables(b, scope, node.declarationList, node);
  if (ts.isExpressionStatement(node)) return [expressionStatement(lowerEffect(b, scope, node.expression))];
  if (ts.isBlock(node)) return lowerBlock(b, scope, node, label);
  if (ts.isIfStatement(node)) {
    const test = lowerCondition(b, scope, node.expression);
    const whenTrue = lowerStatements(b, scope, [node.thenStatement]);
    const whenFalse = node.elseStatement === undefined ? [] : lowerStatements(b, scope, [node.elseStatement]);
    return [{ kind: "if", test, whenTrue, whenFalse, span }];
  }
  if (ts.isWhileStatement(node) || ts.isDoStatement(node)) return lowerWhile(b, scope, node, label);
  if (ts.isForStatement(node)) return lowerFor(b, scope, node, label);
  if (ts.isForOfStatement(node)) return lowerForOf(b, scope, node, label);
  if (ts.isSwitchStatement(node)) return lowerSwitch(b, scope, node, label);
  if (ts.isLabeledStatement(node)) return lowerOne(b, scope, node.statement, node.label.text);
  if (ts.isBreakStatement(node) || ts.isContinueStatement(node)) return [lowerJump(b, scope, node)];
  if (ts.isReturnStatement(node)) return lowerReturn(b, scope, node);
  if (ts.isClassDeclaration(node))
    return isModuleLevel(node)
      ? lowerStaticFields(b, scope, node)
      : b.unsupported(node, "A class inside a function or block is", "Declare it at module level.");
  if (isDeclarationOnly(b, node)) return [];
  return refuseSyntax(b, node);
}

/** Declarations that run no code of their own. */
function isDeclarationOnly(b: Builder, node: ts.Statement): boolean {
  if (ts.isExportAssignment(node))
    return b.unsupported(node, "export default of an expression is", "Export a named constant.");
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isEmptyStatement(node)
  );
}

function lowerBlock(b: Builder, scope: Scope, node: ts.Block, label: string | null): HirStatement[] {
  const span = b.span(node);
  if (label === null)
    return [{ kind: "block", statements: lowerStatements(b, scope, node.statements), breakId: null, span }];
  const jump: Jump = { id: b.nextJump(), label, isLoop: false, takesPlainBreak: false };
  return [
    {
      kind: "block",
      statements: inside(scope, jump, () => lowerStatements(b, scope, node.statements)),
      breakId: jump.id,
      span,
    },
  ];
}

function inside<T>(scope: Scope, jump: Jump, lower: () => T): T {
  scope.jumps.push(jump);
  const result = lower();
  scope.jumps.pop();
  return result;
}

// Variables

function lowerVariables(
  b: Builder,
  scope: Scope,
  list: ts.VariableDeclarationList,
  at: ts.Node,
): HirStatement[] {
  if (!(list.flags & ts.NodeFlags.BlockScoped)) {
    for (const declaration of list.declarations) refuseNames(b, declaration.name);
    b.unsupported(list, "'var' is", "Use let or const.");
  }
  if ((list.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using)
    b.unsupported(list, "'using' is", "Call the disposal yourself.");
  if (
    ts.canHaveModifiers(at) &&
    ts.getModifiers(at)?.some((modifier) => modifier.kind === ts.SyntaxKind.DeclareKeyword)
  )
    return [];
  return list.declarations.flatMap((declaration) => {
    try {
      return lowerVariable(b, scope, declaration);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refuseNames(b, declaration.name);
      return [];
    }
  });
}

/** What could not be declared is not reported again where it is used. */
function refuseNames(b: Builder, name: ts.BindingName): void {
  if (!ts.isIdentifier(name)) {
    for (const element of name.elements) if (ts.isBindingElement(element)) refuseNames(b, element.name);
    return;
  }
  const symbol = b.checker.getSymbolAtLocation(name);
  if (symbol !== undefined) b.refused.add(symbol);
}

function lowerVariable(b: Builder, scope: Scope, declaration: ts.VariableDeclaration): HirStatement[] {
  const { name, initializer } = declaration;
  if (declaration.exclamationToken !== undefined)
    b.unsupported(
      declaration,
      "A variable that is initialised later (`!`) is",
      "Give it a value where it is declared.",
    );
  if (!ts.isIdentifier(name)) {
    if (initializer === undefined) return [];
    return lowerPattern(b, scope, name, initializer, (element, value) =>
      declareVariable(b, scope, element, value),
    );
  }
  if (initializer !== undefined && isFunctionConstant(declaration)) return [];
  const value = initializer === undefined ? null : lowerExpression(b, scope, initializer);
  return [declareVariable(b, scope, name, value)];
}

/** `const f = () => …` is a function with a name, not a variable. */
export function isFunctionConstant(declaration: ts.VariableDeclaration): boolean {
  const { initializer } = declaration;
  const isConst = (declaration.parent.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Const;
  return (
    isConst &&
    initializer !== undefined &&
    (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
  );
}

function declareVariable(b: Builder, scope: Scope, name: ts.Identifier, value: HirExpr | null): HirStatement {
  const symbol = b.checker.getSymbolAtLocation(name);
  if (symbol === undefined) return b.unsupported(name, `The variable '${name.text}' is`, "Rename it.");
  const span = b.span(name);
  const reassigned = b.reassigned.has(symbol);
  const type = variableType(b, name, value);
  if (type.kind === "void") b.unsupported(name, "A variable that only holds undefined is", "Leave it out.");
  if (isStaticVariable(name)) {
    if (value === null)
      return b.unsupported(
        name,
        "A module variable without a value is",
        "Give it a value where it is declared.",
      );
    const id = staticOf(b, symbol, name, type, reassigned);
    return { kind: "staticInit", static: id, value: flow(b, value, type, name), span };
  }
  const stored = value === null ? null : flow(b, value, type, name);
  const local = b.addLocal(scope, name.text, type, name, { reassigned: reassigned || value === null });
  b.entities.set(symbol, { kind: "local", local });
  return { kind: "let", local, value: stored, span };
}

function variableType(b: Builder, name: ts.Identifier, value: HirExpr | null): HirType {
  const declared = b.checker.getTypeAtLocation(name);
  const annotated = ts.isVariableDeclaration(name.parent) && name.parent.type !== undefined;
  if (
    value !== null &&
    !annotated &&
    (value.type.kind === "object" || value.type.kind === "array" || value.type.kind === "closure")
  )
    return value.type;
  return convertType(b, declared, name);
}

function isStaticVariable(name: ts.Identifier): boolean {
  let at: ts.Node = name.parent;
  while (ts.isBindingElement(at) || ts.isObjectBindingPattern(at) || ts.isArrayBindingPattern(at))
    at = at.parent;
  return (
    ts.isVariableDeclaration(at) &&
    ts.isVariableStatement(at.parent.parent) &&
    ts.isSourceFile(at.parent.parent.parent)
  );
}

export function staticOf(
  b: Builder,
  symbol: ts.Symbol,
  name: ts.Identifier,
  type: HirType,
  reassigned: boolean,
): ReturnType<Builder["addStatic"]> {
  const known = b.entities.get(symbol);
  if (known?.kind === "static") {
    return known.static;
  }
  const id = b.addStatic(name.text, type, reassigned, name);
  b.entities.set(symbol, { kind: "static", static: id });
  return id;
}

// Loops

function lowerWhile(
  b: Builder,
  scope: Scope,
  node: ts.WhileStatement | ts.DoStatement,
  label: string | null,
): HirStatement[] {
  const jump = loopJump(b, label);
  const testFirst = ts.isWhileStatement(node);
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

function lowerFor(b: Builder, scope: Scope, node: ts.ForStatement, label: string | null): HirStatement[] {
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

function lowerForOf(b: Builder, scope: Scope, node: ts.ForOfStatement, label: string | null): HirStatement[] {
  if (node.awaitModifier !== undefined) return lowerEveryLoop(b, scope, node, label, inside);
  if (!ts.isVariableDeclarationList(node.initializer))
    return b.unsupported(
      node.initializer,
      "A for…of over an existing variable is",
      "Declare the variable in the loop.",
    );
  const declaration = node.initializer.declarations[0];
  if (declaration === undefined) return [];
  const array = lowerExpression(b, scope, node.expression);
  if (array.type.kind !== "array")
    return b.unsupported(
      node.expression,
      `for…of over ${kindOf(array.type)} is`,
      "Loop over an array, or with an index.",
    );
  const element = b.elementType(array.type.array);
  const name = declaration.name;
  const symbol = ts.isIdentifier(name) ? b.checker.getSymbolAtLocation(name) : undefined;
  if (!ts.isIdentifier(name) || symbol === undefined)
    return b.unsupported(name, "Destructuring in a for…of is", "Name the element and read its fields.");
  const local = b.addLocal(scope, name.text, element, name, { reassigned: b.reassigned.has(symbol) });
  b.entities.set(symbol, { kind: "local", local });
  const jump = loopJump(b, label);
  const body = inside(scope, jump, () => lowerStatements(b, scope, [node.statement]));
  return [{ kind: "forOf", jump: jump.id, local, array, body, span: b.span(node) }];
}

// Switch, jumps, return

function lowerSwitch(
  b: Builder,
  scope: Scope,
  node: ts.SwitchStatement,
  label: string | null,
): HirStatement[] {
  const subject = lowerExpression(b, scope, node.expression);
  if (subject.type.kind !== "number" && subject.type.kind !== "string" && subject.type.kind !== "boolean") {
    return b.unsupported(node.expression, "A switch over this type is", "Switch over a number or a string.");
  }
  const jump: Jump = { id: b.nextJump(), label, isLoop: false, takesPlainBreak: true };
  const cases = inside(scope, jump, () =>
    node.caseBlock.clauses.map((clause): HirSwitchCase => {
      const test = ts.isCaseClause(clause)
        ? flow(b, lowerExpression(b, scope, clause.expression), subject.type, clause.expression)
        : null;
      return { test, body: lowerStatements(b, scope, clause.statements), span: b.span(clause) };
    }),
  );
  refuseSharedDeclarations(b, node, cases);
  return [{ kind: "switch", jump: jump.id, subject, cases, span: b.span(node) }];
}

/** A `let` of one clause is in scope in the others, where its initialiser has not run: Node throws, C would read zeros. */
function refuseSharedDeclarations(
  b: Builder,
  node: ts.SwitchStatement,
  cases: readonly HirSwitchCase[],
): void {
  cases.forEach((clause, index) => {
    const declared = new Set(
      clause.body.flatMap((statement) => (statement.kind === "let" ? [statement.local] : [])),
    );
    const others = cases.filter((_, other) => other !== index).flatMap((other) => other.body);
    walkStatements(others, {
      expression: (value) => {
        const target = "target" in value && value.target.kind === "local" ? value.target.local : null;
        const local = value.kind === "local" ? value.local : target;
        if (local === null || !declared.has(local)) return;
        b.unsupported(node, "Using a variable of one case in another is", "Declare it before the switch.");
      },
    });
  });
}

function lowerJump(b: Builder, scope: Scope, node: ts.BreakOrContinueStatement): HirStatement {
  const label = node.label?.text ?? null;
  const isContinue = ts.isContinueStatement(node);
  const target = scope.jumps.findLast((jump) => {
    if (label !== null) return jump.label === label;
    return isContinue ? jump.isLoop : jump.takesPlainBreak;
  });
  if (target === undefined)
    return b.unsupported(node, "This jump is", "Use break or continue inside a loop.");
  return { kind: isContinue ? "continue" : "break", jump: target.id, span: b.span(node) };
}

function lowerReturn(b: Builder, scope: Scope, node: ts.ReturnStatement): HirStatement[] {
  const span = b.span(node);
  if (node.expression === undefined) return [{ kind: "return", value: null, span }];
  const value = lowerReturnValue(b, scope, node.expression);
  if (scope.result.kind === "void")
    return [expressionStatement(value), { kind: "return", value: null, span }];
  return [{ kind: "return", value, span }];
}

/** What a return hands on: in an async function a returned promise is awaited. */
export function lowerReturnValue(b: Builder, scope: Scope, node: ts.Expression): HirExpr {
  const isPromise = promiseResult(b, b.checker.getTypeAtLocation(node)) !== null;
  const value =
    isPromise && scope.isAsync ? lowerAwaitedCall(b, scope, node, node) : lowerEffectOrValue(b, scope, node);
  return scope.result.kind === "void" ? value : flow(b, value, scope.result, node);
}

function lowerEffectOrValue(b: Builder, scope: Scope, node: ts.Expression): HirExpr {
  return scope.result.kind === "void" ? lowerEffect(b, scope, node) : lowerExpression(b, scope, node);
}
