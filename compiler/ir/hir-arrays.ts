/** The part of HIR that makes arrays of a computed length and changes their length. */
import type { HirExpr } from "./hir.ts";
import type { LocalId, SiteId } from "./ids.ts";

/**
 * `inside`: in code the compiler wrote, the index is inside the array: always, or
 * as long as nobody makes the array shorter.
 */
export interface ElementTarget {
  readonly kind: "element";
  readonly array: HirExpr;
  readonly index: HirExpr;
  readonly inside?: "always" | "unlessShrunk";
}

export type ArrayOperation =
  /** `most`: the code around it pushes at most as many elements as this variable says, by pushes that are `isWithin`. */
  | {
      readonly kind: "array";
      readonly elements: readonly HirExpr[];
      readonly most?: LocalId;
      readonly site: SiteId;
    }
  /** A new array of `length` elements, which the code around it stores before anybody reads them. */
  | { readonly kind: "arrayNew"; readonly length: HirExpr; readonly site: SiteId }
  /** `array.push(…values)`: all values are evaluated, then stored behind the last element. Value: the new length. */
  | {
      readonly kind: "push";
      readonly array: HirExpr;
      readonly values: readonly HirExpr[];
      /** What it adds is counted where the array is made. */
      readonly isWithin?: boolean;
    }
  /**
   * Cuts an array; a length that is no length, or more than it has, panics. Code
   * the compiler wrote also makes it longer, by at most `growsBy` and what is in
   * the variables `alsoBy`. Type: void.
   */
  | {
      readonly kind: "setLength";
      readonly array: HirExpr;
      readonly length: HirExpr;
      readonly growsBy: number;
      readonly alsoBy?: readonly LocalId[];
    }
  /**
   * The bytes of an array from byte `start` on as `length` elements of the node's
   * array type, in place; they are inside the array.
   */
  | { readonly kind: "overlay"; readonly array: HirExpr; readonly start: HirExpr; readonly length: HirExpr }
  /** Moves `count` elements from index `from` to index `to`, both ranges inside the array. Type: void. */
  | {
      readonly kind: "moveElements";
      readonly array: HirExpr;
      readonly to: HirExpr;
      readonly from: HirExpr;
      readonly count: HirExpr;
    }
  /** Whether a growing array has room for so many elements. */
  | { readonly kind: "hasRoom"; readonly array: HirExpr; readonly length: HirExpr }
  /** Whether the array has an element at this index. */
  | {
      readonly kind: "hasIndex";
      readonly array: HirExpr;
      readonly index: HirExpr;
      readonly inside?: "unlessShrunk";
    };
