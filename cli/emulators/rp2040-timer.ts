/**
 * The RP2040's 1 MHz timer (RP2040 datasheet, 4.6). Stands in for rp2040js's own, whose alarms cut fractions of a
 * microsecond off and so ring before the counter has reached the alarm's value.
 */
import { BasePeripheral, type RP2040 } from "rp2040js";
import type { ClockAlarm, VirtualClock } from "./virtual-clock.ts";

const registers = {
  timeHighWrite: 0x00,
  timeLowWrite: 0x04,
  timeHigh: 0x08,
  timeLow: 0x0c,
  alarm0: 0x10,
  alarm3: 0x1c,
  armed: 0x20,
  rawHigh: 0x24,
  rawLow: 0x28,
  debugPause: 0x2c,
  pause: 0x30,
  interruptRaw: 0x34,
  interruptEnable: 0x38,
  interruptForce: 0x3c,
  interruptStatus: 0x40,
} as const;

const wordRange = 2 ** 32;

interface Channel {
  target: number;
  armed: boolean;
  readonly alarm: ClockAlarm;
}

export class Rp2040Timer extends BasePeripheral {
  private readonly clock: VirtualClock;
  private readonly channels: readonly Channel[];
  private latchedHigh = 0;
  private raw = 0;
  private enabled = 0;
  private forced = 0;

  constructor(chip: RP2040, clock: VirtualClock) {
    super(chip, "TIMER");
    this.clock = clock;
    this.channels = [0, 1, 2, 3].map((index) => ({
      target: 0,
      armed: false,
      alarm: clock.createAlarm(() => this.ring(index)),
    }));
  }

  override readUint32(offset: number): number {
    const micros = this.micros();
    switch (offset) {
      case registers.timeHigh:
        return this.latchedHigh;
      case registers.timeLow:
        this.latchedHigh = Math.floor(micros / wordRange);
        return micros % wordRange;
      case registers.rawHigh:
        return Math.floor(micros / wordRange);
      case registers.rawLow:
        return micros % wordRange;
      case registers.armed:
        return this.channels.reduce((mask, channel, index) => mask | (channel.armed ? 1 << index : 0), 0);
      case registers.interruptRaw:
        return this.raw;
      case registers.interruptEnable:
        return this.enabled;
      case registers.interruptForce:
        return this.forced;
      case registers.interruptStatus:
        return (this.raw & this.enabled) | this.forced;
      case registers.debugPause:
      case registers.pause:
        return 0;
      default:
        return this.channelAt(offset)?.target ?? super.readUint32(offset);
    }
  }

  override writeUint32(offset: number, value: number): void {
    switch (offset) {
      case registers.armed:
        for (const [index, channel] of this.channels.entries()) {
          if ((this.rawWriteValue & (1 << index)) !== 0) this.disarm(channel);
        }
        break;
      case registers.interruptRaw:
        this.raw &= ~this.rawWriteValue;
        break;
      case registers.interruptEnable:
        this.enabled = value & 0xf;
        break;
      case registers.interruptForce:
        this.forced = value & 0xf;
        break;
      case registers.timeHighWrite:
      case registers.timeLowWrite:
      case registers.debugPause:
        break;
      default:
        this.arm(offset, value);
    }
    this.updateInterrupts();
  }

  private micros(): number {
    return Math.floor(this.clock.nanos / 1000);
  }

  private channelAt(offset: number): Channel | undefined {
    return offset <= registers.alarm3 ? this.channels[(offset - registers.alarm0) / 4] : undefined;
  }

  /** The alarm rings when the low word of the counter becomes equal to its value (4.6.3). */
  private arm(offset: number, value: number): void {
    const channel = this.channelAt(offset);
    if (channel === undefined) {
      super.writeUint32(offset, value);
      return;
    }
    const waitMicros = ((value >>> 0) - (this.micros() % wordRange) + wordRange) % wordRange;
    channel.target = value >>> 0;
    channel.armed = true;
    channel.alarm.schedule(Math.max(0, (this.micros() + waitMicros) * 1000 - this.clock.nanos));
  }

  private ring(index: number): void {
    const channel = this.channels[index];
    if (channel !== undefined) this.disarm(channel);
    this.raw |= 1 << index;
    this.updateInterrupts();
  }

  private disarm(channel: Channel): void {
    channel.alarm.cancel();
    channel.armed = false;
  }

  private updateInterrupts(): void {
    const status = (this.raw & this.enabled) | this.forced;
    for (const index of this.channels.keys()) this.rp2040.setInterrupt(index, (status & (1 << index)) !== 0);
  }
}
