/**
 * Classes whose objects are plain values: fields without references that nothing
 * changes after construction, and no comparison of identities. Nobody can tell
 * such an object from a copy of it.
 */
import type { HirExpr, HirProgram, HirType } from "../ir/hir.ts";
import type { ClassId } from "../ir/ids.ts";
import { hasArm, hasReference } from "../ir/union-types.ts";
import { walkStatements } from "../ir/walk-hir.ts";

export function findPlainClasses(program: HirProgram): ReadonlySet<ClassId> {
  const plain = new Set<ClassId>();
  for (const { id, fields } of program.classes) {
    if (fields.every((field) => isPlainType(program.fields[field]?.type))) plain.add(id);
  }
  const relatives = findRelatives(program);
  for (const { id, family } of program.classes) if (relatives.has(family)) plain.delete(id);
  for (const fn of program.functions) {
    const self = fn.role === "constructor" ? fn.parameters[0] : undefined;
    walkStatements(fn.body, {
      expression: (node) => {
        if (node.kind === "compare" && node.left.type.kind === "object") plain.delete(node.left.type.class);
        const written = writtenObject(node);
        if (written?.type.kind !== "object") return;
        const isConstruction = written.kind === "local" && written.local === self;
        if (!isConstruction) plain.delete(written.type.class);
      },
    });
  }
  return plain;
}

function isPlainType(type: HirType | undefined): boolean {
  return type !== undefined && !hasReference(type) && !hasArm(type, "closure");
}

/** The object whose field an assignment writes. */
function writtenObject(node: HirExpr): HirExpr | null {
  const isWrite =
    node.kind === "assign" || node.kind === "compound" || node.kind === "append" || node.kind === "update";
  return isWrite && node.target.kind === "field" ? node.target.object : null;
}

/** Families of several classes: a variable has no room for an object of any of them. */
function findRelatives(program: HirProgram): ReadonlySet<ClassId> {
  return new Set(program.classes.filter(({ id, family }) => id !== family).map(({ family }) => family));
}
