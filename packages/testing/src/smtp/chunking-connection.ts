import type { SMTPServer } from "smtp-server";
import { AnsweringConnection, type ConnectionSetUp, type Socket } from "./answering-connection.js";
import { chooseAnswer } from "./choose-answer.js";
import { ChunkParser } from "./chunk-parser.js";
import { isRefusal, type SmtpAnswer } from "./smtp-answers.js";

interface ChunkedBody {
  /** A new transaction has a new envelope. */
  readonly envelope: object;
  readonly chunks: Buffer[];
  sizeBytes: number;
}

/** A connection that takes messages in chunks (BDAT, RFC 3030). */
export class ChunkingConnection extends AnsweringConnection {
  readonly #setUp: ConnectionSetUp;
  #body: ChunkedBody | undefined;

  constructor(server: SMTPServer, socket: Socket, number: number, setUp: ConnectionSetUp) {
    super(server, socket, number, setUp);
    this.#setUp = setUp;
  }

  handler_BDAT(command: Buffer, callback: () => void): void {
    const [, digits = "", last] = /^BDAT +(\d{1,10})( +LAST)? *$/i.exec(command.toString()) ?? [];
    if (digits === "" || !(this._parser instanceof ChunkParser)) {
      this.send(501, "Error: syntax: BDAT octets [LAST]");
      callback();
      return;
    }
    const size = Number(digits);
    const isLast = last !== undefined;
    void this.#take(this._parser, size, isLast, callback);
  }

  override handler_DATA(command: Buffer, callback: () => void): void {
    if (this.#begunBody === undefined) {
      super.handler_DATA(command, callback);
      return;
    }
    this.send(503, "Error: chunks were sent already");
    callback();
  }

  async #take(parser: ChunkParser, size: number, isLast: boolean, callback: () => void): Promise<void> {
    const { quirks } = this.#setUp;
    const early = this.#refuse(size);
    const refusal =
      early ??
      (await chooseAnswer(this.#setUp.store, () => this.#setUp.answers.bdat?.(size, isLast, this.peer)));
    const isRefused = refusal !== undefined && isRefusal(refusal);
    let chunk: Buffer = Buffer.alloc(0);
    let goOn = callback;
    if (size > 0 && !(isRefused && quirks.runRefusedChunks)) {
      const reading = parser.readChunk(size, !isRefused);
      callback();
      chunk = await reading;
      goOn = () => parser.resumeCommands();
    }
    if (quirks.neverAnswerChunks) return;
    if (isRefused) {
      this.say(refusal);
      if (!quirks.keepRefusedSender) this._resetSession();
    } else {
      await this.#keep(chunk, isLast, refusal);
    }
    goOn();
  }

  async #keep(chunk: Buffer, isLast: boolean, chosen: SmtpAnswer | undefined): Promise<void> {
    const { envelope } = this.session;
    const body = this.#begunBody ?? { envelope, chunks: [], sizeBytes: 0 };
    this.#body = body;
    body.chunks.push(chunk);
    body.sizeBytes += chunk.length;
    if (!isLast) {
      this.say(chosen ?? { code: 250, enhancedCode: "2.0.0", text: `${chunk.length} octets received` });
      return;
    }
    for (const answer of await this.#setUp.conclude(this, Buffer.concat(body.chunks))) this.say(answer);
    this._transactionCounter++;
    this._unrecognizedCommands = 0;
    this._resetSession();
  }

  #refuse(size: number): SmtpAnswer | undefined {
    const { maxMessageBytes } = this.#setUp;
    if (this.session.envelope.rcptTo.length === 0) {
      return { code: 503, enhancedCode: "5.5.1", text: "Error: need RCPT command" };
    }
    if ((this.#begunBody?.sizeBytes ?? 0) + size <= maxMessageBytes) return undefined;
    return { code: 552, enhancedCode: "5.3.4", text: `Message is larger than ${maxMessageBytes} bytes` };
  }

  get #begunBody(): ChunkedBody | undefined {
    return this.#body?.envelope === this.session.envelope ? this.#body : undefined;
  }
}
