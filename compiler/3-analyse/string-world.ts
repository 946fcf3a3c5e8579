/** What the interpretations of all functions share while they find the bounds of strings. */
import type { CallGraph } from "../ir/call-graph.ts";
import type { NumberFacts } from "../ir/facts.ts";
import type { HirExpr, HirProgram } from "../ir/hir.ts";
import type { FunctionId } from "../ir/ids.ts";
import type { StringPlace, StringTables } from "./string-places.ts";
import type { TextLengths } from "./text-lengths.ts";

export interface StringWorld {
  readonly program: HirProgram;
  readonly facts: NumberFacts;
  readonly graph: CallGraph;
  readonly tables: StringTables;
  /** Rounds for which texts may grow and still have a bound. */
  readonly finiteRounds: number;
  /** The texts whose lengths variables hold. */
  readonly lengths: TextLengths;
  /** The longest that the text can be whose length or size this is; Infinity for other expressions. */
  lengthBehind(limit: HirExpr): number;
  /** Loops that run more often are not run round by round. */
  readonly tripsMax: number;
  /** Places that only one function reads and writes. */
  isFollowed(place: StringPlace, fn: FunctionId): boolean;
  /**
   * Told the size of each joined text. Once rounds have gone on for longer than
   * any finite growth can, it may answer Infinity.
   */
  grow(node: HirExpr, bytes: number, beyondBound: boolean): number;
  /** Reports a text that can be of any length although its parts are bounded. */
  require(node: HirExpr, bytes: number): void;
  /** Counts work; false when a loop must not be run round by round any more. */
  spend(): boolean;
}
