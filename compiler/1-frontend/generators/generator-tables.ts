/** What the front end knows of generators: their classes, the functions that make and continue them, and lib types. */
import type { ts } from "ts-morph";
import type { HirExpr } from "../../ir/hir.ts";
import type { ClassId, FieldId, FunctionId, LocalId } from "../../ir/ids.ts";

/**
 * A generator function makes an object of a class of its own. `step` runs its body
 * to the next `yield` (true) or to the end (false).
 */
export interface GeneratorInfo {
  readonly class: ClassId;
  readonly creator: FunctionId;
  readonly step: FunctionId;
  /** The parameter of `step`. */
  readonly self: LocalId;
  /** Where the body goes on: 0 at its start, DONE, RUNNING, or the number of a `yield`. */
  readonly state: FieldId;
  /** Why it goes on at a `yield`: EXIT_NONE, EXIT_RETURN or EXIT_THROW; null where nothing in the body could tell. */
  readonly exit: FieldId | null;
  /** What `throw(e)` passes; null where the program never calls it. */
  readonly error: FieldId | null;
  readonly result: FieldId | null;
  /** Variables of the body that start with what a field got when the generator was made. */
  readonly given: Map<LocalId, FieldId>;
}

export const DONE = 0xffff;
export const RUNNING = 0xfffe;
export const EXIT_NONE = 0;
export const EXIT_RETURN = 1;
export const EXIT_THROW = 2;

export interface Generators {
  readonly byClass: Map<ClassId, GeneratorInfo>;
  readonly byCreator: Map<FunctionId, GeneratorInfo>;
  /** Classes of `Generator<T, R, N>`, `Iterator<T>`, `Iterable<T>` by the layout of their arguments. */
  readonly types: Map<string, ClassId>;
  /** Those that are iterators themselves. */
  readonly iterators: Set<ClassId>;
  /** `Iterable<T>`: the class of the iterators it gives. */
  readonly iterables: Map<ClassId, ClassId>;
  /** Classes of `IteratorResult<T, R>`. */
  readonly results: Set<ClassId>;
  /** Members that the compiler wrote, by class and name. */
  readonly made: Map<string, FunctionId>;
  /** Where a declaration of the program may see an error of `throw(e)`; null: not asked yet. */
  throwsInto: boolean | null;
  hasTry: boolean | null;
  asksNext: boolean | null;
  /** The declarations they come from. */
  readonly nodes: Map<ClassId, ts.Node>;
  /** Variables of written walks that hold a generator which nobody else knows. */
  readonly owned: Set<LocalId>;
}

export function createGenerators(): Generators {
  return {
    byClass: new Map(),
    byCreator: new Map(),
    types: new Map(),
    iterators: new Set(),
    iterables: new Map(),
    results: new Set(),
    made: new Map(),
    throwsInto: null,
    hasTry: null,
    asksNext: null,
    nodes: new Map(),
    owned: new Set(),
  };
}

/** A generator, or an object of a type of JavaScript's iteration: TypeScript narrows none of them. */
export function isIteration(b: WithGenerators, id: ClassId): boolean {
  const { byClass, iterators, iterables, results } = b.families.generators;
  return byClass.has(id) || iterators.has(id) || iterables.has(id) || results.has(id);
}

/** `value` of an IteratorResult: undefined once all is done, whatever TypeScript says. */
export function isResultValue(b: WithGenerators, value: HirExpr): boolean {
  return (
    value.kind === "field" &&
    value.object.type.kind === "object" &&
    b.families.generators.results.has(value.object.type.class) &&
    value.type.kind === "union"
  );
}

interface WithGenerators {
  readonly families: { readonly generators: Generators };
}

/** The function that has the body of a declaration: of a generator, the one that continues it. */
export function bodyOf(b: WithGenerators, id: FunctionId): FunctionId {
  return b.families.generators.byCreator.get(id)?.step ?? id;
}
