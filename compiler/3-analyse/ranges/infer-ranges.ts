/**
 * Proves which numbers every place and expression of a whole program may hold.
 *
 * Interprocedural abstract interpretation: functions run over facts instead of
 * values; what flows between them is joined in cells, with widening, until
 * nothing changes; some sweeps narrow the result; a last sweep records it and
 * checks that it is stable.
 *
 * Needs:      verified HIR.
 * Guarantees: every value that a run without panic computes is in its fact.
 *             Nodes that cannot be reached, and places nothing is stored to,
 *             have the empty fact (lo > hi, not nan). Nodes that store into a
 *             sized place hold the value before its range check.
 * Reports:    nothing.
 */

import type { BigintFacts, NumberFacts } from "../../ir/facts.ts";
import type { HirProgram } from "../../ir/hir.ts";
import type { ArrayId, FunctionId, NodeId, StaticId } from "../../ir/ids.ts";
import { defined } from "../../source/assert.ts";
import { containsBigints, NO_BIGINTS } from "../bigints/contains-bigints.ts";
import { type BigintOptions, inferBigints } from "../bigints/infer-bigints.ts";
import { findGrowingArrays } from "../growing-arrays.ts";
import { inferArrayLengths, joinLengths, LENGTH_MAX, type LengthRange } from "./array-lengths.ts";
import { CellStore } from "./cells.ts";
import { executeStatements } from "./execute.ts";
import { isEmpty, thresholdsWith } from "./fact.ts";
import { buildFunctionInfo, type FunctionInfo, type WholeProgram } from "./function-info.ts";
import { type Analysis, FunctionPass } from "./function-pass.ts";
import { PlaceCells } from "./place-cells.ts";
import { Recorder } from "./recorder.ts";
import { type FunctionScan, scanFunction } from "./scan.ts";
import { computeSharedEffects } from "./shared-effects.ts";
import type { Checks } from "./transfer.ts";

export interface RangeOptions {
  readonly checks: Checks;
  /** The most elements that growth gives to an array of the class; without it no array grows. */
  readonly capacity?: (id: ArrayId) => number;
  /** The greatest length of what an `arrayNew` makes. */
  readonly lengthLimit?: (node: NodeId) => number;
}

export function inferRanges(program: HirProgram, options: RangeOptions): NumberFacts {
  return new RangeInference(program, options).run();
}

/** A new function is analysed at its first call; deeper than this, later. */
const NESTED_CALLS_MAX = 40;
/** Each sweep takes back widening one step further along a chain of dependent facts. */
const DESCENTS_MAX = 8;

class RangeInference {
  readonly #analysis: Analysis;
  readonly #whole: WholeProgram;
  readonly #infos = new Map<FunctionId, FunctionInfo>();
  readonly #reached = new Set<FunctionId>();
  #nesting = 0;

  constructor(
    program: HirProgram,
    { checks, capacity = () => 0, lengthLimit = () => LENGTH_MAX }: RangeOptions,
  ) {
    const impure = new Uint8Array(program.nodeCount);
    const growing = findGrowingArrays(program);
    const scans = program.functions.map((fn) => scanFunction(program, fn, impure, growing));
    const cells = new CellStore();
    this.#whole = {
      program,
      growing,
      checks,
      scans,
      cells,
      places: new PlaceCells(program, cells, thresholdsWith(scans.flatMap((scan) => [...scan.limits]))),
      effects: computeSharedEffects(program, scans),
      onlyInMain: staticsOnlyInMain(program, scans),
      lengthAliases: new Map(scans.flatMap((scan) => [...scan.lengthAliases])),
    };
    this.#analysis = {
      ...this.#whole,
      impure,
      bigints: this.#bigints(null),
      recorder: new Recorder(program.nodeCount),
      lengths: inferArrayLengths(program, growing, capacity),
      capacity,
      lengthLimit,
      reach: (id) => this.#reach(id),
    };
  }

  run(): NumberFacts {
    const { cells } = this.#whole;
    this.#ascend();
    for (let round = 0; round < DESCENTS_MAX; round += 1) {
      cells.mode = "descend";
      this.#sweep();
      if (!cells.finishDescent()) break;
    }
    do {
      cells.mode = "ascend";
      this.#settle();
      cells.mode = "record";
      cells.isUnstable = false;
      this.#analysis.recorder.start();
      this.#sweep();
      this.#analysis.recorder.isOn = false;
    } while (cells.isUnstable);
    return this.#facts();
  }

  #ascend(): void {
    this.#whole.cells.mode = "ascend";
    this.#reach(this.#whole.program.main);
    this.#settle();
  }

  #settle(): void {
    for (;;) {
      const next = this.#whole.cells.takePending();
      if (next === null) return;
      // What an earlier, wider round reached may now be out of reach.
      if (this.#reached.has(next)) this.#runFunction(next);
    }
  }

  /** Runs every reachable function once. */
  #sweep(): void {
    this.#reached.clear();
    this.#reached.add(this.#whole.program.main);
    for (const id of this.#reached) this.#runFunction(id);
  }

  #reach(id: FunctionId): void {
    if (this.#reached.has(id)) return;
    this.#reached.add(id);
    if (this.#whole.cells.mode !== "ascend") return;
    if (this.#nesting < NESTED_CALLS_MAX) this.#runFunction(id);
    else this.#whole.cells.enqueue(id);
  }

  #runFunction(id: FunctionId): void {
    this.#nesting += 1;
    const pass = new FunctionPass(this.#analysis, this.#info(id));
    executeStatements(pass, pass.info.function.body);
    pass.publishAll();
    this.#nesting -= 1;
  }

  #info(id: FunctionId): FunctionInfo {
    const found = this.#infos.get(id);
    if (found !== undefined) return found;
    const made = buildFunctionInfo(this.#whole, id);
    this.#infos.set(id, made);
    return made;
  }

  #bigints(numbers: BigintOptions["numbers"]): BigintFacts {
    const { program, checks } = this.#whole;
    return containsBigints(program) ? inferBigints(program, { checks, numbers }) : NO_BIGINTS;
  }

  #arrayLength(id: ArrayId): LengthRange {
    const length = joinLengths(this.#analysis, id, () => this.#whole.places.length(id).fact);
    return isEmpty(length) ? { lo: 0, hi: 0 } : length;
  }

  #facts(): NumberFacts {
    const { places, recorder } = this.#analysis;
    return {
      bigints: this.#bigints((id) => recorder.node(id)),
      node: (id) => recorder.node(id),
      local: (id) => recorder.local(id),
      static: (id) => recorder.static(id),
      field: (id) => recorder.field(id),
      element: (id) => places.element(id).fact,
      result: (id) => places.result(id).fact,
      signatureParameter: (id, index) => places.signatureParameter(id, index).fact,
      signatureResult: (id) => places.signatureResult(id).fact,
      isCheckedSum: (id) => recorder.isCheckedSum(id),
      arrayLength: (id) => this.#arrayLength(id),
      isIndexInBounds: (id) => recorder.isInBounds(id),
    };
  }
}

function staticsOnlyInMain(program: HirProgram, scans: readonly FunctionScan[]): Set<StaticId> {
  const main = defined(scans[program.main], "main is a function");
  const elsewhere = new Set(scans.filter((scan) => scan !== main).flatMap((scan) => [...scan.statics]));
  return new Set([...main.statics].filter((id) => !elsewhere.has(id)));
}
