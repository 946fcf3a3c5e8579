/** `for…of` over a string: a walk over its characters, byte by byte inside, without an index of units. */

import type { ts } from "ts-morph";
import type { HirExpr, HirStatement } from "../ir/hir.ts";
import type { LocalId } from "../ir/ids.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { literal } from "./expressions.ts";
import { loopJump } from "./loops.ts";
import { inside, lowerStatements } from "./statements.ts";
import { operation } from "./string-methods.ts";

export function lowerForOfString(
  b: Builder,
  scope: Scope,
  node: ts.ForOfStatement,
  label: string | null,
  text: HirExpr,
  local: LocalId,
  head: readonly HirStatement[],
): HirStatement[] {
  const jump = loopJump(b, label);
  const body = (): HirStatement[] => [
    ...head,
    ...inside(scope, jump, () => lowerStatements(b, scope, [node.statement])),
  ];
  return overCharacters(b, scope, node, text, { local, jump: jump.id, body });
}

interface Characters {
  readonly local: LocalId;
  readonly jump: ReturnType<Builder["nextJump"]>;
  body(): readonly HirStatement[];
}

/** Runs the body with the local set to each character; the text is evaluated once. */
function overCharacters(
  b: Builder,
  scope: Scope,
  node: ts.Node,
  text: HirExpr,
  { local, jump, body }: Characters,
): HirStatement[] {
  const span = b.span(node);
  const at = b.addLocal(scope, "at", types.number, node, { reassigned: true });
  const position = (): HirExpr => expression(b, node, { kind: "local", local: at, type: types.number });
  const holder = b.addLocal(scope, "text", types.string, node);
  const held = (): HirExpr => expression(b, node, { kind: "local", local: holder, type: types.string });
  const character = operation(b, node, "stringCharacter", [held(), position()]);
  const step = expression(b, node, {
    kind: "compound",
    op: "+",
    target: { kind: "local", local: at },
    value: operation(b, node, "stringCharacterBytes", [held(), position()]),
    type: types.number,
  });
  const test = expression(b, node, {
    kind: "compare",
    op: "<",
    left: position(),
    right: operation(b, node, "stringBytes", [held()]),
    type: types.boolean,
  });
  const loop: HirStatement = {
    kind: "loop",
    jump,
    test,
    testFirst: true,
    update: step,
    body: [{ kind: "let", local, value: character, span }, ...body()],
    perIteration: [],
    span,
  };
  return [
    {
      kind: "block",
      breakId: null,
      span,
      statements: [
        { kind: "let", local: holder, value: text, span },
        { kind: "let", local: at, value: literal(b, node, 0), span },
        loop,
      ],
    },
  ];
}
