/**
 * The unknowns of the analysis and how they grow. A cell holds what flows into
 * one place of the program (a field, a parameter, a loop head, …); functions
 * that read it are analysed again when it grows.
 *
 * Ascending rounds join and widen until nothing changes. Descending sweeps
 * compute all cells afresh from the old ones, which takes back what widening
 * gave away. A recording sweep then checks that the result is stable.
 */

import type { NumberFact } from "../../ir/facts.ts";
import type { FunctionId } from "../../ir/ids.ts";
import { EMPTY, join, STANDARD_THRESHOLDS, widen } from "./fact.ts";

export type Mode = "ascend" | "descend" | "record";

export interface Cell {
  fact: NumberFact;
  /** The fact that a descending sweep is building. */
  next: NumberFact;
  changes: number;
  readonly thresholds: readonly number[];
  readonly readers: Set<FunctionId>;
}

/** Joins without widening, then steps through all thresholds, then through the standard ones, then to infinity. */
const JOINS = 3;
const FINE_STEPS = 9;
const STEPS_MAX = FINE_STEPS + 24;

export class CellStore {
  mode: Mode = "ascend";
  /** A recording sweep met a value that was not covered. */
  isUnstable = false;
  readonly #cells: Cell[] = [];
  readonly #pending = new Set<FunctionId>();

  make(thresholds: readonly number[]): Cell {
    const cell: Cell = { fact: EMPTY, next: EMPTY, changes: 0, thresholds, readers: new Set() };
    this.#cells.push(cell);
    return cell;
  }

  read(cell: Cell, reader: FunctionId): NumberFact {
    cell.readers.add(reader);
    return cell.fact;
  }

  /** The place may also hold these values. */
  contribute(cell: Cell, fact: NumberFact): void {
    if (this.mode === "descend") {
      cell.next = join(cell.next, fact);
      return;
    }
    const grown = join(cell.fact, fact);
    if (grown === cell.fact) return;
    cell.changes += 1;
    cell.fact = cell.changes <= JOINS ? grown : widen(cell.fact, fact, thresholdsFor(cell));
    if (this.mode === "record") this.isUnstable = true;
    for (const reader of cell.readers) this.#pending.add(reader);
  }

  enqueue(id: FunctionId): void {
    this.#pending.add(id);
  }

  takePending(): FunctionId | null {
    for (const id of this.#pending) {
      this.#pending.delete(id);
      return id;
    }
    return null;
  }

  /** Takes over what a descending sweep found; true when that is less than before. */
  finishDescent(): boolean {
    let shrank = false;
    for (const cell of this.#cells) {
      if (join(cell.next, cell.fact) !== cell.next) shrank = true;
      cell.fact = cell.next;
      cell.next = EMPTY;
    }
    return shrank;
  }
}

function thresholdsFor(cell: Cell): readonly number[] {
  if (cell.changes <= FINE_STEPS) return cell.thresholds;
  return cell.changes <= STEPS_MAX ? STANDARD_THRESHOLDS : [];
}
