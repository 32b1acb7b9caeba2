import { type Lease, MailError, type SyncEvent, systemClock } from "@mailwright/core";
import type { Pop3Connection } from "../connection/pop3-connection.js";
import { abandonSession, commitSession } from "../session/end-session.js";
import type { FetchedMessages } from "../session/message-fetcher.js";
import { Pop3Session } from "../session/pop3-session.js";
import { type IdentifiedMailbox, type IdentifiedMessage, identifyMessages } from "./identify-messages.js";
import type { Pop3SyncBatch, Pop3SyncMessage, ResolvedSyncOptions } from "./sync-options.js";
import { type SyncDifference, SyncState } from "./sync-state.js";

/** How long the mailbox stays locked for a caller who is busy with a batch. */
const MAX_HOLD_MS = 120_000;

interface OpenSession {
  readonly lease: Lease<Pop3Connection>;
  readonly box: Pop3Session;
  readonly present: ReadonlyMap<string, IdentifiedMessage>;
  readonly difference: SyncDifference;
  readonly nameless: IdentifiedMailbox["nameless"];
  /** New messages that this run has not handed out yet. */
  readonly wanted: readonly IdentifiedMessage[];
  readonly fetched: FetchedMessages | undefined;
  next: number;
}

/**
 * One pass over a mailbox, batch by batch. Any step may be repeated after its session was lost: the next one
 * opens another, looks again, and goes on after what has been handed out.
 */
export class SyncRun {
  readonly #options: ResolvedSyncOptions;
  readonly #acquire: () => Promise<Lease<Pop3Connection>>;
  readonly #state: SyncState;
  readonly #now: () => number;
  readonly #handedOut = new Set<string>();
  #resetReason: string | undefined;
  #session: OpenSession | undefined;
  #isFinal = false;
  #cancelHold: () => void = () => {};

  constructor(
    options: ResolvedSyncOptions,
    acquire: () => Promise<Lease<Pop3Connection>>,
    now: () => number = Date.now,
  ) {
    this.#options = options;
    this.#acquire = acquire;
    this.#now = now;
    const known = options.cursor === undefined ? new SyncState() : SyncState.fromCursor(options.cursor);
    this.#state = known ?? new SyncState();
    if (known === undefined) this.#resetReason = "The cursor is not one that this release can read";
  }

  /** The next batch, `undefined` after the last. Rejects with the session lost; may then be called again. */
  async nextBatch(): Promise<Pop3SyncBatch | undefined> {
    this.#cancelHold();
    if (this.#isFinal) return undefined;
    const batch = await this.#guard(async (session) => (await this.#fill(session)) ?? this.#last(session));
    this.#cancelHold = systemClock.schedule(MAX_HOLD_MS, () => void this.stop());
    return batch;
  }

  /** After the last batch: deletes what is acknowledged and past its time. */
  async deleteExpired(): Promise<void> {
    this.#cancelHold();
    if (this.#options.leaveOnServerDays === undefined || this.#state.expiring.size === 0) return this.stop();
    await this.#guard(async ({ box, present }) => {
      const numbers = [...this.#state.expiring].flatMap((id) => present.get(id)?.number ?? []);
      await box.deleteMessages(numbers);
      await this.#end(true);
    });
  }

  /** Lets go of the mailbox without deleting anything. Never rejects. */
  async stop(): Promise<void> {
    this.#cancelHold();
    await this.#end(false).catch(() => {});
  }

  async #guard<T>(step: (session: OpenSession) => Promise<T>): Promise<T> {
    try {
      this.#session ??= await this.#open();
      return await step(this.#session);
    } catch (error) {
      await this.#end(false).catch(() => {});
      throw error;
    }
  }

  async #open(): Promise<OpenSession> {
    const lease = await this.#acquire();
    try {
      const box = new Pop3Session(lease.connection);
      const { messages, nameless } = await identifyMessages(box, await box.listMessages());
      const present = new Map(messages.map((message) => [message.id, message]));
      const difference = this.#state.compare(
        new Set(present.keys()),
        this.#options.leaveOnServerDays,
        this.#now(),
      );
      const wanted = difference.added.flatMap((id) => {
        const message = this.#handedOut.has(id) ? undefined : present.get(id);
        return message ?? [];
      });
      const numbers = wanted.map(({ number }) => number);
      const { body } = this.#options;
      const fetched =
        body === "none" ? undefined : body === "full" ? box.fetchEach(numbers) : box.topEach(numbers, 0);
      return { lease, box, present, difference, nameless, wanted, fetched, next: 0 };
    } catch (error) {
      lease.markBroken();
      await lease.release();
      throw error;
    }
  }

  async #fill(session: OpenSession): Promise<Pop3SyncBatch | undefined> {
    const { batchMessages, batchBytes } = this.#options;
    const events = session.next === 0 ? this.#withoutName(session) : [];
    const added: string[] = [];
    let bytes = 0;
    const last = session.next + batchMessages;
    while (session.next < Math.min(last, session.wanted.length) && bytes < batchBytes) {
      const event = await this.#fetchNext(session);
      if (event.type === "added") {
        added.push(event.message.id);
        bytes += event.message.source?.length ?? 0;
      }
      events.push(event);
    }
    if (events.length === 0) return undefined;
    const { leaveOnServerDays } = this.#options;
    return this.#batch(events, (state) => state.add(added, leaveOnServerDays, this.#now()));
  }

  /** A message that has no name yet is told of once in a run, by its number in this session. */
  #withoutName({ nameless }: OpenSession): SyncEvent<Pop3SyncMessage>[] {
    const told = nameless.filter(({ number }) => !this.#handedOut.has(`number ${number}`));
    return told.map(({ number, error }) => ({ type: "unfetchable", ids: [`number ${number}`], error }));
  }

  async #fetchNext(session: OpenSession): Promise<SyncEvent<Pop3SyncMessage>> {
    const message = session.wanted[session.next];
    const item = await session.fetched?.next();
    if (message === undefined || item?.done === true) throw lostStep();
    if (item !== undefined && item.value.key !== message.number) throw lostStep();
    session.next++;
    const { id, uidl, sizeBytes } = message;
    if (item?.value.ok === false) return { type: "unfetchable", ids: [id], error: item.value.error };
    return { type: "added", message: { id, uidl, sizeBytes, source: item?.value.value.source } };
  }

  /** New messages come first, so that a message under another name is never gone before it is there. */
  async #last({ difference, nameless }: OpenSession): Promise<Pop3SyncBatch | undefined> {
    this.#isFinal = true;
    const { expired } = difference;
    // What has no name today may be what is missing: then nothing is known to be gone.
    const isComplete = nameless.length === 0;
    const removed = isComplete ? difference.removed : [];
    const settled = isComplete ? difference.settled : [];
    if (removed.length + expired.length + settled.length === 0 && this.#resetReason === undefined)
      return undefined;
    const events: SyncEvent<Pop3SyncMessage>[] =
      removed.length === 0 ? [] : [{ type: "removed", ids: removed }];
    return this.#batch(events, (state) => {
      state.expire(expired);
      state.forget([...removed, ...settled]);
    });
  }

  #batch(changes: SyncEvent<Pop3SyncMessage>[], apply: (state: SyncState) => void): Pop3SyncBatch {
    const reason = this.#resetReason;
    this.#resetReason = undefined;
    const events = reason === undefined ? changes : [{ type: "reset", reason } as const, ...changes];
    for (const event of changes) {
      if (event.type === "added") this.#handedOut.add(event.message.id);
      else if (event.type === "unfetchable") for (const id of event.ids) this.#handedOut.add(String(id));
    }
    const state = this.#state;
    let isAcknowledged = false;
    return {
      events,
      get cursor() {
        const after = state.copy();
        if (!isAcknowledged) apply(after);
        return after.toCursor();
      },
      acknowledge: async () => {
        if (isAcknowledged) return;
        isAcknowledged = true;
        apply(state);
      },
    };
  }

  async #end(commit: boolean): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    if (session === undefined) return;
    const { lease, box, fetched } = session;
    try {
      await fetched?.return();
      if (commit) await commitSession(lease.connection, box.deletions.size);
      else await abandonSession(lease.connection);
    } finally {
      lease.markBroken();
      await lease.release();
    }
  }
}

function lostStep(): MailError {
  return new MailError("The fetch ended early", { code: "protocol", protocol: "pop3", phase: "sync" });
}
