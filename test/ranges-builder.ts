/** Builds small HIR programs by hand for the tests of the range analysis. */
import type { HirExpr, HirProgram, HirStatement } from "../compiler/ir/hir.ts";
import { type FunctionId, type JumpId, jumpId, type LocalId, type StaticId } from "../compiler/ir/ids.ts";
import { ExpressionBuilder, span, voidType } from "./ranges-expressions.ts";

export { booleanType, numberType, sized, voidType } from "./ranges-expressions.ts";

export class ProgramBuilder extends ExpressionBuilder {
  #jumps = 0;

  body(id: FunctionId, ...statements: HirStatement[]): void {
    const fn = this.function(id);
    fn.body = [...fn.body, ...statements];
  }

  set(local: LocalId, value: HirExpr): HirStatement {
    return this.exec(this.assign({ kind: "local", local }, value));
  }

  setStatic(id: StaticId, value: HirExpr): HirStatement {
    return this.exec(this.assign({ kind: "static", static: id }, value));
  }

  addTo(local: LocalId, value: HirExpr): HirStatement {
    return this.exec(this.compound({ kind: "local", local }, "+", value));
  }

  delay(ms: HirExpr): HirStatement {
    const operand = { kind: "suspend", name: "delay", args: [ms], span } as const;
    return this.exec(this.node({ kind: "await", operand, type: voidType }));
  }

  spawn(id: FunctionId, ...args: HirExpr[]): HirStatement {
    return this.exec(this.node({ kind: "spawn", function: id, args, type: voidType }));
  }

  exec(value: HirExpr): HirStatement {
    return { kind: "expression", value, span };
  }

  let(local: LocalId, value: HirExpr | null): HirStatement {
    return { kind: "let", local, value, span };
  }

  init(id: StaticId, value: HirExpr): HirStatement {
    return { kind: "staticInit", static: id, value, span };
  }

  if(
    test: HirExpr,
    whenTrue: readonly HirStatement[],
    whenFalse: readonly HirStatement[] = [],
  ): HirStatement {
    return { kind: "if", test, whenTrue, whenFalse, span };
  }

  block(statements: readonly HirStatement[], breakId: JumpId | null = null): HirStatement {
    return { kind: "block", statements, breakId, span };
  }

  jump(): JumpId {
    return jumpId(this.#jumps++);
  }

  while(test: HirExpr | null, body: readonly HirStatement[], jump = this.jump()): HirStatement {
    return { kind: "loop", jump, test, testFirst: true, update: null, body, perIteration: [], span };
  }

  doWhile(body: readonly HirStatement[], test: HirExpr, jump = this.jump()): HirStatement {
    return { kind: "loop", jump, test, testFirst: false, update: null, body, perIteration: [], span };
  }

  /** `for (let i = from; i < to; i += step) body` */
  for(
    i: LocalId,
    from: HirExpr,
    test: HirExpr,
    update: HirExpr,
    body: readonly HirStatement[],
    jump = this.jump(),
  ): HirStatement {
    return this.block([
      this.let(i, from),
      { kind: "loop", jump, test, testFirst: true, update, body, perIteration: [i], span },
    ]);
  }

  count(
    i: LocalId,
    from: number,
    to: HirExpr,
    body: readonly HirStatement[],
    jump = this.jump(),
  ): HirStatement {
    return this.for(i, this.num(from), this.cmp("<", this.get(i), to), this.increment(i), body, jump);
  }

  forOf(local: LocalId, array: HirExpr, body: readonly HirStatement[], jump = this.jump()): HirStatement {
    return { kind: "forOf", jump, local, array, body, span };
  }

  switch(
    subject: HirExpr,
    cases: readonly (readonly [HirExpr | null, readonly HirStatement[]])[],
    jump = this.jump(),
  ): HirStatement {
    return {
      kind: "switch",
      jump,
      subject,
      cases: cases.map(([test, body]) => ({ test, body, span })),
      span,
    };
  }

  break(jump: JumpId): HirStatement {
    return { kind: "break", jump, span };
  }

  continue(jump: JumpId): HirStatement {
    return { kind: "continue", jump, span };
  }

  return(value: HirExpr | null): HirStatement {
    return { kind: "return", value, span };
  }

  build(): HirProgram {
    return {
      functions: this.functions,
      classes: this.classes.map(({ id, fields }) => ({
        id,
        name: `C${id}`,
        fields,
        constructorFunction: null,
        family: id,
        tag: null,
        span,
      })),
      fields: this.fields,
      locals: this.locals,
      statics: this.statics,
      sites: [],
      arrays: this.arrays,
      signatures: this.signatures,
      arrayOf: (id) => id,
      signatureOf: (id) => id,
      main: this.main,
      jumpCount: 0,
      errors: null,
      nodeCount: this.nodeCount,
    };
  }
}
