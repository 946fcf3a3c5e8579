/**
 * Runs an RP2040 firmware in rp2040js, inside this process, on a virtual clock. There is no boot ROM: the core starts
 * as the second-stage boot leaves it. While the core sleeps the clock jumps to whatever happens next.
 */
import { GPIOPinState, type Logger, RP2040 } from "rp2040js";
import { EventRecorder } from "./event-recorder.ts";
import { type FirmwareImage, loadFirmware } from "./firmware-image.ts";
import { Rp2040Timer } from "./rp2040-timer.ts";
import { type EmulatedRun, exitCodeAfterAbort, exitCodeAfterPanic, type RunResult } from "./run-types.ts";
import { type InputEvent, ScriptPlayer } from "./script-player.ts";
import { VirtualClock } from "./virtual-clock.ts";

const flashBase = 0x10000000;
const ramBase = 0x20000000;
/** The image's vector table follows the 256 bytes of second-stage boot (RP2040 datasheet, 2.8.1.3.1). */
const vectorTable = 0x10000100;
const timerPeripheral = 0x40054;
const sysInterruptMask = 0x03ffffff;

/** Real time after which the event loop gets its turn, so that Ctrl-C is heard. */
const sliceMs = 20;
const instructionsPerCheck = 2000;

type End = Omit<RunResult, "virtualNs" | "events">;

/** Runs until the firmware ends, time is up, nothing can happen any more, or the signal is raised. */
export async function runRp2040(run: EmulatedRun): Promise<RunResult> {
  const machine = new Rp2040Machine(run, await loadFirmware(run.elfPath));
  let end: End | undefined;
  while (end === undefined) {
    await new Promise((resolve) => setImmediate(resolve));
    end =
      run.signal?.aborted === true ? { reason: "aborted", exitCode: exitCodeAfterAbort } : machine.runSlice();
  }
  machine.recorder.finish();
  return { ...end, virtualNs: machine.virtualNs, events: machine.recorder.events };
}

class Rp2040Machine {
  readonly recorder: EventRecorder;
  private readonly clock = new VirtualClock();
  private readonly chip: RP2040;
  private readonly script: ScriptPlayer;
  private readonly haltAddress: number;
  private readonly endNs: number;
  /** The core waits in WFI or WFE. rp2040js's own flag is not used: with it a sleeping core takes masked interrupts. */
  private sleeping = false;
  private fault: string | undefined;
  /** Pins the script drives; all others follow their pulls. */
  private readonly drivenPins = new Set<number>();

  constructor(run: EmulatedRun, firmware: FirmwareImage) {
    this.recorder = new EventRecorder(run, run.consoleUart);
    this.chip = new RP2040(this.clock);
    this.chip.logger = this.createLogger();
    this.chip.peripherals[timerPeripheral] = new Rp2040Timer(this.chip, this.clock);
    this.script = new ScriptPlayer(run.script);
    this.haltAddress = firmware.haltAddress ?? -1;
    this.endNs = run.forNs ?? Number.POSITIVE_INFINITY;
    this.load(firmware);
    this.connectPins();
    this.connectUarts();
  }

  get virtualNs(): number {
    return Math.round(Math.min(this.clock.nanos, this.endNs));
  }

  /** Runs for a little real time; returns how the run ended, if it did. */
  runSlice(): End | undefined {
    const sliceEnd = performance.now() + sliceMs;
    while (performance.now() < sliceEnd) {
      const end = this.sleeping ? this.sleep() : this.execute();
      if (end !== undefined) return end;
    }
    return undefined;
  }

  private execute(): End | undefined {
    const { clock, chip } = this;
    const { core } = chip;
    for (let count = 0; count < instructionsPerCheck && !this.sleeping; count++) {
      const { PC: pc } = core;
      if (pc === this.haltAddress) return { reason: "exit", exitCode: (core.registers[0] ?? 0) & 0xff };
      if (pc >>> 24 !== flashBase >>> 24 && pc >>> 24 !== ramBase >>> 24) return this.faultAt(pc);
      const cycles = core.executeInstruction();
      if (this.fault !== undefined)
        return { reason: "fault", exitCode: exitCodeAfterPanic, message: this.fault };
      if (core.waiting) {
        core.waiting = false;
        this.sleeping = true;
      }
      this.moveTo(clock.nanos + (cycles * 1e9) / chip.clkSys);
      if (clock.nanos >= this.endNs) return { reason: "time", exitCode: 0 };
    }
    return undefined;
  }

  /** Goes to the next alarm or input; the core wakes as soon as an enabled interrupt is pending, masked or not. */
  private sleep(): End | undefined {
    if (this.isInterruptPending()) {
      this.sleeping = false;
      return undefined;
    }
    const nextNs = Math.min(this.clock.nextAlarmNs, this.script.nextNs);
    if (nextNs === Number.POSITIVE_INFINITY) return { reason: "idle", exitCode: 0 };
    this.moveTo(Math.max(Math.min(nextNs, this.endNs), this.clock.nanos));
    return this.clock.nanos >= this.endNs ? { reason: "time", exitCode: 0 } : undefined;
  }

  private isInterruptPending(): boolean {
    const { core } = this.chip;
    const lines = core.pendingInterrupts & core.enabledInterrupts & sysInterruptMask;
    return lines !== 0 || core.pendingSystick || core.pendingPendSV || core.pendingNMI;
  }

  private moveTo(timeNs: number): void {
    if (this.script.nextNs <= timeNs) this.playUntil(timeNs);
    if (this.clock.nextAlarmNs <= timeNs) this.clock.advanceTo(timeNs);
    else this.clock.nanos = timeNs;
  }

  private playUntil(timeNs: number): void {
    for (let input = this.script.takeDue(timeNs); input !== undefined; input = this.script.takeDue(timeNs)) {
      this.clock.advanceTo(Math.max(input.timeNs, this.clock.nanos));
      this.apply(input);
    }
  }

  private apply(input: InputEvent): void {
    if (input.kind === "byte") {
      this.chip.uart[input.uart]?.feedByte(input.byte);
    } else {
      this.drivenPins.add(input.pin);
      this.setPin(input.pin, input.level === 1);
    }
  }

  private load(firmware: FirmwareImage): void {
    const { chip } = this;
    for (const { physicalAddress, bytes } of firmware.elf.segments) {
      if (physicalAddress >= ramBase) chip.sram.set(bytes, physicalAddress - ramBase);
      else chip.flash.set(bytes, physicalAddress - flashBase);
    }
    chip.core.VTOR = vectorTable;
    chip.core.SP = chip.flashView.getUint32(vectorTable - flashBase, true);
    chip.core.PC = chip.flashView.getUint32(vectorTable + 4 - flashBase, true) & ~1;
  }

  private connectPins(): void {
    for (const pin of this.chip.gpio) {
      pin.addListener((state, before) => this.followPin(pin.index, state, before));
      /* Makes the pin's level flags those of a low pin; out of reset rp2040js shows neither high nor low. */
      pin.refreshInput();
      pin.updateIRQValue(0xf);
    }
    if (this.script.nextNs <= 0) this.playUntil(0);
  }

  private followPin(index: number, state: GPIOPinState, before: GPIOPinState): void {
    if (state === GPIOPinState.High) this.recorder.pin(this.timeNs(), index, 1);
    if (state === GPIOPinState.Low) this.recorder.pin(this.timeNs(), index, 0);
    const released = state >= GPIOPinState.Input && before === GPIOPinState.Low;
    if (released) this.recorder.pin(this.timeNs(), index, 1); // an open drain lets go
    if (!this.drivenPins.has(index)) {
      this.setPin(index, state === GPIOPinState.High || state === GPIOPinState.InputPullUp || released);
    }
  }

  private timeNs(): number {
    return Math.round(this.clock.nanos);
  }

  /** rp2040js takes every call for an edge, so only changes may reach it. */
  private setPin(index: number, high: boolean): void {
    const pin = this.chip.gpio[index];
    if (pin === undefined || ((pin.status >>> 17) & 1) === Number(high)) return;
    pin.setInputValue(high);
  }

  private connectUarts(): void {
    for (const [index, uart] of this.chip.uart.entries()) {
      uart.onByte = (byte) => this.recorder.uart(this.timeNs(), index, Uint8Array.of(byte));
    }
    this.chip.onBreak = () => {
      this.fault ??= `the firmware hit a breakpoint instruction at ${hex(this.chip.core.PC)}`;
    };
  }

  private faultAt(pc: number): End {
    return {
      reason: "fault",
      exitCode: exitCodeAfterPanic,
      message: `the firmware jumped to ${hex(pc)}, where there is no code`,
    };
  }

  /** rp2040js reports what it cannot do as log lines; an instruction it does not know ends the run. */
  private createLogger(): Logger {
    const note = (component: string, message: string) => {
      if (component === "CortexM0Core" && message.includes("not implemented")) this.fault ??= message;
    };
    return { debug: () => {}, info: () => {}, warn: note, error: note };
  }
}

function hex(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, "0")}`;
}
