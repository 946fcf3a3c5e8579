/**
 * What a comparator of `sort` can do besides comparing: see the array that is being
 * sorted (or leave by an exception), and let the order of its calls be observed.
 * What is not understood does both.
 */

import { ts } from "ts-morph";
import type { Builder } from "./builder.ts";
import { mayBeAccessor } from "./class-members.ts";
import { globalName, isAssignmentOperator, isGlobal, symbolOf } from "./symbols.ts";

export interface ComparatorEffects {
  /** The array has to stay as it is until all is sorted. */
  readonly seesArray: boolean;
  /** Which elements are compared, and when, shows. */
  readonly isObservable: boolean;
}

export const noEffects: ComparatorEffects = { seesArray: false, isObservable: false };
const anyEffects: ComparatorEffects = { seesArray: true, isObservable: true };

/** Array methods that change nothing; their callbacks are looked at where they are written. */
const quietMethods: ReadonlySet<string> = new Set(
  "at concat every filter find findIndex findLast includes indexOf join lastIndexOf map reduce slice some".split(
    " ",
  ),
);

const quietGlobals: ReadonlySet<string> = new Set(["Boolean", "Number", "String", "isNaN", "isFinite"]);

/** `sorted`: the type of the array. */
export function comparatorEffects(b: Builder, comparator: ts.Expression, sorted: ts.Type): ComparatorEffects {
  const walk = new EffectsWalk(b, sorted);
  walk.callee(comparator);
  return walk.effects;
}

class EffectsWalk {
  readonly #b: Builder;
  readonly #element: ts.Type | null;
  readonly #functions = new Set<ts.Node>();
  effects = noEffects;

  constructor(b: Builder, sorted: ts.Type) {
    this.#b = b;
    this.#element = this.#elementOf(sorted);
  }

  /** A function that is called: its body, where it is known. */
  callee(node: ts.Expression): void {
    const found = this.#functionOf(node);
    if (found !== null) this.#function(found);
    else if (!quietGlobals.has(globalName(this.#b, node) ?? "")) this.#add(anyEffects);
  }

  #add(more: ComparatorEffects): void {
    this.effects = {
      seesArray: this.effects.seesArray || more.seesArray,
      isObservable: this.effects.isObservable || more.isObservable,
    };
  }

  #function(node: ts.FunctionLikeDeclaration): void {
    if (this.#functions.has(node)) return;
    this.#functions.add(node);
    for (const parameter of node.parameters) this.#node(parameter);
    if (node.body !== undefined) this.#node(node.body);
    else this.#add(anyEffects);
  }

  #functionOf(node: ts.Expression): ts.FunctionLikeDeclaration | null {
    if (ts.isParenthesizedExpression(node)) return this.#functionOf(node.expression);
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return node;
    const declaration = ts.isIdentifier(node) ? symbolOf(this.#b, node)?.valueDeclaration : undefined;
    if (declaration === undefined) return null;
    if (ts.isFunctionDeclaration(declaration)) {
      const overloads = symbolOf(this.#b, node)?.declarations ?? [];
      return overloads.filter(ts.isFunctionDeclaration).find(({ body }) => body !== undefined) ?? null;
    }
    const isConstant =
      ts.isVariableDeclaration(declaration) && (declaration.parent.flags & ts.NodeFlags.Const) !== 0;
    return isConstant && declaration.initializer !== undefined
      ? this.#functionOf(declaration.initializer)
      : null;
  }

  #node(node: ts.Node): void {
    if (ts.isTypeNode(node)) return;
    this.#add(this.#own(node));
    if (ts.isCallExpression(node)) this.#call(node);
    ts.forEachChild(node, (child) => this.#node(child));
  }

  /** What the node does itself. */
  #own(node: ts.Node): ComparatorEffects {
    if (isUnknown(node)) return anyEffects;
    const isObservable = this.#writesOutside(node);
    if (ts.isPropertyAccessExpression(node) && this.#isAccessor(node)) return anyEffects;
    const isValue = ts.isExpression(node) || ts.isBindingElement(node) || ts.isParameter(node);
    return { seesArray: isValue && this.#mayBeSorted(node), isObservable };
  }

  #writesOutside(node: ts.Node): boolean {
    if (ts.isBinaryExpression(node) && isAssignmentOperator(node.operatorToken.kind))
      return !this.#isOwnVariable(node.left);
    const isUpdate =
      (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) &&
      (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken);
    return isUpdate && !this.#isOwnVariable(node.operand);
  }

  #isOwnVariable(target: ts.Expression): boolean {
    if (!ts.isIdentifier(target)) return false;
    let at: ts.Node | undefined = symbolOf(this.#b, target)?.valueDeclaration;
    while (at !== undefined) {
      if (this.#functions.has(at)) return true;
      at = at.parent;
    }
    return false;
  }

  /** Behind a property of an interface may be the accessor of some class. */
  #isAccessor(node: ts.PropertyAccessExpression): boolean {
    const symbol = symbolOf(this.#b, node.name);
    if (symbol === null || isGlobal(this.#b, symbol)) return false;
    return (symbol.flags & ts.SymbolFlags.Accessor) !== 0 || mayBeAccessor(this.#b, node.name);
  }

  #call(node: ts.CallExpression): void {
    const { expression } = node;
    if (!ts.isPropertyAccessExpression(expression)) {
      this.callee(expression);
      return;
    }
    if (globalName(this.#b, expression.expression) === "Math") {
      // Random numbers are taken in the order of the calls.
      if (expression.name.text === "random") this.#add({ seesArray: false, isObservable: true });
    } else if (globalName(this.#b, expression.expression) === "console") {
      this.#add({ seesArray: false, isObservable: true });
    } else if (!this.#isQuietMethod(expression)) this.#add(anyEffects);
    for (const argument of node.arguments) if (isFunctionTyped(this.#b, argument)) this.callee(argument);
  }

  /** A method of a text or a number, or one that only reads an array. */
  #isQuietMethod({ expression, name }: ts.PropertyAccessExpression): boolean {
    const type = this.#b.checker.getNonNullableType(this.#b.checker.getTypeAtLocation(expression));
    if (type.flags & (ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike))
      return true;
    return this.#elementOf(type) !== null && quietMethods.has(name.text);
  }

  #elementOf(type: ts.Type): ts.Type | null {
    return type.getNumberIndexType() ?? null;
  }

  /** Whether the value could be the array that is sorted, going by the types. */
  #mayBeSorted(node: ts.Node): boolean {
    const { checker } = this.#b;
    const type = checker.getTypeAtLocation(node);
    const parts = type.isUnion() ? type.types : [type];
    return parts.some((part) => {
      if (part.flags & (ts.TypeFlags.StringLike | ts.TypeFlags.Any)) return false;
      const element = this.#elementOf(part);
      if (element === null) return false;
      if (this.#element === null) return true;
      return (
        checker.isTypeAssignableTo(element, this.#element) ||
        checker.isTypeAssignableTo(this.#element, element)
      );
    });
  }
}

function isUnknown(node: ts.Node): boolean {
  return (
    ts.isThrowStatement(node) ||
    ts.isNewExpression(node) ||
    ts.isTaggedTemplateExpression(node) ||
    ts.isAwaitExpression(node) ||
    ts.isYieldExpression(node) ||
    ts.isDeleteExpression(node)
  );
}

function isFunctionTyped(b: Builder, node: ts.Expression): boolean {
  return b.checker.getTypeAtLocation(node).getCallSignatures().length > 0;
}
