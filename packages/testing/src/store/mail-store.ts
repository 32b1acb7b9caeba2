import { timingSafeEqual } from "node:crypto";
import { type OptionNames, requireKnownOptions } from "../options/known-options.js";
import { type AccountChanges, Accounts } from "./accounts.js";
import { Listeners } from "./listeners.js";
import type { AccountOptions, MailAccount } from "./mail-account.js";
import { MailStoreError } from "./mail-store-error.js";
import { type MailboxInfo, toMailboxInfo } from "./mailbox-info.js";
import { type DeliverOptions, type StoredMessage, toMessageBytes } from "./stored-message.js";

/** A message that arrived, by whatever protocol or by `deliver`. */
export interface MessageEvent {
  readonly user: string;
  readonly mailbox: string;
  readonly message: StoredMessage;
}

/** How a store behaves beyond its accounts. */
export interface MailStoreOptions {
  /** Any credentials are right, any address has a mailbox: accounts come to be at first use. @defaultValue false */
  readonly isTrap?: boolean;
  /** Gets what listeners and hooks throw. @defaultValue it becomes an uncaught exception */
  readonly onError?: (error: unknown) => void;
}

const deliverOptionNames: OptionNames<DeliverOptions> = { mailbox: true, flags: true, internalDate: true };
const messageOptionNames = { ...deliverOptionNames, raw: true } as const;

/**
 * All accounts with their mailboxes and messages, in memory, served by every protocol at once. What
 * a test does here is seen by connected clients as the doing of somebody else. Every method throws
 * `MailStoreError` for accounts and mailboxes that do not exist.
 */
export class MailStore {
  readonly #accounts: Accounts;
  readonly #initial: readonly AccountOptions[];
  readonly #listeners: Listeners<MessageEvent>;
  readonly #onError: (error: unknown) => void;

  constructor(accounts: Iterable<AccountOptions> = [], options: MailStoreOptions = {}) {
    this.#onError = options.onError ?? throwLater;
    this.#listeners = new Listeners(this.#onError);
    this.#accounts = new Accounts(options.isTrap === true, (account) => this.#watch(account));
    this.#initial = [...accounts];
    for (const account of this.#initial) this.addAccount(account);
  }

  /** Adds an account with its messages; a second one of the same name is an `"account-exists"`. */
  addAccount(options: AccountOptions): MailAccount {
    const account = this.#accounts.add(options);
    for (const message of options.messages ?? []) {
      const details =
        typeof message === "string" || message instanceof Uint8Array ? { raw: message } : message;
      requireKnownOptions(details, messageOptionNames, "A message of an account");
      const path = details.mailbox ?? "INBOX";
      const mailbox = account.find(path) ?? account.createMailbox(path);
      account.deliver(mailbox, toMessageBytes(details.raw), details);
    }
    return account;
  }

  /** Changes what a later login or delivery is checked against; sessions that are open go on. */
  updateAccount(user: string, changes: AccountChanges): MailAccount {
    return this.#accounts.update(user, changes);
  }

  /** Removes an account with its mail. Sessions that are open still see it until they are disconnected. */
  removeAccount(user: string): void {
    this.#accounts.remove(user);
  }

  /** Makes the accounts anew that the store began with, under new UIDVALIDITYs, and forgets every listener. */
  reset(): void {
    this.#listeners.clear();
    this.#accounts.clear();
    for (const account of this.#initial) this.addAccount(account);
  }

  /** True when any credentials are right and any address has a mailbox. */
  get isTrap(): boolean {
    return this.#accounts.isTrap;
  }

  /** What a hook or listener threw: for servers, which go on without it. */
  reportError(error: unknown): void {
    this.#onError(error);
  }

  accounts(): MailAccount[] {
    return this.#accounts.all();
  }

  account(user: string): MailAccount {
    return this.#accounts.require(user);
  }

  /** The account that logs in by this name. */
  findAccount(user: string): MailAccount | undefined {
    return this.#accounts.find(user);
  }

  /** The account that SMTP delivers to; compared without regard to case. */
  findAddress(address: string): MailAccount | undefined {
    return this.#accounts.findAddress(address);
  }

  /** `undefined` when user or password is wrong. */
  authenticate(user: string, password: string): MailAccount | undefined {
    const account = this.findAccount(user);
    return account && (this.isTrap || isSameSecret(account.password, password)) ? account : undefined;
  }

  /** For XOAUTH2 and OAUTHBEARER: `undefined` when the user is unknown or the token is not the account's. */
  authenticateToken(user: string, accessToken: string): MailAccount | undefined {
    const account = this.findAccount(user);
    if (this.isTrap) return account;
    if (account?.accessToken === undefined) return undefined;
    return isSameSecret(account.accessToken, accessToken) ? account : undefined;
  }

  /** Stores a message as if it had just arrived; text gets CRLF line ends, bytes stay as they are. */
  deliver(user: string, raw: string | Uint8Array, options: DeliverOptions = {}): StoredMessage {
    requireKnownOptions(options, deliverOptionNames, "deliver");
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
    account.subscribe(mailbox.path);
    return toMailboxInfo(mailbox);
  }

  deleteMailbox(user: string, path: string): void {
    this.account(user).deleteMailbox(path);
  }

  /** Makes every UID that clients remember worthless; seen by sessions at their next SELECT or STATUS. */
  setUidValidity(user: string, mailbox: string, uidValidity: number): void {
    this.account(user).mailbox(mailbox).uidValidity = requireCounter(uidValidity, 2 ** 32 - 1);
  }

  /** Sets the counter, backwards too, as servers restored from a backup do. */
  setHighestModseq(user: string, mailbox: string, highestModseq: number): void {
    this.account(user).mailbox(mailbox).highestModseq = requireCounter(
      highestModseq,
      Number.MAX_SAFE_INTEGER,
    );
  }

  /**
   * Calls `listener` for every arrival in any mailbox until the returned function is called. What a listener throws is
   * no business of the client that sent the message: with `startMailServers` it comes out of the next
   * `waitForMessages`, `reset` or `stop`, else it becomes an uncaught exception.
   */
  on(event: "message", listener: (event: MessageEvent) => void): () => void {
    if (event !== "message") throw new TypeError(`Unknown event: ${String(event)}`);
    return this.#listeners.add(listener);
  }

  #watch(account: MailAccount): void {
    account.watch((change) => {
      if (change.type !== "added") return;
      for (const uid of change.uids) {
        const message = change.mailbox?.get(uid);
        if (message) this.#listeners.tell({ user: account.user, mailbox: change.path, message });
      }
    });
  }
}

function throwLater(error: unknown): void {
  process.nextTick(() => {
    throw error;
  });
}

function requireCounter(value: number, most: number): number {
  if (Number.isSafeInteger(value) && value > 0 && value <= most) return value;
  throw new MailStoreError("invalid-value", `Not a whole number from 1 to ${most}: ${value}`);
}

function isSameSecret(expected: string, given: string): boolean {
  const a = Buffer.from(expected);
  const b = Buffer.from(given);
  return a.length === b.length && timingSafeEqual(a, b);
}
