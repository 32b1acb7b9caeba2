import type { Readable } from "node:stream";
import type { Transcript } from "@mailwright/core";
import type { Redactor } from "@mailwright/core/internal";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import { ReplyMeter } from "./reply-meter.js";

const MASK = "[secret]";
const NODEMAILER_MASK = "/* secret */";
/** What a server asks in the course of a login: salts and signatures that a password can be tried against. */
const CHALLENGE = /^(334[ -]).+$/s;

/** Hears what goes over one connection, command by command and reply by reply. */
export interface WireListener {
  onCommand(command: string): void;
  /** Complete replies only, lines separated by LF, secrets masked. */
  onReply(text: string): void;
  /** Bytes came in clear behind the answer to STARTTLS; nodemailer has thrown them away. */
  onInjection?(): void;
}

/**
 * Listens in on nodemailer's transaction log: the one place where every command and every complete reply
 * passes, before nodemailer draws its own conclusions. nodemailer leaves passwords out of it.
 */
export class WireTap {
  listener: WireListener | undefined;
  /** Fed with what comes in from `startMeter()` on. */
  readonly meter: ReplyMeter = new ReplyMeter();
  readonly #connectionId: string;
  readonly #redactor: Redactor;
  readonly #transcript: Transcript | undefined;
  #isEnded: () => boolean = () => false;

  constructor(connectionId: string, redactor: Redactor, transcript: Transcript | undefined) {
    this.#connectionId = connectionId;
    this.#redactor = redactor;
    this.#transcript = transcript;
  }

  /**
   * Takes the place of the connection's logger, which has to be created with `transactionLog`. As an option
   * it would be called through layers that format every line.
   */
  attach(connection: SMTPConnection): void {
    const ignore = (): void => {};
    const debug = (entry?: unknown, text?: unknown): void => this.#heard(entry, text);
    const warn = (entry?: unknown): void => {
      if (typeof entry === "object" && entry !== null && "discarded" in entry) this.listener?.onInjection?.();
    };
    connection.logger = { trace: ignore, debug, info: ignore, warn, error: ignore, fatal: ignore };
    // QUIRK: nodemailer 10.6 logs the unfinished reply of a connection that ends as if it were a reply.
    this.#isEnded = () => typeof connection._socket !== "object" || connection._socket?.destroyed !== false;
  }

  /** Counts what comes in over the socket that the connection has come to. */
  startMeter(socket: Readable): void {
    // Before nodemailer's listener, which draws its conclusions at once.
    socket.prependListener("data", (bytes: Buffer) => this.meter.feed(bytes));
  }

  #heard(entry: unknown, text: unknown): void {
    if (typeof entry !== "object" || entry === null || !("tnx" in entry) || typeof text !== "string") return;
    if (entry.tnx === "client") {
      this.#tell("client", this.#redactor.text(text).replace(NODEMAILER_MASK, MASK));
      this.listener?.onCommand(text);
    } else if (entry.tnx === "server") {
      this.meter.heard();
      const masked = this.#redactor.text(text);
      this.#tell("server", masked.replace(CHALLENGE, `$1${MASK}`));
      if (!this.#isEnded()) this.listener?.onReply(masked);
    }
  }

  #tell(direction: "client" | "server", text: string): void {
    this.#transcript?.({ connectionId: this.#connectionId, direction, text });
  }
}
