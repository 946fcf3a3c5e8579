/**
 * Markers in fixtures: `//~ TSFW2001` at the end of a line says which
 * diagnostics the compiler reports there. `TSFW????` is a code still to be
 * filled in by the update command.
 */

const MARKER = /\/\/~ (.+)$/;
const OPEN = "TSFW????";

export interface ReportedCode {
  readonly line: number;
  readonly code: string;
}

/** The marked codes, as `line code`, in order. */
export function listMarkers(text: string): string[] {
  return text.split("\n").flatMap((line, index) => {
    const codes = MARKER.exec(line)?.[1]?.trim().split(/\s+/) ?? [];
    return codes.map((code) => `${index + 1} ${code}`);
  });
}

/** The reported codes in the form of `listMarkers`. */
export function listReported(reported: readonly ReportedCode[]): string[] {
  const sorted = [...reported].sort((a, b) => a.line - b.line || (a.code < b.code ? -1 : 1));
  return sorted.map(({ line, code }) => `${line} ${code}`);
}

/** Replaces each open marker by the codes that are reported on its line. */
export function fillOpenMarkers(text: string, reported: readonly ReportedCode[]): string {
  const lines = text.split("\n").map((line, index) => {
    if (!line.includes(OPEN)) return line;
    const codes = reported.filter((report) => report.line === index + 1).map((report) => report.code);
    return codes.length === 0 ? line : line.replace(OPEN, codes.join(" "));
  });
  return lines.join("\n");
}
