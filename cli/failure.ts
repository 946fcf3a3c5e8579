/**
 * The ways a command can end. Every failure a user can cause or cure is a CliFailure with a message in words;
 * anything else that is thrown is an internal error.
 */

/** 0 done · 1 the program has errors · 2 usage or configuration · 3 a tool is missing · 4 a tool failed · 70 internal. */
export const exitCodes = {
  done: 0,
  programErrors: 1,
  usage: 2,
  toolMissing: 3,
  toolFailed: 4,
  internal: 70,
  interrupted: 130,
} as const;

export interface FailureDetails {
  readonly exitCode: number;
  /** What to do about it, one or more lines. */
  readonly hint?: string | undefined;
}

export class CliFailure extends Error {
  readonly exitCode: number;
  readonly hint: string | undefined;

  constructor(message: string, details: FailureDetails) {
    super(message);
    this.name = "CliFailure";
    this.exitCode = details.exitCode;
    this.hint = details.hint;
  }
}

export function usageFailure(message: string, hint?: string): CliFailure {
  return new CliFailure(message, { exitCode: exitCodes.usage, hint });
}
