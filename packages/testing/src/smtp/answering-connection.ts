import type { SMTPServer } from "smtp-server";
import { SMTPConnection } from "smtp-server/lib/smtp-connection.js";
import type { MaybeAnswer, SmtpAnswer, SmtpAnswers, SmtpPeer } from "./smtp-answers.js";

type Socket = ConstructorParameters<typeof SMTPConnection>[1];

/** The commands that can be answered before `smtp-server` sees them. */
const interceptable = ["EHLO", "HELO", "STARTTLS", "DATA", "RSET", "NOOP", "VRFY", "QUIT"] as const;

/** A connection of `smtp-server` whose replies can be chosen. */
export class AnsweringConnection extends SMTPConnection {
  readonly #number: number;
  readonly #answers: SmtpAnswers;
  #isGreeted = false;
  #next: SmtpAnswer[] = [];

  constructor(server: SMTPServer, socket: Socket, number: number, answers: SmtpAnswers) {
    super(server, socket);
    this.#number = number;
    this.#answers = answers;
    for (const verb of interceptable) this.#intercept(verb);
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
    if (answer === undefined) super.send(code, data, context);
    else this.#say(answer);
  }

  #say(answer: SmtpAnswer): void {
    if (typeof answer === "string") {
      this._socket.destroy();
      return;
    }
    const { code, enhancedCode, text = "", close = false } = answer;
    const prefix = enhancedCode === undefined ? "" : `${enhancedCode} `;
    const lines = (typeof text === "string" ? [text] : text).map((line) => prefix + line);
    super.send(code, lines, false);
    if (close) this.close();
  }

  #intercept(verb: (typeof interceptable)[number]): void {
    const method = `handler_${verb}` as const;
    const perform = this[method].bind(this);
    this[method] = (command, callback) => {
      const argument = command.toString().trim().slice(verb.length).trim();
      void chooseAnswer(() => this.#choose(verb, argument)).then((answer) => {
        if (answer === undefined) {
          perform(command, callback);
          return;
        }
        this.#say(answer);
        callback();
      });
    };
  }

  #choose(verb: (typeof interceptable)[number], argument: string): MaybeAnswer {
    switch (verb) {
      case "EHLO":
      case "HELO":
        return this.#answers.ehlo?.(argument, this.peer);
      case "STARTTLS":
        return this.#answers.starttls?.(this.peer);
      case "DATA":
        return this.session.envelope.rcptTo.length === 0 ? undefined : this.#answers.data?.(this.peer);
      case "RSET":
        return this.#answers.rset?.(this.peer);
      case "NOOP":
        return this.#answers.noop?.(this.peer);
      case "VRFY":
        return this.#answers.vrfy?.(argument, this.peer);
      case "QUIT":
        return this.#answers.quit?.(this.peer);
    }
  }
}

/** Chooses an answer; a test's function that fails is told to the client, where the test will see it. */
export async function chooseAnswer(choose: () => MaybeAnswer): Promise<SmtpAnswer | undefined> {
  try {
    return await choose();
  } catch (error) {
    const text = `No answer could be chosen: ${error instanceof Error ? error.message : String(error)}`;
    return { code: 451, enhancedCode: "4.3.0", text };
  }
}
