/** `switch` statements. */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement, HirSwitchCase } from "../ir/hir.ts";
import { walkStatements } from "../ir/walk-hir.ts";
import { type Builder, expression, type Jump, type Scope } from "./builder.ts";
import { equality } from "./equality.ts";
import { literal, lowerExpression } from "./expressions.ts";
import { inside, lowerStatements } from "./statements.ts";
import { flow } from "./unify-types.ts";

export function lowerSwitch(
  b: Builder,
  scope: Scope,
  node: ts.SwitchStatement,
  label: string | null,
): HirStatement[] {
  const subject = lowerExpression(b, scope, node.expression);
  if (subject.type.kind === "union") return lowerUnionSwitch(b, scope, node, label, subject);
  if (!["number", "bigint", "string", "boolean"].includes(subject.type.kind)) {
    return b.unsupported(node.expression, "A switch over this type is", "Switch over a number or a string.");
  }
  const jump: Jump = { id: b.nextJump(), label, isLoop: false, takesPlainBreak: true };
  const cases = inside(scope, jump, () =>
    node.caseBlock.clauses.map((clause): HirSwitchCase => {
      const test = ts.isCaseClause(clause)
        ? flow(b, lowerExpression(b, scope, clause.expression), subject.type, clause.expression)
        : null;
      return { test, body: lowerStatements(b, scope, clause.statements), span: b.span(clause) };
    }),
  );
  refuseSharedDeclarations(b, node, cases);
  return [{ kind: "switch", jump: jump.id, subject, cases, span: b.span(node) }];
}

/** Each case asks whether the subject is its value: a switch over `true`. */
function lowerUnionSwitch(
  b: Builder,
  scope: Scope,
  node: ts.SwitchStatement,
  label: string | null,
  subject: HirExpr,
): HirStatement[] {
  const local = b.addLocal(scope, "subject", subject.type, node.expression);
  const read = (): HirExpr => expression(b, node.expression, { kind: "local", local, type: subject.type });
  const jump: Jump = { id: b.nextJump(), label, isLoop: false, takesPlainBreak: true };
  const cases = inside(scope, jump, () =>
    node.caseBlock.clauses.map((clause): HirSwitchCase => {
      const test = ts.isCaseClause(clause)
        ? equality(b, scope, clause, read(), lowerExpression(b, scope, clause.expression), false)
        : null;
      return { test, body: lowerStatements(b, scope, clause.statements), span: b.span(clause) };
    }),
  );
  refuseSharedDeclarations(b, node, cases);
  return [
    { kind: "let", local, value: subject, span: subject.span },
    { kind: "switch", jump: jump.id, subject: literal(b, node.expression, true), cases, span: b.span(node) },
  ];
}

/** A `let` of one clause is in scope in the others, where its initialiser has not run: Node throws, C would read zeros. */
function refuseSharedDeclarations(
  b: Builder,
  node: ts.SwitchStatement,
  cases: readonly HirSwitchCase[],
): void {
  cases.forEach((clause, index) => {
    const declared = new Set(
      clause.body.flatMap((statement) => (statement.kind === "let" ? [statement.local] : [])),
    );
    const others = cases.filter((_, other) => other !== index).flatMap((other) => other.body);
    walkStatements(others, {
      expression: (value) => {
        const target = "target" in value && value.target.kind === "local" ? value.target.local : null;
        const local = value.kind === "local" ? value.local : target;
        if (local === null || !declared.has(local)) return;
        b.unsupported(node, "Using a variable of one case in another is", "Declare it before the switch.");
      },
    });
  });
}
