import { TLSSocket } from "node:tls";
import { type Credentials, MailError, type SaslMechanismName } from "@mailwright/core";
import {
  channelBindingOf,
  chooseMechanism,
  createMechanism,
  type SaslLogin,
} from "@mailwright/core/internal";
import { fromRefusal, fromWire } from "../pop3-error.js";
import { encodeCommand, encodeLine, MAX_COMMAND_BYTES } from "../wire/encode-command.js";
import type { Pop3Capabilities } from "../wire/pop3-capabilities.js";
import { createCommand, createSecretCommand } from "../wire/pop3-command.js";
import { apopDigest, apopTimestamp } from "./apop.js";
import { command, exchange } from "./exchange.js";
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

/** Ways to log in that are commands of their own (RFC 1939 §7) and no SASL mechanisms. */
const COMMANDS = ["USER", "APOP"] as const;

/** Logs in by the one mechanism that fits; rejects with `"authentication"`, `"busy"`, `"throttled"`, … */
export async function logIn(options: LogInOptions, credentials: Credentials): Promise<void> {
  const { wire, account, capabilities } = options;
  account.redactor.addCredentials(credentials);
  const binding = wire.socket instanceof TLSSocket ? channelBindingOf(wire.socket) : undefined;
  const offered = capabilities.mechanisms;
  const method = chooseMechanism({
    credentials,
    offered,
    pinned: account.authMethod,
    canBind: binding !== undefined,
    commands: COMMANDS,
    protocol: "pop3",
  });
  if (method === "USER" || method === "APOP") {
    // The choice has seen to it that there is a password.
    if (!("password" in credentials)) return;
    const { user, password } = credentials;
    const send = method === "USER" ? sendUserAndPassword : sendApop;
    return send(options, user, password);
  }
  const { host, port } = account.server;
  return authenticate(options, method, { credentials, host, port, offered, binding });
}

async function sendUserAndPassword(
  { wire, account }: LogInOptions,
  user: string,
  password: string,
): Promise<void> {
  const limits = { limitMs: account.timeouts.commandMs };
  const pass = createSecretCommand("PASS", encodeCommand("PASS", password));
  await command(wire, createCommand("USER", [user], { phase: "auth" }), limits);
  await command(wire, pass, limits);
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
  await command(wire, createSecretCommand("APOP", line), { limitMs: account.timeouts.commandMs });
}

/** One SASL exchange (RFC 5034). When our side gives up, the connection is closed: the server may be anyone. */
async function authenticate(
  { wire, account }: LogInOptions,
  name: SaslMechanismName,
  login: SaslLogin,
): Promise<void> {
  const limits = { limitMs: account.timeouts.commandMs };
  try {
    const mechanism = createMechanism(name, login);
    const { initialResponse } = mechanism;
    const full =
      initialResponse !== undefined && !ON_A_LINE_OF_ITS_OWN.has(name)
        ? encodeCommand("AUTH", name, encodeResponse(initialResponse))
        : undefined;
    const beginsAtOnce = full !== undefined && full.length <= MAX_COMMAND_BYTES;
    let unsent = beginsAtOnce ? undefined : initialResponse;
    let line = beginsAtOnce ? full : encodeCommand("AUTH", name);
    for (;;) {
      const { status } = await exchange(wire, createSecretCommand("AUTH", line), limits);
      if (status.kind === "error") throw fromRefusal(status, wire.context("auth"));
      if (status.kind === "ok") return mechanism.complete();
      const challenge = Buffer.from(status.text, "base64");
      const response: Buffer = unsent ?? (await mechanism.respond(challenge));
      unsent = undefined;
      line = encodeLine(response.toString("base64"));
    }
  } catch (thrown) {
    const error = fromWire(thrown, wire.context("auth"));
    if (error.connectionBroken) wire.destroy(error);
    throw error;
  }
}

/**
 * QUIRK: Exchange Online takes the token of XOAUTH2 only on a line of its own, after `+` (Microsoft's "POP Protocol
 * Exchange", marlam/mpop #11); every other server accepts that too.
 */
const ON_A_LINE_OF_ITS_OWN: ReadonlySet<SaslMechanismName> = new Set(["XOAUTH2"]);

/** RFC 5034 §4: an empty initial response is a lone `=`. */
function encodeResponse(response: Buffer): string {
  return response.length === 0 ? "=" : response.toString("base64");
}
