/** The STM32 part of tsfw_chip.h: ports, EXTI lines, clock enables, start-up values, time base. */
import { define, flag, hex, list, lookup, orOf, unique } from "./c-macros.ts";
import type { Stm32f4Clocks } from "./clocks.ts";
import { type HeaderInput, handlerName, pinInterrupt, uartPeripheral } from "./header-input.ts";
import { type Chip, HardwareDataError } from "./schema.ts";

export function renderStm32Part(input: HeaderInput): readonly string[] {
  const { chip, clocks } = input;
  if (clocks.tree !== "stm32f4")
    throw new HardwareDataError(`${chip.name}: clocks were solved for another chip`);
  return [
    ...portLines(chip),
    "",
    ...externalInterruptLines(input),
    "",
    "#define TSFW_UART_BRR(hz, baud) (((hz) + (baud) / 2u) / (baud))",
    "",
    ...enableLines(input),
    "",
    ...timeLines(chip, clocks),
    "",
    ...clockLines(clocks),
  ];
}

/** Pins are numbered port * 16 + bit, ports stand 0x400 apart. */
function portLines(chip: Chip): readonly string[] {
  const first = chip.peripherals.GPIOA;
  if (first?.enable === undefined) throw new HardwareDataError(`${chip.name} has no GPIOA`);
  return [
    "#define TSFW_GPIO_PORT(pin) ((pin) >> 4)",
    "#define TSFW_GPIO_BIT(pin) ((pin) & 15u)",
    "#define TSFW_GPIO_BASE(pin) (GPIOA_BASE + TSFW_GPIO_PORT(pin) * 0x400u)",
    `#define TSFW_GPIO_ENABLE_BIT(pin) (1u << (${first.enable.bit}u + TSFW_GPIO_PORT(pin)))`,
  ];
}

function externalInterruptLines({ chip, claims }: HeaderInput): readonly string[] {
  const lineNumbers = Array.from({ length: 16 }, (_, line) => line);
  const names = unique(claims.waitPins.map((pin) => pinInterrupt(chip, pin)));
  const items = names.map((name) => {
    const lines = claims.waitPins.filter((pin) => pinInterrupt(chip, pin) === name).map((pin) => pin % 16);
    return `${chip.interrupts[name] ?? 0}u, ${handlerName(name)}, ${hex(orOf(lines))}`;
  });
  return [
    "#define TSFW_PIN_EXTI_LINE(pin) ((pin) & 15u)",
    lookup(
      "TSFW_EXTI_IRQ",
      lineNumbers.map((line) => [line, `${chip.interrupts[pinInterrupt(chip, line)] ?? 0}u`] as const),
    ),
    define("TSFW_EXTI_LINES", hex(orOf(claims.waitPins.map((pin) => pin % 16)))),
    list("TSFW_EXTI_IRQS", items),
  ];
}

const enableRegisters = ["AHB1ENR", "APB1ENR", "APB2ENR"] as const;
type EnableRegister = (typeof enableRegisters)[number];

/** Bits of RCC's enable registers that peripherals need. */
function enableBits(chip: Chip, names: readonly string[]): Readonly<Record<EnableRegister, number>> {
  const bits: Record<EnableRegister, number> = { AHB1ENR: 0, APB1ENR: 0, APB2ENR: 0 };
  for (const name of names) {
    const enable = chip.peripherals[name]?.enable;
    const register = enableRegisters.find((candidate) => candidate === enable?.register);
    if (enable === undefined || register === undefined) {
      throw new HardwareDataError(`${chip.name}: ${name} has no clock enable`);
    }
    bits[register] = (bits[register] | (1 << enable.bit)) >>> 0;
  }
  return bits;
}

/** RM0090 section 7.3.10: AHB1ENR is not 0 after reset; its core-coupled RAM stays on. */
const ahb1Reset = 0x0010_0000;

function enableLines(input: HeaderInput): readonly string[] {
  const { chip, board } = input;
  const port = board?.console ?? null;
  const console = port === null ? [] : [uartPeripheral(chip, port.uart), portOf(chip.pins[port.tx]?.id ?? 0)];
  const always = enableBits(chip, claimedPeripherals(input));
  const withTime = enableBits(chip, [chip.timeBase?.peripheral ?? "TIM2"]);
  const withLog = enableBits(chip, console);
  return [
    "/* Clock enables of all the program uses: one store a register. */",
    "#if TSFW_USES_TIME",
    ...enableRegisters.map((register) => define(`TSFW_RCC_${register}_TIME`, hex(withTime[register]))),
    "#else",
    ...enableRegisters.map((register) => define(`TSFW_RCC_${register}_TIME`, "0u")),
    "#endif",
    ...enableRegisters.map((register) => define(`TSFW_CONSOLE_${register}`, hex(withLog[register]))),
    "#if TSFW_LOG",
    ...enableRegisters.map((register) => define(`TSFW_RCC_${register}_LOG`, `TSFW_CONSOLE_${register}`)),
    "#else",
    ...enableRegisters.map((register) => define(`TSFW_RCC_${register}_LOG`, "0u")),
    "#endif",
    ...enableRegisters.map((register) => {
      const reset = register === "AHB1ENR" ? ahb1Reset : 0;
      const claimed = hex(always[register] | reset);
      return define(
        `TSFW_RCC_${register}_VALUE`,
        `(${claimed} | TSFW_RCC_${register}_TIME | TSFW_RCC_${register}_LOG)`,
      );
    }),
    define("TSFW_RCC_AHB1ENR_RESET", hex(ahb1Reset)),
  ];
}

function claimedPeripherals({ chip, claims }: HeaderInput): readonly string[] {
  const pins = [
    ...claims.outputs,
    ...claims.inputs,
    ...claims.waitPins,
    ...claims.uarts.flatMap(({ tx, rx }) => [tx, rx]).filter((pin) => pin !== null),
  ];
  return unique([
    ...pins.map(portOf),
    ...claims.uarts.map(({ uart }) => uartPeripheral(chip, uart)),
    ...(claims.waitPins.length > 0 ? ["SYSCFG"] : []),
  ]);
}

function portOf(pin: number): string {
  return `GPIO${String.fromCharCode("A".charCodeAt(0) + Math.floor(pin / 16))}`;
}

function timeLines(chip: Chip, clocks: Stm32f4Clocks): readonly string[] {
  const { peripheral, interrupt, tickHz } = chip.timeBase ?? {
    peripheral: "TIM2",
    interrupt: "TIM2",
    tickHz: 1,
  };
  const prescaler = (hz: Readonly<Record<string, number>>): number =>
    (hz[chip.peripherals[peripheral]?.clock ?? ""] ?? tickHz) / tickHz - 1;
  return [
    define("TSFW_TICK_HZ", tickHz),
    define("TSFW_TIMER_BASE", `${peripheral}_BASE`),
    define("TSFW_IRQ_TIMER", `TSFW_IRQ_${interrupt}`),
    define("TSFW_TIMER_PSC", prescaler(clocks.hz)),
    define("TSFW_TIMER_FALLBACK_PSC", prescaler(clocks.fallbackHz)),
  ];
}

const hpreDiv1 = 0;
const ppre: Readonly<Record<number, number>> = { 1: 0, 2: 4, 4: 5, 8: 6, 16: 7 };

/** Final register values; bit positions are in regs/stm32/rcc_f4.h and flash_f4.h (RM0090 sections 7.3 and 3.9). */
function clockLines(clocks: Stm32f4Clocks): readonly string[] {
  const { pll, source, bypass } = clocks;
  const fromHse = source === "hse";
  const cfgr = (sw: number): number =>
    (sw |
      (hpreDiv1 << 4) |
      ((ppre[clocks.apb1Divider] ?? 0) << 10) |
      ((ppre[clocks.apb2Divider] ?? 0) << 13)) >>>
    0;
  const sw = pll !== null ? 2 : fromHse ? 1 : 0;
  const hse = `RCC_CR_HSION${fromHse ? ` | RCC_CR_HSEON${bypass ? " | RCC_CR_HSEBYP" : ""}` : ""}`;
  // RCC_CR.HSITRIM keeps its reset value 16.
  const trim = "(16u << RCC_CR_HSITRIM_SHIFT)";
  return [
    `/* ${describeClocks(clocks)} */`,
    flag("TSFW_CLOCK_PLL", pll !== null),
    flag("TSFW_CLOCK_USES_HSE", fromHse),
    define("TSFW_CLOCK_RCC_CR_HSE", `(${hse} | ${trim})`),
    define("TSFW_CLOCK_RCC_CR_PLL", `(TSFW_CLOCK_RCC_CR_HSE | RCC_CR_PLLON)`),
    define("TSFW_CLOCK_RCC_PLLCFGR", pll === null ? hex(0x2400_3010) : hex(pllcfgr(pll, fromHse))),
    define(
      "TSFW_CLOCK_FLASH_ACR",
      `(FLASH_ACR_PRFTEN | FLASH_ACR_ICEN | FLASH_ACR_DCEN | (${clocks.flashWaitStates}u << FLASH_ACR_LATENCY_SHIFT))`,
    ),
    define("TSFW_CLOCK_RCC_CFGR", hex(cfgr(sw))),
    define("TSFW_CLOCK_SWS", `(${sw}u << RCC_CFGR_SWS_SHIFT)`),
    "/* At 16 MHz and 5 cycles or more a round: at least 5 ms, above the 2 ms a crystal takes (DS8626 table 32). */",
    define("TSFW_CLOCK_WAIT_LOOPS", 16_000),
    "#define TSFW_CLOCK_IS_FULL() ((TSFW_REG(RCC_BASE, RCC_CFGR_OFFSET) & RCC_CFGR_SWS) == TSFW_CLOCK_SWS)",
    define("TSFW_SYSCLK_HZ", clocks.sysclkHz),
    define("TSFW_SYSCLK_FALLBACK_HZ", clocks.fallbackSysclkHz),
    define("TSFW_PCLK1_HZ", clocks.hz.pclk1 ?? 0),
    define("TSFW_PCLK2_HZ", clocks.hz.pclk2 ?? 0),
  ];
}

function pllcfgr(pll: NonNullable<Stm32f4Clocks["pll"]>, fromHse: boolean): number {
  // Bits 29 and 28 are reserved and read 2 after reset (RM0090 section 7.3.2).
  const reserved = 0x2000_0000;
  return (
    (reserved | pll.m | (pll.n << 6) | ((pll.p / 2 - 1) << 16) | (fromHse ? 1 << 22 : 0) | (pll.q << 24)) >>>
    0
  );
}

function describeClocks(clocks: Stm32f4Clocks): string {
  const { pll, source, sourceHz } = clocks;
  const from = `${source.toUpperCase()} ${sourceHz / 1e6} MHz`;
  const chain = pll === null ? from : `${from} / ${pll.m} * ${pll.n} / ${pll.p}`;
  return `${chain} = ${clocks.sysclkHz / 1e6} MHz; APB1 / ${clocks.apb1Divider}, APB2 / ${clocks.apb2Divider}`;
}
