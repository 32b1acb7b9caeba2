import { TLSSocket } from "node:tls";
import type { SMTPServer } from "smtp-server";
import { SMTPConnection } from "smtp-server/lib/smtp-connection.js";
import { readChannelBindings } from "../net/channel-bindings.js";
import type { SessionLog, SessionLogs } from "../net/session-log.js";
import type { SaslMechanism } from "../sasl/sasl-mechanism.js";
import type { MailStore } from "../store/mail-store.js";
import { chooseAnswer } from "./choose-answer.js";
import { ChunkParser } from "./chunk-parser.js";
import { chooseFor, type InterceptedCommand, interceptedCommands } from "./intercepted-commands.js";
import { findMechanism, runMechanism } from "./run-mechanism.js";
import { isRefusal, type SmtpAnswer, type SmtpAnswers, type SmtpPeer } from "./smtp-answers.js";
import type { SmtpQuirks } from "./smtp-quirks.js";

/** Plain, or TLS from the first byte. */
export type Socket = ConstructorParameters<typeof SMTPConnection>[1];

/** What all connections of a server share. */
export interface ConnectionSetUp {
  readonly store: MailStore;
  readonly answers: SmtpAnswers;
  readonly quirks: SmtpQuirks;
  /** Extensions that `smtp-server` does not know. */
  readonly extensions: readonly string[];
  readonly maxMessageBytes: number;
  /** PEM, for channel binding. */
  readonly certificate: string;
  readonly logs: SessionLogs | undefined;
  /** Settles a message that came whole: the replies to it, with LMTP one for each recipient. */
  conclude(connection: AnsweringConnection, raw: Buffer): Promise<SmtpAnswer[]>;
}

/** A connection of `smtp-server` whose replies can be chosen. */
export class AnsweringConnection extends SMTPConnection {
  readonly #number: number;
  readonly #setUp: ConnectionSetUp;
  readonly #log: SessionLog | undefined;
  #isGreeted = false;
  #isAnsweringHello = false;
  #next: SmtpAnswer[] = [];

  constructor(server: SMTPServer, socket: Socket, number: number, setUp: ConnectionSetUp) {
    super(server, socket);
    this.#number = number;
    this.#log = setUp.logs?.open("SMTP");
    this.#setUp = setUp;
    // The parser of the base class knows no chunks.
    this._parser = this._createParser();
    for (const verb of interceptedCommands) this.#intercept(verb);
  }

  /** Who is logged in. */
  get user(): string | undefined {
    return this.peer.user;
  }

  get peer(): SmtpPeer {
    const { user, secure, transaction } = this.session;
    return {
      connection: this.#number,
      transaction,
      isSecure: secure,
      user: typeof user === "string" ? user : undefined,
    };
  }

  /** QUIRK: smtp-server keeps every client waiting 100 ms to find those who talk before the greeting. */
  override init(): void {
    super.init();
    setImmediate(() => this.connectionReady());
  }

  override connectionReady(next?: () => void): void {
    if (this.#isGreeted || this._socket.destroyed) return;
    this.#isGreeted = true;
    super.connectionReady(next);
  }

  /** Puts `answer` in the place of the next reply. */
  answerNext(answer: SmtpAnswer): void {
    this.#next.push(answer);
  }

  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    const answer = this.#next.shift();
    if (answer !== undefined) this.say(answer);
    else if (this.#isAnsweringHello && code === 250 && Array.isArray(data))
      this.#sendLogged(code, this.#announce(data), context);
    else this.#sendLogged(code, data, context);
  }

  #sendLogged(code: number, data?: string | string[] | null, context?: string | false): void {
    this.#log?.server(
      `${[data ?? ""]
        .flat()
        .map((line) => `${code} ${line}`)
        .join("\n")}\n`,
    );
    super.send(code, data, context);
  }

  /** Sends `answer` now. */
  say(answer: SmtpAnswer): void {
    if (typeof answer === "string") {
      this._socket.destroy();
      return;
    }
    const { code, enhancedCode, text = "", close = false } = answer;
    const prefix = enhancedCode === undefined ? "" : `${enhancedCode} `;
    const lines = (typeof text === "string" ? [text] : text).map((line) => prefix + line);
    this.#sendLogged(code, lines, false);
    if (close) this.close();
  }

  override handler_EHLO(command: Buffer, callback: () => void): void {
    this.#isAnsweringHello = true;
    super.handler_EHLO(command, callback);
    this.#isAnsweringHello = false;
  }

  override handler_AUTH(command: Buffer, callback: () => void): void {
    const [, name = "", initial] = command.toString().trim().split(/\s+/);
    const mechanism = this.#isLoginAllowed ? findMechanism(name.toUpperCase(), this.#offered) : undefined;
    if (mechanism === undefined) super.handler_AUTH(command, callback);
    else void this.#logIn(mechanism, initial, callback);
  }

  override _createParser(): ChunkParser {
    // The constructor of the base class creates one before there are fields.
    const limit = #setUp in this ? this.#setUp.quirks.maxBytesBehindDot : undefined;
    const parser = new ChunkParser({
      maxCommandLength: this._server.options.maxCommandLength,
      ...(limit === undefined
        ? {}
        : { onBytesBehind: (count: number) => count > limit && this._socket.destroy() }),
    });
    parser.oncommand = (command, callback) => {
      this.#log?.client(`${command}\n`);
      this._onCommand(command, callback);
    };
    parser.on("error", (error) => this.send(421, `Error: ${error.message}`));
    return parser;
  }

  async #logIn(mechanism: SaslMechanism, initial: string | undefined, callback: () => void): Promise<void> {
    const { store, certificate, answers } = this.#setUp;
    const socket = this._socket;
    const isBound = this.#offered.includes("SCRAM-SHA-256-PLUS");
    let goOn = callback;
    const run = await runMechanism(mechanism, {
      store,
      initial,
      channelBindings:
        isBound && socket instanceof TLSSocket ? readChannelBindings(socket, certificate) : new Map(),
      converse: (challenge) =>
        new Promise((resolve) => {
          this._nextHandler = (line, next) => {
            goOn = next;
            resolve(line.toString().trim());
          };
          this.send(334, challenge);
          goOn();
        }),
    });
    const chosen = await chooseAnswer(this.#setUp.store, () => answers.auth?.(run.user, this.peer));
    if (run.isCancelled) this.send(501, "Authentication aborted");
    else if (chosen !== undefined && isRefusal(chosen)) this.say(chosen);
    else if (run.account === undefined) this.send(535, "Authentication failed");
    else {
      this.session.user = run.account.user;
      this.session.transmissionType = this._transmissionType();
      this.say(chosen ?? { code: 235, enhancedCode: "2.7.0", text: "Authentication successful" });
    }
    goOn();
  }

  get #offered(): string[] {
    const { authMethods = [] } = this._server.options;
    return this.secure ? [...authMethods] : authMethods.filter((name) => !name.endsWith("-PLUS"));
  }

  get #isLoginAllowed(): boolean {
    const { allowInsecureAuth } = this._server.options;
    return (
      !this.session.user && (this.secure || allowInsecureAuth === true || !this._isSupported("STARTTLS"))
    );
  }

  #announce(lines: readonly string[]): string[] {
    const login = this.#setUp.quirks.announceExps ? "X-EXPS LOGIN" : ["AUTH", ...this.#offered].join(" ");
    const known = lines.map((line) => (line.startsWith("AUTH ") ? login : line));
    return [...known, ...this.#setUp.extensions];
  }

  #intercept(verb: InterceptedCommand): void {
    const method = `handler_${verb}` as const;
    const perform = this[method].bind(this);
    this[method] = (command, callback) => {
      const argument = command.toString().trim().slice(verb.length).trim();
      void chooseAnswer(this.#setUp.store, () =>
        chooseFor(verb, this.#setUp.answers, {
          argument,
          peer: this.peer,
          hasRecipients: this.session.envelope.rcptTo.length > 0,
        }),
      ).then((answer) => {
        if (answer === undefined) {
          perform(command, callback);
          return;
        }
        this.say(answer);
        callback();
      });
    };
  }
}
