/** Random statements: they end, and what they print is the same in every engine. */
import { expression } from "./expressions.ts";
import type { Scope, Type } from "./scope.ts";

const valueTypes = ["int", "num", "bool", "str", "u8", "i16", "i32", "u32"] as const;
const printable = ["int", "num", "bool", "str", "u8", "i16", "i32", "u32", "maybe"] as const;

/** A block of `count` statements, indented. */
export function block(scope: Scope, count: number, indent: string): string {
  return scope.inside(() => {
    const lines: string[] = [];
    for (let i = 0; i < count && (i === 0 || !scope.tape.isEmpty); i += 1)
      lines.push(...statement(scope, indent));
    return lines.join("\n");
  });
}

export function statement(scope: Scope, indent: string): string[] {
  const depth = indent.length / 2;
  const makers = depth < 3 ? [...simple, ...compound] : simple;
  return scope.tape
    .pick(makers)(scope, indent)
    .map((line) => `${indent}${line}`);
}

type Maker = (scope: Scope, indent: string) => string[];

function print(scope: Scope): string[] {
  const parts = [0, 1, 2].slice(0, 1 + scope.tape.below(3));
  return [`console.log(${parts.map(() => printed(scope)).join(", ")});`];
}

/** Numbers print inside a template, where -0 is 0. */
function printed(scope: Scope): string {
  const type = scope.tape.pick(printable);
  const value = expression(scope, type);
  return type === "bool" || type === "str" || type === "maybe" ? value : `\`\${${value}}\``;
}

function declare(scope: Scope): string[] {
  const classes: Type[] = scope.classes.map(({ name }) => ({ class: name }));
  const type: Type = scope.tape.pick<Type>([...valueTypes, "ints", "list", "strs", "maybe", ...classes]);
  const value = expression(scope, type);
  const isConst = scope.tape.chance(30);
  const text = scope.typeText(type);
  const { name } = scope.declare(type, isConst);
  return [`${isConst ? "const" : "let"} ${name}: ${text} = ${value};`];
}

function assign(scope: Scope): string[] {
  const targets = scope.variables.filter(
    ({ isConst, type }) => !isConst && type !== "ints" && type !== "strs" && type !== "list",
  );
  if (targets.length === 0) return print(scope);
  const { name, type } = scope.tape.pick(targets);
  if (type === "int" && scope.tape.chance(50)) {
    const op = scope.tape.pick(["+=", "-=", "^=", "|=", "&="]);
    return [`${name} ${op} ${expression(scope, "int")};`, `${name} %= 100003;`];
  }
  if (type === "num" && scope.tape.chance(30))
    return [`${name} ${scope.tape.pick(["*=", "+=", "-="])} ${expression(scope, "num")};`];
  return [`${name} = ${expression(scope, type)};`];
}

function changeArray(scope: Scope): string[] {
  const arrays = [...scope.variablesOf("ints"), ...scope.variablesOf("list")];
  if (arrays.length === 0) return declare(scope);
  const { name, type } = scope.tape.pick(arrays);
  const value = expression(scope, "int");
  const store = `if (${name}.length > 0) ${name}[Math.abs(${expression(scope, "int")}) % ${name}.length] = ${value};`;
  if (type === "ints") return [store];
  return [
    scope.tape.pick([
      store,
      `if (${name}.length < 12) ${name}.push(${value});`,
      `${name}.pop();`,
      `if (${name}.length > 1) ${name}.length = 1;`,
      `${name}.reverse();`,
      `${name}.sort((a, b) => a - b);`,
      `console.log(${name}.join());`,
    ]),
  ];
}

function changeField(scope: Scope): string[] {
  const candidates = scope.variables.flatMap((variable) => {
    const { type } = variable;
    if (typeof type !== "object") return [];
    const owner = scope.classes.find(({ name }) => name === type.class);
    return (owner?.fields ?? []).map((field) => ({
      place: `${variable.name}.${field.name}`,
      type: field.type,
    }));
  });
  if (candidates.length === 0) return declare(scope);
  const { place, type } = scope.tape.pick(candidates);
  return [`${place} = ${expression(scope, type)};`];
}

function callMethod(scope: Scope): string[] {
  const candidates = scope.variables.flatMap((variable) => {
    const { type } = variable;
    if (typeof type !== "object") return [];
    const owner = scope.classes.find(({ name }) => name === type.class);
    const methods = (owner?.methods ?? []).filter((method) => scope.mayThrow || !method.canThrow);
    return methods.map((method) => ({ variable, method }));
  });
  if (candidates.length === 0) return print(scope);
  const { variable, method } = scope.tape.pick(candidates);
  const args = method.parameters.map((parameter) => expression(scope, parameter, 2));
  return [`console.log(${variable.name}.${method.name}(${args.join(", ")}));`];
}

function fail(scope: Scope): string[] {
  if (!scope.mayThrow) return print(scope);
  const kind = scope.tape.pick(["Error", "RangeError", "TypeError"]);
  return [`if (${expression(scope, "bool")}) throw new ${kind}(${expression(scope, "str")});`];
}

function leave(scope: Scope): string[] {
  if (scope.returns === null) return print(scope);
  return [`if (${expression(scope, "bool")}) return ${expression(scope, scope.returns)};`];
}

const simple: readonly Maker[] = [
  print,
  declare,
  assign,
  declare,
  assign,
  changeArray,
  changeField,
  callMethod,
  fail,
  leave,
];

function branch(scope: Scope, indent: string): string[] {
  const body = block(scope, 2, "  ");
  const head = `if (${expression(scope, "bool")}) {`;
  if (scope.tape.chance(50)) return lines(head, body, "}");
  return lines(head, body, "} else {", block(scope, 2, "  "), "}", indent);
}

function countedLoop(scope: Scope): string[] {
  const name = scope.fresh("k");
  return insideLoop(scope, () =>
    scope.inside(() => {
      scope.variables.push({ name, type: "int", isConst: true });
      const rounds = 1 + scope.tape.below(4);
      const exit = scope.tape.chance(30)
        ? [`  if (${expression(scope, "bool")}) ${scope.tape.pick(["break", "continue"])};`]
        : [];
      return lines(
        `for (let ${name} = 0; ${name} < ${rounds}; ${name}++) {`,
        block(scope, 2, "  "),
        ...exit,
        "}",
      );
    }),
  );
}

function walk(scope: Scope): string[] {
  const arrays = scope.variablesOf("ints");
  if (arrays.length === 0) return countedLoop(scope);
  const array = scope.tape.pick(arrays).name;
  const name = scope.fresh("e");
  return insideLoop(scope, () =>
    scope.inside(() => {
      scope.variables.push({ name, type: "int", isConst: true });
      return lines(`for (const ${name} of ${array}) {`, block(scope, 2, "  "), "}");
    }),
  );
}

function choose(scope: Scope): string[] {
  const cases = [0, 1, 2].slice(0, 1 + scope.tape.below(3));
  const arms = cases.flatMap((value) => {
    const ends = scope.tape.chance(60) ? ["    break;"] : [];
    return [`  case ${value}: {`, block(scope, 1, "    "), "  }", ...ends];
  });
  const other = scope.tape.chance(50) ? ["  default: {", block(scope, 1, "    "), "  }"] : [];
  return lines(`switch (Math.abs(${expression(scope, "int")}) % 4) {`, ...arms, ...other, "}");
}

function attempt(scope: Scope): string[] {
  const before = scope.mayThrow;
  scope.mayThrow = true;
  const body = block(scope, 3, "  ");
  scope.mayThrow = before;
  const error = scope.fresh("error");
  const handler = [
    `} catch (${error}) {`,
    `  if (${error} instanceof RangeError) console.log("range", ${error}.message);`,
    `  else if (${error} instanceof Error) console.log(${error}.name, ${error}.message);`,
    block(scope, 1, "  "),
  ];
  const last = scope.tape.chance(40) ? ["} finally {", block(scope, 1, "  ")] : [];
  return lines("try {", body, ...handler, ...last, "}");
}

function closure(scope: Scope): string[] {
  const name = scope.fresh("f");
  const result = scope.tape.pick(valueTypes);
  const head = scope.inside(() => {
    scope.variables.push({ name: "x", type: "int", isConst: true });
    const returns = scope.returns;
    const mayThrow = scope.mayThrow;
    scope.returns = result;
    scope.mayThrow = false;
    const body = block(scope, 2, "  ");
    const value = expression(scope, result);
    scope.returns = returns;
    scope.mayThrow = mayThrow;
    return lines(
      `const ${name} = (x: number): ${scope.typeText(result)} => {`,
      body,
      `  return ${value};`,
      "};",
    );
  });
  return [
    ...head,
    `console.log(${name}(${expression(scope, "int", 2)}), ${name}(${expression(scope, "int", 2)}));`,
  ];
}

const compound: readonly Maker[] = [branch, countedLoop, walk, choose, attempt, closure];

function insideLoop<T>(scope: Scope, body: () => T): T {
  scope.loopDepth += 1;
  try {
    return body();
  } finally {
    scope.loopDepth -= 1;
  }
}

function lines(...parts: readonly string[]): string[] {
  return parts.flatMap((part) => part.split("\n"));
}
