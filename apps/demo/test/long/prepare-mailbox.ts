import type { MailServers } from "@mailwright/testing";
import { readKeyFile } from "../../src/config/key-file.js";
import { openDatabase } from "../../src/db/open-database.js";
import { createAccount } from "../../src/store/accounts.js";
import { createApiKey } from "../../src/store/api-keys.js";
import { createKeyring } from "../../src/store/envelope.js";
import { createTenant } from "../../src/store/tenant.js";

/** Whose mailbox it is, and a key of it that may read. */
export interface PreparedMailbox {
  readonly tenantId: string;
  readonly key: string;
}

/** Makes the data of a mailbox with one account of IMAP, of which nothing is read yet. */
export async function prepareMailbox(
  data: string,
  { host, imap }: MailServers,
  { user, password }: { readonly user: string; readonly password: string },
): Promise<PreparedMailbox> {
  const keyring = createKeyring(await readKeyFile(data));
  await using database = await openDatabase({ folder: data });
  const tenant = await createTenant(database.sql, "Household");
  const incoming = { host, port: imap.tlsPort, security: "tls", user } as const;
  const account = { name: "Ada", address: user, colour: "#3366cc", kind: "imap", incoming } as const;
  await createAccount(tenant, keyring, account, { incoming: { password } });
  const { key } = await createApiKey(tenant, { name: "test", scopes: ["read"] });
  return { tenantId: tenant.id, key };
}
