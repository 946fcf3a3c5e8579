/**
 * Which pins and peripherals the program uses, all constants, each with one owner.
 *
 * Needs:   number facts; pins are the numbers of `tsfw/chip`.
 * Reports: TSFW5001 for arguments that are not constant, TSFW5002 for a pin or
 *          peripheral that two drivers claim, TSFW5003 for two pins of one EXTI line.
 */
import type { Reporter } from "../diagnostics/diagnostic.ts";
import { type DriverName, drivers, type IntrinsicName, NO_PIN } from "../intrinsics/table.ts";
import { buildCallGraph } from "../ir/call-graph.ts";
import type { NumberFacts } from "../ir/facts.ts";
import type { HirExpr, HirProgram } from "../ir/hir.ts";
import { collectFlows } from "../ir/value-flow.ts";
import { buildValueGraph, propagate } from "../ir/value-graph.ts";
import { awaitablesOf, walkStatements } from "../ir/walk-hir.ts";
import type { Span } from "../source/span.ts";

export interface UartClaim {
  readonly uart: number;
  readonly tx: number | null;
  readonly rx: number | null;
  readonly baud: number;
}

export interface HardwareClaims {
  /** Pin numbers, each once, in ascending order. */
  readonly outputs: readonly number[];
  readonly inputs: readonly number[];
  /** Inputs whose edges or levels are waited for. */
  readonly waitPins: readonly number[];
  readonly uarts: readonly UartClaim[];
}

export interface ClaimTarget {
  pinName(id: number): string;
  /** The line of the pin's edge detector, where pins share them. */
  extiLine?(id: number): number | undefined;
  /** How far the rate the peripheral can really run at is off, in percent; undefined where any rate works. */
  uartErrorPercent?(uart: number, baud: number): number | undefined;
}

interface Init {
  readonly node: HirExpr;
  readonly driver: DriverName;
  /** The pin or peripheral, then the options in the order of the table. */
  readonly values: readonly number[];
}

export function collectClaims(
  program: HirProgram,
  facts: NumberFacts,
  target: ClaimTarget,
  reporter: Reporter,
): HardwareClaims {
  const flows = collectFlows(program);
  const graph = buildCallGraph(program, flows);
  const found: Init[] = [];
  const waits: { readonly handle: HirExpr; readonly span: Span }[] = [];
  for (const fn of program.functions) {
    if (!graph.isReachable(fn.id)) continue;
    walkStatements(fn.body, {
      expression: (node) => {
        const init = readInit(node, facts, reporter);
        if (init !== null) found.push(init);
        for (const wait of awaitablesOf(node)) {
          const handle = wait.args[0];
          if (wait.kind !== "suspend" || wait.name !== "inputWait" || handle === undefined) continue;
          waits.push({ handle, span: wait.span });
        }
      },
    });
  }
  checkOwners(found, target, reporter);
  const seeds = new Map<number, readonly number[]>();
  const handles = buildValueGraph(program, flows, graph, (type) => type.kind === "handle");
  for (const { node, values } of found) {
    const vertex = handles.vertex({ kind: "node", node });
    if (vertex !== undefined) seeds.set(vertex, values.slice(0, 1));
  }
  const reaching = propagate(handles, seeds);
  const inputs = pinsOf(found, "Input");
  const pinOf = (handle: HirExpr): readonly number[] => {
    const own = found.find((init) => init.node === handle)?.values.slice(0, 1);
    const vertex = handles.vertex({ kind: "node", node: handle });
    const pins = own ?? [...((vertex === undefined ? undefined : reaching.get(vertex)) ?? [])];
    return pins.length === 1 ? pins : inputs;
  };
  const waited = waits.map(({ handle, span }) => ({ pins: pinOf(handle), span }));
  checkExtiLines(waited, target, reporter);
  checkBaudRates(found, target, reporter);
  return {
    outputs: pinsOf(found, "Output"),
    inputs,
    waitPins: ascending(waited.flatMap((wait) => wait.pins)),
    uarts: uartsOf(found),
  };
}

const driverOfInit = new Map<IntrinsicName, DriverName>(
  Object.entries(drivers).map(([name, driver]) => [driver.init, name as DriverName]),
);

function readInit(node: HirExpr, facts: NumberFacts, reporter: Reporter): Init | null {
  if (node.kind !== "intrinsic") return null;
  const driver = driverOfInit.get(node.name);
  if (driver === undefined) return null;
  const values = node.args.map((argument, index) => {
    const value = constantOf(argument, facts);
    if (value === undefined) {
      const option = drivers[driver].options[index - 1]?.[0];
      const what = option === undefined ? subjectOf(driver) : `option '${option}'`;
      reporter.report("TSFW5001", argument.span, { what, driver });
    }
    return value;
  });
  return values.every((value) => value !== undefined) ? { node, driver, values } : null;
}

function subjectOf(driver: DriverName): string {
  return driver === "Uart" ? "peripheral" : "pin";
}

function constantOf(argument: HirExpr, facts: NumberFacts): number | undefined {
  if (argument.kind === "boolean") return Number(argument.value);
  if (argument.type.kind !== "number") return undefined;
  if (argument.kind === "number") return argument.value;
  const { lo, hi, nan } = facts.node(argument.id);
  return lo === hi && !nan ? lo : undefined;
}

function pinsOf(found: readonly Init[], driver: DriverName): readonly number[] {
  return ascending(found.filter((init) => init.driver === driver).flatMap((init) => init.values.slice(0, 1)));
}

function ascending(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((left, right) => left - right);
}

/** More than this and the other end may lose bits: both ends together have some 4 %. */
const UART_ERROR_MAX = 2;

function checkBaudRates(found: readonly Init[], target: ClaimTarget, reporter: Reporter): void {
  for (const { node, driver, values } of found) {
    const [uart, , , baud] = values;
    if (driver !== "Uart" || uart === undefined || baud === undefined) continue;
    const isRate = Number.isInteger(baud) && baud > 0 && baud <= 0xffffffff;
    const error = isRate ? (target.uartErrorPercent?.(uart, baud) ?? 0) : Number.POSITIVE_INFINITY;
    if (Math.abs(error) < UART_ERROR_MAX) continue;
    const detail = Number.isFinite(error)
      ? `its nearest rate is ${Math.abs(error).toFixed(1)} % off`
      : "that is no rate";
    reporter.report("TSFW5004", node.span, { baud: String(baud), detail });
  }
}

function uartsOf(found: readonly Init[]): readonly UartClaim[] {
  const claims = new Map<number, UartClaim>();
  const pin = (value: number | undefined): number | null =>
    value === undefined || value === NO_PIN ? null : value;
  for (const { driver, values } of found) {
    const [uart, tx, rx, baud] = values;
    if (driver !== "Uart" || uart === undefined || claims.has(uart)) continue;
    claims.set(uart, { uart, tx: pin(tx), rx: pin(rx), baud: baud ?? 0 });
  }
  return [...claims.values()].sort((left, right) => left.uart - right.uart);
}

/** One pin or peripheral has one owner: two `new` expressions may not name the same. */
function checkOwners(found: readonly Init[], target: ClaimTarget, reporter: Reporter): void {
  const owners = new Map<string, HirExpr>();
  const claim = (resource: string, node: HirExpr): void => {
    const first = owners.get(resource);
    if (first === undefined || first === node) owners.set(resource, node);
    else {
      const related = [{ message: "it is used here as well", span: first.span }];
      reporter.report("TSFW5002", node.span, { resource }, related);
    }
  };
  for (const { node, driver, values } of found) {
    const [subject, tx, rx] = values;
    if (subject === undefined) continue;
    if (driver !== "Uart") claim(`Pin ${target.pinName(subject)}`, node);
    else {
      claim(`UART number ${subject}`, node);
      for (const pin of [tx, rx]) {
        if (pin !== undefined && pin !== NO_PIN) claim(`Pin ${target.pinName(pin)}`, node);
      }
    }
  }
}

function checkExtiLines(
  waited: readonly { readonly pins: readonly number[]; readonly span: Span }[],
  target: ClaimTarget,
  reporter: Reporter,
): void {
  const users = new Map<number, { readonly pin: number; readonly span: Span }>();
  for (const { pins, span } of waited) {
    for (const pin of pins) {
      const line = target.extiLine?.(pin);
      if (line === undefined) continue;
      const user = users.get(line);
      if (user === undefined) users.set(line, { pin, span });
      else if (user.pin !== pin) {
        const values = { first: target.pinName(user.pin), second: target.pinName(pin), line: String(line) };
        reporter.report("TSFW5003", span, values, [
          { message: `${values.first} is waited for here`, span: user.span },
        ]);
      }
    }
  }
}
