/** Programs a chip through a debug probe with probe-rs, and says in words what went wrong. */
import { type ChildResult, runChild } from "../child-process.ts";
import { CliFailure, exitCodes } from "../failure.ts";
import { findProgram } from "../toolchain/find-program.ts";
import { missingTool } from "../toolchain/missing-tool.ts";

export interface ProbeJob {
  readonly elfPath: string;
  /** The chip's name in probe-rs. */
  readonly probeChip: string;
  /** Selects one of several probes: `VID:PID[:SERIAL]`. */
  readonly probe: string | undefined;
  /** Told before each step; probe-rs draws its own bar only on a terminal of its own. */
  readonly onStep: (what: string) => void;
}

/** Programs, verifies and restarts the chip; what probe-rs says goes to stderr while it happens. */
export async function flashThroughProbe(job: ProbeJob): Promise<void> {
  const program = findProgram(["probe-rs"]);
  if (program === undefined) throw await missingTool("probe-rs");
  const target = ["--chip", job.probeChip, ...(job.probe === undefined ? [] : ["--probe", job.probe])];
  job.onStep(`programming and verifying ${job.probeChip} through the debug probe`);
  await runStep(program, ["download", ...target, "--verify", job.elfPath], job);
  job.onStep("restarting the chip");
  await runStep(program, ["reset", ...target], job);
}

async function runStep(program: string, args: readonly string[], job: ProbeJob): Promise<void> {
  const result = await runChild(program, [...args], { showOutput: true });
  if (result.exitCode !== 0) throw explainProbeFailure(result, job);
}

interface Symptom {
  readonly pattern: RegExp;
  readonly message: string;
  readonly hint: string;
}

/** What probe-rs prints, what it means, what helps. The first that fits counts. */
const symptoms: readonly Symptom[] = [
  {
    pattern:
      /no (debug )?probes? (was|were|is|could be)? ?(found|detected)|no connected probes|probe could not be found/i,
    message: "No debug probe was found.",
    hint: "Plug in the board's ST-LINK, CMSIS-DAP or J-Link by USB; `probe-rs list` must show it. On Linux it may need udev rules: https://probe.rs/docs/getting-started/probe-setup/",
  },
  {
    pattern: /permission denied|access denied|insufficient permissions/i,
    message: "The debug probe may not be used by this user.",
    hint: "On Linux install the udev rules: https://probe.rs/docs/getting-started/probe-setup/",
  },
  {
    pattern: /multiple probes|more than one probe|\d+ probes were found/i,
    message: "More than one debug probe is connected.",
    hint: "Choose one with --probe VID:PID:SERIAL; `probe-rs list` shows them.",
  },
  {
    pattern: /verif(y|ication).*(fail|mismatch)|contents? (do|does) not match/i,
    message: "The chip does not hold what was written to it.",
    hint: "Try again; if it stays so, the flash may be protected or worn out.",
  },
  {
    pattern: /chip .*not found|unknown chip|chip name/i,
    message: "This version of probe-rs does not know the chip.",
    hint: "Update probe-rs.",
  },
  {
    pattern: /no (target|core)|could not (connect|attach)|no ack|target.*not.*respond|target voltage/i,
    message: "The probe is there, but the chip does not answer.",
    hint: "Check the chip's power and the SWD wires; hold reset while trying again.",
  },
];

/** A failure in words for what probe-rs said. */
export function explainProbeFailure(result: ChildResult, job: ProbeJob): CliFailure {
  const output = `${result.stdout}\n${result.stderr}`;
  const symptom = symptoms.find(({ pattern }) => pattern.test(output));
  if (symptom !== undefined) {
    return new CliFailure(symptom.message, { exitCode: exitCodes.toolFailed, hint: symptom.hint });
  }
  return new CliFailure(`probe-rs failed (exit ${result.exitCode}) for ${job.probeChip}.`, {
    exitCode: exitCodes.toolFailed,
    hint: "Its own message stands above.",
  });
}
