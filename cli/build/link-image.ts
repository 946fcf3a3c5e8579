/**
 * Compiles and links a chip's image with a stack that is large enough: the default one, or what the program's worst
 * case asks for. Where the default does not leave room for the variables, the worst case alone is reserved.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Chip, defaultStackBytes } from "../../hal-c/generate/index.ts";
import type { TargetFiles } from "../targets/generate.ts";
import { type CompileJob, compileUnit, MemoryOverflow } from "./c-compiler.ts";
import { type Figures, hostFigures, measureChipImage } from "./figures.ts";
import type { Staging } from "./output-folder.ts";

export interface LinkedImage {
  /** Absolute paths of every C file that was read. */
  readonly sources: readonly string[];
  readonly figures: Figures;
}

/** Enough to link with while the real need is not known yet. */
const probeStackBytes = 256;

/** Needs all generated sources in the staging folder; writes link.ld and the executable there. */
export async function linkImage(
  job: CompileJob,
  chip: Chip,
  files: TargetFiles,
  staging: Staging,
): Promise<LinkedImage> {
  const { linkerScript } = files;
  if (linkerScript === undefined) return { sources: (await compileUnit(job)).sources, figures: hostFigures };
  const link = async (stackBytes: number): Promise<LinkedImage> => {
    staging.writeFile("link.ld", linkerScript(stackBytes));
    const { sources, callGraph } = await compileUnit(job);
    const bytes = readFileSync(join(staging.folder, job.output));
    return { sources, figures: measureChipImage(bytes, chip, callGraph, { fpu: files.fpu, stackBytes }) };
  };
  const reserved = defaultStackBytes(chip);
  const first = await link(reserved).catch((error: unknown) => {
    if (error instanceof MemoryOverflow && error.region === "ram") return link(probeStackBytes);
    throw error;
  });
  const { stack } = first.figures;
  if (stack === null || stack.worstCaseBytes === null || stack.worstCaseBytes <= stack.reservedBytes)
    return first;
  return link(Math.ceil(stack.worstCaseBytes / 8) * 8);
}
