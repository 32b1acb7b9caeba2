import {
  type ConnectionPool,
  isMailError,
  type OperationOptions,
  type PoolStats,
  type RetryPolicy,
  retry,
  withDeadline,
} from "@mailwright/core";
import { clientClosed, loggedRetry } from "@mailwright/core/internal";
import { checkFolderPath, type FolderPath, joinFolderPath } from "../session/folder-path.js";
import type { ImapSession } from "../session/imap-session.js";
import type { PathRules } from "../session/path-rules.js";
import { requireSameMailbox, type SelectedMailbox } from "../session/selected-mailbox.js";
import { ClientState } from "./client-state.js";
import { reserveConnection } from "./connection-reservations.js";
import { endFolderEpoch, folderEpoch } from "./folder-epoch.js";
import { createPoolKey, type ImapAccount, type ImapPoolKey } from "./imap-account.js";
import { connectionsOf, createImapPool, type ImapPool } from "./imap-pool.js";
import type { FolderTask, RunOptions } from "./run-options.js";

/** Runs the work of one client on sessions that its pool lends, and repeats what may be repeated. */
export class SessionRunner {
  /** What the client's connections are doing. */
  readonly state: ClientState = new ClientState();
  readonly #key: ImapPoolKey;
  readonly #pool: ConnectionPool<ImapSession, ImapPoolKey>;
  readonly #ownsPool: boolean;
  readonly #policy: RetryPolicy;
  // Made when it is needed: of many clients, few have watches.
  #lifetime: AbortController | undefined;
  #isClosed = false;
  #pathRules: PathRules | undefined;

  constructor(account: ImapAccount, shared: ImapPool | undefined) {
    this.#ownsPool = shared === undefined;
    this.#pool = connectionsOf(
      shared ?? createImapPool(account.options.poolLimits, { logger: account.logger }),
    );
    this.#key = createPoolKey(account);
    this.#policy = loggedRetry(account.options.retry, account.logger);
  }

  get account(): ImapAccount {
    return this.#key.account;
  }

  get stats(): PoolStats {
    return this.#pool.stats(this.#key);
  }

  /** Fires when the client closes. */
  get closed(): AbortSignal {
    this.#lifetime ??= new AbortController();
    if (this.#isClosed) this.#lifetime.abort(clientClosed("imap"));
    return this.#lifetime.signal;
  }

  /** Keeps a connection for a watch of a folder, until the answer is called; throws `"limit"`. */
  reserveConnection(folder: string): () => void {
    const { logger } = this.account;
    // The server may have taught a lower cap than the one that was set.
    const maxPerKey = this.stats.effectiveCap;
    return reserveConnection({ pool: this.#pool, key: this.#key, maxPerKey, folder, logger });
  }

  /** A folder was created, deleted or renamed: roles and open mailboxes are looked up anew. */
  foldersChanged(): void {
    endFolderEpoch(this.#pool, this.account.key);
  }

  /** Counts how often folders of the account were created, deleted or renamed. */
  get folderEpoch(): number {
    return folderEpoch(this.#pool, this.account.key);
  }

  /**
   * The full name of a folder. What joins the names of a path is asked for once, when a client is given the first
   * path. Throws `"invalid-argument"`.
   */
  async folderName(path: FolderPath, { signal, timeoutMs }: OperationOptions = {}): Promise<string> {
    checkFolderPath(path);
    if (typeof path === "string") return path;
    const { readPathRules } = await import("../session/path-rules.js");
    this.#pathRules ??= await this.run(readPathRules, { signal, timeoutMs });
    return joinFolderPath(path, this.#pathRules);
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
      if (this.#isClosed) throw clientClosed("imap");
      const hasWorked = (): boolean => this.stats.created > 0;
      return retry(() => this.#once(work, signal, prefer), policy, { signal, protocol: "imap", hasWorked });
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
        const mailbox = await this.#select(session, path, options, signal);
        first ??= mailbox;
        requireSameMailbox(mailbox, first.uidValidity);
        return task(session, mailbox, signal);
      },
      { prefer, ...options },
    );
  }

  async close(graceMs: number | undefined): Promise<void> {
    this.#isClosed = true;
    this.#lifetime?.abort(clientClosed("imap"));
    if (this.#ownsPool) await this.#pool.close({ graceMs });
    this.state.closed();
  }

  /** Opens a mailbox on a lent session; one that is open already learns what our other runner, and others, have done. */
  async #select(
    session: ImapSession,
    path: string,
    { synced, isChange = false }: RunOptions,
    signal: AbortSignal | undefined,
  ): Promise<SelectedMailbox> {
    const { refreshMailbox, selectMailbox } = await import("../session/select-mailbox.js");
    const isReading = !isChange;
    const open = await selectMailbox(session, path, { signal, epoch: this.folderEpoch, isReading });
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
    const acquired = this.state.acquiring();
    let isAcquired = false;
    try {
      return await this.#pool.use(
        this.#key,
        async (session) => {
          isAcquired = true;
          acquired();
          this.state.acquired(session);
          return await task(session, signal).catch((error: unknown) => {
            // Without a farewell, which the caller would wait for: what such a server says is not to be relied on.
            if (isMailError(error) && error.connectionBroken) session.destroy();
            throw error;
          });
        },
        { signal, prefer },
      );
    } catch (error) {
      if (!isAcquired && isMailError(error) && error.code !== "aborted") this.state.failed();
      throw error;
    } finally {
      acquired();
      this.state.settled();
    }
  }
}
