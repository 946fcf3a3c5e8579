/** How C for a chip is compiled and linked: tool, flags, folders, linker template. */
import type { Chip } from "./schema.ts";

export interface ChipBuild {
  /** Prefix of the GNU tools; "" means the host's own compiler. */
  readonly toolPrefix: string;
  /** Flags for compiling and linking alike. */
  readonly flags: readonly string[];
  /** Further flags for linking; the linker script comes from the caller. */
  readonly linkFlags: readonly string[];
  /** Include folders below the package root. */
  readonly includeDirs: readonly string[];
  /** Folder with the family's unit.c, below the package root. */
  readonly familyDir: string;
  /** Template for renderLinkerScript, below the package root; null on the host. */
  readonly linkerTemplate: string | null;
}

export interface ChipBuildOptions {
  /** The program computes with f32 or double; only then does start-up switch the FPU on. Default true. */
  readonly fpu?: boolean;
}

export function chipBuild(chip: Chip, options: ChipBuildOptions = {}): ChipBuild {
  const includeDirs = ["runtime-c/include", "hal-c/include"];
  const familyDir = `hal-c/${chip.family}`;
  if (chip.core.name === "host") {
    return { toolPrefix: "", flags: [], linkFlags: ["-lm"], includeDirs, familyDir, linkerTemplate: null };
  }
  return {
    toolPrefix: "arm-none-eabi-",
    flags: ["-mthumb", ...coreFlags(chip, options.fpu ?? true)],
    linkFlags: ["-nostartfiles", "--specs=nano.specs", "-Wl,--gc-sections"],
    includeDirs,
    familyDir,
    linkerTemplate: chip.family === "rp" ? "linker-scripts/rp2040.ld.in" : "linker-scripts/cortex-m.ld.in",
  };
}

function coreFlags(chip: Chip, fpu: boolean): readonly string[] {
  if (chip.core.name === "cortex-m0plus") return ["-mcpu=cortex-m0plus", "-mfloat-abi=soft"];
  if (fpu && chip.core.fpu) return ["-mcpu=cortex-m4", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"];
  return ["-mcpu=cortex-m4", "-mfloat-abi=soft"];
}
