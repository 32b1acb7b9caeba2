import { randomBytes } from "node:crypto";
import { readChannelBindings } from "../net/channel-bindings.js";
import { LineTooLongError, type WireConnection } from "../net/wire-connection.js";
import { MailAccount } from "../store/mail-account.js";
import { askHook, sayAnswer } from "./ask-hook.js";
import { Pop3Authorization } from "./authorization.js";
import type { Pop3Situation } from "./capabilities.js";
import { Maildrop } from "./maildrop.js";
import { Pop3Output, type Pop3Reply } from "./output.js";
import { Pop3Refusal } from "./refusal.js";
import type { Pop3SessionContext } from "./session-context.js";
import { transactionCommands } from "./transaction.js";

const MAX_LINE_BYTES = 16 * 1024;
const AUTOLOGOUT_MS = 600_000;
const LF = 0x0a;

/** One POP3 session from the greeting to its end. `run()` never rejects. */
export class Pop3Session {
  readonly #wire: WireConnection;
  readonly #context: Pop3SessionContext;
  readonly #output: Pop3Output;
  readonly #authorization: Pop3Authorization;
  readonly #timestamp = `<${randomBytes(9).toString("hex")}@localhost>`;
  readonly #autologout: NodeJS.Timeout;
  #lockedUser: string | undefined;
  #maildrop: Maildrop | undefined;
  #isUtf8 = false;
  #isOver = false;

  constructor(wire: WireConnection, context: Pop3SessionContext) {
    this.#wire = wire;
    this.#context = context;
    this.#output = new Pop3Output(wire, context.capabilities);
    this.#authorization = new Pop3Authorization({
      store: context.store,
      capabilities: context.capabilities,
      timestamp: this.#timestamp,
      situation: () => this.#situation(),
      converse: async (challenge) => {
        this.#output.challenge(challenge);
        return (await this.#nextLine()) ?? "*";
      },
      channelBindings: () =>
        wire.tls === undefined ? new Map() : readChannelBindings(wire.tls, context.certificate),
    });
    const autologoutMs = context.options.autologoutMs ?? AUTOLOGOUT_MS;
    this.#autologout = setTimeout(() => wire.destroy(), autologoutMs).unref();
  }

  /** Who is logged in. */
  get user(): string | undefined {
    return this.#lockedUser;
  }

  /** `isCrowded` turns the client away with the greeting. */
  async run(isCrowded: boolean): Promise<void> {
    try {
      if (isCrowded)
        this.#output.refuse(new Pop3Refusal("Too many connections, try again later", "SYS/TEMP"));
      else await this.#serve();
      await this.#output.flush();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      await this.#wire.write(`-ERR ${error instanceof LineTooLongError ? "Line too long" : message}\r\n`);
    } finally {
      clearTimeout(this.#autologout);
      this.#unlock();
      this.#wire.end();
    }
  }

  async #serve(): Promise<void> {
    const { capabilities, options } = this.#context;
    this.#output.accept({
      text: `Mailwright POP3 ready${capabilities.has("APOP") ? ` ${this.#timestamp}` : ""}`,
    });
    while (!this.#isOver) {
      const line = await this.#nextLine();
      if (line === undefined) return;
      try {
        const reply = await this.#perform(line);
        if (reply !== undefined) this.#output.accept(reply);
      } catch (error) {
        if (!(error instanceof Pop3Refusal)) throw error;
        this.#output.refuse(error);
      }
      if (options.quirks?.dropPipelinedInput === true) this.#wire.dropPending();
    }
  }

  async #nextLine(): Promise<string | undefined> {
    if (this.#output.isFull || this.#wire.pending.indexOf(LF) < 0) await this.#output.flush();
    const line = await this.#wire.readLine(MAX_LINE_BYTES);
    this.#autologout.refresh();
    return line?.toString().replace(/\r?\n$/, "");
  }

  async #perform(line: string): Promise<Pop3Reply | undefined> {
    const [verb = "", ...words] = line.split(" ");
    const command = verb.toUpperCase();
    const { capabilities, options } = this.#context;
    const told = await askHook(this.#context, {
      name: command,
      arguments: line.slice(verb.length + 1),
      user: this.user,
    });
    this.#isOver ||= told?.close === true;
    if (told !== undefined && sayAnswer(this.#output, told)) return undefined;
    if (command === "QUIT") return this.#quit();
    if (command === "CAPA" && capabilities.has("CAPA")) {
      return { text: "Capability list follows", lines: toLines(capabilities.lines(this.#situation())) };
    }
    if (command === "LANG" && capabilities.has("LANG")) return changeLanguage(words);
    if (this.#maildrop === undefined) return this.#authorize(command, line.slice(verb.length + 1));
    const perform = transactionCommands.get(command);
    const isDisabled = (command === "TOP" || command === "UIDL") && !capabilities.has(command);
    if (perform === undefined || isDisabled) throw new Pop3Refusal("Unknown command");
    return perform({ maildrop: this.#maildrop, quirks: options.quirks ?? {}, isUtf8: this.#isUtf8 }, words);
  }

  async #authorize(command: string, argument: string): Promise<Pop3Reply | undefined> {
    const { capabilities, locks, options } = this.#context;
    if (command === "STLS" && capabilities.has("STLS")) return this.#startTls();
    if (command === "UTF8" && capabilities.has("UTF8")) {
      this.#isUtf8 = true;
      return { text: "UTF8 enabled" };
    }
    const outcome = await this.#authorization.perform(command, argument);
    if (!(outcome instanceof MailAccount)) return outcome;
    locks.lock(outcome.user);
    this.#lockedUser = outcome.user;
    this.#maildrop = new Maildrop(outcome, options.quirks ?? {});
    return { text: "Logged in." };
  }

  #quit(): Pop3Reply {
    this.#isOver = true;
    const isCommitted = this.#maildrop?.commit() ?? true;
    // Whoever reads the answer may log in again at once.
    this.#unlock();
    if (!isCommitted) throw new Pop3Refusal("Some deleted messages not removed", "SYS/TEMP");
    return { text: "Logging out." };
  }

  async #startTls(): Promise<undefined> {
    if (this.#wire.tls !== undefined) throw new Pop3Refusal("TLS is already active");
    this.#output.accept({ text: "Begin TLS negotiation now." });
    await this.#output.flush();
    await this.#wire.startTls(this.#context.secureContext);
    this.#authorization.reset();
    this.#isUtf8 = false;
  }

  #situation(): Pop3Situation {
    return { isSecure: this.#wire.tls !== undefined, isAuthenticated: this.#maildrop !== undefined };
  }

  #unlock(): void {
    if (this.#lockedUser !== undefined) this.#context.locks.unlock(this.#lockedUser);
    this.#lockedUser = undefined;
  }
}

/** LANG (RFC 6856 §3): English, whatever is asked for. */
function changeLanguage([tag]: readonly string[]): Pop3Reply {
  if (tag === undefined) {
    return { text: "Language listing follows:", lines: toLines(["en English", "i-default Default"]) };
  }
  if (tag === "*" || /^en\b/i.test(tag)) return { text: "en Language changed" };
  if (tag.toLowerCase() === "i-default") return { text: "i-default Language changed" };
  throw new Pop3Refusal("Language not supported");
}

function toLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\r\n`).join("");
}
