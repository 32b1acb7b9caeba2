import { freePort } from "@mailwright/suite";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach } from "vitest";
import type { Database } from "../../../src/db/open-database.js";
import { openAccountClient } from "../../../src/mail/account-client.js";
import { changeMessages } from "../../../src/mail/changes/change-messages.js";
import { pushChanges } from "../../../src/mail/changes/push-changes.js";
import type { MailEnvironment } from "../../../src/mail/mail-environment.js";
import { syncAccount } from "../../../src/mail/sync/sync-account.js";
import { WebClients } from "../../../src/mail/web-clients.js";
import { WireLog } from "../../../src/mail/wire-log.js";
import { createAccount, findAccount } from "../../../src/store/accounts.js";
import { listFolders } from "../../../src/store/folders.js";
import { claimLease, releaseLease } from "../../../src/store/leases.js";
import { listMessages } from "../../../src/store/messages/list-messages.js";
import { createTenant, type Tenant } from "../../../src/store/tenant.js";
import { keyring, removeAccounts } from "../fixture.js";

export const ada = { user: "ada@example.test", password: "countess-of-lovelace" };
/** What the server says where it refuses something. */
export const WORDS = "You may not change this today";

/** An account with three messages that was synced, and what somebody does to them: anew for each test. */
export function useChangingDesk(open: () => Database) {
  let mail: MailServers;
  let environment: MailEnvironment;
  let clients: WebClients;
  let tenant: Tenant;
  let accountId: string;
  let commands: string[] = [];
  let refused: string | undefined;

  beforeAll(async () => {
    mail = await startMailServers({
      accounts: [{ ...ada, address: ada.user, mailboxes: ["Archive"] }],
      imap: {
        // While it is away, nobody else is to get these.
        port: await freePort(),
        tlsPort: await freePort(),
        answer({ name, arguments: rest }) {
          const command = `${name} ${rest}`;
          commands.push(command);
          return refused !== undefined && command.includes(refused) ? `NO [NOPERM] ${WORDS}` : undefined;
        },
      },
    });
    environment = {
      database: open(),
      keyring,
      ca: mail.ca,
      wireLog: new WireLog(),
      now: () => new Date(),
    };
  });

  beforeEach(async () => {
    await clients?.close();
    clients = new WebClients(environment);
    await mail.reset();
    refused = undefined;
    for (const subject of ["First", "Second", "Third"])
      mail.store.deliver(ada.user, `From: bob@example.test\r\nSubject: ${subject}\r\n\r\nHello.\r\n`);
    await removeAccounts(open());
    tenant = await createTenant(open().sql, "Household");
    const incoming = {
      host: mail.host,
      port: mail.imap.tlsPort,
      security: "tls",
      user: ada.user,
    } as const;
    const account = { name: "Ada", address: ada.user, colour: "#3366cc", kind: "imap", incoming } as const;
    ({ id: accountId } = await createAccount(tenant, keyring, account, {
      incoming: { password: ada.password },
    }));
    await sync();
    commands = [];
  });

  afterAll(async () => {
    await clients.close();
    await removeAccounts(open());
    await mail.stop();
  });

  async function sync(): Promise<void> {
    const account = await findAccount(tenant, accountId);
    const lease = await claimLease(tenant, accountId, "test");
    if (account === undefined || lease === undefined) throw new Error("The account was not free");
    const client = await openAccountClient(environment, tenant, account);
    const { signal } = new AbortController();
    await syncAccount({ environment, tenant, account, lease, client, signal });
    await client.client.close();
    await releaseLease(tenant, lease);
  }

  async function items() {
    return (await listMessages(tenant, { account: accountId }, { limit: 10 })).items;
  }

  async function first() {
    const item = (await items()).find(({ subject }) => subject === "First");
    if (item === undefined) throw new Error("It is not there");
    return item;
  }

  const change = (ids: readonly number[], wanted: Parameters<typeof changeMessages>[3]) =>
    changeMessages({ environment, clients }, tenant, ids, wanted);
  const makeDue = () => open().sql.execute(sql`update messages set pending_at = now()`);
  const push = () => pushChanges({ environment, clients }, tenant, accountId);
  const flagsOnServer = () => [...(mail.store.messages(ada.user, "INBOX")[0]?.flags ?? [])];
  const stores = () => commands.filter((command) => /\bUID STORE\b/.test(command));

  async function told(type: string): Promise<Record<string, unknown>[]> {
    const { rows } = await open().sql.execute<{ data: Record<string, unknown> }>(
      sql`select data from events where tenant_id = ${tenant.id} and type = ${type} order by id`,
    );
    return rows.map(({ data }) => data);
  }

  return {
    get mail() {
      return mail;
    },
    get environment() {
      return environment;
    },
    get clients() {
      return clients;
    },
    get tenant() {
      return tenant;
    },
    get accountId() {
      return accountId;
    },
    database: open,
    /** From here on the server refuses commands that have these letters in them. */
    refuse(command: string): void {
      refused = command;
    },
    sync,
    items,
    first,
    archiveId: async () =>
      (await listFolders(tenant, accountId)).find(({ path }) => path === "Archive")?.id ?? "",
    change,
    makeDue,
    push,
    flagsOnServer,
    stores,
    told,
  };
}

/** What the tests of changes work with. */
export type ChangingDesk = ReturnType<typeof useChangingDesk>;
