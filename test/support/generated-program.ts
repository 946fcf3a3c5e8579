/**
 * Random programs inside the language, as fast-check arbitraries that shrink:
 * numbers of all kinds, loops, functions, arrays, and async functions with
 * values that live across awaits.
 *
 * What LANGUAGE 14 allows to differ is avoided: numbers are printed in template
 * literals (-0 prints as 0), divisors are never a zero that could be negative,
 * and there is one task.
 */

import fc from "fast-check";

type Text = fc.Arbitrary<string>;

/** The names that code at some place may read and write. */
interface Names {
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly functions: readonly string[];
  readonly asyncFunctions: readonly string[];
}

const GLOBALS = ["a", "b", "c", "d"];
const INTEGERS = [
  0, 1, 2, 3, 7, 10, 100, 255, 256, 1000, 65535, 65536, 1000003, 2147483647, 4294967295, 5000000000,
];
const FRACTIONS = [0.5, 0.25, 0.1, 1.5, 2.75, 1e-3, 123.456, 1e15];
const WRAPS = ["u8", "i8", "u16", "i16", "u32", "i32", "f32"];

const literal: Text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...INTEGERS).map(String) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 40 }).map((n) => `(-${n})`) },
  { weight: 1, arbitrary: fc.constantFrom(...FRACTIONS).map(String) },
);

function numberExpression(names: Names): Text {
  const { number } = fc.letrec<{ number: string; condition: string }>((tie) => {
    const pair = fc.tuple(tie("number"), tie("number"));
    const binary = fc
      .tuple(pair, fc.constantFrom("+", "-", "*", "%", "&", "|", "^", "<<", ">>", ">>>"))
      .map(([[left, right], op]) => `(${left} ${op} ${right})`);
    const quotient = pair.map(([left, right]) => `(${left} / (${right} | 1))`);
    const unary = fc
      .tuple(
        fc.constantFrom("-", "~", "Math.abs", "Math.floor", "Math.ceil", "Math.trunc", "Math.round"),
        tie("number"),
      )
      .map(([op, value]) => (op.length === 1 ? `(${op} ${value})` : `${op}(${value})`));
    const wrap = fc
      .tuple(fc.constantFrom(...WRAPS), tie("number"))
      .map(([name, value]) => `${name}(${value})`);
    const mathPair = fc
      .tuple(fc.constantFrom("Math.min", "Math.max", "Math.imul"), pair)
      .map(([name, [left, right]]) => `${name}(${left}, ${right})`);
    const choice = fc.tuple(tie("condition"), pair).map(([test, [yes, no]]) => `(${test} ? ${yes} : ${no})`);
    const element = tie("number").map((index) => `xs[(${index}) & 3]`);
    const calls = names.functions.map((name) => pair.map(([x, y]) => `${name}(${x}, ${y})`));
    const awaits = names.asyncFunctions.map((name) => pair.map(([x, y]) => `(await ${name}(${x}, ${y}))`));
    const compare = fc
      .tuple(pair, fc.constantFrom("<", "<=", ">", ">=", "===", "!=="))
      .map(([[left, right], op]) => `((${left} + 0) ${op} (${right} + 0))`);
    const both = fc
      .tuple(compare, fc.constantFrom("&&", "||"), tie("condition"))
      .map(([left, op, right]) => `(${left} ${op} ${right})`);
    return {
      number: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        { weight: 4, arbitrary: fc.constantFrom(...names.read) },
        { weight: 3, arbitrary: literal },
        { weight: 6, arbitrary: binary },
        { weight: 1, arbitrary: quotient },
        { weight: 2, arbitrary: unary },
        { weight: 2, arbitrary: wrap },
        { weight: 1, arbitrary: mathPair },
        { weight: 1, arbitrary: choice },
        { weight: 1, arbitrary: element },
        ...[...calls, ...awaits].map((arbitrary) => ({ weight: 1, arbitrary })),
      ),
      condition: fc.oneof(
        { depthSize: "small" },
        compare,
        both,
        tie("number").map((value) => `!(${value} + 0)`),
      ),
    };
  });
  return number as Text;
}

function conditionExpression(names: Names): Text {
  const number = numberExpression(names);
  return fc
    .tuple(number, fc.constantFrom("<", ">", "<=", ">=", "!=="), number)
    .map(([left, op, right]) => `(${left} + 0) ${op} (${right} + 0)`);
}

function statement(names: Names, depth: number): Text {
  const value = numberExpression(names);
  const target = fc.constantFrom(...names.write);
  const assign = fc.tuple(target, value).map(([to, from]) => `${to} = ${from};`);
  const compound = fc
    .tuple(target, fc.constantFrom("+=", "-=", "*=", "|=", "&=", "^=", ">>=", "<<=", ">>>=", "%="), value)
    .map(([to, op, from]) => `${to} ${op} ${from};`);
  const update = fc.tuple(target, fc.constantFrom("++", "--")).map(([to, op]) => `${to}${op};`);
  const element = fc.tuple(value, value).map(([index, from]) => `xs[(${index}) & 3] = ${from};`);
  const print = value.map((from) => log(hole(from)));
  const simple = fc.oneof(assign, compound, update, element, print);
  if (depth === 0) return simple;
  const body = block(names, depth - 1, 3);
  const branch = fc
    .tuple(conditionExpression(names), body, body)
    .map(([test, yes, no]) => `if (${test}) {\n${indent(yes)}\n} else {\n${indent(no)}\n}`);
  const index = `i${depth}`;
  const inLoop = block({ ...names, read: [...names.read, index] }, depth - 1, 3);
  const loop = fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom(1, 2, 3), inLoop)
    .map(
      ([to, by, inner]) =>
        `for (let ${index} = 0; ${index} < ${to}; ${index} += ${by}) {\n${indent(inner)}\n}`,
    );
  return fc.oneof(
    { weight: 4, arbitrary: simple },
    { weight: 1, arbitrary: branch },
    { weight: 1, arbitrary: loop },
  );
}

function block(names: Names, depth: number, sizeMax: number): Text {
  return fc
    .array(statement(names, depth), { minLength: 1, maxLength: sizeMax })
    .map((statements) => statements.join("\n"));
}

/** `${code}` inside a template literal of the program. */
function hole(code: string): string {
  return `\${${code}}`;
}

function log(template: string): string {
  return `console.log(\`${template}\`);`;
}

function indent(text: string): string {
  return text.replace(/^/gm, "  ");
}

function functionDeclaration(name: string, callable: readonly string[]): Text {
  const local = ["x", "y", "t", ...GLOBALS];
  const names = { read: local, write: local, functions: callable, asyncFunctions: [] };
  return fc
    .tuple(literal, block(names, 2, 3), numberExpression(names))
    .map(([initial, body, result]) =>
      [
        `function ${name}(x: number, y: number): number {`,
        indent(`let t = ${initial};\n${body}\nreturn ${result};`),
        "}",
      ].join("\n"),
    );
}

function asyncDeclaration(name: string, callable: readonly string[], awaitable: readonly string[]): Text {
  const local = ["x", "y", "t", "u", ...GLOBALS];
  const names = { read: local, write: local, functions: callable, asyncFunctions: awaitable };
  return fc
    .tuple(block(names, 1, 3), block(names, 2, 3), numberExpression(names))
    .map(([before, after, result]) =>
      [
        `async function ${name}(x: number, y: number): Promise<number> {`,
        indent(
          `let t = x;\nlet u = 1;\n${before}\nawait delay(2);\n${after}\nawait delay(1);\nreturn ${result};`,
        ),
        "}",
      ].join("\n"),
    );
}

/** A whole program; it prints its state at the end. */
export const generatedProgram: Text = fc
  .record({
    initial: fc.tuple(literal, literal, literal, literal),
    elements: fc.tuple(literal, literal, literal, literal),
    f: functionDeclaration("f", []),
    g: functionDeclaration("g", ["f"]),
    p: asyncDeclaration("p", ["f"], []),
    q: asyncDeclaration("q", ["g"], ["p"]),
    main: block({ read: GLOBALS, write: GLOBALS, functions: ["f", "g"], asyncFunctions: ["p", "q"] }, 2, 8),
  })
  .map(({ initial, elements, f, g, p, q, main }) =>
    [
      'import { delay, f32, i16, i32, i8, u16, u32, u8 } from "tsfw";',
      "",
      ...GLOBALS.map((name, index) => `let ${name} = ${initial[index]};`),
      `const xs = [${elements.join(", ")}];`,
      ...[f, g, p, q, main],
      log(GLOBALS.map((name) => `${name} = ${hole(name)}`).join(", ")),
      `for (const x of xs) ${log(hole("x"))}`,
      log(["f(1, 2)", "g(3, 4)", "await p(5, 6)", "await q(7, 8)"].map(hole).join(" ")),
      "",
    ].join("\n"),
  );
