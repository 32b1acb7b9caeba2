import { availableParallelism } from "node:os";
import { type Result, toResult } from "@mailwright/core";
import { type ParseLimits, resolveParseLimits } from "../message/parse-limits.js";
import type { ParsedMessage } from "../message/parsed-message.js";
import { RestoredMessage } from "./restored-message.js";
import { WorkerCrew } from "./worker-crew.js";

/** How {@link parseInWorkers} works. */
export interface WorkersOptions {
  readonly limits?: Partial<ParseLimits> | undefined;
  /**
   * Threads that parse side by side.
   *
   * @defaultValue one less than the cores there are, at least one
   */
  readonly workers?: number | undefined;
  /**
   * Time for one message, after which its thread is ended and replaced.
   *
   * @defaultValue 30 000
   */
  readonly timeoutMs?: number | undefined;
  /** Ends the iteration with its reason. */
  readonly signal?: AbortSignal | undefined;
}

const TIMEOUT_MS = 30_000;
/** Enough to keep each thread busy while the consumer works. */
const WINDOW_PER_WORKER = 2;

/**
 * Parses many messages across the cores, everything decoded, in the order of the list and without holding it: for bulk
 * work, and for messages that must not stall this thread. A message that its thread could not parse in time, or in
 * memory, is a failed `Result` (`timeout`, `limit`); all others are successes. Rejects only with the reason of `signal`,
 * with what the list itself throws, or with `invalid-argument` when the threads cannot start because a bundler left the
 * file `parse-worker.js` of this package behind.
 */
export async function* parseInWorkers(
  messages: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  options: WorkersOptions = {},
): AsyncGenerator<Result<ParsedMessage>, void, undefined> {
  const limits = resolveParseLimits(options.limits);
  const size = Math.max(1, options.workers ?? availableParallelism() - 1);
  const crew = new WorkerCrew(size, options.timeoutMs ?? TIMEOUT_MS);
  const parse = async (bytes: Uint8Array): Promise<ParsedMessage> =>
    new RestoredMessage(await crew.parse({ bytes, limits }), limits);
  const pending: Promise<Result<ParsedMessage>>[] = [];
  const next = async (): Promise<Result<ParsedMessage> | undefined> => {
    const result = await pending.shift();
    options.signal?.throwIfAborted();
    // No message can be parsed then: it is nothing about this one.
    if (result?.ok === false && result.error.code === "invalid-argument") throw result.error;
    return result;
  };
  const onAbort = (): unknown => crew.close();
  options.signal?.addEventListener("abort", onAbort, { once: true });
  try {
    for await (const bytes of messages) {
      options.signal?.throwIfAborted();
      pending.push(toResult(parse(bytes)));
      if (pending.length < size * WINDOW_PER_WORKER) continue;
      const result = await next();
      if (result !== undefined) yield result;
    }
    for (let result = await next(); result !== undefined; result = await next()) yield result;
  } finally {
    options.signal?.removeEventListener("abort", onAbort);
    await crew.close();
  }
}
