/**
 * Reads scripts of input: one event a line, `at TIME PIN high|low` or `at TIME UART "text"`. Pure; names are looked up
 * through the caller's chip data. All problems are reported at once, each with its line.
 */
import type { ScriptEvent } from "./run-types.ts";

export interface ScriptNames {
  /** Pin number of a chip or board name such as "PA5" or "button". */
  pin(name: string): number | undefined;
  /** UART number of a name such as "UART0" or "USART2". */
  uart(name: string): number | undefined;
  /** Known names; a wrong one is answered with the nearest of them. */
  readonly suggestions?: readonly string[] | undefined;
}

export interface ScriptProblem {
  readonly line: number;
  readonly message: string;
}

export class ScriptError extends Error {
  readonly problems: readonly ScriptProblem[];

  constructor(problems: readonly ScriptProblem[]) {
    super(problems.map(({ line, message }) => `line ${line}: ${message}`).join("\n"));
    this.name = "ScriptError";
    this.problems = problems;
  }
}

/** Returns the events sorted by time; events at the same time keep their order. Throws ScriptError. */
export function parseScript(text: string, names: ScriptNames): readonly ScriptEvent[] {
  const events: ScriptEvent[] = [];
  const problems: ScriptProblem[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const parsed = parseLine(raw, names);
    if (typeof parsed === "string") problems.push({ line: index + 1, message: parsed });
    else if (parsed !== undefined) events.push(parsed);
  }
  if (problems.length > 0) throw new ScriptError(problems);
  return events.sort((a, b) => a.timeNs - b.timeNs);
}

/** An event, undefined for an empty line, or what is wrong with it. */
function parseLine(raw: string, names: ScriptNames): ScriptEvent | string | undefined {
  const line = raw.trim();
  if (line === "" || line.startsWith("#")) return undefined;
  const match = /^at\s+(\S+)\s+(\S+)\s+(.+)$/.exec(line);
  const [, time, name, what] = match ?? [];
  if (time === undefined || name === undefined || what === undefined) {
    return `expected 'at TIME PIN high|low' or 'at TIME UART "text"', found '${line}'`;
  }
  const timeNs = parseDuration(time);
  if (timeNs === undefined) return `'${time}' is not a time; write it like 1s, 1250ms, 20us or 500ns`;
  const uart = names.uart(name);
  if (uart !== undefined) return parseUart(timeNs, uart, name, what);
  const pin = names.pin(name);
  if (pin !== undefined) return parsePin(timeNs, pin, name, what);
  return `'${name}' is neither a pin nor a UART of this chip or board${nearest(name, names.suggestions ?? [])}`;
}

function parsePin(timeNs: number, pin: number, name: string, what: string): ScriptEvent | string {
  const word = withoutComment(what).toLowerCase();
  if (word === "high" || word === "1") return { kind: "pin", timeNs, pin, level: 1 };
  if (word === "low" || word === "0") return { kind: "pin", timeNs, pin, level: 0 };
  return `expected 'high' or 'low' after '${name}', found '${what}'`;
}

function parseUart(timeNs: number, uart: number, name: string, what: string): ScriptEvent | string {
  const match = /^("(?:[^"\\]|\\.)*")\s*(?:#.*)?$/.exec(what);
  if (match?.[1] === undefined) return `expected a text in double quotes after '${name}', found '${what}'`;
  const bytes = unquote(match[1]);
  if (bytes === undefined)
    return `the text ${match[1]} has an escape that is none of \\n \\r \\t \\0 \\" \\\\ \\xNN \\u{N}`;
  return { kind: "uart", timeNs, uart, bytes };
}

function withoutComment(text: string): string {
  return text.replace(/\s+#.*$/, "");
}

const unitsNs: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  min: 60e9,
  h: 3600e9,
};

/** "1.5s" in nanoseconds. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ns|us|µs|ms|s|min|m|h)$/.exec(text);
  const unit = unitsNs[match?.[2] ?? ""];
  return match === null || unit === undefined ? undefined : Math.round(Number(match[1]) * unit);
}

const simpleEscapes: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  "0": "\0",
  '"': '"',
  "\\": "\\",
};

/** Bytes of a quoted text in UTF-8; `\xNN` is one byte. */
function unquote(quoted: string): Uint8Array | undefined {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (let rest = quoted.slice(1, -1); rest !== ""; ) {
    const match = /^(?:\\x([0-9a-fA-F]{2})|\\u\{([0-9a-fA-F]{1,6})\}|\\([nrt0"\\])|([^\\]+))/.exec(rest);
    if (match === null) return undefined;
    const [all, hex, point, simple, plain] = match;
    const code = Number.parseInt(point ?? "0", 16);
    if (code > 0x10ffff) return undefined;
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else bytes.push(...encoder.encode(plain ?? simpleEscapes[simple ?? ""] ?? String.fromCodePoint(code)));
    rest = rest.slice(all.length);
  }
  return Uint8Array.from(bytes);
}

function nearest(name: string, known: readonly string[]): string {
  const scored = known.map((word) => ({
    word,
    distance: editDistance(name.toLowerCase(), word.toLowerCase()),
  }));
  const best = scored.sort((a, b) => a.distance - b.distance)[0];
  return best !== undefined && best.distance <= Math.max(1, name.length / 2)
    ? `; did you mean '${best.word}'?`
    : "";
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
