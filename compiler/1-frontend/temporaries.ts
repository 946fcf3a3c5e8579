/** Values that a construct needs several times although the source evaluates them once. */

import type { ts } from "ts-morph";
import type { HirExpr, HirStatement, HirTarget, HirType } from "../ir/hir.ts";
import { type Builder, expression, type Scope } from "./builder.ts";

/** A value, ready to be read any number of times: a fresh node at each read. */
export interface Held {
  readonly statements: readonly HirStatement[];
  read(): HirExpr;
}

/**
 * Keeps a value in a variable of its own, unless reading it again is as good:
 * constants and variables. `quiet`: nothing runs between the reads that could
 * assign to a variable.
 */
export function hold(
  b: Builder,
  scope: Scope,
  node: ts.Node,
  name: string,
  value: HirExpr,
  quiet: boolean,
): Held {
  if (isRepeatable(b, value, quiet)) {
    let first: HirExpr | null = value;
    const read = (): HirExpr => {
      const again = first ?? repeat(b, node, value);
      first = null;
      return again;
    };
    return { statements: [], read };
  }
  const local = b.addLocal(scope, name, value.type, node);
  return {
    statements: [{ kind: "let", local, value, span: value.span }],
    read: () => expression(b, node, { kind: "local", local, type: value.type }),
  };
}

function isRepeatable(b: Builder, value: HirExpr, quiet: boolean): boolean {
  switch (value.kind) {
    case "number":
    case "bigint":
    case "boolean":
    case "string":
    case "undefined":
    case "null":
      return true;
    case "local":
      return quiet || !b.local(value.local).reassigned;
    case "unwrap":
    case "wrap":
      return isRepeatable(b, value.value, quiet);
    default:
      return false;
  }
}

/** The same node with an id of its own. */
function repeat(b: Builder, node: ts.Node, value: HirExpr): HirExpr {
  if (value.kind === "unwrap" || value.kind === "wrap")
    return { ...value, id: b.nextNode(), value: repeat(b, node, value.value) };
  return { ...value, id: b.nextNode() };
}

/** The statements that keep the values, then the expression made of them. */
export function after(b: Builder, node: ts.Node, held: readonly Held[], value: HirExpr): HirExpr {
  const statements = held.flatMap((one) => one.statements);
  if (statements.length === 0) return value;
  return expression(b, node, { kind: "sequence", statements, value, type: value.type });
}

/** What an assignment writes to, with object and index evaluated once. */
export interface HeldTarget {
  readonly held: readonly Held[];
  target(): HirTarget;
  read(): HirExpr;
}

export function holdTarget(
  b: Builder,
  scope: Scope,
  node: ts.Node,
  target: HirTarget,
  type: HirType,
): HeldTarget {
  const parts = heldParts(b, scope, node, target);
  return { ...parts, read: () => expression(b, node, { ...parts.target(), type }) };
}

function heldParts(b: Builder, scope: Scope, node: ts.Node, target: HirTarget): Omit<HeldTarget, "read"> {
  switch (target.kind) {
    case "local":
    case "static":
      return { held: [], target: () => target };
    case "field": {
      const object = hold(b, scope, node, "object", target.object, false);
      return { held: [object], target: () => ({ ...target, object: object.read() }) };
    }
    case "element": {
      const array = hold(b, scope, node, "array", target.array, false);
      const index = hold(b, scope, node, "index", target.index, false);
      return {
        held: [array, index],
        target: () => ({ ...target, array: array.read(), index: index.read() }),
      };
    }
  }
}
