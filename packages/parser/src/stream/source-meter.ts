import { Transform, type TransformCallback } from "node:stream";
import type { DefectLog } from "../message/defect-log.js";
import type { StreamLimits } from "./stream-limits.js";

/**
 * Counts the bytes on their way into the streaming parser and ends the message when a limit is met. Emits `stop` when
 * it takes no more.
 */
export class SourceMeter extends Transform {
  readonly #limits: StreamLimits;
  readonly #defects: DefectLog;
  #bytes = 0;
  #textBytes = 0;
  #openAttachments = 0;
  #hasEnded = false;

  constructor(limits: StreamLimits, defects: DefectLog) {
    super();
    this.#limits = limits;
    this.#defects = defects;
  }

  /** From now on bytes count as those of an attachment, which is not held in memory. */
  openAttachment(): void {
    this.#openAttachments++;
  }

  closeAttachment(): void {
    this.#openAttachments--;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.#hasEnded) return done();
    this.#bytes += chunk.length;
    if (this.#openAttachments === 0) this.#textBytes += chunk.length;
    const { maxBytes, maxTextBytes } = this.#limits;
    if (this.#bytes > maxBytes) {
      this.#stop(`more than ${maxBytes} bytes`);
      return done(null, chunk.subarray(0, chunk.length - (this.#bytes - maxBytes)));
    }
    if (this.#textBytes > maxTextBytes) {
      this.#stop(`more than ${maxTextBytes} bytes of text`);
      return done();
    }
    done(null, chunk);
  }

  #stop(detail: string): void {
    this.#defects.add("size-limit", detail);
    this.#hasEnded = true;
    this.emit("stop");
    setImmediate(() => this.end());
  }
}
