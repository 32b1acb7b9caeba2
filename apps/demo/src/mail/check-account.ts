import { findAccount, readAccountSecret } from "../store/accounts.js";
import type { Tenant } from "../store/tenant.js";
import type { MailEnvironment } from "./mail-environment.js";
import { testServers } from "./test-account.js";

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
  return await testServers(environment, { ...account, secret }, signal, id);
}
