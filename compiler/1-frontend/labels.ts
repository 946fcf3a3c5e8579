/** Labelled statements: loops and switches take the label themselves, all others become a block that `break` leaves. */

import { ts } from "ts-morph";
import type { HirStatement } from "../ir/hir.ts";
import type { Builder, Jump, Scope } from "./builder.ts";

type Lower = (node: ts.Statement, label: string | null) => HirStatement[];

/** `first: second: for (…)` has two names for one target: all but the last are kept as other names of it. */
export function lowerLabelled(
  b: Builder,
  scope: Scope,
  node: ts.LabeledStatement,
  lower: Lower,
): HirStatement[] {
  const labels = [node.label.text];
  let inner = node.statement;
  for (; ts.isLabeledStatement(inner); inner = inner.statement) labels.push(inner.label.text);
  const name = labels.at(-1) ?? "";
  const before = labels.map((label) => b.labels.get(label));
  for (const label of labels) b.labels.set(label, name);
  try {
    return takesLabel(inner) ? lower(inner, name) : lowerAsBlock(b, scope, inner, name, lower);
  } finally {
    labels.forEach((label, index) => {
      const known = before[index];
      if (known === undefined) b.labels.delete(label);
      else b.labels.set(label, known);
    });
  }
}

function takesLabel(node: ts.Statement): boolean {
  return ts.isIterationStatement(node, false) || ts.isSwitchStatement(node) || ts.isBlock(node);
}

function lowerAsBlock(
  b: Builder,
  scope: Scope,
  node: ts.Statement,
  label: string,
  lower: Lower,
): HirStatement[] {
  const jump: Jump = { id: b.nextJump(), label, isLoop: false, takesPlainBreak: false };
  scope.jumps.push(jump);
  const statements = lower(node, null);
  scope.jumps.pop();
  return [{ kind: "block", statements, breakId: jump.id, span: b.span(node) }];
}
