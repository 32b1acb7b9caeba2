import { setTimeout as sleep } from "node:timers/promises";
import {
  SMTPServer,
  type SMTPServerAddress,
  type SMTPServerAuthentication,
  type SMTPServerAuthenticationResponse,
  type SMTPServerDataStream,
  type SMTPServerOptions,
  type SMTPServerSession,
} from "smtp-server";
import type { MailAccount } from "../store/mail-account.js";
import type { AnsweringConnection, ConnectionSetUp } from "./answering-connection.js";
import { chooseAnswer } from "./choose-answer.js";
import { ChunkingConnection } from "./chunking-connection.js";
import { type AcceptedMessage, deliverLocally, refuseRecipient } from "./delivery.js";
import { readMessage } from "./read-message.js";
import { type IncomingMessage, isRefusal, type MaybeAnswer, type SmtpAnswer } from "./smtp-answers.js";

/** What a backend works on and reports to. */
export interface SmtpBackendContext extends Omit<ConnectionSetUp, "conclude"> {
  readonly isLmtp: boolean;
  /** Called for every connection; its number, from 1. */
  count(): number;
  isCrowded(): boolean;
  /** Changes when everything that was accepted is forgotten. */
  generation(): number;
  accepted(message: Omit<AcceptedMessage, "parsed">): void;
}

type Done = (error?: Error | null) => void;

/** `smtp-server` with the store behind it and answers of the test's choice. */
export class SmtpBackend extends SMTPServer {
  readonly #context: SmtpBackendContext;
  readonly #connections = new Map<string, AnsweringConnection>();

  constructor(options: SMTPServerOptions, context: SmtpBackendContext) {
    super(options);
    this.#context = context;
    this.on("error", () => {});
  }

  override connect(socket: Parameters<SMTPServer["connect"]>[0]): AnsweringConnection {
    const connection = new ChunkingConnection(this, socket, this.#context.count(), {
      ...this.#context,
      conclude: (settled, raw) => this.#conclude(settled, raw),
    });
    this.connections.add(connection);
    this.#connections.set(connection.id, connection);
    connection.on("error", () => {});
    connection.init();
    return connection;
  }

  override onClose(session: SMTPServerSession): void {
    this.#connections.delete(session.id);
  }

  override onConnect(session: SMTPServerSession, done: Done): void {
    const crowded: SmtpAnswer = {
      code: 421,
      enhancedCode: "4.7.0",
      text: "Too many connections, try again later",
    };
    this.#decide(session, done, (connection) =>
      this.#context.isCrowded() ? crowded : this.#context.answers.connect?.(connection.peer),
    );
  }

  override onMailFrom({ address }: SMTPServerAddress, session: SMTPServerSession, done: Done): void {
    this.#decide(session, done, (connection) => this.#context.answers.mail?.(address, connection.peer));
  }

  override onRcptTo({ address }: SMTPServerAddress, session: SMTPServerSession, done: Done): void {
    this.#decide(session, done, async (connection) => {
      const delayMs = this.#context.quirks.recipientDelayMs?.(address) ?? 0;
      if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
      const { answers, store } = this.#context;
      const chosen = await chooseAnswer(store, () => answers.rcpt?.(address, connection.peer));
      return chosen ?? refuseRecipient(this.#context.store, address);
    });
  }

  override onAuth(
    credentials: SMTPServerAuthentication,
    session: SMTPServerSession,
    done: (error: Error | null | undefined, response?: SMTPServerAuthenticationResponse) => void,
  ): void {
    const { username = "", method } = credentials;
    const decided: Done = (error) => {
      const account = error ? undefined : this.#authenticate(credentials);
      if (error) done(error);
      else if (account !== undefined) done(null, { user: account.user });
      else if (method === "XOAUTH2")
        done(null, { data: { status: "401", schemes: "bearer", scope: "mail" } });
      else done(null, { message: "Authentication failed" });
    };
    this.#decide(session, decided, (connection) => this.#context.answers.auth?.(username, connection.peer));
  }

  override onData(stream: SMTPServerDataStream, session: SMTPServerSession, done: Done): void {
    const connection = this.#connections.get(session.id);
    if (connection === undefined) return done();
    readMessage(stream, this.#context.maxMessageBytes).then(
      async (raw) => {
        for (const answer of await this.#conclude(connection, raw)) connection.answerNext(answer);
        done();
      },
      () => {
        // The client went away in the middle of the message: nobody is left to answer.
      },
    );
  }

  /** What a whole message is answered; with LMTP for each recipient. */
  async #conclude(connection: AnsweringConnection, raw: Buffer | undefined): Promise<SmtpAnswer[]> {
    const recipients = connection.session.envelope.rcptTo.map(({ address }) => address);
    const answers: SmtpAnswer[] = [];
    for (const group of this.#context.isLmtp ? recipients.map((address) => [address]) : [recipients]) {
      const answer = await this.#finish(connection, raw, group).catch(toFailure);
      answers.push(answer ?? { code: 250, enhancedCode: "2.6.0", text: "OK: message accepted" });
    }
    return answers;
  }

  async #finish(
    connection: AnsweringConnection,
    raw: Buffer | undefined,
    group: readonly string[],
  ): Promise<SmtpAnswer | undefined> {
    const { store, answers, isLmtp, maxMessageBytes } = this.#context;
    if (raw === undefined) {
      return { code: 552, enhancedCode: "5.3.4", text: `Message is larger than ${maxMessageBytes} bytes` };
    }
    const { mailFrom, rcptTo } = connection.session.envelope;
    const sender = mailFrom === false ? { address: "", args: false as const } : mailFrom;
    const incoming: IncomingMessage = {
      mailFrom: sender.address,
      recipients: rcptTo.map((r) => r.address),
      raw,
    };
    const recipient = isLmtp ? group[0] : undefined;
    const generation = this.#context.generation();
    const chosen = await chooseAnswer(store, () => answers.dataEnd?.(incoming, connection.peer, recipient));
    // Everything was reset while the hook waited: nobody is left to answer.
    if (generation !== this.#context.generation()) return "drop";
    if (chosen !== undefined && chosen !== "store-and-drop" && isRefusal(chosen)) return chosen;
    const recipients = rcptTo
      .filter(({ address }) => group.includes(address))
      .map(({ address, args }) => ({
        address,
        user: store.findAddress(address)?.user,
        parameters: args === false ? {} : args,
      }));
    const users = recipients.flatMap(({ user }) => (user === undefined ? [] : [user]));
    const refusal = deliverLocally(store, users, raw);
    if (refusal !== undefined) return refusal;
    const { user, isSecure, connection: number } = connection.peer;
    const parameters = sender.args === false ? {} : sender.args;
    this.#context.accepted({
      mailFrom: sender.address,
      parameters,
      recipients,
      raw,
      user,
      isSecure,
      connection: number,
    });
    return chosen;
  }

  #authenticate(credentials: SMTPServerAuthentication): MailAccount | undefined {
    const { store } = this.#context;
    const { method, username = "", password, accessToken } = credentials;
    if (method === "XOAUTH2") return store.authenticateToken(username, accessToken ?? "");
    if (method !== "CRAM-MD5") return store.authenticate(username, password ?? "");
    const account = store.findAccount(username);
    return account !== undefined && (store.isTrap || credentials.validatePassword(account.password))
      ? account
      : undefined;
  }

  /** Waits for the answer, has it said in place of the usual reply, and tells `done` whether it refuses. */
  #decide(
    session: SMTPServerSession,
    done: Done,
    choose: (connection: AnsweringConnection) => MaybeAnswer,
  ): void {
    const connection = this.#connections.get(session.id);
    if (connection === undefined) return done(new Error("The connection is closed"));
    void chooseAnswer(this.#context.store, () => choose(connection)).then((answer) => {
      if (answer === undefined) return done();
      connection.answerNext(answer);
      return done(isRefusal(answer) ? new Error("Refused by choice") : null);
    });
  }
}

/** A defect, or an account that went away: the client may try again. */
function toFailure(error: unknown): SmtpAnswer {
  const text = `Not delivered: ${error instanceof Error ? error.message : String(error)}`;
  return { code: 451, enhancedCode: "4.3.0", text };
}
