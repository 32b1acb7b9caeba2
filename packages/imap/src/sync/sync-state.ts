import type { SyncCursor } from "@mailwright/core";
import type { SyncStateLike } from "@mailwright/core/internal";
import type { ImapMessage } from "../fetch/imap-message.js";
import { UidRanges } from "../wire/uid-ranges.js";
import type { FlagDigests, FlagDigestsJson } from "./flag-digests.js";
import { MessageKeys } from "./message-keys.js";
import { KEPT_PROOFS, proofOf } from "./message-proofs.js";
import { identityOf, KEPT_IDENTITIES } from "./move-hints.js";

/** The form of {@link SyncState} that this release writes. */
export const SYNC_STATE_VERSION = 1;

/**
 * A claim of the server that its answers belied: QRESYNC left something out; MODSEQs are missing or went back;
 * EXISTS counts other messages than there are; UIDVALIDITY changes all the time.
 */
export type Doubt = "qresync" | "condstore" | "exists" | "uidvalidity";

/** Flags are known as of this MODSEQ up to this UID, and as of the state's above it. */
export interface FlagsPass {
  readonly modseq: bigint;
  readonly uid: number;
}

/** What a cursor holds. */
interface SyncStateJson {
  /** A digest of the user whose mailbox it is. */
  readonly account?: string | undefined;
  readonly uidValidity?: number | undefined;
  readonly uidNext: number;
  readonly modseq?: string | undefined;
  readonly modseqNext?: number | undefined;
  readonly pass?: { readonly modseq: string; readonly uid: number } | undefined;
  readonly known: string;
  readonly withheld?: string | undefined;
  readonly triedTo?: number | undefined;
  readonly leftOut?: string | undefined;
  readonly flags?: FlagDigestsJson | undefined;
  readonly doubts?: readonly string[] | undefined;
  readonly resets?: number | undefined;
  readonly recent?: readonly (readonly [uid: number, key: string])[] | undefined;
  readonly mailboxId?: string | undefined;
  readonly proofs?: readonly (readonly [uid: number, proof: string])[] | undefined;
}

/** What the caller has of a folder, and what it takes to find out what has changed since. */
export class SyncState implements SyncStateLike<SyncState> {
  account: string | undefined;
  uidValidity: number | undefined;
  /** Everything below is accounted for: known, withheld, left out or gone. */
  uidNext = 1;
  /** The snapshot that the flags and removals of all known messages are complete up to. */
  modseq: bigint | undefined;
  /** The UIDNEXT of that snapshot: what has a higher UID must have raised the MODSEQ. */
  modseqNext: number | undefined;
  pass: FlagsPass | undefined;
  known: UidRanges = UidRanges.EMPTY;
  /** Listed by the server, and not given. */
  withheld: UidRanges = UidRanges.EMPTY;
  /** Of more withheld messages than one run tries, the last that was tried. */
  triedTo: number | undefined;
  /** There, and older than what the caller wants. */
  leftOut: UidRanges = UidRanges.EMPTY;
  digests: FlagDigests | undefined;
  doubts: ReadonlySet<Doubt> = new Set();
  /** How often in a row the folder had another UIDVALIDITY. */
  resets = 0;
  /** Who the newest messages are. */
  recent: MessageKeys = new MessageKeys(KEPT_IDENTITIES);
  mailboxId: string | undefined;
  /** Of a folder that nothing else is recognised by. */
  proofs: MessageKeys = new MessageKeys(KEPT_PROOFS);
  /** Up to which UID the flag changes of the run under way are acknowledged without a gap; not in the cursor. */
  flagsDone = 0;

  get size(): number {
    return this.known.count;
  }

  /** All that the folder was found to have, so far as it was looked through. */
  get listed(): UidRanges {
    return this.known.union(this.withheld).union(this.leftOut);
  }

  /** Nothing was ever synced with it. */
  get isNew(): boolean {
    return (
      this.uidNext === 1 && this.known.isEmpty && this.withheld.isEmpty && this.uidValidity === undefined
    );
  }

  doubt(doubt: Doubt): void {
    this.doubts = new Set([...this.doubts, doubt]);
  }

  /** Takes in messages that the caller has stored. */
  add(messages: readonly ImapMessage[]): void {
    const uids = UidRanges.of(messages.map(({ uid }) => uid));
    this.known = this.known.union(uids);
    this.withheld = this.withheld.minus(uids);
    for (const { uid, flags } of messages) this.digests?.add(uid, flags);
    this.recent.add(messages.flatMap(toIdentity));
    const isNamed = this.uidValidity !== undefined || this.mailboxId !== undefined;
    if (!isNamed) this.proofs.add(messages.map((message) => [message.uid, proofOf(message)]));
  }

  withhold(uids: UidRanges): void {
    this.withheld = this.withheld.union(uids);
  }

  /** Forgets messages that are gone. */
  remove(uids: UidRanges): void {
    this.known = this.known.minus(uids);
    this.withheld = this.withheld.minus(uids);
    this.leftOut = this.leftOut.minus(uids);
    this.recent.forget(uids);
    this.proofs.forget(uids);
    this.digests?.prune(this.known);
  }

  /** The flags up to `to` are stored as of `modseq`, provided that all those before `from` are. */
  flagsStored(modseq: bigint | undefined, from: number, to: number): void {
    if (this.flagsDone < from) return;
    this.flagsDone = to;
    if (modseq !== undefined && to >= (this.pass?.uid ?? 0)) this.pass = { modseq, uid: to };
  }

  copy(): SyncState {
    const copy = Object.assign(new SyncState(), this);
    copy.digests = this.digests?.copy();
    copy.recent = this.recent.copy();
    copy.proofs = this.proofs.copy();
    return copy;
  }

  toCursor(): SyncCursor {
    const { account, uidValidity, uidNext, modseq, modseqNext, pass } = this;
    const { known, withheld, triedTo, leftOut, resets, mailboxId } = this;
    const recent = this.recent.toJson();
    const proofs = this.proofs.toJson();
    const state: SyncStateJson = {
      ...(account === undefined ? {} : { account }),
      ...(uidValidity === undefined ? {} : { uidValidity }),
      uidNext,
      ...(modseq === undefined ? {} : { modseq: modseq.toString() }),
      ...(modseqNext === undefined ? {} : { modseqNext }),
      ...(pass === undefined ? {} : { pass: { modseq: pass.modseq.toString(), uid: pass.uid } }),
      known: known.toString(),
      ...(withheld.isEmpty ? {} : { withheld: withheld.toString() }),
      ...(triedTo === undefined ? {} : { triedTo }),
      ...(leftOut.isEmpty ? {} : { leftOut: leftOut.toString() }),
      ...(this.digests === undefined ? {} : { flags: this.digests.toJson() }),
      ...(this.doubts.size === 0 ? {} : { doubts: [...this.doubts] }),
      ...(resets === 0 ? {} : { resets }),
      ...(recent.length === 0 ? {} : { recent }),
      ...(mailboxId === undefined ? {} : { mailboxId }),
      ...(proofs.length === 0 ? {} : { proofs }),
    };
    return { version: SYNC_STATE_VERSION, protocol: "imap", state };
  }
}

function toIdentity(message: ImapMessage): [uid: number, key: string][] {
  const key = identityOf(message);
  return key === undefined ? [] : [[message.uid, key]];
}
