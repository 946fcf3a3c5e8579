/**
 * Whether pools whose slots are counted from the places that can refer to them
 * have a size: no slot may contain a place that refers into a pool that, by such
 * steps, contains it; and no function that calls itself may hold such references.
 * The lowering counts by the same types (`ir/counted-types.ts`).
 */
import type { HirExpr, HirProgram, HirType } from "../ir/hir.ts";
import type { FieldId, FunctionId } from "../ir/ids.ts";
import { armsOf } from "../ir/union-types.ts";
import { walkStatements } from "../ir/walk-hir.ts";
import type { Allocations, Origin } from "./allocations.ts";

/** What a place of one of these types holds may point into the slot. */
type Keys = ReadonlySet<string>;

export class PooledTypes {
  readonly #program: HirProgram;
  /** References that are seen as others: arrays as bytes, objects as what a closure captured. */
  readonly #aliases = new Map<string, Set<string>>();
  #recursive: Keys | null = null;

  constructor(program: HirProgram) {
    this.#program = program;
    for (const fn of program.functions)
      walkStatements(fn.body, { expression: (node) => this.#noteAlias(node) });
  }

  /** The pool of an origin has a size, beside those that have been given already. */
  hasSize(allocations: Allocations, given: readonly Origin[], origin: Origin): boolean {
    this.#recursive ??= this.#heldBy(allocations.recursive);
    const { inlineFields } = allocations;
    const slots = [...given, origin].map((one) => ({
      keys: this.#slotKeys(inlineFields, one),
      held: this.#contents(inlineFields, one),
    }));
    const own = slots.at(-1)?.keys ?? new Set();
    if ([...own].some((key) => this.#recursive?.has(key))) return false;
    // Whoever contains a reference into the slot, or into a slot that does, and so on.
    const reached = new Set<number>();
    const wanted = new Set<string>(own);
    for (let size = -1; size !== wanted.size; ) {
      size = wanted.size;
      slots.forEach(({ keys, held }, index) => {
        if (reached.has(index) || ![...held].some((key) => wanted.has(key))) return;
        reached.add(index);
        for (const key of keys) wanted.add(key);
      });
    }
    return !slots.some(({ keys }, index) => reached.has(index) && [...keys].some((key) => own.has(key)));
  }

  #noteAlias(node: HirExpr): void {
    if (node.kind === "overlay") this.#alias(this.#keysOf(node.array.type), this.#keysOf(node.type));
    if (node.kind !== "closure") return;
    const fn = this.#program.functions[node.function];
    if (fn?.environment !== "capture") return;
    for (const local of fn.captures) this.#alias(this.#keysOfLocal(local), this.#keysOf(node.type));
  }

  #alias(from: readonly string[], to: readonly string[]): void {
    for (const key of from)
      for (const other of to) this.#aliases.set(key, (this.#aliases.get(key) ?? new Set()).add(other));
  }

  #keysOfLocal(local: number): readonly string[] {
    const type = this.#program.locals[local]?.type;
    return type === undefined ? [] : this.#keysOf(type);
  }

  /** Names what a place of the type refers to. */
  #keysOf(type: HirType): readonly string[] {
    return armsOf(type).flatMap((arm): readonly string[] => {
      switch (arm.kind) {
        case "object":
          return [`object ${this.#program.classes[arm.class]?.family ?? arm.class}`];
        case "array":
          return [`array ${this.#program.arrayOf(arm.array)}`];
        case "closure":
          return [`closure ${this.#program.signatureOf(arm.signature)}`];
        default:
          return [];
      }
    });
  }

  /** The references that may point to the slot or to what it holds in line. */
  #slotKeys(inline: ReadonlySet<FieldId>, { node }: Origin): Keys {
    const keys = new Set(this.#keysOf(node.type));
    if (node.kind !== "closure")
      this.#eachField(inline, node.type, (type, isInline) => {
        if (isInline) for (const key of this.#keysOf(type)) keys.add(key);
      });
    for (const key of keys) for (const other of this.#aliases.get(key) ?? []) keys.add(other);
    return keys;
  }

  /** The references inside a slot. */
  #contents(inline: ReadonlySet<FieldId>, { node }: Origin): Keys {
    if (node.kind === "closure") {
      const captures = this.#program.functions[node.function]?.captures ?? [];
      return new Set(captures.flatMap((local) => this.#keysOfLocal(local)));
    }
    const keys = new Set(this.#elementKeys(node.type));
    this.#eachField(inline, node.type, (type, isInline) => {
      for (const key of isInline ? this.#elementKeys(type) : this.#keysOf(type)) keys.add(key);
    });
    return keys;
  }

  #elementKeys(type: HirType): readonly string[] {
    return armsOf(type).flatMap((arm) => {
      const element =
        arm.kind === "array" ? this.#program.arrays[this.#program.arrayOf(arm.array)]?.element : null;
      return element === undefined || element === null ? [] : this.#keysOf(element);
    });
  }

  /** The fields of an object, and of the objects in line. */
  #eachField(
    inline: ReadonlySet<FieldId>,
    type: HirType,
    visit: (type: HirType, isInline: boolean) => void,
    open: ReadonlySet<number> = new Set(),
  ): void {
    for (const arm of armsOf(type)) {
      if (arm.kind !== "object" || open.has(arm.class)) continue;
      for (const id of this.#program.classes[arm.class]?.fields ?? []) {
        const field = this.#program.fields[id];
        if (field === undefined) continue;
        visit(field.type, inline.has(id));
        if (inline.has(id)) this.#eachField(inline, field.type, visit, new Set([...open, arm.class]));
      }
    }
  }

  #heldBy(functions: ReadonlySet<FunctionId>): Keys {
    const keys = new Set<string>();
    const add = (type: HirType): void => {
      for (const key of this.#keysOf(type)) keys.add(key);
    };
    for (const local of this.#program.locals) if (functions.has(local.owner)) add(local.type);
    for (const id of functions) {
      const fn = this.#program.functions[id];
      if (fn === undefined) continue;
      add(fn.result);
      for (const local of fn.captures) for (const key of this.#keysOfLocal(local)) keys.add(key);
      walkStatements(fn.body, { expression: (node) => add(node.type) });
    }
    return keys;
  }
}
