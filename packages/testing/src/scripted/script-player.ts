import { setTimeout as sleep } from "node:timers/promises";
import type { SecureContext } from "node:tls";
import type { WireConnection } from "../net/wire-connection.js";
import { RememberedWords } from "./remembered-words.js";
import { ScriptMismatchError } from "./script-mismatch.js";
import { ScriptSender } from "./script-sender.js";
import { formatWire, type ScriptStep } from "./transcript.js";
import type { WriteChunking } from "./write-chunking.js";

/** What a `ScriptPlayer` needs beside its script. */
export interface ScriptPlayerOptions {
  readonly connection: number;
  readonly chunking: WriteChunking;
  readonly secureContext: SecureContext;
  readonly stepTimeoutMs: number;
}

/** Plays one script on one connection; `play()` rejects with a `ScriptMismatchError`. */
export class ScriptPlayer {
  readonly #wire: WireConnection;
  readonly #options: ScriptPlayerOptions;
  readonly #remembered = new RememberedWords();
  readonly #history: string[] = [];
  readonly #sender: ScriptSender;
  #step = 0;

  constructor(wire: WireConnection, options: ScriptPlayerOptions) {
    this.#wire = wire;
    this.#options = options;
    this.#sender = new ScriptSender(wire, options.chunking, this.#history);
  }

  /** Every byte that the server sent, decrypted. */
  get sent(): readonly Buffer[] {
    return this.#sender.sent;
  }

  async play(steps: readonly ScriptStep[]): Promise<void> {
    for (const [index, step] of steps.entries()) {
      this.#step = index + 1;
      if (step.kind !== "send") await this.#sender.flush();
      await this.#perform(step);
    }
    await this.#sender.flush();
    this.#step = steps.length + 1;
  }

  /** After the script: whatever the client still says is a mismatch. */
  async expectSilence(): Promise<void> {
    await this.#wire.readable();
    const { pending } = this.#wire;
    if (pending.length > 0)
      throw this.#mismatch("the script is over, but the client went on", undefined, pending);
  }

  async #perform(step: ScriptStep): Promise<void> {
    switch (step.kind) {
      case "send":
        this.#sender.push(this.#remembered.substitute(step.bytes));
        return;
      case "expect":
        return this.#expect(Buffer.from(step.bytes));
      case "expectMatch":
        return this.#expectMatch(step.pattern);
      case "expectBytes":
        return this.#expectBytes(step.count);
      case "expectData":
        return this.#expectData();
      case "expectEnd":
        return this.#expectEnd();
      case "wait":
        return this.#wait(step.milliseconds);
      case "tls":
        return this.#startTls();
      case "close":
        return this.#wire.end();
      case "reset":
        return this.#wire.reset();
      case "stall":
      case "ignore":
        void this.#wire.discard();
    }
  }

  async #wait(milliseconds: number): Promise<void> {
    const controller = new AbortController();
    const pause = sleep(milliseconds, undefined, { signal: controller.signal }).catch(() => {});
    await Promise.race([pause, this.#wire.closed()]);
    controller.abort();
  }

  async #expect(expected: Buffer): Promise<void> {
    const shown = `C: ${formatWire(expected)}`;
    const isLine = expected.indexOf(0x0a) === expected.length - 1;
    const received = await this.#read(
      isLine ? this.#wire.readLine() : this.#wire.readBytes(expected.length),
      shown,
    );
    if (!received.equals(expected)) throw this.#mismatch("the client said something else", shown, received);
    this.#heard(received);
  }

  async #expectMatch(pattern: RegExp): Promise<void> {
    const shown = `a line like ${pattern.source}`;
    const line = await this.#read(this.#wire.readLine(), shown);
    const match = new RegExp(`^(?:${pattern.source})\\r\\n$`, "s").exec(line.toString("latin1"));
    if (match === null) throw this.#mismatch("the client said something else", shown, line);
    this.#heard(line);
    this.#remembered.add(match.groups ?? {});
  }

  async #expectBytes(count: string): Promise<void> {
    const length = Number(this.#remembered.substitute(Buffer.from(count)).toString());
    if (!Number.isSafeInteger(length)) throw this.#mismatch(`${count} is not a number of bytes`);
    this.#heard(await this.#read(this.#wire.readBytes(length), `${length} bytes`));
  }

  async #expectData(): Promise<void> {
    let line: Buffer;
    do {
      line = await this.#read(this.#wire.readLine(), "lines through a lone dot");
      this.#heard(line);
    } while (line.toString("latin1") !== ".\r\n");
  }

  async #expectEnd(): Promise<void> {
    await this.#inTime(this.#wire.readable(), "the end of the connection");
    const { pending } = this.#wire;
    if (pending.length > 0) throw this.#mismatch("the client did not end the connection", "nothing", pending);
  }

  async #startTls(): Promise<void> {
    const { pending } = this.#wire;
    if (pending.length > 0 && pending[0] !== 0x16) {
      throw this.#mismatch("the client went on in clear where TLS starts", "a TLS handshake", pending);
    }
    try {
      await this.#inTime(this.#wire.startTls(this.#options.secureContext), "a TLS handshake");
    } catch (error) {
      if (error instanceof ScriptMismatchError) throw error;
      throw this.#mismatch(
        `the TLS handshake failed: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    this.#history.push("TLS:");
  }

  async #read(reading: Promise<Buffer | undefined>, expected: string): Promise<Buffer> {
    const received = await this.#inTime(reading, expected);
    if (received === undefined) {
      throw this.#mismatch("the client ended the connection", expected, this.#wire.pending);
    }
    return received;
  }

  #heard(bytes: Buffer): void {
    this.#history.push(`C: ${formatWire(bytes)}`);
  }

  async #inTime<T>(work: Promise<T>, expected: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        const { stepTimeoutMs } = this.#options;
        reject(this.#mismatch(`nothing came for ${stepTimeoutMs} ms`, expected, this.#wire.pending));
      }, this.#options.stepTimeoutMs);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #mismatch(reason: string, expected?: string, received?: Uint8Array): ScriptMismatchError {
    return new ScriptMismatchError({
      connection: this.#options.connection,
      step: this.#step,
      reason,
      ...(expected === undefined ? {} : { expected }),
      ...(received === undefined || received.length === 0 ? {} : { received }),
      history: this.#history,
    });
  }
}
