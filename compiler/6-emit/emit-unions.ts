/** Values of unions in C: a tag of the runtime and a C union, or a reference that may be NULL. */
import type { FlatMir } from "../ir/flat-mir.ts";
import type { MirExpr, MirType, MirUnion } from "../ir/mir.ts";
import type { ArmKind } from "../ir/union-types.ts";
import { assertNever, defined } from "../source/assert.ts";
import {
  type CDeclaration,
  type CExpr,
  type CField,
  type CStatement,
  literal,
  member,
  name,
} from "./c-tree.ts";
import { type ExprContext, emitExpr } from "./emit-expressions.ts";
import type { Types } from "./emit-types.ts";

type UnionExpr = Extract<MirExpr, { kind: "wrap" | "payload" | "hasTag" | "nothing" | "isNothing" }>;

export function unionName(union: number): string {
  return `struct app_union_${union}`;
}

export function unionCellName(union: number, bytes: number): string {
  return `struct app_union_${union}_text_${bytes}`;
}

/** The names of `enum tsfw_arm` in tsfw.h. */
const tags: Readonly<Record<ArmKind, string>> = {
  void: "TSFW_UNDEFINED",
  null: "TSFW_NULL",
  boolean: "TSFW_BOOLEAN",
  number: "TSFW_NUMBER",
  string: "TSFW_STRING",
  object: "TSFW_OBJECT",
  array: "TSFW_ARRAY",
  closure: "TSFW_FUNCTION",
  bigint: "TSFW_BIGINT",
};

/** Names of the members of the C union. */
const members: Readonly<Record<ArmKind, string>> = {
  void: "undefined",
  null: "null",
  boolean: "boolean",
  number: "number",
  string: "string",
  object: "object",
  array: "array",
  closure: "function",
  bigint: "bigint",
};

export function emitUnion(c: ExprContext, expr: UnionExpr): CExpr {
  switch (expr.kind) {
    case "wrap": {
      const tag: CExpr = { kind: "designated", field: ["tag"], value: name(tags[expr.arm]) };
      const held: CExpr[] =
        expr.value === null
          ? []
          : [{ kind: "designated", field: ["as", members[expr.arm]], value: emitExpr(c, expr.value) }];
      return { kind: "compound", type: c.types.name(expr.type), values: [tag, ...held] };
    }
    case "payload":
      return payload(emitExpr(c, expr.value), expr.arm);
    case "hasTag":
      return hasTag(emitExpr(c, expr.value), expr.arm);
    case "nothing":
      return expr.type.kind === "closure"
        ? { kind: "compound", type: c.types.name(expr.type), values: [literal("0")] }
        : literal("NULL");
    case "isNothing": {
      const value = emitExpr(c, expr.value);
      const pointer = expr.value.type.kind === "closure" ? member(value, "code") : value;
      return { kind: "binary", op: "==", left: pointer, right: literal("NULL") };
    }
    default:
      return assertNever(expr);
  }
}

export function payload(value: CExpr, arm: ArmKind): CExpr {
  return member(member(value, "as"), members[arm]);
}

export function hasTag(value: CExpr, arm: ArmKind): CExpr {
  return { kind: "binary", op: "==", left: member(value, "tag"), right: name(tags[arm]) };
}

/** One statement for each arm that the union may have: what is done with its value, or with the name of the unit. */
export function forEachArm(
  unions: readonly MirUnion[],
  union: number,
  value: CExpr,
  act: (value: CExpr | "undefined" | "null", type: MirType, arm: ArmKind) => readonly CStatement[],
): CStatement[] {
  const { arms, units } = defined(unions[union], "union");
  const steps = [
    ...units.map((unit) => ({
      arm: unit,
      act: act(unit === "void" ? "undefined" : "null", { kind: "text" }, unit),
    })),
    ...arms.map(({ arm, type }) => ({ arm, act: act(payload(value, arm), type, arm) })),
  ];
  const last = steps.pop();
  return steps.reduceRight<CStatement[]>(
    (whenFalse, step) => [{ kind: "if", test: hasTag(value, step.arm), whenTrue: step.act, whenFalse }],
    last === undefined ? [] : [...last.act],
  );
}

export function declareUnion(mir: Pick<FlatMir, "unions">, types: Types, union: number): CDeclaration {
  const { arms, name: description } = defined(mir.unions[union], "union");
  const tag: CField = { kind: "field", declarator: "uint8_t tag", comment: null };
  const held: CField = {
    kind: "group",
    keyword: "union",
    name: "as",
    fields: arms.map(({ arm, type }) => ({
      kind: "field",
      declarator: types.declarator(type, members[arm]),
      comment: null,
    })),
  };
  return {
    kind: "struct",
    name: unionName(union).slice("struct ".length),
    fields: arms.length === 0 ? [tag] : [tag, held],
    comment: description.replaceAll("_", " "),
  };
}

export function declareUnionCell(union: number, bytes: number): CDeclaration {
  return {
    kind: "struct",
    name: unionCellName(union, bytes).slice("struct ".length),
    fields: [
      { kind: "field", declarator: `${unionName(union)} value`, comment: null },
      { kind: "field", declarator: `char data[${Math.max(1, bytes)}]`, comment: null },
    ],
    comment: null,
  };
}
