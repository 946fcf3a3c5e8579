/**
 * What a program did, as one text: everything on stdout, then on stderr, then
 * the exit code. Two runs are equal when their transcripts are.
 */

import type { ProcessResult } from "./run-process.ts";

export function renderTranscript(result: ProcessResult): string {
  return `${result.stdout}${section("stderr", result.stderr)}--- exit ${result.exit}\n`;
}

function section(title: string, text: string): string {
  return text === "" ? "" : `--- ${title}\n${text}`;
}
