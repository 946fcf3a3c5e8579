/**
 * A small client of gdb's remote protocol, as QEMU speaks it: packets in order over one stream, no acknowledgements
 * after the first. Several requests may be under way at once; answers come in their order.
 */
import type { Duplex } from "node:stream";

interface Waiting {
  resolve(answer: string): void;
  reject(error: Error): void;
}

export class GdbRemote {
  private readonly stream: Duplex;
  private readonly waiting: Waiting[] = [];
  private received = "";
  private acknowledging = true;
  private closed: Error | undefined;

  constructor(stream: Duplex) {
    this.stream = stream;
    stream.on("data", (bytes: Buffer) => this.take(bytes.toString("latin1")));
    stream.on("error", (error) => this.close(error));
    stream.on("close", () => this.close(new Error("the emulator closed the connection")));
  }

  /** Turns acknowledgements off; call it first. */
  async start(): Promise<void> {
    await this.request("QStartNoAckMode");
    this.acknowledging = false;
  }

  /** Sends a packet; gives the answer's payload. Rejects when the emulator ends. */
  request(payload: string): Promise<string> {
    if (this.closed !== undefined) return Promise.reject(this.closed);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.stream.write(framePacket(payload), "latin1");
    });
  }

  /** Sends packets at once and gives their answers in order; one round trip for all. */
  requestAll(payloads: readonly string[]): Promise<string[]> {
    if (this.closed !== undefined) return Promise.reject(this.closed);
    const answers = payloads.map(
      () => new Promise<string>((resolve, reject) => this.waiting.push({ resolve, reject })),
    );
    this.stream.write(payloads.map(framePacket).join(""), "latin1");
    return Promise.all(answers);
  }

  /** Asks a running target to stop; the answer comes to the request that set it running. */
  interrupt(): void {
    this.stream.write("\x03", "latin1");
  }

  private take(text: string): void {
    this.received += text;
    for (;;) {
      const start = this.received.indexOf("$");
      const end = this.received.indexOf("#", start);
      if (start < 0 || end < 0 || this.received.length < end + 3) return;
      const payload = this.received.slice(start + 1, end);
      this.received = this.received.slice(end + 3);
      if (this.acknowledging) this.stream.write("+", "latin1");
      this.waiting.shift()?.resolve(payload);
    }
  }

  private close(error: Error): void {
    this.closed ??= error;
    for (const request of this.waiting.splice(0)) request.reject(this.closed);
  }
}

function framePacket(payload: string): string {
  let sum = 0;
  for (let index = 0; index < payload.length; index++) sum = (sum + payload.charCodeAt(index)) & 0xff;
  return `$${payload}#${sum.toString(16).padStart(2, "0")}`;
}

/** Little-endian hex of a 32-bit word, as memory and registers travel. */
export function wordToHex(value: number): string {
  const bytes = [value, value >>> 8, value >>> 16, value >>> 24];
  return bytes.map((byte) => (byte & 0xff).toString(16).padStart(2, "0")).join("");
}

/** The 32-bit words of an answer. */
export function hexToWords(hex: string): number[] {
  const words: number[] = [];
  for (let at = 0; at + 8 <= hex.length; at += 8) {
    const [a, b, c, d] = [0, 2, 4, 6].map((offset) =>
      Number.parseInt(hex.slice(at + offset, at + offset + 2), 16),
    );
    words.push((((d ?? 0) << 24) | ((c ?? 0) << 16) | ((b ?? 0) << 8) | (a ?? 0)) >>> 0);
  }
  return words;
}
