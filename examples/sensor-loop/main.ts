// Samples a temperature four times a second, smooths it, and switches a heater
// (the LED here) with hysteresis: on below 20.5 °C, off above 21.5 °C.
//
// The sensor is computed: a room that cools, and warms while the heater is on.
// Put a driver's reading in its place and the rest stays as it is.

import { every, Output } from "tsfw";
import { board } from "tsfw/board";

const WINDOW = 4;
const ON_BELOW = 20.5;
const OFF_ABOVE = 21.5;

const heater = new Output(board.led);

/** Stands in for a sensor; `sample` gives the next reading in °C. */
class Room {
  private celsius = 22;

  sample(): number {
    this.celsius += heater.isHigh() ? 0.25 : -0.25;
    return this.celsius;
  }
}

/** The mean of the last few readings. */
class MovingAverage {
  private readonly values = new Array<number>(WINDOW).fill(0);
  private count = 0;

  add(value: number): number {
    this.values[this.count % WINDOW] = value;
    this.count++;
    const filled = Math.min(this.count, WINDOW);
    let sum = 0;
    for (let i = 0; i < filled; i++) sum += this.values[i];
    return sum / filled;
  }
}

const room = new Room();
const average = new MovingAverage();

for await (const tick of every(250)) {
  const celsius = average.add(room.sample());
  if (celsius < ON_BELOW) heater.high();
  else if (celsius > OFF_ABOVE) heater.low();
  if (tick % 4 === 0) {
    console.log(`${tick / 4} s: ${celsius} C, heater ${heater.isHigh() ? "on" : "off"}`);
  }
}
