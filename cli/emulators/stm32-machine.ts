/**
 * One STM32F405 at run: QEMU has the core, the interrupt controller and the USARTs; this class stops it at every
 * access to a device QEMU lacks, answers in the device's place, and moves the clock while the core sleeps.
 *
 * The clock. QEMU counts virtual time in instructions. At each stop under the debugger it moves its clock to the next
 * deadline of its own timers; no timer of the program ever runs there, so the only deadline is the one that
 * `advance` sets on TIM5 (without an interrupt) to make time pass. TIM5's counter is also how time is read.
 */
import { EventRecorder } from "./event-recorder.ts";
import type { FirmwareImage } from "./firmware-image.ts";
import { hexToWords, wordToHex } from "./gdb-remote.ts";
import type { QemuProcess } from "./qemu-process.ts";
import { type EmulatedRun, exitCodeAfterAbort, type RunResult } from "./run-types.ts";
import { type InputEvent, ScriptPlayer } from "./script-player.ts";
import { type BusDevice, EmulationLimit, fromLanes, toLanes } from "./stm32-bus.ts";
import { createFlashControl, createPowerControl, Stm32ClockControl } from "./stm32-clocks.ts";
import { Stm32Exti } from "./stm32-exti.ts";
import { Stm32Gpio } from "./stm32-gpio.ts";
import { type CounterBackend, lookedUp, Stm32Timer } from "./stm32-timer.ts";
import { createUartData, Stm32UartInputs } from "./stm32-usart.ts";
import { decodeAccess, isInItBlock, type MemoryAccess, registerPc, skipInstruction } from "./thumb-access.ts";

const clockTimer = { count: 0x40000c24, reload: 0x40000c2c } as const;
const nvic = { enable: 0xe000e100, pend: 0xe000e200, control: 0xe000ed04 } as const;
const syscfgRoutes = 0x40013808;
/** PENDSTSET and PENDSVSET of ICSR. */
const systemPending = (1 << 26) | (1 << 28);
/** One step of the clock timer at most: a quarter of what its 32 bits hold, so that a clock that lags is noticed. */
const advanceStepsMax = 2 ** 30;
/** Timers of a chip that has not set up its clocks. */
const startTimerClockMhz = 16;
/** Real time a busy program runs before it is asked to stop for a look at the clock. */
const busyCheckMs = 20;

/** gdb's stop reply after `interrupt` (SIGINT). */
const stopByInterrupt = "T02";

export type MachineEnd = Omit<RunResult, "virtualNs" | "events">;

export class Stm32Machine {
  readonly recorder: EventRecorder;
  private readonly signal: AbortSignal | undefined;
  private readonly firmware: FirmwareImage;
  private readonly qemu: QemuProcess;
  private readonly script: ScriptPlayer;
  private readonly gpio: Stm32Gpio;
  private readonly timer: Stm32Timer;
  private readonly exti = new Stm32Exti();
  private readonly uartInputs: Stm32UartInputs;
  private readonly devices: readonly BusDevice[];
  private readonly endNs: number;
  private registers: number[] = [];
  /** Memory writes that go out with the next request. */
  private readonly writes: string[] = [];
  /** Steps of the timers' input clock since reset. */
  private steps = 0;
  private timerClockMhz = startTimerClockMhz;
  /** Where time was when the timers' clock last changed. */
  private clockBase = { timeNs: 0, steps: 0 };
  /** Interrupts whose line was high at the last look. */
  private highLines: readonly number[] = [];

  constructor(run: EmulatedRun, firmware: FirmwareImage, qemu: QemuProcess) {
    this.signal = run.signal;
    this.firmware = firmware;
    this.qemu = qemu;
    this.recorder = new EventRecorder(run, run.consoleUart);
    this.script = new ScriptPlayer(run.script);
    this.endNs = run.forNs ?? Number.POSITIVE_INFINITY;
    this.gpio = new Stm32Gpio((pin, level) => this.recorder.pin(this.nowNs, pin, level));
    const counter: CounterBackend = {
      write: (offset, value) => this.writeWord(Stm32Timer.base + offset, value),
    };
    this.timer = new Stm32Timer(counter, (prescaler) => this.setTimerClock(prescaler));
    const clocks: Stm32ClockControl = new Stm32ClockControl(
      (offset) => this.readWord(clocks.base + offset),
      () => this.setTimerClock(run.timerClockMhz ?? this.timerClockMhz),
    );
    this.uartInputs = new Stm32UartInputs(qemu.serial, (address) => this.readWord(address));
    this.devices = [
      this.gpio,
      this.timer,
      this.exti,
      clocks,
      createPowerControl(),
      createFlashControl(),
      ...createUartData(this.uartInputs, (uart, byte) =>
        this.recorder.uart(this.nowNs, uart, Uint8Array.of(byte)),
      ),
    ];
  }

  get virtualNs(): number {
    return Math.min(this.nowNs, this.endNs);
  }

  /** Runs to the end. Rejects when QEMU goes away. */
  async run(): Promise<MachineEnd> {
    await this.plantStops();
    for (let stop = ""; ; stop = await this.resume()) {
      await this.look();
      const end = this.timeIsUp() ?? (await this.handleStop(stop));
      if (end !== undefined) return end;
    }
  }

  private get nowNs(): number {
    return Math.round(
      this.clockBase.timeNs + ((this.steps - this.clockBase.steps) * 1000) / this.timerClockMhz,
    );
  }

  private toSteps(timeNs: number): number {
    return Math.ceil(this.clockBase.steps + ((timeNs - this.clockBase.timeNs) * this.timerClockMhz) / 1000);
  }

  /** A program that uses time knows how fast its timers run, and divides that down to 1 MHz: the prescaler. */
  private setTimerClock(mhz: number): void {
    this.clockBase = { timeNs: this.nowNs, steps: this.steps };
    this.timerClockMhz = mhz;
  }

  private async plantStops(): Promise<void> {
    const kinds = { write: "Z2", read: "Z3", access: "Z4" } as const;
    const { sleeps, haltAddress } = this.firmware;
    const breakpoints = haltAddress === undefined ? [...sleeps] : [...sleeps, haltAddress];
    const answers = await this.request(
      ...breakpoints.map((address) => `Z1,${address.toString(16)},2`),
      ...this.devices.flatMap((device) =>
        device.watched.map(
          ({ on, offset, sizeBytes }) => `${kinds[on]},${hex(device.base + offset)},${hex(sizeBytes)}`,
        ),
      ),
    );
    if (answers.some((answer) => answer !== "OK")) throw new Error("QEMU refused a breakpoint or watchpoint");
  }

  /** Reads registers, clock and what the timer was told, in one round trip, and brings the devices up to now. */
  private async look(): Promise<void> {
    const [registers = "", count = "", timer = ""] = await this.request(
      "g",
      readRequest(clockTimer.count, 4),
      readRequest(Stm32Timer.base + lookedUp.offset, lookedUp.sizeBytes),
    );
    this.registers = hexToWords(registers);
    this.timer.noteWrites(hexToWords(timer));
    await this.moveTo(this.extend(hexToWords(count)[0] ?? 0));
  }

  /** The clock timer's 32 bits, extended: it is read at least twice per turn. */
  private extend(count: number): number {
    const passed = (count - (this.steps % 2 ** 32) + 2 ** 32) % 2 ** 32;
    if (passed >= 2 ** 31) {
      throw new EmulationLimit("this QEMU does not move its clock at a breakpoint; use QEMU 9 or 10");
    }
    return this.steps + passed;
  }

  private async moveTo(steps: number): Promise<void> {
    this.steps = steps;
    await this.deliverInputs();
    this.timer.advanceTo(steps);
    this.updateInterrupts();
  }

  private timeIsUp(): MachineEnd | undefined {
    if (this.signal?.aborted === true) return { reason: "aborted", exitCode: exitCodeAfterAbort };
    return this.nowNs >= this.endNs ? { reason: "time", exitCode: 0 } : undefined;
  }

  /** `stop` is gdb's stop reply; it names a watchpoint when the instruction at hand is about to reach a device. */
  private async handleStop(stop: string): Promise<MachineEnd | undefined> {
    const { firmware } = this;
    const pc = this.registers[registerPc] ?? 0;
    if (pc === firmware.haltAddress) return { reason: "exit", exitCode: (this.registers[0] ?? 0) & 0xff };
    if (firmware.sleeps.has(pc)) return this.sleep();
    if (!stop.includes("watch:")) return undefined;
    const access = decodeAccess(firmware.halfword(pc), firmware.halfword(pc + 2), this.registers);
    const device = access && this.deviceOf(access);
    if (access === undefined || device === undefined) {
      throw new EmulationLimit(
        `the instruction at 0x${hex(pc)} reaches a device in a way that is not emulated`,
      );
    }
    await this.carryOut(access, device);
    await this.carryOutNext();
    return undefined;
  }

  /** Accesses that follow directly are carried out too: each stop saved is a fifth of a millisecond. */
  private async carryOutNext(): Promise<void> {
    for (;;) {
      if (isInItBlock(this.registers)) return; // it may be an access that is not to happen
      const pc = this.registers[registerPc] ?? 0;
      const access = decodeAccess(this.firmware.halfword(pc), this.firmware.halfword(pc + 2), this.registers);
      const device = access && this.deviceOf(access);
      if (access === undefined || device === undefined) return;
      await this.carryOut(access, device);
    }
  }

  private deviceOf(access: MemoryAccess): BusDevice | undefined {
    const address = access.transfers[0]?.address ?? 0;
    const kind = access.load ? "read" : "write";
    return this.devices.find(({ base, watched }) =>
      watched.some(({ offset, sizeBytes, on }) => {
        const start = base + offset;
        return (
          (on === kind || on === "access") && address + access.bytes > start && address < start + sizeBytes
        );
      }),
    );
  }

  private async carryOut(access: MemoryAccess, device: BusDevice): Promise<void> {
    for (const { register, address } of access.transfers) {
      const offset = (address & ~3) - device.base;
      if (access.load) {
        this.registers[register] = fromLanes(address, access.bytes, access.signed, await device.read(offset));
      } else {
        const { value, lanes } = toLanes(address, access.bytes, this.registers[register] ?? 0);
        device.write(offset, value, lanes);
      }
    }
    if (access.writeback !== undefined) this.registers[access.writeback.register] = access.writeback.value;
    skipInstruction(this.registers, access.instructionBytes);
    this.updateInterrupts();
  }

  /** The core is at a WFI: time passes until an enabled interrupt is pending, as WFI does, masked or not. */
  private async sleep(): Promise<MachineEnd | undefined> {
    for (;;) {
      const inputNs = this.script.nextNs;
      const { enabled, pending } = await this.readInterrupts();
      while (inputNs === this.script.nextNs) {
        /* As long as a line is high, clearing the pending bit does not last. */
        const lines = this.interruptLines().filter((line) => isIn(enabled, line));
        if (pending || lines.length > 0) {
          this.pend(lines);
          skipInstruction(this.registers, 2);
          return undefined;
        }
        if (inputNs === Number.POSITIVE_INFINITY && !this.timer.alarmArmed)
          return { reason: "idle", exitCode: 0 };
        await this.advance(
          Math.min(this.timer.nextInterruptSteps, this.toSteps(inputNs), this.toSteps(this.endNs)),
        );
        const end = this.timeIsUp();
        if (end !== undefined) return end;
      }
    }
  }

  /** Which interrupts are enabled, and whether one of them or one of the core's own is pending. */
  private async readInterrupts(): Promise<{
    readonly enabled: readonly number[];
    readonly pending: boolean;
  }> {
    const answers = await this.request(
      readRequest(nvic.enable, 12),
      readRequest(nvic.pend, 12),
      readRequest(nvic.control, 4),
    );
    const [enabled = [], lines = [], control = []] = answers.map(hexToWords);
    const system = ((control[0] ?? 0) & systemPending) !== 0;
    return { enabled, pending: system || enabled.some((word, index) => (word & (lines[index] ?? 0)) !== 0) };
  }

  /** Moves QEMU's clock: the core is at a breakpoint, so it stops again without having run. */
  private async advance(targetSteps: number): Promise<void> {
    while (this.steps < targetSteps && this.timeIsUp() === undefined) {
      const wanted = Math.max(1, Math.min(targetSteps - this.steps, advanceStepsMax));
      this.writeWord(clockTimer.reload, wanted);
      await this.request("c");
      await this.moveTo(this.steps + wanted); // the next look compares with QEMU's clock
    }
  }

  /** Runs to the next stop; a program that stays busy is stopped now and then. */
  private async resume(): Promise<string> {
    const { gdb } = this.qemu;
    const busy = setInterval(() => gdb.interrupt(), busyCheckMs);
    try {
      const [, stop = ""] = await this.request(`G${this.registers.map(wordToHex).join("")}`, "c");
      if (!stop.startsWith(stopByInterrupt)) return stop;
    } finally {
      clearInterval(busy);
    }
    return this.settle();
  }

  /**
   * A stop by interruption may come at the very moment of a watchpoint. QEMU then remembers the hit, and would let the
   * next watched access pass and stop after it. A breakpoint where the core stands makes QEMU report and forget it.
   */
  private async settle(): Promise<string> {
    const [register = ""] = await this.request("pf");
    const pc = hexToWords(register)[0] ?? 0;
    const planted = this.firmware.sleeps.has(pc) || pc === this.firmware.haltAddress;
    if (!planted) await this.request(`Z1,${hex(pc)},2`);
    const [stop = ""] = await this.request("c");
    if (!planted) await this.request(`z1,${hex(pc)},2`);
    const [after = ""] = await this.request("pf");
    return after === register ? "" : stop;
  }

  /** A line that rises makes its interrupt pending; QEMU goes on from there. */
  private updateInterrupts(): void {
    const before = this.highLines;
    this.highLines = this.interruptLines();
    this.pend(this.highLines.filter((interrupt) => !before.includes(interrupt)));
  }

  private interruptLines(): readonly number[] {
    const lines = this.exti.interrupting;
    return this.timer.interrupting ? [...lines, Stm32Timer.interrupt] : lines;
  }

  private pend(interrupts: readonly number[]): void {
    for (const interrupt of interrupts) {
      this.writeWord(nvic.pend + 4 * (interrupt >>> 5), 1 << (interrupt & 31));
    }
  }

  private async deliverInputs(): Promise<void> {
    for (
      let input = this.script.takeDue(this.nowNs);
      input !== undefined;
      input = this.script.takeDue(this.nowNs)
    ) {
      await this.deliver(input);
    }
  }

  private async deliver(input: InputEvent): Promise<void> {
    if (input.kind === "byte") {
      await this.uartInputs.deliver(input.uart, input.byte);
      return;
    }
    const { before, after } = this.gpio.drive(input.pin, input.level);
    if (before !== after) await this.triggerExti(input.pin, after === 1);
  }

  /** An edge on a pin reaches its line if SYSCFG routes the pin's port there (RM0090 12.2.5). */
  private async triggerExti(pin: number, rising: boolean): Promise<void> {
    const line = pin & 15;
    const route = (await this.readWord(syscfgRoutes + 4 * (line >>> 2))) >>> (4 * (line & 3));
    if ((route & 15) === pin >>> 4) this.exti.edge(line, rising);
  }

  private async readWord(address: number): Promise<number> {
    const [answer = ""] = await this.request(readRequest(address, 4));
    return hexToWords(answer)[0] ?? 0;
  }

  /** Written before the next request is answered: a round trip saved. */
  private writeWord(address: number, value: number): void {
    this.writes.push(`M${hex(address)},4:${wordToHex(value)}`);
  }

  private async request(...packets: readonly string[]): Promise<string[]> {
    const writes = this.writes.splice(0);
    const answers = await this.qemu.gdb.requestAll([...writes, ...packets]);
    const refused = writes.findIndex((_, index) => answers[index] !== "OK");
    if (refused >= 0) throw new EmulationLimit(`QEMU refused the write ${writes[refused]}`);
    return answers.slice(writes.length);
  }
}

function isIn(words: readonly number[], bit: number): boolean {
  return (((words[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1;
}

function readRequest(address: number, bytes: number): string {
  return `m${hex(address)},${hex(bytes)}`;
}

function hex(value: number): string {
  return value.toString(16);
}
