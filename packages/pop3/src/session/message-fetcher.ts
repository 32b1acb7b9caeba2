import { type BatchItem, isMailError, MailError, type OperationOptions } from "@mailwright/core";
import { guardOperation } from "../connection/operation-guard.js";
import type { Pop3Connection } from "../connection/pop3-connection.js";
import type { FetchCheck } from "./end-check.js";
import { FetchWindow, type Pop3Message } from "./fetch-window.js";
import { type Listing, type Pop3MessageInfo, readInfo, readListing } from "./listing.js";

/** Fewer are asked for one by one; for more, the whole listing is cheaper. */
const SINGLE_LOOKUPS = 8;

/** How messages are fetched. */
export interface FetchOptions {
  readonly options: OperationOptions;
  /** Only the header and that many lines. */
  readonly topLines?: number | undefined;
  /** @defaultValue "behind" */
  readonly check?: FetchCheck | undefined;
  /** Called once the first message is asked for; may throw. */
  readonly begin: () => void;
}

/** Messages in the order asked; one that fails is an item with its error. */
export type FetchedMessages = AsyncGenerator<BatchItem<number, Pop3Message>, void, undefined>;

/** Fetches messages in one session; a mailbox does not change while it is locked, so it is listed once. */
export class MessageFetcher {
  readonly #connection: Pop3Connection;
  readonly #deleted: ReadonlySet<number>;
  #listing: Promise<Listing> | undefined;

  constructor(connection: Pop3Connection, deleted: ReadonlySet<number>) {
    this.#connection = connection;
    this.#deleted = deleted;
  }

  /** All messages but those marked as deleted. */
  async listMessages(): Promise<Pop3MessageInfo[]> {
    const { messages } = await this.listing();
    return messages.filter(({ number }) => !this.#deleted.has(number));
  }

  /** The whole listing, asked for once. */
  listing(): Promise<Listing> {
    this.#listing ??= readListing(this.#connection).catch((error: unknown) => {
      this.#listing = undefined;
      throw error;
    });
    return this.#listing;
  }

  /** One generator for all callers: each that stands between costs promises for every message. */
  async *fetch(
    numbers: readonly number[] | undefined,
    { options, topLines, check = "behind", begin }: FetchOptions,
  ): FetchedMessages {
    begin();
    for (const number of numbers ?? []) requireNumber(number);
    const lift = guardOperation(this.#connection.wire, options, topLines === undefined ? "retr" : "top");
    let window: FetchWindow | undefined;
    try {
      const found = await this.#find(numbers);
      const wanted = found.flatMap((item) => (item.ok ? [item.value] : []));
      window = new FetchWindow(this.#connection, wanted, check, topLines);
      for (const known of found) {
        const item = known.ok ? await window.next() : known;
        if (item !== undefined) yield item;
      }
    } finally {
      window?.close();
      lift();
    }
  }

  /** What the listing says about the numbers; one that it lacks is asked for singly, for the server's own words. */
  async #find(numbers: readonly number[] | undefined): Promise<BatchItem<number, Pop3MessageInfo>[]> {
    if (numbers === undefined) {
      const listing = await this.listMessages();
      return listing.map((info) => ({ key: info.number, ok: true, value: info }));
    }
    const useListing = this.#listing !== undefined || numbers.length > SINGLE_LOOKUPS;
    const messages = useListing ? (await this.listing()).messages : [];
    const known = new Map(messages.map((info) => [info.number, info]));
    const lookUp = async (key: number): Promise<BatchItem<number, Pop3MessageInfo>> => {
      try {
        return { key, ok: true, value: known.get(key) ?? (await readInfo(this.#connection, key)) };
      } catch (error) {
        if (isMailError(error) && !error.connectionBroken) return { key, ok: false, error };
        throw error;
      }
    };
    return Promise.all(numbers.map(lookUp));
  }
}

/** Throws `"invalid-argument"` for what is no message number, or no count of lines with `least` 0. */
export function requireNumber(number: number, least: 0 | 1 = 1): void {
  if (Number.isSafeInteger(number) && number >= least) return;
  const what = least === 1 ? "message number" : "count of lines";
  throw new MailError(`${String(number).slice(0, 40)} is no ${what}`, {
    code: "invalid-argument",
    protocol: "pop3",
  });
}
