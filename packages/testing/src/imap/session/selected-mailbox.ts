import type { MailboxChange, StoredMailbox } from "../../store/stored-mailbox.js";
import type { StoredMessage } from "../../store/stored-message.js";
import { type NumberSet, resolveNumberSet } from "../syntax/number-set.js";
import { ImapRefusal } from "../syntax/refusal.js";

/** A message and its number in this session's view. */
export interface NumberedMessage {
  readonly sequence: number;
  readonly message: StoredMessage;
}

/** What a session has to be told, in the order in which it must be written. */
export interface MailboxUpdates {
  /** Numbers as they are before the removals. */
  readonly changed: readonly NumberedMessage[];
  /** In ascending order; sequence numbers as they are after the removals before them. */
  readonly expunged: readonly { readonly sequence: number; readonly uid: number }[];
  readonly exists?: number;
  readonly arrived: readonly NumberedMessage[];
  readonly recent?: number;
}

/**
 * A mailbox as one session sees it. What others expunge stays in the view, with its number and
 * content, until the session may be told (RFC 3501 §7.4.1).
 */
export class SelectedMailbox {
  readonly mailbox: StoredMailbox;
  readonly isReadOnly: boolean;
  /** UIDs that this session was the first to see. */
  readonly recent: Set<number> = new Set();
  /** Keywords that the client was told of by FLAGS. */
  readonly knownKeywords: Set<string> = new Set();
  /** Somebody else has deleted the mailbox. */
  isGone = false;
  #messages: StoredMessage[];
  #nextUid: number;
  #expunged = new Set<number>();
  #changed = new Set<number>();

  constructor(mailbox: StoredMailbox, isReadOnly: boolean) {
    this.mailbox = mailbox;
    this.isReadOnly = isReadOnly;
    this.#messages = [...mailbox.messages];
    this.#nextUid = mailbox.uidNext;
    this.#claimRecent(this.#messages);
  }

  get messages(): readonly StoredMessage[] {
    return this.#messages;
  }

  /** Remembers a change for the next announcement. */
  note({ type, uids, origin }: MailboxChange): void {
    if (type === "expunged") for (const uid of uids) this.#expunged.add(uid);
    if (type === "flags" && origin !== this) for (const uid of uids) this.#changed.add(uid);
  }

  sequenceOf(uid: number): number | undefined {
    const index = this.#lowerBound(uid);
    return this.#messages[index]?.uid === uid ? index + 1 : undefined;
  }

  /**
   * The messages that a set names, ascending. Unknown UIDs are passed over; unknown numbers are
   * `BAD` unless `isLenient`.
   */
  resolve(set: Exclude<NumberSet, "saved">, isUid: boolean, isLenient = false): NumberedMessage[] {
    return isUid ? this.#resolveUids(set) : this.#resolveSequence(set, isLenient);
  }

  /** Takes what is to be announced; expunged messages only where the command allows it. */
  takeUpdates(allowsExpunge: boolean): MailboxUpdates {
    const changed = this.#takeChanged();
    const expunged = allowsExpunge ? this.#takeExpunged() : [];
    const arrived = this.#takeArrived();
    const counts = arrived.length > 0 ? { exists: this.#messages.length, recent: this.recent.size } : {};
    return { changed, expunged, arrived, ...counts };
  }

  /** Messages that are gone or not yet announced are left out. */
  #takeChanged(): NumberedMessage[] {
    const uids = [...this.#changed].filter((uid) => !this.#expunged.has(uid)).sort((a, b) => a - b);
    this.#changed = new Set();
    return uids.flatMap((uid) => this.#numbered(uid));
  }

  #takeExpunged(): { sequence: number; uid: number }[] {
    const pending = this.#expunged;
    if (pending.size === 0) return [];
    this.#expunged = new Set();
    const gone: { sequence: number; uid: number }[] = [];
    const kept: StoredMessage[] = [];
    for (const message of this.#messages) {
      if (pending.has(message.uid)) gone.push({ sequence: kept.length + 1, uid: message.uid });
      else kept.push(message);
    }
    this.#messages = kept;
    for (const { uid } of gone) this.recent.delete(uid);
    return gone;
  }

  #takeArrived(): NumberedMessage[] {
    if (this.mailbox.uidNext === this.#nextUid) return [];
    const before = this.#messages.length;
    const arrived = messagesFrom(this.mailbox.messages, this.#nextUid);
    this.#nextUid = this.mailbox.uidNext;
    for (const message of arrived) this.#messages.push(message);
    this.#claimRecent(arrived);
    return arrived.map((message, index) => ({ sequence: before + index + 1, message }));
  }

  #claimRecent(messages: readonly StoredMessage[]): void {
    for (const { uid } of messages) if (uid >= this.mailbox.firstRecentUid) this.recent.add(uid);
    if (!this.isReadOnly) this.mailbox.firstRecentUid = this.mailbox.uidNext;
  }

  #numbered(uid: number): NumberedMessage[] {
    const sequence = this.sequenceOf(uid);
    const message = sequence === undefined ? undefined : this.#messages[sequence - 1];
    return sequence === undefined || !message ? [] : [{ sequence, message }];
  }

  #resolveSequence(set: Exclude<NumberSet, "saved">, isLenient: boolean): NumberedMessage[] {
    const ranges = resolveNumberSet(set, this.#messages.length);
    const first = ranges[0]?.[0] ?? 1;
    const last = ranges.at(-1)?.[1] ?? 0;
    if (!isLenient && (first < 1 || last > this.#messages.length))
      throw new ImapRefusal("BAD", "Invalid messageset");
    return ranges.flatMap(([from, to]) =>
      this.#messages
        .slice(Math.max(from, 1) - 1, to)
        .map((message, index) => ({ sequence: from + index, message })),
    );
  }

  #resolveUids(set: Exclude<NumberSet, "saved">): NumberedMessage[] {
    const largest = this.#messages.at(-1)?.uid ?? 0;
    const found: NumberedMessage[] = [];
    for (const [from, to] of resolveNumberSet(set, largest)) {
      for (let index = this.#lowerBound(from); index < this.#messages.length; index += 1) {
        const message = this.#messages[index];
        if (!message || message.uid > to) break;
        found.push({ sequence: index + 1, message });
      }
    }
    return found;
  }

  #lowerBound(uid: number): number {
    return lowerBound(this.#messages, uid);
  }
}

function messagesFrom(messages: readonly StoredMessage[], uid: number): readonly StoredMessage[] {
  return messages.slice(lowerBound(messages, uid));
}

function lowerBound(messages: readonly StoredMessage[], uid: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((messages[middle]?.uid ?? 0) < uid) low = middle + 1;
    else high = middle;
  }
  return low;
}
