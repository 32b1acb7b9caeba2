import {
  type BatchResult,
  type ConnectionPool,
  type ConnectionReport,
  exponentialBackoff,
  type Lease,
  MailError,
  type OperationOptions,
  type PoolStats,
  type RetryPolicy,
  silentLogger,
} from "@mailwright/core";
import {
  accountKey,
  CredentialsResolver,
  clientClosed,
  guardLogger,
  guardTranscript,
  loggedRetry,
  Redactor,
  requireOptions,
  resolveRetry,
  resolveServer,
} from "@mailwright/core/internal";

import type { Pop3Connection } from "./connection/pop3-connection.js";
import {
  connectionsOf,
  createPoolKey,
  createPop3Pool,
  Pop3Pool,
  type Pop3PoolKey,
} from "./connection/pop3-pool.js";
import { RememberedCapabilities } from "./connection/remembered-capabilities.js";
import { POP3_AUTH_METHODS, resolvePop3Limits, resolvePop3Timeouts } from "./pop3-limits.js";
import { POP3_OPTIONS, type Pop3ClientOptions } from "./pop3-options.js";
import type { Pop3Message } from "./session/fetch-window.js";
import type { Pop3MessageInfo } from "./session/listing.js";
import { numberOf, type Pop3MessageRef } from "./session/message-ref.js";
import type { Pop3Session } from "./session/pop3-session.js";
import { isInTaskOf, runAsTaskOf } from "./session/running-task.js";
import type { Pop3SyncBatch, Pop3SyncOptions } from "./sync/sync-options.js";
import type { SyncRun } from "./sync/sync-run.js";
import type { Pop3Stat } from "./wire/parse-listing.js";
import type { Pop3Capabilities } from "./wire/pop3-capabilities.js";

const PORTS = { tls: 995, starttls: 110, none: 110 } as const;
/** A server that restarts is waited for. */
const RETRY = { attempts: 3, backoff: exponentialBackoff(), outageMs: 30_000 };

/**
 * One POP3 account. Work is done in sessions, each on a connection of its own: a mailbox is locked by its
 * session and deletions are carried out at its end. Connecting is retried, `"busy"` mailboxes included.
 */
export class Pop3Client implements AsyncDisposable {
  readonly #pool: ConnectionPool<Pop3Connection, Pop3PoolKey>;
  readonly #ownsPool: boolean;
  readonly #key: Pop3PoolKey;
  readonly #retry: RetryPolicy;
  readonly #syncs = new Set<SyncRun>();
  #isClosed = false;

  /** Connects to nothing yet; throws `"invalid-argument"` for options that cannot work. */
  constructor(options: Pop3ClientOptions) {
    requireOptions(options, "pop3", POP3_OPTIONS);
    const server = resolveServer(options.server, PORTS, "pop3");
    const { credentials, authMethod, utf8, language, hostPolicy, transcript } = options;
    if (authMethod !== undefined && !Object.hasOwn(POP3_AUTH_METHODS, authMethod)) {
      const message = `authMethod is none of ${Object.keys(POP3_AUTH_METHODS).join(", ")}`;
      throw new MailError(message, { code: "invalid-argument", protocol: "pop3" });
    }
    const timeouts = resolvePop3Timeouts(options.timeouts);
    const limits = resolvePop3Limits(options.limits);
    const account = {
      server,
      credentials: credentials === undefined ? undefined : new CredentialsResolver(credentials),
      authMethod,
      utf8,
      language,
      timeouts,
      limits,
      logger: guardLogger(options.logger ?? silentLogger),
      redactor: new Redactor(),
      hostPolicy,
      transcript: guardTranscript(transcript),
      remembered: new RememberedCapabilities(),
    };
    this.#key = createPoolKey(accountKey(server, credentials, hostPolicy), account);
    const { pool } = options;
    this.#ownsPool = !(pool instanceof Pop3Pool);
    this.#pool = connectionsOf(
      pool instanceof Pop3Pool ? pool : createPop3Pool(pool, { logger: account.logger }),
    );
    this.#retry = loggedRetry(resolveRetry(RETRY, options.retry, "pop3"), account.logger);
  }

  /**
   * Connects, logs in, runs the task, and ends the session. Resolves with the task's value only when the
   * server has confirmed the session's deletions by answering `QUIT` with `+OK`. When the task throws,
   * deletions are taken back and its error is thrown on. Rejects with `"unknown-outcome"` when the answer to
   * `QUIT` is missing or bad; with any other error nothing was deleted. The task is never run twice.
   */
  session<T>(task: (box: Pop3Session) => Promise<T>, options: OperationOptions = {}): Promise<T> {
    return this.#run(task, options, false);
  }

  /** `STAT`, in a session of its own like all that follow. */
  stat(options: OperationOptions = {}): Promise<Pop3Stat> {
    return this.#run((box) => box.stat(), options);
  }

  /** Number, size and UIDL of every message. */
  listMessages(options: OperationOptions = {}): Promise<readonly Pop3MessageInfo[]> {
    return this.#run((box) => box.listMessages(), options);
  }

  /** One message. */
  fetchMessage(message: Pop3MessageRef, options: OperationOptions = {}): Promise<Pop3Message> {
    return this.#run(async (box) => box.fetchMessage(await numberOf(message, box)), options);
  }

  /**
   * Several messages by number, all in memory at once. One that the server sends so that nothing behind it can be
   * read fails alone: the rest is fetched in sessions after that one.
   */
  async fetchMessages(
    numbers: readonly number[],
    options: OperationOptions = {},
  ): Promise<BatchResult<number, Pop3Message>> {
    const { timeoutMs = Number.POSITIVE_INFINITY, signal } = options;
    const startedAt = performance.now();
    const { fetchAcrossSessions } = await import("./session/fetch-across-sessions.js");
    return fetchAcrossSessions(numbers, (left, check) => {
      const remaining = { signal, timeoutMs: Math.max(1, timeoutMs - (performance.now() - startedAt)) };
      return this.#run((box) => box.fetchAllChecked(left, check), remaining);
    });
  }

  /** Header and some lines of one message. */
  top(message: Pop3MessageRef, lines: number, options: OperationOptions = {}): Promise<Buffer> {
    return this.#run(async (box) => box.top(await numberOf(message, box), lines), options);
  }

  /** Size of one message as the server counts. */
  messageSize(message: Pop3MessageRef, options: OperationOptions = {}): Promise<number> {
    return this.#run(async (box) => box.messageSize(await numberOf(message, box)), options);
  }

  /** Deletes one message for good. Numbers shift between sessions: name it by its UIDL unless nobody else deletes. */
  deleteMessage(message: Pop3MessageRef, options: OperationOptions = {}): Promise<void> {
    return this.#run(async (box) => box.deleteMessage(await numberOf(message, box)), options, false);
  }

  /** Deletes several messages for good; see {@link deleteMessage}. */
  deleteMessages(
    numbers: readonly number[],
    options: OperationOptions = {},
  ): Promise<BatchResult<number, void>> {
    return this.#run((box) => box.deleteMessages(numbers), options, false);
  }

  /**
   * What has changed since `cursor`, as batches to store and acknowledge; the cursor moves only past what was
   * acknowledged. When nothing has, it costs one round trip beside login and good-bye (with `PIPELINING`), and a
   * listing. The mailbox is locked while the iteration lasts; a session that is lost meanwhile is opened again and
   * nothing is handed out twice. Messages that the server will not give are `unfetchable` and tried again in the next
   * sync.
   */
  async *sync(options: Pop3SyncOptions = {}): AsyncGenerator<Pop3SyncBatch, void, undefined> {
    this.#requireUsable();
    const acquire = (signal: AbortSignal | undefined) => this.#pool.acquire(this.#key, { signal });
    const lastFailure = (): MailError | undefined => this.#pool.lastFailure(this.#key);
    const hasWorked = (): boolean => this.#pool.stats(this.#key).created > 0;
    const source = { policy: this.#retry, waiting: this.#syncs, acquire, lastFailure, hasWorked };
    const { syncMailbox } = await import("./sync/sync.js");
    yield* syncMailbox(source, options);
  }

  /** What the server says that it can do, after login. */
  capabilities(options: OperationOptions = {}): Promise<Pop3Capabilities> {
    return this.#run((box) => box.latestCapabilities(), options);
  }

  /** Tries to connect and log in, once; a failure is data in the report. Works without credentials too. */
  async testConnection(options: OperationOptions = {}): Promise<ConnectionReport> {
    const { testConnection } = await import("./session/test-connection.js");
    const acquire = async (): Promise<Lease<Pop3Connection>> => {
      this.#requireFree();
      // A test asks for everything itself.
      this.#key.account.remembered.take();
      return this.#pool.acquire(this.#key, options);
    };
    return testConnection(this.#key.account.server, acquire, options);
  }

  /** Figures of this account's sessions. */
  stats(): PoolStats {
    return this.#pool.stats(this.#key);
  }

  /** Refuses new sessions and ends those under way after `graceMs`; a shared pool stays open. @defaultValue graceMs 5000 */
  async close(options: { readonly graceMs?: number } = {}): Promise<void> {
    this.#isClosed = true;
    if (this.#ownsPool) await this.#pool.close(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #run<T>(
    task: (box: Pop3Session) => Promise<T>,
    options: OperationOptions,
    isRepeatable = true,
  ): Promise<T> {
    this.#requireUsable();
    const source = { pool: this.#pool, key: this.#key, policy: this.#retry, isRepeatable };
    return runAsTaskOf(this, async (mark) => {
      const { runSession } = await import("./session/run-session.js");
      return runSession(source, (box) => mark(() => task(box)), options);
    });
  }

  /** A session of this client that is waited for by the code inside another one would wait for ever. */
  #requireFree(): void {
    const isInTask = isInTaskOf(this);
    if (!isInTask && ![...this.#syncs].some((run) => run.isOpen)) return;
    const message = isInTask
      ? "The mailbox is in use by the session that this call is made in: use the session's own methods"
      : "The mailbox is in use by this client's sync(): end the iteration first, or keep the call for after it";
    throw new MailError(message, { code: "busy", protocol: "pop3", phase: "session", retryable: true });
  }

  #requireUsable(): void {
    if (this.#isClosed) throw clientClosed("pop3");
    if (this.#key.account.credentials !== undefined) return this.#requireFree();
    throw new MailError("A session needs credentials", { code: "invalid-argument", protocol: "pop3" });
  }
}
