/**
 * Diagnostics as text for people: place, code and message, the source with the
 * spot underlined, related places, reason and remedy. Pure: the caller brings
 * the sources and prints the result.
 */
import type { Position } from "../source/span.ts";
import { type CatalogueEntry, catalogue, type DiagnosticCode } from "./catalogue.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { type Explanation, explanations } from "./explanations.ts";

export interface RenderOptions {
  /** Use ANSI colour codes. */
  readonly colour: boolean;
}

type Paint = (text: string) => string;

interface Palette {
  readonly error: Paint;
  readonly warning: Paint;
  readonly place: Paint;
  readonly dim: Paint;
  readonly bold: Paint;
  readonly label: Paint;
}

interface Place {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

/** Sources by path; undefined for text that is not there (generated modules). */
export type ReadSource = (path: string) => string | undefined;

/** All diagnostics by file and position, a blank line between them, ending with a line break. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  readFile: ReadSource,
  options: RenderOptions,
): string {
  const palette = paletteFor(options.colour);
  const sources = new Map<string, readonly string[]>();
  const linesOf = (file: string): readonly string[] => {
    const lines = sources.get(file) ?? readFile(file)?.split(/\r\n|\r|\n/) ?? [];
    sources.set(file, lines);
    return lines;
  };
  const blocks = [...diagnostics].sort(compare).map((one) => renderOne(one, linesOf, palette));
  return blocks.length === 0 ? "" : `${blocks.join("\n\n")}\n`;
}

/** The page of `tsfw explain CODE`, or undefined when there is no such code. */
export function renderExplanation(
  code: string,
  options: RenderOptions = { colour: false },
): string | undefined {
  if (!Object.hasOwn(catalogue, code)) return undefined;
  const entry: CatalogueEntry = catalogue[code as DiagnosticCode];
  const palette = paletteFor(options.colour);
  const explanation = explanations.get(code);
  return [
    `${palette.bold(code)} ${entry.slug} ${palette.dim(`(${entry.severity})`)}`,
    "",
    namePlaceholders(explanation?.message ?? entry.message),
    "",
    ...labelled("why", namePlaceholders(entry.why), "", palette),
    ...labelled("fix", namePlaceholders(explanation?.fix ?? entry.fix), "", palette),
    ...(explanation === undefined ? [] : rewriteLines(explanation, palette)),
    "",
  ].join("\n");
}

/** `{callee}` stands for what a report fills in; people know it as `<callee>`. */
function namePlaceholders(text: string): string {
  return text.replaceAll(/\{(\w+)\}/g, "<$1>");
}

function rewriteLines(explanation: Explanation, palette: Palette): readonly string[] {
  const { rewrites, rewritesTitle, more } = explanation;
  const width = Math.max(...rewrites.map(([from]) => from.length));
  const lines = rewrites.map(([from, to]) => `  ${from.padEnd(width)}  ${palette.dim("→")} ${to}`);
  return ["", `${rewritesTitle}:`, ...lines, "", more];
}

function compare(left: Diagnostic, right: Diagnostic): number {
  return (
    compareText(left.file, right.file) ||
    left.start.line - right.start.line ||
    left.start.column - right.start.column ||
    compareText(left.code, right.code) ||
    compareText(left.message, right.message)
  );
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function renderOne(
  diagnostic: Diagnostic,
  linesOf: (file: string) => readonly string[],
  palette: Palette,
): string {
  const mark = diagnostic.severity === "error" ? palette.error : palette.warning;
  const title = `${mark(diagnostic.severity)} ${palette.bold(diagnostic.code)}`;
  const lines = [
    `${describePlace(diagnostic, palette)} - ${title}: ${indent(diagnostic.message, "  ")}`,
    ...excerpt(diagnostic, linesOf(diagnostic.file), mark, palette, ""),
  ];
  for (const related of diagnostic.related) {
    lines.push("", `  ${describePlace(related, palette)}: ${indent(related.message, "  ")}`);
    lines.push(...excerpt(related, linesOf(related.file), palette.label, palette, "  "));
  }
  if (diagnostic.why !== undefined || diagnostic.fix !== undefined) lines.push("");
  if (diagnostic.why !== undefined) lines.push(...labelled("why", diagnostic.why, "  ", palette));
  if (diagnostic.fix !== undefined) lines.push(...labelled("fix", diagnostic.fix, "  ", palette));
  return lines.join("\n");
}

function describePlace({ file, start }: Place, palette: Palette): string {
  return palette.place(`${file}:${start.line}:${start.column}`);
}

function indent(text: string, by: string): string {
  return text.replaceAll("\n", `\n${by}`);
}

function labelled(label: string, text: string, margin: string, palette: Palette): readonly string[] {
  return [`${margin}${palette.label(label)}: ${indent(text, `${margin}     `)}`];
}

/** The first line of the place with carets under it; nothing when the source is not at hand. */
function excerpt(
  place: Place,
  lines: readonly string[],
  mark: Paint,
  palette: Palette,
  margin: string,
): readonly string[] {
  const source = lines[place.start.line - 1];
  if (source === undefined) return [];
  const number = String(place.start.line);
  const gutter = " ".repeat(number.length);
  const from = Math.min(Math.max(place.start.column - 1, 0), source.length);
  const to = place.end.line === place.start.line ? place.end.column - 1 : source.trimEnd().length;
  const shown = shorten(source, from, Math.max(Math.min(to, source.length), from));
  const carets = mark("^".repeat(Math.max(widthOf(shown.marked), 1)));
  return [
    "",
    `${margin}${palette.dim(`${number} |`)} ${expandTabs(shown.before + shown.marked + shown.after)}`,
    `${margin}${palette.dim(`${gutter} |`)} ${" ".repeat(widthOf(shown.before))}${carets}`,
  ];
}

const LINE_WIDTH = 160;

/** Cuts very long lines (generated code) around the marked part. */
function shorten(
  source: string,
  from: number,
  to: number,
): { readonly before: string; readonly marked: string; readonly after: string } {
  const parts = { before: source.slice(0, from), marked: source.slice(from, to), after: source.slice(to) };
  if (source.length <= LINE_WIDTH) return parts;
  const context = LINE_WIDTH / 4;
  return {
    before: parts.before.length > context ? `…${parts.before.slice(-context)}` : parts.before,
    marked: parts.marked.slice(0, LINE_WIDTH),
    after: parts.after.length > context ? `${parts.after.slice(0, context)}…` : parts.after,
  };
}

function expandTabs(text: string): string {
  return text.replaceAll("\t", "    ");
}

/** Columns on a terminal: a tab is four, a wide character two, a combining mark none. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    if (character === "\t") width += 4;
    else if (/\p{Mark}|\u200d|\ufe0f/u.test(character)) width += 0;
    else width += isWide(character) ? 2 : 1;
  }
  return width;
}

function isWide(character: string): boolean {
  return /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\uff01-\uff60]/u.test(
    character,
  );
}

function paletteFor(colour: boolean): Palette {
  const paint = (...codes: readonly number[]): Paint =>
    colour ? (text) => `\u001b[${codes.join(";")}m${text}\u001b[0m` : (text) => text;
  return {
    error: paint(1, 31),
    warning: paint(1, 33),
    place: paint(36),
    dim: paint(2),
    bold: paint(1),
    label: paint(34),
  };
}
