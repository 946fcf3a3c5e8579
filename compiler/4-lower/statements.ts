/** Statements as basic blocks. */
import type { HirExpr, HirStatement } from "../ir/hir.ts";
import type { MirExpr, MirType } from "../ir/mir.ts";
import { hasText } from "../ir/union-types.ts";
import { assertNever, defined, isGone } from "../source/assert.ts";
import { storeValue } from "./assignments.ts";
import { lowerForEvery } from "./async.ts";
import { compareBigints } from "./bigint-comparisons.ts";
import { resultType } from "./calls.ts";
import { lowerExpression, lowerNumeric } from "./expressions.ts";
import { boolType, constant, type FunctionBuilder, load } from "./function-builder.ts";
import { binary, lowerCompareNumbers, pure } from "./numbers.ts";
import { adapt, arrayLength, declareLocal, elementPlace, localPlace, read, staticPlace } from "./places.ts";
import { localType, placeType, returnsNothing } from "./representation.ts";
import { lowerBody } from "./scope-ends.ts";
import { fitsInitially } from "./static-initialisers.ts";
import { copyToRoom, holdText, storeText } from "./text.ts";

type StatementOf<K extends HirStatement["kind"]> = Extract<HirStatement, { kind: K }>;

export function lowerStatements(f: FunctionBuilder, statements: readonly HirStatement[]): void {
  for (const statement of statements) {
    f.span = statement.span;
    lowerStatement(f, statement);
  }
}

function lowerStatement(f: FunctionBuilder, statement: HirStatement): void {
  switch (statement.kind) {
    case "expression":
      f.unused = statement.value;
      lowerExpression(f, statement.value);
      f.unused = null;
      return;
    case "let":
      return lowerLet(f, statement);
    case "staticInit":
      return lowerStaticInit(f, statement);
    case "block":
      return lowerBlock(f, statement);
    case "if":
      return lowerIf(f, statement);
    case "loop":
      return lowerLoop(f, statement);
    case "forOf":
      return lowerForOf(f, statement);
    case "forEvery":
      return lowerForEvery(f, statement);
    case "switch":
      return lowerSwitch(f, statement);
    case "break":
    case "continue": {
      const targets = defined(f.jumps.get(statement.jump), "jump target");
      f.end({
        kind: "goto",
        target: statement.kind === "break" ? targets.breakTo : defined(targets.continueTo, "continue target"),
      });
      f.enter(f.newBlock());
      return;
    }
    case "return":
      return lowerReturn(f, statement);
    case "throw":
    case "try":
    case "yield":
      return isGone(statement);
    default:
      return assertNever(statement);
  }
}

function lowerLet(f: FunctionBuilder, statement: StatementOf<"let">): void {
  if (statement.value === null) {
    if (!f.places.has(statement.local))
      declareLocal(f, statement.local, localType(f.lowering, statement.local));
    return;
  }
  const value = lowerExpression(f, statement.value);
  f.span = statement.span;
  storeValue(f, localPlace(f, statement.local), value, statement.value, true);
}

function lowerStaticInit(f: FunctionBuilder, statement: StatementOf<"staticInit">): void {
  const place = staticPlace(f.lowering, statement.static);
  const value = lowerExpression(f, statement.value);
  f.span = statement.span;
  if (place.place.kind === "static" && fitsInitially(f, place, value, statement.value)) return;
  storeValue(f, place, value, statement.value, true);
}

function lowerBlock(f: FunctionBuilder, statement: StatementOf<"block">): void {
  if (statement.breakId === null) return lowerStatements(f, statement.statements);
  const after = f.newBlock();
  f.jumps.set(statement.breakId, { breakTo: after.id, continueTo: null });
  lowerStatements(f, statement.statements);
  f.goto(after);
  f.enter(after);
}

function lowerIf(f: FunctionBuilder, statement: StatementOf<"if">): void {
  const test = lowerExpression(f, statement.test);
  const yes = f.newBlock();
  const no = statement.whenFalse.length > 0 ? f.newBlock() : null;
  const after = f.newBlock();
  f.end({ kind: "branch", test, whenTrue: yes.id, whenFalse: (no ?? after).id });
  f.enter(yes);
  lowerStatements(f, statement.whenTrue);
  f.goto(after);
  if (no !== null) {
    f.enter(no);
    lowerStatements(f, statement.whenFalse);
    f.goto(after);
  }
  f.enter(after);
}

function lowerLoop(f: FunctionBuilder, statement: StatementOf<"loop">): void {
  const head = f.newBlock();
  const body = f.newBlock();
  const next = f.newBlock();
  const after = f.newBlock();
  f.jumps.set(statement.jump, { breakTo: after.id, continueTo: next.id });
  f.goto(statement.testFirst ? head : body);
  const test = (block: typeof head): void => {
    f.enter(block);
    if (statement.test === null) f.goto(body);
    else
      f.end({
        kind: "branch",
        test: lowerExpression(f, statement.test),
        whenTrue: body.id,
        whenFalse: after.id,
      });
  };
  if (statement.testFirst) test(head);
  f.enter(body);
  const endScope = lowerBody(f, statement.body);
  f.goto(next);
  f.enter(next);
  f.span = statement.span;
  endScope();
  if (statement.update !== null) {
    f.unused = statement.update;
    lowerExpression(f, statement.update);
    f.unused = null;
  }
  if (statement.testFirst) {
    f.goto(head);
  } else if (statement.test === null) {
    f.goto(body);
  } else {
    f.end({
      kind: "branch",
      test: lowerExpression(f, statement.test),
      whenTrue: body.id,
      whenFalse: after.id,
    });
  }
  f.enter(after);
  endScope();
}

function lowerForOf(f: FunctionBuilder, statement: StatementOf<"forOf">): void {
  const array = lowerExpression(f, statement.array);
  const held = array.kind === "address" ? array : f.hold(array, "array");
  if (statement.array.type.kind !== "array") return;
  const id = f.lowering.program.arrayOf(statement.array.type.array);
  const i32: MirType = { kind: "i32" };
  const index = f.addLocal("index", i32);
  const at = load({ kind: "local", local: index }, i32);
  const [head, body, next, after] = [f.newBlock(), f.newBlock(), f.newBlock(), f.newBlock()];
  f.set({ kind: "local", local: index }, constant(i32, 0));
  f.goto(head);
  f.enter(head);
  const length: MirExpr = { kind: "cast", value: arrayLength(f, held, id), type: i32 };
  f.end({ kind: "branch", test: binary("<", at, length, boolType), whenTrue: body.id, whenFalse: after.id });
  f.enter(body);
  const fact = { lo: 0, hi: 0x7fffffff, integer: true, nan: false };
  const element = elementPlace(f, held, { expr: at, fact }, true, statement.array);
  const place = localPlace(f, statement.local);
  if (hasText(place.hirType)) storeText(f, place, read(element));
  else f.set(place.place, adapt(f, place.hirType, place.type, read(element), element.fact));
  f.jumps.set(statement.jump, { breakTo: after.id, continueTo: next.id });
  const endScope = lowerBody(f, statement.body);
  f.goto(next);
  f.enter(next);
  endScope();
  f.set({ kind: "local", local: index }, binary("+", at, constant(i32, 1), i32));
  f.goto(head);
  f.enter(after);
  endScope();
}

function lowerSwitch(f: FunctionBuilder, statement: StatementOf<"switch">): void {
  const value = lowerExpression(f, statement.subject);
  const subject =
    statement.subject.type.kind === "string"
      ? holdText(f, statement.subject, value)
      : f.hold(value, "subject");
  const bodies = statement.cases.map(() => f.newBlock());
  const after = f.newBlock();
  let fallback = after;
  statement.cases.forEach((clause, index) => {
    const body = defined(bodies[index], "case body");
    if (clause.test === null) {
      fallback = body;
      return;
    }
    f.span = clause.span;
    const test = caseTest(f, statement.subject, subject, clause.test);
    const next = f.newBlock();
    f.end({ kind: "branch", test, whenTrue: body.id, whenFalse: next.id });
    f.enter(next);
  });
  f.goto(fallback);
  f.jumps.set(statement.jump, { breakTo: after.id, continueTo: null });
  statement.cases.forEach((clause, index) => {
    f.enter(defined(bodies[index], "case body"));
    lowerStatements(f, clause.body);
    f.goto(bodies[index + 1] ?? after);
  });
  f.enter(after);
}

function caseTest(f: FunctionBuilder, subjectNode: HirExpr, subject: MirExpr, test: HirExpr): MirExpr {
  if (subjectNode.type.kind === "number") {
    return lowerCompareNumbers(
      "===",
      { expr: subject, fact: f.lowering.numbers.node(subjectNode.id) },
      lowerNumeric(f, test),
    );
  }
  if (subjectNode.type.kind === "bigint") {
    const { bigints } = f.lowering.numbers;
    const ranges = [bigints.node(subjectNode.id), bigints.node(test.id)] as const;
    return compareBigints(f, "===", subject, lowerExpression(f, test), ranges);
  }
  const value = lowerExpression(f, test);
  return subjectNode.type.kind === "string"
    ? pure("tsfw_str_equal", [subject, value], boolType)
    : binary("==", subject, value, boolType);
}

function lowerReturn(f: FunctionBuilder, statement: StatementOf<"return">): void {
  const { lowering, hir } = f;
  if (statement.value === null) {
    f.end({ kind: "return", value: valueForNobody(f) });
  } else {
    const value = lowerExpression(f, statement.value);
    f.span = statement.span;
    f.end({ kind: "return", value: returnedValue(f, statement.value, value) });
  }
  f.enter(f.newBlock());
  function returnedValue(b: FunctionBuilder, node: HirExpr, value: MirExpr): MirExpr | null {
    if (hasText(hir.result) && b.resultPlace !== null) return copyToResult(b, value);
    if (returnsNothing(lowering, hir)) return null;
    const facts = {
      number: () => lowering.numbers.result(hir.id),
      bigint: () => lowering.numbers.bigints.result(hir.id),
      text: () => ({ kind: "literal" }) as const,
    };
    const type = placeType(lowering, hir.result, facts, false);
    return adapt(
      b,
      hir.result,
      type,
      value,
      node.type.kind === "number" ? lowering.numbers.node(node.id) : null,
    );
  }
}

/** A function that is left with an error in flight still returns something of its type. */
function valueForNobody(f: FunctionBuilder): MirExpr | null {
  if (f.hir.result.kind === "void" || returnsNothing(f.lowering, f.hir)) return null;
  return { kind: "nobody", type: resultType(f, f.hir) };
}

/** Computed text is copied to the caller's room; the result is the view of it. */
function copyToResult(f: FunctionBuilder, value: MirExpr): MirExpr {
  const room = defined(f.resultPlace, "room for the result");
  if (room.kind !== "load" || room.place.kind !== "local") return value;
  return copyToRoom(f, room.place.local, value);
}
