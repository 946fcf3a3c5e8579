/** Runs an STM32F405 firmware in QEMU. */
import { loadFirmware } from "./firmware-image.ts";
import { checkQemuVersion, startQemu } from "./qemu-process.ts";
import { type EmulatedRun, exitCodeAfterAbort, exitCodeAfterPanic, type RunResult } from "./run-types.ts";
import { EmulationLimit } from "./stm32-bus.ts";
import { Stm32Machine } from "./stm32-machine.ts";
import { serialPortOf } from "./stm32-usart.ts";

/** Fails with ToolMissingError when QEMU is missing or too old. */
export async function runStm32(run: EmulatedRun): Promise<RunResult> {
  const [firmware] = await Promise.all([loadFirmware(run.elfPath), checkQemuVersion()]);
  const inputs = run.script.flatMap((event) => (event.kind === "uart" ? [serialPortOf(event.uart)] : []));
  const qemu = await startQemu({
    elfPath: run.elfPath,
    serialInputs: [...new Set(inputs)].sort((a, b) => a - b),
  });
  const machine = new Stm32Machine(run, firmware, qemu);
  const observed = () => {
    machine.recorder.finish();
    return { virtualNs: machine.virtualNs, events: machine.recorder.events };
  };
  try {
    return { ...(await machine.run()), ...observed() };
  } catch (error) {
    if (run.signal?.aborted === true)
      return { reason: "aborted", exitCode: exitCodeAfterAbort, ...observed() };
    const message = error instanceof EmulationLimit ? error.message : await qemu.crashReport();
    if (message === undefined) throw error;
    return { reason: "fault", exitCode: exitCodeAfterPanic, message, ...observed() };
  } finally {
    await qemu.end();
  }
}
