import { TLSSocket } from "node:tls";
import { type Credentials, MailError } from "@mailwright/core";
import { fromRefusal, fromWireError } from "../pop3-error.js";
import type { Pop3AuthMethod } from "../pop3-options.js";
import { channelBindingOf } from "../sasl/channel-binding.js";
import { saslOauthBearer, saslXoauth2 } from "../sasl/sasl-bearer.js";
import { saslLogin } from "../sasl/sasl-login.js";
import type { SaslMechanism } from "../sasl/sasl-mechanism.js";
import { saslPlain } from "../sasl/sasl-plain.js";
import { scramSha256 } from "../sasl/scram.js";
import { encodeCommand, encodeLine, MAX_COMMAND_BYTES } from "../wire/encode-command.js";
import type { Pop3Capabilities } from "../wire/pop3-capabilities.js";
import { createCommand, createSecretCommand } from "../wire/pop3-command.js";
import { apopDigest, apopTimestamp } from "./apop.js";
import { ask, askAny } from "./ask.js";
import { chooseMechanism } from "./choose-mechanism.js";
import type { Pop3Account } from "./pop3-account.js";
import type { Pop3Wire } from "./pop3-wire.js";

/** What logging in on an open connection takes. */
export interface LogInOptions {
  readonly wire: Pop3Wire;
  readonly account: Pop3Account;
  readonly capabilities: Pop3Capabilities;
  /** The text of the greeting, for `APOP`. */
  readonly greeting: string;
}

/** Logs in by the one mechanism that fits; rejects with `"authentication"`, `"busy"`, `"throttled"`, … */
export async function logIn(options: LogInOptions, credentials: Credentials): Promise<Pop3AuthMethod> {
  const { wire, account, capabilities } = options;
  account.redactor.addCredentials(credentials);
  const binding = wire.socket instanceof TLSSocket ? channelBindingOf(wire.socket) : undefined;
  const canBind = binding !== undefined;
  const offersBinding = capabilities.mechanisms.includes("SCRAM-SHA-256-PLUS");
  const method = chooseMechanism({ credentials, capabilities, pinned: account.auth, canBind });
  if ("accessToken" in credentials) {
    const { user, accessToken } = credentials;
    const { host, port } = account.server;
    const isXoauth2 = method === "XOAUTH2";
    await exchange(
      options,
      isXoauth2 ? saslXoauth2(user, accessToken) : saslOauthBearer(user, accessToken, host, port),
    );
    return method;
  }
  const { user, password } = credentials;
  if (method === "USER") await sendUserAndPassword(options, user, password);
  else if (method === "APOP") await sendApop(options, user, password);
  else if (method === "PLAIN") await exchange(options, saslPlain(user, password));
  else if (method === "LOGIN") await exchange(options, saslLogin(user, password));
  else if (method === "SCRAM-SHA-256-PLUS") await exchange(options, scramSha256(user, password, { binding }));
  else await exchange(options, scramSha256(user, password, { couldBind: canBind && !offersBinding }));
  return method;
}

async function sendUserAndPassword(
  { wire, account }: LogInOptions,
  user: string,
  password: string,
): Promise<void> {
  const limits = { limitMs: account.timeouts.commandMs };
  const pass = createSecretCommand("PASS", encodeCommand("PASS", password));
  await ask(wire, createCommand("USER", [user], { phase: "auth" }), limits);
  await ask(wire, pass, limits);
}

async function sendApop(
  { wire, account, greeting }: LogInOptions,
  user: string,
  password: string,
): Promise<void> {
  const timestamp = apopTimestamp(greeting);
  if (timestamp === undefined) {
    const message = "The server does not offer APOP: its greeting has no time stamp";
    throw new MailError(message, { code: "unsupported", protocol: "pop3", phase: "auth" });
  }
  const digest = apopDigest(timestamp, password);
  account.redactor.add(digest);
  const line = encodeCommand("APOP", user, digest);
  await ask(wire, createSecretCommand("APOP", line), { limitMs: account.timeouts.commandMs });
}

/** One SASL exchange (RFC 5034). When our side gives up, the connection is closed: the server may be anyone. */
async function exchange({ wire, account }: LogInOptions, mechanism: SaslMechanism): Promise<void> {
  const limits = { limitMs: account.timeouts.commandMs };
  const { initialResponse, name } = mechanism;
  const bare = encodeCommand("AUTH", name);
  const full =
    initialResponse !== undefined && mechanism.canBeginAtOnce
      ? encodeCommand("AUTH", name, encodeResponse(initialResponse))
      : undefined;
  const beginsAtOnce = full !== undefined && full.length <= MAX_COMMAND_BYTES;
  let unsent = beginsAtOnce ? undefined : initialResponse;
  let line = beginsAtOnce ? full : bare;
  try {
    for (;;) {
      const { status } = await askAny(wire, createSecretCommand("AUTH", line), limits);
      if (status.kind === "error") throw fromRefusal(status, wire.context("auth"));
      if (status.kind === "ok") return mechanism.complete();
      const challenge = Buffer.from(status.text, "base64");
      const response: Buffer = unsent ?? (await mechanism.respond(challenge));
      unsent = undefined;
      line = encodeLine(response.toString("base64"));
    }
  } catch (thrown) {
    const error = fromWireError(thrown, wire.context("auth"));
    if (error.connectionBroken) wire.destroy(error);
    throw error;
  }
}

/** RFC 5034 §4: an empty initial response is a lone `=`. */
function encodeResponse(response: Buffer): string {
  return response.length === 0 ? "=" : response.toString("base64");
}
