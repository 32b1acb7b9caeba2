import { describe, expect, it } from "vitest";
import { imapFixture } from "./imap-fixture.js";
import { plainMessage } from "./mime-samples.js";

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
});
