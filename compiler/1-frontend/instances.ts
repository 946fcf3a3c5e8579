/**
 * Instances of generic declarations: one per declaration and list of HIR type
 * arguments. While code of an instance is lowered it is `Builder.instance`; what
 * is declared inside the generic declaration then has an entry of its own in the
 * maps below, and the checker's types have the arguments in place of the parameters.
 */

import { ts } from "ts-morph";

export interface Instance {
  /** The generic function, method or class. */
  readonly declaration: ts.Node;
  /** The instance around it: of the class of a method, of the function around a function. */
  readonly parent: Instance | null;
  /** The type parameters of the declaration and of everything around it, with their arguments. */
  readonly parameters: readonly ts.Type[];
  readonly arguments: readonly ts.Type[];
  /** How many instances led to this one: endless instantiation shows here. */
  readonly depth: number;
  /** In words: `number, Point`. */
  readonly label: string;
}

/** What TypeScript's checker calls a mapper; it reads these members. */
interface TypeMapper {
  readonly kind: number;
  readonly sources: readonly ts.Type[];
  readonly targets: readonly ts.Type[];
}

const ARRAY_MAPPER = 1;

/** The type with `arguments` in place of `parameters`, computed by the checker itself. */
export function instantiateType(
  checker: ts.TypeChecker,
  type: ts.Type,
  parameters: readonly ts.Type[],
  targets: readonly ts.Type[],
): ts.Type {
  const mapper: TypeMapper = { kind: ARRAY_MAPPER, sources: parameters, targets };
  /* The checker instantiates the type parameters of a signature through the signature's mapper. */
  const carrier = { mapper, typeParameters: [type] } as unknown as ts.Signature;
  return checker.getTypeArgumentsForResolvedSignature(carrier)?.[0] ?? type;
}

/** The innermost instance of the chain whose declaration the node is part of. */
export function owningInstance(instance: Instance | null, node: ts.Node | undefined): Instance | null {
  if (node === undefined) return null;
  for (let at = instance; at !== null; at = at.parent) if (isPartOf(at.declaration, node)) return at;
  return null;
}

/** The instance that surrounds a generic declaration. */
export function surroundingInstance(instance: Instance | null, declaration: ts.Node): Instance | null {
  for (let at = instance; at !== null; at = at.parent)
    if (at.declaration !== declaration && isPartOf(at.declaration, declaration)) return at;
  return null;
}

/** Static members of a generic class exist once, so they are no part of its instances. */
function isPartOf(declaration: ts.Node, node: ts.Node): boolean {
  for (let at: ts.Node = node; at !== undefined; at = at.parent) {
    if (at === declaration) return true;
    if (at.parent === declaration && ts.isClassLike(declaration) && isStaticMember(at)) return false;
  }
  return false;
}

function isStaticMember(node: ts.Node): boolean {
  if (ts.isClassStaticBlockDeclaration(node)) return true;
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node)?.some((modifier) => modifier.kind === ts.SyntaxKind.StaticKeyword) ?? false)
  );
}

/** A map by declarations or their symbols, with entries of its own for each instance. */
export class OverlayMap<K extends ts.Node | ts.Symbol, V> {
  private readonly stores = new Map<Instance | null, Map<K, V>>();
  private readonly current: () => Instance | null;

  constructor(current: () => Instance | null) {
    this.current = current;
  }

  get(key: K): V | undefined {
    return this.stores.get(this.ownerOf(key))?.get(key);
  }

  has(key: K): boolean {
    return this.stores.get(this.ownerOf(key))?.has(key) ?? false;
  }

  set(key: K, value: V): void {
    const owner = this.ownerOf(key);
    const store = this.stores.get(owner) ?? new Map<K, V>();
    this.stores.set(owner, store);
    store.set(key, value);
  }

  delete(key: K): void {
    this.stores.get(this.ownerOf(key))?.delete(key);
  }

  private ownerOf(key: K): Instance | null {
    const instance = this.current();
    if (instance === null) return null;
    return owningInstance(instance, "kind" in key ? key : declarationOf(key));
  }
}

function declarationOf(symbol: ts.Symbol): ts.Node | undefined {
  return symbol.valueDeclaration ?? symbol.declarations?.[0];
}
