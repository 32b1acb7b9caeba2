import { isMailError } from "@mailwright/core";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CutKind, cutChain, EVERY, FIRST, HANG_MS, isLong } from "./cut-chain.js";

const user = "ada";
const kinds: readonly CutKind[] = ["fin", "rst"];
/** Most of the bytes are of certificates, and of records that nobody can read a part of. */
const STEP = isLong ? 7 : EVERY;

let mail: MailServers;
let cuts = 0;

beforeAll(async () => {
  const messages = ["one", "two"].map((subject) => `Subject: ${subject}\r\n\r\nHello.\r\n`);
  mail = await startMailServers({
    accounts: [{ user, password: "secret-word", accessToken: "fresh-token", messages }],
  });
});
afterAll(async () => {
  await mail.stop();
  console.log(`${cuts} connections were cut while they were made`);
});

const ways = [
  { name: "STARTTLS and a login by password", options: { security: "starttls" } },
  { name: "STARTTLS and a login by token", options: { security: "starttls", accessToken: "fresh-token" } },
  { name: "TLS and a login by token", options: { security: "tls", accessToken: "fresh-token" } },
] as const;
const places = kinds.flatMap((kind) => ways.map((way) => ({ kind, ...way })));

describe.concurrent("a connection that is cut after any byte of the server", () => {
  // After a login that failed the pool leaves the server alone for a while: several wait side by side.
  const shares = isLong ? 8 : 4;

  it.each(places)(
    "in $name, by $kind, changes no result",
    async ({ kind, options }) => {
      const sweeps = Array.from({ length: shares }, async (_, share) => {
        await using chain = await cutChain(mail, user, kind, options);
        const search = async (): Promise<void> => {
          expect(await chain.imap.search("INBOX", {})).toEqual([1, 2]);
        };
        return await chain.sweep(search, { isAfresh: true, share, shares, step: STEP });
      });
      const done = (await Promise.all(sweeps)).reduce((sum, count) => sum + count, 0);
      // A certificate alone has half a kilobyte.
      expect((done + shares) * STEP).toBeGreaterThan(1_000);
      cuts += done;
    },
    HANG_MS,
  );

  it.each(kinds)(
    "in a connection that is lent, by %s, gives the result or a typed error, and hangs nobody",
    async (kind) => {
      const outcomes = new Map<string, number>();
      const sweeps = Array.from({ length: shares }, async (_, share) => {
        for (let cut = share * STEP + FIRST; ; cut += shares * STEP) {
          await using chain = await cutChain(mail, user, kind);
          await chain.cutAfter(cut);
          const outcome = await chain.imap
            .use("INBOX", (flow) => flow.search({ all: true }, { uid: true }))
            .then((uids) => `found ${uids}`, codeOf);
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
          expect(chain.imap.stats().leased).toBe(0);
          // A connection of the pool's, and then the one that is lent: the cut is behind the end of both.
          if (chain.receivedBytes < cut) return;
        }
      });
      await Promise.all(sweeps);
      console.log(`lent connections that were cut by ${kind}:`, Object.fromEntries(outcomes));
      expect([...outcomes.keys()].sort()).toEqual(["connection", "found 1,2"]);
    },
    HANG_MS,
  );
});

function codeOf(error: unknown): string {
  return isMailError(error) ? error.code : `${error}`;
}
