import type { Credentials } from "@mailwright/core";
import { MailError } from "@mailwright/core";
import type { Pop3AuthMethod } from "../pop3-options.js";
import type { Pop3Capabilities } from "../wire/pop3-capabilities.js";

/** What the choice of a way to log in depends on. */
export interface MechanismChoice {
  readonly credentials: Credentials;
  readonly capabilities: Pop3Capabilities;
  /** What the caller insists on. */
  readonly pinned: Pop3AuthMethod | undefined;
  /** Whether the connection has something to bind to. */
  readonly canBind: boolean;
}

const FOR_PASSWORDS = ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN", "LOGIN"] as const;
const FOR_TOKENS = ["OAUTHBEARER", "XOAUTH2"] as const;

/**
 * The one way that will be tried: the caller's, or the strongest that the server offers. There is no second
 * try with a weaker one. Throws `"unsupported"`, and `"invalid-argument"` for a password where a token is
 * needed or the other way round.
 */
export function chooseMechanism(choice: MechanismChoice): Pop3AuthMethod {
  const { credentials, capabilities, pinned, canBind } = choice;
  const hasToken = "accessToken" in credentials;
  if (pinned !== undefined) {
    requireFit(pinned, hasToken);
    const isCommand = pinned === "USER" || pinned === "APOP";
    if (!isCommand && !capabilities.mechanisms.includes(pinned)) throw notOffered(pinned);
    if (pinned === "SCRAM-SHA-256-PLUS" && !canBind) throw notOffered(pinned);
    return pinned;
  }
  const candidates: readonly Pop3AuthMethod[] = hasToken ? FOR_TOKENS : FOR_PASSWORDS;
  const found = candidates.find(
    (name) => capabilities.mechanisms.includes(name) && (name !== "SCRAM-SHA-256-PLUS" || canBind),
  );
  if (found !== undefined) return found;
  if (hasToken) throw notOffered("OAUTHBEARER or XOAUTH2");
  return "USER";
}

function requireFit(pinned: Pop3AuthMethod, hasToken: boolean): void {
  const needsToken = pinned === "OAUTHBEARER" || pinned === "XOAUTH2";
  if (needsToken === hasToken) return;
  const message = `auth: "${pinned}" needs ${needsToken ? "an access token" : "a password"}`;
  throw new MailError(message, { code: "invalid-argument", protocol: "pop3", phase: "auth" });
}

function notOffered(name: string): MailError {
  const message = `The server does not offer to log in by ${name}`;
  return new MailError(message, { code: "unsupported", protocol: "pop3", phase: "auth" });
}
