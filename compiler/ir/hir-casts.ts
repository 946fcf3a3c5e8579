/** The part of HIR that sees an object as one of another class. */
import type { HirExpr } from "./hir.ts";
import type { ClassId } from "./ids.ts";

/**
 * The object, known to be of another class of its family. `classes`: those that a
 * check by tag lets pass, anything else panics; null: proven, no check. `members`:
 * all that the object may be behind the cast, where the front end knows.
 */
export interface CastNode {
  readonly kind: "cast";
  readonly value: HirExpr;
  readonly classes: readonly ClassId[] | null;
  readonly members?: readonly ClassId[];
}
