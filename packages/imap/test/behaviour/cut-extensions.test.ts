import { isMailError } from "@mailwright/core";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect } from "../support/imap-fixture.js";
import { mixedMessage } from "../support/mime-samples.js";
import { type CutChain, type CutKind, cutChain, EVERY, HANG_MS, isLong } from "./cut-chain.js";

const user = "ada";
/** The other sweep has the resets of every day. */
const kinds: readonly CutKind[] = isLong ? ["fin", "rst"] : ["fin"];

let mail: MailServers;
let cuts = 0;

beforeAll(async () => {
  mail = await startMailServers({
    imap: { enable: ["COMPRESS=DEFLATE", "UTF8=ACCEPT"] },
  });
});
afterAll(async () => {
  await mail.stop();
  console.log(`${cuts} connections to a server with every extension were cut`);
});

const account = async (name: string, kind: CutKind): Promise<CutChain> => {
  const own = `${user} ${name} ${kind}`;
  mail.store.addAccount({
    user: own,
    password: "secret-word",
    messages: [mixedMessage(1, 30), mixedMessage(2, 30)],
  });
  return cutChain(mail, own, kind, { compress: name === "login" });
};
const stored = (name: string, kind: CutKind): number => mail.store.messages(`${user} ${name} ${kind}`).length;

/** What is done with extensions that the other sweep does without. */
describe.concurrent.each(kinds)(
  "a connection that is cut by %s after any byte of a server with extensions",
  (kind) => {
    it(
      "in the login by SCRAM, ID, ENABLE and COMPRESS, changes no result",
      async () => {
        // After a login that failed the pool leaves the server alone for a while: several wait side by side.
        const shares = isLong ? 8 : 4;
        await using first = await account("login", kind);
        const sweeps = Array.from({ length: shares }, async (_, share) => {
          await using chain =
            share === 0 ? undefined : await cutChain(mail, `${user} login ${kind}`, kind, { compress: true });
          const { imap, sweep } = chain ?? first;
          const search = async (): Promise<void> => {
            expect(await imap.search("INBOX", { subject: "Grüße" })).toEqual([1, 2]);
          };
          return await sweep(search, { isAfresh: true, share, shares });
        });
        const done = (await Promise.all(sweeps)).reduce((sum, count) => sum + count, 0);
        expect((done + 1) * EVERY).toBeGreaterThan(300);
        cuts += done;
      },
      HANG_MS,
    );

    it(
      "in an APPEND of several messages, stores all of them or none, and says what is not known",
      async () => {
        await using chain = await account("append", kind);
        const done = await chain.sweep(async () => {
          const before = stored("append", kind);
          const messages = ["one", "two"].map((subject) => ({ message: `Subject: ${subject}\r\n\r\n` }));
          const { items } = await chain.imap.appendAll("INBOX", messages);
          const added = stored("append", kind) - before;
          if (items.every(({ ok }) => ok)) return expect(added).toBe(2);
          expect([0, 2]).toContain(added);
          for (const item of items)
            expect(item).toMatchObject({ ok: false, error: { code: "unknown-outcome" } });
        });
        expect((done + 1) * EVERY).toBeGreaterThan(40);
        cuts += done;
      },
      HANG_MS,
    );

    it(
      "in previews, an attachment, and what the server says of itself, changes no result",
      async () => {
        const shares = isLong ? 6 : 1;
        await using first = await account("read", kind);
        const sweeps = Array.from({ length: shares }, async (_, share) => {
          await using chain = share === 0 ? undefined : await cutChain(mail, `${user} read ${kind}`, kind);
          const { imap, sweep } = chain ?? first;
          const read = async (): Promise<void> => {
            const previews = (await collect(imap.messages("INBOX", { preview: true }))).map(
              ({ preview }) => preview,
            );
            expect(previews).toEqual(["Schön, Nummer 1", "Schön, Nummer 2"]);
            const { content } = await imap.downloadAttachment("INBOX", 1, "2");
            expect(Buffer.concat(await collect(content)).equals(Buffer.alloc(30, 1))).toBe(true);
            expect(await imap.serverInfo()).toHaveProperty("name");
            await imap.unsubscribeFolder("INBOX");
          };
          return await sweep(read, { share, shares });
        });
        const done = (await Promise.all(sweeps)).reduce((sum, count) => sum + count, 0);
        expect((done + 1) * EVERY).toBeGreaterThan(1_000);
        cuts += done;
      },
      HANG_MS,
    );

    it(
      "in a change of flags under a condition, says what is not known",
      async () => {
        await using chain = await account("flags", kind);
        const { imap } = chain;
        const done = await chain.sweep(async () => {
          const { highestModseq = 0n } = await imap.status("INBOX");
          const change = imap.addFlags("INBOX", [1, 2], ["$Label"], { unchangedSince: highestModseq });
          const result = await change.catch((error: unknown) => {
            expect(isMailError(error) && error.code).toBe("unknown-outcome");
          });
          if (result !== undefined) expect(result).toEqual({ updated: [1, 2], conflicted: [] });
          await imap.removeFlags("INBOX", [1, 2], ["$Label"]);
        });
        expect((done + 1) * EVERY).toBeGreaterThan(200);
        cuts += done;
      },
      HANG_MS,
    );
  },
);
