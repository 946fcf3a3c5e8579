/**
 * Prepares a function for the counting of references: what is passed to a call
 * that may let go of objects is held in a local for the whole call, unless nobody
 * can let go of it; a counted result always has a local that owns it.
 */
import { type LocalId, localId } from "../../ir/ids.ts";
import type {
  MirBlock,
  MirBranch,
  MirExpr,
  MirFunction,
  MirInstruction,
  MirLocal,
  MirTerminator,
  MirType,
  MirWait,
} from "../../ir/mir.ts";
import type { Span } from "../../source/span.ts";
import type { Counting } from "./count-references.ts";

export function holdArguments(counting: Counting, fn: MirFunction): MirFunction {
  const holder = new Holder(counting, fn);
  const blocks = fn.blocks.map((block) => holder.block(block));
  return { ...fn, locals: holder.locals, blocks };
}

class Holder {
  readonly #counting: Counting;
  readonly #fn: MirFunction;
  readonly locals: MirLocal[];
  #before: MirInstruction[] = [];

  constructor(counting: Counting, fn: MirFunction) {
    this.#counting = counting;
    this.#fn = fn;
    this.locals = [...fn.locals];
  }

  block(block: MirBlock): MirBlock {
    const instructions = block.instructions.flatMap((node) => {
      this.#before = [];
      const held = this.#instruction(node);
      return [...this.#before, held];
    });
    this.#before = [];
    const terminator = this.#terminator(block.terminator);
    return { ...block, instructions: [...instructions, ...this.#before], terminator };
  }

  #instruction(node: MirInstruction): MirInstruction {
    switch (node.kind) {
      case "call": {
        const args = this.#arguments(node, node.args);
        return { ...node, args, result: this.#result(node.result, this.#counting.resultOf(node.function)) };
      }
      case "callClosure": {
        const [closure = node.closure, ...args] = this.#arguments(node, [node.closure, ...node.args]);
        return {
          ...node,
          closure,
          args,
          result: this.#result(node.result, this.#resultOfClosure(node.closure)),
        };
      }
      default:
        return node;
    }
  }

  #resultOfClosure({ type }: MirExpr): MirType {
    return type.kind === "closure" ? this.#counting.resultOfSignature(type.signature) : { kind: "void" };
  }

  #terminator(node: MirTerminator): MirTerminator {
    if (node.kind === "return" && node.value?.kind === "nobody") {
      // Whoever owns the result gives it up: it has to be nothing.
      return this.#counting.counted.isCounted(node.value.type)
        ? { ...node, value: this.#hold(node.value, node.span) }
        : node;
    }
    return node.kind === "suspend" ? { ...node, wait: this.#wait(node.wait, node.span) } : node;
  }

  #wait(wait: MirWait, span: Span): MirWait {
    switch (wait.kind) {
      case "leaf":
      case "until":
        return wait;
      case "call": {
        const args = wait.args.map((arg) => this.#stable(arg, span));
        return { ...wait, args, result: this.#result(wait.result, this.#counting.resultOf(wait.function)) };
      }
      case "all":
        return { ...wait, branches: wait.branches.map((branch) => this.#branch(branch)) };
    }
  }

  #branch(branch: MirBranch): MirBranch {
    if (branch.kind !== "call") return branch;
    return { ...branch, result: this.#result(branch.result, this.#counting.resultOf(branch.function)) };
  }

  #result(result: LocalId | null, type: MirType): LocalId | null {
    return result === null && this.#counting.counted.isCounted(type)
      ? this.#addLocal("unused", type)
      : result;
  }

  #arguments(node: MirInstruction, args: readonly MirExpr[]): MirExpr[] {
    if (!this.#counting.effects.releases(this.#fn, node)) return [...args];
    return args.map((arg) => this.#stable(arg, node.span));
  }

  #stable(arg: MirExpr, span: Span): MirExpr {
    const isHeld = !this.#counting.counted.isCounted(arg.type) || this.#isStable(arg);
    return isHeld ? arg : this.#hold(arg, span);
  }

  /** Locals of its own hold what they refer to where that is needed; nobody else writes them. */
  #isStable(expr: MirExpr): boolean {
    switch (expr.kind) {
      case "constant":
      case "nothing":
      case "nobody":
        return true;
      case "load":
        return expr.place.kind === "local" && this.locals[expr.place.local]?.isAddressed === false;
      case "address":
        switch (expr.place.kind) {
          case "local":
          case "static":
          case "slot":
            return true;
          case "field":
            return this.#isStable(expr.place.object);
          default:
            return false;
        }
      case "cast":
      case "payload":
        return this.#isStable(expr.value);
      case "wrap":
        return expr.value === null || this.#isStable(expr.value);
      case "closure":
        return expr.environment === null || this.#isStable(expr.environment);
      case "select":
        return this.#isStable(expr.whenTrue) && this.#isStable(expr.whenFalse);
      case "view":
        return this.#isStable(expr.array);
      default:
        return false;
    }
  }

  #hold(value: MirExpr, span: Span): MirExpr {
    const local = this.#addLocal("held", value.type);
    const place = { kind: "local", local } as const;
    this.#before.push({ kind: "set", place, value, span });
    return { kind: "load", place, type: value.type };
  }

  #addLocal(name: string, type: MirType): LocalId {
    const id = localId(this.locals.length);
    this.locals.push({ id, name, type, isAddressed: false });
    return id;
  }
}
