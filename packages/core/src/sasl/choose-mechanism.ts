import type { Credentials } from "../credentials/credentials.js";
import { MailError, type MailProtocol } from "../errors/mail-error.js";
import type { SaslMechanismName } from "./sasl-mechanism.js";

/** What the choice of a way to log in depends on. */
export interface MechanismChoice<Command extends string = never> {
  readonly credentials: Credentials;
  /** Names of mechanisms as the server gave them. */
  readonly offered: readonly string[];
  /** What the caller insists on. */
  readonly pinned: SaslMechanismName | Command | undefined;
  /** Whether the connection has something to bind to. */
  readonly canBind: boolean;
  /**
   * The protocol's own ways to log in with a password, besides SASL: the first is used when no mechanism fits, any
   * other when it is pinned. @defaultValue none
   */
  readonly commands?: readonly Command[] | undefined;
  readonly protocol: MailProtocol;
}

/**
 * Strongest first. A login that is bound to its connection cannot be passed on, whatever the hash. CRAM-MD5 is
 * not among them: it has to be pinned.
 */
const FOR_PASSWORDS = [
  "SCRAM-SHA-256-PLUS",
  "SCRAM-SHA-1-PLUS",
  "SCRAM-SHA-256",
  "SCRAM-SHA-1",
  "PLAIN",
  "LOGIN",
] as const satisfies readonly SaslMechanismName[];
const FOR_TOKENS = ["OAUTHBEARER", "XOAUTH2"] as const satisfies readonly SaslMechanismName[];

/**
 * The one way that will be tried: the caller's, or the strongest that the server offers. There is no second
 * try with a weaker one. Throws `"unsupported"`, and `"invalid-argument"` for a password where a token is
 * needed or the other way round.
 */
export function chooseMechanism<Command extends string = never>(
  choice: MechanismChoice<Command>,
): SaslMechanismName | Command {
  const { credentials, pinned, canBind, commands = [], protocol } = choice;
  const hasToken = "accessToken" in credentials;
  const offered = new Set(choice.offered.map((name) => name.toUpperCase()));
  const isPossible = (name: string): boolean => offered.has(name) && (canBind || !name.endsWith("-PLUS"));
  if (pinned !== undefined) {
    requireFit(pinned, hasToken, protocol);
    if (commands.some((command) => command === pinned) || isPossible(pinned)) return pinned;
    throw notOffered([pinned], offered, protocol);
  }
  const candidates = hasToken ? FOR_TOKENS : FOR_PASSWORDS;
  const found = candidates.find(isPossible) ?? (hasToken ? undefined : commands[0]);
  if (found !== undefined) return found;
  throw notOffered(candidates, offered, protocol);
}

function requireFit(pinned: string, hasToken: boolean, protocol: MailProtocol): void {
  const needsToken = FOR_TOKENS.some((name) => name === pinned);
  if (needsToken === hasToken) return;
  const message = `authMethod: "${pinned}" needs ${needsToken ? "an access token" : "a password"}`;
  throw new MailError(message, { code: "invalid-argument", protocol, phase: "auth" });
}

function notOffered(
  wanted: readonly string[],
  offered: ReadonlySet<string>,
  protocol: MailProtocol,
): MailError {
  const offers = offered.size === 0 ? "no way at all" : [...offered].join(", ");
  const isWeak = offered.has("CRAM-MD5") && wanted.includes("PLAIN");
  const hint = isWeak ? ' (authMethod: "CRAM-MD5" would use the one that is weak)' : "";
  const message = `The server does not offer to log in by ${wanted.join(" or ")}, but by ${offers}${hint}`;
  return new MailError(message, { code: "unsupported", protocol, phase: "auth", connectionBroken: true });
}
