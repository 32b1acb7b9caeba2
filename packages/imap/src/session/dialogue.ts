import type { ResolvedImapLimits } from "../imap-limits.js";
import type { Capabilities } from "../wire/answers/capabilities.js";
import { encodeCommand } from "../wire/encode-command.js";
import type { LiteralPlace } from "../wire/open-response.js";
import type { LiteralSink } from "../wire/response-reader.js";
import type { WireArgument } from "../wire/wire-argument.js";
import { keywordOf, responseCode, responseText, untaggedName, type WireResponse } from "../wire/wire-node.js";
import { CommandQueue } from "./command-queue.js";
import { Negotiation } from "./negotiation.js";
import { type ExecOptions, PendingCommand } from "./pending-command.js";
import { PROGRESS_BYTES } from "./progress-clock.js";

/** What a dialogue does with the line that it is held over. */
export interface DialogueLine {
  /** Writes a piece of a command. */
  write(bytes: Buffer): void;
  /** Hears of every command that is sent, as people may read it. */
  sending(shown: string): void;
  /** What follows the response that is being taken is compressed. */
  stopReading(): void;
  /** The server has said BYE. */
  leave(): void;
  /** Hears of what no command asked for. */
  unsolicited(name: string, response: WireResponse): void;
}

/** Who says what, and what answers what: commands out, responses in, without a socket. */
export class Dialogue {
  readonly #limits: Pick<ResolvedImapLimits, "maxLiteralBytes" | "maxBatchBytes">;
  readonly #line: DialogueLine;
  readonly #commands = new CommandQueue();
  readonly #negotiation: Negotiation;
  #count = 0;
  #completed = 0;
  #ignored = 0;
  #byeText: string | undefined;

  constructor(
    line: DialogueLine,
    limits: Pick<ResolvedImapLimits, "maxLiteralBytes" | "maxBatchBytes">,
    capabilities: Capabilities,
  ) {
    this.#line = line;
    this.#limits = limits;
    this.#negotiation = new Negotiation(capabilities);
  }

  /** What the server has said that it can, and what was switched on. */
  get negotiation(): Negotiation {
    return this.#negotiation;
  }

  /** What the server said in its BYE. */
  get byeText(): string | undefined {
    return this.#byeText;
  }

  /** No command waits for its turn or for its answer. */
  get isQuiet(): boolean {
    return this.#commands.isEmpty;
  }

  /** What a command's turn coming nearer is worth, less the bytes of responses that no command asked for. */
  get progressBytes(): number {
    return this.#completed * PROGRESS_BYTES - this.#ignored;
  }

  /** Sends a command when its turn has come. Answers with the tagged response, whatever it says. */
  exec(name: string, args: readonly WireArgument[], options: ExecOptions): Promise<WireResponse> {
    return new Promise((resolve, reject) => {
      this.#count += 1;
      const tag = `A${this.#count}`;
      const encoded = encodeCommand(tag, name, args, this.#negotiation.encoding);
      const { maxLiteralBytes, maxBatchBytes } = this.#limits;
      const allOptions = { maxBytes: maxLiteralBytes + maxBatchBytes, ...options };
      this.#commands.push(new PendingCommand(tag, name, encoded, allOptions, { resolve, reject }));
      this.sendNext();
    });
  }

  /** To be called once all that has come was taken: what came earlier than a command answers another one. */
  sendNext(): void {
    for (let next = this.#commands.next(); next !== undefined; next = this.#commands.next()) {
      this.#line.sending(next.shown);
      this.#sendPart(next);
    }
  }

  /** Who takes the octets of a literal that begins, where they are not kept for the response. */
  sinkFor(sizeBytes: number, place: LiteralPlace): LiteralSink | undefined {
    const { oldest } = this.#commands;
    const sink = oldest?.sinkFor(sizeBytes, place);
    if (sink !== undefined) return sink;
    if (sizeBytes > this.#limits.maxLiteralBytes) return undefined;
    return oldest?.admits(sizeBytes) === false ? () => {} : undefined;
  }

  take(response: WireResponse, sizeBytes: number): void {
    const { tag } = response;
    if (tag === "+") {
      const { oldest } = this.#commands;
      if (oldest?.hasParts === true) this.#sendPart(oldest);
      else oldest?.continued(response);
      return;
    }
    this.#negotiation.take(response);
    if (tag === "*") this.#untagged(response, sizeBytes);
    else this.#tagged(response, sizeBytes);
  }

  /** Ends all commands, with an error that says why. */
  fail(error: Error): void {
    for (const command of this.#commands.clear()) command.failed(error);
  }

  #sendPart(command: PendingCommand): void {
    const part = command.nextPart();
    if (part === undefined) return;
    // A command of which the last part is missing cannot be carried out.
    if (!command.hasParts) command.sent();
    this.#line.write(part);
  }

  /** A tag is given once: an answer too many answers nothing, and shifts nobody else's. */
  #tagged(response: WireResponse, sizeBytes: number): void {
    const command = this.#commands.complete(response.tag);
    if (command === undefined) {
      this.#ignored += sizeBytes;
      return;
    }
    this.#completed += 1;
    if (command.startsCompression && response.command?.toUpperCase() === "OK") this.#line.stopReading();
    command.completed(response);
  }

  #untagged(response: WireResponse, sizeBytes: number): void {
    const name = untaggedName(response);
    if (name === "BYE") this.#bye(response);
    // RFC 9051 §7.1: an alert is for the user, whatever command it comes in.
    const isForAll = TOLD_CODES.has(responseCode(response)?.name ?? "");
    const isTaken = this.#commands.take(name, response);
    if (!isTaken) this.#ignored += sizeBytes;
    if (isForAll || (!isTaken && UNSOLICITED.has(name))) this.#line.unsolicited(name, response);
  }

  #bye(response: WireResponse): void {
    this.#byeText = responseText(response) || (keywordOf(response.attributes?.[0]) ?? "");
    if (this.#commands.oldest?.isLogout !== true) this.#line.leave();
  }
}

/** STATUS and LIST come of NOTIFY (RFC 5465 §5). */
const UNSOLICITED: ReadonlySet<string> = new Set([
  "EXISTS",
  "EXPUNGE",
  "VANISHED",
  "FETCH",
  "STATUS",
  "LIST",
]);
const TOLD_CODES: ReadonlySet<string> = new Set(["ALERT", "NOTIFICATIONOVERFLOW"]);
