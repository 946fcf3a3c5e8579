/** Random expressions of a type. Every one is total: no index outside an array, no text that grows without bound. */
import type { Scope, Type } from "./scope.ts";

/** How deep expressions nest. */
const DEPTH_MAX = 3;

type Maker = (scope: Scope, depth: number) => string;

export function expression(scope: Scope, type: Type, depth = 0): string {
  const { tape } = scope;
  if (typeof type === "object") return objectOf(scope, type.class, depth);
  const variables = scope.variablesOf(type);
  if (depth >= DEPTH_MAX || tape.chance(25)) {
    if (variables.length > 0) return tape.pick(variables).name;
    return literal(scope, type);
  }
  const makers = makersOf[type];
  const maker = tape.pick(makers);
  return maker(scope, depth + 1);
}

function literal(scope: Scope, type: Exclude<Type, object>): string {
  const { tape } = scope;
  switch (type) {
    case "int":
      return String(tape.below(2000) - 1000 * tape.below(2));
    case "num":
      return tape.pick(["0.5", "3", "-2.25", "1e3", "0.1", "7", "4294967296", "-1", "1e15"]);
    case "bool":
      return tape.pick(["true", "false"]);
    case "str":
      return tape.pick(['""', '"a"', '"Hello"', '"x,y"', '"ü€"', '" pad "', '"10"']);
    case "u8":
      return String(tape.below(256));
    case "i16":
      return String(tape.below(60000) - 30000);
    case "i32":
      return tape.pick(["0", "-1", "2147483647", "-2147483648", "12345"]);
    case "u32":
      return tape.pick(["0", "1", "4294967295", "65536"]);
    case "ints":
    case "list":
      return `[${[1, 2, 3]
        .slice(0, 1 + tape.below(3))
        .map(() => literal(scope, "int"))
        .join(", ")}]`;
    case "strs":
      return `[${literal(scope, "str")}, ${literal(scope, "str")}]`;
    case "maybe":
      return tape.pick(["perhaps(0, false)", "perhaps(4, true)"]);
  }
}

/** A number of any kind. */
function anyNumber(scope: Scope, depth: number): string {
  return expression(scope, scope.tape.pick(["int", "num", "u8", "i16", "i32", "u32"] as const), depth);
}

function operation(...operators: readonly string[]): Maker {
  return (scope, depth) =>
    `(${anyNumber(scope, depth)} ${scope.tape.pick(operators)} ${anyNumber(scope, depth)})`;
}

function conditional(type: Type): Maker {
  return (scope, depth) =>
    `(${expression(scope, "bool", depth)} ? ${expression(scope, type, depth)} : ${expression(scope, type, depth)})`;
}

/** A call of a function, method or closure that returns the type, when there is one. */
function call(type: Type): Maker {
  return (scope, depth) => {
    const functions = scope.functions.filter((fn) => fn.result === type && (scope.mayThrow || !fn.canThrow));
    if (functions.length === 0 || scope.loopDepth > 2) return expression(scope, type, depth);
    const fn = scope.tape.pick(functions);
    return `${fn.name}(${fn.parameters.map((parameter) => expression(scope, parameter, depth)).join(", ")})`;
  };
}

/** A field or method of an object at hand. */
function member(type: Type): Maker {
  return (scope, depth) => {
    const candidates = scope.variables.flatMap((variable) => {
      if (typeof variable.type !== "object") return [];
      const owner = scope.classes.find(({ name }) => sameName(name, variable.type));
      if (owner === undefined) return [];
      const fields = owner.fields.filter((field) => field.type === type).map((field) => field.name);
      const methods = owner.methods.filter(
        (method) => method.result === type && (scope.mayThrow || !method.canThrow),
      );
      return [
        ...fields.map((name) => () => `${variable.name}.${name}`),
        ...methods.map((method) => () => {
          const args = method.parameters.map((parameter) => expression(scope, parameter, depth));
          return `${variable.name}.${method.name}(${args.join(", ")})`;
        }),
      ];
    });
    if (candidates.length === 0 || scope.loopDepth > 2) return expression(scope, type, depth);
    return scope.tape.pick(candidates)();
  };
}

function sameName(name: string, type: Type): boolean {
  return typeof type === "object" && type.class === name;
}

/** An index that is always inside a non-empty array. */
function indexed(array: "ints" | "list" | "strs", otherwise: Type): Maker {
  return (scope, depth) => {
    const variables = scope.variablesOf(array);
    if (variables.length === 0) return expression(scope, otherwise, depth);
    const { name } = scope.tape.pick(variables);
    const index = expression(scope, "int", depth);
    return `(${name}.length > 0 ? ${name}[Math.abs(${index}) % ${name}.length]! : ${literal(scope, otherwise as "int")})`;
  };
}

function listQuestion(scope: Scope, depth: number): string {
  const variables = [...scope.variablesOf("ints"), ...scope.variablesOf("list")];
  if (variables.length === 0) return expression(scope, "int", depth);
  const { name } = scope.tape.pick(variables);
  const x = expression(scope, "int", DEPTH_MAX);
  return scope.tape.pick([
    `${name}.length`,
    `${name}.indexOf(${x})`,
    `${name}.reduce((a, x) => (a + x) % 1000, ${x})`,
    `${name}.findIndex((x) => x > ${x})`,
    `${name}.filter((x) => x !== ${x}).length`,
    `${name}.map((x, i) => x - i).reduce((a, x) => (a * 3 + x) % 997, 1)`,
  ]);
}

const textMakers: readonly Maker[] = [
  (scope, depth) => `\`\${${expression(scope, "int", depth)}}:\${${expression(scope, "bool", depth)}}\``,
  (scope, depth) => `(${expression(scope, "str", depth)} + ${expression(scope, "str", depth)}).slice(0, 12)`,
  (scope, depth) =>
    `${expression(scope, "str", depth)}.slice(${scope.tape.below(3)}, ${1 + scope.tape.below(6)})`,
  (scope, depth) => `String(${anyNumber(scope, depth)})`,
  (scope, depth) => `${expression(scope, "str", depth)}.padStart(${scope.tape.below(8)}, "*")`,
  (scope, depth) => `${expression(scope, "str", depth)}.trim()`,
  conditional("str"),
  call("str"),
  member("str"),
  indexed("strs", "str"),
];

const truthMakers: readonly Maker[] = [
  operation("<", "<=", ">", ">="),
  /* TypeScript refuses to compare two different literals. */
  (scope, depth) =>
    `(${anyNumber(scope, depth)} + 0 ${scope.tape.pick(["===", "!=="])} ${anyNumber(scope, depth)} + 0)`,
  (scope, depth) => `!${expression(scope, "bool", depth)}`,
  (scope, depth) =>
    `(${expression(scope, "bool", depth)} ${scope.tape.pick(["&&", "||"])} ${expression(scope, "bool", depth)})`,
  (scope, depth) =>
    `(${expression(scope, "str", depth)} + "" ${scope.tape.pick(["===", "<", ">=", "!=="])} ${expression(scope, "str", depth)} + "")`,
  (scope, depth) => `${expression(scope, "str", depth)}.includes(${literal(scope, "str")})`,
  conditional("bool"),
  call("bool"),
  member("bool"),
];

const intMakers: readonly Maker[] = [
  (scope, depth) => `(${anyNumber(scope, depth)} | 0)`,
  operation("&", "|", "^", "<<", ">>"),
  (scope, depth) =>
    `(${expression(scope, "int", depth)} ${scope.tape.pick(["+", "-", "*"])} ${expression(scope, "int", depth)}) % 10007`,
  (scope, depth) => `Math.trunc(${expression(scope, "int", depth)} / ${1 + scope.tape.below(9)})`,
  (scope, depth) => `Math.imul(${expression(scope, "int", depth)}, ${expression(scope, "int", depth)})`,
  (scope, depth) =>
    `Math.${scope.tape.pick(["min", "max"])}(${expression(scope, "int", depth)}, ${expression(scope, "int", depth)})`,
  (scope, depth) => `${expression(scope, "str", depth)}.length`,
  (scope, depth) => `${expression(scope, "str", depth)}.indexOf(${literal(scope, "str")})`,
  (scope, depth) => `(${expression(scope, "maybe", depth)} ?? ${expression(scope, "int", depth)})`,
  listQuestion,
  conditional("int"),
  call("int"),
  member("int"),
  indexed("ints", "int"),
  indexed("list", "int"),
];

const numberMakers: readonly Maker[] = [
  operation("+", "-", "*", "%"),
  /* The divisor is never -0, which LANGUAGE.md section 14 lets become 0. */
  (scope, depth) => `(${anyNumber(scope, depth)} / (${anyNumber(scope, depth)} + 0 || 1))`,
  (scope, depth) =>
    `Math.${scope.tape.pick(["abs", "floor", "ceil", "round", "trunc", "sign", "fround"])}(${anyNumber(scope, depth)})`,
  (scope, depth) =>
    `Math.${scope.tape.pick(["min", "max"])}(${anyNumber(scope, depth)}, ${anyNumber(scope, depth)})`,
  (scope, depth) => `-(${anyNumber(scope, depth)})`,
  (scope, depth) => `(${anyNumber(scope, depth)} >>> ${scope.tape.below(32)})`,
  conditional("num"),
  call("num"),
  member("num"),
];

function wrapped(name: "u8" | "i16" | "i32" | "u32"): Maker {
  return (scope, depth) => {
    scope.usesTypes.add(`value ${name}`);
    return `${name}(${anyNumber(scope, depth)})`;
  };
}

const makersOf: Readonly<Record<Exclude<Type, object>, readonly Maker[]>> = {
  int: intMakers,
  num: numberMakers,
  bool: truthMakers,
  str: textMakers,
  u8: [wrapped("u8"), conditional("u8")],
  i16: [wrapped("i16")],
  i32: [wrapped("i32"), conditional("i32")],
  u32: [wrapped("u32")],
  ints: [(scope) => literal(scope, "ints")],
  list: [(scope) => literal(scope, "list")],
  strs: [(scope) => literal(scope, "strs")],
  maybe: [
    (scope, depth) => `perhaps(${expression(scope, "int", depth)}, ${expression(scope, "bool", depth)})`,
    conditional("maybe"),
    call("maybe"),
  ],
};

/** A fresh object of the class, or of one that extends it, or a variable that holds one. */
function objectOf(scope: Scope, name: string, depth: number): string {
  const variables = scope.variablesOf({ class: name });
  if (variables.length > 0 && scope.tape.chance(40)) return scope.tape.pick(variables).name;
  const fitting = scope.classes.filter(
    (shape) => !shape.isAbstract && (shape.name === name || shape.base?.name === name),
  );
  const shape = scope.tape.pick(fitting);
  const args = shape.constructorParameters.map((parameter) => expression(scope, parameter, depth + 1));
  return `new ${shape.name}(${args.join(", ")})`;
}
