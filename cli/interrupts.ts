/**
 * Ctrl-C and its relatives: what has to be undone before the process goes. Handlers run once, last registered first;
 * while nothing is registered the signals keep their usual effect, so a busy compiler can be stopped at once.
 */
import { exitCodes } from "./failure.ts";

type Undo = () => void;

/** Signals and the exit code a shell expects for each. */
const exitCodeOf = { SIGINT: exitCodes.interrupted, SIGTERM: 143, SIGHUP: 129 } as const;
const signals = Object.keys(exitCodeOf) as (keyof typeof exitCodeOf)[];

class InterruptList {
  private readonly undos = new Set<Undo>();
  private readonly listener = (signal: NodeJS.Signals) => this.interrupt(signal);

  add(undo: Undo): Undo {
    if (this.undos.size === 0) for (const signal of signals) process.on(signal, this.listener);
    this.undos.add(undo);
    return () => this.remove(undo);
  }

  private remove(undo: Undo): void {
    this.undos.delete(undo);
    if (this.undos.size === 0) for (const signal of signals) process.removeListener(signal, this.listener);
  }

  private interrupt(signal: NodeJS.Signals): void {
    for (const undo of [...this.undos].reverse()) undo();
    process.stderr.write("\ninterrupted\n");
    process.exit(exitCodeOf[signal as keyof typeof exitCodeOf] ?? exitCodes.interrupted);
  }
}

/* One process has one set of signal handlers; the list is never replaced. */
const interrupts = new InterruptList();

/**
 * Registers what must happen when the user interrupts: end a child, remove a temporary folder. Must be synchronous.
 *
 * @returns the function that takes it off the list again
 */
export function onInterrupt(undo: () => void): () => void {
  return interrupts.add(undo);
}
