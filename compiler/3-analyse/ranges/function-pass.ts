/**
 * One run over a function's body: the state that statements and expressions
 * share, and the only door to its variables and to the program's places.
 */

import type { BigintFacts, NumberFact } from "../../ir/facts.ts";
import type { HirExpr, HirLocal, HirTarget, HirType } from "../../ir/hir.ts";
import type { ArrayId, FieldId, FunctionId, JumpId, LocalId, NodeId, StaticId } from "../../ir/ids.ts";
import { hasArm, hasNumber } from "../../ir/union-types.ts";
import { defined } from "../../source/assert.ts";
import { joinLengths, type LengthWorld } from "./array-lengths.ts";
import type { Cell } from "./cells.ts";
import {
  type Environment,
  forgetPaths,
  getSlot,
  joinEnvironments,
  makeEnvironment,
  type Slot,
  setSlot,
} from "./environment.ts";
import { EMPTY, isEmpty, isSame, join, meet } from "./fact.ts";
import type { FunctionInfo, SharedSlot, WholeProgram } from "./function-info.ts";
import { arrayOfPath, localPath, pathOf, shrunkClasses } from "./places.ts";
import type { Recorder } from "./recorder.ts";
import type { ImpureMarks } from "./scan.ts";
import type { SharedEffects } from "./shared-effects.ts";
import { storedFact } from "./transfer.ts";

export interface Analysis extends WholeProgram, LengthWorld {
  /** Enough of bigints to know what numbers are made of them. */
  readonly bigints: BigintFacts;
  readonly recorder: Recorder;
  readonly impure: ImpureMarks;
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
    for (const { slot, cell } of info.shared) this.#enterSlot(slot, cell);
    for (const { static: id, slot } of info.constant) this.#enterSlot(slot, analysis.places.static(id));
    for (const { local, slot } of info.inherited) {
      this.#enterSlot(slot, analysis.places.local(local));
    }
    info.function.parameters.forEach((id, index) => {
      this.#enterParameter(id, index);
    });
  }

  #enterSlot(slot: number, cell: Cell): void {
    this.#setSlot(slot, { fact: this.read(cell), below: null, dirty: false });
  }

  #enterParameter(id: LocalId, index: number): void {
    const { places, checks } = this.analysis;
    const { type } = this.localInfo(id);
    if (!hasNumber(type)) return;
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
    if (target.kind === "static") return this.info.slotOfStatic.get(target.static) ?? null;
    if (target.kind === "element") return null;
    const path = pathOf(this.analysis.program, target.object);
    return path === null ? null : (this.info.slotOfField.get(`${path}.${target.field}`) ?? null);
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
    if (!hasNumber(local.type) || this.environment === null) return value;
    const fact = storedFact(local.type, value, this.analysis.checks);
    const slot = this.info.slotOfLocal.get(id);
    if (slot !== undefined) this.#setSlot(slot, { fact, below: null, dirty: false });
    if (local.captured) this.contribute(this.analysis.places.local(id), fact);
    this.analysis.recorder.setLocal(id, fact);
    return fact;
  }

  /** Both locals hold one value, until either is stored to. */
  noteCopy(to: LocalId, from: LocalId): void {
    const target = this.info.slotOfLocal.get(to);
    const origin = this.info.slotOfLocal.get(from);
    if (target === undefined || origin === undefined || this.environment === null) return;
    const { type } = this.localInfo(to);
    if (type.kind === "number" && type.sized === "f32") return; // may round
    const copied = getSlot(this.environment, target);
    const known = getSlot(this.environment, origin);
    if (!isSame(copied.fact, known.fact)) return; // converted on the way
    const source = known.source ?? { name: "copied value" };
    this.#setSlot(origin, { ...known, source });
    this.#setSlot(target, { ...copied, source });
  }

  storeStatic(id: StaticId, value: NumberFact): NumberFact {
    const variable = defined(this.analysis.program.statics[id], "a static is in its table");
    if (!hasNumber(variable.type) || this.environment === null) return value;
    const fact = storedFact(variable.type, value, this.analysis.checks);
    const slot = this.info.slotOfStatic.get(id);
    if (slot !== undefined) this.#setSlot(slot, { fact, below: null, dirty: true });
    if (!variable.reassigned) this.contribute(this.analysis.places.static(id), fact);
    this.analysis.recorder.setStatic(id, fact);
    return fact;
  }

  readField(target: Extract<HirTarget, { kind: "field" }>): NumberFact {
    const slot = this.slotOf(target);
    if (slot !== null) return this.slot(slot)?.fact ?? EMPTY;
    // Some object: perhaps one whose field we stored to.
    for (const alias of this.info.aliases.get(target.field) ?? []) this.publish(alias);
    return this.read(this.analysis.places.field(target.field));
  }

  storeField(target: Extract<HirTarget, { kind: "field" }>, value: NumberFact): NumberFact {
    const { type } = defined(this.analysis.program.fields[target.field], "a field is in its table");
    if (!hasNumber(type) || this.environment === null) return value;
    const fact = storedFact(type, value, this.analysis.checks);
    this.analysis.recorder.setField(target.field, fact);
    const stored = this.slotOf(target);
    if (stored === null) this.contribute(this.analysis.places.field(target.field), fact);
    else this.#setSlot(stored, { fact, below: null, dirty: true });
    for (const alias of this.info.aliases.get(target.field) ?? []) {
      if (alias.slot !== stored) this.#mayHold(alias.slot, fact);
    }
    return fact;
  }

  /** Another name of the same object may have stored it. */
  #mayHold(index: number, fact: NumberFact): void {
    const slot = this.slot(index);
    if (slot !== null) this.#setSlot(index, { fact: join(slot.fact, fact), below: null, dirty: slot.dirty });
  }

  /** A field of a new object, which has no other name yet. */
  initialiseField(id: FieldId, value: NumberFact): void {
    const { type } = defined(this.analysis.program.fields[id], "a field is in its table");
    if (!hasNumber(type) || this.environment === null) return;
    this.analysis.recorder.setField(id, this.storeCell(this.analysis.places.field(id), type, value));
  }

  /** The local now names another object, array or string. */
  rebind(local: LocalId): void {
    if (this.environment === null) return;
    const path = localPath(local);
    const { type } = this.localInfo(local);
    if (hasArm(type, "array") || hasArm(type, "string"))
      this.environment = forgetPaths(this.environment, (each) => each === path);
    if (hasArm(type, "object")) this.refresh(this.info.fieldsOfPath.get(path) ?? []);
  }

  /** Stores into a place that is no variable. */
  storeCell(cell: Cell, type: HirType, value: NumberFact): NumberFact {
    if (!hasNumber(type) || this.environment === null) return value;
    const fact = storedFact(type, value, this.analysis.checks);
    this.contribute(cell, fact);
    return fact;
  }

  /** The lengths that arrays of a class may have; empty when none is made. */
  arrayLength(id: ArrayId): NumberFact {
    return joinLengths(this.analysis, id, () => this.read(this.analysis.places.length(id)));
  }

  /** Arrays of these classes may be shorter now. */
  forgetShrunk(classes: Iterable<ArrayId> | "all"): void {
    if (this.environment === null) return;
    const { program, growing } = this.analysis;
    const ids = classes === "all" ? null : new Set([...classes].map((id) => program.arrayOf(id)));
    if (ids !== null && ids.size === 0) return;
    this.environment = forgetPaths(this.environment, (path) => {
      const id = arrayOfPath(program, path);
      return id !== null && (ids === null ? growing.shrinks(id) : ids.has(id));
    });
  }

  /** `fact` within what the loops around allow the slot to reach. */
  limit(slot: number | null, fact: NumberFact): NumberFact {
    const limit = slot === null ? undefined : this.limits.get(slot);
    return limit === undefined || isEmpty(fact) ? fact : meet(fact, limit);
  }

  // Statics and fields, as others see them.

  /** Others run here: they see our stores and may store themselves. */
  yieldTo(effects: SharedEffects | "everyone"): void {
    const { shared } = this.info;
    if (effects === "everyone") {
      this.forgetShrunk("all");
      this.refresh(shared);
      return;
    }
    this.forgetShrunk(shrunkClasses(effects.writes));
    for (const each of shared) if (effects.reads.has(each.key)) this.publish(each);
    this.refresh(shared.filter((each) => effects.writes.has(each.key)));
  }

  /** Others see what we stored, and we what they did. */
  refresh(slots: readonly SharedSlot[]): void {
    // All publish first: slots of one field may be the same place.
    const keys = new Set(slots.map((each) => each.key));
    for (const each of this.info.shared) if (keys.has(each.key)) this.publish(each);
    for (const { slot, cell } of slots) this.#enterSlot(slot, cell);
  }

  /** The function ends here. */
  publishAll(): void {
    for (const each of this.info.shared) this.publish(each);
  }

  publish({ slot: index, cell }: SharedSlot): void {
    const slot = this.slot(index);
    if (slot === null || !slot.dirty) return;
    this.contribute(cell, slot.fact);
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
