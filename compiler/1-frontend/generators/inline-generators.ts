/**
 * Walks over a direct call of a generator that the program names: its body stands
 * where the walk is, with the code of a round in place of `yield`. So it needs no
 * object, and the rounds of its loops are those of the walk.
 *
 * Only bodies in which that is the same: no `try`, no functions, every `yield` a
 * statement. All others go the general way.
 */
import { ts } from "ts-morph";
import type { HirExpr, HirStatement, HirType } from "../../ir/hir.ts";
import type { FunctionId, JumpId } from "../../ir/ids.ts";
import type { Builder, Scope } from "../builder.ts";
import { lowerExpression } from "../expressions.ts";
import type { FunctionNode } from "../functions.ts";
import { memberUsedAt } from "../generic-classes.ts";
import { functionUsedAt } from "../generic-functions.ts";
import { unit } from "../short-circuit.ts";
import { lowerStatements } from "../statements.ts";
import { symbolOf } from "../symbols.ts";
import { flow } from "../unify-types.ts";
import { isGenerator } from "./declare-generator.ts";
import { iterationTypes } from "./iterator-types.ts";

/** What `yield` and `return` mean while the body of a generator stands in another function. */
export interface Inlined {
  readonly node: ts.Node;
  /** The block around the body. */
  readonly end: JumpId;
  round(value: HirExpr | null, at: ts.Node): readonly HirStatement[];
}

/** A call, or an object with a generator as `[Symbol.iterator]`. */
interface Source {
  readonly node: FunctionNode & { readonly body: ts.Block };
  readonly receiver: ts.Expression | null;
  readonly given: readonly ts.Expression[];
  use(): FunctionId;
}

/** Yields that may each have a copy of what a round does. */
const COPIES_MAX = 4;

/** The statements of the walk; null where the general way is right. `canCopy`: `round` may be called several times. */
export function inlineGenerator(
  b: Builder,
  scope: Scope,
  at: ts.Expression,
  canCopy: boolean,
  round: (value: HirExpr, end: JumpId) => readonly HirStatement[],
): HirStatement[] | null {
  const source = sourceOf(b, at);
  if (source === null || isOpen(scope, source.node)) return null;
  const yields = countYields(source.node.body);
  if (yields === null || yields === 0 || yields > (canCopy ? COPIES_MAX : 1)) return null;
  if (!hasPlainParameters(source)) return null;
  const id = source.use();
  const generator = b.families.generators.byCreator.get(id);
  const instance = b.instanceOfFunction.get(id) ?? null;
  const signature = b.within(instance, () => b.checker.getSignatureFromDeclaration(source.node));
  if (generator === undefined || signature === undefined) return null;
  const parts = b.within(instance, () => iterationTypes(b, signature.getReturnType(), at));
  if (parts === null) return null;
  const outer = b.instance;
  const end = b.nextJump();
  const head: HirStatement[] = [];
  const self = receiverOf(b, scope, source, head);
  head.push(...bindParameters(b, scope, source, id));
  const give = (value: HirExpr | null, where: ts.Node): readonly HirStatement[] => {
    const yielded = flow(b, value ?? unit(b, where, "void"), parts.yielded, where);
    return b.within(outer, () => round(yielded, end));
  };
  const inner: Scope = {
    ...scope,
    thisLocal: self,
    jumps: [],
    generator: null,
    inlined: { node: source.node, end, round: give },
    outside: scope,
  };
  const body = b.within(instance, () => lowerStatements(b, inner, source.node.body.statements));
  return [...head, { kind: "block", statements: body, breakId: end, span: b.span(at) }];
}

/** A generator inside itself would never end. */
function isOpen(scope: Scope, node: ts.Node): boolean {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outside)
    if (at.inlined?.node === node) return true;
  return false;
}

function sourceOf(b: Builder, at: ts.Expression): Source | null {
  if (ts.isParenthesizedExpression(at)) return sourceOf(b, at.expression);
  if (!ts.isCallExpression(at)) return iterableSource(b, at);
  const callee = at.expression;
  if (ts.isIdentifier(callee)) {
    const declaration = symbolOf(b, callee)?.declarations?.find(ts.isFunctionDeclaration);
    return declaration === undefined || !isGenerator(declaration)
      ? iterableSource(b, at)
      : source(declaration, null, at.arguments, () => functionUsedAt(b, declaration, callee));
  }
  if (!ts.isPropertyAccessExpression(callee) || ts.isOptionalChain(at)) return iterableSource(b, at);
  const declaration = symbolOf(b, callee.name)?.declarations?.find(ts.isMethodDeclaration);
  if (declaration === undefined || !isGenerator(declaration)) return iterableSource(b, at);
  return methodSource(b, declaration, callee.expression, at.arguments, callee);
}

function source(
  node: FunctionNode,
  receiver: ts.Expression | null,
  given: readonly ts.Expression[],
  use: () => FunctionId,
): Source | null {
  const { body } = node;
  if (body === undefined || !ts.isBlock(body)) return null;
  return { node: node as Source["node"], receiver, given, use };
}

function methodSource(
  b: Builder,
  declaration: ts.MethodDeclaration,
  receiver: ts.Expression,
  given: readonly ts.Expression[],
  at: ts.Node,
): Source | null {
  const owner = declaration.parent;
  if (!ts.isClassLike(owner) || b.families.extended.has(owner)) return null;
  const isStatic = (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Static) !== 0;
  if (isStatic) return source(declaration, null, given, () => functionUsedAt(b, declaration, at));
  if (receiver.kind === ts.SyntaxKind.SuperKeyword) return null;
  return source(declaration, receiver, given, () => memberUsedAt(b, declaration, receiver, at));
}

/** An object whose class has a generator as `[Symbol.iterator]`. */
function iterableSource(b: Builder, at: ts.Expression): Source | null {
  const type = b.concrete(b.checker.getTypeAtLocation(at));
  const member = b.checker
    .getPropertiesOfType(type)
    .find((property) => String(property.escapedName).startsWith("__@iterator@"));
  const declaration = member?.declarations?.find(ts.isMethodDeclaration);
  if (declaration === undefined || !isGenerator(declaration)) return null;
  return methodSource(b, declaration, at, [], at);
}

/** How many there are, each a statement of its own; null: something in the body needs the general way. */
function countYields(body: ts.Block): number | null {
  let count = 0;
  const visit = (node: ts.Node): boolean => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isTryStatement(node)) return false;
    if (ts.isLabeledStatement(node) || node.kind === ts.SyntaxKind.SuperKeyword) return false;
    if (ts.isVariableDeclarationList(node) && !isLetOrConst(node)) return false;
    if (ts.isReturnStatement(node) && node.expression !== undefined) return false;
    if (ts.isYieldExpression(node)) {
      if (node.asteriskToken !== undefined || !ts.isExpressionStatement(node.parent)) return false;
      count += 1;
    }
    return ts.forEachChild(node, (child) => (visit(child) ? undefined : true)) === undefined;
  };
  return visit(body) ? count : null;
}

function isLetOrConst(node: ts.VariableDeclarationList): boolean {
  const kind = node.flags & ts.NodeFlags.BlockScoped;
  return kind === ts.NodeFlags.Let || kind === ts.NodeFlags.Const;
}

function hasPlainParameters({ node, given }: Source): boolean {
  if (given.length > node.parameters.length || given.some(ts.isSpreadElement)) return false;
  return node.parameters.every(
    (parameter, index) =>
      ts.isIdentifier(parameter.name) &&
      parameter.name.text !== "this" &&
      parameter.dotDotDotToken === undefined &&
      (given[index] !== undefined
        ? parameter.initializer === undefined && parameter.questionToken === undefined
        : parameter.initializer !== undefined && ts.isLiteralExpression(parameter.initializer)),
  );
}

function receiverOf(
  b: Builder,
  scope: Scope,
  { receiver }: Source,
  head: HirStatement[],
): Scope["thisLocal"] {
  if (receiver === null) return null;
  const value = lowerExpression(b, scope, receiver);
  const local = b.addLocal(scope, "self", value.type, receiver);
  head.push({ kind: "let", local, value, span: b.span(receiver) });
  return local;
}

/** The parameters as variables here. All arguments are evaluated before the first of them has its name. */
function bindParameters(b: Builder, scope: Scope, { node, given }: Source, id: FunctionId): HirStatement[] {
  const declared = b.function(id).parameters.slice(-node.parameters.length);
  const instance = b.instanceOfFunction.get(id) ?? null;
  const bound = node.parameters.map((parameter, index) => {
    const argument = given[index];
    const wanted = declared[index];
    const type: HirType = wanted === undefined ? { kind: "void" } : b.local(wanted).type;
    const from = argument ?? parameter.initializer ?? parameter.name;
    const value = flow(b, lowerExpression(b, scope, from as ts.Expression), type, from);
    const symbol = b.checker.getSymbolAtLocation(parameter.name);
    const reassigned = symbol !== undefined && b.reassigned.has(symbol);
    const local = b.addLocal(scope, parameter.name.getText(), type, parameter.name, { reassigned });
    return { symbol, local, value, span: b.span(parameter) };
  });
  return bound.map(({ symbol, local, value, span }) => {
    if (symbol !== undefined) b.within(instance, () => b.entities.set(symbol, { kind: "local", local }));
    return { kind: "let", local, value, span };
  });
}

/** `yield x` of such a body. */
export function inlinedYield(
  b: Builder,
  scope: Scope,
  inlined: Inlined,
  node: ts.YieldExpression,
): readonly HirStatement[] {
  const value = node.expression === undefined ? null : lowerExpression(b, scope, node.expression);
  return inlined.round(value, node);
}

/** Whether the code of a round may be written several times. */
export function canCopyRound(node: ts.Node): boolean {
  const visit = (child: ts.Node): boolean =>
    !ts.isFunctionLike(child) &&
    !ts.isClassLike(child) &&
    !ts.isLabeledStatement(child) &&
    ts.forEachChild(child, (inner) => (visit(inner) ? undefined : true)) === undefined;
  return node.getWidth() <= ROUND_WIDTH_MAX && visit(node);
}

const ROUND_WIDTH_MAX = 240;
