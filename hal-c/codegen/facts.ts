/**
 * Facts that neither stm32-data nor the SVD files hold: clock limits, part names
 * of debug tools, emulators, series. Each group names the document it is from.
 */
import type { Chip } from "../generate/schema.ts";

type ClocksF4 = Extract<Chip["clocks"], { readonly tree: "stm32f4" }>;
type ClocksRp2040 = Extract<Chip["clocks"], { readonly tree: "rp2040" }>;

export interface Stm32Facts {
  readonly vendorName: string;
  readonly series: string;
  readonly seriesDefault: boolean;
  readonly defaultBoard: string;
  readonly probeChip: string;
  readonly qemu: { readonly machine: string; readonly note?: string };
}

/**
 * STM32F405/F407 clock limits: RM0090 rev 19 section 7.3.2 (PLL) and DS8626 rev 9
 * tables 14 and 36 (VDD 2.7 to 3.6 V, voltage scale 1; the VCO from 192 MHz as in older
 * revisions, which both allow); flash wait states:
 * RM0090 table 10.
 */
export const stm32f4Clocks: ClocksF4 = {
  tree: "stm32f4",
  hsiHz: 16_000_000,
  hseHzMin: 4_000_000,
  hseHzMax: 26_000_000,
  vcoInputHzMin: 950_000,
  vcoInputHzMax: 2_100_000,
  vcoOutputHzMin: 192_000_000,
  vcoOutputHzMax: 432_000_000,
  sysclkHzMax: 168_000_000,
  pclk1HzMax: 42_000_000,
  pclk2HzMax: 84_000_000,
  flashWaitStateHzMax: [30_000_000, 60_000_000, 90_000_000, 120_000_000, 150_000_000, 168_000_000],
  pll48HzMax: 48_000_000,
};

/**
 * RP2040 datasheet: sections 2.16 (XOSC, 1 to 15 MHz), 2.18.2 (PLL: reference
 * from 5 MHz, VCO 750 to 1600 MHz, feedback 16 to 320), 2.15.3 (clk_sys to 133 MHz).
 */
export const rp2040Clocks: ClocksRp2040 = {
  tree: "rp2040",
  xoscHzMin: 1_000_000,
  xoscHzMax: 15_000_000,
  referenceHzMin: 5_000_000,
  vcoHzMin: 750_000_000,
  vcoHzMax: 1_600_000_000,
  feedbackMin: 16,
  feedbackMax: 320,
  sysclkHzMax: 133_000_000,
  sysclkHzDefault: 125_000_000,
};

/** Parts we generate. probe-rs names a part by its package as well. */
export const stm32Parts: readonly Stm32Facts[] = [
  {
    vendorName: "STM32F405RG",
    series: "stm32f4",
    seriesDefault: true,
    defaultBoard: "stm32f405rg-bare",
    probeChip: "STM32F405RGTx",
    qemu: { machine: "netduinoplus2" },
  },
  {
    vendorName: "STM32F407VG",
    series: "stm32f4",
    seriesDefault: false,
    defaultBoard: "stm32f4-discovery",
    probeChip: "STM32F407VGTx",
    qemu: { machine: "netduinoplus2", note: "emulated as STM32F405, whose peripherals are the same" },
  },
];

/** Peripheral versions that have a driver; others are left out of the chip file. */
export const stm32Drivers: readonly {
  readonly kind: string;
  readonly version: string;
  readonly block: string;
  readonly macroName: string;
}[] = [
  { kind: "rcc", version: "f4", block: "RCC", macroName: "RCC" },
  { kind: "gpio", version: "v2", block: "GPIO", macroName: "GPIO" },
  { kind: "exti", version: "v1", block: "EXTI", macroName: "EXTI" },
  { kind: "syscfg", version: "f4", block: "SYSCFG", macroName: "SYSCFG" },
  { kind: "usart", version: "v2", block: "USART", macroName: "USART" },
  { kind: "timer", version: "v1", block: "TIM_GP32", macroName: "TIM" },
  { kind: "pwr", version: "f4", block: "PWR", macroName: "PWR" },
  { kind: "flash", version: "f4", block: "FLASH", macroName: "FLASH" },
];

/** RP2040 peripherals that have a driver or take part in start-up, by the name of their block. */
export const rp2040Blocks: readonly {
  readonly peripheral: string;
  readonly macroName: string;
  readonly file: string;
}[] = [
  { peripheral: "RESETS", macroName: "RESETS", file: "resets" },
  { peripheral: "CLOCKS", macroName: "CLOCKS", file: "clocks" },
  { peripheral: "XOSC", macroName: "XOSC", file: "xosc" },
  { peripheral: "ROSC", macroName: "ROSC", file: "rosc" },
  { peripheral: "PLL_SYS", macroName: "PLL", file: "pll" },
  { peripheral: "PSM", macroName: "PSM", file: "psm" },
  { peripheral: "IO_BANK0", macroName: "IO_BANK0", file: "io_bank0" },
  { peripheral: "PADS_BANK0", macroName: "PADS_BANK0", file: "pads_bank0" },
  { peripheral: "PADS_QSPI", macroName: "PADS_QSPI", file: "pads_qspi" },
  { peripheral: "SIO", macroName: "SIO", file: "sio" },
  { peripheral: "UART0", macroName: "UART", file: "uart" },
  { peripheral: "TIMER", macroName: "TIMER", file: "timer" },
  { peripheral: "WATCHDOG", macroName: "WATCHDOG", file: "watchdog" },
  { peripheral: "SSI", macroName: "SSI", file: "ssi" },
  { peripheral: "VREG_AND_CHIP_RESET", macroName: "VREG_AND_CHIP_RESET", file: "vreg_and_chip_reset" },
];

/** RP2040 datasheet sections 2.2 (address map) and 2.6.2 (SRAM: banks 0 to 3 striped, 4 and 5 behind them). */
export const rp2040Memory: Chip["memory"] = {
  flash: { name: "FLASH", kind: "flash", address: 0x1000_0000, size: 2 * 1024 * 1024 },
  ram: { name: "SRAM", kind: "ram", address: 0x2000_0000, size: 264 * 1024 },
  other: [],
};

/** UF2 family of the RP2040 (uf2families.json of the UF2 specification). */
export const rp2040Uf2FamilyId = 0xe48b_ff56;
