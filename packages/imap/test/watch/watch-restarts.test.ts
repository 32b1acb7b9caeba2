import { setTimeout as sleep } from "node:timers/promises";
import { RetryBudget } from "@mailwright/core";
import { processorTime, until } from "@mailwright/suite";
import { createCertificates, MailStore, startFaultProxy, startImapServer } from "@mailwright/testing";
import { expect, it } from "vitest";
import { ImapClient } from "../../src/index.js";
import { plainMessage } from "../support/mime-samples.js";
import { SyncedAccount } from "../support/synced-account.js";
import { WATCH_WAYS } from "../support/watch-ways.js";

const FOLDERS = ["INBOX", "Archive"];
const RESTARTS = 3;
/** At most, whatever the server can do. */
const COMMANDS_OF_A_LOOK = 6;
const certificates = createCertificates();

it.each(WATCH_WAYS)(
  "a watch by $way sees every message exactly once while its server restarts three times, and is idle then",
  async ({ disable, pollMs }) => {
    const store = new MailStore([{ user: "ada", password: "pw" }]);
    let [logins, commands] = [0, 0];
    const answer = ({ name }: { readonly name: string }): undefined => {
      commands += 1;
      if (name === "AUTHENTICATE" || name === "LOGIN") logins += 1;
    };
    const tls = await certificates;
    const start = () => startImapServer({ store, tls, options: { disable, answer } });
    let server = await start();
    // One address for all servers: the port of the first may be another program's when the next begins.
    const target = {
      host: "127.0.0.1",
      get port() {
        return server.port;
      },
    };
    await using proxy = await startFaultProxy({ target });
    await using imap = new ImapClient({
      server: { host: "127.0.0.1", port: proxy.port, security: "none" },
      credentials: { user: "ada", password: "pw" },
      retry: { backoff: () => 2, budget: new RetryBudget(Number.POSITIVE_INFINITY) },
    });
    const account = new SyncedAccount();
    const seen: string[] = [];
    const ended = new AbortController();
    const follow = async (): Promise<void> => {
      const options = { folders: FOLDERS, pollMs, concurrency: 1, signal: ended.signal };
      for await (const batch of imap.watch(options)) {
        account.store(batch);
        for (const event of batch.events) if (event.type === "added") seen.push(event.message.subject);
        await batch.acknowledge();
      }
    };
    const following = follow();
    following.catch(() => {});
    const delivered: string[] = [];
    const deliver = (when: string): void => {
      for (const mailbox of FOLDERS) {
        const subject = `${when} ${mailbox}`;
        store.deliver("ada", plainMessage(subject), { mailbox });
        delivered.push(subject);
      }
    };
    // Where the processor is taken, the first look of a process takes longest.
    await until(() => account.copies.size === FOLDERS.length, 60_000);
    const before = logins;
    for (let restart = 1; restart <= RESTARTS; restart++) {
      deliver(`${restart}, before it stops`);
      await proxy.setFaults({ refuse: true });
      await server.stop();
      deliver(`${restart}, while it is away`);
      server = await start();
      await proxy.setFaults({ refuse: false });
      await until(() => seen.length >= delivered.length);
      deliver(`${restart}, when it is back`);
      await until(() => seen.length >= delivered.length);
    }
    expect(seen.sort()).toEqual(delivered.sort());
    expect(FOLDERS.flatMap((folder) => account.subjects(folder)).sort()).toEqual(delivered);
    const [since, asked] = [performance.now(), commands];
    const share = await leastShare();
    // However little of the processor is to be had, a loop that asks on and on asks more often.
    const looks = 2 + (performance.now() - since) / pollMs;
    const [again, used] = [logins - before, Math.round(100 * share)];
    console.info(
      `${again} logins after ${RESTARTS} restarts, idle with ${used} % and ${commands - asked} commands`,
    );
    expect(share).toBeLessThan(0.1);
    expect(commands - asked).toBeLessThanOrEqual(COMMANDS_OF_A_LOOK * looks);
    expect(logins - before).toBeLessThanOrEqual(RESTARTS);
    ended.abort();
    await following;
    await server.stop();
  },
);

/** The processor's share of the quietest of some moments: what the collector and the compiler take comes in bursts. */
async function leastShare(): Promise<number> {
  let least = 1;
  for (let moment = 0; moment < 5 && least > 0.02; moment++) {
    const [since, used] = [performance.now(), processorTime()];
    await sleep(100);
    least = Math.min(least, (processorTime() - used) / (performance.now() - since));
  }
  return least;
}
