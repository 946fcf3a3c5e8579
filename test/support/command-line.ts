/** Runs `tsfw` inside the test's own process and keeps what it says. */

import { runCommandLine } from "../../cli/main.ts";

export interface CommandOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `env` decides colours only; programs are looked for on the process's own path. */
export async function runTsfw(
  args: readonly string[],
  workFolder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<CommandOutcome> {
  const written = { stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr") => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const exitCode = await runCommandLine(args, {
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    env,
    workFolder,
  });
  return { exitCode, ...written };
}
