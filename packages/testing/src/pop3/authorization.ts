import { saslMechanisms } from "../sasl/sasl-server.js";
import type { MailAccount } from "../store/mail-account.js";
import type { MailStore } from "../store/mail-store.js";
import type { Pop3Capabilities, Pop3Situation } from "./capabilities.js";
import { authenticateApop } from "./login.js";
import type { Pop3Reply } from "./output.js";
import { Pop3Refusal } from "./refusal.js";

/** What logging in needs from the session. */
export interface AuthorizationContext {
  readonly store: MailStore;
  readonly capabilities: Pop3Capabilities;
  /** What APOP digests, with its angle brackets. */
  readonly timestamp: string;
  situation(): Pop3Situation;
  /** Sends a challenge and reads the client's line; "*" when there is none. */
  converse(challenge: string): Promise<string>;
  channelBindings(): ReadonlyMap<string, Buffer>;
}

/** The login commands of the AUTHORIZATION state: USER, PASS, APOP (RFC 1939 §4 and §7) and AUTH (RFC 5034). */
export class Pop3Authorization {
  readonly #context: AuthorizationContext;
  #user: string | undefined;

  constructor(context: AuthorizationContext) {
    this.#context = context;
  }

  /** Forgets USER, as STLS asks for (RFC 2595 §4). */
  reset(): void {
    this.#user = undefined;
  }

  /** The account once somebody is logged in, else the reply to the step. */
  async perform(command: string, argument: string): Promise<MailAccount | Pop3Reply> {
    const { capabilities } = this.#context;
    if (command === "AUTH" && capabilities.has("SASL")) return this.#auth(argument);
    if (command === "USER" && capabilities.has("USER")) return this.#nameUser(argument);
    if (command === "PASS" && this.#user !== undefined) return this.#pass(this.#user, argument);
    if (command === "APOP" && capabilities.has("APOP")) return this.#apop(argument);
    throw new Pop3Refusal("Unknown command");
  }

  async #auth(argument: string): Promise<MailAccount | Pop3Reply> {
    const { store, capabilities } = this.#context;
    const offered = capabilities.mechanisms(this.#context.situation());
    if (argument === "") return { text: "", lines: offered.map((mechanism) => `${mechanism}\r\n`).join("") };
    this.#requireSafety();
    const [name = "", initial = ""] = argument.split(" ");
    const mechanism = offered.includes(name.toUpperCase())
      ? saslMechanisms.get(name.toUpperCase())
      : undefined;
    if (mechanism === undefined) throw new Pop3Refusal("Unsupported authentication mechanism");
    const account = await mechanism({
      store,
      initial: initial === "" ? undefined : decodeBase64(initial === "=" ? "" : initial),
      exchange: async (challenge) => decodeBase64(await this.#context.converse(challenge)),
      channelBindings: offered.includes("SCRAM-SHA-256-PLUS") ? this.#context.channelBindings() : new Map(),
    });
    return requireAccount(account);
  }

  #nameUser(name: string): Pop3Reply {
    this.#requireSafety();
    if (name === "") throw new Pop3Refusal("Usage: USER name");
    this.#user = name;
    return { text: "" };
  }

  #pass(user: string, password: string): MailAccount {
    this.#requireSafety();
    this.#user = undefined;
    return requireAccount(this.#context.store.authenticate(user, password));
  }

  #apop(argument: string): MailAccount {
    this.#requireSafety();
    const [user = "", digest = ""] = argument.split(" ");
    return requireAccount(authenticateApop(this.#context.store, this.#context.timestamp, user, digest));
  }

  #requireSafety(): void {
    if (this.#context.capabilities.mayLogIn(this.#context.situation())) return;
    throw new Pop3Refusal("Logins are not allowed before STLS");
  }
}

function requireAccount(account: MailAccount | undefined): MailAccount {
  if (account === undefined) throw new Pop3Refusal("Authentication failed.", "AUTH");
  return account;
}

function decodeBase64(text: string): Buffer {
  if (text === "*") throw new Pop3Refusal("Authentication cancelled");
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new Pop3Refusal("Invalid base64");
  return Buffer.from(text, "base64");
}
