import { describe, expect, it } from "vitest";
import { createImapPool, ImapClient } from "../../src/index.js";
import { imapFixture } from "../support/imap-fixture.js";
import { plainMessage } from "../support/mime-samples.js";

describe("watch", () => {
  it("tells of new, changed and removed messages", async () => {
    await using fixture = await imapFixture({ messages: [plainMessage("one"), plainMessage("two")] });
    const { imap, mail } = fixture;
    const steps = [
      () => mail.store.deliver("ada", plainMessage("three")),
      () => mail.store.setFlags("ada", "INBOX", 2, ["\\Flagged"]),
      () => mail.store.expunge("ada", "INBOX", [1]),
    ];
    const events = [];
    imap.onStateChange((state) => {
      if (state === "idle") steps.shift()?.();
    });
    for await (const event of imap.watch("INBOX")) {
      events.push(event);
      if (events.length === 4) break;
    }
    expect(events).toMatchObject([
      { type: "started", folder: "INBOX", totalCount: 2 },
      { type: "added", folder: "INBOX", uids: [3], totalCount: 3 },
      { type: "flags", changes: [{ uid: 2, flags: new Set(["\\Flagged", "\\Recent"]) }] },
      { type: "removed", count: 1, totalCount: 2 },
    ]);
    expect(imap.stats()).toMatchObject({ leased: 0 });
  });

  it("calls back, one event at a time, until it is stopped", async () => {
    await using fixture = await imapFixture({ messages: [plainMessage("one")] });
    const { imap, mail } = fixture;
    const types: string[] = [];
    let running = 0;
    const watching = imap.onChange("INBOX", async (event) => {
      expect(++running).toBe(1);
      if (event.type === "started") mail.store.deliver("ada", plainMessage("two"));
      await new Promise((resolve) => setTimeout(resolve, 10));
      types.push(event.type);
      running -= 1;
    });
    await expect.poll(() => types).toEqual(["started", "added"]);
    await watching.stop();
    await watching.done;
    expect(imap.stats()).toMatchObject({ leased: 0 });
    const failing = imap.onChange("INBOX", () => {
      throw new Error("no more");
    });
    await expect(failing.done).rejects.toThrow("no more");
    await expect(imap.onChange("Nowhere", () => {}).done).rejects.toMatchObject({ code: "not-found" });
  });

  it("refuses at once to take the last connection of the account, which other calls need", async () => {
    await using fixture = await imapFixture({ messages: [plainMessage("one")] });
    const { imap } = fixture;
    const other = new AbortController();
    const watch = async (folder: string, signal: AbortSignal): Promise<void> => {
      for await (const _ of imap.watch(folder, { signal }));
    };
    const end = new AbortController();
    const running = [watch("INBOX", other.signal), watch("Sent", end.signal)];
    await expect.poll(() => imap.stats().leased).toBe(2);
    const refused = await watch("Drafts", end.signal).catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ code: "limit", phase: "watch", retryable: false });
    expect(String(refused)).toMatch(/2 of 3 connections.*raise pool\.maxPerKey to watch Drafts/);
    await expect(imap.onChange("Drafts", () => {}).done).rejects.toMatchObject({ code: "limit" });
    expect(await imap.search("INBOX", {}, { timeoutMs: 5_000 })).toEqual([1]);
    other.abort();
    await running[0];
    const third = watch("Drafts", end.signal);
    await expect.poll(() => imap.stats().leased).toBe(2);
    end.abort();
    await Promise.all([...running, third]);
  });

  it("counts the watches of all clients that share the account's connections", async () => {
    await using fixture = await imapFixture();
    await using pool = createImapPool({ maxPerKey: 2 });
    const options = {
      server: { host: "127.0.0.1", port: fixture.mail.imap.port, security: "none" },
      credentials: { user: "ada", password: "correct horse" },
      pool,
    } as const;
    await using one = new ImapClient(options);
    await using other = new ImapClient(options);
    const watching = one.onChange("INBOX", () => {});
    await expect.poll(() => pool.stats().leased).toBe(1);
    await expect(other.onChange("Sent", () => {}).done).rejects.toMatchObject({ code: "limit" });
    await watching.stop();
    const next = other.onChange("Sent", () => {});
    await expect.poll(() => pool.stats().leased).toBe(1);
    await next.stop();
  });

  it("may take the only connection, and says in the log that other calls wait", async () => {
    const lines: string[] = [];
    const ignore = (): void => {};
    const warn = (fields: object, message: string): void => {
      lines.push(`${JSON.stringify(fields)} ${message}`);
    };
    await using fixture = await imapFixture({
      client: { pool: { maxPerKey: 1 }, logger: { debug: ignore, info: ignore, warn, error: ignore } },
    });
    const watching = fixture.imap.onChange("INBOX", () => {});
    await expect.poll(() => fixture.imap.stats().leased).toBe(1);
    await watching.stop();
    expect(lines).toEqual([expect.stringMatching(/^{"folder":"INBOX"} .*only connection.*other calls wait/)]);
  });

  it("ends without an error when the signal fires", async () => {
    await using fixture = await imapFixture();
    const abort = new AbortController();
    fixture.imap.onStateChange((state) => {
      if (state === "idle") abort.abort();
    });
    const types = [];
    for await (const event of fixture.imap.watch("INBOX", { signal: abort.signal })) types.push(event.type);
    expect(types).toEqual(["started"]);
    expect(fixture.imap.stats()).toMatchObject({ leased: 0 });
  });

  it("says reset, where the server tells no UIDVALIDITY, when the folder begins anew", async () => {
    await using fixture = await imapFixture({
      messages: [plainMessage("one"), plainMessage("two")],
      server: { quirks: { uidValidity: "zero", closeIdleAfterMs: 100 } },
      client: { retry: { backoff: () => 1 } },
    });
    const { store } = fixture.mail;
    const types: string[] = [];
    for await (const event of fixture.imap.watch("INBOX")) {
      types.push(event.type);
      if (event.type === "started") {
        store.removeAccount("ada");
        store.addAccount({ user: "ada", password: "correct horse", messages: [plainMessage("other")] });
      }
      if (event.type === "reset") break;
    }
    expect(types).toEqual(["started", "reset"]);
  });
});
