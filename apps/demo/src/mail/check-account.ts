import { SmtpClient } from "@mailwright/smtp";
import { findAccount, readAccountSecret } from "../store/accounts.js";
import type { Tenant } from "../store/tenant.js";
import { clientOptions, createClient } from "./account-client.js";
import type { MailEnvironment } from "./mail-environment.js";
import { testConnection } from "./test-account.js";

/** Tries the stored logins of an account at both of its servers; `undefined` when there is no such account. */
export async function checkAccount(
  environment: MailEnvironment,
  tenant: Tenant,
  id: string,
  signal: AbortSignal,
) {
  const account = await findAccount(tenant, id);
  const secret = account && (await readAccountSecret(tenant, environment.keyring, id));
  if (account === undefined || secret === undefined) return undefined;
  const { incoming, outgoing } = account;
  const { client } = createClient(environment, account, secret, id);
  const sender =
    outgoing && new SmtpClient(clientOptions(environment, outgoing, secret.outgoing ?? secret.incoming));
  const [received, sent] = await Promise.all([
    testConnection(client, incoming, signal),
    outgoing && sender && testConnection(sender, outgoing, signal),
  ]);
  return { incoming: received, outgoing: sent };
}
