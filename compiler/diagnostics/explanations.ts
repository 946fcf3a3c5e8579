/**
 * Text for `tsfw explain` where the catalogue's own says little: codes that stand for many constructs and whose
 * remedy is written at the place of the refusal. Nothing but text.
 */
import type { DiagnosticCode } from "./catalogue.ts";

export interface Explanation {
  /** In place of the catalogue's message. */
  readonly message: string;
  /** In place of the catalogue's remedy. */
  readonly fix: string;
  readonly rewritesTitle: string;
  /** What people write, and what to write instead. */
  readonly rewrites: readonly (readonly [from: string, to: string])[];
  readonly more: string;
}

const more = "docs/language.md lists what this version compiles.";

export const explanations: ReadonlyMap<string, Explanation> = new Map<DiagnosticCode, Explanation>([
  [
    "TSFW2001",
    {
      message: "This part of TypeScript is not supported yet.",
      fix: "The error names the construct and says what to write instead.",
      rewritesTitle: "Common rewrites",
      rewrites: [
        ["try/catch, throw", "return a status and test it; panic(message) for what must not happen"],
        ["null, undefined, T | undefined", "a value of the type itself, such as -1 or an empty string"],
        ["?. and ??, optional fields", "a boolean field that says whether the value is there"],
        ["push, pop, map, filter", "new Array<number>(8).fill(0), an index and a loop"],
        ["Map, Set", "an array of objects and a loop"],
        ["string methods", "template literals, +, comparison; u8 arrays for bytes"],
        ["extends, super, abstract", "a field that holds the shared part"],
        ["class Queue<T>, function f<T>()", "the class or function written for its type"],
        ["spread and rest", "the elements or arguments written out"],
        ["nested destructuring, defaults", "two steps; a parameter with a default"],
        ["const p = f(); await p", "await f() where it is made, or Promise.all([f(), g()])"],
        ["new Promise, .then", "an async function and await"],
        ["async generators", "a loop that awaits, or for await (const n of every(ms))"],
        ["a class inside a function", "the class at module level"],
        ["field!: number", "a value where the field is declared"],
        ["var, using, for…in", "let or const, a call, for…of over an array"],
      ],
      more,
    },
  ],
  [
    "TSFW2002",
    {
      message: "This part of JavaScript cannot be compiled to firmware, now or later.",
      fix: "The error names the construct and says what to write instead.",
      rewritesTitle: "What this is about",
      rewrites: [
        ["eval, new Function", "the code itself: a firmware has no compiler in it"],
        ["import(…)", "an import at the top of the file"],
        ["Proxy, Reflect, decorators", "functions, and fields by their names"],
        ["regular expressions", "comparisons in a loop"],
        ["delete", "a value that means empty"],
        ["symbols", "a string or a number"],
        ["WeakMap, WeakSet, WeakRef", "a field of the object"],
        ["Intl", "template literals"],
        ["Promise.race", "Promise.all, or tasks that test a variable"],
        ["with, debugger, JSX", "names; a breakpoint in gdb"],
      ],
      more,
    },
  ],
  [
    "TSFW2006",
    {
      message: "A global of browsers or of Node is not available in firmware.",
      fix: "Use what `tsfw` exports.",
      rewritesTitle: "Common rewrites",
      rewrites: [
        ["setTimeout(f, ms)", "await delay(ms); to go on meanwhile, spawn an async function that waits"],
        ["setInterval(f, ms)", "for await (const n of every(ms)) in an async function, and spawn it"],
        ["clearTimeout, clearInterval", "a variable that the waiting function tests; break"],
        ["setImmediate, queueMicrotask", "await yieldNow()"],
        ["performance.now(), Date.now()", "now(), the milliseconds since reset"],
        ["require", "an ES import"],
        ["process, document, fetch", "drivers such as Input, Output and Uart"],
      ],
      more,
    },
  ],
]);
