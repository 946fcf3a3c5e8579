/** C names from source names: the only file that mangles. Names derive from the source and stay put under unrelated edits. */

import { intrinsics } from "../intrinsics/table.ts";
import type { FlatFunction, FlatMir } from "../ir/flat-mir.ts";
import type { FunctionId } from "../ir/ids.ts";
import { defined } from "../source/assert.ts";

const keywords = new Set(
  (
    "auto break case char const continue default do double else enum extern float for goto if inline int long register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while " +
    "asm typeof bool true false unix linux i386 arm errno stdin stdout stderr self strand branches memcpy memmove memset memcmp main fabs text_builder"
  ).split(" "),
);
const functions = new Set<string>(
  Object.values(intrinsics).flatMap((entry) => (entry.c === null ? [] : [entry.c])),
);

/** A C identifier; names that macros, keywords or called functions could own get a trailing underscore. */
export function identifier(source: string): string {
  const text = source
    .replace(/[.#]/g, "_")
    .replace(/\$/g, "_S")
    .replace(/[^A-Za-z0-9_]/gu, (char) => `_u${(char.codePointAt(0) ?? 0).toString(16)}_`);
  const name = /^[0-9]/.test(text) || text === "" ? `_${text}` : text;
  const isRisky =
    keywords.has(name) ||
    functions.has(name) ||
    /^_*[A-Z0-9_]+$/.test(name) ||
    /^(tsfw|hal|app|TSFW|HAL|__)/.test(name) ||
    name.endsWith("_t");
  return isRisky ? `${name}_` : name;
}

/** Hands out names; a second thing with the same name gets a number. */
export function createNamer(): (wanted: string) => string {
  const taken = new Set<string>();
  /** The number that the next thing of a name tries first: all below it are taken. */
  const next = new Map<string, number>();
  return (wanted) => {
    let candidate = wanted;
    let count = next.get(wanted) ?? 2;
    for (; taken.has(candidate); count += 1) candidate = `${wanted}_${count}`;
    next.set(wanted, count);
    taken.add(candidate);
    return candidate;
  };
}

export interface Names {
  function(id: FunctionId): string;
  wrapper(id: FunctionId): string;
  frame(id: FunctionId): string;
  environment(id: FunctionId): string;
  struct(id: number): string;
  field(id: number): string;
  static(index: number): string;
  /** A pool or a function that counts references, by a text that says which. */
  counting(what: string): string;
  /** The static frame of a task, and its entry. */
  taskFrame(task: number): string;
}

/** `Counter.next` is `app_Counter_next`. */
function appName(source: string): string {
  return `app_${identifier(`x${source}`).slice(1)}`;
}

export function assignNames(mir: FlatMir): Names {
  const namer = createNamer();
  for (const own of ["app_init", "app_strand_run"]) namer(own);
  const functionNames = new Map<FunctionId, string>();
  for (const fn of mir.functions) functionNames.set(fn.id, namer(appName(fn.name)));
  const structs = new Map<number, string>();
  const fields = new Map<number, string>();
  const fieldNamers = new Map<number, (wanted: string) => string>();
  for (const struct of mir.structs) {
    structs.set(struct.class, namer(appName(struct.name)));
    const fieldNamer = fieldNamers.get(struct.family) ?? createNamer();
    fieldNamers.set(struct.family, fieldNamer);
    for (const { field, name } of struct.fields) {
      if (!fields.has(field)) fields.set(field, fieldNamer(identifier(name)));
    }
  }
  const statics = mir.statics.map((entry) => namer(appName(entry.name)));
  const tasks = mir.tasks.map((task) => namer(`${appName(task.name)}_task`));
  const counting = new Map<string, string>();
  const nameOf = (id: FunctionId): string => defined(functionNames.get(id), "function name");
  return {
    function: nameOf,
    wrapper: (id) => `${nameOf(id)}_closure`,
    frame: (id) => `${nameOf(id)}_frame`,
    environment: (id) => `${nameOf(id)}_environment`,
    struct: (id) => defined(structs.get(id), "struct name"),
    field: (id) => defined(fields.get(id), "field name"),
    static: (index) => defined(statics[index], "static name"),
    counting: (what) => {
      const known = counting.get(what) ?? namer(appName(what));
      counting.set(what, known);
      return known;
    },
    taskFrame: (task) => defined(tasks[task], "task name"),
  };
}

/** Local names of one function. */
export function assignLocalNames(fn: FlatFunction): readonly string[] {
  const namer = createNamer();
  return fn.locals.map((local) => namer(identifier(local.name)));
}
