/** A finding about the user's program, ready to be rendered or serialised. */
import type { Position, Span } from "../source/span.ts";
import {
  type CatalogueEntry,
  catalogue,
  type DiagnosticArguments,
  type DiagnosticCode,
} from "./catalogue.ts";

export interface RelatedPlace {
  readonly message: string;
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

export interface Diagnostic {
  /** `TSFW2001`, or TypeScript's own `TS2322`. */
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
  readonly related: readonly RelatedPlace[];
  readonly why?: string;
  readonly fix?: string;
}

export function createDiagnostic<C extends DiagnosticCode>(
  code: C,
  span: Span,
  values: DiagnosticArguments<C>,
  related: readonly { readonly message: string; readonly span: Span }[] = [],
): Diagnostic {
  const entry: CatalogueEntry = catalogue[code];
  const fill = (text: string): string =>
    text.replace(
      /\{(\w+)\}/g,
      (whole, name: string) => (values as Readonly<Record<string, string>>)[name] ?? whole,
    );
  return {
    code,
    severity: entry.severity,
    message: fill(entry.message),
    ...span,
    related: related.map((place) => ({ message: place.message, ...place.span })),
    why: fill(entry.why),
    fix: fill(entry.fix),
  };
}

/** Collects findings of one compilation; the same finding is kept once. */
export interface Reporter {
  report<C extends DiagnosticCode>(
    code: C,
    span: Span,
    values: DiagnosticArguments<C>,
    related?: readonly { readonly message: string; readonly span: Span }[],
  ): void;
  add(diagnostic: Diagnostic): void;
  /** Findings inside `code`, which is not the user's, are shown at `place`; of several, the smallest and first counts. */
  attribute(code: Span, place: Span): void;
  readonly diagnostics: readonly Diagnostic[];
  hasErrors(): boolean;
}

export function createReporter(): Reporter {
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<string>();
  const attributions: Attribution[] = [];
  const add = (found: Diagnostic): void => {
    const diagnostic = placeAtUser(found, attributions);
    const key = `${diagnostic.code} ${diagnostic.file} ${diagnostic.start.line}:${diagnostic.start.column} ${diagnostic.message}`;
    if (seen.has(key)) return;
    seen.add(key);
    diagnostics.push(diagnostic);
  };
  return {
    report: (code, span, values, related) => add(createDiagnostic(code, span, values, related)),
    add,
    attribute: (code, place) => attributions.push({ code, place }),
    diagnostics,
    hasErrors: () => diagnostics.some((diagnostic) => diagnostic.severity === "error"),
  };
}

interface Attribution {
  readonly code: Span;
  readonly place: Span;
}

/** Library code may be called by library code, so places are followed until they are the user's. */
const CALLS_MAX = 100;

function placeAtUser(diagnostic: Diagnostic, attributions: readonly Attribution[]): Diagnostic {
  let span: Span = diagnostic;
  for (let count = 0; count < CALLS_MAX; count += 1) {
    const place = placeOf(span, attributions);
    if (place === null) break;
    span = place;
  }
  if (span === diagnostic) return diagnostic;
  const { file, start, end } = diagnostic;
  const inside = { message: "In the library code for this call.", file, start, end };
  return {
    ...diagnostic,
    file: span.file,
    start: span.start,
    end: span.end,
    related: [inside, ...diagnostic.related],
  };
}

function placeOf(span: Span, attributions: readonly Attribution[]): Span | null {
  const lines = (entry: Attribution): number => entry.code.end.line - entry.code.start.line;
  const around = attributions.filter(
    ({ code }) =>
      code.file === span.file && code.start.line <= span.start.line && span.end.line <= code.end.line,
  );
  const smallest = Math.min(...around.map(lines));
  return around.find((entry) => lines(entry) === smallest)?.place ?? null;
}
