import type { Writable } from "node:stream";
import type { Transcript } from "@mailwright/core";
import type { ResolvedImapLimits } from "../imap-limits.js";
import type { Capabilities } from "../wire/answers/capabilities.js";
import { ResponseReader } from "../wire/response-reader.js";
import type { SessionRedactor } from "../wire/session-redactor.js";
import type { WireArgument } from "../wire/wire-argument.js";
import type { WireResponse } from "../wire/wire-node.js";
import { Dialogue } from "./dialogue.js";
import type { ExecOptions } from "./pending-command.js";
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

/** Holds a dialogue over a socket: bytes to responses, commands to bytes. */
export class ImapWire {
  readonly #options: ImapWireOptions;
  readonly #transport: WireTransport;
  readonly #reader: ResponseReader;
  readonly #dialogue: Dialogue;
  #listener: WireListener | undefined;
  #read = 0;
  #isClosed = false;
  #endError: Error | undefined;

  constructor(socket: WireSocket, options: ImapWireOptions) {
    this.#options = options;
    const { transcript, limits, capabilities } = options;
    const line = {
      write: (bytes: Buffer) => this.#transport.write(bytes),
      sending: (shown: string) => this.#tell("client", shown),
      stopReading: () => this.#reader.stop(),
      // A tagged refusal behind it says more, when there is one.
      leave: () => void setImmediate(() => this.destroy()),
      unsolicited: (name: string, response: WireResponse) => this.#listener?.unsolicited(name, response),
    };
    this.#dialogue = new Dialogue(line, limits, capabilities);
    this.#reader = new ResponseReader(limits, {
      response: (response, sizeBytes) => this.#dialogue.take(response, sizeBytes),
      literal: (sizeBytes, place) => this.#dialogue.sinkFor(sizeBytes, place),
      ...(transcript === undefined
        ? {}
        : { line: (line, bytes) => this.#tell("server", shownLine(line, bytes)) }),
    });
    this.#transport = new WireTransport(socket, {
      data: (chunk) => this.#take(chunk),
      ended: (error) => this.#ended(error),
    });
  }

  /** Begins to read. */
  start(listener: WireListener): void {
    this.#listener = listener;
    this.#transport.start(this.#options.rest);
  }

  get capabilities(): Capabilities {
    return this.#dialogue.negotiation.capabilities;
  }

  /** Asks for a capability by its name in any case. */
  can(capability: string): boolean {
    return this.#dialogue.negotiation.can(capability);
  }

  /** What was switched on by ENABLE, in capitals. */
  get enabled(): ReadonlySet<string> {
    return this.#dialogue.negotiation.enabled;
  }

  /** Names and strings are UTF-8 on the wire. */
  get isUtf8(): boolean {
    return this.#dialogue.negotiation.isUtf8;
  }

  /** What the server said in its BYE. */
  get byeText(): string | undefined {
    return this.#dialogue.byeText;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Nothing sent, nothing queued, nothing half read. */
  get isQuiet(): boolean {
    return this.#dialogue.isQuiet && this.#reader.isBetween;
  }

  get traffic(): { readonly sent: number; readonly received: number } {
    return this.#transport.traffic;
  }

  /**
   * Bytes sent, and received but for responses that no command asked for: while it grows, a command gets on, or its turn
   * comes nearer.
   */
  get progressBytes(): number {
    return this.#read + this.traffic.sent + this.#dialogue.progressBytes;
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

  /** Sends a command as soon as those before it allow. Answers with the tagged response, whatever it says. */
  exec(name: string, args: readonly WireArgument[], options: ExecOptions): Promise<WireResponse> {
    if (this.#isClosed) return Promise.reject(this.#endError ?? noConnection());
    return this.#dialogue.exec(name, args, options);
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

  #take(chunk: Buffer): void {
    this.#read += chunk.length;
    const rest = this.#reader.push(chunk);
    if (rest !== undefined) this.#transport.compress(rest);
    this.#dialogue.sendNext();
  }

  #ended(error: Error | undefined): void {
    this.#isClosed = true;
    this.#endError = error;
    // The session first: it tells those that are refused why.
    this.#listener?.ended(error);
    this.#dialogue.fail(error ?? noConnection());
  }

  #tell(direction: "client" | "server", text: string): void {
    const { transcript, connectionId, redactor } = this.#options;
    transcript?.({ connectionId, direction, text: redactor.text(text) });
  }
}

function shownLine(line: Buffer, literalBytes: number | undefined): string {
  const text = line.toString("utf8");
  return literalBytes === undefined ? text : `${text}<${literalBytes} octets>`;
}

function noConnection(): Error {
  return Object.assign(new Error("The connection has ended"), { code: "NoConnection" });
}
