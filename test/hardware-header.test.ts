/**
 * tsfw_chip.h, the linker script and the compiler flags: what the header says of
 * claims and clocks, and that the tools take all of it.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  chipBuild,
  type HardwareClaims,
  readElfSegments,
  renderChipHeader,
  renderLinkerScript,
  solveClocks,
} from "../hal-c/generate/index.ts";
import { boardNamed, chipNamed, loadBoards, packageRoot, readPackageFile } from "./hardware-files.ts";

const gcc = "arm-none-eabi-gcc";
const hasGcc = spawnSync(gcc, ["--version"]).status === 0;
if (!hasGcc) console.log(`chip headers are not compiled: ${gcc} is not installed`);

const noClaims: HardwareClaims = { outputs: [], inputs: [], waitPins: [], uarts: [] };

function header(boardName: string, claims: Partial<HardwareClaims> = {}): string {
  const board = boardNamed(boardName);
  const chip = chipNamed(board.chip);
  return renderChipHeader(chip, solveClocks(chip, board), { ...noClaims, ...claims }, { board });
}

/** The text a macro is defined to, wherever it is. */
function macros(text: string, name: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^#define ${name} (.*)$`, "gm"))].map((match) => match[1] ?? "");
}

describe("claims", () => {
  it("without drivers there is no vector and no clock but the program's ports", () => {
    const text = header("stm32f405rg-bare", { outputs: [5] });
    expect(macros(text, "TSFW_HAS_DRIVER_IRQS")).toEqual(["0"]);
    expect(macros(text, "TSFW_VECTOR_COUNT")).toEqual(["0u", "0u"]);
    expect(macros(text, "TSFW_RCC_AHB1ENR_VALUE")[0]).toContain("0x00100001u");
    expect(macros(text, "TSFW_RCC_APB1ENR_VALUE")[0]).toContain("0x00000000u");
  });

  it("wait pins and UARTs bring their interrupts, ports and clocks", () => {
    const text = header("stm32f405rg-bare", {
      waitPins: [0, 45, 42, 7],
      inputs: [0, 45, 42, 7],
      uarts: [{ uart: 1, tx: 9, rx: null, baud: 9600 }],
    });
    expect(text).toContain(
      "#define TSFW_EXTI_IRQS(X) X(6u, EXTI0_IRQHandler, 0x00000001u) " +
        "X(40u, EXTI15_10_IRQHandler, 0x00002400u) X(23u, EXTI9_5_IRQHandler, 0x00000080u)",
    );
    expect(macros(text, "TSFW_EXTI_LINES")).toEqual(["0x00002481u"]);
    // Ports A and C; USART1 and SYSCFG on APB2.
    expect(macros(text, "TSFW_RCC_AHB1ENR_VALUE")[0]).toContain("0x00100005u");
    expect(macros(text, "TSFW_RCC_APB2ENR_VALUE")[0]).toContain("0x00004010u");
    expect(macros(text, "TSFW_VECTOR_COUNT")).toEqual(["41u", "41u"]);
    expect(text.match(/TIM2_IRQHandler/g)).toHaveLength(1);
  });

  it("the console is shared when the program claims its UART", () => {
    expect(macros(header("pico"), "TSFW_CONSOLE_SHARED")).toEqual(["0"]);
    const shared = header("pico", { uarts: [{ uart: 0, tx: 0, rx: 1, baud: 115_200 }] });
    expect(macros(shared, "TSFW_CONSOLE_SHARED")).toEqual(["1"]);
    expect(shared.match(/define TSFW_UART_NUMBERS\(X\) X\(0u\)$/gm)).toHaveLength(2);
  });

  it("a UART that the chip lacks is refused", () => {
    expect(() => header("pico", { uarts: [{ uart: 7, tx: 0, rx: 1, baud: 9600 }] })).toThrow(
      "rp2040 has no UART 7",
    );
  });

  it("host has no header", () => {
    expect(header("host")).toBe("");
  });
});

describe("clocks", () => {
  it("are final register values", () => {
    // RM0090 section 7.3: 25 MHz / 25 * 336 / 2, Q 7, from HSE; APB1 / 4, APB2 / 2, SW = PLL.
    const text = header("netduinoplus2");
    expect(macros(text, "TSFW_CLOCK_RCC_PLLCFGR")).toEqual(["0x27405419u"]);
    expect(macros(text, "TSFW_CLOCK_RCC_CFGR")).toEqual(["0x00009402u"]);
    expect(macros(text, "TSFW_TIMER_PSC")).toEqual(["83u"]);
    expect(macros(text, "TSFW_TIMER_FALLBACK_PSC")).toEqual(["15u"]);
    const internal = header("stm32f405rg-bare");
    expect(macros(internal, "TSFW_CLOCK_RCC_PLLCFGR")).toEqual(["0x27002a08u"]);
    expect(macros(internal, "TSFW_CLOCK_USES_HSE")).toEqual(["0"]);
  });
});

const probe = `
#define TSFW_LOG 1
#define TSFW_USES_TIME 1
#include "tsfw_chip.h"
#define COUNT(handler) 1 +
_Static_assert(TSFW_VECTOR_LIST(COUNT) 0 == TSFW_VECTOR_COUNT, "vectors");
#define DECLARE(handler) void handler(void);
DECLARE(tsfw_irq_unused)
#if TSFW_FAMILY_STM32
_Static_assert(TSFW_UART_BRR(TSFW_UART_HZ(2u), 115200u) == 365u, "42 MHz / 115200");
_Static_assert(TSFW_UART_BRR(TSFW_UART_FALLBACK_HZ(2u), 115200u) == 139u, "16 MHz / 115200");
_Static_assert(TSFW_UART_PIN_AF(6u, 38u) == 8u && TSFW_UART_PIN_AF(1u, 9u) == 7u, "alternate functions");
_Static_assert(TSFW_GPIO_BASE(45u) == GPIOC_BASE && TSFW_GPIO_BIT(45u) == 13u, "PC13");
_Static_assert(TSFW_EXTI_IRQ(TSFW_PIN_EXTI_LINE(45u)) == 40u, "PC13");
_Static_assert(TIM_CCR_OFFSET(0u) == 0x34u && TIM_DIER_CCIE(0u) == 2u, "TIM2 channel 1");
const uint32_t values[] = { TSFW_CLOCK_RCC_CR_HSE, TSFW_CLOCK_RCC_CR_PLL, TSFW_CLOCK_FLASH_ACR, TSFW_CLOCK_SWS,
    TSFW_RCC_AHB1ENR_VALUE, TSFW_RCC_APB1ENR_VALUE, TSFW_RCC_APB2ENR_VALUE, TSFW_IRQ_TIMER };
_Static_assert(TSFW_RCC_APB1ENR_VALUE & 1u, "TIM2 is on");
#else
_Static_assert(TSFW_UART_IBRD(TSFW_UART_HZ(0u), 115200u) == 67u, "125 MHz / 115200");
_Static_assert(TSFW_UART_FBRD(TSFW_UART_HZ(0u), 115200u) == 52u, "125 MHz / 115200");
_Static_assert(TSFW_RESETS_VALUE == 0x00e01120u, "PLL, banks, both UARTs and the timer");
const uint32_t values[] = { TSFW_CLOCK_WATCHDOG_TICK, PLL_SYS_BASE, TSFW_CLOCK_PLL_SYS_POSTDIV };
#endif
__attribute__((section(".boot2"), used)) static const uint8_t boot[252] = { 1 };
__attribute__((section(".vectors"), used)) static const uint32_t vectors[2] = { 3, 4 };
static uint32_t initialised = 5;
static uint32_t zeroed;
__attribute__((section(".noinit"))) static uint32_t kept;
void Reset_Handler(void);
void Reset_Handler(void)
{
    TSFW_IRQ_ENABLE(TSFW_IRQ_TIMER);
    TSFW_REG(TSFW_TIMER_BASE, 0x10u) = zeroed++ + kept++ + values[initialised++ & 1u];
}
`;

describe.runIf(hasGcc)("tools", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tsfw-header-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const boards = loadBoards().filter((board) => board.chip !== "host");

  /** Compiles and links the probe; returns the tool's errors. */
  function link(boardName: string, stackBytes?: number): string {
    const board = boardNamed(boardName);
    const chip = chipNamed(board.chip);
    const build = chipBuild(chip);
    const claims: HardwareClaims = { ...noClaims, uarts: [{ uart: 1, tx: 9, rx: 10, baud: 9600 }] };
    writeFileSync(
      join(folder, "tsfw_chip.h"),
      renderChipHeader(chip, solveClocks(chip, board), claims, { board }),
    );
    writeFileSync(join(folder, "probe.c"), probe);
    const template = readPackageFile(build.linkerTemplate ?? "");
    const script = renderLinkerScript(chip, {
      template,
      ...(stackBytes === undefined ? {} : { stackBytes }),
    });
    writeFileSync(join(folder, "link.ld"), script);
    const args = [
      ...build.flags,
      ...build.linkFlags,
      ...["-std=gnu11", "-Os", "-Wall", "-Wextra", "-Wconversion", "-Werror", `-I${folder}`],
      ...build.includeDirs.map((dir) => `-I${packageRoot}${dir}`),
      ...["-T", join(folder, "link.ld"), "-o", join(folder, "probe.elf"), join(folder, "probe.c")],
    ];
    return spawnSync(gcc, args, { encoding: "utf8" }).stderr;
  }

  it.each(boards)("take header, flags and linker script of $name", (board) => {
    expect(link(board.name)).toBe("");
    const symbols = readSymbols(join(folder, "probe.elf"));
    const ram = chipNamed(board.chip).memory.ram.address;
    expect(symbols.get("tsfw_stack_bottom")).toBe(ram);
    expect(symbols.get("tsfw_stack_top")).toBe(ram + 8192);
    expect(symbols.get("tsfw_data_start")).toBe(ram + 8192);
    expect(symbols.get("tsfw_data_end")).toBe(symbols.get("tsfw_bss_start"));
    expect(symbols.get("tsfw_bss_end")).toBe(symbols.get("tsfw_noinit_start"));
  });

  it("put vectors first in flash, behind the second-stage boot on the RP2040", () => {
    const vectors = (boardName: string): readonly number[] => {
      expect(link(boardName)).toBe("");
      const bytes = readElfFile(join(folder, "probe.elf"));
      const first = readElfSegments(bytes)[0]?.bytes ?? new Uint8Array();
      return [0, 4, 256, 260].map((offset) => first[offset] ?? -1);
    };
    expect(vectors("pico")).toEqual([1, 0, 3, 4]);
    expect(vectors("stm32f405rg-bare").slice(0, 2)).toEqual([3, 4]);
  });

  it("say in words that a program does not fit", () => {
    expect(link("stm32f405rg-bare", 128 * 1024)).toContain(
      "Stack and data do not fit into the 128 KiB of RAM of stm32f405rg.",
    );
  });

  function readElfFile(path: string): Uint8Array {
    return new Uint8Array(execFileSync("cat", [path]));
  }

  function readSymbols(path: string): ReadonlyMap<string, number> {
    const lines = execFileSync("arm-none-eabi-nm", [path], { encoding: "utf8" }).split("\n");
    return new Map(lines.map((line) => [line.split(" ")[2] ?? "", Number.parseInt(line, 16)]));
  }
});
