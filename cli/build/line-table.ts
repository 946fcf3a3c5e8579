/**
 * Makes statements of TypeScript findable in optimised code. Where all of a statement's C is inlined drivers, its line
 * covers no instruction of its own and debuggers drop it: `break main.ts:8` finds nothing. This gives such a line the
 * first instruction that was inlined into it. Works on gcc's assembly, before the assembler makes the line table.
 */

const filePattern = /^\t\.file (\d+) "(.*)"/;
const locPattern = /^\t\.loc (\d+) (\d+) (\d+)(.*)$/;
const functionEdge = /^\t\.(cfi_startproc|cfi_endproc|fnstart|fnend|type|size|section|text)\b/;
const instruction = /^\t[a-z]/;

interface LineState {
  /** Numbers that `.file` gave to TypeScript sources. */
  readonly typeScriptFiles: Set<string>;
  /** `is_stmt` stays in force until changed. */
  isStatement: boolean;
  /** A TypeScript statement has begun and has no instruction yet. */
  statementIsOpen: boolean;
}

/**
 * Drops the lines of C that follow a TypeScript statement before its first instruction. Needs assembly without
 * location views (-gno-variable-location-views), whose numbers count `.loc` directives.
 */
export function anchorTypeScriptLines(assembly: string): string {
  const state: LineState = { typeScriptFiles: new Set(), isStatement: true, statementIsOpen: false };
  const lines = assembly.split("\n").map((line) => rewriteLine(line, state));
  return lines.filter((line) => line !== undefined).join("\n");
}

/** The line to keep, or undefined to drop it. */
function rewriteLine(line: string, state: LineState): string | undefined {
  if (!line.startsWith("\t")) return line;
  const loc = locPattern.exec(line);
  if (loc !== null) return rewriteLocation(loc, state);
  const file = filePattern.exec(line);
  if (file?.[1] !== undefined && file[2]?.endsWith(".ts")) state.typeScriptFiles.add(file[1]);
  if (instruction.test(line) || functionEdge.test(line)) state.statementIsOpen = false;
  return line;
}

function rewriteLocation(loc: RegExpExecArray, state: LineState): string | undefined {
  const [, file = "", line, column, rest = ""] = loc;
  const isStatement = /is_stmt (\d)/.exec(rest)?.[1];
  if (isStatement !== undefined) state.isStatement = isStatement === "1";
  const isTypeScript = state.typeScriptFiles.has(file);
  if (!isTypeScript && state.statementIsOpen) return undefined;
  if (isTypeScript && state.isStatement) state.statementIsOpen = true;
  const others = rest.replace(/\s*is_stmt \d/, "");
  return `\t.loc ${file} ${line} ${column}${others} is_stmt ${state.isStatement ? 1 : 0}`;
}
