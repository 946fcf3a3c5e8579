/**
 * One run over a function's body: the state that statements and expressions
 * share, and the only door to its variables and to the program's places.
 */

import type { NumberFact } from "../../ir/facts.ts";
import type { HirExpr, HirLocal, HirTarget, HirType } from "../../ir/hir.ts";
import type { ArrayId, FunctionId, JumpId, LocalId, NodeId, StaticId } from "../../ir/ids.ts";
import { defined } from "../../source/assert.ts";
import type { Cell } from "./cells.ts";
import {
  type Environment,
  getSlot,
  joinEnvironments,
  makeEnvironment,
  type Slot,
  setSlot,
} from "./environment.ts";
import { EMPTY, isEmpty, join, meet } from "./fact.ts";
import type { FunctionInfo, WholeProgram } from "./function-info.ts";
import type { PlaceCells } from "./place-cells.ts";
import type { Recorder } from "./recorder.ts";
import type { ImpureMarks } from "./scan.ts";
import type { StaticEffects } from "./static-effects.ts";
import { storedFact } from "./transfer.ts";

export interface Analysis extends WholeProgram {
  readonly places: PlaceCells;
  readonly recorder: Recorder;
  readonly impure: ImpureMarks;
  arrayLength(id: ArrayId): { readonly lo: number; readonly hi: number };
  /** The function may run: it is analysed now or later. */
  reach(id: FunctionId): void;
}

export class FunctionPass {
  readonly analysis: Analysis;
  readonly info: FunctionInfo;
  /** null: this point is not reachable. */
  environment: Environment | null;
  /** Bounds of the accumulators of the loops around this point. */
  limits: ReadonlyMap<number, NumberFact> = new Map();
  readonly #breaks = new Map<JumpId, Environment | null>();
  readonly #continues = new Map<JumpId, Environment | null>();

  constructor(analysis: Analysis, info: FunctionInfo) {
    this.analysis = analysis;
    this.info = info;
    this.environment = makeEnvironment(info.slotCount);
    for (const { static: id, slot } of [...info.shared, ...info.constant]) {
      this.#setSlot(slot, { fact: this.read(analysis.places.static(id)), below: null, dirty: false });
    }
    for (const { local, slot } of info.inherited) {
      this.#setSlot(slot, { fact: this.read(analysis.places.local(local)), below: null, dirty: false });
    }
    info.function.parameters.forEach((id, index) => {
      this.#enterParameter(id, index);
    });
  }

  #enterParameter(id: LocalId, index: number): void {
    const { places, checks } = this.analysis;
    const { type } = this.localInfo(id);
    if (type.kind !== "number") return;
    const { signature } = this.info.function;
    const direct = this.read(places.parameter(id));
    const indirect = signature === null ? EMPTY : this.read(places.signatureParameter(signature, index));
    this.storeLocal(id, join(direct, storedFact(type, indirect, checks)));
  }

  read(cell: Cell): NumberFact {
    return this.analysis.cells.read(cell, this.info.function.id);
  }

  contribute(cell: Cell, fact: NumberFact): void {
    this.analysis.cells.contribute(cell, fact);
  }

  localInfo(id: LocalId): HirLocal {
    return defined(this.analysis.program.locals[id], "a local is in its table");
  }

  // Variables.

  slot(index: number): Slot | null {
    return this.environment === null ? null : getSlot(this.environment, index);
  }

  slotOf(target: HirTarget): number | null {
    if (target.kind === "local") return this.info.slotOfLocal.get(target.local) ?? null;
    return target.kind === "static" ? (this.info.slotOfStatic.get(target.static) ?? null) : null;
  }

  #setSlot(index: number, slot: Slot): void {
    if (this.environment !== null) this.environment = setSlot(this.environment, index, slot);
  }

  readLocal(id: LocalId): NumberFact {
    const slot = this.info.slotOfLocal.get(id);
    if (slot !== undefined) return this.slot(slot)?.fact ?? EMPTY;
    return this.localInfo(id).captured ? this.read(this.analysis.places.local(id)) : EMPTY;
  }

  readStatic(id: StaticId): NumberFact {
    const slot = this.info.slotOfStatic.get(id);
    return slot === undefined ? EMPTY : (this.slot(slot)?.fact ?? EMPTY);
  }

  /** Returns what the local then holds. */
  storeLocal(id: LocalId, value: NumberFact): NumberFact {
    const local = this.localInfo(id);
    if (local.type.kind !== "number" || this.environment === null) return value;
    const fact = storedFact(local.type, value, this.analysis.checks);
    const slot = this.info.slotOfLocal.get(id);
    if (slot !== undefined) this.#setSlot(slot, { fact, below: null, dirty: false });
    if (local.captured) this.contribute(this.analysis.places.local(id), fact);
    this.analysis.recorder.setLocal(id, fact);
    return fact;
  }

  storeStatic(id: StaticId, value: NumberFact): NumberFact {
    const variable = defined(this.analysis.program.statics[id], "a static is in its table");
    if (variable.type.kind !== "number" || this.environment === null) return value;
    const fact = storedFact(variable.type, value, this.analysis.checks);
    const slot = this.info.slotOfStatic.get(id);
    if (slot !== undefined) this.#setSlot(slot, { fact, below: null, dirty: true });
    if (!variable.reassigned) this.contribute(this.analysis.places.static(id), fact);
    this.analysis.recorder.setStatic(id, fact);
    return fact;
  }

  /** Stores into a place that is no variable. */
  storeCell(cell: Cell, type: HirType, value: NumberFact): NumberFact {
    if (type.kind !== "number" || this.environment === null) return value;
    const fact = storedFact(type, value, this.analysis.checks);
    this.contribute(cell, fact);
    return fact;
  }

  /** `fact` within what the loops around allow the slot to reach. */
  limit(slot: number | null, fact: NumberFact): NumberFact {
    const limit = slot === null ? undefined : this.limits.get(slot);
    return limit === undefined || isEmpty(fact) ? fact : meet(fact, limit);
  }

  // Statics, as others see them.

  /** Others run here: they see our stores and may store themselves. */
  yieldTo(effects: StaticEffects | "everyone"): void {
    for (const { static: id, slot } of this.info.shared) {
      const writes = effects === "everyone" || effects.writes.has(id);
      if (writes) this.refresh(id, slot);
      else if (effects.reads.has(id)) this.publish(id, slot);
    }
  }

  /** Others see what we stored, and we what they did. */
  refresh(id: StaticId, slot: number): void {
    this.publish(id, slot);
    const fact = this.read(this.analysis.places.static(id));
    this.#setSlot(slot, { fact, below: null, dirty: false });
  }

  /** The function ends here. */
  publishAll(): void {
    for (const { static: id, slot } of this.info.shared) this.publish(id, slot);
  }

  publish(id: StaticId, index: number): void {
    const slot = this.slot(index);
    if (slot === null || !slot.dirty) return;
    this.contribute(this.analysis.places.static(id), slot.fact);
    this.#setSlot(index, { ...slot, dirty: false });
  }

  // Jumps.

  jump(kind: "break" | "continue", id: JumpId): void {
    const table = kind === "break" ? this.#breaks : this.#continues;
    table.set(id, joinEnvironments(table.get(id) ?? null, this.environment));
    this.environment = null;
  }

  /** Jumps to here arrive. */
  arrive(kind: "break" | "continue", id: JumpId): void {
    const table = kind === "break" ? this.#breaks : this.#continues;
    this.environment = joinEnvironments(this.environment, table.get(id) ?? null);
    table.delete(id);
  }

  // Results.

  observe(node: HirExpr, fact: NumberFact): void {
    this.analysis.recorder.setNode(node.id, fact);
    const watched = this.info.watched.get(node.id);
    if (watched !== undefined) this.contribute(watched, fact);
  }

  isImpure(id: NodeId): boolean {
    return this.analysis.impure[id] === 1;
  }
}
