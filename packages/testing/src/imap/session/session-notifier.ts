import type { MailboxChange } from "../../store/stored-mailbox.js";
import type { NumberedMessage } from "./selected-mailbox.js";

/** What NOTIFY adds to a session (RFC 5465): news without a command, of other mailboxes too. */
export interface SessionNotifier {
  wants(change: MailboxChange): boolean;
  /** Tells of a change in another mailbox, or of its name. */
  tell(change: MailboxChange): void;
  /** Set when the selected mailbox is to be told of at any time. */
  readonly selected?: {
    /** Nothing of it is to be told at all. */
    readonly isSilent: boolean;
    /** Removals wait for a command that allows them. */
    readonly isDelayed: boolean;
    readonly tellsFlags: boolean;
    tellArrivals(messages: readonly NumberedMessage[]): void;
  };
}

/** Changes in mailboxes that are not selected, kept until the session may tell of them. */
export class NewsOfOthers {
  readonly #changes = new Map<string, MailboxChange>();

  /** Of changes to the messages of one mailbox only the last is told. */
  note(change: MailboxChange): void {
    const { type, path, uids, mailbox } = change;
    const isOfMessages = uids.length > 0 || type === "uidvalidity";
    this.#changes.set(isOfMessages && mailbox ? mailbox.mailboxId : `${type} ${path}`, change);
  }

  /** Tells all that was noted, or forgets it where nobody wants to know. */
  tell(notifier: SessionNotifier | undefined): void {
    const changes = [...this.#changes.values()];
    this.#changes.clear();
    for (const change of changes) notifier?.tell(change);
  }
}
