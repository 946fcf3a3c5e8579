// The LED changes every 500 ms, for ever.

import { delay, Output } from "tsfw";
import { board } from "tsfw/board";

const led = new Output(board.led);
for (;;) {
  led.toggle();
  await delay(500);
}
