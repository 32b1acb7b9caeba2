import { describe, expect, it } from "vitest";
import type { WatchEvent } from "../src/index.js";
import { collect, imapFixture } from "./support/imap-fixture.js";
import { mixedMessage, plainMessage } from "./support/mime-samples.js";

const viaJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("answers as JSON", () => {
  it("messages keep flags as a list, header fields by name and 64 bits as digits", async () => {
    await using fixture = await imapFixture({ messages: [mixedMessage(1)] });
    const { imap } = fixture;
    await imap.markAsRead("INBOX", 1);
    const [message] = await collect(imap.messages("INBOX", { body: "text", headers: ["X-Number"] }));
    expect(typeof message?.modseq).toBe("bigint");
    expect(viaJson({ message })).toMatchObject({
      message: {
        uid: 1,
        subject: "Grüße 1",
        from: [{ name: "Adä", address: "ada1@example.test" }],
        date: "2026-11-20T09:00:00.000Z",
        flags: expect.arrayContaining(["\\Seen"]),
        headers: { "x-number": ["n° 1"] },
        modseq: String(message?.modseq),
        attachments: [{ part: "2" }],
        text: "Schön, Nummer 1",
      },
    });
    const full = await imap.message("INBOX", 1, { body: "full" });
    expect(viaJson(full)).toMatchObject({ modseq: String(message?.modseq) });
  });

  it("folders, their figures, and the outcomes of changes come through", async () => {
    await using fixture = await imapFixture({ messages: [plainMessage("one"), plainMessage("two")] });
    const { imap, mail } = fixture;
    const uidValidityOf = (path: string): unknown =>
      mail.store.mailboxes("ada").find((mailbox) => mailbox.path === path)?.uidValidity;
    const uidValidity = uidValidityOf("INBOX");
    const status = await imap.status("INBOX");
    expect(status.uidValidity).toBe(uidValidity);
    const figures = { uidValidity, uidNext: 3, highestModseq: String(status.highestModseq) };
    expect(viaJson(status)).toMatchObject(figures);
    const folders = viaJson(await imap.listFolders({ counts: true }));
    expect(folders).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: "INBOX", ...figures, flags: expect.any(Array) }),
      ]),
    );
    const sent = uidValidityOf("Sent");
    expect(viaJson(await imap.copy("INBOX", 1, "Sent"))).toMatchObject({
      uidMap: { 1: 1 },
      uidValidity: sent,
    });
    expect(viaJson(await imap.move("INBOX", 2, "Sent"))).toMatchObject({
      uidMap: { 2: 2 },
      uidValidity: sent,
    });
    expect(viaJson(await imap.append("Sent", "Subject: x\r\n\r\nx"))).toEqual({
      folder: "Sent",
      uid: 3,
      uidValidity: sent,
    });
    expect(viaJson(await imap.addStar("INBOX", 1))).toEqual({ updated: [1], conflicted: [] });
  });

  it("a MODSEQ that was stored as JSON is taken as it is, and nothing else is", async () => {
    await using fixture = await imapFixture({ messages: [plainMessage("one"), plainMessage("two")] });
    const { imap } = fixture;
    const { highestModseq } = JSON.parse(JSON.stringify(await imap.status("INBOX"))) as {
      highestModseq: string;
    };
    await imap.addStar("INBOX", 2);
    const unchangedSince = highestModseq;
    expect(await imap.markAsRead("INBOX", [1, 2], { unchangedSince })).toEqual({
      updated: [1],
      conflicted: [2],
    });
    expect(await imap.search("INBOX", { modseq: String(BigInt(highestModseq) + 1n) })).toEqual([1, 2]);
    for (const modseq of ["", "1 ALL", "-1", "1e3"]) {
      const error = { code: "invalid-argument" };
      await expect(imap.search("INBOX", { modseq })).rejects.toMatchObject(error);
      await expect(imap.markAsRead("INBOX", 1, { unchangedSince: modseq })).rejects.toMatchObject(error);
    }
  });

  it("events of a watch come through", async () => {
    await using fixture = await imapFixture({ messages: [plainMessage("one")] });
    const { imap, mail } = fixture;
    const steps = [() => mail.store.setFlags("ada", "INBOX", 1, ["\\Flagged"])];
    imap.onStateChange((state) => {
      if (state === "idle") steps.shift()?.();
    });
    const events: WatchEvent[] = [];
    for await (const event of imap.watch("INBOX")) {
      events.push(event);
      if (event.type === "flags") break;
    }
    expect(viaJson(events)).toMatchObject([
      { type: "started" },
      { type: "flags", changes: [{ uid: 1, flags: expect.arrayContaining(["\\Flagged"]) }] },
    ]);
  });
});
