/** The bounds of the variables an interpretation follows, at one point of the control flow. */
import type { JumpId } from "../ir/ids.ts";
import { isSameExtent, joinExtents, NO_TEXT, type TextExtent } from "./string-places.ts";

/** What each followed variable may hold here; null where control never is. */
export type TextState = ReadonlyMap<string, TextExtent> | null;

/** What a loop runs in each round. */
export interface LoopParts {
  readonly before?: (() => void) | null;
  readonly body: () => void;
  readonly after?: () => void;
  readonly endless?: boolean;
}

/** States that wait at a jump until the statement it belongs to ends. */
export class JumpStates {
  readonly #states = new Map<JumpId, TextState>();

  add(jump: JumpId, state: TextState): void {
    this.#states.set(jump, joinStates(this.#states.get(jump) ?? null, state));
  }

  take(jump: JumpId): TextState {
    const state = this.#states.get(jump) ?? null;
    this.#states.delete(jump);
    return state;
  }
}

export function joinStates(left: TextState, right: TextState): TextState {
  if (left === null || left === right) return right;
  if (right === null) return left;
  const joined = new Map(left);
  for (const [key, extent] of right) joined.set(key, joinExtents(extent, joined.get(key) ?? NO_TEXT));
  return joined;
}

export function isSameState(left: TextState, right: TextState): boolean {
  if (left === null || right === null) return left === right;
  return (
    left.size === right.size && [...left].every(([key, one]) => isSameExtent(one, right.get(key) ?? NO_TEXT))
  );
}
