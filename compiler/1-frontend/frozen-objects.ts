/** `Object.freeze`: in Node a later assignment throws, so none may be in the program. */

import type { HirExpr } from "../ir/hir.ts";
import type { FieldId } from "../ir/ids.ts";
import { walkStatements } from "../ir/walk-hir.ts";
import type { Builder } from "./builder.ts";
import { fieldKeys } from "./class-members.ts";
import { canonical } from "./families.ts";
import type { Members } from "./resolve-families.ts";

export function checkFrozen(b: Builder, members: Members): void {
  if (b.families.frozen.length === 0) return;
  const written = writtenFields(b);
  for (const { class: id, at } of b.families.frozen) {
    const fields = [...(members.get(id) ?? [])].flatMap((member) => [...fieldKeys(b.info(member)).values()]);
    const found = fields.map((field) => canonical(b, field)).find((field) => written.has(field));
    if (found === undefined) continue;
    b.reporter.report("TSFW2001", b.span(at), {
      construct: `Freezing an object whose '${b.field(found).name}' is assigned somewhere is`,
      hint: "Declare the fields `readonly`, or leave the object as it is.",
    });
  }
}

/** The fields that code other than the constructor of their own object assigns. */
function writtenFields(b: Builder): ReadonlySet<FieldId> {
  const written = new Set<FieldId>();
  for (const fn of b.functions) {
    const own = fn.role === "constructor" ? fn.parameters[0] : undefined;
    const note = (node: HirExpr): void => {
      const isWrite =
        node.kind === "assign" ||
        node.kind === "compound" ||
        node.kind === "append" ||
        node.kind === "update";
      if (!isWrite || node.target.kind !== "field") return;
      const { object, field } = node.target;
      if (object.kind === "local" && object.local === own) return;
      written.add(canonical(b, field));
    };
    walkStatements(fn.body, { expression: note });
  }
  return written;
}
