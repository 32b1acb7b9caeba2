import type { Lease } from "@mailwright/core";
import type { Pop3Connection } from "../connection/pop3-connection.js";
import { abandonSession, commitSession } from "../session/end-session.js";
import type { FetchedMessages } from "../session/message-fetcher.js";
import { Pop3Session } from "../session/pop3-session.js";
import type { HandedOut } from "./handed-out.js";
import { type IdentifiedMailbox, type IdentifiedMessage, identifyMessages } from "./identify-messages.js";
import type { ResolvedSyncOptions } from "./sync-options.js";
import type { SyncDifference, SyncState } from "./sync-state.js";

/** One locked mailbox in the course of a sync: what is there, what is new, and its messages as they are fetched. */
export interface SyncSession {
  readonly lease: Lease<Pop3Connection>;
  readonly box: Pop3Session;
  readonly present: ReadonlyMap<string, IdentifiedMessage>;
  readonly difference: SyncDifference;
  readonly nameless: IdentifiedMailbox["nameless"];
  /** New messages that this run has not handed out yet. */
  readonly wanted: readonly IdentifiedMessage[];
  readonly fetched: FetchedMessages | undefined;
  /** One message at a time, each checked before the next is asked for. */
  readonly isCareful: boolean;
  next: number;
  /** Nothing more can be read. */
  isOver: boolean;
}

/** What a session starts from. */
export interface SyncStart {
  readonly options: ResolvedSyncOptions;
  readonly state: SyncState;
  readonly handedOut: HandedOut;
  readonly now: number;
  readonly isCareful: boolean;
}

/** Looks at the mailbox and begins to fetch what is new; ends the session when that fails. */
export async function openSyncSession(lease: Lease<Pop3Connection>, start: SyncStart): Promise<SyncSession> {
  const { options, state, handedOut, now, isCareful } = start;
  try {
    const box = new Pop3Session(lease.connection);
    const { messages, nameless } = await identify(box, start);
    const present = new Map(messages.map((message) => [message.id, message]));
    const difference = state.compare(new Set(present.keys()), options.leaveOnServerDays, now);
    const wanted = difference.added.flatMap((id) => {
      const message = handedOut.has(id) ? undefined : present.get(id);
      return message ?? [];
    });
    const numbers = wanted.map(({ number }) => number);
    const lines = options.body === "headers" ? 0 : undefined;
    const check = isCareful ? "one-by-one" : "all";
    const fetched = options.body === "none" ? undefined : box.fetchChecked(numbers, lines, check);
    return { lease, box, present, difference, nameless, wanted, fetched, isCareful, next: 0, isOver: false };
  } catch (error) {
    lease.markBroken();
    await lease.release();
    throw error;
  }
}

/** UIDLs that are refused are never taken for UIDLs that are not there: the same messages would look like new ones. */
async function identify(box: Pop3Session, { state, handedOut }: SyncStart): Promise<IdentifiedMailbox> {
  const { messages, uidlRefusal } = await box.listing();
  const isLost = uidlRefusal !== undefined && (uidlRefusal.code !== "unsupported" || state.naming === "uidl");
  if (isLost) throw uidlRefusal;
  state.naming ??= uidlRefusal === undefined ? "uidl" : "digest";
  const known = {
    useUidls: state.naming === "uidl",
    has: (id: string) => state.has(id) || handedOut.has(id),
    isShared: (uidl: string) => state.isShared(uidl) || handedOut.isShared(uidl),
  };
  return identifyMessages(box, messages, known);
}

/** Lets go of the mailbox, with the session's deletions carried out or not. */
export async function endSyncSession({ lease, box, fetched }: SyncSession, commit: boolean): Promise<void> {
  try {
    await fetched?.return();
    if (commit) await commitSession(lease.connection, box.deletions.size);
    else await abandonSession(lease.connection, box.hasAskedToDelete);
  } finally {
    lease.markBroken();
    await lease.release();
  }
}
