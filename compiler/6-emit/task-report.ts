/** What each task keeps in RAM, for `build --json` and the human report. */
import type { FlatMir } from "../ir/flat-mir.ts";
import { defined } from "../source/assert.ts";
import { slotNames } from "./emit-functions.ts";

export interface SlotReport {
  readonly name: string;
  readonly bytes: number;
  readonly offset: number;
  /** Source lines of the waits it is held across. */
  readonly liveAt: readonly number[];
}

export interface TaskReport {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly priority: number;
  readonly instances: number;
  readonly frameBytes: number;
  readonly slots: readonly SlotReport[];
}

export function describeTasks(mir: FlatMir): TaskReport[] {
  return mir.tasks.map((task): TaskReport => {
    const fn = defined(
      mir.functions.find((candidate) => candidate.id === task.function),
      "task function",
    );
    const frame = defined(fn.frame, "frame");
    const names = slotNames(fn);
    return {
      name: task.name,
      file: task.span.file,
      line: task.span.start.line,
      priority: 0,
      instances: 1,
      frameBytes: frame.bytes,
      slots: frame.slots.map((slot, index) => ({
        name: defined(names[index], "slot"),
        bytes: slot.bytes,
        offset: slot.offset,
        liveAt: slot.liveAt,
      })),
    };
  });
}
