import { createHmac, randomBytes } from "node:crypto";
import type { MailAccount } from "../store/mail-account.js";
import type { SaslContext, SaslMechanism } from "./sasl-mechanism.js";
import { scramSha256, scramSha256Plus } from "./scram-sha256.js";

const respond = (context: SaslContext): Promise<Buffer> | Buffer => context.initial ?? context.exchange("");

const plain: SaslMechanism = async (context) => {
  const [, user = "", password = ""] = (await respond(context)).toString().split("\0");
  return context.store.authenticate(user, password);
};

const login: SaslMechanism = async (context) => {
  const user = context.initial ?? (await context.exchange("Username:"));
  const password = await context.exchange("Password:");
  return context.store.authenticate(user.toString(), password.toString());
};

const cramMd5: SaslMechanism = async (context) => {
  const challenge = `<${randomBytes(8).toString("hex")}@localhost>`;
  const response = (await context.exchange(challenge)).toString();
  const space = response.lastIndexOf(" ");
  const account = context.store.findAccount(response.slice(0, space));
  if (account === undefined) return undefined;
  const expected = createHmac("md5", account.password).update(challenge).digest("hex");
  return context.store.isTrap || response.slice(space + 1) === expected ? account : undefined;
};

const xoauth2: SaslMechanism = async (context) => {
  const fields = (await respond(context)).toString().split("\x01");
  const user = fields.find((field) => field.startsWith("user="))?.slice("user=".length) ?? "";
  return authenticateBearer(context, user, fields);
};

/** RFC 7628 §3.1: the user stands in the GS2 header as authzid. */
const oauthBearer: SaslMechanism = async (context) => {
  const fields = (await respond(context)).toString().split("\x01");
  const user = /^[nyp][^,]*,a=([^,]*),$/.exec(fields[0] ?? "")?.[1] ?? "";
  return authenticateBearer(context, user.replaceAll("=2C", ",").replaceAll("=3D", "="), fields);
};

async function authenticateBearer(
  context: SaslContext,
  user: string,
  fields: readonly string[],
): Promise<MailAccount | undefined> {
  const scheme = fields.find((field) => /^auth=bearer /i.test(field)) ?? "";
  const account = context.store.authenticateToken(user, scheme.slice("auth=Bearer ".length));
  // The reason comes as a challenge, which the client answers before the command fails (RFC 7628 §3.2.3).
  if (account === undefined) await context.exchange('{"status":"401","schemes":"bearer","scope":"mail"}');
  return account;
}

/** By name, in the order in which they are announced. */
export const saslMechanisms: ReadonlyMap<string, SaslMechanism> = new Map([
  ["PLAIN", plain],
  ["LOGIN", login],
  ["CRAM-MD5", cramMd5],
  ["XOAUTH2", xoauth2],
  ["OAUTHBEARER", oauthBearer],
  ["SCRAM-SHA-256", scramSha256],
  ["SCRAM-SHA-256-PLUS", scramSha256Plus],
]);
