/** `tsfw_config.h`: what the runtime and the drivers need to know about the program. */
export interface ConfigValues {
  readonly strandCount: number;
  readonly timerCount: number;
  readonly log: boolean;
  readonly checks: boolean;
  readonly usesTime: boolean;
  readonly waitPins: readonly number[];
  readonly uarts: readonly {
    readonly uart: number;
    readonly tx: number | null;
    readonly rx: number | null;
    readonly baud: number;
  }[];
}

export function printConfigHeader(values: ConfigValues): string {
  const flag = (on: boolean): string => (on ? "1" : "0");
  const uarts = values.uarts.map(
    (uart) => `X(${uart.uart}, ${uart.tx ?? "0xFFFF"}, ${uart.rx ?? "0xFFFF"}, ${uart.baud})`,
  );
  const pins = values.waitPins.map((pin) => `X(${pin})`);
  const lines = [
    "/* What this program uses; written by tsfw. */",
    "#ifndef TSFW_CONFIG_H",
    "#define TSFW_CONFIG_H",
    `#define TSFW_STRAND_COUNT ${values.strandCount}`,
    `#define TSFW_TIMER_COUNT ${values.timerCount}`,
    `#define TSFW_LOG ${flag(values.log)}`,
    `#define TSFW_CHECKS ${flag(values.checks)}`,
    `#define TSFW_USES_TIME ${flag(values.usesTime)}`,
    `#define TSFW_USES_INPUT_WAIT ${flag(pins.length > 0)}`,
    `#define TSFW_WAIT_PINS(X) ${pins.join(" ")}`.trimEnd(),
    `#define TSFW_USES_UART ${flag(uarts.length > 0)}`,
    `#define TSFW_UARTS(X) ${uarts.join(" ")}`.trimEnd(),
    "#endif",
  ];
  return `${lines.join("\n")}\n`;
}
