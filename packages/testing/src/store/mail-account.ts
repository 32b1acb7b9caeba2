import { type OptionNames, requireKnownOptions } from "../options/known-options.js";
import { MailStoreError } from "./mail-store-error.js";
import { requireUsablePath, toMailboxPath } from "./mailbox-path.js";
import { type MailboxChange, StoredMailbox } from "./stored-mailbox.js";
import { type DeliverOptions, type StoredMessage, toNewMessage } from "./stored-message.js";

/** A message to start with: the raw text or bytes, or these with where and how they are stored. */
export type MessageOptions = string | Uint8Array | (DeliverOptions & { readonly raw: string | Uint8Array });

/** A mailbox to start with; `path` has `/` between its levels. */
export type MailboxOptions = string | { readonly path: string; readonly specialUse?: string };

/** One user, valid for IMAP, POP3 and SMTP alike. */
export interface AccountOptions {
  readonly user: string;
  readonly password: string;
  /** Where SMTP delivers to this account. @defaultValue `user` if it has an `@`, else `<user>@example.test` */
  readonly address?: string;
  /** Accepted by XOAUTH2 and OAUTHBEARER. @defaultValue none: both are refused */
  readonly accessToken?: string;
  readonly messages?: readonly MessageOptions[];
  /** Besides INBOX. @defaultValue Drafts, Sent, Archive, Junk and Trash with their special use */
  readonly mailboxes?: readonly MailboxOptions[];
  /** Sum of message sizes that the account may hold. @defaultValue unlimited */
  readonly quotaBytes?: number;
}

/** Every option of an account. */
export const accountOptionNames: OptionNames<AccountOptions> = {
  user: true,
  password: true,
  address: true,
  accessToken: true,
  messages: true,
  mailboxes: true,
  quotaBytes: true,
};

const mailboxOptionNames: OptionNames<Exclude<MailboxOptions, string>> = { path: true, specialUse: true };

/** A message and how it is stored. */
interface NewDelivery {
  readonly raw: Buffer;
  readonly options: DeliverOptions;
}

/** Told about every change in every mailbox of an account. */
export type ChangeListener = (change: MailboxChange) => void;

const DEFAULT_MAILBOXES: readonly MailboxOptions[] = ["Drafts", "Sent", "Archive", "Junk", "Trash"].map(
  (path) => ({ path, specialUse: `\\${path}` }),
);

/** The mailboxes of one user. Servers work on this; tests go through `MailStore`. */
export class MailAccount {
  readonly user: string;
  /** This and what follows change by {@link MailStore.updateAccount} alone. */
  readonly password: string;
  readonly address: string;
  readonly accessToken: string | undefined;
  readonly quotaBytes: number | undefined;
  readonly #subscriptions = new Set<string>();
  readonly #mailboxes = new Map<string, StoredMailbox>();
  readonly #listeners = new Set<ChangeListener>();
  readonly #nextUidValidity: () => number;

  constructor(options: AccountOptions, nextUidValidity: () => number) {
    this.user = options.user;
    this.password = options.password;
    this.address =
      options.address ?? (options.user.includes("@") ? options.user : `${options.user}@example.test`);
    this.accessToken = options.accessToken;
    this.quotaBytes = options.quotaBytes;
    this.#nextUidValidity = nextUidValidity;
    this.createMailbox("INBOX");
    for (const mailbox of options.mailboxes ?? DEFAULT_MAILBOXES) {
      if (typeof mailbox === "string") this.createMailbox(mailbox);
      else {
        requireKnownOptions(mailbox, mailboxOptionNames, "A mailbox of an account");
        this.createMailbox(mailbox.path, mailbox.specialUse);
      }
    }
    for (const { path } of this.mailboxes()) this.subscribe(path);
  }

  get usedBytes(): number {
    return this.mailboxes().reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  /** Names from SUBSCRIBE; they need not exist (RFC 3501 §6.3.6). */
  get subscriptions(): ReadonlySet<string> {
    return this.#subscriptions;
  }

  subscribe(path: string): void {
    const mailbox = this.find(path);
    const name = mailbox?.path ?? path;
    if (this.#subscriptions.has(name)) return;
    this.#subscriptions.add(name);
    this.#announce({ type: "subscribed", mailbox, path: name, uids: [], origin: undefined });
  }

  unsubscribe(path: string): void {
    const mailbox = this.find(path);
    const name = mailbox?.path ?? path;
    if (!this.#subscriptions.delete(name)) return;
    this.#announce({ type: "unsubscribed", mailbox, path: name, uids: [], origin: undefined });
  }

  mailboxes(): StoredMailbox[] {
    return [...this.#mailboxes.values()];
  }

  find(path: string): StoredMailbox | undefined {
    return this.#mailboxes.get(toMailboxPath(path));
  }

  /** Throws `no-mailbox` when there is none of that name. */
  mailbox(path: string): StoredMailbox {
    const mailbox = this.find(path);
    if (!mailbox) throw new MailStoreError("no-mailbox", `Mailbox doesn't exist: ${path}`);
    return mailbox;
  }

  createMailbox(path: string, specialUse?: string): StoredMailbox {
    const name = toMailboxPath(path);
    if (this.#mailboxes.has(name)) throw new MailStoreError("mailbox-exists", "Mailbox already exists");
    requireUsablePath(name);
    const announce = (change: MailboxChange): void => this.#announce(change);
    const mailbox = new StoredMailbox(name, this.#nextUidValidity(), specialUse, announce);
    this.#mailboxes.set(name, mailbox);
    this.#announce({ type: "created", mailbox, path: name, uids: [], origin: undefined });
    return mailbox;
  }

  /** `origin` is who does it, as sessions tell their own changes from those of others. */
  deleteMailbox(path: string, origin?: unknown): void {
    const mailbox = this.mailbox(path);
    if (mailbox.path === "INBOX") throw new MailStoreError("mailbox-protected", "INBOX can't be deleted");
    this.#mailboxes.delete(mailbox.path);
    this.#announce({ type: "deleted", mailbox, path: mailbox.path, uids: [], origin });
  }

  /** Renames a mailbox with everything below it; INBOX gives its messages away and stays (RFC 3501 §6.3.5). */
  renameMailbox(from: string, to: string): void {
    const mailbox = this.mailbox(from);
    const target = toMailboxPath(to);
    requireUsablePath(target);
    if (this.#mailboxes.has(target)) throw new MailStoreError("mailbox-exists", "Mailbox already exists");
    if (mailbox.path === "INBOX") {
      const moved = [...mailbox.messages];
      this.createMailbox(target).addAll(moved);
      mailbox.expunge(moved.map((message) => message.uid));
      return;
    }
    const prefix = `${mailbox.path}/`;
    if (target.startsWith(prefix))
      throw new MailStoreError("invalid-name", "Can't rename a mailbox into itself");
    const renamed = this.mailboxes().filter((other) => other === mailbox || other.path.startsWith(prefix));
    const oldLength = mailbox.path.length;
    for (const child of renamed) {
      const oldPath = child.path;
      this.#mailboxes.delete(oldPath);
      child.path = target + oldPath.slice(oldLength);
      this.#mailboxes.set(child.path, child);
      this.#announce({
        type: "renamed",
        mailbox: child,
        path: child.path,
        oldPath,
        uids: [],
        origin: undefined,
      });
    }
  }

  /** Stores a message; throws `over-quota`. */
  deliver(
    mailbox: StoredMailbox,
    raw: Buffer,
    options: DeliverOptions = {},
    origin?: unknown,
  ): StoredMessage {
    this.requireQuota(raw.length);
    return mailbox.add(toNewMessage(raw, options), origin);
  }

  /** Stores all of these, or none; throws `over-quota`. */
  deliverAll(mailbox: StoredMailbox, messages: readonly NewDelivery[]): StoredMessage[] {
    this.requireQuota(messages.reduce((sum, { raw }) => sum + raw.length, 0));
    return mailbox.addAll(messages.map(({ raw, options }) => toNewMessage(raw, options)));
  }

  requireQuota(additionalBytes: number): void {
    if (this.quotaBytes !== undefined && this.usedBytes + additionalBytes > this.quotaBytes) {
      throw new MailStoreError("over-quota", "Quota exceeded (mailbox for user is full)");
    }
  }

  #announce(change: MailboxChange): void {
    for (const listener of [...this.#listeners]) listener(change);
  }

  /** Calls `listener` for every change until the returned function is called. */
  watch(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
