/**
 * Upper bounds of lengths as sums: the lengths of other arrays and a constant.
 * Ranges know one length for all arrays of a class; these sums tell the arrays
 * apart, so that a copy with one more element is not longer than itself.
 */
import type { NumberFacts, StringFacts } from "../ir/facts.ts";
import type { HirExpr, HirProgram } from "../ir/hir.ts";
import type { LocalId } from "../ir/ids.ts";
import { walkStatements } from "../ir/walk-hir.ts";

/** At most the sum of the lengths of the arrays `terms` and `plus`. */
export interface LengthForm {
  readonly terms: readonly HirExpr[];
  readonly plus: number;
}

export interface LengthForms {
  /** The value is at most the greatest of these. */
  of(length: HirExpr): readonly LengthForm[];
  ofLocal(local: LocalId): readonly LengthForm[];
}

/** More alternatives are not worth their time: ranges then say what they know. */
const FORMS_MAX = 6;
const DEPTH_MAX = 40;

/** Without facts only the arrays in the sums mean anything. */
export function findLengthForms(
  program: HirProgram,
  facts: NumberFacts | null,
  strings: Pick<StringFacts, "partsOf"> | null = null,
): LengthForms {
  const values = initialValues(program);
  const highest = (node: HirExpr): number =>
    Math.min(
      facts?.node(node.id).hi ?? Number.POSITIVE_INFINITY,
      strings?.partsOf(node) ?? Number.POSITIVE_INFINITY,
    );
  const known = (node: HirExpr): LengthForm[] => [{ terms: [], plus: highest(node) }];
  const isNever = (node: HirExpr): boolean => {
    const fact = facts?.node(node.id);
    return fact !== undefined && fact.lo > fact.hi && !fact.nan;
  };
  const forms = (node: HirExpr, depth: number): readonly LengthForm[] => {
    const found = depth > DEPTH_MAX ? known(node) : formsOf(node, depth + 1);
    if (found.length > FORMS_MAX) return known(node);
    // What a branch has tested is known of the node alone.
    const most = highest(node);
    return found.map((form) =>
      form.terms.length === 0 && form.plus > most ? { ...form, plus: most } : form,
    );
  };
  const formsOf = (node: HirExpr, depth: number): readonly LengthForm[] => {
    switch (node.kind) {
      case "number":
        return [{ terms: [], plus: node.value }];
      case "arrayLength":
        return [{ terms: [node.array], plus: 0 }];
      case "local": {
        const value = values.get(node.local);
        return value === undefined ? known(node) : forms(value, depth);
      }
      case "sequence":
        return forms(node.value, depth);
      case "conditional":
        return [node.whenTrue, node.whenFalse].flatMap((side) => (isNever(side) ? [] : forms(side, depth)));
      case "arithmetic":
        return ofArithmetic(node, depth) ?? known(node);
      case "intrinsic":
        return ofIntrinsic(node, depth) ?? known(node);
      default:
        return known(node);
    }
  };
  const ofArithmetic = (
    { op, left, right }: Extract<HirExpr, { kind: "arithmetic" }>,
    depth: number,
  ): readonly LengthForm[] | null => {
    if (op === ">>" || op === ">>>") return forms(left, depth);
    if (op === "-") {
      const least = Math.max(0, facts?.node(right.id).lo ?? 0);
      return forms(left, depth).map(({ terms, plus }) => ({ terms, plus: plus - least }));
    }
    if (op !== "+") return null;
    const others = forms(right, depth);
    return forms(left, depth).flatMap((one) =>
      others.map((other) => ({ terms: [...one.terms, ...other.terms], plus: one.plus + other.plus })),
    );
  };
  const ofIntrinsic = (
    { name, args }: Extract<HirExpr, { kind: "intrinsic" }>,
    depth: number,
  ): readonly LengthForm[] | null => {
    if (name === "mathTrunc") return args.flatMap((arg) => forms(arg, depth));
    // A length is never negative.
    if (name === "mathMax")
      return args.filter((arg) => arg.kind !== "number" || arg.value > 0).flatMap((arg) => forms(arg, depth));
    if (name !== "mathMin") return null;
    const limits = args.filter((arg) => !isNever(arg)).map((arg) => forms(arg, depth));
    return limits.find((limit) => limit.every(isConstant)) ?? limits.find(hasTerms) ?? null;
  };
  return {
    of: (length) => forms(length, 0),
    ofLocal: (local) => {
      const value = values.get(local);
      return value === undefined ? [{ terms: [], plus: facts?.local(local).hi ?? 0 }] : forms(value, 0);
    },
  };
}

function isConstant({ terms, plus }: LengthForm): boolean {
  return terms.length === 0 && Number.isFinite(plus);
}

function hasTerms(forms: readonly LengthForm[]): boolean {
  return forms.some(({ terms }) => terms.length > 0);
}

/** What the variables are set to that are never assigned again. */
function initialValues(program: HirProgram): ReadonlyMap<LocalId, HirExpr> {
  const values = new Map<LocalId, HirExpr>();
  for (const fn of program.functions) {
    walkStatements(fn.body, {
      statement: (statement) => {
        if (statement.kind !== "let" || statement.value === null) return;
        if (program.locals[statement.local]?.reassigned === false)
          values.set(statement.local, statement.value);
      },
    });
  }
  return values;
}
