import type { SecureContext } from "node:tls";
import type { SessionLogs } from "../../net/session-log.js";
import type { MailAccount } from "../../store/mail-account.js";
import type { MailStore } from "../../store/mail-store.js";
import type { StoredMailbox } from "../../store/stored-mailbox.js";
import { isDescending, type NumberSet } from "../syntax/number-set.js";
import { ImapRefusal } from "../syntax/refusal.js";
import type { ResponsePart } from "../syntax/text.js";
import { type AnnouncedSession, Announcer } from "./announcer.js";
import { type ImapCapability, isImapCapability, listCapabilities } from "./imap-capabilities.js";
import type { ImapConnection } from "./imap-connection.js";
import type { ImapQuirks } from "./imap-quirks.js";
import type { ImapServerOptions } from "./imap-server-options.js";
import { decodeName, decodePath, delimiterOf, encodePath, type NameRules } from "./mailbox-names.js";
import { type NumberedMessage, SelectedMailbox } from "./selected-mailbox.js";
import type { SessionNotifier } from "./session-notifier.js";

/** What all sessions of one server share. */
export interface ImapServerContext {
  readonly store: MailStore;
  readonly options: ImapServerOptions;
  readonly disabled: ReadonlySet<string>;
  readonly secureContext: SecureContext;
  /** PEM of the server's certificate, for channel binding. */
  readonly certificate: string;
  readonly maxLiteralBytes: number;
  /** Logged-in sessions per user, for the connection limit. */
  readonly sessions: Map<string, Set<ImapSession>>;
  readonly logs: SessionLogs | undefined;
}

/** What a client has to switch on before it counts (RFC 5161). */
export type EnabledCapability = "CONDSTORE" | "QRESYNC" | "IMAP4rev2" | "UTF8=ACCEPT";

/** The state of one connection: who is logged in, what is selected, what is enabled. */
export class ImapSession implements AnnouncedSession {
  readonly connection: ImapConnection;
  readonly server: ImapServerContext;
  readonly announcer: Announcer = new Announcer(this);
  readonly enabled: Set<EnabledCapability> = new Set();
  account: MailAccount | undefined;
  hasSentId = false;
  isIdling = false;
  isLoggedOut = false;
  capabilityAnswers = 0;
  commandsSinceLogin = 0;
  /** UIDs kept by SEARCH RETURN (SAVE) for `$` (RFC 5182). */
  savedUids: readonly number[] = [];
  notifier: SessionNotifier | undefined;
  isBusy = false;
  #selected: SelectedMailbox | undefined;
  #unwatch: (() => void) | undefined;

  constructor(connection: ImapConnection, server: ImapServerContext) {
    this.connection = connection;
    this.server = server;
    if (!this.offers("IMAP4rev1")) this.enabled.add("IMAP4rev2");
  }

  /** The client speaks IMAP4rev2 (RFC 9051). */
  get isRev2(): boolean {
    return this.enabled.has("IMAP4rev2");
  }

  get quirks(): ImapQuirks {
    return this.server.options.quirks ?? {};
  }

  get selected(): SelectedMailbox | undefined {
    return this.#selected;
  }

  /** The account; only commands that need a login call this. */
  requireAccount(): MailAccount {
    if (!this.account) throw new ImapRefusal("BAD", "Please log in first");
    return this.account;
  }

  requireSelected(): SelectedMailbox {
    if (!this.#selected) throw new ImapRefusal("BAD", "No mailbox selected");
    return this.#selected;
  }

  /** The selected mailbox, if it may be changed. */
  requireWritable(): SelectedMailbox {
    const selected = this.requireSelected();
    if (selected.isReadOnly) throw new ImapRefusal("NO", "Mailbox is read-only", "READ-ONLY");
    return selected;
  }

  offers(capability: ImapCapability): boolean {
    return !this.server.disabled.has(capability);
  }

  /** Whether AUTHENTICATE takes a mechanism; those that other protocols have besides are not IMAP's. */
  offersMechanism(name: string): boolean {
    return isImapCapability(`AUTH=${name}`) && !this.server.disabled.has(`AUTH=${name}`);
  }

  capabilities(): string {
    this.capabilityAnswers += 1;
    const { quirks } = this;
    if (this.capabilityAnswers <= (quirks.truncatedCapabilityAnswers ?? 0))
      return "IMAP4rev1 XAPPLEPUSHSERVICE";
    const lie = this.account ? quirks.capabilitiesAfterLogin : quirks.capabilitiesBeforeLogin;
    const words =
      lie ??
      listCapabilities({
        isAuthenticated: this.account !== undefined,
        isSecure: this.connection.isSecure,
        requiresTls: this.server.options.requireTls ?? false,
        maxLiteralBytes: this.server.maxLiteralBytes,
        disabled: this.server.disabled,
      });
    return words.join(" ");
  }

  logIn(account: MailAccount): void {
    this.account = account;
    const sessions = this.server.sessions.get(account.user) ?? new Set();
    this.server.sessions.set(account.user, sessions.add(this));
    this.#unwatch = account.watch((change) => this.announcer.note(change));
  }

  select(mailbox: StoredMailbox, isReadOnly: boolean): SelectedMailbox {
    this.savedUids = [];
    this.#selected = new SelectedMailbox(mailbox, isReadOnly);
    return this.#selected;
  }

  unselect(): void {
    this.#selected = undefined;
  }

  /** The path of a mailbox, from its name as atoms and strings give it. */
  decodePath(name: string): string {
    return decodePath(name, this.#nameRules);
  }

  /** A pattern of LIST, to be compared with full names. */
  decodePattern(pattern: string): string {
    return decodeName(pattern, this.#nameRules);
  }

  /** A mailbox name for the client. */
  encodePath(path: string, response: "LIST" | "STATUS" = "LIST"): string {
    const { bareNames } = this.quirks;
    return encodePath(path, this.#nameRules, bareNames === "all" || bareNames === response);
  }

  /** What stands between the levels of a mailbox name. */
  get delimiter(): string {
    return delimiterOf(this.quirks);
  }

  get #nameRules(): NameRules {
    return { isUtf8: this.isRev2 || this.enabled.has("UTF8=ACCEPT"), quirks: this.quirks };
  }

  /** Writes EXISTS. */
  exists(count: number): void {
    this.untagged(`${Math.max(0, count + (this.quirks.existsExcess ?? 0))} EXISTS`);
  }

  /** Writes one untagged response. */
  untagged(...parts: ResponsePart[]): void {
    this.connection.write("* ", ...parts, "\r\n");
  }

  /** The messages that a set of the client names; `$` are the saved ones. */
  resolve(set: NumberSet, isUid: boolean, isLenient = false): NumberedMessage[] {
    const selected = this.requireSelected();
    if (set === "saved") {
      return selected.resolve(
        this.savedUids.map((uid) => [uid, uid]),
        true,
      );
    }
    if (this.quirks.refuseDescendingSets && isDescending(set)) {
      throw new ImapRefusal("BAD", "Command Error. Invalid message set");
    }
    const hasStar = set.some((range) => range.includes(Number.POSITIVE_INFINITY));
    if (this.quirks.refuseStarWhenEmpty && hasStar && selected.messages.length === 0) {
      throw new ImapRefusal("BAD", "Invalid messageset");
    }
    return selected.resolve(set, isUid, isLenient);
  }

  /** Writes the flags of one message as FETCH, with MODSEQ once the client showed that it knows CONDSTORE. */
  flagsOf({ sequence, message }: NumberedMessage, withUid: boolean): void {
    const items = [
      ...(withUid ? [`UID ${message.uid}`] : []),
      ...(this.enabled.has("CONDSTORE") && !this.quirks.omitFetchModseq
        ? [`MODSEQ (${message.modseq})`]
        : []),
      `FLAGS ${this.formatFlags(message.flags, message.uid)}`,
    ];
    this.untagged(`${sequence} FETCH (${items.join(" ")})`);
  }

  /** The flag list of a message, `\Recent` included. */
  formatFlags(flags: ReadonlySet<string>, uid: number): string {
    const recent = !this.isRev2 && this.#selected?.recent.has(uid) ? ["\\Recent"] : [];
    return `(${[...flags, ...recent].join(" ")})`;
  }

  close(): void {
    this.#unwatch?.();
    this.#selected = undefined;
    const user = this.account?.user;
    if (user !== undefined) this.server.sessions.get(user)?.delete(this);
  }
}
