/**
 * What is known of a function's variables at one point of it: a persistent
 * array of slots in pages, so that branches share what they do not change and
 * a join looks only at pages that differ.
 */
import type { NumberFact } from "../../ir/facts.ts";
import { invariant } from "../../source/assert.ts";
import { EMPTY, join } from "./fact.ts";

/** A stable array or object: a local or static that is never reassigned. */
export type PathId = number & { readonly __id: "path" };

export interface Slot {
  readonly fact: NumberFact;
  /** The value is less than the length of this array; null: not known. */
  readonly below: PathId | null;
  /** A static or field that was stored since others last saw it. */
  readonly dirty: boolean;
  /** Slots with the same source hold the same value: one was copied to the other. */
  readonly source?: ValueSource | undefined;
}

/** A value that is in several variables; compared by identity. */
export interface ValueSource {
  readonly name: "copied value";
}

export const UNSET: Slot = { fact: EMPTY, below: null, dirty: false };

const PAGE = 16;
type Page = readonly Slot[];
export type Environment = readonly Page[];

export function makeEnvironment(slotCount: number): Environment {
  const page: Page = new Array<Slot>(PAGE).fill(UNSET);
  return new Array<Page>(Math.ceil(slotCount / PAGE)).fill(page);
}

export function getSlot(environment: Environment, index: number): Slot {
  const slot = environment[Math.floor(index / PAGE)]?.[index % PAGE];
  invariant(slot !== undefined, "a slot is outside its environment");
  return slot;
}

export function setSlot(environment: Environment, index: number, slot: Slot): Environment {
  const pageIndex = Math.floor(index / PAGE);
  const page = environment[pageIndex];
  invariant(page !== undefined, "a slot is outside its environment");
  return environment.with(pageIndex, page.with(index % PAGE, slot));
}

/** null: not reachable. */
export function joinEnvironments(a: Environment | null, b: Environment | null): Environment | null {
  if (a === null || a === b) return b;
  if (b === null) return a;
  return a.map((page, index) => joinPages(page, b[index] ?? page));
}

function joinPages(a: Page, b: Page): Page {
  return a === b ? a : a.map((slot, index) => joinSlots(slot, b[index] ?? slot));
}

export function joinSlots(a: Slot, b: Slot): Slot {
  if (a === b) return a;
  const fact = join(a.fact, b.fact);
  const below = a.below === b.below ? a.below : null;
  const dirty = a.dirty || b.dirty;
  const source = a.source === b.source ? a.source : undefined;
  if (fact === a.fact && below === a.below && dirty === a.dirty && source === a.source) return a;
  return { fact, below, dirty, source };
}

/** Forgets what is known relative to these arrays: their names mean others now, or they became shorter. */
export function forgetPaths(environment: Environment, isGone: (path: PathId) => boolean): Environment {
  const isStale = (slot: Slot): boolean => slot.below !== null && isGone(slot.below);
  const forget = (slot: Slot): Slot => (isStale(slot) ? { ...slot, below: null } : slot);
  return environment.map((page) => (page.some(isStale) ? page.map(forget) : page));
}
