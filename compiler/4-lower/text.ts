/**
 * Strings. A value is a view; what is stored in a cell is copied. A view of a
 * cell that may change before it is used is copied into a temporary cell first.
 */
import type { HirExpr } from "../ir/hir.ts";
import type { MirExpr } from "../ir/mir.ts";
import { lowerOperands } from "./expressions.ts";
import { type FunctionBuilder, load, textType } from "./function-builder.ts";
import type { Place } from "./places.ts";

/** A view that later effects cannot change: literals stay, computed text is copied. */
export function holdText(f: FunctionBuilder, node: HirExpr, value: MirExpr): MirExpr {
  if (value.kind === "textConstant") return value;
  const capacity = node.type.kind === "string" ? f.lowering.strings.node(node.id) : null;
  if (capacity === null || capacity.kind === "literal") return f.hold(value);
  return copyToCell(f, value, capacity.bytes);
}

export function copyToCell(f: FunctionBuilder, value: MirExpr, bytes: number): MirExpr {
  const cell = f.addLocal("text", { kind: "cell", bytes }, true);
  f.set({ kind: "local", local: cell }, value);
  return load({ kind: "local", local: cell }, textType);
}

/** Whether the text is a view of a place that somebody may write. */
export function isMutableView(value: MirExpr): boolean {
  if (value.kind === "select") return isMutableView(value.whenTrue) || isMutableView(value.whenFalse);
  return value.kind === "load" && value.place.kind !== "local";
}

export function storeText(f: FunctionBuilder, place: Place, value: MirExpr): MirExpr {
  f.set(place.place, value);
  return place.type.kind === "cell" ? load(place.place, textType) : value;
}

/** A template: its parts are written one after the other into a temporary cell. */
export function lowerTemplate(f: FunctionBuilder, node: HirExpr, given?: readonly MirExpr[]): MirExpr {
  const parts = given ?? lowerParts(f, node);
  if (parts.length === 0) return { kind: "textConstant", value: "", type: textType };
  const only = parts[0];
  if (parts.length === 1 && only !== undefined && only.type.kind === "text") return only;
  if (parts.every((part) => part.kind === "textConstant")) {
    return {
      kind: "textConstant",
      value: parts.map((part) => (part.kind === "textConstant" ? part.value : "")).join(""),
      type: textType,
    };
  }
  const capacity = f.lowering.strings.node(node.id);
  const bytes = capacity.kind === "bytes" ? capacity.bytes : 0;
  const cell = f.addLocal("text", { kind: "cell", bytes }, true);
  f.emit({ kind: "buildText", cell, parts });
  return load({ kind: "local", local: cell }, textType);
}

export function lowerParts(f: FunctionBuilder, node: HirExpr): MirExpr[] {
  return node.kind === "template" ? lowerOperands(f, node.parts) : [];
}
