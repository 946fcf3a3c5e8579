/**
 * Rewrites one function without `throw` and `try`. Each piece of code has a way
 * out for errors: the nearest `catch`, the nearest `finally`, or out of the
 * function. `finally` also stands in the way of `return`, `break` and `continue`:
 * they note where they were going, and go on when it has run.
 */
import type { Reporter } from "../../diagnostics/diagnostic.ts";
import type { HirExpr, HirFunction, HirStatement } from "../../ir/hir.ts";
import type { HirErrors } from "../../ir/hir-errors.ts";
import type { FunctionId, JumpId, LocalId } from "../../ir/ids.ts";
import { rebuildParts } from "../../ir/rebuild-hir.ts";
import { defined } from "../../source/assert.ts";
import type { Span } from "../../source/span.ts";
import { type Barrier, type Context, type Exit, finallyWithin, isSameExit } from "./error-context.ts";
import { isRead, mayMeetErrors } from "./error-questions.ts";
import type { ErrorSlot } from "./error-slot.ts";
import { booleanType, type ProgramDraft, voidType } from "./program-draft.ts";
import type { ThrowEffects } from "./throw-effects.ts";
import type { ThrownParts } from "./thrown-parts.ts";
import { uncaughtText } from "./uncaught-text.ts";

export interface RewriteInput {
  readonly draft: ProgramDraft;
  readonly effects: ThrowEffects;
  readonly errors: HirErrors;
  /** null: nothing in the program catches an error. */
  readonly slot: ErrorSlot | null;
  /** What a try may catch. */
  thrownParts(node: HirStatement): ThrownParts;
  readonly reporter: Reporter;
  /** The function that a task of this function runs. */
  taskOf(id: FunctionId): FunctionId;
  lineFile(file: string): string;
}

type Try = Extract<HirStatement, { kind: "try" }>;

export class ErrorRewriter {
  readonly #input: RewriteInput;
  readonly #draft: ProgramDraft;
  readonly #fn: HirFunction;
  /** The context in which each jump's target stands. */
  readonly #targets = new Map<JumpId, Context>();

  constructor(input: RewriteInput, fn: HirFunction) {
    this.#input = input;
    this.#draft = input.draft;
    this.#fn = fn;
  }

  run(): readonly HirStatement[] {
    return this.#statements(this.#fn.body, { kind: "function" });
  }

  #statements(list: readonly HirStatement[], context: Context): readonly HirStatement[] {
    const next = list.flatMap((statement) => this.#statement(statement, context));
    const same = next.length === list.length && next.every((one, index) => one === list[index]);
    return same ? list : next;
  }

  #statement(node: HirStatement, context: Context): readonly HirStatement[] {
    switch (node.kind) {
      case "try":
        return this.#try(node, context);
      case "throw":
        return this.#throw(node, context);
      case "return":
        return this.#return(node, context);
      case "break":
      case "continue":
        return this.#jump(node, context);
      case "expression":
      case "let":
      case "staticInit":
        return this.#plain(node, context);
      case "block":
        if (node.breakId !== null) this.#targets.set(node.breakId, context);
        return [rebuildParts(node, this.#parts(context))];
      case "loop":
      case "forOf":
      case "forEvery":
      case "switch":
        this.#targets.set(node.jump, context);
        return [rebuildParts(node, this.#parts(context))];
      default:
        return [rebuildParts(node, this.#parts(context))];
    }
  }

  #parts(context: Context) {
    return {
      expression: (part: HirExpr): HirExpr => this.#expression(part, context),
      statements: (list: readonly HirStatement[]) => this.#statements(list, context),
    };
  }

  // Calls

  /** The node; behind a call that may throw, the way out. */
  #expression(node: HirExpr, context: Context): HirExpr {
    const inner = this.#operands(node, context);
    if (!this.#input.effects.throwsAt(node)) return inner;
    const { span, type } = node;
    if (type.kind === "void") {
      const statements = [{ kind: "expression", value: inner, span } as const, this.#test(context, span)];
      return this.#draft.expression(span, {
        kind: "sequence",
        statements,
        value: this.#draft.nothing(span),
        type,
      });
    }
    const local = this.#addLocal("value", node);
    const statements = [this.#draft.let(local, inner, span), this.#test(context, span)];
    return this.#draft.expression(span, {
      kind: "sequence",
      statements,
      value: this.#draft.local(local, span),
      type,
    });
  }

  #operands(node: HirExpr, context: Context): HirExpr {
    const inner = rebuildParts(node, this.#parts(context));
    if (inner.kind === "awaitAll" && this.#input.effects.throwsAt(node)) this.#refuseAll(node);
    return inner.kind === "spawn" ? { ...inner, function: this.#input.taskOf(inner.function) } : inner;
  }

  #refuseAll(node: HirExpr): void {
    this.#input.reporter.report("TSFW2001", node.span, {
      construct: "Promise.all of a function that can throw is",
      hint: "Catch the error inside the function, and return what Promise.all is to give.",
    });
  }

  #addLocal(name: string, node: HirExpr): LocalId {
    return this.#draft.addLocal(this.#fn.id, name, node.type, node.span);
  }

  #test(context: Context, span: Span): HirStatement {
    const test = this.#slot().isPending(span);
    return { kind: "if", test, whenTrue: this.#leave(context, span), whenFalse: [], span };
  }

  #slot(): ErrorSlot {
    return defined(this.#input.slot, "a program whose errors can be caught has a slot for them");
  }

  /** The way out for the error in flight. */
  #leave(context: Context, span: Span): HirStatement[] {
    switch (context.kind) {
      case "catch":
        context.isUsed = true;
        return [{ kind: "break", jump: context.jump, span }];
      case "finally":
        context.isThrownInto = true;
        return [{ kind: "break", jump: context.jump, span }];
      case "function":
        if (!this.#input.effects.isGuarded(this.#fn.id)) return [this.#slot().endProgram(span)];
        return [{ kind: "return", value: null, span }];
    }
  }

  /** A call that is the whole value needs no variable beside the one it is for. */
  #plain(
    node: Extract<HirStatement, { kind: "expression" | "let" | "staticInit" }>,
    context: Context,
  ): readonly HirStatement[] {
    const { value, span } = node;
    if (value === null || !this.#input.effects.throwsAt(value)) {
      return [rebuildParts(node, this.#parts(context))];
    }
    return [{ ...node, value: this.#operands(value, context) }, this.#test(context, span)];
  }

  // Statements that leave

  #throw(node: Extract<HirStatement, { kind: "throw" }>, context: Context): readonly HirStatement[] {
    const { span } = node;
    const value = this.#expression(node.value, context);
    if (context.kind === "function" && !this.#input.effects.isGuarded(this.#fn.id)) {
      return [this.#panic(value, span)];
    }
    return [...this.#slot().raise(this.#fn.id, value, this.#location(span)), ...this.#leave(context, span)];
  }

  #panic(error: HirExpr, span: Span): HirStatement {
    const text = uncaughtText(this.#draft, this.#input.errors, this.#fn.id, error);
    const shape = { kind: "intrinsic", name: "panic", args: [text], type: voidType } as const;
    return { kind: "expression", value: this.#draft.expression(span, shape), span };
  }

  #return(node: Extract<HirStatement, { kind: "return" }>, context: Context): readonly HirStatement[] {
    const { value, span } = node;
    const barrier = finallyWithin(context, null);
    if (barrier === null) return this.#plainReturn(node, context);
    if (value === null) return this.#exit(barrier, { kind: "return" }, span);
    barrier.result ??= this.#draft.addLocal(this.#fn.id, "result", this.#fn.result, span);
    const kept = this.#draft.setLocal(barrier.result, this.#expression(value, context));
    return [kept, ...this.#exit(barrier, { kind: "return" }, span)];
  }

  #plainReturn(node: Extract<HirStatement, { kind: "return" }>, context: Context): readonly HirStatement[] {
    const { value, span } = node;
    if (value === null || !this.#input.effects.throwsAt(value)) {
      return [rebuildParts(node, this.#parts(context))];
    }
    // The caller tests the flag itself.
    if (context.kind === "function" && this.#input.effects.isGuarded(this.#fn.id)) {
      return [{ ...node, value: this.#operands(value, context) }];
    }
    const local = this.#addLocal("result", value);
    return [
      this.#draft.let(local, this.#operands(value, context), span),
      this.#test(context, span),
      { ...node, value: this.#draft.local(local, span) },
    ];
  }

  #jump(
    node: Extract<HirStatement, { kind: "break" | "continue" }>,
    context: Context,
  ): readonly HirStatement[] {
    const target = this.#targets.get(node.jump) ?? null;
    const barrier = finallyWithin(context, target);
    if (barrier === null) return [node];
    return this.#exit(barrier, { kind: node.kind, jump: node.jump }, node.span);
  }

  /** Goes to the `finally` first, and notes where to go on. */
  #exit(barrier: Barrier, exit: Exit, span: Span): HirStatement[] {
    const known = barrier.exits.findIndex((one) => isSameExit(one, exit));
    const index = known < 0 ? barrier.exits.push(exit) - 1 : known;
    return [
      this.#draft.setLocal(barrier.code, this.#number(index + 1, span)),
      { kind: "break", jump: barrier.jump, span },
    ];
  }

  #number(value: number, span: Span): HirExpr {
    return this.#draft.expression(span, { kind: "number", value, type: { kind: "number", sized: null } });
  }

  // try

  #try(node: Try, context: Context): readonly HirStatement[] {
    if (node.finalizer !== null) return this.#tryFinally(node, node.finalizer, context);
    return this.#tryCatch(node, context);
  }

  #tryCatch(node: Try, context: Context): readonly HirStatement[] {
    const { body, handler, span } = node;
    if (handler === null) return [this.#block(this.#statements(body, context), null, span)];
    const done = this.#draft.nextJump();
    const caught: Context = { kind: "catch", jump: this.#draft.nextJump(), outer: context, isUsed: false };
    const tried = this.#statements(body, caught);
    if (!caught.isUsed) return [this.#block(tried, null, span)];
    const slot = this.#slot();
    const isNamed = handler.local !== null && isRead(this.#draft, handler.local, handler.body);
    const taken =
      handler.local !== null && isNamed
        ? [this.#draft.let(handler.local, slot.take(this.#fn.id, span, this.#input.thrownParts(node)), span)]
        : [];
    return [
      this.#block(
        [
          this.#block([...tried, { kind: "break", jump: done, span }], caught.jump, span),
          ...taken,
          ...slot.drop(span, this.#input.thrownParts(node)),
          slot.settle(span),
          ...this.#statements(handler.body, context),
        ],
        done,
        span,
      ),
    ];
  }

  #tryFinally(node: Try, finalizer: readonly HirStatement[], context: Context): readonly HirStatement[] {
    const { span } = node;
    const code = this.#draft.addLocal(this.#fn.id, "exit", { kind: "number", sized: null }, span);
    const jump = this.#draft.nextJump();
    const barrier: Barrier = {
      kind: "finally",
      jump,
      outer: context,
      code,
      exits: [],
      result: null,
      isThrownInto: false,
    };
    const tried = this.#tryCatch(node, barrier);
    const results = barrier.result === null ? [] : [this.#draft.let(barrier.result, null, span)];
    const declares = barrier.exits.length > 0 ? [this.#draft.let(code, this.#number(0, span), span)] : [];
    const disposal: Context = { kind: "catch", jump: this.#draft.nextJump(), outer: context, isUsed: false };
    const suppresses = node.isDisposal && barrier.isThrownInto;
    const last = this.#statements(finalizer, suppresses ? disposal : context);
    const suppressing = suppresses && disposal.isUsed ? disposal.jump : null;
    return [
      this.#block(
        [
          ...results,
          ...declares,
          this.#block(tried, jump, span),
          ...(barrier.isThrownInto ? this.#finallyWithError(last, context, span, suppressing) : last),
          ...this.#goOn(barrier, context, span),
        ],
        null,
        span,
      ),
    ];
  }

  /** Runs the `finally`, then lets an error that was in flight go on. */
  #finallyWithError(
    last: readonly HirStatement[],
    context: Context,
    span: Span,
    suppressing: JumpId | null,
  ): HirStatement[] {
    const slot = this.#slot();
    if (!mayMeetErrors(last)) return [...last, this.#test(context, span)];
    const { parked, statements } = slot.park(this.#fn.id, span);
    return [
      ...statements,
      ...(suppressing === null ? last : this.#suppress(last, suppressing, parked.flag, context, span)),
      {
        kind: "if",
        test: this.#draft.local(parked.flag, span),
        whenTrue: [...slot.unpark(parked, span), ...this.#leave(context, span)],
        whenFalse: [],
        span,
      },
    ];
  }

  /** A disposal; an error of it goes on, as a SuppressedError if another one was in flight. */
  #suppress(
    last: readonly HirStatement[],
    failed: JumpId,
    flag: LocalId,
    context: Context,
    span: Span,
  ): HirStatement[] {
    const done = this.#draft.nextJump();
    const both: HirStatement = {
      kind: "if",
      test: this.#draft.local(flag, span),
      whenTrue: this.#slot().suppress(this.#fn.id, span, this.#location(span)),
      whenFalse: [],
      span,
    };
    const disposed = this.#block([...last, { kind: "break", jump: done, span }], failed, span);
    return [this.#block([disposed, both, ...this.#leave(context, span)], done, span)];
  }

  #location(span: Span): string {
    return `${this.#input.lineFile(span.file)}:${span.start.line}`;
  }

  /** The jumps and returns that the `finally` was in the way of. */
  #goOn(barrier: Barrier, context: Context, span: Span): HirStatement[] {
    return barrier.exits.map((exit, index) => ({
      kind: "if",
      test: this.#draft.expression(span, {
        kind: "compare",
        op: "===",
        left: this.#draft.local(barrier.code, span),
        right: this.#number(index + 1, span),
        type: booleanType,
      }),
      whenTrue: this.#resume(exit, barrier.result, context, span),
      whenFalse: [],
      span,
    }));
  }

  #resume(exit: Exit, result: LocalId | null, context: Context, span: Span): readonly HirStatement[] {
    if (exit.kind !== "return") return this.#jump({ kind: exit.kind, jump: exit.jump, span }, context);
    const value = result === null ? null : this.#draft.local(result, span);
    return this.#return({ kind: "return", value, span }, context);
  }

  #block(statements: readonly HirStatement[], breakId: JumpId | null, span: Span): HirStatement {
    return { kind: "block", statements, breakId, span };
  }
}
