import { startFaultProxy } from "@mailwright/testing";
import { describe, expect, it } from "vitest";
import { ImapClient, type WatchEvent } from "../../src/index.js";
import { imapFixture } from "../support/imap-fixture.js";
import { plainMessage } from "../support/mime-samples.js";
import { login, scriptedSession } from "./scripted-session.js";

/** Takes events until one is of the type, and ends the watch. */
async function until(events: AsyncIterable<WatchEvent>, type: WatchEvent["type"]): Promise<WatchEvent[]> {
  const seen: WatchEvent[] = [];
  for await (const event of events) {
    seen.push(event);
    if (event.type === type) break;
  }
  return seen;
}

describe("a watch", () => {
  it("tells after a cut what came while it was away", async () => {
    await using fixture = await imapFixture({ messages: [plainMessage("one")] });
    const { mail } = fixture;
    await using proxy = await startFaultProxy({ target: { host: "127.0.0.1", port: mail.imap.port } });
    await using imap = clientOf(proxy.port);
    let isCut = false;
    imap.onStateChange((state) => {
      if (state !== "idle" || isCut) return;
      isCut = true;
      void proxy
        .setFaults({ refuse: true, cut: { direction: "toClient", afterBytes: 0, with: "rst" } })
        .then(async () => {
          await expect.poll(() => proxy.connections).toBe(0);
          mail.store.deliver("ada", plainMessage("meanwhile"));
          await proxy.setFaults({ refuse: false, cut: undefined });
        });
    });
    const events = await until(imap.watch("INBOX"), "added");
    expect(events).toMatchObject([
      { type: "started", totalCount: 1 },
      { type: "resumed", totalCount: 2, error: { code: "connection" } },
      { type: "added", uids: [2] },
    ]);
  });

  it("finds a peer that has silently gone, and goes on with another connection", async () => {
    await using fixture = await imapFixture({ messages: [plainMessage("one")] });
    const { mail } = fixture;
    await using proxy = await startFaultProxy({ target: { host: "127.0.0.1", port: mail.imap.port } });
    await using imap = clientOf(proxy.port);
    let isStalled = false;
    imap.onStateChange((state) => {
      if (state === "disconnected" || state === "connecting") void proxy.setFaults({ stall: undefined });
      if (state !== "idle" || isStalled) return;
      isStalled = true;
      void proxy.setFaults({ stall: { direction: "toClient", afterBytes: 0 } });
      mail.store.deliver("ada", plainMessage("unheard"));
    });
    const events = await until(imap.watch("INBOX", { renewMs: 200, probeTimeoutMs: 300 }), "added");
    expect(events.map(({ type }) => type)).toEqual(["started", "resumed", "added"]);
    expect(events[1]).toMatchObject({ error: { code: "timeout", phase: "idle" } });
  });

  it("goes on when the server cuts an IDLE that is too long for it (Gmail)", async () => {
    await using fixture = await imapFixture({
      messages: [plainMessage("one")],
      server: { quirks: { closeIdleAfterMs: 100 } },
      client: { retry: { backoff: () => 1 } },
    });
    const { imap } = fixture;
    const events: WatchEvent[] = [];
    for await (const event of imap.watch("INBOX")) {
      events.push(event);
      if (events.length === 4) break;
    }
    expect(events.map(({ type }) => type)).toEqual(["started", "resumed", "resumed", "resumed"]);
  });

  it("asks a server that hangs up at every IDLE less and less often, though it takes the login", async () => {
    const failures: number[] = [];
    const backoff = (attempt: number): number => failures.push(attempt);
    await using fixture = await imapFixture({
      server: { quirks: { closeIdleAfterMs: 1 } },
      client: { retry: { backoff } },
    });
    const resumed: WatchEvent[] = [];
    for await (const event of fixture.imap.watch("INBOX"))
      if (event.type === "resumed" && resumed.push(event) === 4) break;
    expect(failures.slice(0, 4)).toEqual([1, 2, 3, 4]);
  });

  it("renews its IDLE before the server's limit", async () => {
    await using fixture = await imapFixture();
    const { imap, mail } = fixture;
    let renewals = 0;
    imap.onStateChange((state) => {
      if (state === "idle") renewals += 1;
      if (state === "idle" && renewals === 15) mail.store.deliver("ada", plainMessage("late"));
    });
    const events = await until(imap.watch("INBOX", { renewMs: 20 }), "added");
    expect(events.map(({ type }) => type)).toEqual(["started", "added"]);
  });

  it("polls where there is no IDLE", async () => {
    await using fixture = await imapFixture({ server: { disable: ["IDLE"] } });
    const { imap, mail } = fixture;
    const events: WatchEvent[] = [];
    for await (const event of imap.watch("INBOX", { pollMs: 50 })) {
      events.push(event);
      if (event.type === "started") mail.store.deliver("ada", plainMessage("late"));
      if (event.type === "added") break;
    }
    expect(events.at(-1)).toMatchObject({ uids: [1] });
  });

  it("says reset when the folder's UIDs changed their meaning while it was away", async () => {
    await using fixture = await imapFixture({
      messages: [plainMessage("one")],
      server: { quirks: { closeIdleAfterMs: 100 } },
      client: { retry: { backoff: () => 1 } },
    });
    const { imap, mail } = fixture;
    imap.onStateChange((state) => {
      if (state === "idle") mail.store.setUidValidity("ada", "INBOX", 4711);
    });
    const events = await until(imap.watch("INBOX"), "reset");
    expect(events.at(-1)).toMatchObject({ reason: "uidvalidity", totalCount: 1 });
  });

  it("rejects when the folder is not there, or the password is wrong", async () => {
    await using fixture = await imapFixture();
    await expect(until(fixture.imap.watch("Nowhere"), "added")).rejects.toMatchObject({ code: "not-found" });
    await using wrong = await imapFixture({ client: { credentials: { user: "ada", password: "wrong" } } });
    await expect(until(wrong.imap.watch("INBOX"), "added")).rejects.toMatchObject({ code: "authentication" });
  });

  it("ends when the client closes", async () => {
    await using fixture = await imapFixture();
    const { imap } = fixture;
    imap.onStateChange((state) => {
      if (state === "idle") void imap.close();
    });
    expect((await until(imap.watch("INBOX"), "added")).map(({ type }) => type)).toEqual(["started"]);
  });

  it("leaves the rest of the pool to other calls", async () => {
    await using fixture = await imapFixture({ messages: [plainMessage("one")] });
    const { imap, mail } = fixture;
    for await (const event of imap.watch("INBOX")) {
      if (event.type === "started") {
        expect(await imap.search("INBOX", {})).toEqual([1]);
        mail.store.deliver("ada", plainMessage("two"));
      }
      if (event.type === "added") break;
    }
  });

  it("takes a flood of 100 000 changes as a few events", async () => {
    const flood = Array.from({ length: 50_000 }, (_, n) => `* ${60_000 + n} EXISTS\\r\\n* 1 EXPUNGE`).join(
      "\\r\\n",
    );
    await using session = await scriptedSession(`
      ${login("IMAP4rev1 IDLE")}
      C~: (?<tag>\\S+) EXAMINE .*
      S: * 60000 EXISTS
      S: * OK [UIDVALIDITY 7] ok
      S: * OK [UIDNEXT 60001] ok
      S: $tag OK [READ-WRITE] open
      C~: (?<tag>\\S+) IDLE
      S: + idling
      S: ${flood}
      C: DONE
      S: $tag OK done
      C~: (?<tag>\\S+) UID SEARCH .*
      S: * SEARCH 60001 60002
      S: $tag OK
      IGNORE:
    `);
    const events = await until(session.imap.watch("INBOX"), "removed");
    expect(events.map(({ type }) => type)).toEqual(["started", "added", "removed"]);
    expect(events.at(-1)).toMatchObject({ count: 50_000 });
  }, 120_000);
});

function clientOf(port: number): ImapClient {
  return new ImapClient({
    server: { host: "127.0.0.1", port, security: "none" },
    credentials: { user: "ada", password: "correct horse" },
    retry: { backoff: () => 20 },
  });
}
