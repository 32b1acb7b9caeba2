import type { Credentials, SaslMechanismName } from "@mailwright/core";
import { MailError } from "@mailwright/core";
import { type ChannelBinding, chooseMechanism, createMechanism } from "@mailwright/core/internal";
import type { ImapAuthMethod } from "../imap-limits.js";
import type { ImapSession } from "../session/imap-session.js";
import { authMechanismsOf } from "../wire/answers/capabilities.js";
import { atom, quoted, type WireArgument } from "../wire/wire-argument.js";
import { textOf, type WireResponse } from "../wire/wire-node.js";

/** What logging in on an open connection takes. */
export interface LogInOptions {
  readonly host: string;
  readonly port: number;
  readonly authMethod: ImapAuthMethod | undefined;
  /** What the login can be tied to. */
  readonly binding: ChannelBinding | undefined;
  readonly signal: AbortSignal;
}

/**
 * Logs in by the method that was asked for, or by the strongest that the server offers; there is no second try by
 * another. Rejects with `"authentication"`, `"throttled"`, `"unsupported"`, …
 */
export async function logIn(
  session: ImapSession,
  credentials: Credentials,
  options: LogInOptions,
): Promise<void> {
  const { authMethod, binding, host, port } = options;
  const offered = authMechanismsOf(session.capabilities);
  const commands = session.can("LOGINDISABLED") ? [] : (["LOGIN-COMMAND"] as const);
  // QUIRK: Exchange logs in to the mailbox of somebody else (`domain\user\mailbox`) by the command alone.
  const isForeign = authMethod === undefined && "password" in credentials && /[\\/]/.test(credentials.user);
  const method = chooseMechanism({
    credentials,
    offered: isForeign && commands.length > 0 ? [] : offered,
    pinned: authMethod,
    canBind: binding !== undefined,
    commands,
    protocol: "imap",
  });
  if (method !== "LOGIN-COMMAND") {
    await authenticate(session, method, { credentials, host, port, offered, binding }, options.signal);
  } else if ("password" in credentials) {
    const { user, password } = credentials;
    const args = [quoted(user), { ...quoted(password), sensitive: true } as const];
    await session.command("LOGIN", args, { phase: "auth", signal: options.signal });
  }
}

/** One SASL exchange (RFC 9051 §6.2.2). When our side gives up, the connection is closed: the server may be anyone. */
async function authenticate(
  session: ImapSession,
  name: SaslMechanismName,
  login: Parameters<typeof createMechanism>[1],
  signal: AbortSignal,
): Promise<void> {
  const mechanism = createMechanism(name, login);
  const args: WireArgument[] = [atom(name)];
  let unsent = mechanism.initialResponse;
  if (unsent !== undefined && session.can("SASL-IR")) {
    args.push({
      type: "TEXT",
      value: unsent.length === 0 ? "=" : unsent.toString("base64"),
      sensitive: true,
    });
    unsent = undefined;
  }
  const answer = async (response: WireResponse): Promise<void> => {
    try {
      const challenge = Buffer.from(textOf(response.attributes?.[0]) ?? "", "base64");
      const reply: Buffer = unsent ?? (await mechanism.respond(challenge));
      unsent = undefined;
      session.wire.writeLine(reply.toString("base64"), "***");
    } catch (error) {
      session.fail(untrusted(error));
    }
  };
  await session.command("AUTHENTICATE", args, {
    phase: "auth",
    signal,
    onPlusTag: (response) => void answer(response),
  });
  try {
    mechanism.complete();
  } catch (error) {
    throw untrusted(error);
  }
}

function untrusted(cause: unknown): MailError {
  const message = cause instanceof Error ? cause.message : "The login was given up";
  return new MailError(message, {
    code: "authentication",
    protocol: "imap",
    phase: "auth",
    connectionBroken: true,
  });
}
