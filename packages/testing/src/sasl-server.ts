import type { MailStore } from "./mail-store.js";
import type { MailAccount } from "./mail-store-account.js";
import { createScramServer } from "./scram-server.js";

/** Sends a challenge and gives the client's answer, both already without base64. */
export type SaslExchange = (challenge: string) => Promise<Buffer>;

/**
 * Runs the server's side of one mechanism (RFC 4422) to its end: the account, or `undefined` for a
 * wrong or malformed answer. `initial` is the initial response, if the client sent one.
 */
export type SaslMechanism = (
  store: MailStore,
  initial: Buffer | undefined,
  exchange: SaslExchange,
) => Promise<MailAccount | undefined>;

const plain: SaslMechanism = async (store, initial, exchange) => {
  const [, user = "", password = ""] = (initial ?? (await exchange(""))).toString("utf8").split("\0");
  return store.authenticate(user, password);
};

const login: SaslMechanism = async (store, initial, exchange) => {
  const user = initial ?? (await exchange("Username:"));
  const password = await exchange("Password:");
  return store.authenticate(user.toString("utf8"), password.toString("utf8"));
};

const xoauth2: SaslMechanism = async (store, initial, exchange) => {
  const fields = (initial ?? (await exchange(""))).toString("utf8").split("\x01");
  const user = fields.find((field) => field.startsWith("user="))?.slice(5) ?? "";
  return authenticateBearer(store, user, fields, exchange);
};

/** RFC 7628 §3.1: the user stands in the GS2 header as authzid. */
const oauthBearer: SaslMechanism = async (store, initial, exchange) => {
  const fields = (initial ?? (await exchange(""))).toString("utf8").split("\x01");
  const user = /^[nyp][^,]*,a=([^,]*),$/.exec(fields[0] ?? "")?.[1] ?? "";
  return authenticateBearer(store, user.replaceAll("=2C", ",").replaceAll("=3D", "="), fields, exchange);
};

async function authenticateBearer(
  store: MailStore,
  user: string,
  fields: readonly string[],
  exchange: SaslExchange,
): Promise<MailAccount | undefined> {
  const token = fields.find((field) => /^auth=bearer /i.test(field))?.slice("auth=Bearer ".length) ?? "";
  const account = store.authenticateToken(user, token);
  // The error comes as a challenge that the client answers before the command fails (RFC 7628 §3.2.3).
  if (!account) await exchange('{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}');
  return account;
}

const scramSha256: SaslMechanism = async (store, initial, exchange) => {
  const scram = createScramServer((user) => store.findAccount(user)?.password);
  const first = scram.first((initial ?? (await exchange(""))).toString("utf8"));
  if (first === undefined) return undefined;
  const last = scram.last((await exchange(first)).toString("utf8"));
  if (last === undefined) return undefined;
  await exchange(last);
  return store.findAccount(scram.user);
};

/** The mechanisms by name, for every protocol that authenticates against the store. */
export const saslMechanisms: ReadonlyMap<string, SaslMechanism> = new Map([
  ["PLAIN", plain],
  ["LOGIN", login],
  ["XOAUTH2", xoauth2],
  ["OAUTHBEARER", oauthBearer],
  ["SCRAM-SHA-256", scramSha256],
]);
