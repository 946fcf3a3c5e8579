/** Chip and board files are well-formed, fit each other and the headers they name. */
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  HardwareDataError,
  parseChip,
  renderBoardModule,
  renderChipModule,
} from "../hal-c/generate/index.ts";
import {
  boardNamed,
  chipNamed,
  loadBoards,
  loadChips,
  packageRoot,
  readPackageFile,
} from "./hardware-files.ts";

describe("chip files", () => {
  it.each(loadChips())("$name: what it refers to exists", (chip) => {
    for (const header of chip.registerHeaders) {
      expect(existsSync(`${packageRoot}hal-c/include/${header}`), header).toBe(true);
    }
    for (const { peripheral } of chip.uarts) expect(chip.peripherals).toHaveProperty(peripheral);
    for (const [name, peripheral] of Object.entries(chip.peripherals)) {
      for (const interrupt of Object.values(peripheral.interrupts ?? {})) {
        expect(chip.interrupts, name).toHaveProperty(interrupt);
      }
    }
    const ids = Object.values(chip.pins).map((pin) => pin.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(loadBoards().find((board) => board.name === chip.defaultBoard)?.chip).toBe(chip.name);
  });

  it("has the parts, pins and memories of the data sheets", () => {
    expect(loadChips().map((chip) => chip.name)).toEqual(["host", "rp2040", "stm32f405rg", "stm32f407vg"]);
    const f405 = chipNamed("stm32f405rg");
    expect(f405.memory.flash).toMatchObject({ address: 0x0800_0000, size: 1024 * 1024 });
    expect(f405.memory.ram).toMatchObject({ address: 0x2000_0000, size: 128 * 1024 });
    expect(Object.keys(f405.pins)).toHaveLength(51);
    expect(f405.pins.PC13?.id).toBe(45);
    expect(f405.interrupts).toMatchObject({ TIM2: 28, USART2: 38, EXTI15_10: 40 });
    const rp2040 = chipNamed("rp2040");
    expect(Object.keys(rp2040.pins)).toHaveLength(30);
    expect(rp2040.pins.GPIO4?.functions).toMatchObject({ uart1_tx: 2, pwm_a_2: 4, sio_4: 5 });
    expect(rp2040.interrupts).toMatchObject({
      TIMER_IRQ_0: 0,
      IO_IRQ_BANK0: 13,
      UART0_IRQ: 20,
      UART1_IRQ: 21,
    });
  });

  it("names file and field when one is wrong", () => {
    const broken = { ...JSON.parse(readPackageFile("hal-c/chips/rp2040.json")), family: "avr" };
    expect(() => parseChip(broken, "rp2040.json")).toThrow(/^rp2040\.json: family: /);
    const noted = { ...JSON.parse(readPackageFile("hal-c/chips/rp2040.json")), extra: 1 };
    expect(() => parseChip(noted, "rp2040.json")).toThrow(HardwareDataError);
  });
});

describe("board files", () => {
  it.each(loadBoards())("$name: its pins can do what the board says", (board) => {
    const chip = chipNamed(board.chip);
    for (const port of [board.console, board.uart]) {
      if (port === null) continue;
      const uart = chip.uarts.find((entry) => entry.index === port.uart)?.peripheral.toLowerCase();
      expect(Object.keys(chip.pins[port.tx]?.functions ?? {})).toContain(`${uart}_tx`);
      expect(Object.keys(chip.pins[port.rx]?.functions ?? {})).toContain(`${uart}_rx`);
    }
    for (const pin of Object.values(board.pins)) expect(chip.pins).toHaveProperty(pin);
    expect(board.pins).toHaveProperty("led");
    expect(board.pins).toHaveProperty("button");
    for (const noted of Object.keys(board.notes ?? {})) expect(board.pins).toHaveProperty(noted);
    expect(board.console === null || board.console.uart !== board.uart?.uart).toBe(true);
  });

  it("renders tsfw/board from the chip's names", () => {
    expect(renderBoardModule(boardNamed("pico"), chipNamed("rp2040"))).toMatchInlineSnapshot(`
      "/** Names on Raspberry Pi Pico. Generated from hal-c/boards/pico.json. */
      import { GPIO0, GPIO1, GPIO4, GPIO5, GPIO15, GPIO25, UART0, UART1 } from "tsfw/chip";

      export const board = {
        led: GPIO25,
        /** The board has no button for programs: connect one from GPIO15 (pin 20) to ground. */
        button: GPIO15,
        console: UART0,
        consoleTx: GPIO0,
        consoleRx: GPIO1,
        uart: UART1,
        uartTx: GPIO4,
        uartRx: GPIO5,
      } as const;
      "
    `);
    expect(() => renderBoardModule(boardNamed("pico"), chipNamed("stm32f405rg"))).toThrow(
      "board pico carries rp2040, not stm32f405rg",
    );
  });

  it("renders tsfw/chip with every pin's functions", () => {
    const lines = renderChipModule(chipNamed("stm32f405rg")).split("\n");
    expect(lines).toContain(
      'export const PA4 = 4 as Pin<"PA4", "gpio" | "adc1_in4" | "adc2_in4" | "dac1_out1" | "spi1_nss" | "spi3_i2s_ws" | "spi3_nss" | "usart2_ck" | "usb_otg_hs_sof">;',
    );
    expect(lines).toContain('export const USART2 = 2 as UartInstance<"usart2">;');
  });
});
