/** HIR as text for `--dump-after` and tests: close to the source, with every id and type written out. */
import { assertNever, isGone } from "../source/assert.ts";
import type {
  HirAwaitable,
  HirExpr,
  HirFunction,
  HirProgram,
  HirStatement,
  HirTarget,
  HirType,
} from "./hir.ts";
import type { ClassId, FunctionId, LocalId } from "./ids.ts";

export function printHir(program: HirProgram): string {
  return new Printer(program).print();
}

class Printer {
  readonly #program: HirProgram;
  readonly #lines: string[] = [];
  #depth = 0;

  constructor(program: HirProgram) {
    this.#program = program;
  }

  print(): string {
    for (const one of this.#program.statics) {
      this.#line(`${one.reassigned ? "let" : "const"} ${one.name}#${one.id}: ${this.#type(one.type)}`);
    }
    for (const one of this.#program.classes) {
      this.#open(`class ${one.name}#${one.id}`);
      for (const field of one.fields) {
        const { name, type } = this.#program.fields[field] ?? { name: "?", type: { kind: "void" } as const };
        this.#line(`${name}#${field}: ${this.#type(type)}`);
      }
      this.#close();
    }
    for (const fn of this.#program.functions) this.#function(fn);
    return `${this.#lines.join("\n")}\n`;
  }

  #line(text: string): void {
    this.#lines.push("  ".repeat(this.#depth) + text);
  }

  #open(head: string): void {
    this.#line(`${head} {`);
    this.#depth += 1;
  }

  #close(): void {
    this.#depth -= 1;
    this.#line("}");
  }

  #function(fn: HirFunction): void {
    const parameters = fn.parameters.map((local) => this.#declaration(local)).join(", ");
    const captures =
      fn.captures.length === 0 ? "" : ` captures ${fn.captures.map((id) => this.#local(id)).join(", ")}`;
    const parent = fn.parent === null ? "" : ` in ${this.#name(fn.parent)}`;
    const head = `${fn.isAsync ? "async " : ""}${fn.role} ${this.#name(fn.id)}(${parameters})`;
    this.#open(`${head}: ${this.#type(fn.result)}${parent}${captures}`);
    this.#statements(fn.body);
    this.#close();
  }

  #name(id: FunctionId): string {
    return `${this.#program.functions[id]?.name ?? "?"}#${id}`;
  }

  #local(id: LocalId): string {
    return `${this.#program.locals[id]?.name ?? "?"}%${id}`;
  }

  #declaration(id: LocalId): string {
    const type = this.#program.locals[id]?.type;
    return `${this.#local(id)}: ${type === undefined ? "?" : this.#type(type)}`;
  }

  #type(type: HirType): string {
    switch (type.kind) {
      case "number":
        return type.sized ?? "number";
      case "boolean":
      case "string":
      case "void":
      case "null":
        return type.kind;
      case "object":
        return `${this.#program.classes[type.class]?.name ?? "?"}#${type.class}`;
      case "array": {
        const array = this.#program.arrayOf(type.array);
        const element = this.#program.arrays[array]?.element;
        return `${element === undefined ? "?" : this.#type(element)}[]#${array}`;
      }
      case "closure": {
        const id = this.#program.signatureOf(type.signature);
        const signature = this.#program.signatures[id];
        const parameters = signature?.parameters.map((one) => this.#type(one)).join(", ") ?? "?";
        return `((${parameters}) => ${signature === undefined ? "?" : this.#type(signature.result)})#${id}`;
      }
      case "handle":
        return type.driver;
      case "bigint":
        return type.sized ?? "bigint";
      case "union":
        return type.arms.map((arm) => this.#type(arm)).join(" | ");
      default:
        return assertNever(type);
    }
  }

  #statements(statements: readonly HirStatement[]): void {
    for (const statement of statements) this.#statement(statement);
  }

  #block(head: string, statements: readonly HirStatement[]): void {
    this.#open(head);
    this.#statements(statements);
    this.#close();
  }

  #statement(statement: HirStatement): void {
    switch (statement.kind) {
      case "expression":
        this.#line(this.#expression(statement.value));
        return;
      case "let": {
        const keyword = this.#program.locals[statement.local]?.reassigned === false ? "const" : "let";
        const value = statement.value === null ? "" : ` = ${this.#expression(statement.value)}`;
        this.#line(`${keyword} ${this.#declaration(statement.local)}${value}`);
        return;
      }
      case "staticInit": {
        const name = this.#program.statics[statement.static]?.name ?? "?";
        this.#line(`init ${name}#${statement.static} = ${this.#expression(statement.value)}`);
        return;
      }
      case "block":
        this.#block(
          statement.breakId === null ? "block" : `block :${statement.breakId}`,
          statement.statements,
        );
        return;
      case "if":
        this.#block(`if ${this.#expression(statement.test)}`, statement.whenTrue);
        if (statement.whenFalse.length > 0) this.#block("else", statement.whenFalse);
        return;
      case "loop": {
        const parts = [`loop :${statement.jump}`];
        if (statement.perIteration.length > 0) {
          parts.push(`fresh ${statement.perIteration.map((id) => this.#local(id)).join(", ")}`);
        }
        if (statement.test !== null) {
          parts.push(`${statement.testFirst ? "while" : "do while"} ${this.#expression(statement.test)}`);
        }
        if (statement.update !== null) parts.push(`update ${this.#expression(statement.update)}`);
        this.#block(parts.join(" "), statement.body);
        return;
      }
      case "forOf": {
        const head = `for :${statement.jump} ${this.#declaration(statement.local)} of`;
        this.#block(`${head} ${this.#expression(statement.array)}`, statement.body);
        return;
      }
      case "forEvery": {
        const local = statement.local === null ? "_" : this.#declaration(statement.local);
        const head = `for await :${statement.jump} ${local} of every(${this.#expression(statement.periodMs)})`;
        this.#block(head, statement.body);
        return;
      }
      case "switch":
        this.#open(`switch :${statement.jump} ${this.#expression(statement.subject)}`);
        for (const { test, body } of statement.cases) {
          this.#block(test === null ? "default" : `case ${this.#expression(test)}`, body);
        }
        this.#close();
        return;
      case "break":
      case "continue":
        this.#line(`${statement.kind} :${statement.jump}`);
        return;
      case "return":
        this.#line(statement.value === null ? "return" : `return ${this.#expression(statement.value)}`);
        return;
      case "throw":
      case "try":
      case "yield":
        return isGone(statement);
      default:
        assertNever(statement);
    }
  }

  #target(target: HirTarget): string {
    switch (target.kind) {
      case "local":
        return this.#local(target.local);
      case "static":
        return `${this.#program.statics[target.static]?.name ?? "?"}#${target.static}`;
      case "field":
        return `${this.#expression(target.object)}.${this.#program.fields[target.field]?.name ?? "?"}`;
      case "element":
        return `${this.#expression(target.array)}[${this.#expression(target.index)}]`;
      default:
        return assertNever(target);
    }
  }

  #checked(classes: readonly ClassId[] | null): string {
    if (classes === null) return "";
    return ` of ${classes.map((id) => `${this.#program.classes[id]?.name ?? "?"}#${id}`).join(" | ")}`;
  }

  #list(values: readonly HirExpr[]): string {
    return values.map((value) => this.#expression(value)).join(", ");
  }

  #awaitable(operand: HirAwaitable): string {
    const name = operand.kind === "call" ? this.#name(operand.function) : operand.name;
    return `${name}(${this.#list(operand.args)})`;
  }

  #expression(node: HirExpr): string {
    switch (node.kind) {
      case "number":
        return Object.is(node.value, -0) ? "-0" : String(node.value);
      case "boolean":
        return String(node.value);
      case "bigint":
        return `${node.value}n`;
      case "string":
        return JSON.stringify(node.value);
      case "undefined":
      case "null":
        return node.kind;
      case "wrap":
        return `wrap(${this.#expression(node.value)})`;
      case "unwrap":
        return `unwrap${node.trusted ? "" : "!"}(${this.#expression(node.value)}: ${this.#type(node.type)})`;
      case "isArm":
        return `is(${this.#expression(node.value)}, ${node.arms.join(" | ")})`;
      case "local":
      case "static":
      case "field":
      case "element":
        return this.#target(node);
      case "arrayLength":
        return `${this.#expression(node.array)}.length`;
      case "stringLength":
        return `${this.#expression(node.value)}.length`;
      case "assign":
        return `(${this.#target(node.target)} = ${this.#expression(node.value)})`;
      case "compound":
        return `(${this.#target(node.target)} ${node.op}= ${this.#expression(node.value)})`;
      case "append":
        return `(${this.#target(node.target)} .= ${this.#expression(node.value)})`;
      case "update": {
        const op = node.delta === 1 ? "++" : "--";
        const target = this.#target(node.target);
        return node.prefix ? `(${op}${target})` : `(${target}${op})`;
      }
      case "arithmetic":
      case "compare":
      case "logical":
        return `(${this.#expression(node.left)} ${node.op} ${this.#expression(node.right)})`;
      case "negate":
        return `(-${this.#expression(node.value)})`;
      case "bitNot":
        return `(~${this.#expression(node.value)})`;
      case "not":
        return `(!${this.#expression(node.value)})`;
      case "truthy":
        return `truthy(${this.#expression(node.value)})`;
      case "conditional": {
        const branches = `${this.#expression(node.whenTrue)} : ${this.#expression(node.whenFalse)}`;
        return `(${this.#expression(node.test)} ? ${branches})`;
      }
      case "template":
        return `text(${this.#list(node.parts)})`;
      case "convert":
        return `${node.to}(${this.#expression(node.value)})`;
      case "call":
        return `${this.#name(node.function)}(${this.#list(node.args)})`;
      case "callClosure":
        return `${this.#expression(node.closure)}.call(${this.#list(node.args)})`;
      case "intrinsic":
        return `@${node.name}(${this.#list(node.args)})`;
      case "new": {
        const name = this.#program.classes[node.class]?.name ?? "?";
        return `new ${name}(${this.#list(node.args)})@${node.site}`;
      }
      case "object": {
        const fields = node.fields.map(
          ({ field, value }) => `${this.#program.fields[field]?.name ?? "?"}: ${this.#expression(value)}`,
        );
        return `{ ${fields.join(", ")} }@${node.site}`;
      }
      case "array":
        return `[${this.#list(node.elements)}]@${node.site}`;
      case "arrayFill":
        return `[${node.length} of ${this.#expression(node.value)}]@${node.site}`;
      case "view":
        return `${this.#expression(node.array)}[${this.#expression(node.start)} to ${this.#expression(node.end)}]`;
      case "overlay":
        return `${this.#expression(node.array)}[${this.#expression(node.length)} at byte ${this.#expression(node.start)}]`;
      case "arrayNew":
        return `[${this.#expression(node.length)} of ?]@${node.site}`;
      case "push":
        return `${this.#expression(node.array)}.push(${this.#list(node.values)})`;
      case "setLength":
        return `(${this.#expression(node.array)}.length = ${this.#expression(node.length)})`;
      case "moveElements":
        return `${this.#expression(node.array)}.move(${this.#list([node.to, node.from, node.count])})`;
      case "hasIndex":
        return `(${this.#expression(node.index)} in ${this.#expression(node.array)})`;
      case "isPoolFull":
        return `(pool of site ${node.of} is full)`;
      case "hasRoom":
        return `(${this.#expression(node.array)} has room for ${this.#expression(node.length)})`;
      case "closure":
        return `&${this.#name(node.function)}`;
      case "await":
        return `await ${this.#awaitable(node.operand)}`;
      case "awaitAll": {
        const branches = node.branches.map(({ operand, result }) =>
          result === null ? this.#awaitable(operand) : `${this.#local(result)} = ${this.#awaitable(operand)}`,
        );
        return `await all(${branches.join(", ")})`;
      }
      case "spawn":
        return `spawn ${this.#name(node.function)}(${this.#list(node.args)})`;
      case "cast":
        return `(${this.#expression(node.value)} as ${this.#type(node.type)}${this.#checked(node.classes)})`;
      case "isInstance":
        return `(${this.#expression(node.value)} is${this.#checked(node.classes)})`;
      case "sequence":
        return `(${this.#inline(node.statements)} ${this.#expression(node.value)})`;
      default:
        return assertNever(node);
    }
  }

  /** Statements inside an expression, on one line. */
  #inline(statements: readonly HirStatement[]): string {
    const inner = new Printer(this.#program);
    inner.#statements(statements);
    return inner.#lines.map((line) => `${line.trim()};`).join(" ");
  }
}
