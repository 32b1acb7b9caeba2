import { TLSSocket } from "node:tls";
import type { Credentials, MailError, SaslMechanismName } from "@mailwright/core";
import {
  channelBindingOf,
  chooseMechanism,
  createMechanism,
  type SaslLogin,
} from "@mailwright/core/internal";
import { fromRefusal, fromWire, redactReply, type SmtpErrorContext } from "../smtp-error.js";
import { authMechanisms } from "../wire/capabilities.js";
import type { SmtpReply } from "../wire/smtp-reply.js";
import type { SmtpAccount } from "./smtp-account.js";
import type { SmtpWire } from "./smtp-wire.js";

/** RFC 4954 §4: an AUTH command that would be longer leaves the first response to a line of its own. */
const MAX_COMMAND_OCTETS = 512;
const MASK = "[secret]";

/**
 * Logs in when the account has credentials. One mechanism is tried, never a weaker one after a refusal; a
 * token that a function gave is refreshed once. Rejects with `"authentication"` or `"unsupported"`.
 */
export async function logIn(
  wire: SmtpWire,
  capabilities: readonly string[],
  account: SmtpAccount,
  context: { readonly signal: AbortSignal; readonly connectionId: string },
): Promise<void> {
  const { server, redactor } = account;
  const { signal, connectionId } = context;
  const where = { phase: "auth", host: server.host, port: server.port, connectionId };
  const offered = authMechanisms(capabilities);
  let lost: MailError | undefined;
  await account.credentials?.login(async (credentials) => {
    if (lost !== undefined) throw lost;
    redactor.addCredentials(credentials);
    const { socket } = wire;
    const binding = socket instanceof TLSSocket ? channelBindingOf(socket) : undefined;
    const method = chooseMethod(account, credentials, offered, binding !== undefined);
    const login = { credentials, host: server.host, port: server.port, offered, binding };
    try {
      const send = (line: string, shown: string): Promise<SmtpReply> =>
        wire.ask(line, { signal, phase: "auth", shown });
      await exchange(send, method, login, account, where);
    } catch (thrown) {
      const error = fromWire(thrown, where, redactor);
      // Whoever cannot finish an exchange may be anyone: not even a fresh token is for them.
      if (!isRefusal(error)) lost = error;
      throw error;
    }
  }, signal);
}

function chooseMethod(
  { authMethod }: SmtpAccount,
  credentials: Credentials,
  offered: readonly string[],
  canBind: boolean,
): SaslMechanismName {
  return chooseMechanism<never>({ credentials, offered, pinned: authMethod, canBind, protocol: "smtp" });
}

/** One SASL exchange, RFC 4954 §4. */
async function exchange(
  send: (line: string, shown: string) => Promise<SmtpReply>,
  method: SaslMechanismName,
  login: SaslLogin,
  { redactor }: SmtpAccount,
  where: SmtpErrorContext,
): Promise<void> {
  const mechanism = createMechanism(method, login);
  const full = firstLine(method, mechanism.initialResponse);
  const beginsAtOnce = full.length + "\r\n".length <= MAX_COMMAND_OCTETS;
  let unsent = beginsAtOnce ? undefined : mechanism.initialResponse;
  const bare = `AUTH ${method}`;
  let line = beginsAtOnce ? full : bare;
  let shown = line === bare ? bare : `${bare} ${MASK}`;
  for (;;) {
    const reply = await send(line, shown);
    if (reply.kind === 2) return mechanism.complete();
    if (reply.reply.code !== "334") throw fromRefusal(redactReply(reply, redactor), where);
    const response = unsent ?? (await mechanism.respond(Buffer.from(reply.reply.text, "base64")));
    unsent = undefined;
    line = response.toString("base64");
    shown = MASK;
  }
}

/** An initial response of no bytes is a lone `=`. */
function firstLine(method: SaslMechanismName, response: Buffer | undefined): string {
  if (response === undefined) return `AUTH ${method}`;
  return `AUTH ${method} ${response.length === 0 ? "=" : response.toString("base64")}`;
}

function isRefusal({ server }: MailError): boolean {
  return server !== undefined;
}
