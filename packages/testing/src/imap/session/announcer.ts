import type { MailboxChange } from "../../store/stored-mailbox.js";
import { formatNumberSet } from "../syntax/number-set.js";
import type { ResponsePart } from "../syntax/text.js";
import type { ImapQuirks } from "./imap-quirks.js";
import { announceKeywords } from "./keywords.js";
import type { NumberedMessage, SelectedMailbox } from "./selected-mailbox.js";
import { NewsOfOthers, type SessionNotifier } from "./session-notifier.js";

/** What announcing needs of a session. */
export interface AnnouncedSession {
  readonly connection: { flush(): void; end(): void };
  readonly quirks: ImapQuirks;
  readonly enabled: ReadonlySet<string>;
  readonly selected: SelectedMailbox | undefined;
  readonly notifier: SessionNotifier | undefined;
  /** Nothing is recent. */
  readonly isRev2: boolean;
  readonly isIdling: boolean;
  /** A command is being answered, so that nothing may come in between. */
  readonly isBusy: boolean;
  isLoggedOut: boolean;
  untagged(...parts: ResponsePart[]): void;
  exists(count: number): void;
  flagsOf(message: NumberedMessage, withUid: boolean): void;
  unselect(): void;
}

/** What a session is told without having asked: after its commands, in IDLE, and between commands where NOTIFY wants it. */
export class Announcer {
  readonly #session: AnnouncedSession;
  readonly #news = new NewsOfOthers();
  #isDue = false;

  constructor(session: AnnouncedSession) {
    this.#session = session;
  }

  /** Remembers a change in the account until the session may be told. */
  note(change: MailboxChange): void {
    const { selected, notifier } = this.#session;
    const isSelected = selected !== undefined && change.mailbox === selected.mailbox;
    if (isSelected && change.type === "deleted") this.#onDeleted(selected, change.origin);
    else if (isSelected) selected.note(change);
    if ((!isSelected || change.uids.length === 0) && notifier?.wants(change)) this.#news.note(change);
    this.announceSoon();
  }

  /** A session that deletes its own mailbox has closed it; others are thrown out at their next command. */
  #onDeleted(selected: SelectedMailbox, origin: unknown): void {
    if (origin === this.#session) this.#session.unselect();
    else selected.isGone = true;
  }

  /** Tells the client what has happened since the last time. */
  announce(allowsExpunge: boolean): void {
    const session = this.#session;
    const { selected, notifier, quirks } = session;
    this.#news.tell(notifier);
    if (!selected || notifier?.selected?.isSilent) return;
    const tellsFlags = notifier?.selected?.tellsFlags ?? true;
    const tellsExpunge = allowsExpunge || (quirks.strayVanished === true && session.enabled.has("QRESYNC"));
    const { changed, expunged, exists, recent, arrived } = selected.takeUpdates(tellsExpunge);
    const flagged = tellsFlags ? changed : [];
    announceKeywords(session, selected, [...flagged, ...arrived]);
    for (const message of flagged) session.flagsOf(message, session.enabled.has("QRESYNC"));
    if (session.enabled.has("QRESYNC")) this.#vanished(expunged.map(({ uid }) => uid));
    else for (const { sequence } of expunged) session.untagged(`${sequence} EXPUNGE`);
    if (exists !== undefined) session.exists(exists);
    if (recent !== undefined && !session.isRev2) session.untagged(`${recent} RECENT`);
    if (arrived.length > 0) notifier?.selected?.tellArrivals(arrived);
  }

  #vanished(uids: Iterable<number>): void {
    const set = formatNumberSet(uids);
    if (set === "") return;
    this.#session.untagged(`VANISHED ${set}${this.#session.quirks.malformedVanished ? "," : ""}`);
  }

  /** Ends a session whose mailbox is gone (RFC 2180 §3.3). */
  loseMailbox(): void {
    this.#session.untagged("BYE Selected mailbox was deleted, have to disconnect.");
    this.#session.isLoggedOut = true;
    this.#session.connection.end();
  }

  /** While idling or after NOTIFY changes are told at once, several of one moment together. */
  announceSoon(): void {
    if (this.#isDue || !this.#mayInterrupt()) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      if (!this.#mayInterrupt()) return;
      const { isIdling, notifier, selected, connection, quirks } = this.#session;
      if (selected?.isGone && (isIdling || notifier?.selected)) {
        this.loseMailbox();
        return;
      }
      this.#news.tell(notifier);
      if (isIdling || quirks.strayVanished) this.announce(true);
      else if (notifier?.selected) this.announce(!notifier.selected.isDelayed);
      connection.flush();
    });
  }

  #mayInterrupt(): boolean {
    const { isIdling, isBusy, notifier, quirks, enabled } = this.#session;
    if (isIdling) return !quirks.silentIdle;
    if (isBusy) return false;
    return notifier !== undefined || (quirks.strayVanished === true && enabled.has("QRESYNC"));
  }
}
