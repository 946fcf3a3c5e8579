/**
 * What the analyses of phase 3 know about a HIR program. Plain tables; each
 * analysis writes its own and reads those of the analyses before it.
 */
import type { HirExpr } from "./hir.ts";
import type { ArrayId, FieldId, FunctionId, LocalId, NodeId, SignatureId, SiteId, StaticId } from "./ids.ts";

/**
 * The values a number may have: every non-NaN value v has lo <= v <= hi.
 * `integer`: every finite value is an integer. Infinities occur only when a
 * bound is infinite. An empty fact (lo > hi, not nan) means: never computed.
 * The sign of zero is not tracked.
 */
export interface NumberFact {
  readonly lo: number;
  readonly hi: number;
  readonly integer: boolean;
  readonly nan: boolean;
}

/** The values a bigint may have: integers from lo to hi. */
export interface BigintRange {
  readonly lo: bigint;
  readonly hi: bigint;
}

/** What is known of bigints, by the same ids; null: never computed. */
export interface BigintFacts {
  node(id: NodeId): BigintRange | null;
  local(id: LocalId): BigintRange | null;
  static(id: StaticId): BigintRange | null;
  field(id: FieldId): BigintRange | null;
  element(id: ArrayId): BigintRange | null;
  result(id: FunctionId): BigintRange | null;
  signatureParameter(id: SignatureId, index: number): BigintRange | null;
  signatureResult(id: SignatureId): BigintRange | null;
}

export interface NumberFacts {
  readonly bigints: BigintFacts;
  /** The value of a number-typed expression node, whenever it is evaluated. */
  node(id: NodeId): NumberFact;
  /** Everything ever stored (flow-insensitive join): decides the representation. */
  local(id: LocalId): NumberFact;
  static(id: StaticId): NumberFact;
  field(id: FieldId): NumberFact;
  element(id: ArrayId): NumberFact;
  result(id: FunctionId): NumberFact;
  signatureParameter(id: SignatureId, index: number): NumberFact;
  signatureResult(id: SignatureId): NumberFact;
  /**
   * Additions and updates whose exact result may pass +-2^53 only after
   * unreasonably many rounds: computed in int64 and checked (panic beyond 2^53).
   * Their fact is clamped to +-2^53.
   */
  isCheckedSum(id: NodeId): boolean;
  /** Lengths of all arrays of this class: lo = hi where all have the same. */
  arrayLength(id: ArrayId): { readonly lo: number; readonly hi: number };
  /** element/assign/compound/update nodes whose index is proven inside the array. */
  isIndexInBounds(id: NodeId): boolean;
  /** Stores into a sized place (let, assign, argument, return, field, element) that need no range check are those whose value's fact fits. */
}

/** How arrays are represented, and how much room they need. */
export interface ArrayFacts {
  /** A reference points to a header of data, length and capacity: the array grows, or gets its length at run time. */
  hasHeader(id: ArrayId): boolean;
  /** A reference has data and length in it, and some array of the class gets its length at run time. */
  carriesLength(id: ArrayId): boolean;
  /** A store behind the last element appends. */
  grows(id: ArrayId): boolean;
  shrinks(id: ArrayId): boolean;
  /** Elements that there is room for where the site, the call that returns in place, or the field in line keeps its array. */
  siteCapacity(site: SiteId): number;
  callCapacity(node: NodeId): number;
  fieldCapacity(field: FieldId): number;
  /** The push (or appending store) never finds its array full. */
  isNeverFull(node: NodeId): boolean;
  /** How much room an array that changes its length has, and why, in words; null for other arrays. */
  describeRoom(site: SiteId): string | null;
}

/** Where an allocation lives. */
export type Place =
  /** Made at most once: a static object of its own. */
  | { readonly kind: "static" }
  /** In the stack or task frame of the function that makes it. */
  | { readonly kind: "local" }
  /** In the place that the caller of the function that makes it provides. */
  | { readonly kind: "result" }
  /** Inside the object whose constructor makes it, as this field. */
  | { readonly kind: "inOwner"; readonly field: FieldId }
  /** In the next of a static row of slots: it is made at most `count` times in the life of the program. */
  | { readonly kind: "counted"; readonly count: number }
  /** In a free slot of a pool, until nothing refers to it any more. */
  | { readonly kind: "pool"; readonly pool: number };

export interface Pool {
  /** As the source names what is in it. */
  readonly name: string;
  /** null: as many as places can refer to. */
  readonly slots: number | null;
}

export interface Placement {
  place(site: SiteId): Place;
  /** Indexed by `Place.pool`. */
  readonly pools: readonly Pool[];
  /** The function returns an object made in a place that its caller provides. */
  returnsInPlace(id: FunctionId): boolean;
  /** How many elements the array has that the function makes in its caller's place; null: it makes none. */
  resultLength(id: FunctionId): number | null;
  /** The field holds its object in line; it is never reassigned. */
  isInline(id: FieldId): boolean;
  /** The assignment (its node) copies the new object into the place that its variable already names. */
  isCopied(node: NodeId): boolean;
  /** For a closure whose environment is placed: where (keyed by its node). */
  closurePlace(node: NodeId): Place;
  /** For a call of a function that returns in place: where the caller keeps the result (keyed by the call's node). */
  callPlace(node: NodeId): Place;
}

/**
 * Bytes (UTF-8) a string-typed place must hold. "literal": only constants ever
 * reach it, so it is a view into flash and owns no bytes.
 */
export type StringCapacity =
  | { readonly kind: "literal" }
  | { readonly kind: "bytes"; readonly bytes: number };

export interface StringFacts {
  /** Every text the expression gives is ASCII: its units are its bytes. */
  isAscii(id: NodeId): boolean;
  node(id: NodeId): StringCapacity;
  /** The most that an operation counts that counts the parts of a text; Infinity for other expressions. */
  partsOf(count: HirExpr): number;
  /** The longest that the text can be whose length or size this is; Infinity for other expressions. */
  textLength(length: HirExpr): number;
  local(id: LocalId): StringCapacity;
  static(id: StaticId): StringCapacity;
  field(id: FieldId): StringCapacity;
  element(id: ArrayId): StringCapacity;
  result(id: FunctionId): StringCapacity;
  signatureParameter(id: SignatureId, index: number): StringCapacity;
  signatureResult(id: SignatureId): StringCapacity;
}
