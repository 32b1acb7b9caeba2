import type { MailAccount } from "../store/mail-account.js";
import { endLastLine, toPop3Lines } from "./message-lines.js";
import type { Pop3Quirks } from "./pop3-server-options.js";

/** One message of a maildrop. */
export interface MaildropMessage {
  readonly number: number;
  readonly uid: number;
  readonly uidl: string;
  /** Without the CRLF that ends an unended last line on the wire; Dovecot counts like this too. */
  readonly sizeBytes: number;
  /** The bytes that RETR sends, before dot-stuffing. */
  lines(): Buffer;
}

/** The INBOX of an account as it was at login, and what the session marked as deleted. */
export class Maildrop {
  readonly #account: MailAccount;
  readonly #quirks: Pop3Quirks;
  readonly #messages: readonly MaildropMessage[];
  readonly #deleted = new Set<number>();

  constructor(account: MailAccount, quirks: Pop3Quirks) {
    this.#account = account;
    this.#quirks = quirks;
    const inbox = account.mailbox("INBOX");
    const epoch = quirks.changingUidls === true ? Math.floor(Math.random() * 0xffffffff) : inbox.uidValidity;
    this.#messages = inbox.messages.map(({ uid, raw }, index) => {
      const id = quirks.duplicateUidls === true ? 1 : uid;
      return {
        number: index + 1,
        uid,
        uidl: quirks.uidlOf?.(uid) ?? toHex(id) + toHex(epoch),
        sizeBytes: quirks.zeroSizes === true ? 0 : toPop3Lines(raw).length,
        lines: () => endLastLine(toPop3Lines(raw)),
      };
    });
  }

  /** Messages that are not deleted. */
  messages(): MaildropMessage[] {
    return this.#messages.filter(({ number }) => !this.#deleted.has(number));
  }

  /** `undefined` when there is none of that number or it is deleted. */
  get(number: number): MaildropMessage | undefined {
    return this.#deleted.has(number) ? undefined : this.#messages[number - 1];
  }

  markDeleted(message: MaildropMessage): void {
    this.#deleted.add(message.number);
  }

  reset(): void {
    this.#deleted.clear();
  }

  /** The UPDATE state: removes what is marked. False when that failed. */
  commit(): boolean {
    if (this.#quirks.failUpdate === true && this.#deleted.size > 0) return false;
    const uids = this.#messages.filter(({ number }) => this.#deleted.has(number)).map(({ uid }) => uid);
    this.#account.mailbox("INBOX").expunge(uids);
    return true;
  }
}

function toHex(value: number): string {
  return value.toString(16).padStart(8, "0");
}
