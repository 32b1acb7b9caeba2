import { type Lease, MailError, systemClock } from "@mailwright/core";
import { SyncBatches } from "@mailwright/core/internal";
import type { Pop3Connection } from "../connection/pop3-connection.js";
import { HandedOut } from "./handed-out.js";
import type { Pop3SyncBatch, Pop3SyncEvent, Pop3SyncMessage, ResolvedSyncOptions } from "./sync-options.js";
import { endSyncSession, openSyncSession, type SyncSession } from "./sync-session.js";
import { SyncState } from "./sync-state.js";

/** How long the mailbox stays locked for a caller who is busy with a batch. */
const MAX_HOLD_MS = 120_000;

/** Messages in the first batches, and the part of the known ones in later: all cursors together stay below ten of the last. */
const LEAST_BATCH = 100;
const BATCH_PART = 6;

/**
 * One pass over a mailbox, batch by batch. Any step may be repeated after its session was lost: the next one
 * opens another, looks again, and goes on after what has been handed out.
 */
export class SyncRun {
  readonly #options: ResolvedSyncOptions;
  readonly #acquire: () => Promise<Lease<Pop3Connection>>;
  readonly #state: SyncState;
  readonly #now: () => number;
  readonly #handedOut = new HandedOut();
  readonly #batches: SyncBatches<Pop3SyncMessage, string, SyncState>;
  #session: SyncSession | undefined;
  #isFinal = false;
  #isCareful = false;
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
    this.#batches = new SyncBatches({
      state: this.#state,
      handedOut: this.#handedOut,
      resetReason: known === undefined ? "cursor-unreadable" : undefined,
    });
  }

  /** Whether the mailbox is locked for this run, between batches too. */
  get isOpen(): boolean {
    return this.#session !== undefined;
  }

  /** The next batch, `undefined` after the last. Rejects with the session lost; may then be called again. */
  async nextBatch(): Promise<Pop3SyncBatch | undefined> {
    this.#cancelHold();
    if (this.#isFinal) return undefined;
    const batch = await this.#guard((session) => this.#step(session));
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

  async #guard<T>(step: (session: SyncSession) => Promise<T>): Promise<T> {
    try {
      this.#session ??= await this.#open();
      return await step(this.#session);
    } catch (error) {
      await this.#end(false).catch(() => {});
      throw error;
    }
  }

  async #open(): Promise<SyncSession> {
    const lease = await this.#acquire();
    const [options, state, handedOut] = [this.#options, this.#state, this.#handedOut];
    return openSyncSession(lease, {
      options,
      state,
      handedOut,
      now: this.#now(),
      isCareful: this.#isCareful,
    });
  }

  async #step(session: SyncSession): Promise<Pop3SyncBatch | undefined> {
    const batch = await this.#fill(session);
    if (!session.isOver) return batch ?? this.#last(session);
    await this.#end(false);
    return batch ?? this.#guard((next) => this.#step(next));
  }

  async #fill(session: SyncSession): Promise<Pop3SyncBatch | undefined> {
    const { batchBytes } = this.#options;
    const grown = Math.max(LEAST_BATCH, Math.ceil(this.#state.size / BATCH_PART));
    const batchMessages = this.#options.batchMessages ?? grown;
    const events = session.next === 0 ? this.#withoutName(session) : [];
    const added: string[] = [];
    let bytes = 0;
    const last = session.next + batchMessages;
    while (session.next < Math.min(last, session.wanted.length) && bytes < batchBytes) {
      const event = await this.#fetchNext(session);
      if (event === undefined) break;
      if (event.type === "added") {
        added.push(event.id);
        bytes += event.message.source?.length ?? 0;
      }
      events.push(event);
      if (session.isOver) break;
    }
    if (events.length === 0) return undefined;
    const { leaveOnServerDays } = this.#options;
    return this.#batches.next(events, session.present.size, (state) =>
      state.add(added, leaveOnServerDays, this.#now()),
    );
  }

  /** A message that has no name yet is told of once in a run, by its number in this session. */
  #withoutName({ nameless }: SyncSession): Pop3SyncEvent[] {
    const told = nameless.filter(({ number }) => !this.#handedOut.has(`number ${number}`));
    return told.map(({ number, error }) => ({ type: "unfetchable", ids: [`number ${number}`], error }));
  }

  /** The event of the next new message; `undefined` when it ended the session and is to be tried alone in another. */
  async #fetchNext(session: SyncSession): Promise<Pop3SyncEvent | undefined> {
    const message = session.wanted[session.next];
    const item = await session.fetched?.next();
    if (message === undefined || item?.done === true) throw lostStep();
    if (item !== undefined && item.value.key !== message.number) throw lostStep();
    session.next++;
    const { id, uidl, sizeBytes } = message;
    if (item?.value.ok === false) {
      const { error } = item.value;
      if (error.connectionBroken) {
        session.isOver = true;
        // One that was fetched alone at once was the fault; else it may be that the server does not bear several at a time.
        this.#isCareful = !(session.isCareful && session.next === 1);
        if (!session.isCareful) return undefined;
      }
      return { type: "unfetchable", ids: [id], error };
    }
    return { type: "added", id, message: { id, uidl, sizeBytes, source: item?.value.value.source } };
  }

  /** New messages come first, so that a message under another name is never gone before it is there. */
  async #last({ difference, nameless, present }: SyncSession): Promise<Pop3SyncBatch | undefined> {
    this.#isFinal = true;
    const { expired } = difference;
    // What has no name today may be what is missing: then nothing is known to be gone.
    const isComplete = nameless.length === 0;
    const removed = isComplete ? difference.removed : [];
    const settled = isComplete ? difference.settled : [];
    if (removed.length + expired.length + settled.length === 0 && !this.#batches.hasUntoldReset)
      return undefined;
    const events: Pop3SyncEvent[] = removed.length === 0 ? [] : [{ type: "removed", ids: removed }];
    return this.#batches.next(events, present.size, (state) => {
      state.expire(expired);
      state.forget([...removed, ...settled]);
    });
  }

  async #end(commit: boolean): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    if (session !== undefined) await endSyncSession(session, commit);
  }
}

function lostStep(): MailError {
  return new MailError("The fetch ended early", { code: "protocol", protocol: "pop3", phase: "sync" });
}
