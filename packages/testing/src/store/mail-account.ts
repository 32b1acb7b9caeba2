import { MailStoreError } from "./mail-store-error.js";
import { type MailboxChange, StoredMailbox } from "./stored-mailbox.js";
import { type DeliverOptions, type StoredMessage, toEmailId, toFlagSet } from "./stored-message.js";

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

/** Told about every change in every mailbox of an account. */
export type ChangeListener = (change: MailboxChange) => void;

const DEFAULT_MAILBOXES: readonly MailboxOptions[] = ["Drafts", "Sent", "Archive", "Junk", "Trash"].map(
  (path) => ({ path, specialUse: `\\${path}` }),
);
const MAX_PATH_LENGTH = 1000;

/** The mailboxes of one user. Servers work on this; tests go through `MailStore`. */
export class MailAccount {
  readonly user: string;
  /** This and what follows change by {@link MailStore.updateAccount} alone. */
  readonly password: string;
  readonly address: string;
  readonly accessToken: string | undefined;
  readonly quotaBytes: number | undefined;
  /** Names from SUBSCRIBE; they need not exist (RFC 3501 §6.3.6). */
  readonly subscriptions: Set<string> = new Set();
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
      else this.createMailbox(mailbox.path, mailbox.specialUse);
    }
    for (const { path } of this.mailboxes()) this.subscriptions.add(path);
  }

  get usedBytes(): number {
    let bytes = 0;
    for (const mailbox of this.#mailboxes.values())
      for (const message of mailbox.messages) bytes += message.raw.length;
    return bytes;
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
    this.#tell("created", mailbox);
    return mailbox;
  }

  deleteMailbox(path: string): void {
    const mailbox = this.mailbox(path);
    if (mailbox.path === "INBOX") throw new MailStoreError("mailbox-protected", "INBOX can't be deleted");
    this.#mailboxes.delete(mailbox.path);
    this.#tell("deleted", mailbox);
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
      this.#mailboxes.delete(child.path);
      this.#tell("deleted", child);
      child.path = target + child.path.slice(oldLength);
      this.#mailboxes.set(child.path, child);
      this.#tell("created", child);
    }
  }

  /** Stores a message; throws `no-mailbox` or `over-quota`. */
  deliver(
    mailbox: StoredMailbox,
    raw: Buffer,
    options: DeliverOptions = {},
    origin?: unknown,
  ): StoredMessage {
    this.requireQuota(raw.length);
    const internalDate = new Date(options.internalDate ?? Date.now());
    if (Number.isNaN(internalDate.getTime())) {
      throw new MailStoreError("invalid-value", "The internal date is no date");
    }
    internalDate.setMilliseconds(0);
    const flags = toFlagSet(options.flags ?? []);
    return mailbox.add({ raw, flags, internalDate, emailId: toEmailId(raw) }, origin);
  }

  requireQuota(additionalBytes: number): void {
    if (this.quotaBytes !== undefined && this.usedBytes + additionalBytes > this.quotaBytes) {
      throw new MailStoreError("over-quota", "Quota exceeded (mailbox for user is full)");
    }
  }

  #tell(type: "created" | "deleted", mailbox: StoredMailbox): void {
    this.#announce({ type, mailbox, path: mailbox.path, uids: [], origin: undefined });
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

/** INBOX is one name in any case (RFC 3501 §5.1). */
function toMailboxPath(path: string): string {
  return path.toUpperCase() === "INBOX" ? "INBOX" : path;
}

function requireUsablePath(path: string): void {
  const isUsable =
    path.length > 0 &&
    path.length <= MAX_PATH_LENGTH &&
    !path.startsWith("/") &&
    !path.endsWith("/") &&
    !path.includes("//") &&
    ![...path].some((character) => character < " " || character === "\x7f");
  if (!isUsable) throw new MailStoreError("invalid-name", "Invalid mailbox name");
}
