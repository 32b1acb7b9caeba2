import type { Socket } from "node:net";
import { type MailError, systemClock, type Transcript } from "@mailwright/core";
import { connectionClosed, fromSocketError, publishDiagnostic } from "@mailwright/core/internal";
import { fromWire, type Pop3ErrorContext, protocolError, replyTimeout } from "../pop3-error.js";
import { ReplyReader, type ReplySink } from "../wire/reply-reader.js";
import { formatStatusLine, type StatusLine } from "../wire/status-line.js";
import { ReplyDeadline } from "./reply-deadline.js";
import { RequestQueue, type WireRequest, type WrittenRequest } from "./request-queue.js";

/** What a {@link Pop3Wire} needs to know beside its socket. */
export interface WireOptions {
  readonly host: string;
  readonly port: number;
  readonly connectionId: string;
  readonly maxLineBytes: number;
  readonly stallMs: number;
  readonly redact: (text: string) => string;
  readonly transcript?: Transcript | undefined;
}

/** A command that is about to be written, and who takes the reply to it. */
interface Outgoing {
  readonly line: Buffer;
  readonly sink: ReplySink;
}

/**
 * Commands and answers on one socket, in order: several under way when {@link RequestQueue.canPipeline} says so, else
 * one at a time. Any failure breaks the connection as a whole, and every request learns of it.
 */
export class Pop3Wire {
  /** What is under way and in line. */
  readonly requests: RequestQueue = new RequestQueue();
  /** Announced by the server as `LOGIN-DELAY`; says when a refused login may be tried again. */
  loginDelaySeconds: number | undefined;
  readonly #options: WireOptions;
  readonly #reader: ReplyReader;
  readonly #deadline: ReplyDeadline;
  readonly #closeListeners = new Set<() => void>();
  #socket: Socket;
  #outbox: Outgoing[] = [];
  #detach: () => void = () => {};
  #broken: MailError | undefined;
  #lastPhase = "greeting";
  #isPaused = false;

  constructor(socket: Socket, options: WireOptions) {
    this.#options = options;
    this.#reader = new ReplyReader(options.maxLineBytes);
    this.#deadline = new ReplyDeadline(options.stallMs, (limitMs) => this.#expired(limitMs));
    this.#socket = socket;
    this.#attach();
  }

  get connectionId(): string {
    return this.#options.connectionId;
  }

  get socket(): Socket {
    return this.#socket;
  }

  /** Why the connection cannot be used any more. */
  get broken(): MailError | undefined {
    return this.#broken;
  }

  /** Told once when the connection has ended, whoever ended it. */
  onClosed(listener: () => void): void {
    if (this.#broken === undefined) this.#closeListeners.add(listener);
    else listener();
  }

  /** Puts a request in line; it is written as soon as may be. */
  request(request: WireRequest): void {
    if (this.#broken !== undefined) return request.failed(this.#broken);
    this.resume();
    this.sendAhead();
    if (this.requests.admit(request)) this.#send(request);
  }

  /** Puts a request in line that is written in one flight with the next one, in front of it. */
  requestAhead(request: WireRequest): void {
    if (this.#broken !== undefined) return request.failed(this.#broken);
    this.requests.ahead = request;
  }

  /** Writes what waits for the next request. */
  sendAhead(): void {
    const { ahead } = this.requests;
    this.requests.ahead = undefined;
    if (ahead !== undefined && this.requests.admit(ahead)) this.#send(ahead);
  }

  /** Stops reading, and the clock of the answer with it, until {@link resume} or the next request. */
  pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
    this.#deadline.pause();
  }

  resume(): void {
    if (!this.#isPaused || this.#broken !== undefined) return;
    this.#isPaused = false;
    this.#deadline.resume();
    this.#socket.resume();
  }

  /** Goes on with another socket: the same connection after its TLS handshake. */
  async replaceSocket(upgrade: (socket: Socket) => Promise<Socket>): Promise<void> {
    this.#detach();
    this.#socket = await upgrade(this.#socket);
    this.#attach();
  }

  /**
   * Ends our side, for when all has been said, and waits for the server to end its own, `limitMs` at most. Answers why
   * the connection is over: a server that says something instead is out of step.
   */
  async finish(limitMs: number): Promise<MailError | undefined> {
    if (this.#broken !== undefined) return this.#broken;
    this.#socket.end();
    await new Promise<void>((resolve) => {
      const cancel = systemClock.schedule(limitMs, resolve, { keepAlive: true });
      this.onClosed(() => {
        cancel();
        resolve();
      });
    });
    return this.#broken;
  }

  /** Ends the connection; requests that are under way fail with `error`. */
  destroy(error: MailError): void {
    if (this.#broken !== undefined) return;
    this.#broken = error;
    this.#deadline.stop();
    this.#detach();
    this.#socket.destroy();
    this.requests.fail(error, (written) => this.#publish(written, error));
    for (const listener of this.#closeListeners) listener();
  }

  /** Where errors on this connection happen right now. */
  context(phase: string = this.requests.head?.command.phase ?? this.#lastPhase): Pop3ErrorContext {
    const { connectionId, redact } = this.#options;
    return { phase, connectionId, redact, loginDelaySeconds: this.loginDelaySeconds };
  }

  #attach(): void {
    const socket = this.#socket;
    const onData = (chunk: Buffer): void => this.#received(chunk);
    const onEnd = (): void => this.destroy(connectionClosed(this.#socketContext()));
    const onError = (error: Error): void => this.destroy(fromSocketError(error, this.#socketContext()));
    socket.on("data", onData).on("end", onEnd).on("close", onEnd).on("error", onError);
    this.#detach = () => {
      socket.off("data", onData).off("end", onEnd).off("close", onEnd).off("error", onError);
    };
  }

  #send(request: WireRequest): void {
    const { command } = request;
    this.#lastPhase = command.phase;
    const isShown = this.#options.transcript !== undefined;
    const isBodyShown = isShown && command.name !== "RETR" && command.name !== "TOP";
    const written = this.requests.begin(request);
    if (this.requests.head === request) this.#deadline.start(request.limitMs);
    let last: StatusLine = { kind: "error", text: "" };
    const sink: ReplySink = {
      isMultiline: command.isMultiline,
      status: (status) => {
        last = status;
        if (isShown) this.#tell("server", formatStatusLine(status));
        if (status.kind === "continue" && command.phase !== "auth") {
          throw protocolError(`The server answered ${command.name} with "+"`, this.context());
        }
      },
      body: (content) => {
        if (isBodyShown) this.#tell("server", content.toString("latin1").trimEnd());
        request.body(content);
      },
      end: () => this.#answered(written, last),
    };
    const { line } = command;
    if (line === undefined) return this.#reader.expect(sink);
    this.#tell("client", command.shown);
    if (this.#outbox.push({ line, sink }) === 1) queueMicrotask(() => this.#flush());
  }

  /** Only from here on is a reply expected: what is in by now answers nothing that was not written yet. */
  #flush(): void {
    const outbox = this.#outbox;
    this.#outbox = [];
    if (this.#broken !== undefined) return;
    for (const { sink } of outbox) this.#reader.expect(sink);
    this.#socket.write(Buffer.concat(outbox.map(({ line }) => line)));
  }

  #answered(written: WrittenRequest, status: StatusLine): void {
    this.requests.answered();
    const { head } = this.requests;
    if (head !== undefined) this.#deadline.start(head.limitMs);
    else this.#deadline.stop();
    this.#publish(written);
    written.request.done(status);
    const waiting = this.requests.takeWaiting();
    if (waiting !== undefined) this.#send(waiting);
  }

  #publish({ request, startedAt }: WrittenRequest, error?: MailError): void {
    publishDiagnostic("mailwright:command", () => ({
      protocol: "pop3",
      connectionId: this.connectionId,
      command: request.command.name,
      durationMs: performance.now() - startedAt,
      error,
    }));
  }

  #received(chunk: Buffer): void {
    this.#deadline.heard(chunk.length);
    try {
      this.#reader.push(chunk);
    } catch (thrown) {
      this.destroy(fromWire(thrown, this.context()));
    }
  }

  #expired(limitMs: number): void {
    this.destroy(replyTimeout(limitMs, this.context()));
  }

  #socketContext(): Parameters<typeof connectionClosed>[0] {
    const { host, port, connectionId } = this.#options;
    const { phase } = this.context();
    return { protocol: "pop3", phase, host, port, connectionId, retryable: phase !== "quit" };
  }

  #tell(direction: "client" | "server", text: string): void {
    const { transcript, connectionId, redact } = this.#options;
    transcript?.({ connectionId, direction, text: redact(text) });
  }
}
