/**
 * What a project may set in tsfw.config.ts. Everything is optional; options of the command line come first.
 * This file is what `tsfw/config` exports, so it must not import anything.
 */

export interface Config {
  /** The program's first file, relative to the configuration. Default: main.ts, else src/main.ts. */
  readonly entry?: string;
  /** A chip as `tsfw chips` lists them: a name, a unique beginning of one, or a series. Default: host. */
  readonly chip?: string;
  /** A board as `tsfw boards` lists them; it brings its chip. */
  readonly board?: string;
  /** "off" leaves console.log out of the firmware. Default: "text". */
  readonly log?: "text" | "off";
  /** "none" leaves out the checks of ranges and bounds. Default: "all". */
  readonly checks?: "all" | "none";
  /** "error" refuses arithmetic in double precision. Default: "allow". */
  readonly doubles?: "allow" | "error";
  /** What the C compiler aims for. Default: "size" on chips, "debug" on the host. */
  readonly optimise?: "size" | "speed" | "debug";
  readonly clocks?: {
    /** Wanted core clock in Hz. Default: the highest; on the RP2040 125 MHz. */
    readonly sysclkHz?: number;
  };
  /** A build that needs more fails. */
  readonly budgets?: {
    readonly flashBytes?: number;
    /** Static RAM, without the stack. */
    readonly ramBytes?: number;
    /** Worst case of the stack. */
    readonly stackBytes?: number;
  };
}

/** Returns its argument; gives the editor the types. */
export function defineConfig(config: Config): Config {
  return config;
}
