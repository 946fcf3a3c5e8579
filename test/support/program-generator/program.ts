/**
 * Random programs inside the language: functions, classes that inherit, closures,
 * arrays, texts, numbers of all kinds, exceptions. A program is made from a tape
 * of choices and is the same for the same tape.
 */
import fc from "fast-check";
import { expression } from "./expressions.ts";
import { type ClassShape, type FunctionShape, Scope, type Type } from "./scope.ts";
import { block, statement } from "./statements.ts";
import { Tape } from "./tape.ts";

const valueTypes = ["int", "num", "bool", "str", "u8", "i32", "maybe"] as const;

/** TypeScript would see through a literal. */
const PERHAPS = `function perhaps(value: number, is: boolean): number | undefined {
  return is ? value : undefined;
}`;

/** Programs of growing size; what fails shrinks with the tape. */
export const generatedTape: fc.Arbitrary<number[]> = fc.array(fc.nat(9999), {
  minLength: 20,
  maxLength: 700,
  size: "max",
});

export function programOf(tape: readonly number[]): string {
  const scope = new Scope(new Tape(tape));
  const parts: string[] = [];
  const globals = 1 + scope.tape.below(3);
  for (let i = 0; i < globals; i += 1) parts.push(...globalVariable(scope));
  const functions = scope.tape.below(4);
  for (let i = 0; i < functions; i += 1) parts.push(functionText(scope));
  const classes = scope.tape.below(4);
  for (let i = 0; i < classes; i += 1) parts.push(classText(scope));
  while (!scope.tape.isEmpty) parts.push(...statement(scope, ""));
  const names = [...scope.usesTypes];
  const values = names.filter((name) => name.startsWith("value ")).map((name) => name.slice("value ".length));
  const types = names.filter((name) => !name.startsWith("value ") && !values.includes(name));
  const imported = [...values, ...types.map((name) => `type ${name}`)];
  const head = imported.length === 0 ? [] : [`import { ${imported.join(", ")} } from "tsfw";`];
  const text = parts.join("\n");
  const helper = text.includes("perhaps(") ? [PERHAPS] : [];
  return `${[...head, ...helper, text].join("\n")}\n`;
}

function globalVariable(scope: Scope): string[] {
  const type: Type = scope.tape.pick(valueTypes);
  const value = expression(scope, type, 2);
  const text = scope.typeText(type);
  const { name } = scope.declare(type, false, "g");
  return [`let ${name}: ${text} = ${value};`];
}

/** A body that ends with a result, in a scope that sees the parameters and what `extra` adds. */
function body(
  scope: Scope,
  parameters: readonly { readonly name: string; readonly type: Type }[],
  result: Type,
  canThrow: boolean,
): string {
  return scope.inside(() => {
    for (const { name, type } of parameters) scope.variables.push({ name, type, isConst: false });
    scope.returns = result;
    scope.mayThrow = canThrow;
    scope.loopDepth += 1;
    const text = block(scope, 3, "  ");
    const value = expression(scope, result);
    scope.loopDepth -= 1;
    scope.returns = null;
    scope.mayThrow = false;
    return `${text}\n  return ${value};`;
  });
}

function shapeOf(scope: Scope, prefix: string): FunctionShape & { readonly names: readonly string[] } {
  const parameters = [0, 1, 2].slice(0, scope.tape.below(4)).map((): Type => scope.tape.pick(valueTypes));
  return {
    name: scope.fresh(prefix),
    parameters,
    names: parameters.map(() => scope.fresh("p")),
    result: scope.tape.pick(valueTypes),
    canThrow: scope.tape.chance(30),
  };
}

function signature(scope: Scope, shape: FunctionShape & { readonly names: readonly string[] }): string {
  const list = shape.parameters.map((type, index) => `${shape.names[index]}: ${scope.typeText(type)}`);
  return `${shape.name}(${list.join(", ")}): ${scope.typeText(shape.result)}`;
}

function functionText(scope: Scope): string {
  const shape = shapeOf(scope, "fn");
  const parameters = shape.parameters.map((type, index) => ({ name: shape.names[index] ?? "", type }));
  const text = `function ${signature(scope, shape)} {\n${body(scope, parameters, shape.result, shape.canThrow)}\n}`;
  scope.functions.push(shape);
  return text;
}

function classText(scope: Scope): string {
  const bases = scope.classes.filter((shape) => shape.base === null);
  const base = bases.length > 0 && scope.tape.chance(50) ? scope.tape.pick(bases) : null;
  const name = scope.fresh("C");
  const own = [0, 1, 2].slice(0, 1 + scope.tape.below(2)).map(() => ({
    name: scope.fresh("m"),
    type: scope.tape.pick(["int", "str", "bool", "u8", "num"] as const),
  }));
  const fields = [...(base?.fields ?? []), ...own];
  const inherited = base?.constructorParameters ?? [];
  const constructorParameters = [...inherited, ...own.map((field) => field.type)];
  const names = constructorParameters.map(() => scope.fresh("p"));
  const list = constructorParameters.map((type, index) => `${names[index]}: ${scope.typeText(type)}`);
  const stores = own.map((field, index) => `    this.${field.name} = ${names[inherited.length + index]};`);
  const superCall = base === null ? [] : [`    super(${names.slice(0, inherited.length).join(", ")});`];
  const members = fields.map((field) => ({ name: `this.${field.name}`, type: field.type }));
  const methods: FunctionShape[] = [...(base?.methods ?? [])];
  const texts: string[] = [];
  for (const method of base?.methods ?? []) {
    if (!scope.tape.chance(60)) continue;
    const shape = { ...method, names: method.parameters.map(() => scope.fresh("p")) };
    texts.push(methodText(scope, shape, members));
  }
  const shape = shapeOf(scope, "do");
  texts.push(methodText(scope, shape, members));
  methods.push(shape);
  const created: ClassShape = { name, base, isAbstract: false, fields, constructorParameters, methods };
  scope.classes.push(created);
  return [
    `class ${name}${base === null ? "" : ` extends ${base.name}`} {`,
    ...own.map((field) => `  ${field.name}: ${scope.typeText(field.type)};`),
    `  constructor(${list.join(", ")}) {`,
    ...superCall,
    ...stores,
    "  }",
    ...texts,
    "}",
  ].join("\n");
}

function methodText(
  scope: Scope,
  shape: FunctionShape & { readonly names: readonly string[] },
  members: readonly { readonly name: string; readonly type: Type }[],
): string {
  const parameters = shape.parameters.map((type, index) => ({ name: shape.names[index] ?? "", type }));
  const text = body(scope, [...members, ...parameters], shape.result, shape.canThrow);
  return `  ${signature(scope, shape)} {\n${text.replace(/^/gm, "  ")}\n  }`;
}
