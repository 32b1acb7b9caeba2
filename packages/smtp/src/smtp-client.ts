import type { DeliveryResult, DeliveryStatus, OperationOptions } from "@mailwright/core";
import { clientClosed, throwIfAborted } from "@mailwright/core/internal";
import type { SmtpPoolKey } from "./connection/smtp-account.js";
import { connectionsOf, type SmtpConnections, SmtpPool } from "./connection/smtp-pool.js";
import {
  type SmtpConnectionReport,
  type TestConnectionOptions,
  testConnection,
} from "./connection/test-connection.js";
import type { OutgoingMessage } from "./message/outgoing-message.js";
import { renderWithin } from "./render/render-message.js";
import type { RenderedMessage } from "./render/restore-rendered.js";
import { Idempotency, type KeyedSend } from "./send/idempotency.js";
import { joinSend } from "./send/join-send.js";
import { type SendAllOptions, sendAll } from "./send/send-all.js";
import { OpenCalls, type SendCall, type SendOptions } from "./send/send-call.js";
import { type Sender, sendMessage } from "./send/send-message.js";
import { SendPace } from "./send/send-pace.js";
import { SendQueue } from "./send/send-queue.js";
import type { Messages, SendOne } from "./send/send-window.js";
import type { IndexedDeliveryResult } from "./send/settled-delivery.js";
import {
  type ResolvedSmtpOptions,
  resolveSmtpOptions,
  type SmtpClientOptions,
  smtpPoolKey,
} from "./smtp-options.js";
import { emptyOutcomes, type SmtpStats } from "./smtp-stats.js";
import { requireObject } from "./validate/validate-message.js";

/** One message waits for its answer, the envelope of another is behind it, and a third is ready. */
const TURNS_PER_CONNECTION = 3;

/** Sends mail through one server; holds a pool of connections, so one client serves a whole process. */
export class SmtpClient implements AsyncDisposable {
  readonly #options: ResolvedSmtpOptions;
  readonly #pool: SmtpConnections;
  readonly #leavePool: () => Promise<void>;
  readonly #ownsPool: boolean;
  readonly #key: SmtpPoolKey;
  readonly #queue: SendQueue;
  readonly #sender: Sender;
  readonly #calls = new OpenCalls();
  readonly #inFlight = new Set<Promise<unknown>>();
  readonly #idempotency = new Idempotency();
  readonly #outcomes: Record<DeliveryStatus, number> = emptyOutcomes();
  #isClosed = false;

  /** Checks the options and connects nowhere yet; throws `"invalid-argument"`. */
  constructor(options: SmtpClientOptions) {
    this.#options = resolveSmtpOptions(options);
    this.#key = smtpPoolKey(this.#options);
    this.#ownsPool = !(options.pool instanceof SmtpPool);
    this.#pool = connectionsOf(options.pool, this.#options.logger);
    this.#leavePool = this.#pool.join(this.#key);
    this.#queue = new SendQueue(
      TURNS_PER_CONNECTION * this.#pool.limits.maxPerKey,
      this.#options.limits.maxQueued,
    );
    this.#sender = {
      pool: this.#pool,
      key: this.#key,
      settings: this.#options,
      limits: this.#options.limits,
      queue: this.#queue,
      pace: new SendPace(this.#options.rateLimits),
      render: (message, given) => this.renderMessage(message, given),
    };
  }

  /**
   * Sends a message, as it is or as `renderMessage` made it, and tells exactly what became of it; resolves
   * whatever that is. Rejects only for a misuse: `"closed"` after `close()`, `"aborted"` when the signal had
   * fired before.
   */
  async send(message: OutgoingMessage | RenderedMessage, options: SendOptions = {}): Promise<DeliveryResult> {
    if (this.#isClosed) throw clientClosed("smtp");
    throwIfAborted(options.signal, "smtp");
    const { idempotencyKey, resume } = options;
    const call = this.#calls.open(options);
    if (idempotencyKey === undefined) return this.#track(this.#send(message, call), call.release);
    // What is resumed goes on from a result that may be remembered under the key itself.
    const key = resume === undefined ? idempotencyKey : `${idempotencyKey}\0${resume.attempts.length}`;
    return this.#track(this.#idempotency.once(key, this.#keyed(message, call)), call.release);
  }

  /**
   * Sends every message of an iterable and yields the results, each as soon as its turn comes and with the `tag` and key
   * that came with its message. Takes no more
   * messages from it than are being worked on, so that neither messages nor results pile up; a message that
   * fails is a result. When the source fails, the signal fires or the client is closed, it yields the results
   * of the messages under way before it rejects.
   */
  sendAll<Tag = undefined>(
    messages: Messages<Tag>,
    options: SendAllOptions = {},
  ): AsyncGenerator<IndexedDeliveryResult<Tag>, void, undefined> {
    const { signal, timeoutMs, concurrency = TURNS_PER_CONNECTION * this.#pool.limits.maxPerKey } = options;
    const send: SendOne<Tag> = async ({ message, idempotencyKey, resume }) =>
      this.send(message, { signal, timeoutMs, idempotencyKey, resume });
    return sendAll(messages, send, { ...options, concurrency });
  }

  /**
   * The message as `send` would put it on the wire, to store in a Sent folder. Rejects with a
   * {@link InvalidMessageError}.
   */
  async renderMessage(message: OutgoingMessage, options: SendOptions = {}): Promise<RenderedMessage> {
    requireObject(message);
    const { limits, from, dkim, timeouts } = this.#options;
    const { signal, idempotencyKey } = options;
    return renderWithin(limits, message, {
      signal,
      idempotencyKey,
      sourceMs: timeouts.sourceMs,
      from: message.from ?? from,
      dkim: message.dkim ?? dkim,
    });
  }

  /** Connects and logs in on a connection of its own and says how that went; a failure is part of the report. */
  async testConnection(options: TestConnectionOptions = {}): Promise<SmtpConnectionReport> {
    if (this.#isClosed) throw clientClosed("smtp");
    return this.#track(testConnection(this.#key.account, options));
  }

  /** Makes sure that a connection is open, so that the first message finds one; rejects when none can be. */
  async connect(options: OperationOptions = {}): Promise<void> {
    if (this.#isClosed) throw clientClosed("smtp");
    const lease = await this.#pool.acquire(this.#key, options);
    await lease.release();
  }

  /** Whether the server takes the credentials, found out on a connection of its own; rejects when not. */
  async authenticate(options: OperationOptions = {}): Promise<void> {
    const { error } = await this.testConnection(options);
    if (error !== undefined) throw error;
  }

  /** Connections, queue and outcomes so far. */
  stats(): SmtpStats {
    const messages = { ...this.#outcomes };
    const counts = { queued: this.#queue.waiting, inFlight: this.#inFlight.size, messages };
    return { ...this.#pool.stats(this.#key), ...counts };
  }

  /**
   * Takes no more messages and waits up to `graceMs` for those under way; then it cuts the rest short, and
   * their results say how far they came. A shared pool stays open. @defaultValue graceMs 30000
   */
  async close(options: { readonly graceMs?: number | undefined } = {}): Promise<void> {
    this.#isClosed = true;
    const { graceMs = 30_000 } = options;
    const rest = Promise.allSettled([...this.#inFlight]);
    await settledWithin(rest, graceMs);
    this.#calls.abort(clientClosed("smtp"));
    await rest;
    if (this.#ownsPool) await this.#pool.close({ graceMs: 0 });
    else await this.#leavePool();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #send(message: OutgoingMessage | RenderedMessage, call: SendCall): Promise<DeliveryResult> {
    const result = await sendMessage(message, call, this.#sender);
    this.#outcomes[result.status] += 1;
    return result;
  }

  #keyed(message: OutgoingMessage | RenderedMessage, call: SendCall): KeyedSend {
    return {
      begin: () => this.#send(message, call),
      join: (other) => joinSend(other, message, call),
      isCutShort: () => call.signal.aborted,
    };
  }

  #track<T>(promise: Promise<T>, release: () => void = () => {}): Promise<T> {
    const settled = (): void => {
      this.#inFlight.delete(tracked);
      release();
    };
    const tracked: Promise<void> = promise.then(settled, settled);
    this.#inFlight.add(tracked);
    return promise;
  }
}

/** Waits, but no longer than that; a time that no timer can measure is for ever. */
async function settledWithin(work: Promise<unknown>, timeMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    if (timeMs < 2 ** 31) timer = setTimeout(resolve, timeMs);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
