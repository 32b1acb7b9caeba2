import type { Readable } from "node:stream";
import {
  type BatchItem,
  type BatchResult,
  isMailError,
  MailError,
  type OperationOptions,
} from "@mailwright/core";
import { toBatchResult } from "@mailwright/core/internal";
import { type AskOptions, ask } from "../connection/ask.js";
import { guarded, guardOperation } from "../connection/operation-guard.js";
import type { Pop3Connection } from "../connection/pop3-connection.js";
import { type MailboxStatus, type MessageSize, type MessageUidl, splitLines } from "../wire/parse-listing.js";
import type { Pop3Capabilities } from "../wire/pop3-capabilities.js";
import { createCommand } from "../wire/pop3-command.js";
import type { Pop3Message } from "./fetch-window.js";
import { type Pop3MessageInfo, readSize, readSizes, readStat, readUidls } from "./listing.js";
import { type FetchedMessages, MessageFetcher } from "./message-fetcher.js";
import { requireNumber } from "./message-number.js";
import { openMessageStream } from "./message-stream.js";

/**
 * A mailbox while it is locked for one session (RFC 1939 §5); the argument of the task given to
 * `Pop3Client.session()`, and of no use after it. Message numbers are valid in this session only.
 *
 * Every method takes `{ signal, timeoutMs }`. Aborting, or running out of time, ends the session: POP3 cannot
 * take back a command. A refusal rejects with what it means (`"not-found"`, `"rejected"`, …) and the session
 * goes on; any other error ends it.
 */
export class Pop3Session {
  readonly #connection: Pop3Connection;
  readonly #deleted = new Set<number>();
  readonly #fetcher: MessageFetcher;
  #stream: Readable | undefined;

  /** @internal */
  constructor(connection: Pop3Connection) {
    this.#connection = connection;
    this.#fetcher = new MessageFetcher(connection, this.#deleted);
  }

  /** Such as `"pop.example.com:user@example.com#3"`. */
  get connectionId(): string {
    return this.#connection.wire.connectionId;
  }

  /** What the server said that it can do, after login. */
  get capabilities(): Pop3Capabilities {
    return this.#connection.capabilities;
  }

  /** Numbers marked by `deleteMessage()`; the server removes them when the session ends well. */
  get deletions(): ReadonlySet<number> {
    return this.#deleted;
  }

  /** `STAT`: how many messages there are, those marked as deleted left out. */
  stat(options: OperationOptions = {}): Promise<MailboxStatus> {
    return this.#run(options, "stat", () => readStat(this.#connection));
  }

  /** `LIST`: number and size of every message. */
  list(options: OperationOptions = {}): Promise<MessageSize[]> {
    return this.#run(options, "list", () => readSizes(this.#connection));
  }

  /** `UIDL`: number and lasting name of every message; `"unsupported"` or `"rejected"` where there are none. */
  uidl(options: OperationOptions = {}): Promise<MessageUidl[]> {
    return this.#run(options, "uidl", () => readUidls(this.#connection));
  }

  /** `LIST` and `UIDL` in one, checked against `STAT` and each other; asked for once in a session. */
  listMessages(options: OperationOptions = {}): Promise<readonly Pop3MessageInfo[]> {
    return this.#run(options, "list", () => this.#fetcher.listMessages());
  }

  /** `LIST n`, in bytes as the server counts. */
  async getMessageSize(number: number, options: OperationOptions = {}): Promise<number> {
    requireNumber(number);
    const { sizeBytes } = await this.#run(options, "list", () => readSize(this.#connection, number));
    return sizeBytes;
  }

  /** One message; rejects with `"not-found"`, or `"limit"` when it is larger than `limits.maxMessageBytes`. */
  async fetchMessage(number: number, options: OperationOptions = {}): Promise<Pop3Message> {
    const { items } = await this.fetchMessages([number], options);
    const [item] = items;
    if (item?.ok === true) return item.value;
    throw item?.error ?? new MailError("No answer", { code: "protocol", protocol: "pop3", phase: "retr" });
  }

  /** Several messages, all in memory at once; a number that fails, fails alone. */
  async fetchMessages(
    numbers: readonly number[],
    options: OperationOptions = {},
  ): Promise<BatchResult<number, Pop3Message>> {
    const items: BatchItem<number, Pop3Message>[] = [];
    for await (const item of this.fetchEach(numbers, options)) items.push(item);
    return toBatchResult(items);
  }

  /**
   * Messages in order, pipelined where the server allows it, no faster than they are consumed. All of them,
   * or the given numbers. The first one that fails ends the iteration with its error; `fetchEach()` goes on.
   */
  async *messages(
    numbers?: readonly number[],
    options: OperationOptions = {},
  ): AsyncGenerator<Pop3Message, void, undefined> {
    for await (const item of this.fetchEach(numbers, options)) {
      if (!item.ok) throw item.error;
      yield item.value;
    }
  }

  /** Like `messages()`, but a message that fails is an item with its error, and the next one follows. */
  async *fetchEach(numbers?: readonly number[], options: OperationOptions = {}): FetchedMessages {
    this.#requireNoStream();
    yield* this.#fetcher.fetch(numbers, options);
  }

  /** `TOP`: the header of each message and `lines` lines of its body, otherwise like `fetchEach()`. */
  async *topEach(
    numbers: readonly number[] | undefined,
    lines: number,
    options: OperationOptions = {},
  ): FetchedMessages {
    requireNumber(lines, 0);
    this.#requireNoStream();
    yield* this.#fetcher.fetch(numbers, options, lines);
  }

  /** `TOP`: the header, an empty line and `lines` lines of the body. */
  async top(number: number, lines: number, options: OperationOptions = {}): Promise<Buffer> {
    requireNumber(number);
    requireNumber(lines, 0);
    const command = createCommand("TOP", [number, lines], { isMultiline: true });
    const { timeouts, limits } = this.#connection.account;
    const ask = { limitMs: timeouts.messageMs, maxBytes: limits.maxMessageBytes };
    const { body } = await this.#run(options, "top", () => this.#ask(command, ask));
    return body;
  }

  /**
   * One message as a stream, for mail larger than memory; the server is read as fast as the stream is. A
   * refusal is the stream's error. Until it has ended or is destroyed, every other command is refused.
   */
  messageStream(number: number, options: OperationOptions = {}): Readable {
    requireNumber(number);
    this.#requireNoStream();
    const { wire } = this.#connection;
    const lift = guardOperation(wire, options, "retr");
    const stream = openMessageStream(this.#connection, number, () => {
      lift();
      if (this.#stream === stream) this.#stream = undefined;
    });
    if (!stream.destroyed) this.#stream = stream;
    return stream;
  }

  /** `DELE`: marks a message. It is gone once the session has ended well, and only then. */
  async deleteMessage(number: number, options: OperationOptions = {}): Promise<void> {
    const { items } = await this.deleteMessages([number], options);
    const [item] = items;
    if (item?.ok === false) throw item.error;
  }

  /** `DELE` for several messages, pipelined where the server allows it; a number that fails, fails alone. */
  async deleteMessages(
    numbers: readonly number[],
    options: OperationOptions = {},
  ): Promise<BatchResult<number, void>> {
    for (const number of numbers) requireNumber(number);
    return this.#run(options, "dele", async () => {
      const answers = await Promise.allSettled(numbers.map((number) => this.#delete(number)));
      const items = answers.map((answer, index): BatchItem<number, void> => {
        const key = numbers[index] ?? 0;
        if (answer.status === "fulfilled") return { key, ok: true, value: undefined };
        if (isMailError(answer.reason) && !answer.reason.connectionBroken)
          return { key, ok: false, error: answer.reason };
        throw answer.reason;
      });
      return toBatchResult(items);
    });
  }

  /** `RSET`: takes all deletions back. */
  reset(options: OperationOptions = {}): Promise<void> {
    return this.#run(options, "rset", async () => {
      await this.#ask(createCommand("RSET"));
      this.#deleted.clear();
    });
  }

  /** `NOOP`: keeps the session alive; servers end it after about ten minutes of silence. */
  noop(options: OperationOptions = {}): Promise<void> {
    return this.#run(options, "noop", async () => {
      await this.#ask(createCommand("NOOP"));
    });
  }

  /** `LANG`: the languages that the server can answer in, tag and description (RFC 6856 §3.1). */
  languages(
    options: OperationOptions = {},
  ): Promise<{ readonly tag: string; readonly description: string }[]> {
    return this.#run(options, "lang", async () => {
      const { timeouts, limits } = this.#connection.account;
      const ask = { limitMs: timeouts.commandMs, maxBytes: limits.maxListingBytes };
      const { body } = await this.#ask(createCommand("LANG", [], { isMultiline: true }), ask);
      return splitLines(Buffer.from(body.toString("utf8"), "latin1")).map((line) => {
        const [tag = "", ...description] = line.split(" ");
        return { tag, description: description.join(" ") };
      });
    });
  }

  /** Lets a message stream that was left open pass by, so that the session can end. @internal */
  leaveStream(): void {
    this.#stream?.destroy(
      new MailError("The session ended before the message stream was read", {
        code: "closed",
        protocol: "pop3",
        phase: "retr",
      }),
    );
  }

  async #delete(number: number): Promise<void> {
    await this.#ask(createCommand("DELE", [number]));
    this.#deleted.add(number);
  }

  #ask(command: ReturnType<typeof createCommand>, options?: AskOptions): ReturnType<typeof ask> {
    const { wire, account } = this.#connection;
    return ask(wire, command, options ?? { limitMs: account.timeouts.commandMs });
  }

  async #run<T>(options: OperationOptions, phase: string, operation: () => Promise<T>): Promise<T> {
    this.#requireNoStream();
    return guarded(this.#connection.wire, options, phase, operation);
  }

  #requireNoStream(): void {
    if (this.#stream === undefined) return;
    const message = "A message stream is open: read it to its end or destroy it first";
    const { connectionId } = this;
    throw new MailError(message, { code: "invalid-argument", protocol: "pop3", connectionId });
  }
}
