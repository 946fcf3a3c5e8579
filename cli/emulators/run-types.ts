/**
 * What every emulator takes and gives: scripted input in, events with virtual times out, the same for all targets.
 * Pins and UARTs are numbers here (as the drivers number them); names come in from the chip's data.
 */

/** What the world does to the chip. Scripts are sorted by time. */
export type ScriptEvent =
  | { readonly kind: "pin"; readonly timeNs: number; readonly pin: number; readonly level: 0 | 1 }
  | { readonly kind: "uart"; readonly timeNs: number; readonly uart: number; readonly bytes: Uint8Array };

/**
 * What the chip does to the world. An edge is a change of the level an output pin drives; every pin counts as low
 * before its first edge, so making a pin a low output is no event. A uart event is a text: bytes sent without a pause,
 * up to a newline; `isLog` marks those of the UART whose output is the log.
 */
export type RunEvent =
  | { readonly kind: "edge"; readonly timeNs: number; readonly pin: string; readonly level: 0 | 1 }
  | {
      readonly kind: "uart";
      readonly timeNs: number;
      readonly uart: string;
      readonly bytes: Uint8Array;
      readonly isLog: boolean;
    };

export interface RunNames {
  pinName(pin: number): string;
  uartName(uart: number): string;
}

/** What all targets have in common. */
export interface RunOptions {
  /** Virtual time after which the run ends; without it the run ends when the firmware does or nothing can happen. */
  readonly forNs?: number | undefined;
  readonly script: readonly ScriptEvent[];
  readonly names: RunNames;
  /** Log text, piece by piece as it appears. */
  readonly onOutput: (text: string) => void;
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface EmulatedRun extends RunOptions {
  /** A chip or its emulator: "rp2040", "stm32f405…", "rp2040js", "qemu-netduinoplus2". */
  readonly chip: string;
  readonly elfPath: string;
  /** The UART whose output is the log. */
  readonly consoleUart: number;
  /** STM32: clock of the timers on APB1 once the program has set up its clocks. A program that sets up TIM2 tells it itself. */
  readonly timerClockMhz?: number | undefined;
}

/**
 * - exit: the firmware ended (after a panic with code 134)
 * - time: `forNs` is over
 * - idle: the firmware sleeps and nothing can ever wake it
 * - aborted: `signal` was raised
 * - fault: the firmware crashed without saying so; `message` tells how
 */
export type EndReason = "exit" | "time" | "idle" | "aborted" | "fault";

export interface RunResult {
  readonly exitCode: number;
  readonly reason: EndReason;
  readonly message?: string | undefined;
  readonly virtualNs: number;
  readonly events: readonly RunEvent[];
}

export const exitCodeAfterPanic = 134;
export const exitCodeAfterAbort = 130;

/** An emulator's program is not there or too old. */
export class ToolMissingError extends Error {
  readonly tool: string;
  readonly need: string;
  readonly found: string | undefined;

  constructor(tool: string, need: string, found?: string) {
    super(
      found === undefined ? `${tool} is not installed` : `${tool} ${found} is too old, ${need} is needed`,
    );
    this.name = "ToolMissingError";
    this.tool = tool;
    this.need = need;
    this.found = found;
  }
}
