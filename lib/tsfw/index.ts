/**
 * The module `tsfw`: what a firmware usually needs. Types in the editor,
 * JavaScript in Node; the compiler replaces the bodies by its own.
 */

export { Input, type InputOptions, Output, type OutputOptions } from "./gpio.ts";
export type { Max } from "./max.ts";
export { f32, f64, i8, i16, i32, i64, u8, u16, u32, u64 } from "./sized.ts";
export { panic, spawn, type Task } from "./tasks.ts";
export { delay, every, now, yieldNow } from "./time.ts";
export { Uart, type UartOptions } from "./uart.ts";
