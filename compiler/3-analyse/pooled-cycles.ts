/**
 * TSFW6020: classes with pools whose objects can come to refer to each other in a
 * circle. Fields that only constructors set, from what existed before, close none.
 */
import type { Reporter } from "../diagnostics/diagnostic.ts";
import type { HirExpr, HirField, HirProgram, HirStatement, HirType } from "../ir/hir.ts";
import type { ArrayId, ClassId, FieldId, LocalId } from "../ir/ids.ts";
import { armsOf } from "../ir/union-types.ts";
import { listsOf, walkExpression, walkStatements } from "../ir/walk-hir.ts";
import { defined } from "../source/assert.ts";
import type { PlacedObjects } from "./placement.ts";

export function checkPooledCycles(program: HirProgram, placement: PlacedObjects, reporter: Reporter): void {
  const pooled = new Set<ClassId>();
  for (const { node, place } of placement.allocations.origins)
    if (place.kind === "pool" && node.type.kind === "object") pooled.add(node.type.class);
  if (pooled.size === 0) return;
  const links = new Links(program, pooled);
  const reported = new Set<ClassId>();
  for (const id of pooled) {
    if (reported.has(id)) continue;
    const path = findPath(links, id);
    if (path === null) continue;
    const { name, span } = defined(program.classes[id], "class");
    for (const { from } of path) reported.add(from);
    const steps = path.map(({ from, field }) => `${program.classes[from]?.name ?? "?"}.${field.name}`);
    reporter.report("TSFW6020", span, { name, path: steps.join(" → ") });
  }
}

interface Link {
  readonly from: ClassId;
  readonly field: HirField;
  readonly to: ClassId;
}

/** Which pooled classes the changing fields of a pooled class refer to. */
class Links {
  readonly #program: HirProgram;
  readonly #pooled: ReadonlySet<ClassId>;
  readonly #fields = new Set<FieldId>();
  readonly #arrays = new Set<ArrayId>();

  constructor(program: HirProgram, pooled: ReadonlySet<ClassId>) {
    this.#program = program;
    this.#pooled = pooled;
    for (const fn of program.functions) {
      const self = fn.role === "constructor" ? fn.parameters[0] : undefined;
      const fresh = findFresh(fn.body);
      walkStatements(fn.body, { expression: (node) => this.#note(node, self, fresh) });
    }
  }

  of(from: ClassId): readonly Link[] {
    return (this.#program.classes[from]?.fields ?? []).flatMap((id) => {
      const field = this.#program.fields[id];
      if (field === undefined) return [];
      return this.#targets(field.type, this.#fields.has(id)).map((to) => ({ from, field, to }));
    });
  }

  /** The pooled classes that a place of the type refers to, through arrays as well. */
  #targets(type: HirType, changes: boolean, open: ReadonlySet<ArrayId> = new Set()): readonly ClassId[] {
    return armsOf(type).flatMap((arm): readonly ClassId[] => {
      if (arm.kind === "object" && changes) {
        const family = this.#program.classes[arm.class]?.family;
        return [...this.#pooled].filter((id) => this.#program.classes[id]?.family === family);
      }
      if (arm.kind !== "array") return [];
      const array = this.#program.arrayOf(arm.array);
      const element = this.#program.arrays[array]?.element;
      if (element === undefined || open.has(array)) return [];
      return this.#targets(element, changes || this.#arrays.has(array), new Set([...open, array]));
    });
  }

  #note(node: HirExpr, self: LocalId | undefined, fresh: ReadonlySet<HirExpr>): void {
    if ((node.kind === "push" || node.kind === "moveElements") && node.array.type.kind === "array")
      this.#arrays.add(this.#program.arrayOf(node.array.type.array));
    if (node.kind !== "assign" || closesNoCircle(node.value) || fresh.has(node)) return;
    const { target } = node;
    if (target.kind === "element" && target.array.type.kind === "array")
      this.#arrays.add(this.#program.arrayOf(target.array.type.array));
    if (target.kind !== "field") return;
    const isOwn = target.object.kind === "local" && target.object.local === self;
    if (!isOwn) this.#fields.add(target.field);
  }
}

/** Nothing, or a new object that is given no others. */
function closesNoCircle(value: HirExpr): boolean {
  switch (value.kind) {
    case "null":
    case "undefined":
      return true;
    case "wrap":
    case "sequence":
      return closesNoCircle(value.value);
    case "new":
      return value.args.every((arg) => armsOf(arg.type).every(isPlain) || closesNoCircle(arg));
    default:
      return false;
  }
}

function isPlain({ kind }: HirType): boolean {
  return kind !== "object" && kind !== "array" && kind !== "closure";
}

/** Assignments to fields of a new object that nothing refers to yet but its variable. */
function findFresh(body: readonly HirStatement[]): ReadonlySet<HirExpr> {
  const fresh = new Set<HirExpr>();
  const visit = (list: readonly HirStatement[]): void => {
    const own = new Set<LocalId>();
    for (const statement of list) {
      for (const inner of listsOf(statement)) visit(inner);
      const assigned = statement.kind === "expression" ? statement.value : null;
      const object =
        assigned?.kind === "assign" && assigned.target.kind === "field" ? assigned.target.object : null;
      if (assigned?.kind === "assign" && object?.kind === "local" && own.has(object.local)) {
        fresh.add(assigned);
        forget(own, [assigned.value]);
      } else {
        forget(own, expressionsOf(statement));
      }
      if (statement.kind === "let" && statement.value !== null && closesNoCircle(statement.value))
        own.add(statement.local);
    }
  };
  visit(body);
  return fresh;
}

function expressionsOf(statement: HirStatement): readonly HirExpr[] {
  const found: HirExpr[] = [];
  walkStatements([statement], { expression: (node) => void found.push(node) });
  return found;
}

function forget(own: Set<LocalId>, expressions: readonly HirExpr[]): void {
  for (const expression of expressions) {
    walkExpression(expression, {
      expression: (node) => {
        if (node.kind === "local") own.delete(node.local);
      },
    });
  }
}

/** The shortest way from a class back to itself. */
function findPath(links: Links, start: ClassId): readonly Link[] | null {
  const ways: (readonly Link[])[] = links.of(start).map((link) => [link]);
  const seen = new Set<ClassId>();
  for (const way of ways) {
    const last = defined(way.at(-1), "link");
    if (last.to === start) return way;
    if (seen.has(last.to)) continue;
    seen.add(last.to);
    for (const link of links.of(last.to)) ways.push([...way, link]);
  }
  return null;
}
