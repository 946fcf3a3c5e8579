/** What the interpretations of all functions share while they find the bounds of strings. */
import type { CallGraph } from "../ir/call-graph.ts";
import type { NumberFacts } from "../ir/facts.ts";
import type { HirExpr, HirProgram } from "../ir/hir.ts";
import type { FunctionId } from "../ir/ids.ts";
import type { StringPlace, StringTables } from "./string-places.ts";

export interface StringWorld {
  readonly program: HirProgram;
  readonly facts: NumberFacts;
  readonly graph: CallGraph;
  readonly tables: StringTables;
  /** Rounds for which texts may grow and still have a bound. */
  readonly finiteRounds: number;
  /** Places that only one function reads and writes. */
  isFollowed(place: StringPlace, fn: FunctionId): boolean;
  /**
   * Told the size of each joined text. Once rounds have gone on for longer than
   * any finite growth can, it may answer Infinity.
   */
  grow(node: HirExpr, bytes: number, beyondBound: boolean): number;
  /** Counts work; false when a loop must not be run round by round any more. */
  spend(): boolean;
}
