/**
 * Pools in C: their slots, and for each type of reference or storage that counts
 * the functions that the code calls: retain and release of a value, store and put
 * into a place, clear of storage. Functions are made when they are first asked for.
 */
import { type CountedTypes, findCountedTypes } from "../ir/counted-types.ts";
import type { FlatMir } from "../ir/flat-mir.ts";
import type { MirType } from "../ir/mir.ts";
import { defined, InternalError } from "../source/assert.ts";
import {
  addressOf,
  type CDeclaration,
  type CExpr,
  type CStatement,
  call,
  literal,
  member,
  name,
  statement,
} from "./c-tree.ts";
import type { Types } from "./emit-types.ts";
import { hasTag, payload } from "./emit-unions.ts";
import type { Names } from "./names.ts";

/** What a counting function does with a value, a place or storage of a type. */
export type CountingVerb = "retain" | "release" | "store" | "put" | "clear" | "drop" | "move";

export interface Pools {
  /** The name of the function; it is declared with the others. */
  use(verb: CountingVerb, type: MirType): string;
  address(pool: number): CExpr;
  isCounted(type: MirType): boolean;
  /** To be read when all code has been emitted. */
  declarations(): readonly CDeclaration[];
}

export function createPools(mir: FlatMir, names: Names, types: Types): Pools {
  const wrappers = mir.closures.map((closure) => closure.wrapper);
  const counted = findCountedTypes(mir, [...mir.functions, ...wrappers]);
  const writer = new Writer(mir, names, types, counted);
  return {
    use: (verb, type) => writer.use(verb, type),
    address: (pool) => addressOf(name(poolName(mir, names, pool))),
    isCounted: (type) => counted.isCounted(type),
    declarations: () => (mir.pools.length === 0 ? [] : writer.declarations()),
  };
}

function poolName(mir: FlatMir, names: Names, pool: number): string {
  return names.counting(`pool_${defined(mir.pools[pool], "pool").name}_${pool}`);
}

class Writer {
  readonly #mir: FlatMir;
  readonly #names: Names;
  readonly #types: Types;
  readonly #counted: CountedTypes;
  readonly #written = new Map<string, { readonly header: string; readonly body: readonly CStatement[] }>();
  readonly #open = new Set<string>();

  constructor(mir: FlatMir, names: Names, types: Types, counted: CountedTypes) {
    this.#mir = mir;
    this.#names = names;
    this.#types = types;
    this.#counted = counted;
  }

  use(verb: CountingVerb, type: MirType): string {
    const cName = this.#names.counting(`${verb}_${this.#suffix(type)}`);
    if (this.#open.has(cName)) return cName;
    this.#open.add(cName);
    this.#written.set(cName, {
      header: `static __attribute__((unused)) void ${cName}(${this.#parameters(verb, type)})`,
      body: this.#body(verb, type),
    });
    return cName;
  }

  declarations(): readonly CDeclaration[] {
    const pools = this.#mir.pools.map((_, index) => this.#pool(index));
    return [
      { kind: "blank" },
      ...pools.flatMap(({ storage }) => storage),
      ...[...this.#written.values()].map(({ header }): CDeclaration => ({ kind: "prototype", header })),
      ...pools.flatMap(({ drop }) => drop),
      ...pools.map(({ pool }) => pool),
      ...[...this.#written.values()].map(
        ({ header, body }): CDeclaration => ({ kind: "function", header, comment: null, body }),
      ),
    ];
  }

  #pool(index: number) {
    const { of, slots: counted, name: what } = defined(this.#mir.pools[index], "pool");
    const slots = defined(counted, "the number of slots");
    const cName = poolName(this.#mir, this.#names, index);
    const variable = (declarator: string, value: CExpr | null, comment: string | null): CDeclaration => ({
      kind: "variable",
      declarator: `static __attribute__((unused)) ${declarator}`,
      value,
      comment,
    });
    const row: MirType = { kind: "slots", of, count: slots };
    const hasParts = this.#counted.hasParts(of);
    const dropName = `${cName}_drop`;
    const dropped: CExpr = { kind: "cast", type: this.#pointerTo(of), value: name("slot") };
    const drop: CDeclaration = {
      kind: "function",
      header: `static void ${dropName}(void *slot)`,
      comment: null,
      body: hasParts ? [statement(call(this.use("clear", of), dropped))] : [],
    };
    const set = (part: string, value: CExpr): CExpr => ({ kind: "designated", field: [part], value });
    const size = call("sizeof", { kind: "index", array: name(`${cName}_slots`), index: literal("0") });
    const values = [
      set("slots", { kind: "cast", type: "char *", value: name(`${cName}_slots`) }),
      set("counts", name(`${cName}_counts`)),
      set("state", addressOf(name(`${cName}_state`))),
      set("slot_bytes", { kind: "cast", type: "uint32_t", value: size }),
      set("slot_count", literal(`${slots}u`)),
      set("drop", hasParts ? name(dropName) : literal("NULL")),
    ];
    return {
      storage: [
        variable(this.#types.declarator(row, `${cName}_slots`), null, `pool of ${what}: ${slots} slots`),
        variable(`uint32_t ${cName}_counts[${slots}]`, null, null),
        variable(`tsfw_pool_state_t ${cName}_state`, null, null),
      ],
      drop: hasParts ? [drop] : [],
      pool: variable(`const tsfw_pool_t ${cName}`, { kind: "braces", values }, null),
    };
  }

  #parameters(verb: CountingVerb, type: MirType): string {
    const value = this.#types.declarator(readType(type), "value");
    const place = `${this.#pointerTo(type)}place`;
    switch (verb) {
      case "retain":
      case "release":
        return value;
      case "store":
      case "put":
        return `${place}, ${value}`;
      case "clear":
        return place;
      case "drop":
        return `${place}, uint32_t from, uint32_t to`;
      case "move":
        return `${place}, uint32_t to, uint32_t from, uint32_t count`;
    }
  }

  #body(verb: CountingVerb, type: MirType): readonly CStatement[] {
    switch (verb) {
      case "retain":
      case "release":
        return this.#count(verb, type);
      case "store":
        return [statement(call(this.use("retain", readType(type)), name("value"))), ...this.#replace(type)];
      case "put":
        return this.#replace(type);
      case "clear":
        return this.#isRow(type)
          ? this.#clear(type, name("place"))
          : this.#clear(type, { kind: "unary", op: "*", value: name("place") });
      case "drop":
        return this.#clearElements(type, name("place"), name("from"), name("to"));
      case "move":
        return this.#move(type);
    }
  }

  /** One more or one less for what the value refers to. */
  #count(verb: "retain" | "release", type: MirType): readonly CStatement[] {
    if (type.kind === "union") return this.#countArms(verb, type.union);
    return this.#counted
      .poolsOf(type)
      .map((pool) =>
        statement(
          call(
            `tsfw_pool_${verb}`,
            addressOf(name(poolName(this.#mir, this.#names, pool))),
            this.#referred(type, name("value")),
          ),
        ),
      );
  }

  #countArms(verb: "retain" | "release", union: number): readonly CStatement[] {
    const { arms } = defined(this.#mir.unions[union], "union");
    return arms
      .filter((arm) => this.#counted.isCounted(arm.type))
      .map(({ arm, type }) => ({
        kind: "if",
        test: hasTag(name("value"), arm),
        whenTrue: [statement(call(this.use(verb, type), payload(name("value"), arm)))],
        whenFalse: [],
      }));
  }

  /** The address in a reference. */
  #referred(type: MirType, value: CExpr): CExpr {
    if (type.kind === "closure") return member(value, "environment");
    if (type.kind !== "array") return value;
    const array = this.#types.array(type.array);
    return array.hasHeader || array.length !== null ? value : member(value, "data");
  }

  /** The place gives up what it held once it holds the new value. */
  #replace(type: MirType): readonly CStatement[] {
    const at: CExpr = { kind: "unary", op: "*", value: name("place") };
    const held = type.kind === "unionCell" ? member(at, "value") : at;
    const old: CStatement = {
      kind: "declare",
      declarator: this.#types.declarator(readType(type), "old"),
      value: held,
    };
    const store: CStatement =
      type.kind === "unionCell"
        ? statement(call("TSFW_UNION_STORE", at, name("value")))
        : { kind: "assign", target: at, value: name("value") };
    return [old, store, statement(call(this.use("release", readType(type)), name("old")))];
  }

  /** Storage gives up what it refers to, and refers to nothing. */
  #clear(type: MirType, at: CExpr): readonly CStatement[] {
    if (this.#counted.isCounted(type)) {
      const nothing: CExpr = this.#isPointer(type)
        ? literal("NULL")
        : { kind: "compound", type: this.#types.name(readType(type)), values: [literal("0")] };
      return [statement(call(this.use("put", type), addressOf(at), nothing))];
    }
    if (!this.#counted.hasParts(type)) return [];
    switch (type.kind) {
      case "struct":
        return this.#struct(type.class).fields.flatMap((field) =>
          this.#clear(field.type, member(at, this.#names.field(field.field))),
        );
      case "environment":
        return this.#environment(type.function).flatMap((field) =>
          this.#clear(field.type, member(at, `v${field.variable}`)),
        );
      case "elements": {
        const element: MirType = this.#types.array(type.array).element;
        const { hasHeader } = this.#types.array(type.array);
        const items = hasHeader ? member(at, "items") : at;
        const length = hasHeader ? member(member(at, "head"), "length") : literal(`${type.length}u`);
        const first = addressOf({ kind: "index", array: items, index: literal("0") });
        return [statement(call(this.use("drop", element), first, literal("0u"), length))];
      }
      default:
        throw new InternalError(`storage of type ${type.kind} has counted parts`);
    }
  }

  #clearElements(element: MirType, items: CExpr, from: CExpr, to: CExpr): readonly CStatement[] {
    const index = name("index");
    return [
      { kind: "declare", declarator: "uint32_t index", value: from },
      {
        kind: "while",
        test: { kind: "binary", op: "<", left: index, right: to },
        body: [...this.#clear(element, { kind: "index", array: items, index }), increment(index)],
      },
    ];
  }

  /** The elements that are moved count once more; those in their way are given up. */
  #move(element: MirType): readonly CStatement[] {
    const index = name("index");
    const at = (start: string): CExpr => ({
      kind: "index",
      array: name("place"),
      index: { kind: "binary", op: "+", left: name(start), right: index },
    });
    const each = (verb: "retain" | "release", start: string): CStatement[] => [
      { kind: "assign", target: index, value: literal("0u") },
      {
        kind: "while",
        test: { kind: "binary", op: "<", left: index, right: name("count") },
        body: [
          statement(call(this.use(verb, readType(element)), held(element, at(start)))),
          increment(index),
        ],
      },
    ];
    const start = (from: string): CExpr =>
      addressOf({ kind: "index", array: name("place"), index: name(from) });
    const size = call("sizeof", { kind: "index", array: name("place"), index: literal("0") });
    const bytes: CExpr = { kind: "binary", op: "*", left: name("count"), right: size };
    return [
      { kind: "declare", declarator: "uint32_t index", value: literal("0u") },
      ...each("retain", "from"),
      ...each("release", "to"),
      statement(call("__builtin_memmove", start("to"), start("from"), bytes)),
    ];
  }

  #struct(id: number) {
    return defined(
      this.#mir.structs.find((entry) => entry.class === id),
      "struct",
    );
  }

  #environment(id: number) {
    return defined(
      this.#mir.environments.find((entry) => entry.function === id),
      "environment",
    ).fields;
  }

  #isPointer(type: MirType): boolean {
    if (type.kind === "array") {
      const array = this.#types.array(type.array);
      return array.hasHeader || array.length !== null;
    }
    return type.kind === "object" || type.kind === "pointer";
  }

  /** An array of C, which is named by the address of its first element. */
  #isRow(type: MirType): boolean {
    return type.kind === "elements" && !this.#types.array(type.array).hasHeader;
  }

  #pointerTo(type: MirType): string {
    const inner = this.#types.name(type);
    if (this.#isRow(type)) return `${this.#types.name({ kind: "pointer", to: type })}`;
    return inner.endsWith("*") ? `${inner}*` : `${inner} *`;
  }

  /** A part of C names that says which type it is. */
  #suffix(type: MirType): string {
    switch (type.kind) {
      case "object":
        return `${this.#names.struct(this.#struct(type.class).family).slice("app_".length)}`;
      case "struct":
        return `struct_${this.#names.struct(type.class).slice("app_".length)}`;
      case "array":
        return `array_${type.array}`;
      case "elements":
        return `array_${type.array}_of_${type.length}`;
      case "closure":
        return `function_${type.signature}`;
      case "environment":
        return `${this.#names.environment(type.function).slice("app_".length)}`;
      case "pointer":
        return `to_${this.#suffix(type.to)}`;
      case "union":
        return `union_${type.union}`;
      case "unionCell":
        return `union_${type.union}_text_${type.bytes}`;
      default:
        return type.kind;
    }
  }
}

/** How a place of the type is read. */
function readType(type: MirType): MirType {
  return type.kind === "unionCell" ? { kind: "union", union: type.union } : type;
}

function held(type: MirType, at: CExpr): CExpr {
  return type.kind === "unionCell" ? member(at, "value") : at;
}

function increment(index: CExpr): CStatement {
  return {
    kind: "assign",
    target: index,
    value: { kind: "binary", op: "+", left: index, right: literal("1u") },
  };
}
