import type { Readable } from "node:stream";
import {
  type BatchItem,
  type BatchResult,
  isMailError,
  MailError,
  type OperationOptions,
} from "@mailwright/core";
import { toBatchResult } from "@mailwright/core/internal";
import { command, type ExchangeOptions, type Pop3Answer } from "../connection/exchange.js";
import { guarded, guardOperation } from "../connection/operation-guard.js";
import type { Pop3Connection } from "../connection/pop3-connection.js";
import { createCommand, type Pop3Command } from "../wire/pop3-command.js";
import type { FetchCheck } from "./end-check.js";
import type { Pop3Message } from "./fetch-window.js";
import { type FetchedMessages, MessageFetcher, requireNumber } from "./message-fetcher.js";
import { openMessageStream } from "./message-stream.js";

/** The commands of one session on single messages. While one of them is a stream, all others are refused. */
export class MessageCommands {
  readonly deleted: Set<number> = new Set();
  /** A `DELE` was sent, whatever became of it. */
  hasAskedToDelete = false;
  readonly fetcher: MessageFetcher;
  readonly #connection: Pop3Connection;
  #stream: Readable | undefined;

  constructor(connection: Pop3Connection) {
    this.#connection = connection;
    this.fetcher = new MessageFetcher(connection, this.deleted);
  }

  /** `RETR`, or `TOP` with `lines`, for each in order; one that fails is an item with its error. */
  fetch(
    numbers: readonly number[] | undefined,
    options: OperationOptions,
    lines?: number,
    check?: FetchCheck,
  ): FetchedMessages {
    const begin = (): void => {
      if (lines !== undefined) requireNumber(lines, 0);
      this.#requireNoStream();
    };
    return this.fetcher.fetch(numbers, { options, topLines: lines, check, begin });
  }

  async fetchAll(
    numbers: readonly number[],
    options: OperationOptions,
    check?: FetchCheck,
  ): Promise<BatchResult<number, Pop3Message>> {
    const items: BatchItem<number, Pop3Message>[] = [];
    for await (const item of this.fetch(numbers, options, undefined, check)) items.push(item);
    return toBatchResult(items);
  }

  async fetchOne(number: number, options: OperationOptions): Promise<Pop3Message> {
    const { items } = await this.fetchAll([number], options);
    const [item] = items;
    if (item?.ok === true) return item.value;
    throw item?.error ?? new MailError("No answer", { code: "protocol", protocol: "pop3", phase: "retr" });
  }

  async top(number: number, lines: number, options: OperationOptions): Promise<Buffer> {
    requireNumber(number);
    requireNumber(lines, 0);
    const { timeouts, limits } = this.#connection.account;
    const bounds = { limitMs: timeouts.messageMs, maxBytes: limits.maxMessageBytes };
    const top = createCommand("TOP", [number, lines], { isMultiline: true });
    const { body } = await this.run(options, "top", () => this.command(top, bounds));
    return body;
  }

  stream(number: number, options: OperationOptions): Readable {
    requireNumber(number);
    this.#requireNoStream();
    const lift = guardOperation(this.#connection.wire, options, "retr");
    const stream = openMessageStream(this.#connection, number, () => {
      lift();
      if (this.#stream === stream) this.#stream = undefined;
    });
    if (!stream.destroyed) this.#stream = stream;
    return stream;
  }

  /** Lets a stream that was left open pass by, so that the session can end. */
  leaveStream(): void {
    this.#stream?.destroy(
      new MailError("The session ended before the message stream was read", {
        code: "closed",
        protocol: "pop3",
        phase: "retr",
      }),
    );
  }

  async delete(numbers: readonly number[], options: OperationOptions): Promise<BatchResult<number, void>> {
    for (const number of numbers) requireNumber(number);
    return this.run(options, "dele", async () => {
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

  /** Runs one operation of the session, on a single message or not, unless a stream is open. */
  async run<T>(options: OperationOptions, phase: string, operation: () => Promise<T>): Promise<T> {
    this.#requireNoStream();
    return guarded(this.#connection.wire, options, phase, operation);
  }

  /** Sends one command and waits for its `+OK`. */
  command(sent: Pop3Command, options?: ExchangeOptions): Promise<Pop3Answer> {
    const { wire, account } = this.#connection;
    return command(wire, sent, options ?? { limitMs: account.timeouts.commandMs });
  }

  async #delete(number: number): Promise<void> {
    this.hasAskedToDelete = true;
    await this.command(createCommand("DELE", [number]));
    this.deleted.add(number);
  }

  #requireNoStream(): void {
    if (this.#stream === undefined) return;
    const message = "A message stream is open: read it to its end or destroy it first";
    const { connectionId } = this.#connection.wire;
    throw new MailError(message, { code: "invalid-argument", protocol: "pop3", connectionId });
  }
}
