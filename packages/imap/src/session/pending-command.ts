import type { EncodedCommand } from "../wire/encode-command.js";
import type { WireResponse } from "../wire/wire-node.js";

/** What happens while a command is under way. */
export interface ExecOptions {
  /** By the name of the untagged response. What one throws is what comes of the command. */
  readonly untagged?: Readonly<Record<string, (response: WireResponse) => void>> | undefined;
  /** The server asks for more, and it is not for a literal of the command. */
  readonly onPlusTag?: ((response: WireResponse) => void) | undefined;
  /** The command's first bytes have been written. */
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
