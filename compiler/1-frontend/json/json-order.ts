/**
 * The order in which objects have their fields, which is the order in which they
 * got them: that of the declaration in classes, that of the literal elsewhere.
 */

import type { ts } from "ts-morph";
import type { HirExpr } from "../../ir/hir.ts";
import type { ClassId, FieldId } from "../../ir/ids.ts";
import { walkStatements } from "../../ir/walk-hir.ts";
import type { Builder } from "../builder.ts";
import { fieldKeys } from "../class-members.ts";
import { canonical } from "../families.ts";

export interface FieldOrders {
  /** The fields of objects of a class that JavaScript would list. */
  of(id: ClassId, at: ts.Node): readonly FieldId[];
}

interface Made {
  /** Names in the order of the literals; each literal is one list. */
  readonly lists: string[][];
  /** Fields that some literal leaves out. */
  readonly missing: Set<string>;
}

export function findFieldOrders(b: Builder): FieldOrders {
  const made = new Map<ClassId, Made>();
  const assigned = new Set<FieldId>();
  for (const fn of b.functions) {
    walkStatements(fn.body, {
      expression: (node) => {
        if (node.kind === "object") noteLiteral(b, made, node);
        if (node.kind === "assign" && node.target.kind === "field")
          assigned.add(canonical(b, node.target.field));
      },
    });
  }
  return { of: (id, at) => orderOf(b, id, at, made.get(id), assigned) };
}

function noteLiteral(b: Builder, made: Map<ClassId, Made>, node: Extract<HirExpr, { kind: "object" }>): void {
  const known = made.get(node.class) ?? { lists: [], missing: new Set<string>() };
  made.set(node.class, known);
  const isUndefined = (value: HirExpr): boolean =>
    value.kind === "undefined" || (value.kind === "wrap" && isUndefined(value.value));
  const given = [...node.fields];
  // Fields that the literal does not name stand behind those that it does.
  for (let last = given.at(-1); last !== undefined && isUndefined(last.value); last = given.at(-1)) {
    known.missing.add(b.field(last.field).name);
    given.pop();
  }
  known.lists.push(given.map(({ field }) => b.field(field).name));
}

function orderOf(
  b: Builder,
  id: ClassId,
  at: ts.Node,
  made: Made | undefined,
  assigned: ReadonlySet<FieldId>,
): readonly FieldId[] {
  const info = b.info(id);
  const fields = new Map<string, FieldId>();
  for (const field of fieldKeys(info).values()) {
    const { name } = b.field(field);
    if (info.declaration === null || !name.startsWith("#")) fields.set(name, canonical(b, field));
  }
  const names = [...fields.keys()];
  const sorted = info.declaration === null && made !== undefined ? merge(names, made.lists) : [...names];
  if (sorted === null)
    return b.unsupported(
      at,
      `JSON of objects of '${b.class(id).name}', whose literals list the fields in different orders, is`,
      "Write the fields of all literals in the same order.",
    );
  const late = sorted.filter(
    (name) => made?.missing.has(name) && assigned.has(fields.get(name) ?? (-1 as FieldId)),
  );
  const [only] = late;
  if (only !== undefined && late.length === 1 && made?.lists.every((list) => !list.includes(only))) {
    sorted.splice(sorted.indexOf(only), 1);
    sorted.push(only);
  }
  if (late.length > 1 || (only !== undefined && only !== sorted.at(-1)))
    return b.unsupported(
      at,
      `JSON of objects of '${b.class(id).name}', which get '${only}' after they are made, is`,
      `Write '${only}: undefined' in the literals.`,
    );
  return [...numbered(sorted), ...sorted.filter((name) => !isNumbered(name))].flatMap(
    (name) => fields.get(name) ?? [],
  );
}

/** JavaScript lists keys that look like indices first. */
function numbered(names: readonly string[]): readonly string[] {
  return names.filter(isNumbered).sort((one, other) => Number(one) - Number(other));
}

function isNumbered(name: string): boolean {
  return /^(0|[1-9]\d{0,9})$/.test(name);
}

/** One order that all lists keep to; null: there is none. */
function merge(names: readonly string[], lists: readonly (readonly string[])[]): string[] | null {
  const after = new Map<string, Set<string>>(names.map((name) => [name, new Set<string>()]));
  for (const list of lists) {
    list.forEach((name, index) => {
      const next = list[index + 1];
      if (next !== undefined) after.get(name)?.add(next);
    });
  }
  const done: string[] = [];
  const left = new Set(names);
  while (left.size > 0) {
    const next = [...left].find(
      (name) => ![...left].some((other) => other !== name && after.get(other)?.has(name)),
    );
    if (next === undefined) return null;
    left.delete(next);
    done.push(next);
  }
  return done;
}
