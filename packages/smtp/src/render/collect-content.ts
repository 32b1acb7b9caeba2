import { MailError } from "@mailwright/core";
import { abortError, onAbort } from "@mailwright/core/internal";
import type { Content } from "../message/outgoing-message.js";

/** A stream that gave more than it may. */
export class ContentTooLarge extends Error {
  readonly path: string;
  readonly maxBytes: number;

  constructor(path: string, maxBytes: number) {
    super(`${path} has more than ${maxBytes} bytes`);
    this.path = path;
    this.maxBytes = maxBytes;
  }
}

/** How a content is read, and what may come of it. */
export interface CollectOptions {
  /** Named in errors, such as `"attachments[0].content"`. */
  readonly path: string;
  readonly encoding?: "utf8" | "base64" | undefined;
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** How long its source may give nothing; `Infinity` for as long as it likes. */
  readonly sourceMs: number;
}

/**
 * The bytes of a content, its stream read to the end. Rejects with {@link ContentTooLarge}, `"aborted"`, or
 * `"invalid-argument"` when the source fails or was read before.
 */
export async function collectContent(content: Content, options: CollectOptions): Promise<Buffer> {
  const { path, encoding, maxBytes, signal, sourceMs } = options;
  if (typeof content === "string") return Buffer.from(content, encoding ?? "utf8");
  if (content instanceof Uint8Array) {
    // A copy: other contents may still be on their way when the caller fills this one with something else.
    return Buffer.from(content);
  }
  if ("readableEnded" in content && content.readableEnded === true) {
    throw sourceFailed(path, new Error("the stream has been read before"));
  }
  const iterator = content[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  const aborted = abortion(signal, sourceMs, () => sourceStalled(path, sourceMs));
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), aborted.promise]);
      aborted.goOn();
      if (next.done === true) return Buffer.concat(chunks, sizeBytes);
      const chunk = Buffer.from(next.value);
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) throw new ContentTooLarge(path, maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    release(content, iterator);
    if (error instanceof ContentTooLarge || signal?.aborted === true || aborted.hasStalled) throw error;
    throw sourceFailed(path, error);
  } finally {
    aborted.stop();
  }
}

function release(
  content: AsyncIterable<string | Uint8Array>,
  iterator: AsyncIterator<string | Uint8Array>,
): void {
  // A Readable that waits for data would not answer `return()`; destroying it does.
  if ("destroy" in content && typeof content.destroy === "function") content.destroy();
  else void Promise.resolve(iterator.return?.()).catch(() => {});
}

/** What ends the reading from outside: the caller, or a source that gives nothing for too long. */
function abortion(
  signal: AbortSignal | undefined,
  sourceMs: number,
  stalled: () => MailError,
): { promise: Promise<never>; goOn: () => void; stop: () => void; readonly hasStalled: boolean } {
  let stopListening = (): void => {};
  let timer: NodeJS.Timeout | undefined;
  let hasStalled = false;
  const promise = new Promise<never>((_resolve, reject) => {
    if (signal !== undefined)
      stopListening = onAbort(signal, () => reject(abortError(signal, "smtp", "body")));
    const giveUp = (): void => {
      hasStalled = true;
      reject(stalled());
    };
    if (sourceMs < 2 ** 31) timer = setTimeout(giveUp, sourceMs);
  });
  promise.catch(() => {});
  const stop = (): void => {
    stopListening();
    clearTimeout(timer);
  };
  return {
    promise,
    goOn: () => void timer?.refresh(),
    stop,
    get hasStalled() {
      return hasStalled;
    },
  };
}

function sourceStalled(path: string, sourceMs: number): MailError {
  const details = { code: "timeout", protocol: "smtp", phase: "body" } as const;
  return new MailError(`The source of ${path} gave nothing for ${sourceMs} ms`, details);
}

function sourceFailed(path: string, cause: unknown): MailError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new MailError(`The source of ${path} failed: ${reason}`, {
    code: "invalid-argument",
    protocol: "smtp",
    phase: "body",
    cause,
  });
}
