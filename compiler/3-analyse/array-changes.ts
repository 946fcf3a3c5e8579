/** What statements may do to the length of the array at a place, by themselves or by what they call. */
import type { CallGraph } from "../ir/call-graph.ts";
import type { HirExpr, HirProgram, HirStatement, HirTarget } from "../ir/hir.ts";
import type { ArrayId, FunctionId } from "../ir/ids.ts";
import { walkExpression, walkStatements } from "../ir/walk-hir.ts";
import { appends, isSamePlace, lengthens } from "./growing-arrays.ts";

export interface ArrayChanges {
  /** The array becomes longer, or another array comes to the place. */
  mayGrow(statements: readonly HirStatement[], place: HirExpr): boolean;
  mayGrowIn(value: HirExpr, place: HirExpr): boolean;
  /** Removes an element whenever there is one, and lets nothing grow. */
  shortens(statements: readonly HirStatement[], place: HirExpr): boolean;
}

export function findArrayChanges(program: HirProgram, graph: CallGraph): ArrayChanges {
  const grown = classesGrownBy(program, graph);
  const changes = (node: HirExpr, place: HirExpr): boolean => {
    if (place.type.kind !== "array") return true;
    const id = program.arrayOf(place.type.array);
    switch (node.kind) {
      case "await":
      case "awaitAll":
        return true;
      case "assign":
        return replaces(node.target, place) || grownHere(program, node) === id;
      case "call":
        return grown[node.function]?.has(id) ?? true;
      case "callClosure":
        return (
          node.closure.type.kind !== "closure" ||
          graph.closuresOf(node.closure.type.signature).some((fn) => grown[fn]?.has(id) ?? true)
        );
      case "new": {
        const made = program.classes[node.class]?.constructorFunction ?? null;
        return made !== null && (grown[made]?.has(id) ?? true);
      }
      case "spawn":
        return grown[node.function]?.has(id) ?? true;
      default:
        return grownHere(program, node) === id;
    }
  };
  const mayGrow = (statements: readonly HirStatement[], place: HirExpr): boolean => {
    let found = false;
    walkStatements(statements, {
      statement: (statement) => {
        found ||= statement.kind === "let" && place.kind === "local" && statement.local === place.local;
        found ||= statement.kind === "forEvery";
      },
      expression: (node) => {
        found ||= changes(node, place);
      },
    });
    return found;
  };
  const mayGrowIn = (value: HirExpr, place: HirExpr): boolean => {
    let found = false;
    walkExpression(value, {
      expression: (node) => {
        found ||= changes(node, place);
      },
    });
    return found;
  };
  return {
    mayGrow,
    mayGrowIn,
    shortens: (statements, place) =>
      !mayGrow(statements, place) && statements.some((statement) => removesOne(statement, place)),
  };
}

/** Another array comes to the place, or to one on the way to it. */
function replaces(target: HirTarget, place: HirExpr): boolean {
  if (target.kind === "element") return false;
  if (target.kind === "field" && place.kind === "field" && target.field === place.field) return true;
  return isSamePlace(target, place) || (place.kind === "field" && replaces(target, place.object));
}

/** The class of arrays that the expression itself makes longer. */
function grownHere(program: HirProgram, node: HirExpr): ArrayId | null {
  const array = grownArray(node);
  return array?.type.kind === "array" ? program.arrayOf(array.type.array) : null;
}

function grownArray(node: HirExpr): HirExpr | null {
  if (node.kind === "push") return node.array;
  if (node.kind === "setLength") return lengthens(node) ? node.array : null;
  if (node.kind !== "assign" || node.target.kind !== "element") return null;
  return appends(node.target) || node.target.inside !== "always" ? node.target.array : null;
}

function classesGrownBy(program: HirProgram, graph: CallGraph): readonly ReadonlySet<ArrayId>[] {
  const grown = program.functions.map(({ body }) => {
    const own = new Set<ArrayId>();
    walkStatements(body, {
      expression: (node) => {
        const id = grownHere(program, node);
        if (id !== null) own.add(id);
      },
    });
    return own;
  });
  const callees = (id: FunctionId): readonly FunctionId[] => [
    ...graph.callsFrom(id).map(({ callee }) => callee),
    ...graph.closureCallsFrom(id).flatMap(({ signature }) => graph.closuresOf(signature)),
  ];
  for (let changed = true; changed; ) {
    changed = false;
    for (const { id } of program.functions) {
      const own = grown[id];
      if (own === undefined) continue;
      const before = own.size;
      for (const callee of callees(id)) for (const one of grown[callee] ?? []) own.add(one);
      changed ||= own.size > before;
    }
  }
  return grown;
}

/** `xs.shift()` and `xs.pop()` as the front end writes them. */
function removesOne(statement: HirStatement, place: HirExpr): boolean {
  if (statement.kind === "block" && statement.breakId === null)
    return statement.statements.some((one) => removesOne(one, place));
  if (statement.kind !== "expression" && statement.kind !== "let") return false;
  const { value } = statement;
  if (value === null || value.kind !== "sequence") return false;
  const [holder] = value.statements;
  if (holder?.kind !== "let" || holder.value === null || !isSamePlace(holder.value, place)) return false;
  let found = false;
  walkExpression(value, {
    expression: (node) => {
      if (node.kind !== "setLength" || node.array.kind !== "local" || node.array.local !== holder.local)
        return;
      const { length } = node;
      found ||= length.kind === "arithmetic" && length.op === "-" && length.right.kind === "number";
    },
  });
  return found;
}
