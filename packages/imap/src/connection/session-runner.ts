import {
  type ConnectionPool,
  isMailError,
  MailError,
  type PoolStats,
  type RetryPolicy,
  retry,
  withDeadline,
} from "@mailwright/core";
import { loggedRetry } from "@mailwright/core/internal";
import type { FolderRole } from "../folders/folder.js";
import { listFolders } from "../folders/list-folders.js";
import type { ImapSession, ImapState } from "../session/imap-session.js";
import { requireSameMailbox } from "../session/same-mailbox.js";
import { refreshMailbox, type SelectedMailbox, selectMailbox } from "../session/selected-mailbox.js";
import { takeWatchPlace } from "./connection-reservations.js";
import { endFolderEpoch, folderEpoch } from "./folder-epoch.js";
import type { ImapAccount } from "./imap-account.js";
import { createImapPool } from "./imap-pool.js";
import { ImapPoolKey } from "./imap-pool-key.js";
import type { FolderTask, RunOptions } from "./run-options.js";

/** Octets that went over a client's connections. */
export interface ImapTraffic {
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/** The connections of one client: lends sessions, repeats what may be repeated, knows the state. */
export class ImapConnections {
  readonly #key: ImapPoolKey;
  readonly #pool: ConnectionPool<ImapSession, ImapPoolKey>;
  readonly #ownsPool: boolean;
  readonly #policy: RetryPolicy;
  readonly #sessions = new Set<ImapSession>();
  // Made when they are needed: of many clients, few have listeners and watches.
  #listeners: Set<(state: ImapState) => void> | undefined;
  #lifetime: AbortController | undefined;
  #isClosed = false;
  readonly #endedTraffic = { sent: 0, received: 0 };
  #acquiring = 0;
  #hasFailed = false;
  #lastState: ImapState = "disconnected";
  #roles: { readonly epoch: number; readonly byName: ReadonlyMap<string, FolderRole> } | undefined;

  constructor(account: ImapAccount, pool: ConnectionPool<ImapSession, ImapPoolKey> | undefined) {
    this.#ownsPool = pool === undefined;
    this.#pool = pool ?? createImapPool(account.options.poolLimits);
    this.#key = new ImapPoolKey(account);
    this.#policy = loggedRetry(account.options.retry, account.logger);
  }

  get account(): ImapAccount {
    return this.#key.account;
  }

  /** The most advanced state of any connection, or `"error"` when the last try to get one failed. */
  get state(): ImapState {
    const states = new Set([...this.#sessions].map((session) => session.state));
    for (const state of ["idle", "selected", "authenticated"] as const) if (states.has(state)) return state;
    if (this.#acquiring > 0) return "connecting";
    return this.#hasFailed ? "error" : "disconnected";
  }

  get stats(): PoolStats {
    return this.#pool.stats(this.#key);
  }

  /** Octets on the wire since the start, TLS apart. */
  get traffic(): ImapTraffic {
    const sum = { ...this.#endedTraffic };
    for (const session of this.#sessions) add(sum, session.flow.stats());
    return { sentBytes: sum.sent, receivedBytes: sum.received };
  }

  /** Fires when the client closes. */
  get closed(): AbortSignal {
    this.#lifetime ??= new AbortController();
    if (this.#isClosed) this.#lifetime.abort(clientClosed());
    return this.#lifetime.signal;
  }

  /** A place for a watch of a folder; throws `"limit"`. */
  takeWatchPlace(folder: string): () => void {
    const { maxPerKey } = this.#pool.limits;
    const { logger } = this.account;
    return takeWatchPlace({ pool: this.#pool, key: this.#key, maxPerKey, folder, logger });
  }

  /** A folder was created, deleted or renamed: roles and open mailboxes are looked up anew. */
  foldersChanged(): void {
    endFolderEpoch(this.#pool, this.#key);
  }

  /** The role of a folder; the list of folders is asked for once, on a session that is lent already. */
  async roleOf(folder: string, session: ImapSession, signal?: AbortSignal): Promise<FolderRole | undefined> {
    const epoch = this.#epoch;
    if (this.#roles?.epoch !== epoch) {
      const folders = await listFolders(session, { signal });
      this.#roles = { epoch, byName: new Map(folders.map(({ name, role }) => [name, role])) };
    }
    return this.#roles.byName.get(folder);
  }

  onState(listener: (state: ImapState) => void): () => void {
    this.#listeners ??= new Set();
    const listeners = this.#listeners;
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Runs a task on a session, again on another one when it failed in a way that allows it. */
  run<T>(
    task: (session: ImapSession, signal?: AbortSignal) => Promise<T>,
    options: RunOptions = {},
  ): Promise<T> {
    const { policy = this.#policy, prefer, isChange = false } = options;
    let held: ImapSession | undefined;
    let hasBegun = false;
    const work = async (session: ImapSession, signal: AbortSignal | undefined): Promise<T> => {
      held = session;
      hasBegun = true;
      try {
        return await task(session, signal);
      } finally {
        held = undefined;
      }
    };
    const attempt = async (signal: AbortSignal | undefined): Promise<T> => {
      if (this.#isClosed) throw clientClosed();
      return retry(() => this.#once(work, signal, prefer), policy, { signal, protocol: "imap" });
    };
    if (options.timeoutMs === undefined) return attempt(options.signal);
    return withDeadline(attempt, {
      timeoutMs: options.timeoutMs,
      signal: options.signal,
      protocol: "imap",
      phase: () => held?.phase ?? "acquire",
      cause: () => (held === undefined ? this.#pool.lastFailure(this.#key) : undefined),
      retryable: () => !(isChange && hasBegun),
    });
  }

  /**
   * Runs a task with a mailbox open, on a connection that has it open already if one is free. A task is not
   * repeated on a mailbox of another UIDVALIDITY (`"conflict"`).
   */
  inFolder<T>(path: string, task: FolderTask<T>, options: RunOptions = {}): Promise<T> {
    const prefer = (session: ImapSession): boolean => session.selected?.path === path;
    let first: SelectedMailbox | undefined;
    return this.run(
      async (session, signal) => {
        await options.prepare?.(session, signal);
        const mailbox = await this.#select(session, path, options.synced, signal);
        first ??= mailbox;
        requireSameMailbox(mailbox, first.uidValidity);
        return task(session, mailbox, signal);
      },
      { prefer, ...options },
    );
  }

  get #epoch(): number {
    return folderEpoch(this.#pool, this.#key);
  }

  async close(graceMs: number | undefined): Promise<void> {
    this.#isClosed = true;
    this.#lifetime?.abort(clientClosed());
    if (this.#ownsPool) await this.#pool.close({ graceMs });
    this.#hasFailed = false;
    this.#changed();
  }

  /** Opens a mailbox on a lent session; one that is open already learns what our other connections, and others, have done. */
  async #select(
    session: ImapSession,
    path: string,
    synced: WeakSet<ImapSession> | undefined,
    signal: AbortSignal | undefined,
  ): Promise<SelectedMailbox> {
    const open = await selectMailbox(session, path, { signal, epoch: this.#epoch });
    const isSynced = open.isFresh || synced?.has(session) === true;
    const mailbox = isSynced ? open : await refreshMailbox(session, open, signal);
    synced?.add(session);
    return mailbox;
  }

  async #once<T>(
    task: (session: ImapSession, signal?: AbortSignal) => Promise<T>,
    signal: AbortSignal | undefined,
    prefer: ((session: ImapSession) => boolean) | undefined,
  ): Promise<T> {
    this.#acquiring += 1;
    this.#changed();
    let isAcquired = false;
    const acquired = (): void => {
      if (isAcquired) return;
      isAcquired = true;
      this.#acquiring -= 1;
    };
    try {
      return await this.#pool.use(
        this.#key,
        async (session) => {
          acquired();
          this.#hasFailed = false;
          this.#watch(session);
          return await task(session, signal);
        },
        { signal, prefer },
      );
    } catch (error) {
      if (!isAcquired && isMailError(error) && error.code !== "aborted") this.#hasFailed = true;
      throw error;
    } finally {
      acquired();
      this.#changed();
    }
  }

  #watch(session: ImapSession): void {
    if (this.#sessions.has(session)) return;
    this.#sessions.add(session);
    session.events.onState(() => this.#changed());
    session.onClosed(() => {
      if (this.#sessions.delete(session)) add(this.#endedTraffic, session.flow.stats());
      this.#changed();
    });
    this.#changed();
  }

  #changed(): void {
    const { state } = this;
    if (state === this.#lastState) return;
    this.#lastState = state;
    for (const listener of this.#listeners ?? []) listener(state);
  }
}

function clientClosed(): MailError {
  return new MailError("The client is closed", { code: "closed", protocol: "imap" });
}

function add(sum: { sent: number; received: number }, more: { sent: number; received: number }): void {
  sum.sent += more.sent;
  sum.received += more.received;
}
