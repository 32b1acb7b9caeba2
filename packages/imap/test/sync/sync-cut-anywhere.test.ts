import { createCertificates, type MailServers, startFaultProxy, startMailServers } from "@mailwright/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ImapClient, type SyncStrategy } from "../../src/index.js";
import { plainMessage } from "../support/mime-samples.js";
import { SyncedAccount } from "../support/synced-account.js";
import { flagText } from "../support/synced-copy.js";

const isLong = process.env["MAILWRIGHT_LONG"] === "1";
/** Of the server's bytes, one in so many is cut at; a prime, so that what comes at regular distances is met too. */
const EVERY = { fin: isLong ? 1 : 331, rst: isLong ? 7 : 331 };
/** A sync that is over sooner has done less than it should. */
const LEAST_BYTES = 3_000;
const FOLDERS = ["INBOX", "Archive"];

let mail: MailServers;
let cuts = 0;
beforeAll(async () => {
  mail = await startMailServers({ certificates: await createCertificates() });
});
afterAll(async () => {
  console.log(`${cuts} syncs were cut`);
  await mail.stop();
});

const strategies: readonly SyncStrategy[] = ["qresync", "condstore", "plain"];
const kinds = ["fin", "rst"] as const;

describe.concurrent("a sync that is cut after any byte of the server and goes on from the last acknowledged cursor", () => {
  const places = strategies.flatMap((strategy) => kinds.map((kind) => ({ strategy, kind })));
  it.each(places)(
    "ends where one ends that is not cut, by $strategy and $kind",
    async ({ strategy, kind }) => {
      const proxy = await startFaultProxy({ target: { host: "127.0.0.1", port: mail.imap.port } });
      try {
        for (let cut = kind === "fin" ? 0 : EVERY.rst >> 1; ; cut += EVERY[kind]) {
          const user = `${strategy} ${kind} ${cut}`;
          const account = await prepare(user, strategy);
          await proxy.setFaults({ cut: { direction: "toClient", afterBytes: cut, with: kind } });
          const isCut = !(await sync(user, proxy.port, account, strategy));
          await proxy.setFaults({ cut: undefined });
          const first = takeNames(account);
          expect(await sync(user, mail.imap.port, account, strategy)).toBe(true);
          const second = takeNames(account);
          expect(content(account), `cut at ${cut}`).toEqual(truth(user));
          expect(
            second.filter((name) => first.includes(name)),
            `cut at ${cut}`,
          ).toEqual([]);
          mail.store.removeAccount(user);
          if (!isCut) {
            expect(cut, "bytes that a whole sync takes").toBeGreaterThan(LEAST_BYTES);
            return;
          }
          cuts += 1;
        }
      } finally {
        await proxy.stop();
      }
    },
    1_800_000,
  );
});

/** An account that was synced, and in which something has happened since. */
async function prepare(user: string, strategy: SyncStrategy): Promise<SyncedAccount> {
  const { store } = mail;
  const messages = ["one", "two", "three", "four", "five"].map((subject) => plainMessage(subject));
  store.addAccount({ user, password: "pw", messages, mailboxes: ["Archive"] });
  const account = new SyncedAccount();
  expect(await sync(user, mail.imap.port, account, strategy)).toBe(true);
  takeNames(account);
  store.setFlags(user, "INBOX", 1, ["\\Seen"]);
  store.setFlags(user, "INBOX", 4, ["\\Flagged", "$Work"]);
  store.expunge(user, "INBOX", [2, 3]);
  for (const subject of ["six", "seven", "eight"]) store.deliver(user, plainMessage(subject));
  // Moved, as other clients do it.
  store.deliver(user, plainMessage("three"), { mailbox: "Archive" });
  return account;
}

/** Answers `false` when the connection ended before everything was stored. */
async function sync(
  user: string,
  port: number,
  account: SyncedAccount,
  strategy: SyncStrategy,
): Promise<boolean> {
  await using imap = new ImapClient({
    server: { host: "127.0.0.1", port, security: "none" },
    credentials: { user, password: "pw" },
    retry: { attempts: 1, outageMs: 0 },
    pool: { maxPerKey: 1 },
  });
  try {
    const options = {
      strategy,
      folders: FOLDERS,
      cursors: account.cursors,
      batchMessages: 2,
      concurrency: 1,
    };
    for await (const batch of imap.syncAll(options)) {
      account.store(batch);
      await batch.acknowledge();
    }
    return true;
  } catch (error) {
    expect(error).toMatchObject({ connectionBroken: true });
    return false;
  }
}

/** What was told, by folder. */
function takeNames(account: SyncedAccount): string[] {
  return [...account.copies].flatMap(([folder, copy]) =>
    copy.takeLog().flatMap((event) => {
      if (event.type === "added") return `${folder} added ${event.id}`;
      if (event.type === "flags") return `${folder} flags ${event.id} ${flagText(event.flags)}`;
      return event.type === "removed" ? event.ids.map((id) => `${folder} removed ${id}`) : [];
    }),
  );
}

function content(account: SyncedAccount): string[] {
  return FOLDERS.flatMap((folder) =>
    [...(account.copies.get(folder)?.messages ?? [])]
      .sort(([a], [b]) => a - b)
      .map(([uid, flags]) => `${folder} ${uid} ${flags}`),
  );
}

function truth(user: string): string[] {
  return FOLDERS.flatMap((folder) =>
    mail.store.messages(user, folder).map(({ uid, flags }) => `${folder} ${uid} ${flagText(flags)}`),
  );
}
