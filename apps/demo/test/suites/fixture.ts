import { sql } from "drizzle-orm";
import { inTransaction } from "../../src/db/in-transaction.js";
import type { Database, Sql } from "../../src/db/open-database.js";
import { type Account, createAccount } from "../../src/store/accounts.js";
import { createKeyring } from "../../src/store/envelope.js";
import { type Folder, replaceFolders } from "../../src/store/folders.js";
import { addMessages, type NewMessage } from "../../src/store/messages/add-messages.js";
import { createTenant, type Tenant } from "../../src/store/tenant.js";

/** A ring with one key, the same in every test. */
export const keyring = createKeyring([{ id: "k1", key: Buffer.alloc(32, 7) }]);

/** What hashing a password costs in tests: a hash of the usual cost takes as long as a hundred requests. */
export const PASSWORD_COST = 10;

/** A tenant with an account, an inbox and an archive. */
export interface Household {
  readonly tenant: Tenant;
  readonly account: Account;
  readonly inbox: Folder;
  readonly archive: Folder;
}

let made = 0;

/** Adds a tenant of its own to the database, so that tests do not see each other's rows. */
export async function createHousehold(database: Database): Promise<Household> {
  made += 1;
  const tenant = await createTenant(database.sql, `Household ${made}`);
  const account = await createAccount(
    tenant,
    keyring,
    {
      name: "Ada",
      address: `ada${made}@example.test`,
      colour: "#3366cc",
      kind: "imap",
      incoming: { host: "imap.example.test", port: 993, security: "tls", user: `ada${made}@example.test` },
    },
    { incoming: { password: "correct-horse" } },
  );
  const [inbox, archive] = await replaceFolders(tenant, account.id, [
    { path: "INBOX", displayName: "Inbox", role: "inbox", isSelectable: true },
    { path: "Archive", displayName: "Archive", role: "archive", isSelectable: true },
  ]);
  if (inbox === undefined || archive === undefined) throw new Error("No folders");
  return { tenant, account, inbox, archive };
}

/** A message as a sync would bring it; what a test does not name is plain. */
export function newMessage(uid: number, given: Partial<NewMessage> = {}): NewMessage {
  return {
    uid: String(uid),
    sortAt: new Date(Date.UTC(2026, 0, 1) + uid * 60_000),
    fromName: "Grace Hopper",
    fromAddress: "grace@example.test",
    recipients: { to: [{ name: "Ada", address: "ada@example.test" }], cc: [], replyTo: [] },
    subject: `Message ${uid}`,
    messageId: `<${uid}@example.test>`,
    threadId: `<${uid}@example.test>`,
    seen: false,
    flagged: false,
    answered: false,
    draft: false,
    automatic: undefined,
    sizeBytes: 1_000,
    text: `The text of message ${uid}.`,
    html: undefined,
    headers: [["Subject", `Message ${uid}`]],
    attachments: [],
    defects: [],
    ...given,
  };
}

/** Stores messages as a pass after the first would, in one transaction. */
export async function deliver(
  database: Database,
  { tenant }: Pick<Household, "tenant">,
  folder: Folder,
  messages: readonly NewMessage[],
): Promise<number> {
  return await inTransaction(database, (sql) =>
    addMessages(within(tenant, sql), folder, messages, { isFirstSync: false }),
  );
}

/** The same tenant inside of a transaction. */
export function within(tenant: Tenant, sql: Sql): Tenant {
  return { ...tenant, sql };
}

/** Removes all accounts, of all tenants, also while somebody holds them: leases come before accounts, as everywhere. */
export async function removeAccounts(database: Database): Promise<void> {
  await inTransaction(database, async (own) => {
    await own.execute(sql`lock table leases in exclusive mode`);
    await own.execute(sql`delete from accounts`);
  });
}
