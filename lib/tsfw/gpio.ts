/**
 * Digital pins. In firmware an `Output` or `Input` is a constant pin number and
 * each method is one access to the port; the bodies here run in Node only.
 */

import type { GpioPin } from "./pins.ts";
import { type PinEvent, simulation } from "./simulation.ts";

export interface OutputOptions {
  /** Level from the start; the pin never shows the other one. Default "low". */
  readonly initial?: "low" | "high";
  /** "open-drain" only pulls down; high lets the line float. Default "push-pull". */
  readonly mode?: "push-pull" | "open-drain";
}

/** A pin that drives a line. */
export class Output {
  readonly #pin: number;

  constructor(pin: GpioPin, options: OutputOptions = {}) {
    this.#pin = pin;
    simulation.drive(pin, options.initial === "high");
  }

  high(): void {
    this.write(true);
  }

  low(): void {
    this.write(false);
  }

  toggle(): void {
    this.write(!this.isHigh());
  }

  write(high: boolean): void {
    simulation.drive(this.#pin, high);
  }

  /** Whether the pin is driven high. */
  isHigh(): boolean {
    return simulation.isHigh(this.#pin);
  }

  isLow(): boolean {
    return !this.isHigh();
  }
}

export interface InputOptions {
  /** The resistor inside the chip. Default "none". */
  readonly pull?: "none" | "up" | "down";
}

/** A pin that reads a line. One task at a time may wait for it. */
export class Input {
  readonly #pin: number;

  constructor(pin: GpioPin, options: InputOptions = {}) {
    this.#pin = pin;
    simulation.pull(pin, options.pull === "up");
  }

  isHigh(): boolean {
    return simulation.isHigh(this.#pin);
  }

  isLow(): boolean {
    return !this.isHigh();
  }

  /** Waits for the next change from low to high. */
  async rising(): Promise<void> {
    await this.#wait("rising");
  }

  /** Waits for the next change from high to low. */
  async falling(): Promise<void> {
    await this.#wait("falling");
  }

  /** Waits for the next change. */
  async edge(): Promise<void> {
    await this.#wait("edge");
  }

  /** Waits until the line is high; goes on at once if it is. */
  async high(): Promise<void> {
    await this.#wait("high");
  }

  /** Waits until the line is low; goes on at once if it is. */
  async low(): Promise<void> {
    await this.#wait("low");
  }

  #wait(event: PinEvent): Promise<void> {
    return simulation.waitFor(this.#pin, event);
  }
}
