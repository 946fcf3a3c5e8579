// Each press of the button switches the LED and reports how long it was held.
//
// A mechanical button bounces: for a few milliseconds after it moves, its line
// jumps up and down. So the program waits for the edge, lets 20 ms pass, and
// looks again; whatever the line did in between is not a press.

import { delay, Input, now, Output } from "tsfw";
import { board } from "tsfw/board";

const DEBOUNCE_MS = 20;

const led = new Output(board.led);

// The button connects the line to ground, so it reads low while pressed.
const button = new Input(board.button, { pull: "up" });

/** Resolves once the button is down and has stopped bouncing. */
async function pressed(): Promise<void> {
  do {
    await button.falling();
    await delay(DEBOUNCE_MS);
  } while (button.isHigh());
}

/** Resolves once the button is up and has stopped bouncing. */
async function released(): Promise<void> {
  do {
    await button.high();
    await delay(DEBOUNCE_MS);
  } while (button.isLow());
}

for (let presses = 1; ; presses++) {
  await pressed();
  const start = now();
  led.toggle();
  await released();
  const heldMs = Math.round(now() - start);
  console.log(`press ${presses}: held for ${heldMs} ms`);
}
