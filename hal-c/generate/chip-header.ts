/**
 * Renders tsfw_chip.h: all a driver needs to know of the chip, of the solved
 * clocks and of the program's claims, as constants. Only macros; no code.
 */
import { define, flag, hex, list, lookup, unique } from "./c-macros.ts";
import { renderRp2040Part } from "./chip-header-rp2040.ts";
import { renderStm32Part } from "./chip-header-stm32.ts";
import type { ClockSolution } from "./clocks.ts";
import { type HeaderInput, handlerName, pinInterrupt, uartPeripheral } from "./header-input.ts";
import { type Board, type Chip, type HardwareClaims, HardwareDataError } from "./schema.ts";

export interface ChipHeaderOptions {
  /** Gives the console UART; without it log text has nowhere to go. */
  readonly board: Board | null;
}

/** An interrupt that has a handler in the program. */
interface UsedInterrupt {
  readonly name: string;
  readonly number: number;
}

/**
 * The text of tsfw_chip.h. The host has none: "" is returned for it. Needs
 * claims that fit the chip; throws HardwareDataError where they do not.
 */
export function renderChipHeader(
  chip: Chip,
  clocks: ClockSolution,
  claims: HardwareClaims,
  options: ChipHeaderOptions,
): string {
  if (chip.family === "host") return "";
  const input: HeaderInput = { chip, clocks, claims, board: options.board };
  const sections = [
    heading(chip),
    [...chip.registerHeaders, "regs/cortex_m.h"].map((path) => `#include "${path}"`),
    chipLines(chip),
    Object.entries(chip.peripherals).map(([name, { base }]) => define(`${name}_BASE`, hex(base))),
    Object.entries(chip.interrupts).map(([name, number]) => define(`TSFW_IRQ_${name}`, number)),
    uartLines(input),
    chip.family === "stm32" ? renderStm32Part(input) : renderRp2040Part(input),
    interruptLines(input),
    ["#endif /* TSFW_CHIP_H */", ""],
  ];
  return sections.map((lines) => lines.join("\n")).join("\n\n");
}

function heading(chip: Chip): readonly string[] {
  return [
    `/* ${chip.title}: facts, clocks and the program's claims as constants.`,
    ` * Generated from hal-c/chips/${chip.name}.json for one program; do not edit. */`,
    "#ifndef TSFW_CHIP_H",
    "#define TSFW_CHIP_H",
    "",
    "#include <stdint.h>",
  ];
}

function chipLines(chip: Chip): readonly string[] {
  const isM4 = chip.core.name === "cortex-m4";
  const { flash, ram } = chip.memory;
  return [
    define("TSFW_CHIP_NAME", JSON.stringify(chip.name)),
    flag("TSFW_FAMILY_STM32", chip.family === "stm32"),
    flag("TSFW_FAMILY_RP", chip.family === "rp"),
    flag("TSFW_FAMILY_HOST", false),
    flag("TSFW_CORE_CORTEX_M4", isM4),
    flag("TSFW_CORE_CORTEX_M0PLUS", chip.core.name === "cortex-m0plus"),
    flag("TSFW_HAS_FPU", chip.core.fpu),
    flag("TSFW_HAS_BASEPRI", isM4),
    flag("TSFW_HAS_EXCLUSIVES", isM4),
    define("TSFW_NVIC_PRIORITY_BITS", chip.core.nvicPriorityBits),
    define("TSFW_FLASH_BASE", hex(flash.address)),
    define("TSFW_FLASH_SIZE", hex(flash.size)),
    define("TSFW_RAM_BASE", hex(ram.address)),
    define("TSFW_RAM_SIZE", hex(ram.size)),
    "",
    "#define TSFW_REG(base, offset) (*(volatile uint32_t *)((base) + (offset)))",
    "#define TSFW_REG16(base, offset) (*(volatile uint16_t *)((base) + (offset)))",
    "#define TSFW_REG8(base, offset) (*(volatile uint8_t *)((base) + (offset)))",
  ];
}

/** The claimed UARTs; the console UART is one of them when log text needs it (TSFW_LOG). */
function uartLines(input: HeaderInput): readonly string[] {
  const { chip, clocks, board } = input;
  const field = (value: (name: string) => string): readonly (readonly [number, string])[] =>
    chip.uarts.map(({ index, peripheral }) => [index, value(peripheral)] as const);
  const clockOf = (hz: Readonly<Record<string, number>>) => (name: string) =>
    `${hz[chip.peripherals[name]?.clock ?? ""] ?? 0}u`;
  const interruptOf = (name: string): string =>
    `${chip.interrupts[Object.values(chip.peripherals[name]?.interrupts ?? {})[0] ?? ""] ?? 0}u`;
  return [
    define("TSFW_UART_COUNT", chip.uarts.length),
    lookup(
      "TSFW_UART_BASE",
      field((name) => `${name}_BASE`),
    ),
    lookup("TSFW_UART_IRQ", field(interruptOf)),
    ...chip.uarts.map(({ index }) =>
      define(`TSFW_UART_HANDLER_${index}`, handlerName(uartInterrupt(chip, index))),
    ),
    "/* Kernel clock in Hz, at the solved clocks and when they did not start. */",
    lookup("TSFW_UART_HZ", field(clockOf(clocks.hz))),
    lookup("TSFW_UART_FALLBACK_HZ", field(clockOf(clocks.fallbackHz))),
    ...pinFunctionLines(input),
    "",
    ...consoleLines(input),
    "",
    "#if TSFW_LOG",
    list("TSFW_UART_NUMBERS", uartNumbers(input, board?.console?.uart)),
    "#else",
    list("TSFW_UART_NUMBERS", uartNumbers(input, undefined)),
    "#endif",
  ];
}

function uartNumbers(input: HeaderInput, console: number | undefined): readonly string[] {
  const claimed = input.claims.uarts.map((claim) => claim.uart);
  return unique(console === undefined ? claimed : [...claimed, console]).map((uart) => `${uart}u`);
}

function consoleLines({ chip, claims, board }: HeaderInput): readonly string[] {
  const port = board?.console ?? null;
  const pinId = (name: string): number => chip.pins[name]?.id ?? 0xffff;
  return [
    define("TSFW_CONSOLE_UART", port?.uart ?? 0xffff),
    define("TSFW_CONSOLE_TX_PIN", port === null ? 0xffff : pinId(port.tx)),
    define("TSFW_CONSOLE_RX_PIN", port === null ? 0xffff : pinId(port.rx)),
    define("TSFW_CONSOLE_BAUD", port?.baud ?? 0),
    flag("TSFW_CONSOLE_SHARED", port !== null && claims.uarts.some((claim) => claim.uart === port.uart)),
  ];
}

/** Number that selects a UART's function at a pin; all legal pins of all UARTs. */
function pinFunctionLines({ chip }: HeaderInput): readonly string[] {
  const byNumber = new Map<number, string[]>();
  for (const { index, peripheral } of chip.uarts) {
    for (const pin of Object.values(chip.pins)) {
      for (const direction of ["tx", "rx"]) {
        const number = pin.functions[`${peripheral.toLowerCase()}_${direction}`];
        if (number === undefined || number === null) continue;
        byNumber.set(number, [...(byNumber.get(number) ?? []), `${index}`]);
      }
    }
  }
  const numbers = [...byNumber].map(([number, uarts]) => [number, unique(uarts)] as const);
  const mixed = chip.uarts.some(
    ({ index }) => numbers.filter(([, uarts]) => uarts.includes(`${index}`)).length > 1,
  );
  if (mixed) throw new HardwareDataError(`${chip.name}: a UART has different function numbers at its pins`);
  const cases = numbers.flatMap(([number, uarts]) =>
    uarts.map((uart) => [Number(uart), `${number}u`] as const),
  );
  return [lookup("TSFW_UART_AF", cases), "#define TSFW_UART_PIN_AF(uart, pin) TSFW_UART_AF(uart)"];
}

/**
 * The vector table behind the core's own vectors: handlers of claimed UARTs and
 * wait pins. The timer's handler is there only beside others, because alone its
 * interrupt wakes the core but is never taken.
 */
function interruptLines(input: HeaderInput): readonly string[] {
  const used = driverInterrupts(input);
  const timer = input.chip.timeBase?.interrupt;
  const timerNumber = timer === undefined ? undefined : input.chip.interrupts[timer];
  const withTimer =
    timer === undefined || timerNumber === undefined || used.length === 0
      ? used
      : [...used, { name: timer, number: timerNumber }];
  return [
    flag("TSFW_HAS_DRIVER_IRQS", used.length > 0),
    "#if TSFW_USES_TIME",
    ...vectorLines(withTimer),
    "#else",
    ...vectorLines(used),
    "#endif",
  ];
}

function driverInterrupts(input: HeaderInput): readonly UsedInterrupt[] {
  const { chip, claims } = input;
  const names = [
    ...claims.uarts.map(({ uart }) => uartInterrupt(chip, uart)),
    ...claims.waitPins.map((pin) => pinInterrupt(chip, pin)),
  ];
  return unique(names).map((name) => {
    const number = chip.interrupts[name];
    if (number === undefined) throw new HardwareDataError(`${chip.name} has no interrupt ${name}`);
    return { name, number };
  });
}

function uartInterrupt(chip: Chip, uart: number): string {
  const name = uartPeripheral(chip, uart);
  const interrupt = Object.values(chip.peripherals[name]?.interrupts ?? {})[0];
  if (interrupt === undefined) throw new HardwareDataError(`${chip.name}: ${name} has no interrupt`);
  return interrupt;
}

function vectorLines(used: readonly UsedInterrupt[]): readonly string[] {
  const count = used.reduce((highest, entry) => Math.max(highest, entry.number + 1), 0);
  const handlers = Array.from({ length: count }, (_, number) => {
    const entry = used.find((candidate) => candidate.number === number);
    return entry === undefined ? "tsfw_irq_unused" : handlerName(entry.name);
  });
  return [define("TSFW_VECTOR_COUNT", count), list("TSFW_VECTOR_LIST", handlers)];
}
