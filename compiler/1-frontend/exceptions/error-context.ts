/** The ways out of a piece of code, for errors and for jumps that a `finally` is in the way of. */
import type { JumpId, LocalId } from "../../ir/ids.ts";

export type Exit =
  | { readonly kind: "return" }
  | { readonly kind: "break" | "continue"; readonly jump: JumpId };

/** Where code stands: the ways out of it, innermost first. */
export type Context =
  | { readonly kind: "function" }
  | { readonly kind: "catch"; readonly jump: JumpId; readonly outer: Context; isUsed: boolean }
  | Barrier;

export interface Barrier {
  readonly kind: "finally";
  readonly jump: JumpId;
  readonly outer: Context;
  /** Holds the number of the exit to go on with, from 1. */
  readonly code: LocalId;
  readonly exits: Exit[];
  /** Holds what a `return` returns when the `finally` has run. */
  result: LocalId | null;
  isThrownInto: boolean;
}

export function isSameExit(one: Exit, other: Exit): boolean {
  if (one.kind === "return" || other.kind === "return") return one.kind === other.kind;
  return one.kind === other.kind && one.jump === other.jump;
}

/** The innermost `finally` between here and the context; null for the way out of the function. */
export function finallyWithin(from: Context, to: Context | null): Barrier | null {
  for (let at = from; at !== to && at.kind !== "function"; at = at.outer)
    if (at.kind === "finally") return at;
  return null;
}
