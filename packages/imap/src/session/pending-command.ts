import { MailError } from "@mailwright/core";
import type { EncodedCommand } from "../wire/encode-command.js";
import type { WireResponse } from "../wire/wire-node.js";

/** What happens while a command is under way. */
export interface ExecOptions {
  /** By the name of the untagged response. What one throws is what comes of the command. */
  readonly untagged?: Readonly<Record<string, (response: WireResponse) => void>> | undefined;
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
  #problems: unknown[] | undefined;
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
    if (handler === undefined) return false;
    this.#guard(() => handler(response));
    return true;
  }

  /** Whether a literal is to be kept: the limit holds for what comes, whatever was announced elsewhere. */
  admits(sizeBytes: number): boolean {
    this.#allowedBytes -= sizeBytes;
    if (this.#allowedBytes >= 0) return true;
    this.#guard(() => {
      throw tooMany(this.#options.maxBytes);
    });
    return false;
  }

  completed(response: WireResponse): void {
    if (this.#problems === undefined) this.#settle.resolve(response);
    else this.#settle.reject(this.#problems[0]);
  }

  failed(error: unknown): void {
    this.#settle.reject(error);
  }

  /** What a handler throws must not look as if all of the answer had been taken; the rest of it still comes. */
  #guard(handle: () => void): void {
    try {
      handle();
    } catch (problem) {
      this.#problems ??= [];
      this.#problems.push(problem);
    }
  }
}

/** The connection is as good as before: what came was read, and not kept. */
function tooMany(maxBytes: number | undefined): MailError {
  const message = `The server sent more than the ${maxBytes} octets that may come at once`;
  return new MailError(message, { code: "limit", protocol: "imap" });
}
