/** Class declarations: what they extend, and their fields. Constructors, members and static parts have files of their own. */

import { ts } from "ts-morph";
import { type Builder, type ClassInfo, types } from "./builder.ts";
import { findField, memberKey } from "./class-members.ts";
import { builtInBase, errorBase } from "./error-classes.ts";
import { addEdge } from "./families.ts";
import { hasModifier, instanceName } from "./functions.ts";
import { classOfType } from "./generic-classes.ts";
import { isGlobal, libraryName, symbolOf } from "./symbols.ts";
import { convertType } from "./types.ts";
import { joinTypes, unifyTypes } from "./unify-types.ts";

export function classOfSymbol(b: Builder, symbol: ts.Symbol, at: ts.Node): ClassInfo {
  const known = b.classesBySymbol.get(symbol);
  if (known !== undefined) return known;
  return b.declare(symbol, () => {
    try {
      return declareClass(b, symbol, at);
    } catch (error) {
      b.classesBySymbol.delete(symbol);
      throw error;
    }
  });
}

/** The class that an expression names: `C`, or a constant that holds a class expression. */
export function classNamed(b: Builder, node: ts.Expression): ts.Symbol | null {
  const symbol = symbolOf(b, node);
  if (symbol === null || symbol.flags & ts.SymbolFlags.Class) return symbol;
  const declaration = symbol.valueDeclaration;
  const initializer =
    declaration !== undefined && ts.isVariableDeclaration(declaration) && isConstant(declaration)
      ? declaration.initializer
      : undefined;
  return initializer !== undefined && ts.isClassExpression(initializer)
    ? (symbolOfClass(b, initializer) ?? null)
    : symbol;
}

/** `const C = class { … }` declares a class. */
export function isConstant(declaration: ts.VariableDeclaration): boolean {
  return (declaration.parent.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Const;
}

/** The symbol of the class, whether it is declared with a name or is an expression. */
export function symbolOfClass(b: Builder, declaration: ts.ClassLikeDeclaration): ts.Symbol | undefined {
  return b.loaded.checker.getTypeAtLocation(declaration).getSymbol();
}

function declareClass(b: Builder, symbol: ts.Symbol, at: ts.Node): ClassInfo {
  const declaration = symbol.valueDeclaration;
  if (declaration === undefined || !ts.isClassLike(declaration))
    return b.unsupported(at, "This class is", "Declare it with `class`.");
  refuseForms(b, declaration);
  const base = baseOf(b, declaration);
  const name = instanceName(b, className(symbol, declaration), declaration);
  const info = b.addClass(name, declaration, declaration.name ?? declaration);
  b.classesBySymbol.set(symbol, info);
  info.base = base;
  if (base !== null) addEdge(b.families, info.id, base.id);
  for (const member of declaration.members) declareField(b, info, member);
  return info;
}

/** `const Point = class { … }` is called Point. */
function className(symbol: ts.Symbol, declaration: ts.ClassLikeDeclaration): string {
  if (declaration.name !== undefined) return symbol.getName();
  const { parent } = declaration;
  return ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name) ? parent.name.text : "anonymous";
}

function baseOf(b: Builder, declaration: ts.ClassLikeDeclaration): ClassInfo | null {
  const clause = declaration.heritageClauses?.find((one) => one.token === ts.SyntaxKind.ExtendsKeyword);
  const written = clause?.types[0];
  if (written === undefined) return null;
  if (!isName(written.expression))
    return b.unsupported(written, "Extending what an expression gives is", "Name the class.");
  const type = b.checker.getTypeAtLocation(written);
  const symbol = type.getSymbol();
  const isClass = symbol !== undefined && (symbol.flags & ts.SymbolFlags.Class) !== 0;
  if (builtInBase(b, declaration) !== null) return errorBase(b, declaration);
  if (!isClass || isGlobal(b, symbol) || libraryName(b, symbol) !== null) {
    const name = written.getText().slice(0, 40);
    return b.unsupported(written, `Extending '${name}' is`, "Extend a class of your own program.");
  }
  return classOfType(b, type, symbol, written);
}

function isName(node: ts.Expression): boolean {
  return ts.isPropertyAccessExpression(node) ? isName(node.expression) : ts.isIdentifier(node);
}

function refuseForms(b: Builder, declaration: ts.ClassLikeDeclaration): void {
  if (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Ambient)
    b.unsupported(declaration, "A declared class without a body is", "Define it in TypeScript.");
  if (ts.canHaveDecorators(declaration) && ts.getDecorators(declaration) !== undefined)
    b.reject(declaration, "A decorator", "Call a function instead.");
}

function declareField(b: Builder, info: ClassInfo, member: ts.ClassElement): void {
  if (ts.isIndexSignatureDeclaration(member))
    b.unsupported(member, "An index signature is", "Use an array or named fields.");
  if (ts.isPropertyDeclaration(member) && !hasModifier(member, ts.SyntaxKind.StaticKeyword)) {
    addField(b, info, member.name, member);
  }
  if (ts.isConstructorDeclaration(member) && member.body !== undefined) {
    for (const parameter of member.parameters) {
      if (ts.isParameterPropertyDeclaration(parameter, member) && ts.isIdentifier(parameter.name))
        addField(b, info, parameter.name, parameter);
    }
  }
}

/** A field that a base has as well is the same field. */
function addField(b: Builder, info: ClassInfo, name: ts.PropertyName, member: ts.Node): void {
  const key = memberKey(b, name);
  const declared = convertType(b, b.checker.getTypeAtLocation(member), member);
  const isLate = ts.isPropertyDeclaration(member) && member.exclamationToken !== undefined;
  const type = isLate ? (joinTypes(b, types.void, declared) ?? declared) : declared;
  const known = findField(b, info.id, key);
  if (known === undefined) {
    b.addField(info, ts.isPrivateIdentifier(name) ? name.text : key, type, name, key);
  } else if (!unifyTypes(b, b.field(known).type, type)) {
    const from = b.checker.typeToString(b.checker.getTypeAtLocation(member));
    b.refuse("TSFW2008", name, { from, to: "the field of the class it extends" });
  }
}
