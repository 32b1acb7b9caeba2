import { readFile } from "node:fs/promises";
import { until } from "@mailwright/suite";
import { expect, test } from "vitest";
import { openDatabase } from "../../src/db/open-database.js";
import { startJobs } from "../../src/jobs/start-jobs.js";
import type { MailEnvironment } from "../../src/mail/mail-environment.js";
import { nudgeAccounts } from "../../src/mail/nudge-accounts.js";
import { acceptMessage } from "../../src/mail/outbox/accept-message.js";
import { WebClients } from "../../src/mail/web-clients.js";
import { WireLog } from "../../src/mail/wire-log.js";
import { createAccount, findAccount } from "../../src/store/accounts.js";
import { findOutboxMessage } from "../../src/store/outbox/outbox.js";
import { createTenant } from "../../src/store/tenant.js";
import { keyring } from "../suites/fixture.js";
import { live, liveAccount } from "./live-servers.js";

const { smtp } = live;

// Postfix needs root; where it cannot run, its address is absent and the set-up has said so.
test.skipIf(smtp === undefined)(
  "what Postfix took and could not deliver comes back to Dovecot, and is noted at whom it came back from, in Dovecot's words",
  async () => {
    const quinn = liveAccount("quinn");
    const zeno = liveAccount("zeno");
    await using database = await openDatabase({ folder: undefined });
    const ca = await readFile(live.ca, "utf8");
    const environment: MailEnvironment = {
      database,
      keyring,
      ca,
      wireLog: new WireLog(),
      now: () => new Date(),
    };
    const tenant = await createTenant(database.sql, "Household");
    const at = { host: live.host, security: "tls", user: quinn.user } as const;
    const account = await createAccount(
      tenant,
      keyring,
      {
        name: "Quinn",
        address: quinn.address,
        colour: "#3366cc",
        kind: "imap",
        incoming: { ...at, port: live.imap.tlsPort },
        outgoing: { ...at, port: smtp?.tlsPort ?? 0 },
      },
      { incoming: { password: quinn.password }, outgoing: { password: quinn.password } },
    );
    const clients = new WebClients(environment);
    const jobs = await startJobs(environment, clients);
    try {
      await nudgeAccounts(database, [account.id]);
      await until(async () => (await findAccount(tenant, account.id))?.state === "live", 60_000);
      const request = {
        accountId: account.id,
        to: [{ address: live.recipients.bouncing }, { address: zeno.address }],
        cc: [],
        bcc: [],
        replyTo: [],
        subject: "To one who is there and one who is not",
        text: "Hello.",
        attachments: [],
      };
      const accepted = await acceptMessage(environment, tenant, request, "key");
      if (!("entry" in accepted)) throw new Error(accepted.type);
      const { id } = accepted.entry;
      const message = await until(async () => {
        const found = await findOutboxMessage(tenant, id);
        return found?.recipients.some(({ bounce }) => bounce !== null) ? found : undefined;
      }, 90_000);
      expect(message).toMatchObject({
        state: "accepted",
        attempts: [{ attempt: 1 }],
        recipients: [
          {
            address: live.recipients.bouncing,
            status: "accepted",
            code: "250",
            bounce: {
              kind: "bounce",
              enhancedCode: "5.1.1",
              text: expect.stringMatching(/550 5\.1\.1 <moved-away@\S+> User doesn't exist/),
            },
            bouncedAt: expect.any(Date),
          },
          { address: zeno.address, status: "accepted", bounce: null, bouncedAt: null },
        ],
      });
    } finally {
      await jobs.stop();
      await clients.close();
    }
  },
  120_000,
);
