/**
 * Programs of a wanted length, made of what firmware is made of: sensors with filters, ring buffers, state machines,
 * commands, protocols and the task that drives them. Each module uses the ones before it.
 */

/** The part of a program that a module of one kind is; `n` makes its names its own. */
const parts = [
  (n) => `
/** Readings of sensor ${n}, smoothed. */
export class Sensor${n} {
  private readonly window = new Int16Array(${8 + (n % 5)});
  private next = 0;
  private total = 0;
  readonly offset: number;

  constructor(offset: number) {
    this.offset = offset;
  }

  add(raw: number): void {
    const value = Math.max(-2048, Math.min(2047, raw - this.offset));
    this.total += value - this.window[this.next];
    this.window[this.next] = value;
    this.next = (this.next + 1) % this.window.length;
  }

  average(): number {
    return Math.trunc(this.total / this.window.length);
  }

  isAbove(limit: number): boolean {
    return this.average() > limit;
  }
}
`,
  (n) => `
const TABLE_${n} = [${Array.from({ length: 12 }, (_, i) => (i * 37 + n * 11) % 251).join(", ")}];

/** Checksum ${n} of a packet. */
export function checksum${n}(bytes: Uint8Array, seed: number): number {
  let sum = seed & 0xffff;
  for (let i = 0; i < bytes.length; i++) {
    const mixed = (sum ^ (bytes[i] << 4)) & 0xffff;
    sum = (mixed >> 3) ^ TABLE_${n}[mixed % TABLE_${n}.length];
  }
  return sum & 0xffff;
}

export function scale${n}(value: number, numerator: number, denominator: number): number {
  if (denominator === 0) return 0;
  const scaled = Math.trunc((value * numerator) / denominator);
  if (scaled > 32767) return 32767;
  if (scaled < -32768) return -32768;
  return scaled;
}
`,
  (n) => `
export enum Mode${n} {
  Idle,
  Warming,
  Running,
  Cooling,
  Failed,
}

/** The machine behind mode ${n}. */
export class Controller${n} {
  mode = Mode${n}.Idle;
  private ticks = 0;
  private faults = 0;

  step(temperature: number, isWanted: boolean): Mode${n} {
    this.ticks = (this.ticks + 1) & 0xff;
    switch (this.mode) {
      case Mode${n}.Idle:
        if (isWanted) this.mode = Mode${n}.Warming;
        break;
      case Mode${n}.Warming:
        if (temperature > ${200 + (n % 50)}) this.mode = Mode${n}.Running;
        else if (this.ticks > 200) this.fail();
        break;
      case Mode${n}.Running:
        if (!isWanted) this.mode = Mode${n}.Cooling;
        else if (temperature > 900) this.fail();
        break;
      case Mode${n}.Cooling:
        if (temperature < 100) this.mode = Mode${n}.Idle;
        break;
      default:
        if (this.faults < 3 && temperature < 50) this.mode = Mode${n}.Idle;
        break;
    }
    return this.mode;
  }

  private fail(): void {
    this.faults++;
    this.mode = Mode${n}.Failed;
  }
}
`,
  (n) => `
interface Command${n} {
  readonly code: number;
  readonly argument: number;
}

const queue${n} = new Uint16Array(16);
let head${n} = 0;
let count${n} = 0;

export function enqueue${n}(code: number, argument: number): boolean {
  if (count${n} === queue${n}.length) return false;
  queue${n}[(head${n} + count${n}) % queue${n}.length] = ((code & 0xff) << 8) | (argument & 0xff);
  count${n}++;
  return true;
}

function decode${n}(word: number): Command${n} {
  return { code: word >> 8, argument: word & 0xff };
}

export function dequeue${n}(): number {
  if (count${n} === 0) return -1;
  const command = decode${n}(queue${n}[head${n}]);
  head${n} = (head${n} + 1) % queue${n}.length;
  count${n}--;
  const doubled = command.code * 2 + command.argument;
  if (doubled > 300) console.log(\`queue ${n}: \${command.code} \${command.argument}\`);
  return doubled;
}
`,
];

/** What a module does with its parts and with the module before it. */
function driver(n, previous) {
  const before = previous === null ? "0" : `run${previous}(round) & 0xff`;
  return `
const sensor${n} = new Sensor${n}(${n % 7});
const controller${n} = new Controller${n}();
const packet${n} = new Uint8Array(24);

export function run${n}(round: number): number {
  const below = ${before};
  sensor${n}.add((round * ${13 + (n % 17)} + below) & 0xfff);
  for (let i = 0; i < packet${n}.length; i++) packet${n}[i] = round + i * sensor${n}.average();
  const mode = controller${n}.step(sensor${n}.average(), round % 3 !== 0);
  if (!enqueue${n}(mode, below)) dequeue${n}();
  const level = scale${n}(sensor${n}.average(), ${n % 19}, 7);
  return checksum${n}(packet${n}, level) ^ dequeue${n}();
}
`;
}

/**
 * Files by name; \`main.ts\` is the program.
 *
 * @param {number} lines at least so many, at most 200 more
 * @param {string} shape `modules`, or `one-file` for all of it in main.ts
 * @returns {ReadonlyMap<string, string>}
 */
export function generateProgram(lines, shape) {
  const files = new Map();
  let written = 0;
  let n = 0;
  for (; written < lines - 20; n++) {
    const head = n === 0 ? "" : `import { run${n - 1} } from "./module-${n - 1}.ts";\n`;
    const text = `${head}${parts.map((part) => part(n)).join("")}${driver(n, n === 0 ? null : n - 1)}`;
    files.set(`module-${n}.ts`, text);
    written += text.split("\n").length;
  }
  const main = `import { delay } from "tsfw";
import { run${n - 1} } from "./module-${n - 1}.ts";

let total = 0;
for (let round = 0; round < 5; round++) {
  total = (total * 31 + run${n - 1}(round)) & 0xffffff;
  await delay(10);
}
console.log(total);
`;
  files.set("main.ts", main);
  return shape === "one-file" ? inOneFile(files) : files;
}

function inOneFile(files) {
  const modules = [...files.values()].map((text) =>
    text.replace(/^import .* from "\.\/.*\n/gm, "").replace(/^export /gm, ""),
  );
  const imports = modules.pop();
  return new Map([
    ["main.ts", `${imports.split("\n")[0]}\n${modules.join("")}${imports.split("\n").slice(1).join("\n")}`],
  ]);
}
