import type { Socket } from "node:net";
import { setImmediate as tick } from "node:timers/promises";
import type { ProxyDirection, ProxyFaults } from "./proxy-faults.js";

type Item = { readonly dueAt: number } & (
  | { readonly kind: "bytes"; readonly bytes: Buffer }
  | { readonly kind: "end" }
  | { readonly kind: "reset" }
);

/** What a pump asks and tells the proxy that it belongs to. */
export interface PumpContext {
  readonly direction: ProxyDirection;
  /** `performance.now()` before which nothing arrives. */
  readonly notBefore: number;
  faults(): ProxyFaults;
  forwarded(bytes: number): void;
  /** Resets both sides of the connection. */
  reset(): void;
}

const WINDOW_BYTES = 4 * 1024 * 1024;
const MIN_WINDOW_BYTES = 64 * 1024;
const TIMER_SLACK_MS = 0.5;

/**
 * Moves the bytes of one direction. Each chunk gets the time at which it is due at the other end when it arrives, so
 * that latency delays without limiting how much is in flight.
 */
export class ProxyPump {
  readonly #source: Socket;
  readonly #target: Socket;
  readonly #context: PumpContext;
  readonly #queue: Item[] = [];
  #queuedBytes = 0;
  #forwardedBytes = 0;
  #linkFreeAt = 0;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;
  #wake: () => void = () => {};

  constructor(source: Socket, target: Socket, context: PumpContext) {
    this.#source = source;
    this.#target = target;
    this.#context = context;
    let hasEnded = false;
    source.on("data", (bytes: Buffer) => this.#schedule(bytes));
    source.once("end", () => {
      hasEnded = true;
      this.#queue.push({ kind: "end", dueAt: this.#dueAt(performance.now()) });
      this.wake();
    });
    source.once("close", () => {
      if (hasEnded) return this.#abandonTarget();
      this.#queue.push({ kind: "reset", dueAt: this.#dueAt(performance.now()) });
      this.wake();
    });
    target.once("close", () => this.stop());
    void this.#run();
  }

  /** Looks at the faults again. */
  wake(): void {
    this.#wake();
  }

  /** Forwards nothing any more; what still comes is dropped. */
  stop(): void {
    this.#isOver = true;
    this.#queue.length = 0;
    this.#source.resume();
    this.wake();
  }

  #dueAt(sentAt: number): number {
    return Math.max(this.#context.notBefore, sentAt + (this.#context.faults().latencyMs ?? 0) / 2);
  }

  #schedule(bytes: Buffer): void {
    if (this.#isOver) return;
    const now = performance.now();
    const { bytesPerSecond } = this.#context.faults();
    const pieceBytes =
      bytesPerSecond === undefined ? bytes.length : Math.max(1, Math.ceil(bytesPerSecond / 100));
    for (let start = 0; start < bytes.length; start += pieceBytes) {
      const piece = bytes.subarray(start, start + pieceBytes);
      const sendingMs = bytesPerSecond === undefined ? 0 : (piece.length / bytesPerSecond) * 1000;
      this.#linkFreeAt = Math.max(this.#linkFreeAt, now) + sendingMs;
      this.#queue.push({ kind: "bytes", bytes: piece, dueAt: this.#dueAt(this.#linkFreeAt) });
    }
    this.#queuedBytes += bytes.length;
    if (this.#isFull()) this.#source.pause();
    this.wake();
  }

  /** True while as much is in flight as a path of this bandwidth and latency holds. */
  #isFull(): boolean {
    const { bytesPerSecond, latencyMs = 0 } = this.#context.faults();
    if (bytesPerSecond === undefined) return this.#queuedBytes >= WINDOW_BYTES;
    return this.#queuedBytes >= Math.max(MIN_WINDOW_BYTES, (bytesPerSecond * (latencyMs + 100)) / 1000);
  }

  /** The source is gone for good: once it has all that was sent, the target has nobody left to talk to. */
  #abandonTarget(): void {
    const abandon = (): void => {
      if (!this.#target.readableEnded) this.#target.destroy();
    };
    if (this.#target.writableFinished) abandon();
    else this.#target.once("finish", abandon);
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const { cut, stall, oneByteAtATime } = this.#context.faults();
      const untilCut = this.#bytesUntil(cut);
      if (cut !== undefined && untilCut <= 0) return this.#cut(cut.with);
      const untilStall = this.#bytesUntil(stall);
      const item = this.#queue[0];
      if (item === undefined || untilStall <= 0) {
        await this.#woken();
        continue;
      }
      const earlyMs = item.dueAt - performance.now();
      if (earlyMs > TIMER_SLACK_MS) {
        await this.#woken(earlyMs);
        continue;
      }
      if (item.kind === "end") return this.#end();
      if (item.kind === "reset") return this.#context.reset();
      const length = Math.min(
        item.bytes.length,
        untilCut,
        untilStall,
        oneByteAtATime === true ? 1 : WINDOW_BYTES,
      );
      await this.#forward(item.bytes.subarray(0, length), item.bytes.subarray(length), item.dueAt);
      if (oneByteAtATime === true) {
        await tick();
        await tick();
      }
    }
  }

  #bytesUntil(
    fault: { readonly direction: ProxyDirection; readonly afterBytes: number } | undefined,
  ): number {
    if (fault?.direction !== this.#context.direction) return Number.POSITIVE_INFINITY;
    return fault.afterBytes - this.#forwardedBytes;
  }

  async #forward(bytes: Buffer, rest: Buffer, dueAt: number): Promise<void> {
    this.#queue.shift();
    if (rest.length > 0) this.#queue.unshift({ kind: "bytes", bytes: rest, dueAt });
    this.#queuedBytes -= bytes.length;
    this.#forwardedBytes += bytes.length;
    this.#context.forwarded(bytes.length);
    if (!this.#isFull()) this.#source.resume();
    if (this.#target.write(bytes)) return;
    const drained = (): void => this.wake();
    this.#target.once("drain", drained);
    while (!this.#isOver && this.#target.writableNeedDrain) await this.#woken();
    this.#target.off("drain", drained);
  }

  async #cut(way: "fin" | "rst"): Promise<void> {
    if (way === "fin") return this.#end();
    // Bytes before the reset must have left this process, or the kernel throws them away.
    while (!this.#target.destroyed && this.#target.writableLength > 0) await tick();
    await tick();
    await tick();
    this.#context.reset();
  }

  #end(): void {
    this.#target.end();
    this.stop();
  }

  async #woken(afterMs?: number): Promise<void> {
    if (this.#isOver) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (afterMs !== undefined) this.#timer = setTimeout(resolve, afterMs);
    });
    clearTimeout(this.#timer);
    this.#wake = () => {};
  }
}
