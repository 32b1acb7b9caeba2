import { until } from "@mailwright/suite";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTransaction } from "../../../src/db/in-transaction.js";
import type { Database } from "../../../src/db/open-database.js";
import type { MailEnvironment } from "../../../src/mail/mail-environment.js";
import { nudgeAccounts } from "../../../src/mail/nudge-accounts.js";
import { AccountHolder } from "../../../src/mail/sync/account-holder.js";
import { WireLog } from "../../../src/mail/wire-log.js";
import { createAccount, findAccount } from "../../../src/store/accounts.js";
import { latestEventId, readEvents } from "../../../src/store/events.js";
import { claimOutbox } from "../../../src/store/outbox/claims.js";
import { beginAttempt, settleAttempt } from "../../../src/store/outbox/ledger.js";
import { addToOutbox, findOutboxMessage } from "../../../src/store/outbox/outbox.js";
import { createTenant, type Tenant } from "../../../src/store/tenant.js";
import { keyring, removeAccounts, within } from "../fixture.js";
import { complaint, deliveryReport, outOfOffice, proseBounce } from "./returned-mail.js";

const [BOB, CAROL] = ["bob@example.test", "carol@example.test"] as const;
const users = { imap: "ada@example.test", pop3: "eve@example.test" } as const;
type Kind = keyof typeof users;
type Status = "accepted" | "unknown" | "deferred";

/** What comes back to the inbox about mail that was sent, on every database. */
export function returnSuite(open: () => Database): void {
  describe("what comes back", () => {
    let mail: MailServers;
    let holder: AccountHolder;
    let tenant: Tenant;
    let stranger: Tenant;
    const accounts = { imap: "", pop3: "" };
    let sent = 0;

    beforeAll(async () => {
      const ownMail = Object.values(users).map((user) => ({ user, password: "x", address: user }));
      mail = await startMailServers({ accounts: ownMail });
      const database = open();
      const environment: MailEnvironment = {
        database,
        keyring,
        ca: mail.ca,
        wireLog: new WireLog(),
        now: () => new Date(),
      };
      await removeAccounts(database);
      tenant = await createTenant(database.sql, "Household");
      stranger = await createTenant(database.sql, "Strangers");
      for (const kind of ["imap", "pop3"] as const)
        accounts[kind] = await addAccount(tenant, kind, users[kind]);
      holder = new AccountHolder(environment, { pollMs: 600_000 });
      // Alone: what is sent here is claimed by the tests.
      for (const accountId of Object.values(accounts)) await holder.take({ tenantId: tenant.id, accountId });
      for (const id of Object.values(accounts))
        await until(async () => (await findAccount(tenant, id))?.state === "live", 60_000);
    });

    afterAll(async () => {
      await holder?.stop();
      await removeAccounts(open());
      await mail?.stop();
    });

    async function addAccount(owner: Tenant, kind: Kind, user: string): Promise<string> {
      const incoming = { host: mail.host, port: mail[kind].tlsPort, security: "tls", user } as const;
      const account = { name: kind, address: user, colour: "#3366cc", kind, incoming } as const;
      return (await createAccount(owner, keyring, account, { incoming: { password: "x" } })).id;
    }

    const inside = <T>(owner: Tenant, task: (own: Tenant) => Promise<T>): Promise<T> =>
      inTransaction(open(), (tx) => task(within(owner, tx)));

    /** A message that an attempt was made for, and what is known of it. */
    async function send(status: Status, to: readonly string[] = [BOB, CAROL], kind: Kind = "imap") {
      sent += 1;
      const messageId = `<sent-${sent}@example.test>`;
      const added = await inside(tenant, (own) =>
        addToOutbox(own, {
          accountId: accounts[kind],
          idempotencyKey: messageId,
          requestHash: "hash",
          messageId,
          subject: "Minutes",
          rendered: Buffer.from("Subject: Minutes\r\n\r\nWe met.\r\n"),
          envelope: { from: users[kind], recipients: to, bcc: [], date: new Date(0).toISOString() },
        }),
      );
      const id = added?.id ?? "";
      const claim = await inside(tenant, (own) => claimOutbox(own, id, "test"));
      if (claim === undefined) throw new Error("No claim");
      const said = { code: null, enhancedCode: null, text: null };
      await inside(tenant, (own) => beginAttempt(own, claim, new Date()));
      await inside(tenant, (own) =>
        settleAttempt(own, claim, {
          status,
          recipients: to.map((address) => ({ address, status, ...said })),
          phase: "done",
          startedAt: new Date(),
          retryable: false,
          needsSentCopy: false,
        }),
      );
      return { id, messageId, place: await latestEventId(tenant) };
    }

    const read = async (id: string) => {
      const message = await findOutboxMessage(tenant, id);
      if (message === undefined) throw new Error("No such message");
      return message;
    };
    const untilReturned = (id: string) =>
      until(async () => {
        const message = await read(id);
        return message.recipients.some(({ bounce }) => bounce !== null) ? message : undefined;
      }, 60_000);
    async function toldAfter(place: number) {
      const page = await readEvents(tenant, place);
      return page.isGone ? [] : page.events.filter(({ type }) => /^(message\.(bo|co)|send\.)/.test(type));
    }
    /** Lets mail arrive; of POP3 no server tells. */
    function arrive(kind: Kind, raw: string): void {
      mail.store.deliver(users[kind], raw);
      if (kind === "pop3") void nudgeAccounts(open(), [accounts.pop3]);
    }
    /** What is stored after it was stored too: a second message, which is waited for. */
    async function untilStored(subject: string): Promise<void> {
      await until(async () => {
        const { rows } = await open().sql.execute(
          sql`select 1 from messages where tenant_id = ${tenant.id} and subject = ${subject}`,
        );
        return rows.length > 0;
      }, 60_000);
    }

    test.each(["imap", "pop3"] as const)("a bounce is noted at whom it came back from (%s)", async (kind) => {
      const { id, messageId, place } = await send("accepted", [BOB, CAROL], kind);
      arrive(kind, deliveryReport({ messageId, to: BOB }));
      const message = await untilReturned(id);
      expect(message).toMatchObject({
        state: "accepted",
        recipients: [
          {
            address: BOB,
            status: "accepted",
            bounce: {
              kind: "bounce",
              enhancedCode: "5.1.1",
              text: expect.stringContaining("no such person"),
            },
            bouncedAt: expect.any(Date),
          },
          { address: CAROL, status: "accepted", bounce: null, bouncedAt: null },
        ],
      });
      // The same once more, as another account with this inbox would bring it.
      const again = deliveryReport({ messageId, to: BOB }).replace("Undelivered", `Again by ${kind}`);
      arrive(kind, again);
      await untilStored(`Again by ${kind}`);
      expect(await read(id)).toEqual(message);
      expect(await toldAfter(place)).toMatchObject([
        {
          type: "message.bounced",
          accountId: accounts[kind],
          data: { id, messageId, recipients: [{ address: BOB, kind: "bounce", enhancedCode: "5.1.1" }] },
        },
      ]);
    });

    test("without the message's id it is matched by the envelope's, and under another address by there being one", async () => {
      const { id } = await send("accepted", [BOB]);
      arrive("imap", deliveryReport({ envelopeId: id, to: "robert@elsewhere.test" }));
      expect((await untilReturned(id)).recipients).toMatchObject([
        { address: BOB, bounce: { kind: "bounce" } },
      ]);
    });

    test("a bounce in the words of a mail system counts as one in the standard's form", async () => {
      const { id, messageId } = await send("accepted");
      arrive("imap", proseBounce(messageId, CAROL));
      expect((await untilReturned(id)).recipients).toMatchObject([
        { bounce: null },
        { bounce: { kind: "bounce", enhancedCode: expect.stringMatching(/^5/) } },
      ]);
    });

    test("a complaint is told as one, and changes nothing of what was delivered", async () => {
      const { id, messageId, place } = await send("accepted");
      arrive("imap", complaint(messageId, BOB));
      const message = await untilReturned(id);
      expect(message.recipients).toMatchObject([
        { status: "accepted", bounce: { kind: "complaint", text: "abuse" } },
        { bounce: null },
      ]);
      expect((await toldAfter(place)).map(({ type }) => type)).toEqual(["message.complained"]);
    });

    test("a bounce ends the doubt: not delivered to whom it names, delivered to the others", async () => {
      const { id, messageId, place } = await send("unknown");
      expect((await read(id)).state).toBe("unknown");
      arrive("imap", deliveryReport({ messageId, to: BOB }));
      expect(await untilReturned(id)).toMatchObject({
        state: "resolved",
        resolvedBy: "bounce",
        recipients: [
          { status: "rejected", enhancedCode: "5.1.1", bounce: { kind: "bounce" } },
          { status: "accepted", bounce: null },
        ],
      });
      expect((await toldAfter(place)).map(({ type }) => type)).toEqual(["message.bounced", "send.resolved"]);
    });

    test("who is away, what is delayed and what a stranger gets back is no failure", async () => {
      const doubted = await send("unknown");
      const { messageId } = doubted;
      arrive("imap", outOfOffice(messageId, BOB));
      arrive("imap", deliveryReport({ messageId, to: BOB, action: "delayed", status: "4.4.1" }));
      arrive("imap", deliveryReport({ messageId: "<else@example.test>", to: BOB }));
      arrive("imap", complaint(messageId, BOB, "not-spam"));
      arrive("imap", "From: bob@example.test\r\nSubject: After all of it\r\n\r\nHi.\r\n");
      await untilStored("After all of it");
      expect(await read(doubted.id)).toMatchObject({
        state: "unknown",
        recipients: [
          { status: "unknown", bounce: null },
          { status: "unknown", bounce: null },
        ],
      });
      expect(await toldAfter(doubted.place)).toEqual([]);
    });

    test("a bounce in another tenant's inbox says nothing of ours, whatever it names", async () => {
      const { id, messageId } = await send("accepted");
      mail.store.addAccount({ user: "mallory@example.test", password: "x", address: "mallory@example.test" });
      mail.store.deliver("mallory@example.test", deliveryReport({ messageId, envelopeId: id, to: BOB }));
      const theirs = await addAccount(stranger, "imap", "mallory@example.test");
      open().changes.emit("changed");
      await holder.take({ tenantId: stranger.id, accountId: theirs });
      await until(async () => (await findAccount(stranger, theirs))?.state === "live", 60_000);
      expect((await read(id)).recipients).toMatchObject([{ bounce: null }, { bounce: null }]);
    });

    test("words that no database keeps are kept without them", async () => {
      const { id, messageId } = await send("accepted", [BOB]);
      arrive("imap", deliveryReport({ messageId, to: BOB, words: "550 5.1.1 no\0body" }));
      expect((await untilReturned(id)).recipients[0]?.bounce?.text).toMatch(/^550 5\.1\.1 no.?body$/u);
    });
  });
}
