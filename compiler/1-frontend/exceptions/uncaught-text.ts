/** What the panic of a thrown value that nobody caught says. */
import type { HirExpr } from "../../ir/hir.ts";
import type { HirErrors } from "../../ir/hir-errors.ts";
import type { FunctionId } from "../../ir/ids.ts";
import { armOf, armsOf } from "../../ir/union-types.ts";
import { booleanType, type ProgramDraft, stringType } from "./program-draft.ts";
import { bareThrown } from "./thrown-parts.ts";

export function uncaughtText(
  draft: ProgramDraft,
  errors: HirErrors,
  owner: FunctionId,
  thrown: HirExpr,
): HirExpr {
  const { span } = thrown;
  const bare = bareThrown(thrown);
  const joined = (text: HirExpr): HirExpr =>
    draft.expression(span, {
      kind: "template",
      parts: [draft.text("Uncaught ", span), text],
      type: stringType,
    });
  if (bare.type.kind !== "object" && bare.type.kind !== "union") return joined(bare);
  if (thrown.type.kind === "object" && thrown.type.class === errors.class)
    return joined(textOfError(draft, errors, thrown));
  const local = draft.addLocal(owner, "thrown", thrown.type, span);
  const text = textOf(draft, errors, () => draft.local(local, span));
  return draft.expression(span, {
    kind: "sequence",
    statements: [draft.let(local, thrown, span)],
    value: joined(text),
    type: stringType,
  });
}

function textOfError(draft: ProgramDraft, errors: HirErrors, error: HirExpr): HirExpr {
  const args = [error];
  return draft.expression(error.span, { kind: "call", function: errors.uncaught, args, type: stringType });
}

/** Of an object or a union. */
function textOf(draft: ProgramDraft, errors: HirErrors, read: () => HirExpr): HirExpr {
  const first = read();
  const { span, type } = first;
  const object = armOf(type, "object");
  if (object?.kind !== "object") return first;
  const take = (): HirExpr =>
    type.kind === "union"
      ? draft.expression(span, { kind: "unwrap", value: read(), trusted: true, type: object })
      : read();
  const asError = { kind: "object", class: errors.class } as const;
  const error =
    object.class === errors.class
      ? take()
      : draft.expression(span, { kind: "cast", value: take(), classes: null, type: asError });
  const classes = errors.members.filter((id) => errors.errorMembers.includes(id));
  const isError =
    classes.length === errors.members.length
      ? draft.boolean(true, span)
      : draft.expression(span, { kind: "isInstance", value: take(), classes, type: booleanType });
  const ofObject = draft.expression(span, {
    kind: "conditional",
    test: isError,
    whenTrue: textOfError(draft, errors, error),
    whenFalse: draft.text("[object Object]", span),
    type: stringType,
  });
  const others = armsOf(type).filter((arm) => arm.kind !== "object");
  if (others.length === 0) return ofObject;
  const [only] = others;
  const rest = only !== undefined && others.length === 1 ? only : ({ kind: "union", arms: others } as const);
  const plain = draft.expression(span, { kind: "unwrap", value: read(), trusted: true, type: rest });
  return draft.expression(span, {
    kind: "conditional",
    test: draft.expression(span, { kind: "isArm", value: read(), arms: ["object"], type: booleanType }),
    whenTrue: ofObject,
    whenFalse: draft.expression(span, { kind: "template", parts: [plain], type: stringType }),
    type: stringType,
  });
}
