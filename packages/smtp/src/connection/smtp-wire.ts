import type { Socket } from "node:net";
import type { Transcript } from "@mailwright/core";
import { abortError, onAbort, publishDiagnostic, type Redactor, roundMs } from "@mailwright/core/internal";
import { fromClosed, type SmtpErrorContext } from "../smtp-error.js";
import { ReplyReader } from "../wire/reply-reader.js";
import { encodeCommands } from "../wire/smtp-command.js";
import { parseReply, type SmtpReply } from "../wire/smtp-reply.js";

const MASK = "[secret]";
/** What a server asks in the course of a login: salts and signatures that a password can be tried against. */
const CHALLENGE = /^(334[ -]).+$/s;

/** Whoever waits for replies; they come in the order in which the exchanges were begun (RFC 2920 §3.1). */
export interface Exchange {
  readonly onReply: (reply: SmtpReply) => void;
  /** The connection has ended: no reply will come any more. */
  readonly onClosed: (thrown: unknown) => void;
  /** All replies to the exchanges before this one are in, or will not come (`false`). */
  readonly onTurn?: (isAnswered: boolean) => void;
}

/** What ends the waiting for a reply besides the reply. */
export interface AskLimits {
  readonly signal: AbortSignal;
  readonly phase: string;
  /** What a transcript shows of the line. */
  readonly shown?: string | undefined;
}

/** What a wire says of itself in errors, transcripts and diagnostics. */
export interface WireContext {
  readonly host: string;
  readonly port: number;
  readonly connectionId: string;
  readonly redactor: Redactor;
  readonly transcript: Transcript | undefined;
}

/** A socket that speaks SMTP: commands out, complete replies in, each given to the exchange that waits for it. */
export class SmtpWire {
  readonly socket: Socket;
  /** Called for a reply that nobody waits for. */
  onUnasked: () => void = () => {};
  /** Called once, when the server or the network has ended the connection. */
  onClosed: () => void = () => {};
  readonly #context: WireContext;
  readonly #reader = new ReplyReader();
  readonly #line: Exchange[] = [];
  /** Commands without a reply yet, for diagnostics. */
  readonly #sent: { readonly command: string; readonly since: number }[] = [];
  /** Replies that are in and not handed out yet. */
  #unheard = 0;
  #isClosed = false;
  #error: Error | undefined;

  constructor(socket: Socket, context: WireContext) {
    this.socket = socket;
    this.#context = context;
    socket.on("data", (bytes: Buffer) => this.#read(bytes));
    // Stays for good: an 'error' event without a listener would end the process.
    socket.on("error", (error) => {
      this.#error ??= error;
    });
    socket.once("end", () => this.#closed()).once("close", () => this.#closed());
    socket.resume();
  }

  get isOpen(): boolean {
    return !this.#isClosed && !this.socket.destroyed && this.socket.writable;
  }

  /** More has come in than was handed out, half a reply included. */
  get isAhead(): boolean {
    return this.#unheard > 0 || this.#reader.isWithinReply;
  }

  /** Nobody waits for a reply. */
  get isIdle(): boolean {
    return this.#line.length === 0;
  }

  isFirst(exchange: Exchange): boolean {
    return this.#line[0] === exchange;
  }

  /** From now on replies are for this exchange, once those before it have theirs. */
  begin(exchange: Exchange): void {
    this.#line.push(exchange);
    if (this.#line.length === 1) exchange.onTurn?.(true);
    if (this.#isClosed) exchange.onClosed(this.#error);
  }

  /** The exchange waits for nothing more; `isAnswered` when that is because everything came. */
  end(exchange: Exchange, isAnswered: boolean): void {
    const at = this.#line.indexOf(exchange);
    if (at < 0) return;
    this.#line.splice(at, 1);
    if (at === 0) this.#line[0]?.onTurn?.(isAnswered);
  }

  /** Writes command lines in one piece. */
  send(commands: readonly string[], shown: readonly string[] = commands): void {
    const bytes = encodeCommands(commands);
    for (const command of shown) this.noteSent(command);
    if (this.isOpen) this.socket.write(bytes);
  }

  /** Tells that this command goes out. */
  noteSent(command: string): void {
    this.#tell("client", command);
    this.#sent.push({ command: command.split(" ", 1)[0] ?? "", since: performance.now() });
  }

  /** Sends a line and resolves with its reply. Rejects, and destroys the connection, when none comes in time. */
  ask(line: string, { signal, phase, shown = line }: AskLimits): Promise<SmtpReply> {
    return new Promise((resolve, reject) => {
      let stopListening = (): void => {};
      const settle = (): void => {
        stopListening();
        this.end(exchange, true);
      };
      const giveUp = (error: unknown): void => {
        settle();
        this.socket.destroy();
        reject(error);
      };
      const exchange: Exchange = {
        onReply: (reply) => {
          settle();
          resolve(reply);
        },
        onClosed: (thrown) => {
          settle();
          reject(this.closedError(thrown, phase));
        },
      };
      stopListening = onAbort(signal, () => giveUp(abortError(signal, "smtp", phase)));
      if (signal.aborted) return;
      this.send([line], [shown]);
      this.begin(exchange);
    });
  }

  /** The error for what has ended the connection. */
  closedError(thrown: unknown, phase: string): ReturnType<typeof fromClosed> {
    const { host, port, connectionId, redactor } = this.#context;
    const where: SmtpErrorContext = { phase, host, port, connectionId };
    return fromClosed(thrown, where, redactor);
  }

  #read(bytes: Buffer): void {
    const replies = this.#reader.push(bytes);
    this.#unheard += replies.length;
    for (const text of replies) {
      this.#unheard -= 1;
      if (!this.socket.destroyed) this.#heard(text);
    }
  }

  #heard(text: string): void {
    const { connectionId, redactor } = this.#context;
    this.#tell("server", redactor.text(text).replace(CHALLENGE, `$1${MASK}`));
    const sent = this.#sent.shift();
    if (sent !== undefined) {
      publishDiagnostic("mailwright:command", () => {
        const durationMs = roundMs(performance.now() - sent.since);
        return { protocol: "smtp", connectionId, command: sent.command, durationMs };
      });
    }
    const [first] = this.#line;
    if (first !== undefined) return first.onReply(parseReply(text));
    // A goodbye, or something that would be taken for the answer to what comes next.
    this.socket.destroy();
    this.onUnasked();
  }

  #closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const exchange of [...this.#line]) exchange.onClosed(this.#error);
    this.onClosed();
  }

  #tell(direction: "client" | "server", text: string): void {
    const { transcript, connectionId, redactor } = this.#context;
    if (transcript === undefined) return;
    transcript({ connectionId, direction, text: redactor.text(text) });
  }
}
