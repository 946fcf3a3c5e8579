/** Why an expression is a double, and what to write instead: for `--explain numbers` and `doubles: "error"`. */
import type { NumberFact, NumberFacts } from "../ir/facts.ts";
import type { ArithmeticOp, HirExpr, HirProgram, HirStatement, HirTarget } from "../ir/hir.ts";
import type { FieldId, NodeId } from "../ir/ids.ts";
import { integerDivision } from "../ir/integer-division.ts";
import { hasNumber } from "../ir/union-types.ts";
import { partsOf, walkStatements } from "../ir/walk-hir.ts";
import { assertNever } from "../source/assert.ts";

export interface Cause {
  readonly why: string;
  readonly advice: string;
  /** Another place is the reason; it has a reason of its own. */
  readonly isPlace: boolean;
}

const EXACT_MAX = 9007199254740992;

/** No integer type holds these values exactly. */
export function isDouble(fact: NumberFact): boolean {
  const isEmpty = fact.lo > fact.hi && !fact.nan;
  if (isEmpty) return false;
  return !fact.integer || fact.nan || fact.lo < -EXACT_MAX || fact.hi > EXACT_MAX;
}

/** The divisions in these statements that are done in integers. */
export function integerDivisions(body: readonly HirStatement[], facts: NumberFacts): ReadonlySet<NodeId> {
  const found = new Set<NodeId>();
  walkStatements(body, {
    expression: (node) => {
      const division = integerDivision(node, (id) => facts.node(id));
      if (division !== null) found.add(division.division.id);
    },
  });
  return found;
}

export function isArithmetic(node: HirExpr): boolean {
  return (
    node.kind === "arithmetic" || node.kind === "compound" || node.kind === "update" || node.kind === "negate"
  );
}

const say = (why: string, advice: string): Cause => ({ why, advice, isPlace: false });
const GROWS = say(
  "it may grow beyond 2^53",
  "keep it within 32 bits with '| 0' or '>>> 0', or declare it as i32 or u32",
);
const UNKNOWN = say(
  "its values are not known to be integers",
  "declare it as i32, or wrap the value with '| 0'",
);

export class DoubleCauses {
  readonly #program: HirProgram;
  readonly #facts: NumberFacts;

  constructor(program: HirProgram, facts: NumberFacts) {
    this.#program = program;
    this.#facts = facts;
  }

  /** Needs: the fact of the node is a double. */
  of(node: HirExpr): Cause {
    switch (node.kind) {
      case "number":
        return ofLiteral(node.value);
      case "local":
      case "static":
      case "field":
      case "element":
        return {
          why: `${this.nameOf(node)} is a double`,
          advice: "look at what makes that one a double",
          isPlace: true,
        };
      case "call":
      case "callClosure":
      case "await":
        return this.#ofCall(node);
      case "arithmetic":
        return this.#ofOperator(node.op, node.left, node.right, this.#facts.node(node.left.id));
      case "compound":
        return this.#ofOperator(node.op, null, node.value, this.factOf(node.target));
      case "update":
        return isDouble(this.factOf(node.target))
          ? {
              why: `${this.nameOf(node.target)} is a double`,
              advice: "look at what makes that one a double",
              isPlace: true,
            }
          : GROWS;
      case "intrinsic":
        return this.#ofIntrinsic(node);
      case "convert":
        return node.to === "f32" || node.to === "f64" ? declared(node.to) : UNKNOWN;
      default:
        return this.#ofParts(node);
    }
  }

  #ofParts(node: HirExpr): Cause {
    const part = partsOf(node).find((one) => hasNumber(one.type) && isDouble(this.#facts.node(one.id)));
    return part === undefined ? UNKNOWN : this.of(part);
  }

  #ofCall(node: Extract<HirExpr, { kind: "call" | "callClosure" | "await" }>): Cause {
    const callee =
      node.kind === "call"
        ? node.function
        : node.kind === "await" && node.operand.kind === "call"
          ? node.operand.function
          : null;
    const name =
      callee === null ? "the function called here" : `${this.#program.functions[callee]?.name ?? "?"}()`;
    return { why: `${name} returns a double`, advice: "look at what makes that one a double", isPlace: true };
  }

  #ofOperator(op: ArithmeticOp, left: HirExpr | null, right: HirExpr, leftFact: NumberFact): Cause {
    const rightFact = this.#facts.node(right.id);
    const areIntegers = !isDouble(leftFact) && !isDouble(rightFact);
    const mayBeZero = rightFact.lo <= 0 && rightFact.hi >= 0;
    const operand = left !== null && isDouble(leftFact) ? left : isDouble(rightFact) ? right : null;
    const inner = operand === null ? null : this.of(operand);
    /* A division makes fractions of its own, whatever other places hold. */
    if (op === "/" && inner?.isPlace !== false)
      return mayBeZero
        ? say(
            "'/' may give a fraction, and the divisor may be 0",
            "test that the divisor is not 0, and write Math.trunc(a / b) or (a / b) | 0",
          )
        : say("'/' may give a fraction", "write Math.trunc(a / b) or (a / b) | 0");
    if (op === "%" && areIntegers && mayBeZero)
      return say("'%' gives NaN where the divisor is 0", "test that the divisor is not 0");
    if (op === "**" && areIntegers)
      return say("'**' may leave the integers below 2^53", "write the product, or shift for powers of two");
    if (areIntegers) return GROWS;
    if (inner !== null) return inner;
    /* Only what the target held before is a double. */
    return leftFact.integer ? { ...GROWS, isPlace: true } : { ...UNKNOWN, isPlace: true };
  }

  #ofIntrinsic(node: Extract<HirExpr, { kind: "intrinsic" }>): Cause {
    switch (node.name) {
      case "nowMs":
        return say("now() counts fractions of a millisecond", "write Math.trunc(now())");
      case "stringToNumber":
      case "stringParseFloat":
      case "stringParseInt":
        return say(
          "a number read from a text may be anything",
          "test it with Number.isInteger and its limits, or wrap it with i32(…)",
        );
      case "stringUnitAt":
        return say("charCodeAt gives NaN outside the text", "test the index against the length");
      case "mathFloor":
      case "mathCeil":
      case "mathTrunc":
      case "mathRound":
      case "mathAbs":
      case "mathMin":
      case "mathMax":
        return node.name !== "mathAbs" && this.#isWhole(node) ? GROWS : this.#ofParts(node);
      case "bigintToNumber":
        return say("Number() of a bigint may be beyond 2^53", "mask it first: Number(x & 0xffffffffn)");
      default:
        return node.name.startsWith("math")
          ? say(
              `Math.${node.name.charAt(4).toLowerCase()}${node.name.slice(5)} gives fractions`,
              "cut them with Math.trunc, or use a table of integers",
            )
          : UNKNOWN;
    }
  }

  /** A rounded value is a double only because it is large or no number. */
  #isWhole(node: HirExpr): boolean {
    const { integer, nan } = this.#facts.node(node.id);
    return integer && !nan;
  }

  // Places

  factOf(target: HirTarget): NumberFact {
    switch (target.kind) {
      case "local":
        return this.#facts.local(target.local);
      case "static":
        return this.#facts.static(target.static);
      case "field":
        return this.#facts.field(target.field);
      case "element":
        return target.array.type.kind === "array"
          ? this.#facts.element(target.array.type.array)
          : { lo: 0, hi: -1, integer: true, nan: false };
      default:
        return assertNever(target);
    }
  }

  nameOfField(id: FieldId): string {
    const field = this.#program.fields[id];
    const owner = field === undefined ? "?" : (this.#program.classes[field.class]?.name ?? "?");
    return `'${field?.name ?? "?"}' of ${owner}`;
  }

  /** `'x'`, `'count' of Meter`, `an element of 'xs'`. */
  nameOf(target: HirTarget): string {
    switch (target.kind) {
      case "local":
        return `'${this.#program.locals[target.local]?.name ?? "?"}'`;
      case "static":
        return `'${this.#program.statics[target.static]?.name ?? "?"}'`;
      case "field":
        return this.nameOfField(target.field);
      case "element":
        return isNamed(target.array)
          ? `an element of ${this.nameOf(target.array)}`
          : "an element of an array";
      default:
        return assertNever(target);
    }
  }
}

function isNamed(node: HirExpr): node is HirExpr & HirTarget {
  return node.kind === "local" || node.kind === "static" || node.kind === "field";
}

export function declared(size: string): Cause {
  return say(`it is declared as ${size}`, "declare an integer size, such as i32");
}

function ofLiteral(value: number): Cause {
  if (Number.isNaN(value)) return say("NaN is no integer", "use an integer that stands for it, such as -1");
  if (!Number.isFinite(value)) return say("Infinity is no integer", "use the largest value that can occur");
  if (Number.isInteger(value)) return say(`${value} is beyond 2^53`, "use a bigint, or a smaller constant");
  return say(`${value} is a fraction`, "scale it to an integer: x * 3 >> 2 for x * 0.75");
}
