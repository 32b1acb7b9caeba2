import type { Writable } from "node:stream";
import type { Transcript } from "@mailwright/core";
import type { ResolvedImapLimits } from "../imap-limits.js";
import type { Capabilities } from "../wire/capabilities.js";
import { encodeCommand } from "../wire/encode-command.js";
import { type LiteralSink, ResponseReader } from "../wire/response-reader.js";
import type { SessionRedactor } from "../wire/session-redactor.js";
import type { WireArgument } from "../wire/wire-argument.js";
import { keywordOf, responseCode, responseText, untaggedName, type WireResponse } from "../wire/wire-node.js";
import { Negotiation } from "./negotiation.js";
import { type ExecOptions, PendingCommand } from "./pending-command.js";
import { type WireSocket, WireTransport } from "./wire-transport.js";

/** What a wire takes beside its socket. */
export interface ImapWireOptions {
  readonly limits: Pick<ResolvedImapLimits, "maxLineBytes" | "maxLiteralBytes" | "maxBatchBytes">;
  readonly connectionId: string;
  readonly redactor: SessionRedactor;
  readonly transcript: Transcript | undefined;
  /** What the server was heard to be able to before. */
  readonly capabilities: Capabilities;
  /** What had come from the socket before. */
  readonly rest: Buffer;
}

/** Who hears of what no command asked for. */
export interface WireListener {
  unsolicited(name: string, response: WireResponse): void;
  ended(error: Error | undefined): void;
}

/** Sends commands over a socket, one at a time, and hands each the responses that are its. */
export class ImapWire {
  readonly #options: ImapWireOptions;
  readonly #transport: WireTransport;
  readonly #reader: ResponseReader;
  readonly #queue: PendingCommand[] = [];
  readonly #negotiation: Negotiation;
  #listener: WireListener | undefined;
  #current: PendingCommand | undefined;
  #count = 0;
  #read = 0;
  #ignored = 0;
  #byeText: string | undefined;
  #isClosed = false;
  #endError: Error | undefined;

  constructor(socket: WireSocket, options: ImapWireOptions) {
    this.#options = options;
    this.#negotiation = new Negotiation(options.capabilities);
    const { transcript } = options;
    this.#reader = new ResponseReader(options.limits, {
      response: (response, sizeBytes) => this.#take(response, sizeBytes),
      literal: (sizeBytes) => this.#sinkFor(sizeBytes),
      ...(transcript === undefined
        ? {}
        : { line: (line, bytes) => this.#tell("server", shownLine(line, bytes)) }),
    });
    this.#transport = new WireTransport(socket, {
      data: (chunk) => {
        this.#read += chunk.length;
        const rest = this.#reader.push(chunk);
        if (rest !== undefined) this.#transport.compress(rest);
      },
      ended: (error) => this.#ended(error),
    });
  }

  /** Begins to read. */
  start(listener: WireListener): void {
    this.#listener = listener;
    this.#transport.start(this.#options.rest);
  }

  get capabilities(): Capabilities {
    return this.#negotiation.capabilities;
  }

  /** Asks for a capability by its name in any case. */
  can(capability: string): boolean {
    return this.#negotiation.can(capability);
  }

  /** What was switched on by ENABLE, in capitals. */
  get enabled(): ReadonlySet<string> {
    return this.#negotiation.enabled;
  }

  /** What the server said in its BYE. */
  get byeText(): string | undefined {
    return this.#byeText;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Nothing sent, nothing queued, nothing half read. */
  get isQuiet(): boolean {
    return this.#current === undefined && this.#queue.length === 0 && this.#reader.isBetween;
  }

  get traffic(): { readonly sent: number; readonly received: number } {
    return this.#transport.traffic;
  }

  /** Bytes sent, and received but for responses that no command asked for: while it grows, a command gets on. */
  get progressBytes(): number {
    return this.#read - this.#ignored + this.traffic.sent;
  }

  /** The stream to the server, for the octets of a literal; {@link flush} comes behind them. */
  get output(): Writable {
    return this.#transport.output;
  }

  flush(): void {
    this.#transport.flush();
  }

  /** Whether the socket keeps the process alive; that of an idle session does not. */
  holdProcess(isHeld: boolean): void {
    this.#transport.holdProcess(isHeld);
  }

  /** Sends a command as soon as those before it are done. Answers with the tagged response, whatever it says. */
  exec(name: string, args: readonly WireArgument[], options: ExecOptions): Promise<WireResponse> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw this.#endError ?? noConnection();
      this.#count += 1;
      const encoded = encodeCommand(`A${this.#count}`, name, args, this.#negotiation.encoding);
      const { maxLiteralBytes, maxBatchBytes } = this.#options.limits;
      const allOptions = { maxBytes: maxLiteralBytes + maxBatchBytes, ...options };
      this.#queue.push(new PendingCommand(`A${this.#count}`, name, encoded, allOptions, { resolve, reject }));
      this.#next();
    });
  }

  /** A line outside of any command, such as `DONE`, or an answer in a login, which `shown` stands for then. */
  writeLine(line: string, shown: string = line): void {
    this.#tell("client", shown);
    this.#transport.write(Buffer.from(`${line}\r\n`));
  }

  /** Leaves the socket to somebody else; what was read too much of it does not come back. */
  detach(): WireSocket {
    this.#isClosed = true;
    return this.#transport.detach();
  }

  destroy(error?: Error): void {
    this.#transport.destroy(error);
  }

  #next(): void {
    if (this.#current !== undefined) return;
    this.#current = this.#queue.shift();
    if (this.#current === undefined) return;
    this.#tell("client", this.#current.shown);
    this.#sendPart(this.#current);
  }

  #sendPart(command: PendingCommand): void {
    const part = command.nextPart();
    if (part === undefined) return;
    // A command of which the last part is missing cannot be carried out.
    if (!command.hasParts) command.sent();
    this.#transport.write(part);
  }

  #sinkFor(sizeBytes: number): LiteralSink | undefined {
    if (sizeBytes > this.#options.limits.maxLiteralBytes) return undefined;
    return this.#current?.admits(sizeBytes) === false ? () => {} : undefined;
  }

  #take(response: WireResponse, sizeBytes: number): void {
    const { tag } = response;
    const current = this.#current;
    if (tag === "+") {
      if (current?.hasParts === true) this.#sendPart(current);
      else current?.continued(response);
      return;
    }
    this.#negotiation.take(response);
    if (tag === "*") this.#untagged(response, sizeBytes);
    else if (current !== undefined && tag === current.tag) {
      this.#current = undefined;
      if (current.startsCompression && response.command?.toUpperCase() === "OK") this.#reader.stop();
      current.completed(response);
      this.#next();
    } else this.#ignored += sizeBytes;
  }

  #untagged(response: WireResponse, sizeBytes: number): void {
    const name = untaggedName(response);
    if (name === "BYE") this.#bye(response);
    // RFC 9051 §7.1: an alert is for the user, whatever command it comes in.
    const isAlert = responseCode(response)?.name === "ALERT";
    const isTaken = this.#current?.takes(name, response) === true;
    if (!isTaken) this.#ignored += sizeBytes;
    if (isAlert || (!isTaken && UNSOLICITED.has(name))) this.#listener?.unsolicited(name, response);
  }

  /** A tagged refusal behind it says more, when there is one. */
  #bye(response: WireResponse): void {
    this.#byeText = responseText(response) || (keywordOf(response.attributes?.[0]) ?? "");
    if (this.#current?.isLogout !== true) setImmediate(() => this.destroy());
  }

  #ended(error: Error | undefined): void {
    this.#isClosed = true;
    this.#endError = error;
    const commands = [this.#current, ...this.#queue.splice(0)];
    this.#current = undefined;
    // The session first: it tells those that are refused why.
    this.#listener?.ended(error);
    for (const command of commands) command?.failed(error ?? noConnection());
  }

  #tell(direction: "client" | "server", text: string): void {
    const { transcript, connectionId, redactor } = this.#options;
    transcript?.({ connectionId, direction, text: redactor.text(text) });
  }
}

const UNSOLICITED: ReadonlySet<string> = new Set(["EXISTS", "EXPUNGE", "VANISHED", "FETCH"]);

function shownLine(line: Buffer, literalBytes: number | undefined): string {
  const text = line.toString("utf8");
  return literalBytes === undefined ? text : `${text}<${literalBytes} octets>`;
}

function noConnection(): Error {
  return Object.assign(new Error("The connection has ended"), { code: "NoConnection" });
}
