// Two tasks and the main program run side by side and share one variable.
//
// `spawn` starts a task; it runs at once up to its first `await` and then takes
// turns with the others. Only one of them runs at a time and it gives way only at
// an `await`, so `beats` needs no lock.

import { delay, every, now, Output, spawn } from "tsfw";
import { board } from "tsfw/board";

const led = new Output(board.led);
let beats = 0;

/** A heartbeat: two short flashes, then a pause. */
async function heartbeat(pauseMs: number): Promise<void> {
  for (;;) {
    for (let flash = 0; flash < 2; flash++) {
      led.high();
      await delay(60);
      led.low();
      await delay(120);
    }
    beats++;
    await delay(pauseMs);
  }
}

/** Says every second how many beats there were. */
async function report(): Promise<void> {
  for await (const second of every(1000)) {
    console.log(`${second} s: ${beats} beats`);
  }
}

spawn(heartbeat(340));
spawn(report());

await delay(2500);
console.log(`main ends at ${Math.round(now())} ms, the tasks go on`);
