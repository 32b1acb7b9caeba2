import { isMailError, MailError } from "@mailwright/core";
import type { EncodedCommand } from "../wire/encode-command.js";
import type { LiteralPlace } from "../wire/open-response.js";
import type { LiteralSink } from "../wire/response-reader.js";
import { tooMuch } from "../wire/too-much.js";
import { keywordOf, listOf, textOf, type WireResponse } from "../wire/wire-node.js";

/**
 * Kinds of commands that may be under way together with their like, since every answer says which of them it is for:
 * FETCH and STORE by UID, with handlers that know their UIDs; STATUS by the name; CAPABILITY, ID and ENABLE, whose
 * answers have names of their own. Nothing that may renumber messages for another one is of a kind.
 */
export type Overlap = "fetch" | "status" | "begin";

/** What happens while a command is under way. */
export interface ExecOptions {
  /**
   * By the name of the untagged response. One that answers `false` leaves the response to others. What one throws is what
   * comes of the command.
   */
  readonly untagged?: Readonly<Record<string, (response: WireResponse) => unknown>> | undefined;
  /** Sent without waiting for others of its kind. @defaultValue alone */
  readonly overlap?: Overlap | undefined;
  /** May take the octets of a literal as they come, whatever {@link maxBytes} says; it answers for how many it takes. */
  readonly literal?: ((sizeBytes: number, place: LiteralPlace) => LiteralSink | undefined) | undefined;
  /** The server asks for more, and it is not for a literal of the command. */
  readonly onPlusTag?: ((response: WireResponse) => void) | undefined;
  /** Octets of literals that may come of it; more are let pass unread, and the command fails. */
  readonly maxBytes?: number | undefined;
  /** The command's last part is being written: from now on the server may carry it out. */
  readonly onSend?: (() => void) | undefined;
}

/** A command that waits for its turn or for its tagged response. */
export class PendingCommand {
  readonly tag: string;
  readonly shown: string;
  readonly #name: string;
  readonly #parts: Buffer[];
  readonly #options: ExecOptions;
  readonly #settle: { resolve(response: WireResponse): void; reject(error: unknown): void };
  #problem: { readonly thrown: unknown } | undefined;
  #allowedBytes: number;

  constructor(
    tag: string,
    name: string,
    { parts, shown }: EncodedCommand,
    options: ExecOptions,
    settle: { resolve(response: WireResponse): void; reject(error: unknown): void },
  ) {
    this.tag = tag;
    this.shown = shown;
    this.#name = name;
    this.#parts = [...parts];
    this.#options = options;
    this.#allowedBytes = options.maxBytes ?? Number.POSITIVE_INFINITY;
    this.#settle = settle;
  }

  get isLogout(): boolean {
    return this.#name === "LOGOUT";
  }

  get startsCompression(): boolean {
    return this.#name === "COMPRESS";
  }

  get overlap(): Overlap | undefined {
    return this.#options.overlap;
  }

  /** It can be sent in one piece, without waiting for the server before a literal. */
  get isWhole(): boolean {
    return this.#parts.length <= 1;
  }

  /** The server has to ask for parts that have not been sent. */
  get hasParts(): boolean {
    return this.#parts.length > 0;
  }

  nextPart(): Buffer | undefined {
    return this.#parts.shift();
  }

  sent(): void {
    this.#options.onSend?.();
  }

  continued(response: WireResponse): void {
    this.#guard(() => this.#options.onPlusTag?.(response));
  }

  /** Takes an untagged response; `false` when it is not for this command. */
  takes(name: string, response: WireResponse): boolean {
    const handler = this.#options.untagged?.[name];
    if (handler === undefined || (name === "ESEARCH" && !mayAnswer(response, this.tag))) return false;
    return this.#guard(() => handler(response)) !== false;
  }

  /** Who takes the octets of a literal; `undefined` where they are to be kept for the response. */
  sinkFor(sizeBytes: number, place: LiteralPlace): LiteralSink | undefined {
    return this.#options.literal?.(sizeBytes, place);
  }

  /** Whether a literal is to be kept: the limit holds for what comes, whatever was announced elsewhere. */
  admits(sizeBytes: number): boolean {
    const { maxBytes = Number.POSITIVE_INFINITY } = this.#options;
    this.#allowedBytes -= sizeBytes;
    if (this.#allowedBytes >= 0) return true;
    if (this.#allowedBytes < -MOST_UNREAD * maxBytes)
      throw tooMuch("many times the octets that were asked for");
    this.#guard(() => {
      throw tooMany(this.#options.maxBytes);
    });
    return false;
  }

  completed(response: WireResponse): void {
    if (this.#problem === undefined) this.#settle.resolve(response);
    else this.#settle.reject(this.#problem.thrown);
  }

  failed(error: unknown): void {
    this.#settle.reject(error);
  }

  /**
   * What a handler throws must not look as if all of the answer had been taken; the rest of it still comes, unless the
   * connection is lost by it: a server that says more than may be is not listened to until it has said it all.
   */
  #guard(handle: () => unknown): unknown {
    try {
      return handle();
    } catch (thrown) {
      if (isMailError(thrown) && thrown.connectionBroken) throw thrown;
      this.#problem ??= { thrown };
      return undefined;
    }
  }
}

/** So many times what may come is read and not kept; a server that sends still more is not listened to any longer. */
const MOST_UNREAD = 16;

/** An ESEARCH names the command that it answers (RFC 4466 §2.6.2); one without a name may answer any. */
function mayAnswer({ attributes }: WireResponse, tag: string): boolean {
  const correlator = listOf(attributes?.[0]);
  return keywordOf(correlator[0]) !== "TAG" || textOf(correlator[1]) === tag;
}

/** The connection is as good as before: what came was read, and not kept. */
function tooMany(maxBytes: number | undefined): MailError {
  const message = `The server sent more than the ${maxBytes} octets that may come at once`;
  return new MailError(message, { code: "limit", protocol: "imap" });
}
