/**
 * Worst-case stack of an ARM image. Frame sizes of our own functions come from gcc, everything else (libraries, and
 * who calls whom) from the machine code. What cannot be bounded is said, never guessed.
 */
import { type CallGraphFunction, indirectCall } from "./call-graph.ts";
import type { ElfImage, ElfSymbol } from "./elf.ts";
import { type CodeFacts, scanThumbCode } from "./thumb-code.ts";

export interface StackLevel {
  /** "thread" for reset and all that runs in it; "interrupt" for handlers. */
  readonly priority: "thread" | "interrupt";
  readonly bytes: number;
  /** The calls that reach the worst case, outermost first. */
  readonly path: readonly string[];
}

export interface StackReport {
  /** Sum over all levels; null when something has no bound. */
  readonly worstCaseBytes: number | null;
  readonly perPriority: readonly StackLevel[];
  /** Why there is no bound, in words. */
  readonly unknown: readonly string[];
}

interface Depth {
  readonly bytes: number;
  readonly path: readonly string[];
}

/** Pushed by the core on exception entry: eight words, and 18 more where the FPU is live, plus alignment. */
const exceptionFrameBytes = { withoutFpu: 32 + 4, withFpu: 104 + 4 } as const;

/**
 * @param entries function addresses of the vector table: the reset handler first, then all others
 * @param graph gcc's call graph of our own translation unit
 */
export function computeStack(
  image: ElfImage,
  entries: readonly number[],
  graph: ReadonlyMap<string, CallGraphFunction>,
  options: { readonly fpu: boolean },
): StackReport {
  const program = new ProgramCode(image, graph);
  const unknown = new Set<string>();
  const walker = new StackWalker(program, unknown);
  const [reset, ...handlers] = entries;
  const thread = reset === undefined ? { bytes: 0, path: [] } : walker.depthOf(reset);
  const levels: StackLevel[] = [{ priority: "thread", ...thread }];
  const deepest = handlers.map((handler) => walker.depthOf(handler)).sort((a, b) => b.bytes - a.bytes)[0];
  if (deepest !== undefined) {
    const frame = options.fpu ? exceptionFrameBytes.withFpu : exceptionFrameBytes.withoutFpu;
    levels.push({ priority: "interrupt", bytes: deepest.bytes + frame, path: deepest.path });
  }
  const total = levels.reduce((sum, level) => sum + level.bytes, 0);
  return { worstCaseBytes: unknown.size === 0 ? total : null, perPriority: levels, unknown: [...unknown] };
}

interface FunctionFacts extends CodeFacts {
  readonly name: string;
}

/** The image's functions by address, with the frames gcc reported where it did. */
class ProgramCode {
  private readonly functions: readonly ElfSymbol[];
  private readonly code: CodeMap;
  private readonly graph: ReadonlyMap<string, CallGraphFunction>;

  constructor(image: ElfImage, graph: ReadonlyMap<string, CallGraphFunction>) {
    this.graph = graph;
    this.code = new CodeMap(image);
    this.functions = image.symbols
      .filter((symbol) => symbol.kind === "function" && symbol.name !== "")
      .sort((a, b) => a.address - b.address || b.sizeBytes - a.sizeBytes);
  }

  factsAt(address: number): FunctionFacts | undefined {
    const symbol = this.findFunction(address);
    if (symbol === undefined) return undefined;
    const sizeBytes = symbol.sizeBytes > 0 ? symbol.sizeBytes : this.distanceToNext(symbol);
    const code = this.code.read(symbol.address, sizeBytes);
    if (code === undefined) return undefined;
    const facts = scanThumbCode(code, symbol.address, (at) => this.code.isCode(at));
    const own = this.graph.get(symbol.name);
    if (own?.stackBytes === undefined) return { ...facts, name: symbol.name };
    const indirect = own.callees.includes(indirectCall);
    return { ...facts, name: symbol.name, stackBytes: own.stackBytes, bounded: own.bounded, indirect };
  }

  private findFunction(address: number): ElfSymbol | undefined {
    const exact = this.functions.find((symbol) => symbol.address === address);
    if (exact !== undefined) return exact;
    return this.functions.find(
      (symbol) => symbol.address <= address && address < symbol.address + symbol.sizeBytes,
    );
  }

  /** Assembler functions and veneers of the linker often carry no size. */
  private distanceToNext(symbol: ElfSymbol): number {
    const next = this.functions.find((other) => other.address > symbol.address);
    return (next?.address ?? symbol.address) - symbol.address;
  }
}

/** Tells instructions from literal pools by ARM's mapping symbols `$t` and `$d`. */
class CodeMap {
  private readonly image: ElfImage;
  private readonly marks: readonly { readonly address: number; readonly code: boolean }[];

  constructor(image: ElfImage) {
    this.image = image;
    this.marks = image.symbols
      .filter((symbol) => /^\$[atd](\..*)?$/.test(symbol.name))
      .map((symbol) => ({ address: symbol.address, code: symbol.name[1] !== "d" }))
      .sort((a, b) => a.address - b.address);
  }

  isCode(address: number): boolean {
    let low = 0;
    let high = this.marks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.marks[middle]?.address ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    return this.marks[low - 1]?.code ?? true;
  }

  read(address: number, sizeBytes: number): Uint16Array | undefined {
    const section = this.image.sections.find(
      ({ allocated, hasContents, address: start, sizeBytes: size }) =>
        allocated && hasContents && start <= address && address + sizeBytes <= start + size,
    );
    if (section === undefined) return undefined;
    const start = address - section.address;
    return Uint16Array.from({ length: sizeBytes >>> 1 }, (_, index) => {
      const at = start + index * 2;
      return (section.contents[at] ?? 0) | ((section.contents[at + 1] ?? 0) << 8);
    });
  }
}

/** Deepest path from a function, each computed once. */
class StackWalker {
  private readonly program: ProgramCode;
  private readonly unknown: Set<string>;
  private readonly known = new Map<number, Depth>();
  private readonly active = new Set<number>();

  constructor(program: ProgramCode, unknown: Set<string>) {
    this.program = program;
    this.unknown = unknown;
  }

  depthOf(address: number): Depth {
    const known = this.known.get(address);
    if (known !== undefined) return known;
    const facts = this.program.factsAt(address);
    if (facts === undefined) return { bytes: 0, path: [] }; // a jump within padding or to a data symbol
    if (this.active.has(address)) {
      this.unknown.add(`${facts.name} calls itself`);
      return { bytes: 0, path: [] };
    }
    this.active.add(address);
    const depth = this.measure(facts);
    this.active.delete(address);
    this.known.set(address, depth);
    return depth;
  }

  private measure(facts: FunctionFacts): Depth {
    if (!facts.bounded) this.unknown.add(`${facts.name} takes an amount of stack that depends on its data`);
    if (facts.indirect) this.unknown.add(`${facts.name} calls through a pointer`);
    const callees = facts.targets.map((target) => this.depthOf(target));
    const deepest = callees.reduce<Depth>((best, callee) => (callee.bytes > best.bytes ? callee : best), {
      bytes: 0,
      path: [],
    });
    return { bytes: facts.stackBytes + deepest.bytes, path: [facts.name, ...deepest.path] };
  }
}
