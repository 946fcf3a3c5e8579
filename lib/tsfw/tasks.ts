/**
 * Tasks: work that goes on beside the code that started it, and the stop that
 * ends everything. The bodies run in Node only.
 */

import { endWithPanic } from "./node.ts";

/** A started task. */
export interface Task {
  /** Whether the task has ended. */
  readonly done: boolean;
}

/**
 * Detaches a promise as a task of its own: `spawn(blink(500))`.
 *
 * The function has already run to its first wait when `spawn` is called, as
 * everywhere in JavaScript. An error that nobody catches ends the program.
 */
export function spawn(work: Promise<unknown>): Task {
  const task = { done: false };
  void work.then(() => {
    task.done = true;
  });
  return task;
}

/** Stops the program for good and reports `message` with the place of this call. */
export function panic(message: string): never {
  return endWithPanic(message, callerLine(new Error().stack));
}

function callerLine(stack: string | undefined): string {
  const frame = stack?.split("\n")[2];
  const place = frame === undefined ? null : /([^/\\(]+):(\d+):\d+\)?$/.exec(frame);
  return place === null ? "" : `    at ${place[1]}:${place[2]}\n`;
}
