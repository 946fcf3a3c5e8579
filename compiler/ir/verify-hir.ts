/**
 * Guards the invariants of HIR after the front end. A failure is a bug of the
 * compiler: it throws, and says which function and node it is about.
 */
import { assertNever, InternalError, isGone } from "../source/assert.ts";
import type {
  HirAwaitable,
  HirExpr,
  HirFunction,
  HirProgram,
  HirStatement,
  HirTarget,
  HirType,
} from "./hir.ts";
import type { FunctionId, JumpId, LocalId } from "./ids.ts";
import { isOneFamily, isSameShape } from "./same-shape.ts";
import { armOf, armsOf, hasArm, hasReference, isUnit } from "./union-types.ts";
import { partsOf } from "./walk-hir.ts";

export function verifyHir(program: HirProgram): void {
  const used = { nodes: new Set<number>(), sites: new Set<number>() };
  checkTables(program);
  for (const fn of program.functions) new FunctionVerifier(program, fn, used).verify();
}

function fail(where: string, what: string): never {
  throw new InternalError(`HIR of ${where}: ${what}`);
}

function checkTables(program: HirProgram): void {
  const tables = ["functions", "classes", "fields", "locals", "statics", "sites"] as const;
  for (const table of tables) {
    program[table].forEach((entry, index) => {
      if (entry.id !== index) fail(table, `entry ${index} has id ${entry.id}`);
    });
  }
  for (const one of program.classes) {
    for (const field of one.fields) {
      const home = program.fields[field]?.class;
      if (home !== one.id && !isOneFamily(program, home, one.id))
        fail(one.name, `field ${field} is not its own`);
    }
    const made = one.constructorFunction;
    if (made !== null && program.functions[made]?.role !== "constructor")
      fail(one.name, "has no constructor");
  }
  const main = program.functions[program.main];
  if (main?.role !== "main" || !main.isAsync) fail("program", "main is not an async main function");
}

interface Used {
  readonly nodes: Set<number>;
  readonly sites: Set<number>;
}

class FunctionVerifier {
  readonly #program: HirProgram;
  readonly #fn: HirFunction;
  readonly #used: Used;
  /** Jumps that enclose the code at hand; true for loops. */
  readonly #jumps = new Map<JumpId, boolean>();

  constructor(program: HirProgram, fn: HirFunction, used: Used) {
    this.#program = program;
    this.#fn = fn;
    this.#used = used;
  }

  verify(): void {
    for (const local of this.#fn.parameters) {
      const declared = this.#program.locals[local];
      if (declared?.owner !== this.#fn.id || !declared.isParameter)
        this.#fail(`parameter ${local} is not its own`);
    }
    for (const local of this.#fn.captures) {
      const declared = this.#program.locals[local];
      if (declared === undefined || declared.owner === this.#fn.id || !declared.captured) {
        this.#fail(`capture ${local} is no captured local of another function`);
      }
    }
    this.#statements(this.#fn.body);
  }

  #fail(what: string, node?: HirExpr): never {
    const at = node === undefined ? "" : ` (node ${node.id}, ${node.kind}, line ${node.span.start.line})`;
    return fail(`'${this.#fn.name}'`, what + at);
  }

  #statements(statements: readonly HirStatement[]): void {
    for (const statement of statements) this.#statement(statement);
  }

  #statement(statement: HirStatement): void {
    switch (statement.kind) {
      case "expression":
        this.#expression(statement.value);
        return;
      case "let":
        this.#ownLocal(statement.local);
        if (statement.value === null) return;
        this.#expression(statement.value);
        this.#fits(statement.value, this.#program.locals[statement.local]?.type, "the declared local");
        return;
      case "staticInit":
        if (this.#fn.id !== this.#program.main) this.#fail("only main initialises statics");
        this.#expression(statement.value);
        this.#fits(statement.value, this.#program.statics[statement.static]?.type, "the static");
        return;
      case "block":
        this.#inside(statement.breakId, false, () => this.#statements(statement.statements));
        return;
      case "if":
        this.#condition(statement.test);
        this.#statements(statement.whenTrue);
        this.#statements(statement.whenFalse);
        return;
      case "loop":
        for (const local of statement.perIteration) this.#ownLocal(local);
        if (statement.test !== null) this.#condition(statement.test);
        if (statement.update !== null) this.#expression(statement.update);
        this.#inside(statement.jump, true, () => this.#statements(statement.body));
        return;
      case "forOf":
        this.#ownLocal(statement.local);
        this.#expression(statement.array);
        if (statement.array.type.kind !== "array") this.#fail("for…of needs an array", statement.array);
        this.#inside(statement.jump, true, () => this.#statements(statement.body));
        return;
      case "forEvery":
        if (statement.local !== null) this.#ownLocal(statement.local);
        if (!this.#fn.isAsync) this.#fail("waits, but is not async");
        this.#expression(statement.periodMs);
        this.#inside(statement.jump, true, () => this.#statements(statement.body));
        return;
      case "switch":
        this.#switch(statement);
        return;
      case "break":
      case "continue":
        this.#jump(statement);
        return;
      case "return":
        if (statement.value === null) return;
        this.#expression(statement.value);
        this.#fits(statement.value, this.#fn.result, "the result");
        return;
      case "throw":
      case "try":
      case "yield":
        return isGone(statement);
      default:
        assertNever(statement);
    }
  }

  #switch(statement: Extract<HirStatement, { kind: "switch" }>): void {
    this.#expression(statement.subject);
    for (const { test } of statement.cases) if (test !== null) this.#expression(test);
    if (statement.cases.filter((one) => one.test === null).length > 1) this.#fail("two defaults in a switch");
    this.#inside(statement.jump, false, () => {
      for (const { body } of statement.cases) this.#statements(body);
    });
  }

  #inside(jump: JumpId | null, isLoop: boolean, body: () => void): void {
    if (jump === null) {
      body();
      return;
    }
    if (this.#jumps.has(jump)) this.#fail(`jump ${jump} is nested in itself`);
    this.#jumps.set(jump, isLoop);
    body();
    this.#jumps.delete(jump);
  }

  #jump(statement: Extract<HirStatement, { kind: "break" | "continue" }>): void {
    const isLoop = this.#jumps.get(statement.jump);
    if (isLoop === undefined) this.#fail(`${statement.kind} to ${statement.jump}, which is not around it`);
    if (statement.kind === "continue" && !isLoop)
      this.#fail(`continue of ${statement.jump}, which is no loop`);
  }

  #condition(node: HirExpr): void {
    this.#expression(node);
    if (node.type.kind !== "boolean") this.#fail("a condition is not boolean", node);
  }

  #ownLocal(local: LocalId): void {
    if (this.#program.locals[local]?.owner !== this.#fn.id) this.#fail(`local ${local} is not its own`);
  }

  #expression(node: HirExpr): void {
    if (node.id < 0 || node.id >= this.#program.nodeCount) this.#fail("the id is out of range", node);
    if (this.#used.nodes.has(node.id)) this.#fail("the id is used twice", node);
    this.#used.nodes.add(node.id);
    if ("site" in node) this.#site(node);
    if (node.kind === "sequence") this.#statements(node.statements);
    for (const part of partsOf(node)) this.#expression(part);
    this.#checkNode(node);
  }

  #site(node: Extract<HirExpr, { site: unknown }>): void {
    const site = this.#program.sites[node.site];
    if (site?.owner !== this.#fn.id) this.#fail(`site ${node.site} is not its own`, node);
    if (this.#used.sites.has(node.site)) this.#fail(`site ${node.site} is used twice`, node);
    this.#used.sites.add(node.site);
  }

  #checkNode(node: HirExpr): void {
    switch (node.kind) {
      case "local":
      case "static":
      case "field":
      case "element":
        this.#fits(node, this.#target(node, node), "its own type");
        return;
      case "assign":
      case "compound":
        this.#fits(node.value, this.#target(node.target, node), "the target");
        return;
      case "append":
        if (this.#target(node.target, node)?.kind !== "string") this.#fail("append to no string", node);
        return;
      case "update":
        if (this.#target(node.target, node)?.kind !== "number") this.#fail("update of no number", node);
        return;
      case "compare":
        if (node.left.type.kind !== node.right.type.kind) this.#fail("compares different kinds", node);
        return;
      case "logical":
        this.#fits(node.left, node.type, "the node");
        this.#fits(node.right, node.type, "the node");
        return;
      case "conditional":
        if (node.test.type.kind !== "boolean") this.#fail("a condition is not boolean", node);
        if (node.type.kind === "void") return;
        this.#fits(node.whenTrue, node.type, "the node");
        this.#fits(node.whenFalse, node.type, "the node");
        return;
      case "template":
        for (const part of node.parts) {
          const isPrintable = part.type.kind === "union" || !isUnit(part.type);
          if (!isPrintable || hasReference(part.type) || hasArm(part.type, "closure"))
            this.#fail("a part has no text", part);
        }
        return;
      case "wrap":
        if (node.type.kind !== "union") this.#fail("wraps into what is no union", node);
        this.#hasArms(node.type, node.value.type, node);
        return;
      case "unwrap":
        if (node.value.type.kind !== "union") this.#fail("unwraps what is no union", node);
        this.#hasArms(node.value.type, node.type, node);
        return;
      case "isArm":
        if (node.value.type.kind !== "union") this.#fail("asks for an arm of what is no union", node);
        return;
      case "call":
        if (this.#program.functions[node.function]?.isAsync) this.#fail("calls an async function", node);
        this.#arguments(node.function, node.args, node);
        return;
      case "spawn":
        if (!this.#program.functions[node.function]?.isAsync)
          this.#fail("starts a function that is not async", node);
        this.#arguments(node.function, node.args, node);
        return;
      case "new": {
        const made = this.#program.classes[node.class]?.constructorFunction ?? null;
        if (made !== null) this.#arguments(made, node.args, node, 1);
        return;
      }
      case "callClosure":
        if (node.closure.type.kind !== "closure") this.#fail("calls what is no function", node);
        return;
      case "closure":
        if (node.type.kind !== "closure") this.#fail("a closure without a signature", node);
        if ((this.#program.functions[node.function]?.signature ?? null) === null) {
          this.#fail("a closure of a function without a signature", node);
        }
        return;
      case "object":
        for (const { field, value } of node.fields) {
          if (this.#program.classes[node.class]?.fields.includes(field) !== true)
            this.#fail(`field ${field} is of another class`, node);
          this.#fits(value, this.#program.fields[field]?.type, "the field");
        }
        return;
      case "array":
      case "arrayFill":
        for (const part of partsOf(node)) this.#fits(part, this.#elementType(node), "the element");
        return;
      case "push":
        for (const value of node.values) this.#fits(value, this.#elementType(node.array), "the element");
        return;
      case "setLength":
      case "overlay":
      case "moveElements":
      case "hasIndex":
      case "hasRoom":
        for (const part of partsOf(node).slice(1))
          if (part.type.kind !== "number") this.#fail("an index is no number", part);
        this.#elementType(node.array);
        return;
      case "cast":
      case "isInstance": {
        const { type } = node.value;
        if (type.kind !== "object") return this.#fail("asks for the class of what is no object", node);
        if (node.kind === "cast") this.#fits(node.value, node.type, "its family");
        return;
      }
      case "await":
        this.#awaitable(node.operand, node);
        return;
      case "awaitAll":
        for (const { operand, result } of node.branches) {
          this.#awaitable(operand, node);
          if (result !== null) this.#ownLocal(result);
        }
        return;
      default:
        return;
    }
  }

  #awaitable(operand: HirAwaitable, node: HirExpr): void {
    if (!this.#fn.isAsync) this.#fail("waits, but is not async", node);
    if (operand.kind === "suspend") return;
    if (!this.#program.functions[operand.function]?.isAsync)
      this.#fail("awaits a function that is not async", node);
    this.#arguments(operand.function, operand.args, node);
  }

  /** `implied`: parameters that the node itself fills. */
  #arguments(callee: FunctionId, args: readonly HirExpr[], node: HirExpr, implied = 0): void {
    const parameters = this.#program.functions[callee]?.parameters.slice(implied);
    if (parameters === undefined) this.#fail(`function ${callee} does not exist`, node);
    if (parameters.length !== args.length) {
      this.#fail(`${args.length} arguments for ${parameters.length} parameters`, node);
    }
    parameters.forEach((local, index) => {
      const argument = args[index];
      if (argument !== undefined)
        this.#fits(argument, this.#program.locals[local]?.type, `parameter ${index}`);
    });
  }

  #target(target: HirTarget, node: HirExpr): HirType | undefined {
    switch (target.kind) {
      case "local": {
        const local = this.#program.locals[target.local];
        const isReachable = local?.owner === this.#fn.id || this.#fn.captures.includes(target.local);
        if (!isReachable) this.#fail(`local ${target.local} is neither its own nor captured`, node);
        return local?.type;
      }
      case "static":
        return this.#program.statics[target.static]?.type;
      case "field":
        if (target.object.type.kind !== "object") this.#fail("a field of what is no object", node);
        return this.#program.fields[target.field]?.type;
      case "element":
        return this.#elementType(target.array);
      default:
        return assertNever(target);
    }
  }

  #elementType(array: HirExpr): HirType | undefined {
    if (array.type.kind !== "array") return this.#fail("an element of what is no array", array);
    return this.#program.arrays[this.#program.arrayOf(array.type.array)]?.element;
  }

  #hasArms(all: HirType, some: HirType, node: HirExpr): void {
    for (const arm of armsOf(some)) {
      const same = armOf(all, arm.kind);
      if (same === null || !isSameShape(this.#program, same, arm))
        this.#fail(`the union has no arm ${arm.kind}`, node);
    }
  }

  /** Sized names do not matter: every store converts or checks. */
  #fits(value: HirExpr, wanted: HirType | undefined, what: string): void {
    if (wanted === undefined) this.#fail(`${what} does not exist`, value);
    if (!isSameShape(this.#program, value.type, wanted)) {
      this.#fail(`${value.type.kind} does not fit ${what} (${wanted.kind})`, value);
    }
  }
}
