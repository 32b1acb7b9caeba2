import type { DeliveryResult } from "@mailwright/core";
import type { OutgoingMessage } from "../message/outgoing-message.js";
import type { RenderedMessage } from "../render/restore-rendered.js";
import { IndexedDelivery } from "./settled-delivery.js";

/** A message as it is, or as `renderMessage` made it. */
export type Message = OutgoingMessage | RenderedMessage;

/** A message with what its caller knows it by. */
export interface SendItem<Tag = unknown> {
  readonly message: Message;
  /** Anything, such as the row that the message was made of: comes back in the result as it is. */
  readonly tag?: Tag | undefined;
  /** As for `send`. */
  readonly idempotencyKey?: string | undefined;
  /** As for `send`. */
  readonly resume?: DeliveryResult | undefined;
}

/** What `sendAll` takes. */
export type Messages<Tag = unknown> =
  | Iterable<Message | SendItem<Tag>>
  | AsyncIterable<Message | SendItem<Tag>>;

/** Sends one of them; `index` is 0 for the first. */
export type SendOne<Tag> = (item: SendItem<Tag>) => Promise<DeliveryResult>;

/** The key of a message that brings none. */
export type KeyOf = (message: Message, index: number) => string | undefined;

type Pulled<Tag> = IteratorResult<Message | SendItem<Tag>, unknown>;

/** The messages that were pulled from a source and whose results nobody has taken yet. */
export class SendWindow<Tag> {
  readonly #source:
    | AsyncIterator<Message | SendItem<Tag>, unknown>
    | Iterator<Message | SendItem<Tag>, unknown>;
  readonly #send: SendOne<Tag>;
  readonly #keyOf: KeyOf;
  readonly #size: number;
  /** By index, `undefined` while under way. */
  readonly #results = new Map<number, IndexedDelivery<Tag> | undefined>();
  #pulled = 0;
  #underWay = 0;
  #isPulling = false;
  #isExhausted = false;
  #isStopped = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(messages: Messages<Tag>, send: SendOne<Tag>, keyOf: KeyOf, size: number) {
    this.#source =
      Symbol.asyncIterator in messages ? messages[Symbol.asyncIterator]() : messages[Symbol.iterator]();
    this.#send = send;
    this.#keyOf = keyOf;
    this.#size = size;
  }

  /** Nothing more is to come. */
  get isOver(): boolean {
    return this.#results.size === 0 && (this.#isStopped || (this.#isExhausted && !this.#isPulling));
  }

  /** Pulls and starts as many messages as there is room for. */
  fill(): void {
    try {
      while (!this.#isPulling && !this.#isExhausted && !this.#isStopped && this.#results.size < this.#size) {
        const next = this.#source.next();
        if ("then" in next) void this.#pull(next);
        else this.#take(next);
      }
    } catch (error) {
      this.#isExhausted = true;
      this.fail(error);
    }
  }

  /** The next result: that of the oldest message, or of any. */
  take(order: "input" | "completion"): IndexedDelivery<Tag> | undefined {
    for (const [index, result] of this.#results) {
      if (result !== undefined) {
        this.#results.delete(index);
        return result;
      }
      if (order === "input") return undefined;
    }
    return undefined;
  }

  /** Resolves when something has changed. */
  change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Takes no further message; {@link rethrow} will throw this, if nothing failed before. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#isStopped = true;
    this.#wake();
  }

  /** Throws what ended the pulling before its time. */
  rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Takes no further message and resolves when none is under way. A message that is asked for already is not sent. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    while (this.#underWay > 0) await this.change();
    if (this.#isExhausted) return;
    const returned = this.#source.return?.();
    // A generator that is asked for its next message hears of the end only after that, which may never come.
    if (this.#isPulling) Promise.resolve(returned).catch(() => {});
    else await returned;
  }

  async #pull(next: PromiseLike<Pulled<Tag>>): Promise<void> {
    this.#isPulling = true;
    try {
      this.#take(await next);
    } catch (error) {
      this.#isExhausted = true;
      this.fail(error);
    }
    this.#isPulling = false;
    this.fill();
    this.#wake();
  }

  #take(next: Pulled<Tag>): void {
    if (next.done === true) this.#isExhausted = true;
    else if (!this.#isStopped) void this.#start(next.value);
  }

  async #start(pulled: Message | SendItem<Tag>): Promise<void> {
    const index = this.#pulled++;
    this.#underWay += 1;
    this.#results.set(index, undefined);
    try {
      const item = isItem(pulled) ? pulled : { message: pulled };
      const { message, tag } = item;
      const idempotencyKey = item.idempotencyKey ?? this.#keyOf(message, index);
      const result = await this.#send({ ...item, idempotencyKey });
      this.#results.set(index, new IndexedDelivery(result, { index, tag, idempotencyKey }));
    } catch (error) {
      this.#results.delete(index);
      this.fail(error);
    }
    this.#underWay -= 1;
    this.#wake();
  }
}

/** What is no object at all is left to be told so by the send. */
function isItem<Tag>(pulled: Message | SendItem<Tag>): pulled is SendItem<Tag> {
  return typeof pulled === "object" && pulled !== null && "message" in pulled;
}
