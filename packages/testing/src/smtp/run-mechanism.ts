import type { SaslMechanism } from "../sasl/sasl-mechanism.js";
import { saslMechanisms } from "../sasl/sasl-server.js";
import type { MailAccount } from "../store/mail-account.js";
import type { MailStore } from "../store/mail-store.js";

/** What a login needs of its connection. */
export interface LoginDialogue {
  readonly store: MailStore;
  readonly initial: string | undefined;
  readonly channelBindings: ReadonlyMap<string, Buffer>;
  /** Sends a challenge and resolves to the client's line, both in base64. */
  converse(challenge: string): Promise<string>;
}

/** How a login ended. */
export interface MechanismRun {
  /** As the client named itself, whether it is known or not. */
  readonly user: string;
  readonly account: MailAccount | undefined;
  readonly isCancelled: boolean;
}

/** Those that `smtp-server` does not have. */
const ADDED: readonly string[] = ["OAUTHBEARER", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"];

/** The mechanism of that name, when it is offered and `smtp-server` has none. */
export function findMechanism(name: string, offered: readonly string[]): SaslMechanism | undefined {
  return ADDED.includes(name) && offered.includes(name) ? saslMechanisms.get(name) : undefined;
}

/** Runs the exchange of challenges and responses to its end. */
export async function runMechanism(mechanism: SaslMechanism, dialogue: LoginDialogue): Promise<MechanismRun> {
  const { store, channelBindings, converse } = dialogue;
  let user: string | undefined;
  const take = (text: string): Buffer => {
    if (text === "*") throw new LoginCancelled();
    const response = Buffer.from(text === "=" ? "" : text, "base64");
    user ??= namedUser(response.toString());
    return response;
  };
  try {
    const account = await mechanism({
      store,
      initial: dialogue.initial === undefined ? undefined : take(dialogue.initial),
      exchange: async (challenge) => take(await converse(Buffer.from(challenge).toString("base64"))),
      channelBindings,
    });
    return { user: user ?? "", account, isCancelled: false };
  } catch (error) {
    if (!(error instanceof LoginCancelled)) throw error;
    return { user: user ?? "", account: undefined, isCancelled: true };
  }
}

class LoginCancelled extends Error {}

/** `a=` of a GS2 header, or `n=` of SCRAM (RFC 5801 §4, RFC 5802 §5.1). */
function namedUser(response: string): string | undefined {
  const [, name] = /,[an]=([^,]*)/.exec(response) ?? [];
  return name?.replaceAll("=2C", ",").replaceAll("=3D", "=");
}
