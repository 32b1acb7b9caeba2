import { timingSafeEqual } from "node:crypto";
import { type AccountOptions, MailAccount } from "./mail-account.js";
import { MailStoreError } from "./mail-store-error.js";
import type { StoredMailbox } from "./stored-mailbox.js";
import { type DeliverOptions, type StoredMessage, toMessageBytes } from "./stored-message.js";

/** A message that arrived, by whatever protocol or by `deliver`. */
export interface MessageEvent {
  readonly user: string;
  readonly mailbox: string;
  readonly message: StoredMessage;
}

/** What a mailbox looks like from outside. */
export interface MailboxInfo {
  readonly path: string;
  readonly specialUse?: string;
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly highestModseq: number;
  readonly messageCount: number;
  readonly mailboxId: string;
}

/**
 * All accounts with their mailboxes and messages, in memory, served by every protocol at once. What
 * a test does here is seen by connected clients as the doing of somebody else. Every method throws
 * `MailStoreError` for accounts and mailboxes that do not exist.
 */
export class MailStore {
  readonly #accounts = new Map<string, MailAccount>();
  readonly #listeners = new Set<(event: MessageEvent) => void>();
  #lastUidValidity = Math.floor(Date.now() / 1000);

  constructor(accounts: Iterable<AccountOptions> = []) {
    for (const account of accounts) this.addAccount(account);
  }

  /** Adds an account with its messages; a second one of the same name is an `"account-exists"`. */
  addAccount(options: AccountOptions): MailAccount {
    if (this.#accounts.has(options.user)) {
      throw new MailStoreError("account-exists", `There is an account ${options.user} already`);
    }
    const account = new MailAccount(options, () => {
      this.#lastUidValidity += 1;
      return this.#lastUidValidity;
    });
    this.#accounts.set(options.user, account);
    for (const message of options.messages ?? []) {
      const details =
        typeof message === "string" || message instanceof Uint8Array ? { raw: message } : message;
      const path = details.mailbox ?? "INBOX";
      const mailbox = account.find(path) ?? account.createMailbox(path);
      account.deliver(mailbox, toMessageBytes(details.raw), details);
    }
    account.watch((change) => {
      if (change.type !== "added") return;
      for (const uid of change.uids) {
        const message = change.mailbox.get(uid);
        if (message) this.#emit({ user: account.user, mailbox: change.mailbox.path, message });
      }
    });
    return account;
  }

  accounts(): MailAccount[] {
    return [...this.#accounts.values()];
  }

  account(user: string): MailAccount {
    const account = this.#accounts.get(user);
    if (!account) throw new MailStoreError("no-account", `No account ${user}`);
    return account;
  }

  findAccount(user: string): MailAccount | undefined {
    return this.#accounts.get(user);
  }

  /** The account that SMTP delivers to; compared without regard to case. */
  findAddress(address: string): MailAccount | undefined {
    const wanted = address.toLowerCase();
    return this.accounts().find((account) => account.address.toLowerCase() === wanted);
  }

  /** `undefined` when user or password is wrong. */
  authenticate(user: string, password: string): MailAccount | undefined {
    const account = this.#accounts.get(user);
    return account && isSameSecret(account.password, password) ? account : undefined;
  }

  /** For XOAUTH2 and OAUTHBEARER: `undefined` when the user is unknown or the token is not the account's. */
  authenticateToken(user: string, accessToken: string): MailAccount | undefined {
    const account = this.#accounts.get(user);
    if (account?.accessToken === undefined) return undefined;
    return isSameSecret(account.accessToken, accessToken) ? account : undefined;
  }

  /** Stores a message as if it had just arrived; text gets CRLF line ends, bytes stay as they are. */
  deliver(user: string, raw: string | Uint8Array, options: DeliverOptions = {}): StoredMessage {
    const account = this.account(user);
    return account.deliver(account.mailbox(options.mailbox ?? "INBOX"), toMessageBytes(raw), options);
  }

  mailboxes(user: string): MailboxInfo[] {
    return this.account(user).mailboxes().map(toMailboxInfo);
  }

  /** In UID order; a copy of the list, but the messages in it change with the store. */
  messages(user: string, mailbox = "INBOX"): StoredMessage[] {
    return [...this.account(user).mailbox(mailbox).messages];
  }

  /** Returns the UIDs that were there. */
  expunge(user: string, mailbox: string, uids: Iterable<number>): number[] {
    return this.account(user).mailbox(mailbox).expunge(uids);
  }

  /** Replaces the flags of one message. */
  setFlags(user: string, mailbox: string, uid: number, flags: Iterable<string>): void {
    const replacement = [...flags];
    this.account(user)
      .mailbox(mailbox)
      .updateFlags([uid], () => replacement);
  }

  createMailbox(user: string, path: string, options: { specialUse?: string } = {}): MailboxInfo {
    const account = this.account(user);
    const mailbox = account.createMailbox(path, options.specialUse);
    account.subscriptions.add(mailbox.path);
    return toMailboxInfo(mailbox);
  }

  deleteMailbox(user: string, path: string): void {
    this.account(user).deleteMailbox(path);
  }

  /** Makes every UID that clients remember worthless; seen by sessions at their next SELECT or STATUS. */
  setUidValidity(user: string, mailbox: string, uidValidity: number): void {
    this.account(user).mailbox(mailbox).uidValidity = uidValidity;
  }

  /** Sets the counter, backwards too, as servers restored from a backup do. */
  setHighestModseq(user: string, mailbox: string, highestModseq: number): void {
    this.account(user).mailbox(mailbox).highestModseq = highestModseq;
  }

  /**
   * Calls `listener` for every arrival until the returned function is called. What a listener throws is no business of
   * the client that sent the message: it becomes an uncaught exception, which fails the test.
   */
  on(event: "message", listener: (event: MessageEvent) => void): () => void {
    if (event !== "message") throw new TypeError(`Unknown event: ${String(event)}`);
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #emit(event: MessageEvent): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        process.nextTick(() => {
          throw error;
        });
      }
    }
  }
}

function toMailboxInfo(mailbox: StoredMailbox): MailboxInfo {
  return {
    path: mailbox.path,
    ...(mailbox.specialUse === undefined ? {} : { specialUse: mailbox.specialUse }),
    uidValidity: mailbox.uidValidity,
    uidNext: mailbox.uidNext,
    highestModseq: mailbox.highestModseq,
    messageCount: mailbox.messages.length,
    mailboxId: mailbox.mailboxId,
  };
}

function isSameSecret(expected: string, given: string): boolean {
  const a = Buffer.from(expected);
  const b = Buffer.from(given);
  return a.length === b.length && timingSafeEqual(a, b);
}
