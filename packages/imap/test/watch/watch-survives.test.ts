import { RetryBudget } from "@mailwright/core";
import { until } from "@mailwright/suite";
import { type FaultProxy, type ImapClientCommand, startFaultProxy } from "@mailwright/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ImapClient, type ImapClientOptions } from "../../src/index.js";
import { imapFixture } from "../support/imap-fixture.js";
import { plainMessage } from "../support/mime-samples.js";
import { followAccount, SyncedAccount } from "../support/synced-account.js";

const MINUTE_MS = 60_000;

function clientOf(port: number, options: Partial<ImapClientOptions> = {}): ImapClient {
  return new ImapClient({
    server: { host: "127.0.0.1", port, security: "none" },
    credentials: { user: "ada", password: "correct horse" },
    retry: { backoff: () => 1, budget: new RetryBudget(Number.POSITIVE_INFINITY) },
    ...options,
  });
}

function proxyOf(port: number): Promise<FaultProxy> {
  return startFaultProxy({ target: { host: "127.0.0.1", port } });
}

describe("a watch of an account whose token has expired", () => {
  it("asks for another when the server refuses it, and misses nothing", async () => {
    const logins: string[] = [];
    const answer = ({ name }: ImapClientCommand): undefined => {
      if (name === "AUTHENTICATE") logins.push(name);
    };
    await using fixture = await imapFixture({ messages: [plainMessage("one")], server: { answer } });
    const { store, imap: server } = fixture.mail;
    store.updateAccount("ada", { accessToken: "first" });
    const asked: string[] = [];
    let cached = "first";
    await using imap = clientOf(server.port, {
      credentials: ({ refresh }) => {
        if (refresh) cached = "second";
        asked.push(`${refresh ? "anew" : "cached"} ${cached}`);
        return { user: "ada", accessToken: cached };
      },
    });
    const account = new SyncedAccount();
    const stop = followAccount(imap, account, { folders: ["INBOX"], concurrency: 1 });
    await until(() => account.subjects("INBOX").join() === "one");
    // What the program has kept is refused from now on.
    store.updateAccount("ada", { accessToken: "second" });
    await server.disconnect();
    store.deliver("ada", plainMessage("meanwhile"));
    await until(() => account.subjects("INBOX").join() === "one,meanwhile");
    await stop();
    expect(asked).toEqual(["cached first", "cached first", "anew second"]);
    expect(logins).toHaveLength(3);
    // The next connection begins with what is good.
    await server.disconnect();
    expect(await imap.search("INBOX", {})).toHaveLength(2);
    expect(asked.slice(3)).toEqual(["cached second"]);
  });

  it("ends when the server refuses the new one as well", async () => {
    await using fixture = await imapFixture({ messages: [plainMessage("one")] });
    const { store, imap: server } = fixture.mail;
    store.updateAccount("ada", { accessToken: "first" });
    await using imap = clientOf(server.port, { credentials: () => ({ user: "ada", accessToken: "first" }) });
    const account = new SyncedAccount();
    const stop = followAccount(imap, account, { folders: ["INBOX"] });
    let failure: unknown;
    await until(() => account.subjects("INBOX").join() === "one");
    store.updateAccount("ada", { accessToken: "second" });
    await server.disconnect();
    await until(() => imap.stats().leased === 0 && imap.stats().failed > 0);
    await stop().catch((error: unknown) => {
      failure = error;
    });
    expect(failure).toMatchObject({ code: "authentication" });
  });
});

describe("a watch of an account with fewer connections than were asked for", () => {
  it.each(["limit", "alert", "bye"] as const)(
    "learns that the server grants one more alone (%s), looks at the other folders in turn, and misses nothing",
    async (maxConnectionsAnswer) => {
      let statuses = 0;
      await using fixture = await imapFixture({
        messages: [plainMessage("one")],
        server: {
          disable: ["NOTIFY"],
          quirks: { maxConnections: 2, maxConnectionsAnswer },
          answer: ({ name, arguments: text }) => {
            if (name === "LIST" && text.includes("STATUS")) statuses += 1;
            return undefined;
          },
        },
      });
      const { store, imap: server } = fixture.mail;
      for (let index = 0; index < 8; index++) {
        store.createMailbox("ada", `List ${index}`);
        store.deliver("ada", plainMessage(`there ${index}`), { mailbox: `List ${index}` });
      }
      // Another program has one of the two.
      let release = (): void => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const holding = fixture.imap.use("INBOX", () => held);
      await until(() => fixture.imap.stats().leased === 1);
      await using imap = clientOf(server.port, { pool: { maxPerKey: 6 } });
      const account = new SyncedAccount();
      const stop = followAccount(imap, account, { concurrency: 4, pollMs: 50 });
      await until(() => account.copies.size === 14);
      expect(imap.stats()).toMatchObject({ open: 1, effectiveCap: 1 });
      const before = statuses;
      for (let index = 0; index < 8; index++)
        store.deliver("ada", plainMessage(`new ${index}`), { mailbox: `List ${index}` });
      store.deliver("ada", plainMessage("two"));
      await until(() => account.subjects("INBOX").length === 2);
      for (let index = 0; index < 8; index++)
        await until(() => account.subjects(`List ${index}`).join() === `there ${index},new ${index}`);
      expect(statuses).toBeGreaterThan(before);
      expect(imap.stats().open).toBe(1);
      release();
      await holding;
      await stop();
    },
  );
});

describe("a watch of an account over time", () => {
  let pump: NodeJS.Timeout;
  /** Time passes faster here, and the clock on the wall can be set. */
  const hurry = (): void => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
    pump = setInterval(() => vi.advanceTimersByTime(1_000), 2);
  };
  afterEach(() => {
    clearInterval(pump);
    vi.useRealTimers();
  });

  it.each([
    ["that slept with its machine, whose connection died without a word", 60 * MINUTE_MS],
    ["whose clock was set back", -60 * MINUTE_MS],
  ])("%s looks as soon as the clock on the wall has jumped", async (_what, jumpMs) => {
    await using fixture = await imapFixture({ messages: [plainMessage("one")] });
    const { store, imap: server } = fixture.mail;
    await using proxy = await proxyOf(server.port);
    await using imap = clientOf(proxy.port);
    const account = new SyncedAccount();
    hurry();
    let idles = 0;
    imap.onStateChange((state) => {
      if (state === "idle") idles += 1;
    });
    // Nothing but the jump has it look: the renewal is a day away.
    const stop = followAccount(imap, account, { folders: ["INBOX"], renewMs: 1_440 * MINUTE_MS });
    await turnsUntil(() => idles === 1);
    await proxy.setFaults({ stall: { direction: "toClient", afterBytes: 0 } });
    store.deliver("ada", plainMessage("asleep"));
    imap.onStateChange((state) => {
      if (state === "connecting") void proxy.setFaults({ stall: undefined });
    });
    vi.setSystemTime(Date.now() + jumpMs);
    await turnsUntil(() => account.subjects("INBOX").join() === "one,asleep");
    await stop();
  });

  it("waits longer from failure to failure, until a connection has lived for a minute", async () => {
    const attempts: number[] = [];
    let livesMs = 1_000;
    hurry();
    await using fixture = await imapFixture({
      server: {
        answer: async ({ name }) => {
          if (name !== "IDLE") return undefined;
          await new Promise((resolve) => setTimeout(resolve, livesMs));
          return "drop";
        },
      },
      client: { retry: { backoff: (attempt) => attempts.push(attempt) } },
    });
    const account = new SyncedAccount();
    const stop = followAccount(fixture.imap, account, { folders: ["INBOX"], probeTimeoutMs: 10 * MINUTE_MS });
    await turnsUntil(() => attempts.length === 4);
    livesMs = 2 * MINUTE_MS;
    await turnsUntil(() => attempts.length === 7);
    await stop();
    expect(attempts.slice(0, 4)).toEqual([1, 2, 3, 4]);
    expect(attempts.slice(-2)).toEqual([1, 1]);
  });
});

/** Waits by turns of the loop, whatever the clocks say. */
async function turnsUntil(condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns++) {
    if (turns > 1_000_000) throw new Error(`Never: ${condition}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
