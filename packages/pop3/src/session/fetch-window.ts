import type { BatchItem, MailError } from "@mailwright/core";
import type { Pop3Connection } from "../connection/pop3-connection.js";
import type { WireRequest } from "../connection/request-queue.js";
import { fromRefusal, isUnreadable, protocolError, tooLarge } from "../pop3-error.js";
import { createCommand } from "../wire/pop3-command.js";
import type { StatusLine } from "../wire/status-line.js";
import { type CheckedMessage, EndCheck, type FetchCheck } from "./end-check.js";
import type { Pop3MessageInfo } from "./listing.js";

/** A message with its bytes. */
export interface Pop3Message extends Pop3MessageInfo {
  /** Exactly the bytes that the server stores, line ends as it sends them. */
  readonly source: Buffer;
}

/** Commands in line on servers without `PIPELINING`: one under way and what keeps it busy meanwhile. */
const UNPIPELINED_COMMANDS = 3;

/** The part of the window that may be in use when it is filled up again. */
const REFILL = 0.9;

/** What the header of a message counts for in the window, at most. */
const HEADER_BYTES = 16 * 1024;

interface Slot extends CheckedMessage {
  readonly info: Pop3MessageInfo;
  /** What it counts for in the window. */
  readonly expectedBytes: number;
  readonly request?: WireRequest;
  pieces: Buffer[];
  size: number;
  item?: BatchItem<number, Pop3Message>;
}

/**
 * Fetches messages in order, several under way at once within `limits.windowCommands` and `windowBytes`.
 * Bytes that the caller has not taken yet count, so that a slow caller slows the server down instead of
 * filling the memory. A message that the server refuses fails alone.
 */
export class FetchWindow {
  readonly #connection: Pop3Connection;
  readonly #wanted: readonly Pop3MessageInfo[];
  readonly #topLines: number | undefined;
  readonly #ends: EndCheck<Slot>;
  readonly #slots: Slot[] = [];
  readonly #maxCommands: number;
  #next = 0;
  #heldBytes = 0;
  #readyBytes = 0;
  #unanswered = 0;
  #isClosed = false;
  #broken: MailError | undefined;
  #wake: (() => void) | undefined;

  /** With `topLines` only the header and that many lines of the body are fetched (`TOP`). */
  constructor(
    connection: Pop3Connection,
    wanted: readonly Pop3MessageInfo[],
    check: FetchCheck,
    topLines?: number,
  ) {
    const { windowCommands } = connection.account.limits;
    this.#connection = connection;
    this.#wanted = wanted;
    this.#topLines = topLines;
    this.#ends = new EndCheck(connection, check, {
      onConfirmed: () => this.#wake?.(),
      onFailed: (error) => this.#failed(error),
    });
    const inLine = connection.wire.requests.canPipeline
      ? windowCommands
      : Math.min(windowCommands, UNPIPELINED_COMMANDS);
    this.#maxCommands = check === "one-by-one" ? 1 : inLine;
  }

  /**
   * The next message or its refusal; `undefined` after the last. Rejects when the connection breaks, but where the
   * server's bytes make no sense any more: then the message that they began with has failed, and all behind it.
   */
  async next(): Promise<BatchItem<number, Pop3Message> | undefined> {
    this.#fill();
    const slot = this.#slots[0];
    if (slot === undefined) return undefined;
    const { wire } = this.#connection;
    let item = this.#settled(slot);
    while (item === undefined) {
      wire.resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      item = this.#settled(slot);
    }
    this.#slots.shift();
    this.#heldBytes -= slot.expectedBytes;
    this.#readyBytes -= slot.size;
    wire.resume();
    return item;
  }

  /** Takes back what is not written yet and lets the rest pass by unread. */
  close(): void {
    this.#isClosed = true;
    for (const { request } of this.#slots) {
      if (request !== undefined && this.#connection.wire.requests.withdraw(request)) this.#unanswered--;
    }
    this.#slots.length = 0;
    this.#connection.wire.resume();
  }

  /** Refills when a tenth is empty, so that commands leave in few packets and a server far away never waits for them. */
  #fill(): void {
    const { windowBytes } = this.#connection.account.limits;
    const isFull = this.#slots.length > this.#maxCommands * REFILL || this.#heldBytes > windowBytes * REFILL;
    if (isFull) return;
    while (this.#next < this.#wanted.length && this.#slots.length < this.#maxCommands) {
      const info = this.#wanted[this.#next];
      if (info === undefined) return;
      const isHeader = this.#topLines === 0;
      const expectedBytes = isHeader ? Math.min(info.sizeBytes, HEADER_BYTES) : info.sizeBytes;
      if (this.#slots.length > 0 && this.#heldBytes + expectedBytes > windowBytes) return;
      this.#next++;
      this.#heldBytes += expectedBytes;
      this.#request(info, expectedBytes);
    }
    const last = this.#slots.at(-1);
    if (this.#ends.asksAhead && this.#next === this.#wanted.length && last?.request !== undefined) {
      this.#ends.ask(last);
    }
  }

  /** The item of the first slot, once there is nothing more to wait for. Throws the error of a broken connection. */
  #settled(slot: Slot): BatchItem<number, Pop3Message> | undefined {
    const { wire } = this.#connection;
    const broken = this.#broken ?? wire.broken;
    if (broken !== undefined) {
      const isWhole = slot.item !== undefined && (!this.#ends.isInDoubt(slot) || !isUnreadable(broken));
      if (isWhole) return slot.item;
      if (isUnreadable(broken)) return { key: slot.info.number, ok: false, error: broken };
      throw broken;
    }
    if (slot.item === undefined || slot.isConfirmed || !slot.item.ok) return slot.item;
    if (this.#slots.some(({ item }) => item === undefined)) return undefined;
    if (!this.#ends.asks) return slot.item;
    this.#ends.ask(slot);
    return undefined;
  }

  #failed(error: MailError): void {
    this.#broken = error;
    this.#wake?.();
  }

  #request(info: Pop3MessageInfo, expectedBytes: number): void {
    const { wire, account } = this.#connection;
    const { number, sizeBytes } = info;
    const { maxMessageBytes } = account.limits;
    if (this.#topLines === undefined && sizeBytes > maxMessageBytes) {
      const error = tooLarge(wire.context("retr"), number, maxMessageBytes);
      const item = { key: number, ok: false, error } as const;
      this.#slots.push({ info, expectedBytes, pieces: [], size: 0, isConfirmed: true, item });
      return;
    }
    const command =
      this.#topLines === undefined
        ? createCommand("RETR", [number], { isMultiline: true })
        : createCommand("TOP", [number, this.#topLines], { isMultiline: true });
    const request: WireRequest = {
      command,
      limitMs: account.timeouts.messageMs,
      body: (content) => this.#received(slot, content),
      done: (status) => this.#answered(slot, status, command.phase),
      failed: (error) => this.#failed(error),
    };
    const slot: Slot = { info, expectedBytes, request, pieces: [], size: 0, isConfirmed: false };
    this.#slots.push(slot);
    this.#unanswered++;
    wire.request(request);
  }

  #received(slot: Slot, content: Buffer): void {
    if (this.#isClosed) return;
    this.#ends.confirm();
    const { wire, account } = this.#connection;
    slot.size += content.length;
    if (slot.size > account.limits.maxMessageBytes) {
      const message = `Message ${slot.info.number} was announced with ${slot.info.sizeBytes} bytes and has over ${account.limits.maxMessageBytes}`;
      throw protocolError(message, wire.context(), "limit");
    }
    slot.pieces.push(content);
  }

  #answered(slot: Slot, status: StatusLine, phase: string): void {
    this.#unanswered--;
    if (this.#isClosed) return;
    this.#ends.confirm();
    if (status.kind === "ok") this.#ends.doubt(slot);
    const { info } = slot;
    slot.item =
      status.kind === "ok"
        ? { key: info.number, ok: true, value: { ...info, source: Buffer.concat(slot.pieces, slot.size) } }
        : { key: info.number, ok: false, error: fromRefusal(status, this.#connection.wire.context(phase)) };
    slot.pieces = [];
    this.#readyBytes += slot.size;
    this.#wake?.();
    this.#holdBack();
  }

  /**
   * Sizes in listings are often a little short, and a hostile server's are lies. While another command waits
   * for its answer behind these, the server cannot be held back; then there is an end to what is taken.
   */
  #holdBack(): void {
    const { wire, account } = this.#connection;
    const { windowBytes, maxMessageBytes } = account.limits;
    if (this.#readyBytes <= 2 * windowBytes) return;
    if (wire.requests.pending <= this.#unanswered) return wire.pause();
    if (this.#readyBytes <= 2 * windowBytes + maxMessageBytes) return;
    throw protocolError("The messages are much larger than announced", wire.context("retr"), "limit");
  }
}
