import { type NewMessage, type StoredMessage, toFlagSet } from "./stored-message.js";

/** What happened to a mailbox or in it. */
export interface MailboxChange {
  readonly type:
    | "added"
    | "flags"
    | "expunged"
    | "uidvalidity"
    | "created"
    | "deleted"
    | "renamed"
    | "subscribed"
    | "unsubscribed";
  /** `undefined` for a subscription to a name that is none of a mailbox. */
  readonly mailbox: StoredMailbox | undefined;
  /** The mailbox's name at that moment. */
  readonly path: string;
  /** The name before, when it was renamed. */
  readonly oldPath?: string;
  /** Ascending; empty when it happened to the mailbox itself. */
  readonly uids: readonly number[];
  /** Who caused it, as passed by the caller: a session does not announce its own change to itself. */
  readonly origin: unknown;
}

/** A message that is gone, and the modification sequence of its removal. */
export interface ExpungedMessage {
  readonly uid: number;
  readonly modseq: number;
}

type MutableMessage = { -readonly [K in keyof StoredMessage]: StoredMessage[K] };

/** One mailbox of one account: messages in UID order, and what QRESYNC has to remember of removed ones. */
export class StoredMailbox {
  /** Unicode, `/` between levels; changes by RENAME. */
  path: string;
  /** `\Sent`, `\Trash`, … (RFC 6154). */
  specialUse: string | undefined;
  uidNext = 1;
  highestModseq = 1;
  /** Messages from this UID on have not been seen by any session yet (`\Recent`, RFC 3501 §2.3.2). */
  firstRecentUid = 1;
  /** Never reused (RFC 8474 §4.1). */
  readonly mailboxId: string;
  #uidValidity: number;
  #messages: MutableMessage[] = [];
  readonly #expunged: ExpungedMessage[] = [];
  #sizeBytes = 0;
  readonly #announce: (change: MailboxChange) => void;

  constructor(
    path: string,
    uidValidity: number,
    specialUse: string | undefined,
    announce: (change: MailboxChange) => void,
  ) {
    this.path = path;
    this.#uidValidity = uidValidity;
    this.specialUse = specialUse;
    this.mailboxId = `F${uidValidity.toString(16)}`;
    this.#announce = announce;
  }

  get uidValidity(): number {
    return this.#uidValidity;
  }

  set uidValidity(uidValidity: number) {
    this.#uidValidity = uidValidity;
    this.#tell("uidvalidity", [], undefined);
  }

  /** In UID order; grows in place, so copy it before adding inside a loop. */
  get messages(): readonly StoredMessage[] {
    return this.#messages;
  }

  /** Sum of the messages' sizes. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get expunged(): readonly ExpungedMessage[] {
    return this.#expunged;
  }

  get(uid: number): StoredMessage | undefined {
    return this.#find(uid);
  }

  add(message: NewMessage, origin?: unknown): StoredMessage {
    const [added] = this.addAll([message], origin);
    if (!added) throw new RangeError("addAll returns as many messages as it was given");
    return added;
  }

  /** Adds several messages as one change, as COPY does: one MODSEQ, one announcement. */
  addAll(messages: readonly NewMessage[], origin?: unknown): StoredMessage[] {
    if (messages.length === 0) return [];
    const modseq = this.#nextModseq();
    const added = messages.map((message): MutableMessage => ({ ...message, uid: this.uidNext++, modseq }));
    for (const message of added) {
      this.#messages.push(message);
      this.#sizeBytes += message.raw.length;
    }
    this.#tell(
      "added",
      added.map((message) => message.uid),
      origin,
    );
    return added;
  }

  /** Returns the messages whose flags really changed; unchanged ones keep their MODSEQ (RFC 7162 §3.1). */
  updateFlags(
    uids: Iterable<number>,
    update: (flags: ReadonlySet<string>) => Iterable<string>,
    origin?: unknown,
  ): StoredMessage[] {
    const changed: MutableMessage[] = [];
    for (const uid of uids) {
      const message = this.#find(uid);
      if (!message) continue;
      const flags = toFlagSet(update(message.flags));
      if (isSameSet(flags, message.flags)) continue;
      message.flags = flags;
      changed.push(message);
    }
    if (changed.length === 0) return changed;
    const modseq = this.#nextModseq();
    for (const message of changed) message.modseq = modseq;
    this.#tell(
      "flags",
      changed.map((message) => message.uid),
      origin,
    );
    return changed;
  }

  /** Removes messages for good and returns the UIDs that existed. */
  expunge(uids: Iterable<number>, origin?: unknown): number[] {
    const wanted = new Set(uids);
    const gone = this.#messages.filter((message) => wanted.has(message.uid));
    if (gone.length === 0) return [];
    const removed = gone.map((message) => message.uid);
    for (const { raw } of gone) this.#sizeBytes -= raw.length;
    const modseq = this.#nextModseq();
    this.#messages = this.#messages.filter((message) => !wanted.has(message.uid));
    for (const uid of removed) this.#expunged.push({ uid, modseq });
    this.#tell("expunged", removed, origin);
    return removed;
  }

  #tell(type: MailboxChange["type"], uids: readonly number[], origin: unknown): void {
    this.#announce({ type, mailbox: this, path: this.path, uids, origin });
  }

  #nextModseq(): number {
    this.highestModseq += 1;
    return this.highestModseq;
  }

  #find(uid: number): MutableMessage | undefined {
    let low = 0;
    let high = this.#messages.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const message = this.#messages[middle];
      if (!message || message.uid === uid) return message;
      if (message.uid < uid) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }
}

function isSameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((value) => b.has(value));
}
