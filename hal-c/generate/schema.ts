/**
 * The shape of chip and board files (hal-c/chips/*.json, hal-c/boards/*.json)
 * and of the hardware claims a program makes. Data only: what a chip has, never
 * what a program does with it. Parsing here is the only way such data enters.
 */
import { z } from "zod";

const name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/);
const kebabName = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const word = z.number().int().min(0).max(0xffff_ffff);

const memoryRegion = z.strictObject({
  name,
  kind: z.enum(["flash", "ram"]),
  address: word,
  size: word,
});

const peripheral = z.strictObject({
  kind: z.string(),
  version: z.string(),
  base: word,
  /** Clock that feeds the peripheral's own logic, a name of the clock solution ("pclk1"). */
  clock: z.string().optional(),
  /** Register and bit that switch the peripheral's clock on (STM32) or release its reset (RP2040). */
  enable: z.strictObject({ register: name, field: name, bit: z.number().int().min(0).max(31) }).optional(),
  /** Signal to interrupt name, for example GLOBAL to USART2. */
  interrupts: z.record(name, name).optional(),
});

const pin = z.strictObject({
  id: z.number().int().min(0).max(0xfffe),
  /** Function ("usart2_tx") to the number that selects it; null for an analog one, which needs none. */
  functions: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), z.number().int().min(0).max(31).nullable()),
});

const clocksStm32f4 = z.strictObject({
  tree: z.literal("stm32f4"),
  hsiHz: word,
  hseHzMin: word,
  hseHzMax: word,
  vcoInputHzMin: word,
  vcoInputHzMax: word,
  vcoOutputHzMin: word,
  vcoOutputHzMax: word,
  sysclkHzMax: word,
  pclk1HzMax: word,
  pclk2HzMax: word,
  /** Highest HCLK for 0, 1, 2, … flash wait states. */
  flashWaitStateHzMax: z.array(word),
  /** Ceiling of the clock that USB, SDIO and the random generator share. */
  pll48HzMax: word,
});

const clocksRp2040 = z.strictObject({
  tree: z.literal("rp2040"),
  xoscHzMin: word,
  xoscHzMax: word,
  referenceHzMin: word,
  vcoHzMin: word,
  vcoHzMax: word,
  feedbackMin: word,
  feedbackMax: word,
  sysclkHzMax: word,
  sysclkHzDefault: word,
});

const clocksHost = z.strictObject({ tree: z.literal("host") });

const emulator = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("qemu"),
    machine: z.string(),
    note: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal("rp2040js") }),
  z.strictObject({ kind: z.literal("native") }),
]);

export const chipSchema = z.strictObject({
  schema: z.literal(1),
  name: kebabName,
  title: z.string(),
  family: z.enum(["stm32", "rp", "host"]),
  series: kebabName,
  /** This chip is what its series name alone stands for. */
  seriesDefault: z.boolean(),
  defaultBoard: kebabName,
  core: z.strictObject({
    name: z.enum(["cortex-m4", "cortex-m0plus", "host"]),
    fpu: z.boolean(),
    nvicPriorityBits: z.number().int().min(0).max(8),
  }),
  /** Flash that holds the program and RAM that holds stack and data, then what else there is. */
  memory: z.strictObject({ flash: memoryRegion, ram: memoryRegion, other: z.array(memoryRegion) }),
  clocks: z.discriminatedUnion("tree", [clocksStm32f4, clocksRp2040, clocksHost]),
  timeBase: z.strictObject({ peripheral: name, interrupt: name, tickHz: word }).nullable(),
  interrupts: z.record(name, z.number().int().min(0).max(495)),
  registerHeaders: z.array(z.string().regex(/^regs\/[a-z0-9_/]+\.h$/)),
  uarts: z.array(z.strictObject({ index: z.number().int().min(0), peripheral: name })),
  peripherals: z.record(name, peripheral),
  pins: z.record(name, pin),
  probe: z.strictObject({ chip: z.string() }).nullable(),
  uf2FamilyId: word.nullable(),
  emulator: emulator.nullable(),
});

const uartPins = z.strictObject({
  uart: z.number().int().min(0),
  tx: name,
  rx: name,
  baud: z.number().int().positive(),
});

export const boardSchema = z.strictObject({
  schema: z.literal(1),
  name: kebabName,
  title: z.string(),
  chip: kebabName,
  /** Crystal or clock input at the chip's oscillator pins; null when the board has none. */
  oscillator: z.strictObject({ hz: word, bypass: z.boolean() }).nullable(),
  /** Name in `board.<name>` to the chip's pin. */
  pins: z.record(z.string().regex(/^[a-z][A-Za-z0-9]*$/), name),
  /** What a user has to know about a pin, for example that a button must be added. */
  notes: z.record(z.string(), z.string()).optional(),
  /** Where log text goes. */
  console: uartPins.nullable(),
  /** A second UART, free for the program: board.uart, board.uartTx, board.uartRx. */
  uart: uartPins.nullable(),
  flash: z.enum(["probe-rs", "uf2", "none"]),
  /** Emulator's machine, where it differs from the chip's. */
  machine: z.string().optional(),
});

export type Chip = z.infer<typeof chipSchema>;
export type Board = z.infer<typeof boardSchema>;
export type Peripheral = Chip["peripherals"][string];
export type EmulatorInfo = NonNullable<Chip["emulator"]>;

export interface UartClaim {
  readonly uart: number;
  /** Pin numbers; null where the program does not use that direction. */
  readonly tx: number | null;
  readonly rx: number | null;
  readonly baud: number;
}

/** What a whole program takes of the chip; pin numbers as in Chip.pins[…].id. */
export interface HardwareClaims {
  readonly outputs: readonly number[];
  readonly inputs: readonly number[];
  /** Inputs that some task waits on. */
  readonly waitPins: readonly number[];
  readonly uarts: readonly UartClaim[];
}

/** Chip data that does not fit its schema or itself; the message says where. */
export class HardwareDataError extends Error {
  override readonly name = "HardwareDataError";
}

/** Checks a parsed chip file; throws HardwareDataError that names the file and the field. */
export function parseChip(json: unknown, file: string): Chip {
  return parseWith(chipSchema, json, file);
}

/** Checks a parsed board file; throws HardwareDataError that names the file and the field. */
export function parseBoard(json: unknown, file: string): Board {
  return parseWith(boardSchema, json, file);
}

function parseWith<T>(schema: z.ZodType<T>, json: unknown, file: string): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const first = result.error.issues[0];
  const where = first === undefined || first.path.length === 0 ? "the file" : first.path.join(".");
  throw new HardwareDataError(`${file}: ${where}: ${first?.message ?? "does not fit the schema"}`);
}
