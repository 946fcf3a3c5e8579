/** The RP2040 part of tsfw_chip.h: function numbers, resets, start-up values, time base. */
import { define, hex, orOf, unique } from "./c-macros.ts";
import type { HeaderInput } from "./header-input.ts";
import { HardwareDataError } from "./schema.ts";

export function renderRp2040Part(input: HeaderInput): readonly string[] {
  const { chip, clocks } = input;
  if (clocks.tree !== "rp2040")
    throw new HardwareDataError(`${chip.name}: clocks were solved for another chip`);
  return [
    "/* Atomic aliases of a register (datasheet 2.1.2). */",
    "#define TSFW_RP_XOR(base, offset) TSFW_REG((base) + 0x1000u, offset)",
    "#define TSFW_RP_SET(base, offset) TSFW_REG((base) + 0x2000u, offset)",
    "#define TSFW_RP_CLR(base, offset) TSFW_REG((base) + 0x3000u, offset)",
    "",
    define("TSFW_GPIO_FUNC_UART", 2),
    define("TSFW_GPIO_FUNC_SIO", 5),
    define("TSFW_GPIO_FUNC_NULL", 31),
    "",
    "/* Divider in 64ths of a bit's 16 samples (datasheet 4.2.7.1). */",
    "#define TSFW_UART_DIV64(hz, baud) (((hz) * 4u + (baud) / 2u) / (baud))",
    "#define TSFW_UART_IBRD(hz, baud) (TSFW_UART_DIV64(hz, baud) >> 6)",
    "#define TSFW_UART_FBRD(hz, baud) (TSFW_UART_DIV64(hz, baud) & 63u)",
    "",
    ...resetLines(input),
    "",
    define("TSFW_TICK_HZ", chip.timeBase?.tickHz ?? 1_000_000),
    define("TSFW_TIMER_BASE", `${chip.timeBase?.peripheral ?? "TIMER"}_BASE`),
    define("TSFW_IRQ_TIMER", `TSFW_IRQ_${chip.timeBase?.interrupt ?? "TIMER_IRQ_0"}`),
    "",
    `/* ${clocks.xoscHz / 1e6} MHz * ${clocks.feedback} / ${clocks.postDivider1} / ${clocks.postDivider2} = ${clocks.sysclkHz / 1e6} MHz */`,
    define("TSFW_CLOCK_XOSC_HZ", clocks.xoscHz),
    "/* 1 ms in units of 256 cycles (datasheet 2.16.3). */",
    define("TSFW_CLOCK_XOSC_STARTUP", Math.ceil(clocks.xoscHz / 1000 / 256)),
    "/* FREQ_RANGE 1 to 15 MHz, ENABLE (datasheet 2.16.7). */",
    define("TSFW_CLOCK_XOSC_CTRL", "0x00fabaa0u"),
    define("TSFW_CLOCK_PLL_SYS_REFDIV", clocks.referenceDivider),
    define("TSFW_CLOCK_PLL_SYS_FBDIV", clocks.feedback),
    define("TSFW_CLOCK_PLL_SYS_POSTDIV", hex((clocks.postDivider1 << 16) | (clocks.postDivider2 << 12))),
    define("TSFW_CLOCK_WATCHDOG_TICK", `(WATCHDOG_TICK_ENABLE | ${clocks.xoscHz / 1_000_000}u)`),
    define("TSFW_SYSCLK_HZ", clocks.sysclkHz),
    define("TSFW_SYSCLK_FALLBACK_HZ", clocks.fallbackSysclkHz),
  ];
}

/** RESETS bits to release. */
function resetLines({ chip, claims, board }: HeaderInput): readonly string[] {
  const bitsOf = (names: readonly string[]): string => hex(orOf(names.flatMap((name) => bitOf(name))));
  const bitOf = (name: string): readonly number[] => {
    const bit = chip.peripherals[name]?.enable?.bit;
    return bit === undefined ? [] : [bit];
  };
  const uartNames = (numbers: readonly number[]): readonly string[] =>
    chip.uarts.filter(({ index }) => numbers.includes(index)).map(({ peripheral }) => peripheral);
  const claimed = claims.uarts.map(({ uart }) => uart);
  const always = ["PLL_SYS", "IO_BANK0", "PADS_BANK0", ...uartNames(claimed)];
  const console = board?.console === null || board === null ? [] : uartNames([board.console.uart]);
  return [
    "/* Resets to release for all the program uses. */",
    "#if TSFW_USES_TIME",
    define("TSFW_RESETS_TIME", bitsOf(["TIMER"])),
    "#else",
    define("TSFW_RESETS_TIME", "0u"),
    "#endif",
    define("TSFW_CONSOLE_RESETS", bitsOf(console)),
    "#if TSFW_LOG",
    define("TSFW_RESETS_LOG", "TSFW_CONSOLE_RESETS"),
    "#else",
    define("TSFW_RESETS_LOG", "0u"),
    "#endif",
    define("TSFW_RESETS_VALUE", `(${bitsOf(unique(always))} | TSFW_RESETS_TIME | TSFW_RESETS_LOG)`),
  ];
}
