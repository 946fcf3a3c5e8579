/**
 * What the interpreter needs to know of a function: its variables as numbered
 * slots, its loops with the slots they change, and where it widens to.
 *
 * Slots are the number variables whose value a function knows between two
 * points: its locals (not those that are captured and reassigned), captured
 * locals that never change, and statics. Everything else is a cell.
 */
import type { HirExpr, HirFunction, HirLocal, HirProgram, HirTarget } from "../../ir/hir.ts";
import type { FieldId, FunctionId, LocalId, NodeId, SignatureId, StaticId } from "../../ir/ids.ts";
import { hasNumber } from "../../ir/union-types.ts";
import { defined } from "../../source/assert.ts";
import type { GrowingArrays } from "../growing-arrays.ts";
import type { Cell, CellStore } from "./cells.ts";
import type { PathId } from "./environment.ts";
import { thresholdsWith } from "./fact.ts";
import { buildLoops, type LoopInfo } from "./loop-info.ts";
import type { PlaceCells } from "./place-cells.ts";
import { fieldKey, type SharedKey, staticKey } from "./places.ts";
import type { FieldPlace, FunctionScan, LoopStatement } from "./scan.ts";
import type { EffectTable } from "./shared-effects.ts";
import type { Checks } from "./transfer.ts";

/** A slot whose place others can see or change. */
export interface SharedSlot {
  readonly key: SharedKey;
  /** Of a field: its object. */
  readonly path: PathId | null;
  readonly slot: number;
  /** What others find there. */
  readonly cell: Cell;
}

export interface FunctionInfo {
  readonly function: HirFunction;
  readonly slotCount: number;
  readonly slotOfLocal: ReadonlyMap<LocalId, number>;
  readonly slotOfStatic: ReadonlyMap<StaticId, number>;
  /** `path.field` of stable objects. */
  readonly slotOfField: ReadonlyMap<string, number>;
  /** Statics and fields that others can change between this function's waits and calls. */
  readonly shared: readonly SharedSlot[];
  /** Slots of one field through different objects, which may be the same object. */
  readonly aliases: ReadonlyMap<FieldId, readonly SharedSlot[]>;
  /** Fields of an object that a local names: they change with it. */
  readonly fieldsOfPath: ReadonlyMap<PathId, readonly SharedSlot[]>;
  /** Statics that never change after their initialiser. */
  readonly constant: readonly { readonly static: StaticId; readonly slot: number }[];
  /** Locals of enclosing functions. */
  readonly inherited: readonly { readonly local: LocalId; readonly slot: number }[];
  readonly loops: ReadonlyMap<LoopStatement, LoopInfo>;
  /** Nodes whose value the loop bounds need. */
  readonly watched: ReadonlyMap<NodeId, Cell>;
  /** `x = x + e` and the like: the addition nodes with the target. */
  readonly selfSums: ReadonlyMap<HirExpr, HirTarget>;
}

export interface WholeProgram {
  readonly program: HirProgram;
  readonly growing: GrowingArrays;
  readonly checks: Checks;
  readonly scans: readonly FunctionScan[];
  readonly effects: EffectTable;
  /** Statics that only `main` names: nobody else can see or change them. */
  readonly onlyInMain: ReadonlySet<StaticId>;
  readonly lengthAliases: ReadonlyMap<LocalId, PathId>;
  readonly cells: CellStore;
  readonly places: PlaceCells;
}

export function buildFunctionInfo(whole: WholeProgram, id: FunctionId): FunctionInfo {
  const scan = defined(whole.scans[id], "every function is scanned");
  const slots = new SlotNumbers(whole.program, scan);
  const watched = new Map<NodeId, Cell>();
  const thresholds = thresholdsWith(scan.constants);
  const isMain = id === whole.program.main;
  const statics = [...slots.ofStatic].map(([key, slot]) => ({ static: key, slot }));
  const isReassigned = (key: StaticId): boolean => whole.program.statics[key]?.reassigned === true;
  const sharedStatics = statics
    .filter((each) => isReassigned(each.static) && !(isMain && whole.onlyInMain.has(each.static)))
    .map(({ static: key, slot }) => ({
      key: staticKey(key),
      path: null,
      slot,
      cell: whole.places.static(key),
    }));
  const fields = [...slots.ofField.values()].map((each) => ({
    ...each,
    key: fieldKey(each.field),
    cell: whole.places.field(each.field),
  }));
  const shared = [...sharedStatics, ...fields];
  const watch = (node: HirExpr): Cell => {
    const cell = watched.get(node.id) ?? whole.cells.make(thresholds);
    watched.set(node.id, cell);
    return cell;
  };
  return {
    function: scan.function,
    slotCount: slots.count,
    slotOfLocal: slots.ofLocal,
    slotOfStatic: slots.ofStatic,
    slotOfField: new Map([...slots.ofField].map(([name, { slot }]) => [name, slot])),
    shared,
    aliases: groupBy(fields, (each) => each.field),
    fieldsOfPath: groupBy(fields, (each) => each.path),
    constant: statics.filter((each) => !isReassigned(each.static)),
    inherited: slots.inherited,
    loops: buildLoops({ whole, scan, slots, shared, thresholds, watch }),
    watched,
    selfSums: scan.selfSums,
  };
}

export class SlotNumbers {
  readonly ofLocal = new Map<LocalId, number>();
  readonly ofStatic = new Map<StaticId, number>();
  readonly ofField = new Map<string, FieldPlace & { readonly slot: number }>();
  readonly inherited: { local: LocalId; slot: number }[] = [];
  count = 0;

  constructor(program: HirProgram, scan: FunctionScan) {
    for (const id of scan.locals) this.#addLocal(program.locals[id], scan.function.id);
    for (const id of scan.statics) this.ofStatic.set(id, this.count++);
    for (const [name, place] of scan.fields) this.ofField.set(name, { ...place, slot: this.count++ });
  }

  #addLocal(local: HirLocal | undefined, owner: FunctionId): void {
    if (local === undefined || !hasNumber(local.type) || (local.captured && local.reassigned)) return;
    if (local.owner !== owner) {
      if (local.reassigned) return;
      this.inherited.push({ local: local.id, slot: this.count });
    }
    this.ofLocal.set(local.id, this.count++);
  }

  /** All slots that a store to a target changes: another object may be the same. */
  changedBy(target: HirTarget): number[] {
    if (target.kind === "field") {
      return [...this.ofField.values()]
        .filter((each) => each.field === target.field)
        .map((each) => each.slot);
    }
    const slot = this.ofTarget(target);
    return slot === null ? [] : [slot];
  }

  /** The variable that a target is. */
  ofTarget(target: HirTarget): number | null {
    if (target.kind === "local") return this.ofLocal.get(target.local) ?? null;
    return target.kind === "static" ? (this.ofStatic.get(target.static) ?? null) : null;
  }
}

/** The statics and fields that calls in a loop may change. */
export function changedByCalls(
  whole: WholeProgram,
  loop: { readonly calls: ReadonlySet<FunctionId>; readonly closureCalls: ReadonlySet<SignatureId> },
): Set<SharedKey> {
  const result = new Set<SharedKey>();
  for (const id of loop.calls) for (const key of whole.effects.ofCall(id).writes) result.add(key);
  for (const id of loop.closureCalls)
    for (const key of whole.effects.ofClosureCall(id).writes) result.add(key);
  return result;
}

function groupBy<K, T>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
