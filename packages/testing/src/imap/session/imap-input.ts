import { ImapRefusal } from "../syntax/refusal.js";

const LF = 0x0a;
const CR = 0x0d;
const FIRST_BYTES = 4096;
const KEPT_BYTES = 1024 * 1024;
const SYNCHRONIZING_AT_END = /\{(\d{1,10})\}$/;
const LITERAL_AT_END = /\{(\d{1,10})(\+?)\}$/;

/** One command as it came: the lines joined by CRLF, each `{n}` at a line's end standing for the next literal. */
export interface ImapCommandBytes {
  readonly kind: "command";
  /** Bytes as Latin-1, so that no byte is lost. */
  readonly text: string;
  readonly literals: readonly Buffer[];
}

/** The client waits for `+` before it sends `sizeBytes` more (RFC 3501 §7.5). */
export interface ImapContinuationNeeded {
  readonly kind: "continue";
  readonly text: string;
  readonly sizeBytes: number;
}

/** What the client sent is larger than allowed; the connection has to end unless `isAvoidable`. */
export interface ImapInputTooLarge {
  readonly kind: "too-large";
  readonly text: string;
  /** The client has not sent the bytes yet: refusing the literal is enough. */
  readonly isAvoidable: boolean;
}

/** Bounds on what one command may make the server hold. */
export interface ImapInputLimits {
  readonly maxLineBytes: number;
  /** Less before login, so that strangers cannot make the server hold much. */
  readonly maxLiteralBytes: number;
  /** Without LITERAL+ `{n+}` is no literal. */
  readonly takesNonSynchronizing: boolean;
}

/**
 * Cuts a byte stream into commands at any chunking, without sockets. Both synchronizing and
 * non-synchronizing literals (RFC 7888) are read; a bare LF ends a line too.
 */
export class ImapInput {
  readonly limits: ImapInputLimits;
  #buffer = Buffer.alloc(FIRST_BYTES);
  #start = 0;
  #end = 0;
  #scanned = 0;
  #text = "";
  #literals: Buffer[] = [];
  #literalBytes = 0;
  #pendingLiteral: number | undefined;

  constructor(limits: ImapInputLimits) {
    this.limits = limits;
  }

  get bufferedBytes(): number {
    return this.#end - this.#start;
  }

  push(chunk: Uint8Array): void {
    if (this.#end + chunk.length > this.#buffer.length) this.#makeRoom(chunk.length);
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** Gives back what came behind the last command, for whoever reads the connection from here on. */
  takeUnread(): Buffer {
    const unread = Buffer.from(this.#buffer.subarray(this.#start, this.#end));
    this.#start = this.#end = this.#scanned = 0;
    this.abandonCommand();
    return unread;
  }

  /** Forgets the begun command after its literal was refused. */
  abandonCommand(): void {
    this.#text = "";
    this.#literals = [];
    this.#literalBytes = 0;
    this.#pendingLiteral = undefined;
  }

  /** One line without its line end, or `undefined` until it is complete. */
  takeLine(): string | undefined {
    const end = this.#buffer.subarray(0, this.#end).indexOf(LF, this.#start + this.#scanned);
    if (end < 0) {
      this.#scanned = this.#end - this.#start;
      return undefined;
    }
    const stop = end > this.#start && this.#buffer[end - 1] === CR ? end - 1 : end;
    const line = this.#buffer.toString("latin1", this.#start, stop);
    this.#start = end + 1;
    this.#scanned = 0;
    return line;
  }

  /** Like `takeLine`, for what follows a `+`; throws `BAD` when it is longer than a command may be. */
  takeContinuation(): string | undefined {
    const line = this.takeLine();
    if (line === undefined && this.bufferedBytes > this.limits.maxLineBytes) {
      throw new ImapRefusal("BAD", "Line is too long.");
    }
    return line;
  }

  /** The next thing to act on, or `undefined` until more bytes come. */
  take(): ImapCommandBytes | ImapContinuationNeeded | ImapInputTooLarge | undefined {
    for (;;) {
      if (this.#pendingLiteral !== undefined && !this.#takeLiteral(this.#pendingLiteral)) return undefined;
      const line = this.takeLine();
      if (line === undefined) {
        if (this.#text.length + this.bufferedBytes <= this.limits.maxLineBytes) return undefined;
        return { kind: "too-large", text: this.#text, isAvoidable: false };
      }
      this.#text += line;
      if (this.#text.length > this.limits.maxLineBytes) {
        return { kind: "too-large", text: this.#text.slice(0, 100), isAvoidable: false };
      }
      const literal = (this.limits.takesNonSynchronizing ? LITERAL_AT_END : SYNCHRONIZING_AT_END).exec(line);
      if (!literal) return this.#finish();
      const event = this.#beginLiteral(Number(literal[1]), literal[2] === "+");
      if (event) return event;
    }
  }

  #finish(): ImapCommandBytes {
    const command: ImapCommandBytes = { kind: "command", text: this.#text, literals: this.#literals };
    this.abandonCommand();
    return command;
  }

  #beginLiteral(
    sizeBytes: number,
    isNonSynchronizing: boolean,
  ): ImapContinuationNeeded | ImapInputTooLarge | undefined {
    const text = this.#text;
    if (this.#literalBytes + sizeBytes > this.limits.maxLiteralBytes) {
      return { kind: "too-large", text, isAvoidable: !isNonSynchronizing };
    }
    this.#text += "\r\n";
    this.#pendingLiteral = sizeBytes;
    this.#literalBytes += sizeBytes;
    return isNonSynchronizing ? undefined : { kind: "continue", text, sizeBytes };
  }

  #takeLiteral(sizeBytes: number): boolean {
    if (this.bufferedBytes < sizeBytes) return false;
    this.#literals.push(Buffer.from(this.#buffer.subarray(this.#start, this.#start + sizeBytes)));
    this.#start += sizeBytes;
    this.#pendingLiteral = undefined;
    // A large message does not keep its room for as long as the connection lives.
    if (this.#buffer.length > KEPT_BYTES && this.bufferedBytes * 4 < this.#buffer.length) this.#shrink();
    return true;
  }

  #shrink(): void {
    const unread = this.#buffer.subarray(this.#start, this.#end);
    this.#buffer = Buffer.alloc(Math.max(FIRST_BYTES, unread.length * 2));
    unread.copy(this.#buffer);
    this.#end -= this.#start;
    this.#start = 0;
  }

  #makeRoom(bytes: number): void {
    const used = this.#end - this.#start;
    const target = used + bytes > this.#buffer.length ? Buffer.alloc((used + bytes) * 2) : this.#buffer;
    this.#buffer.copy(target, 0, this.#start, this.#end);
    this.#buffer = target;
    this.#start = 0;
    this.#end = used;
  }
}
