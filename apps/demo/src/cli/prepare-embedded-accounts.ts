import { inTransaction } from "../db/in-transaction.js";
import type { EmbeddedMail } from "../embedded/start-embedded-mail.js";
import type { MailEnvironment } from "../mail/mail-environment.js";
import { createAccount, listAccounts, updateAccount } from "../store/accounts.js";
import { createTenant, wholeTenant } from "../store/tenant.js";
import { authenticateUser, createUser, type User } from "../store/users.js";

/** Who the sample mail belongs to; on this machine only, and nothing of it is secret. */
export const SAMPLE_LOGIN = { email: "demo@example.test", password: "mailwright-demo" } as const;

/** Adds the accounts of the embedded servers, or tells those of the last start where the servers are now. */
export async function prepareEmbeddedAccounts(
  { database, keyring }: MailEnvironment,
  { host, ports, ada, bob }: EmbeddedMail,
): Promise<void> {
  const { email, password } = SAMPLE_LOGIN;
  const known = await authenticateUser(database.sql, email, password);
  await inTransaction(database, async (sql) => {
    const user = known ?? (await createOwner());
    const tenant = wholeTenant(user.tenantId, sql);
    const stored = await listAccounts(tenant);
    for (const [kind, account, colour] of [
      ["imap", ada, "#2f6fdb"],
      ["pop3", bob, "#b3541e"],
    ] as const) {
      const incoming = { host, port: ports[kind], security: "tls", user: account.user } as const;
      const outgoing = { ...incoming, port: ports.smtp };
      const secret = { incoming: { password: account.password }, outgoing: { password: account.password } };
      const found = stored.find(({ address }) => address === account.user);
      if (found !== undefined) await updateAccount(tenant, keyring, found.id, { incoming, outgoing, secret });
      else {
        const name = kind === "imap" ? "Ada" : "Bob";
        await createAccount(
          tenant,
          keyring,
          { name, address: account.user, colour, kind, incoming, outgoing },
          secret,
        );
      }
    }

    async function createOwner(): Promise<User> {
      return await createUser(await createTenant(sql, "Sample household"), {
        email,
        password,
        role: "owner",
      });
    }
  });
}
