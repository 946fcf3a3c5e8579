/** What the recording sweep writes down: the join over every evaluation of a node and every store into a variable. */

import type { NumberFact } from "../../ir/facts.ts";
import type { FieldId, LocalId, NodeId, StaticId } from "../../ir/ids.ts";
import { EMPTY, join } from "./fact.ts";

export class Recorder {
  isOn = false;
  readonly #nodes: (NumberFact | undefined)[];
  readonly #locals = new Map<LocalId, NumberFact>();
  readonly #statics = new Map<StaticId, NumberFact>();
  readonly #fields = new Map<FieldId, NumberFact>();
  readonly #checkedSums = new Set<NodeId>();
  readonly #inBounds = new Map<NodeId, boolean>();

  constructor(nodeCount: number) {
    this.#nodes = new Array<NumberFact | undefined>(nodeCount).fill(undefined);
  }

  start(): void {
    this.isOn = true;
    this.#nodes.fill(undefined);
    this.#locals.clear();
    this.#statics.clear();
    this.#fields.clear();
    this.#checkedSums.clear();
    this.#inBounds.clear();
  }

  setNode(id: NodeId, fact: NumberFact): void {
    if (!this.isOn) return;
    this.#nodes[id] = join(this.#nodes[id] ?? EMPTY, fact);
  }

  setLocal(id: LocalId, fact: NumberFact): void {
    if (this.isOn) this.#locals.set(id, join(this.local(id), fact));
  }

  setStatic(id: StaticId, fact: NumberFact): void {
    if (this.isOn) this.#statics.set(id, join(this.static(id), fact));
  }

  setField(id: FieldId, fact: NumberFact): void {
    if (this.isOn) this.#fields.set(id, join(this.field(id), fact));
  }

  setCheckedSum(id: NodeId): void {
    if (this.isOn) this.#checkedSums.add(id);
  }

  setInBounds(id: NodeId, proven: boolean): void {
    if (this.isOn) this.#inBounds.set(id, proven && this.#inBounds.get(id) !== false);
  }

  node(id: NodeId): NumberFact {
    return this.#nodes[id] ?? EMPTY;
  }

  local(id: LocalId): NumberFact {
    return this.#locals.get(id) ?? EMPTY;
  }

  static(id: StaticId): NumberFact {
    return this.#statics.get(id) ?? EMPTY;
  }

  field(id: FieldId): NumberFact {
    return this.#fields.get(id) ?? EMPTY;
  }

  isCheckedSum(id: NodeId): boolean {
    return this.#checkedSums.has(id);
  }

  isInBounds(id: NodeId): boolean {
    return this.#inBounds.get(id) === true;
  }
}
