import { startMailServers } from "@mailwright/testing";
import { expect, it } from "vitest";
import { createImapPool, ImapClient } from "../../src/index.js";
import { plainMessage } from "../support/mime-samples.js";

it.each(["none", "text", "full"] as const)(
  "many accounts that read at once on few connections log in once each (body %s)",
  async (body) => {
    const messages = [1, 2, 3].map((n) => plainMessage(`s${n}`));
    const users = Array.from({ length: 20 }, (_, n) => `user${n}@example.test`);
    await using mail = await startMailServers({
      accounts: users.map((user) => ({ user, password: "x-word", messages })),
    });
    await using pool = createImapPool({ maxTotal: 5 });
    const read = async (user: string): Promise<number[]> => {
      await using imap = new ImapClient({
        server: { host: "127.0.0.1", port: mail.imap.port, security: "none" },
        credentials: { user, password: "x-word" },
        pool,
      });
      const uids: number[] = [];
      for await (const message of imap.messages("INBOX", { body })) uids.push(message.uid);
      return uids;
    };
    expect(await Promise.all(users.map(read))).toEqual(users.map(() => [1, 2, 3]));
    expect(pool.stats().created).toBe(20);
  },
);

it("a batch that is read holds no connection while the caller works on it", async () => {
  const messages = Array.from({ length: 10 }, (_, n) => plainMessage(`s${n}`));
  await using mail = await startMailServers({ accounts: [{ user: "ada", password: "x-word", messages }] });
  await using imap = new ImapClient({
    server: { host: "127.0.0.1", port: mail.imap.port, security: "none" },
    credentials: { user: "ada", password: "x-word" },
    pool: { maxPerKey: 1 },
    limits: { maxBatchMessages: 2 },
  });
  const uids: number[] = [];
  for await (const { uid } of imap.messages("INBOX", { body: "full" })) {
    uids.push(uid);
    await imap.markAsRead("INBOX", uid, { timeoutMs: 5_000 });
  }
  expect(uids).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(await imap.search("INBOX", { seen: false })).toEqual([]);
  expect(imap.stats()).toMatchObject({ created: 1 });
});
