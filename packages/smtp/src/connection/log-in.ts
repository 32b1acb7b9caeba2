import { type Credentials, MailError } from "@mailwright/core";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import { fromWire } from "../smtp-error.js";
import type { SmtpAuthMethod } from "../smtp-limits.js";
import type { NodemailerCalls } from "./nodemailer-calls.js";
import { authMechanisms } from "./server-capability.js";
import type { SmtpAccount } from "./smtp-account.js";

const FOR_PASSWORDS: readonly SmtpAuthMethod[] = ["PLAIN", "LOGIN", "CRAM-MD5"];
const TOKEN_LOGIN = "MAILWRIGHT-TOKEN";
const FOR_TOKENS: readonly SmtpAuthMethod[] = ["XOAUTH2", "OAUTHBEARER"];

/**
 * Logs in when the account has credentials. One mechanism is tried, never a weaker one after a refusal; a
 * token that a function gave is refreshed once. Rejects with `"authentication"` or `"unsupported"`.
 */
export async function logIn(
  calls: NodemailerCalls,
  capabilities: readonly string[],
  account: SmtpAccount,
  context: { readonly signal: AbortSignal; readonly connectionId: string },
): Promise<void> {
  const { signal, connectionId } = context;
  await account.credentials?.login(async (credentials) => {
    account.redactor.addCredentials(credentials);
    const method = chooseMethod(authMechanisms(capabilities), account.authMethod, credentials);
    try {
      await calls.run((done) => authenticate(calls.connection, credentials, method, done), { signal });
    } catch (thrown) {
      const { host, port } = account.server;
      throw fromWire(thrown, { phase: "auth", host, port, connectionId }, account.redactor);
    }
  }, signal);
}

function chooseMethod(
  offered: readonly string[],
  pinned: SmtpAuthMethod | undefined,
  credentials: Credentials,
): SmtpAuthMethod {
  const usable = "password" in credentials ? FOR_PASSWORDS : FOR_TOKENS;
  const wanted = pinned === undefined ? usable : [pinned];
  const method = wanted.find((one) => usable.includes(one) && offered.includes(one));
  if (method !== undefined) return method;
  const offers = offered.length === 0 ? "no login at all" : offered.join(", ");
  const message = `Wanted to log in by ${wanted.join(" or ")}, but the server offers ${offers}`;
  throw new MailError(message, {
    code: "unsupported",
    protocol: "smtp",
    phase: "auth",
    connectionBroken: true,
  });
}

function authenticate(
  connection: SMTPConnection,
  credentials: Credentials,
  method: SmtpAuthMethod,
  done: (error: unknown) => void,
): void {
  if ("password" in credentials) {
    const { user, password } = credentials;
    connection.login({ user, pass: password, method }, done);
    return;
  }
  const { user, accessToken } = credentials;
  // RFC 7628 §3.1 for OAUTHBEARER, Google's form for XOAUTH2.
  const head = method === "OAUTHBEARER" ? `n,a=${user},\x01` : `user=${user}\x01`;
  const response = Buffer.from(`${head}auth=Bearer ${accessToken}\x01\x01`).toString("base64");
  // QUIRK: nodemailer 10.6 takes the first mechanism on offer when told XOAUTH2 without its own token
  // generator; a name of our own is taken at its word.
  connection.customAuth.set(TOKEN_LOGIN, async (context) => {
    let reply = await context.sendCommand(`AUTH ${method} ${response}`);
    // A refusal comes as a challenge that has to be answered before its 535.
    if (reply.status === 334) reply = await context.sendCommand(method === "OAUTHBEARER" ? "AQ==" : "");
    if (reply.status !== 235) throw new Error("The server refused the token");
  });
  connection.login({ user, method: TOKEN_LOGIN }, done);
}
