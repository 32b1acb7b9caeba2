import type { Readable } from "node:stream";
import type { BatchResult, OperationOptions } from "@mailwright/core";
import type { Pop3Connection } from "../connection/pop3-connection.js";
import { type MessageSize, type MessageUidl, type Pop3Stat, splitLines } from "../wire/parse-listing.js";
import type { Pop3Capabilities } from "../wire/pop3-capabilities.js";
import { createCommand } from "../wire/pop3-command.js";
import type { FetchCheck } from "./end-check.js";
import type { Pop3Message } from "./fetch-window.js";
import { type Listing, type Pop3MessageInfo, readSize, readSizes, readStat, readUidls } from "./listing.js";
import { MessageCommands } from "./message-commands.js";
import { type FetchedMessages, requireNumber } from "./message-fetcher.js";

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
  readonly #messages: MessageCommands;

  /** @internal */
  constructor(connection: Pop3Connection) {
    this.#connection = connection;
    this.#messages = new MessageCommands(connection);
  }

  /** Such as `"pop.example.com:user@example.com#3"`. */
  get connectionId(): string {
    return this.#connection.wire.connectionId;
  }

  /**
   * What the server says that it can do. Before the first command of the session was answered, that is what it said
   * before login where it announced `PIPELINING`, perhaps to an earlier session; afterwards, and on other servers, what
   * it said after login.
   */
  get capabilities(): Pop3Capabilities {
    return this.#connection.capabilities.known;
  }

  /** Numbers marked by `deleteMessage()`; the server removes them when the session ends well. */
  get deletions(): ReadonlySet<number> {
    return this.#messages.deleted;
  }

  /** `STAT`: how many messages there are, those marked as deleted left out. */
  stat(options: OperationOptions = {}): Promise<Pop3Stat> {
    return this.#messages.run(options, "stat", () => readStat(this.#connection));
  }

  /** `LIST`: number and size of every message. */
  list(options: OperationOptions = {}): Promise<MessageSize[]> {
    return this.#messages.run(options, "list", () => readSizes(this.#connection));
  }

  /** `UIDL`: number and lasting name of every message; `"unsupported"` or `"rejected"` where there are none. */
  uidl(options: OperationOptions = {}): Promise<MessageUidl[]> {
    return this.#messages.run(options, "uidl", () => readUidls(this.#connection));
  }

  /** `LIST` and `UIDL` in one, checked against `STAT` and each other; asked for once in a session. */
  listMessages(options: OperationOptions = {}): Promise<readonly Pop3MessageInfo[]> {
    return this.#messages.run(options, "list", () => this.#messages.fetcher.listMessages());
  }

  /** `LIST n`, in bytes as the server counts. */
  async messageSize(number: number, options: OperationOptions = {}): Promise<number> {
    requireNumber(number);
    const { sizeBytes } = await this.#messages.run(options, "list", () => readSize(this.#connection, number));
    return sizeBytes;
  }

  /** One message; rejects with `"not-found"`, or `"limit"` when it is larger than `limits.maxMessageBytes`. */
  async fetchMessage(number: number, options: OperationOptions = {}): Promise<Pop3Message> {
    return this.#messages.fetchOne(number, options);
  }

  /**
   * Several messages, all in memory at once; a number that fails, fails alone. Where the server's bytes stop making
   * sense the session is over: what came before is there, the rest has failed with `connectionBroken`.
   */
  async fetchMessages(
    numbers: readonly number[],
    options: OperationOptions = {},
  ): Promise<BatchResult<number, Pop3Message>> {
    return this.#messages.fetchAll(numbers, options);
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
  fetchEach(numbers?: readonly number[], options: OperationOptions = {}): FetchedMessages {
    return this.#messages.fetch(numbers, options);
  }

  /** `TOP`: the header of each message and `lines` lines of its body, otherwise like `fetchEach()`. */
  topEach(
    numbers: readonly number[] | undefined,
    lines: number,
    options: OperationOptions = {},
  ): FetchedMessages {
    return this.#messages.fetch(numbers, options, lines);
  }

  /** `TOP`: the header, an empty line and `lines` lines of the body. */
  async top(number: number, lines: number, options: OperationOptions = {}): Promise<Buffer> {
    return this.#messages.top(number, lines, options);
  }

  /**
   * One message as a stream, for mail larger than memory; the server is read as fast as the stream is. A
   * refusal is the stream's error. Until it has ended or is destroyed, every other command is refused.
   */
  messageStream(number: number, options: OperationOptions = {}): Readable {
    return this.#messages.stream(number, options);
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
    return this.#messages.delete(numbers, options);
  }

  /** `RSET`: takes all deletions back. */
  reset(options: OperationOptions = {}): Promise<void> {
    return this.#messages.run(options, "rset", async () => {
      await this.#messages.command(createCommand("RSET"));
      this.#messages.deleted.clear();
    });
  }

  /** `NOOP`: keeps the session alive; servers end it after about ten minutes of silence. */
  noop(options: OperationOptions = {}): Promise<void> {
    return this.#messages.run(options, "noop", async () => {
      await this.#messages.command(createCommand("NOOP"));
    });
  }

  /** `LANG`: the languages that the server can answer in, tag and description (RFC 6856 §3.1). */
  languages(
    options: OperationOptions = {},
  ): Promise<{ readonly tag: string; readonly description: string }[]> {
    return this.#messages.run(options, "lang", async () => {
      const { timeouts, limits } = this.#connection.account;
      const bounds = { limitMs: timeouts.commandMs, maxBytes: limits.maxListingBytes };
      const { body } = await this.#messages.command(createCommand("LANG", [], { isMultiline: true }), bounds);
      return splitLines(Buffer.from(body.toString("utf8"), "latin1")).map((line) => {
        const [tag = "", ...description] = line.split(" ");
        return { tag, description: description.join(" ") };
      });
    });
  }

  /** The server may know of deletions, confirmed or not. @internal */
  get hasAskedToDelete(): boolean {
    return this.#messages.hasAskedToDelete;
  }

  /** {@link capabilities} as asked after login, on every server. @internal */
  latestCapabilities(): Promise<Pop3Capabilities> {
    return this.#messages.run({}, "capability", () => this.#connection.capabilities.latest());
  }

  /** The listing, and why it has no UIDLs. @internal */
  listing(): Promise<Listing> {
    return this.#messages.run({}, "list", () => this.#messages.fetcher.listing());
  }

  /** Like `fetchEach()`, or `topEach()` with `lines`, with every message checked for its end. @internal */
  fetchChecked(numbers: readonly number[], lines: number | undefined, check: FetchCheck): FetchedMessages {
    return this.#messages.fetch(numbers, {}, lines, check);
  }

  /** Like `fetchMessages()`, checked. @internal */
  async fetchAllChecked(
    numbers: readonly number[],
    check: FetchCheck,
  ): Promise<BatchResult<number, Pop3Message>> {
    return this.#messages.fetchAll(numbers, {}, check);
  }

  /** Lets a message stream that was left open pass by, so that the session can end. @internal */
  leaveStream(): void {
    this.#messages.leaveStream();
  }
}
