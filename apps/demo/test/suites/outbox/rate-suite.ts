import { until } from "@mailwright/suite";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../../src/db/open-database.js";
import { type Jobs, startJobs } from "../../../src/jobs/start-jobs.js";
import type { MailEnvironment } from "../../../src/mail/mail-environment.js";
import { acceptMessage } from "../../../src/mail/outbox/accept-message.js";
import { sendRates } from "../../../src/mail/outbox/send-limits.js";
import { WebClients } from "../../../src/mail/web-clients.js";
import { WireLog } from "../../../src/mail/wire-log.js";
import { createAccount, setAccountStatus } from "../../../src/store/accounts.js";
import { listDue } from "../../../src/store/outbox/claims.js";
import { findOutboxMessage } from "../../../src/store/outbox/outbox.js";
import { createTenant, type Tenant } from "../../../src/store/tenant.js";
import { keyring, removeAccounts } from "../fixture.js";

const BOB = "bob@example.test";
const PER_MINUTE = 2;

/** How fast accounts send, and by which connections, on every database. */
export function rateSuite(open: () => Database): void {
  describe("the rate of an account", () => {
    let mail: MailServers;
    let environment: MailEnvironment;
    let clients: WebClients;
    let tenant: Tenant;
    const jobs: Jobs[] = [];
    let keys = 0;

    beforeAll(async () => {
      const user = (address: string) => ({ user: address, password: "x", address });
      mail = await startMailServers({ accounts: ["ada@example.test", "eve@example.test", BOB].map(user) });
      const own = { keyring, ca: mail.ca, wireLog: new WireLog(), now: () => new Date() };
      environment = { ...own, database: open(), sendPerMinute: PER_MINUTE };
      clients = new WebClients(environment);
      await removeAccounts(open());
      tenant = await createTenant(open().sql, "Household");
      // As two processes: what one has sent counts for the other.
      jobs.push(await startJobs(environment, clients), await startJobs(environment, clients));
    });

    afterAll(async () => {
      for (const each of jobs) await each.stop();
      await clients.close();
      await removeAccounts(open());
      await mail.stop();
    });

    async function addAccount(user: string): Promise<string> {
      const at = { host: mail.host, security: "tls", user } as const;
      const incoming = { ...at, port: mail.imap.tlsPort };
      const outgoing = { ...at, port: mail.smtp.tlsPort };
      const account = {
        name: user,
        address: user,
        colour: "#3366cc",
        kind: "imap",
        incoming,
        outgoing,
      } as const;
      const { id } = await createAccount(tenant, keyring, account, { incoming: { password: "x" } });
      // Nothing is read here.
      await setAccountStatus(tenant, id, { state: "paused" });
      return id;
    }

    async function send(accountId: string): Promise<string> {
      keys += 1;
      const list = { cc: [], bcc: [], replyTo: [], attachments: [] };
      const request = { accountId, to: [{ address: BOB }], ...list, subject: "Minutes", text: "We met." };
      const acceptance = await acceptMessage(environment, tenant, request, `rate ${keys}`);
      if (acceptance.type !== "accepted") throw new Error(acceptance.type);
      return acceptance.entry.id;
    }

    const read = (id: string) => findOutboxMessage(tenant, id);
    const untilSent = (id: string) =>
      until(async () => {
        const message = await read(id);
        return message?.state === "accepted" ? message : undefined;
      }, 60_000);

    test("what is over it waits in line, whoever sends, and holds no other account up; then it goes", async () => {
      const ada = await addAccount("ada@example.test");
      const ids = await Promise.all(Array.from({ length: 5 }, () => send(ada)));
      const states = async () => (await Promise.all(ids.map(read))).map((one) => one?.state).sort();
      await until(async () => (await states()).join() === "accepted,accepted,queued,queued,queued", 60_000);
      await until(async () => (await listDue(open().sql, 100)).length === 0);
      const eve = await addAccount("eve@example.test");
      await untilSent(await send(eve));
      expect(await states()).toEqual(["accepted", "accepted", "queued", "queued", "queued"]);
      // As a minute later.
      await open().sql.execute(sql`update send_rates set messages = '[]', blocked_until = now()`);
      await until(
        async () => (await states()).join() === "accepted,accepted,accepted,accepted,queued",
        60_000,
      );
      expect(mail.smtp.messages).toHaveLength(5);
      await open().sql.execute(sql`delete from accounts where id = ${ada}`);
    });

    test("the next message goes over the connection of the last one", async () => {
      await jobs.pop()?.stop();
      await removeAccounts(open());
      const ada = await addAccount("ada@example.test");
      const connections = new Set<string | null | undefined>();
      for (let index = 0; index < PER_MINUTE; index += 1) {
        const { attempts } = await untilSent(await send(ada));
        connections.add(attempts[0]?.connectionId);
      }
      expect([...connections]).toEqual([expect.any(String)]);
    });

    test("is what the provider says of its server or address, and only else what the settings say", () => {
      const at = { port: 465, security: "tls", user: "ada" } as const;
      const own = { address: "ada@example.org", outgoing: { ...at, host: "mail.example.org" } };
      const hosted = { address: "ada@example.org", outgoing: { ...at, host: "smtp.office365.com" } };
      expect(sendRates(own, undefined)).toEqual({});
      expect(sendRates(own, 7)).toEqual({ messages: { limit: 7, intervalMs: 60_000 } });
      expect(sendRates(hosted, 7).messages).toEqual({ limit: 30, intervalMs: 60_000 });
      expect(sendRates({ ...own, address: "ada@gmail.com" }, 7).recipients?.limit).toBe(500);
    });
  });
}
