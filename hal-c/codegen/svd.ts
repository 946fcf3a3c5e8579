/**
 * Reads a CMSIS-SVD file into plain objects: peripherals with base address,
 * interrupts and registers, and each register's fields with their enumerations.
 * Only what the vendors' files at hand use: derivedFrom of peripherals, bitRange
 * or bitOffset fields, and dim arrays by name.
 */
import { XMLParser } from "fast-xml-parser";
import type { Register, RegisterBlock, RegisterField } from "./register-blocks.ts";

export interface SvdField {
  readonly name: string;
  readonly bit: number;
  readonly width: number;
  readonly values: readonly { readonly name: string; readonly value: number }[];
}

export interface SvdRegister {
  readonly name: string;
  readonly offset: number;
  readonly fields: readonly SvdField[];
}

export interface SvdPeripheral {
  readonly name: string;
  readonly base: number;
  readonly interrupts: readonly { readonly name: string; readonly value: number }[];
  readonly registers: readonly SvdRegister[];
}

export interface Svd {
  readonly nvicPriorityBits: number;
  readonly peripherals: ReadonlyMap<string, SvdPeripheral>;
}

type Node = { readonly [key: string]: unknown };

const listNames = new Set([
  "peripheral",
  "register",
  "field",
  "interrupt",
  "enumeratedValue",
  "enumeratedValues",
]);

/** Parses SVD text; throws when a peripheral derives from one that comes later or not at all. */
export function parseSvd(xml: string): Svd {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    parseTagValue: false,
    isArray: (tag) => listNames.has(tag),
  });
  const device = child(parser.parse(xml) as Node, "device");
  const peripherals = new Map<string, SvdPeripheral>();
  for (const node of list(child(device, "peripherals"), "peripheral")) {
    const peripheral = readPeripheral(node, peripherals);
    peripherals.set(peripheral.name, peripheral);
  }
  const cpu = device.cpu as Node | undefined;
  return { nvicPriorityBits: cpu === undefined ? 0 : number(text(cpu, "nvicPrioBits")), peripherals };
}

function readPeripheral(node: Node, known: ReadonlyMap<string, SvdPeripheral>): SvdPeripheral {
  const name = text(node, "name");
  const parentName = node["@derivedFrom"];
  const parent = typeof parentName === "string" ? known.get(parentName) : undefined;
  if (typeof parentName === "string" && parent === undefined) {
    throw new Error(`SVD: ${name} derives from ${parentName}, which is not known yet`);
  }
  const registers = node.registers as Node | undefined;
  return {
    name,
    base: number(text(node, "baseAddress")),
    interrupts: list(node, "interrupt").map((entry) => ({
      name: text(entry, "name"),
      value: number(text(entry, "value")),
    })),
    registers:
      registers === undefined ? (parent?.registers ?? []) : list(registers, "register").map(readRegister),
  };
}

function readRegister(node: Node): SvdRegister {
  const fields = node.fields as Node | undefined;
  return {
    name: text(node, "name"),
    offset: number(text(node, "addressOffset")),
    fields: fields === undefined ? [] : list(fields, "field").map(readField),
  };
}

function readField(node: Node): SvdField {
  const name = text(node, "name");
  const values = list(node, "enumeratedValues").flatMap((set) =>
    list(set, "enumeratedValue")
      .filter((entry) => entry.value !== undefined)
      .map((entry) => ({ name: text(entry, "name"), value: number(text(entry, "value")) })),
  );
  const range = node.bitRange;
  if (typeof range === "string") {
    const match = /^\[(\d+):(\d+)\]$/.exec(range.trim());
    if (match === null) throw new Error(`SVD: field ${name} has the bit range ${range}`);
    const low = Number(match[2]);
    return { name, bit: low, width: Number(match[1]) - low + 1, values };
  }
  if (node.lsb !== undefined) {
    const low = number(text(node, "lsb"));
    return { name, bit: low, width: number(text(node, "msb")) - low + 1, values };
  }
  return { name, bit: number(text(node, "bitOffset")), width: number(text(node, "bitWidth")), values };
}

function child(node: Node, tag: string): Node {
  const value = node[tag];
  if (typeof value !== "object" || value === null) throw new Error(`SVD: <${tag}> is missing`);
  return value as Node;
}

function list(node: Node, tag: string): readonly Node[] {
  const value = node[tag];
  return Array.isArray(value) ? (value as readonly Node[]) : [];
}

function text(node: Node, tag: string): string {
  const value = node[tag];
  if (typeof value !== "string") throw new Error(`SVD: <${tag}> is missing in ${String(node.name)}`);
  return value;
}

function number(literal: string): number {
  const trimmed = literal.trim().toLowerCase();
  const value = trimmed.startsWith("#") ? Number.parseInt(trimmed.slice(1), 2) : Number(trimmed);
  if (!Number.isInteger(value)) throw new Error(`SVD: ${literal} is not a number`);
  return value;
}

/**
 * The block of one peripheral. Numbered registers that stand in equal distances
 * with equal fields (GPIO0_CTRL, GPIO1_CTRL, …) become one array named without
 * the number; the first of the numbers must be 0.
 */
export function readSvdBlock(peripheral: SvdPeripheral, macroName: string): RegisterBlock {
  const runs = findRuns(peripheral.registers);
  const registers: Register[] = [];
  for (const register of peripheral.registers) {
    const run = runs.get(register.name);
    if (run !== undefined && run.members[0] !== register) continue;
    registers.push({
      name: run?.name ?? register.name,
      offset: register.offset,
      ...(run === undefined ? {} : { array: { count: run.members.length, strideBytes: run.strideBytes } }),
      fields: register.fields.map(({ name, bit, width }): RegisterField => ({ name, bit, width })),
    });
  }
  return { name: macroName, registers };
}

interface Run {
  readonly name: string;
  readonly strideBytes: number;
  readonly members: readonly SvdRegister[];
}

/** Arrays by the name of each member. */
function findRuns(registers: readonly SvdRegister[]): ReadonlyMap<string, Run> {
  const families = new Map<string, SvdRegister[]>();
  for (const register of registers) {
    const match = /^(.*[A-Z])(\d+)((?:_[A-Z_]+)?)$/.exec(register.name);
    if (match === null) continue;
    const key = `${match[1]}${match[3]}`;
    const members = families.get(key) ?? [];
    if (Number(match[2]) === members.length) members.push(register);
    families.set(key, members);
  }
  const runs = new Map<string, Run>();
  const plainNames = new Set(registers.map((register) => register.name));
  for (const [name, members] of families) {
    const strideBytes = (members[1]?.offset ?? 0) - (members[0]?.offset ?? 0);
    if (members.length < 2 || plainNames.has(name) || !isRegular(members, strideBytes)) continue;
    for (const member of members) runs.set(member.name, { name, strideBytes, members });
  }
  return runs;
}

function isRegular(members: readonly SvdRegister[], strideBytes: number): boolean {
  const first = members[0];
  return (
    first !== undefined &&
    members.every(
      (member, index) =>
        member.offset === first.offset + index * strideBytes && sameFields(member.fields, first.fields),
    )
  );
}

/** Members of a run may number their fields on (INTE0 has GPIO0 to 7, INTE1 GPIO8 to 15). */
function withoutNumbers(name: string): string {
  return name.replace(/\d+/g, "");
}

/** The last member of a run may have fewer fields (INTE3 serves 6 pins). */
function sameFields(member: readonly SvdField[], first: readonly SvdField[]): boolean {
  const byBit = new Map(first.map((field) => [field.bit, field]));
  return (
    member.length > 0 === first.length > 0 &&
    member.every((field) => {
      const other = byBit.get(field.bit);
      return (
        other !== undefined &&
        withoutNumbers(field.name) === withoutNumbers(other.name) &&
        field.width === other.width
      );
    })
  );
}
