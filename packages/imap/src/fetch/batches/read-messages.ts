import { setImmediate } from "node:timers/promises";
import { throwIfAborted } from "@mailwright/core/internal";
import type { SessionRunner } from "../../connection/session-runner.js";
import { serializable } from "../../serializable.js";
import { headerNames } from "../header-names.js";
import type { ImapMessage, MessagesQuery } from "../imap-message.js";
import { prefetch } from "../prefetch.js";
import { messageBatches, type ReadOptions } from "./message-batches.js";

/** A caller who never waits gives the next batch, and everybody else, a chance to get on after so long. */
const TURN_MS = 5;

/** The messages of a folder, one by one; the next batch is fetched while the caller works on the last. */
export async function* readMessages(
  runner: SessionRunner,
  folder: string,
  query: MessagesQuery,
  options: ReadOptions,
): AsyncGenerator<ImapMessage, void, undefined> {
  headerNames(query);
  const { signal, timeoutMs, mailbox, synced } = options;
  const operation = { signal, timeoutMs, mailbox, synced };
  let turnedAt = performance.now();
  let waitsSince = turnedAt;
  for await (const batch of prefetch(messageBatches(runner, folder, query, operation))) {
    // Everybody else got on meanwhile; to wait once more would let the whole batch come before its first messages go.
    turnedAt += performance.now() - waitsSince;
    // Taken out, so that nothing holds what the caller is done with.
    for (let message = batch.shift(); message !== undefined; message = batch.shift()) {
      if (performance.now() - turnedAt > TURN_MS) {
        await setImmediate();
        turnedAt = performance.now();
      }
      // What is in memory already is not wanted any more either.
      throwIfAborted(signal, "imap", "fetch");
      yield serializable(message);
    }
    waitsSince = performance.now();
  }
}
