import { setImmediate as turn } from "node:timers/promises";
import { RetryBudget } from "@mailwright/core";
import { seededRandom, until } from "@mailwright/suite";
import { startFaultProxy, startMailServers } from "@mailwright/testing";
import { expect, it } from "vitest";
import { ImapClient } from "../../src/index.js";
import { plainMessage } from "../support/mime-samples.js";
import { SyncedAccount } from "../support/synced-account.js";
import { untilQuiet } from "../support/until-quiet.js";
import { WATCH_WAYS } from "../support/watch-ways.js";

const isLong = process.env["MAILWRIGHT_LONG"] === "1";
const MESSAGES = isLong ? 500 : 60;
const DROPS = isLong ? 100 : 12;
const FOLDERS = ["INBOX", "Archive", "Fresh"];
const SEED = 4_711;

it.each(WATCH_WAYS.slice(0, isLong ? undefined : 1))(
  "a watch by $way under fire sees every message exactly once, and is quiet afterwards",
  async ({ disable, pollMs }) => {
    const random = seededRandom(SEED);
    let logins = 0;
    await using mail = await startMailServers({
      accounts: [{ user: "ada", password: "pw" }],
      imap: {
        disable,
        answer: ({ name }) => {
          if (name === "AUTHENTICATE" || name === "LOGIN") logins += 1;
          return undefined;
        },
      },
    });
    const { store } = mail;
    store.createMailbox("ada", "Fresh");
    await using proxy = await startFaultProxy({ target: { host: "127.0.0.1", port: mail.imap.port } });
    await using imap = new ImapClient({
      server: { host: "127.0.0.1", port: proxy.port, security: "none" },
      credentials: { user: "ada", password: "pw" },
      retry: { backoff: () => 2, budget: new RetryBudget(Number.POSITIVE_INFINITY) },
    });
    const account = new SyncedAccount();
    const seen: string[] = [];
    let [drops, mostOpen] = [0, 0];
    const ended = new AbortController();
    const follow = async (): Promise<void> => {
      for await (const batch of imap.watch({
        folders: FOLDERS,
        pollMs,
        signal: ended.signal,
        body: "text",
      })) {
        account.store(batch);
        if (drops > 0) mostOpen = Math.max(mostOpen, imap.stats().open);
        for (const event of batch.events) if (event.type === "added") seen.push(event.message.subject);
        await batch.acknowledge();
      }
    };
    const following = follow();
    following.catch(() => {});
    /** Cuts the connections there are, at once or at some byte that is still to come, and none that follow. */
    const drop = async (): Promise<void> => {
      await until(() => proxy.connections > 0);
      const before = proxy.accepted;
      const cut = { direction: "toClient", with: random() < 0.5 ? "fin" : "rst" } as const;
      await proxy.setFaults({ cut: { ...cut, afterBytes: Math.floor(random() * 6_000) } });
      if (!(await isGone(before, 100))) {
        await proxy.setFaults({ cut: { ...cut, afterBytes: 0 } });
        await isGone(before, 20_000);
      }
      await proxy.setFaults({ cut: undefined });
      await until(() => proxy.accepted > before);
    };
    /** Looks at every turn of the loop: the next connection has not logged in by then. */
    const isGone = async (before: number, patienceMs: number): Promise<boolean> => {
      const since = performance.now();
      while (proxy.connections > 0 && proxy.accepted === before) {
        if (performance.now() - since > patienceMs) return false;
        await turn();
      }
      return true;
    };
    const delivered: string[] = [];
    const deliver = (): void => {
      const subject = `m${delivered.length}`;
      const mailbox = FOLDERS[Math.floor(random() * FOLDERS.length)] ?? "INBOX";
      store.deliver("ada", plainMessage(subject), { mailbox });
      delivered.push(subject);
    };
    await until(() => account.copies.size === FOLDERS.length);
    const before = logins;
    const restarts = new Set([Math.floor(DROPS / 4), Math.floor(DROPS / 2), Math.floor((3 * DROPS) / 4)]);
    for (; drops < DROPS; drops += 1) {
      const due = Math.floor(((drops + 1) * MESSAGES) / DROPS);
      while (delivered.length < due) deliver();
      if (restarts.has(drops)) {
        // A server that restarts: nobody is let in for a while.
        await proxy.setFaults({ refuse: true, cut: { direction: "toClient", afterBytes: 0, with: "rst" } });
        await until(() => proxy.connections === 0);
        await proxy.setFaults({ refuse: false, cut: undefined });
      } else await drop();
      if (drops === Math.floor(DROPS / 3)) {
        store.deleteMailbox("ada", "Fresh");
        store.createMailbox("ada", "Fresh");
      }
    }
    const expected = (): string[] =>
      FOLDERS.flatMap((folder) => store.messages("ada", folder).map(({ raw }) => subjectOf(raw))).sort();
    await until(
      () =>
        FOLDERS.flatMap((folder) => account.subjects(folder))
          .sort()
          .join() === expected().join(),
    );
    // What was in the folder that was made anew is gone; of all others each was told of once.
    expect(new Set(seen).size).toBe(seen.length);
    expect(expected().filter((subject) => !seen.includes(subject))).toEqual([]);
    // One that looks now and then is never quiet for long.
    const isLooking = pollMs < 1_000;
    if (!isLooking) await untilQuiet(imap);
    const connections = proxy.accepted;
    expect(logins - before).toBeLessThanOrEqual(DROPS);
    expect(mostOpen).toBe(1);
    const { sentBytes } = isLooking ? imap.traffic() : await untilQuiet(imap);
    const since = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(imap.traffic().sentBytes - sentBytes).toBeLessThan(
      400 * (1 + (performance.now() - since) / pollMs),
    );
    expect(proxy.accepted).toBe(connections);
    console.log(
      `${delivered.length} messages, ${DROPS} drops, ${restarts.size} of them restarts, ${logins - before} logins after them, seed ${SEED}`,
    );
    ended.abort();
    await following;
  },
  300_000,
);

function subjectOf(raw: Buffer): string {
  return /^Subject: (.*?)\r?$/m.exec(raw.toString())?.[1] ?? "";
}
