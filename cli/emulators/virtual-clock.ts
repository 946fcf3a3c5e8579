/** The emulated RP2040's clock: virtual nanoseconds that move only when told to, with alarms that fire on the dot. */

/** Shape of rp2040js's IAlarm. */
export interface ClockAlarm {
  schedule(deltaNanos: number): void;
  cancel(): void;
}

export class VirtualClock {
  /** Time since reset. */
  nanos = 0;
  /** When the earliest alarm is due; Infinity when none is set. Read in the emulator's inner loop. */
  nextAlarmNs = Number.POSITIVE_INFINITY;
  private readonly due = new Map<ClockAlarm, { readonly atNs: number; readonly callback: () => void }>();

  createAlarm(callback: () => void): ClockAlarm {
    const alarm: ClockAlarm = {
      schedule: (deltaNanos) => this.set(alarm, this.nanos + deltaNanos, callback),
      cancel: () => this.remove(alarm),
    };
    return alarm;
  }

  /** Moves the clock forward; each alarm on the way fires with the clock at its own time. */
  advanceTo(timeNs: number): void {
    while (this.nextAlarmNs <= timeNs) {
      this.nanos = this.nextAlarmNs;
      for (const [alarm, { atNs, callback }] of [...this.due]) {
        if (atNs > this.nanos || !this.due.has(alarm)) continue;
        this.remove(alarm);
        callback();
      }
    }
    this.nanos = timeNs;
  }

  private set(alarm: ClockAlarm, atNs: number, callback: () => void): void {
    this.due.set(alarm, { atNs, callback });
    this.findNext();
  }

  private remove(alarm: ClockAlarm): void {
    if (this.due.delete(alarm)) this.findNext();
  }

  private findNext(): void {
    this.nextAlarmNs = Number.POSITIVE_INFINITY;
    for (const { atNs } of this.due.values()) if (atNs < this.nextAlarmNs) this.nextAlarmNs = atNs;
  }
}
