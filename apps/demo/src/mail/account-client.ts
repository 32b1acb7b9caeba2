import type { ClientOptions, Credentials } from "@mailwright/core";
import { ImapClient } from "@mailwright/imap";
import { Pop3Client } from "@mailwright/pop3";
import type { StoredServer } from "../db/schema/accounts.js";
import { type Account, type AccountSecret, type LoginSecret, readAccountSecret } from "../store/accounts.js";
import type { Tenant } from "../store/tenant.js";
import type { MailEnvironment } from "./mail-environment.js";

/** A client for where an account's mail comes from. */
export type AccountClient =
  | { readonly kind: "imap"; readonly client: ImapClient }
  | { readonly kind: "pop3"; readonly client: Pop3Client };

/** Of what an account may open at a server: providers count connections, and other programs want some too. */
const MAX_CONNECTIONS = 4;

/** A client for an account with what it logs in with; nothing is connected yet. The caller closes it. */
export async function openAccountClient(
  environment: MailEnvironment,
  tenant: Tenant,
  account: Account,
): Promise<AccountClient> {
  const secret = await readAccountSecret(tenant, environment.keyring, account.id);
  if (secret === undefined) throw new Error(`The account ${account.id} is gone`);
  return createClient(environment, account, secret, account.id);
}

/** A client for an account that is not stored, or not yet; `logId` is what its conversation is logged under. */
export function createClient(
  environment: MailEnvironment,
  { kind, incoming }: { readonly kind: "imap" | "pop3"; readonly incoming: StoredServer },
  secret: AccountSecret,
  logId?: string,
): AccountClient {
  const options = {
    ...clientOptions(environment, incoming, secret.incoming),
    ...(logId !== undefined && {
      ...(environment.log && { logger: environment.log.child({ accountId: logId }) }),
      transcript: (entry: Parameters<NonNullable<ClientOptions["transcript"]>>[0]) =>
        environment.wireLog.add(logId, entry),
    }),
  };
  if (kind === "pop3") return { kind, client: new Pop3Client(options) };
  return { kind, client: new ImapClient({ ...options, pool: { maxPerKey: MAX_CONNECTIONS } }) };
}

/** What a client of a stored server is made from. */
export function clientOptions(
  { hostPolicy, ca, log }: MailEnvironment,
  { host, port, security, user }: StoredServer,
  secret: LoginSecret,
): ClientOptions {
  const credentials: Credentials = { user, ...secret };
  const tls = ca === undefined ? {} : { tls: { ca } };
  // One more try, then the truth: the account's row says when it is tried again, and why.
  const retry = { attempts: 2, outageMs: 0 };
  const server = { host, port, security, ...tls };
  return { server, credentials, hostPolicy, retry, ...(log && { logger: log }) };
}
