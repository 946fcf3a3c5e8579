/** The cells of a program's places, made when first asked for. */
import type { HirProgram } from "../../ir/hir.ts";
import type { ArrayId, FieldId, FunctionId, LocalId, SignatureId, StaticId } from "../../ir/ids.ts";
import type { Cell, CellStore } from "./cells.ts";

export class PlaceCells {
  readonly #program: HirProgram;
  readonly #cells: CellStore;
  readonly #parameters = new Map<LocalId, Cell>();
  readonly #locals = new Map<LocalId, Cell>();
  readonly #statics = new Map<StaticId, Cell>();
  readonly #fields = new Map<FieldId, Cell>();
  readonly #elements = new Map<ArrayId, Cell>();
  readonly #lengths = new Map<ArrayId, Cell>();
  readonly #results = new Map<FunctionId, Cell>();
  readonly #signatureParameters = new Map<SignatureId, Map<number, Cell>>();
  readonly #signatureResults = new Map<SignatureId, Cell>();

  readonly #thresholds: readonly number[];

  constructor(program: HirProgram, cells: CellStore, thresholds: readonly number[]) {
    this.#thresholds = thresholds;
    this.#program = program;
    this.#cells = cells;
  }

  /** What direct calls pass. */
  parameter(id: LocalId): Cell {
    return this.#in(this.#parameters, id);
  }

  /** Of a captured local: all it ever holds. */
  local(id: LocalId): Cell {
    return this.#in(this.#locals, id);
  }

  /** What others may find in a static. */
  static(id: StaticId): Cell {
    return this.#in(this.#statics, id);
  }

  field(id: FieldId): Cell {
    return this.#in(this.#fields, id);
  }

  element(id: ArrayId): Cell {
    return this.#in(this.#elements, this.#program.arrayOf(id));
  }

  /** The lengths that arrays of this class get at run time. */
  length(id: ArrayId): Cell {
    return this.#in(this.#lengths, this.#program.arrayOf(id));
  }

  result(id: FunctionId): Cell {
    return this.#in(this.#results, id);
  }

  signatureParameter(id: SignatureId, index: number): Cell {
    const canonical = this.#program.signatureOf(id);
    const parameters = this.#signatureParameters.get(canonical) ?? new Map<number, Cell>();
    this.#signatureParameters.set(canonical, parameters);
    return this.#in(parameters, index);
  }

  signatureResult(id: SignatureId): Cell {
    return this.#in(this.#signatureResults, this.#program.signatureOf(id));
  }

  #in<K>(table: Map<K, Cell>, key: K): Cell {
    const found = table.get(key);
    if (found !== undefined) return found;
    const made = this.#cells.make(this.#thresholds);
    table.set(key, made);
    return made;
  }
}
