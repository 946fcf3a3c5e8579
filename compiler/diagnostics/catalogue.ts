/**
 * Every message the compiler can give: code, severity, text with `{placeholders}`,
 * reason and remedy. The type checker verifies that a report fills exactly the
 * placeholders of its message. Codes are stable and never reused.
 *
 * 1xxx project and configuration · 2xxx language · 3xxx numbers and types ·
 * 4xxx async and concurrency · 5xxx hardware · 6xxx memory and budgets · 9xxx internal.
 */
export interface CatalogueEntry {
  readonly slug: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly why: string;
  readonly fix: string;
}

export const catalogue = {
  TSFW1001: {
    slug: "module-not-found",
    severity: "error",
    message: "The entry file '{file}' cannot be read.",
    why: "A firmware starts at one TypeScript file.",
    fix: "Check the path, or set `entry` in tsfw.config.ts.",
  },
  TSFW1003: {
    slug: "declaration-as-entry",
    severity: "error",
    message: "The entry file '{file}' is a declaration file.",
    why: "A `.d.ts` file has types and no code, so there is nothing to run.",
    fix: "Name the `.ts` file with the program.",
  },
  TSFW1004: {
    slug: "nested-too-deeply",
    severity: "error",
    message: "This program is nested too deeply to be compiled.",
    why: "The compiler follows expressions, calls and statements recursively, and its stack has an end.",
    fix: "Split the longest expression, or the longest function, into parts.",
  },
  TSFW1005: {
    slug: "package-without-sources",
    severity: "error",
    message: "The package '{package}' has no TypeScript sources for '{name}'.",
    why: "A firmware is compiled from TypeScript as a whole; the package ships JavaScript and declarations, which have no layout.",
    fix: "Use a package whose `exports` name `.ts` files (condition `tsfw`), or copy what you need into your program. `import type` works with any package.",
  },
  TSFW1006: {
    slug: "c-file-not-found",
    severity: "error",
    message: "'{name}' is declared here, but there is no file '{file}' beside the declaration.",
    why: "`crc.d.c.ts` describes the functions of `crc.c` in the same folder; the C compiler needs both.",
    fix: "Add the C file, or correct the name of the declaration file.",
  },
  TSFW2001: {
    slug: "not-supported-yet",
    severity: "error",
    message: "{construct} not supported yet.",
    why: "This version of tsfw compiles a part of the language; the rest is refused rather than guessed.",
    fix: "{hint}",
  },
  TSFW2002: {
    slug: "rejected-construct",
    severity: "error",
    message: "{construct} cannot be compiled.",
    why: "It needs a heap, run-time code or run-time type information, which a firmware does not have.",
    fix: "{hint}",
  },
  TSFW2003: {
    slug: "any-reaches-code",
    severity: "error",
    message: "'{name}' has type 'any'.",
    why: "A value without a type has no layout.",
    fix: "Annotate it with the type it really has.",
  },
  TSFW2004: {
    slug: "used-before-initialised",
    severity: "error",
    message: "'{name}' is read by '{reader}' before its initialiser has run.",
    why: "Node throws a ReferenceError here; a firmware would read zeros.",
    fix: "Move the declaration above the first call that reaches it.",
  },
  TSFW2005: {
    slug: "log-of-object",
    severity: "error",
    message: "console.{method} cannot print a value of type '{type}'.",
    why: "Printing an object needs run-time type information.",
    fix: "Print its fields, in a template literal.",
  },
  TSFW2006: {
    slug: "unknown-name",
    severity: "error",
    message: "'{name}' is not available in firmware.",
    why: "There is no DOM and there are no Node globals on a chip.",
    fix: "{hint}",
  },
  TSFW2007: {
    slug: "closure-escapes",
    severity: "error",
    message: "A function that uses '{variable}' leaves the scope that owns it.",
    why: "What such a function uses is kept beside it; a variable that changes in the head of a loop, or that an awaited result is written to, cannot be.",
    fix: "Copy '{variable}' to a constant beside the function and use that, or make it a module variable or a class field.",
  },
  TSFW2008: {
    slug: "mixed-shapes",
    severity: "error",
    message: "A value of type '{from}' cannot be kept as '{to}' yet.",
    why: "The two have different layouts, and this version does not convert between layouts.",
    fix: "Use the same class or the same literal shape in both places.",
  },
  TSFW3001: {
    slug: "number-out-of-range",
    severity: "error",
    message: "This value ({range}) can never fit in '{type}' ({limits}).",
    why: "A sized type holds only its own range; storing the value would always panic.",
    fix: "Use a wider type, or wrap on purpose with `{type}(…)`.",
  },
  TSFW3002: {
    slug: "double-forbidden",
    severity: "error",
    message: "This is computed as a double: {why}.",
    why: 'The configuration says `doubles: "error"`. `tsfw build --explain numbers` lists all doubles of a program.',
    fix: "To keep it an integer, {advice}.",
  },
  TSFW3003: {
    slug: "rounding-to-single",
    severity: "error",
    message: "This number may have more digits than an f32 keeps.",
    why: "Node keeps every digit of a number; an f32 would round it without a word.",
    fix: "Round on purpose with `f32(…)`, which gives the same in Node.",
  },
  TSFW4001: {
    slug: "floating-promise",
    severity: "error",
    message: "The promise of '{callee}' is neither awaited nor detached.",
    why: "Every operation that is started belongs to a scope, so that nothing goes on unseen.",
    fix: "Write `await {callee}(…)`, or `void {callee}(…)` / `spawn({callee}(…))` to run it as a task.",
  },
  TSFW4002: {
    slug: "async-recursion",
    severity: "error",
    message: "'{name}' awaits itself ({cycle}).",
    why: "The frame of an async function contains the frames of what it awaits, so its size would be infinite.",
    fix: "Use a loop.",
  },
  TSFW4003: {
    slug: "generator-recursion",
    severity: "error",
    message: "The generator '{name}' makes generators of itself ({cycle}).",
    why: "Each of them needs room of its own inside the one before, so the room has no bound.",
    fix: "Keep what is still to be visited in an array: `const stack: Max<Node[], 16> = [root]`, and loop until it is empty.",
  },
  TSFW5001: {
    slug: "pin-not-constant",
    severity: "error",
    message: "The {what} of this {driver} is not known at build time.",
    why: "Pins and peripherals are claimed and configured when the firmware is built.",
    fix: "Pass a constant of `tsfw/chip` or `tsfw/board`.",
  },
  TSFW5002: {
    slug: "pin-claimed-twice",
    severity: "error",
    message: "{resource} is used twice.",
    why: "One pin or peripheral has one owner.",
    fix: "Use another pin, or share the one object.",
  },
  TSFW5003: {
    slug: "exti-line-conflict",
    severity: "error",
    message: "{first} and {second} share EXTI line {line}.",
    why: "The chip has one edge detector for each pin number; two ports cannot use the same one.",
    fix: "Wait on a pin with another number.",
  },
  TSFW5004: {
    slug: "baud-rate-out-of-reach",
    severity: "error",
    message: "This UART cannot run at {baud} baud: {detail}.",
    why: "The rate is divided from the peripheral's clock; more than 2 % away the other end reads wrong bits.",
    fix: "Choose a usual rate such as 9600 or 115200, or another clock in tsfw.config.ts.",
  },
  TSFW6001: {
    slug: "object-outlives-its-place",
    severity: "error",
    message: "This {what} is kept in {keeper}, which outlives it.",
    why: "It would live in the frame of '{owner}', which is reused while {keeper} still refers to it; and how many there are has no small bound.",
    fix: "Create it once at module level, keep it in a variable of the same scope, make it where the rounds of every loop around it are bounded, or give its class slots: `static readonly maxInstances = 16;`.",
  },
  TSFW6002: {
    slug: "string-without-bound",
    severity: "error",
    message: "The text kept in '{name}' has no bound: it grows from itself.",
    why: "Every string place has a fixed size that follows from its writers.",
    fix: "Write the bound in its type (`let text: Max<string, 32>`), count the rounds of the loop, or compare the length before it grows: `if (text.length < 32) text += part;`.",
  },
  TSFW6003: {
    slug: "recursion-with-frame",
    severity: "warning",
    message: "'{name}' calls itself ({cycle}); its stack use depends on the depth.",
    why: "The stack a chip reserves is computed from the call graph.",
    fix: "Bound the depth, or use a loop.",
  },
  TSFW6004: {
    slug: "object-contains-itself",
    severity: "error",
    message: "Every '{name}' makes another one ({path}).",
    why: "The construction of the first object would never end; in Node it overflows the stack.",
    fix: "Create the inner object outside the constructor, or not at all.",
  },
  TSFW6005: {
    slug: "too-many-strands",
    severity: "error",
    message: "This program waits in {count} places at once; the executor has room for {limit}.",
    why: "Every task and every branch of a Promise.all in each place that reaches it is numbered at build time.",
    fix: "Start fewer tasks, or call the function with the Promise.all from fewer places.",
  },
  TSFW6010: {
    slug: "array-without-bound",
    severity: "error",
    message: "This {what} grows here without a bound.",
    why: "Every array has room for a fixed number of elements, which follows from how often it grows.",
    fix: "Write the bound in its type: `const xs: Max<number[], 32> = [];`, or grow it in a loop that is counted.",
  },
  TSFW6011: {
    slug: "array-longer-than-its-bound",
    severity: "error",
    message: "This array has {count} elements; its type allows {bound}.",
    why: "`Max<T[], N>` reserves room for N elements.",
    fix: "Raise N, or leave elements out.",
  },
  TSFW6012: {
    slug: "text-of-any-length",
    severity: "error",
    message: "This text, kept in '{name}', can have any length.",
    why: "Every string place has a fixed size, and nothing bounds the number that makes this text longer.",
    fix: "Bound the number (`Math.min(n, 16)`, `n & 15`, a parameter of type u8), or store the text at once in a place of type `Max<string, 16>`.",
  },
  TSFW6013: {
    slug: "text-longer-than-its-bound",
    severity: "error",
    message: "This text has {bytes} bytes; its type allows {bound}.",
    why: "`Max<string, N>` reserves room for N bytes of UTF-8; storing a longer text throws a RangeError.",
    fix: "Raise N, or shorten the text.",
  },
  TSFW6020: {
    slug: "cycle-keeps-its-slots",
    severity: "warning",
    message: "Objects of '{name}' can refer to each other in a circle ({path}), which keeps their slots.",
    why: "A slot is free again when nothing refers to its object; in a circle of references something always does, also when the program has no way to it any more.",
    fix: "Break the circle before you let go of it: set one of the references to null.",
  },
  TSFW6021: {
    slug: "max-instances-not-constant",
    severity: "error",
    message: "`maxInstances` is {value}, which is no constant whole number from 1 to 65535.",
    why: "The slots of a class are static RAM, so their number has to be known when the firmware is built.",
    fix: "Write a number: `static readonly maxInstances = 16;`.",
  },
  TSFW9001: {
    slug: "internal-error",
    severity: "error",
    message: "Internal error: {detail}",
    why: "This is a fault of tsfw, not of your program; nothing was written.",
    fix: "Please report it together with your source and the dump.",
  },
} as const satisfies Record<string, CatalogueEntry>;

export type DiagnosticCode = keyof typeof catalogue;

type Placeholders<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

type Texts<C extends DiagnosticCode> = (typeof catalogue)[C]["message" | "why" | "fix"];

/** The values a report of this code must give. */
export type DiagnosticArguments<C extends DiagnosticCode> = Readonly<Record<Placeholders<Texts<C>>, string>>;
