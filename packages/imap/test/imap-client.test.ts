import { startFaultProxy } from "@mailwright/testing";
import { describe, expect, it } from "vitest";
import { ImapClient, type ImapState } from "../src/index.js";
import { login, scriptedSession, select } from "./behaviour/scripted-session.js";
import { collect, imapFixture } from "./support/imap-fixture.js";
import { mixedMessage, plainMessage } from "./support/mime-samples.js";

describe("ImapClient", () => {
  it("lists folders with roles and counts", async () => {
    await using fixture = await imapFixture({ messages: [plainMessage("one"), plainMessage("two")] });
    const folders = await fixture.imap.listFolders({ counts: true });
    const inbox = folders.find(({ role }) => role === "inbox");
    expect(inbox).toMatchObject({ name: "INBOX", totalCount: 2, unreadCount: 2, isSelectable: true });
    expect(folders.map(({ role }) => role)).toEqual(
      expect.arrayContaining(["sent", "drafts", "trash", "spam"]),
    );
  });

  it("reads envelopes without bodies", async () => {
    await using fixture = await imapFixture({ messages: [mixedMessage(1)] });
    const [message] = await collect(fixture.imap.messages("INBOX", { headers: ["X-Number"] }));
    expect(message).toMatchObject({
      uid: 1,
      folder: "INBOX",
      subject: "Grüße 1",
      messageId: "<m1@example.test>",
      inReplyTo: ["<r2@example.test>"],
      references: ["<r1@example.test>", "<r2@example.test>"],
      from: [{ name: "Adä", address: "ada1@example.test" }],
      date: new Date("2026-11-20T09:00:00Z"),
      isRead: false,
      attachmentCount: 1,
      text: undefined,
      source: undefined,
    });
    expect(message?.to.map(({ address }) => address)).toEqual(["bob@example.test", "carol@example.test"]);
    expect(message?.headers?.get("x-number")).toEqual(["n° 1"]);
    expect(message?.attachments[0]).toMatchObject({
      part: "2",
      filename: "Übersicht 1.pdf",
      sizeBytes: 3_000,
    });
  });

  it("reads decoded text without fetching attachments", async () => {
    await using fixture = await imapFixture({ messages: [1, 2, 3].map((n) => mixedMessage(n, 500_000)) });
    const { imap } = fixture;
    const messages = await collect(imap.messages("INBOX", { body: "text" }));
    expect(messages.map(({ text }) => text)).toEqual([1, 2, 3].map((n) => `Schön, Nummer ${n}`));
    expect(messages.map(({ html }) => html)).toEqual([1, 2, 3].map((n) => `<p>Schön ${n}</p>`));
    expect(messages.map(({ incomplete }) => incomplete)).toEqual([undefined, undefined, undefined]);
    expect(imap.traffic().receivedBytes).toBeLessThan(20_000);
  });

  it("reads whole messages byte for byte", async () => {
    const sources = [mixedMessage(1), plainMessage("two"), mixedMessage(3, 200_000)];
    await using fixture = await imapFixture({
      messages: sources,
      client: { limits: { maxBatchBytes: 50_000 } },
    });
    const messages = await collect(fixture.imap.messages("INBOX", { body: "full" }));
    expect(messages.map(({ source }) => source?.toString("latin1"))).toEqual(sources);
  });

  it("continues after a UID, and pages backwards from one", async () => {
    await using fixture = await imapFixture({ messages: [1, 2, 3, 4, 5].map((n) => plainMessage(`s${n}`)) });
    const { imap, mail } = fixture;
    mail.store.expunge("ada", "INBOX", [2]);
    const uids = async (query: object): Promise<number[]> =>
      (await collect(imap.messages("INBOX", query))).map(({ uid }) => uid);
    expect(await uids({ afterUid: 3 })).toEqual([4, 5]);
    expect(await uids({ afterUid: 5 })).toEqual([]);
    expect(await uids({ newest: 2 })).toEqual([4, 5]);
    expect(await uids({ newest: 2, beforeUid: 4 })).toEqual([1, 3]);
    expect(await uids({ beforeUid: 3 })).toEqual([1]);
    expect(await uids({ uids: [5, 2, 1] })).toEqual([1, 5]);
  });

  it("changes flags and tells which messages have them now", async () => {
    await using fixture = await imapFixture({ messages: [1, 2, 3].map((n) => plainMessage(`s${n}`)) });
    const { imap } = fixture;
    expect(await imap.markAsRead("INBOX", [1, 3, 77])).toEqual({ updated: [1, 3], conflicted: [] });
    expect(await imap.search("INBOX", { seen: true })).toEqual([1, 3]);
    await imap.markAsUnread("INBOX", 1);
    await imap.addStar("INBOX", [2]);
    expect(await imap.search("INBOX", "SEEN")).toEqual([3]);
    expect(await imap.search("INBOX", { flagged: true, seen: false })).toEqual([2]);
    await imap.removeStar("INBOX", [2]);
    expect(await imap.search("INBOX", { flagged: true })).toEqual([]);
  });

  it("tells what a server can, or why it cannot be used", async () => {
    await using fixture = await imapFixture();
    const report = await fixture.imap.testConnection();
    expect(report).toMatchObject({ ok: true, authMechanisms: expect.arrayContaining(["PLAIN"]) });
    expect(report.capabilities).toContain("IDLE");
    await using wrong = await imapFixture({ client: { credentials: { user: "ada", password: "wrong" } } });
    expect(await wrong.imap.testConnection()).toMatchObject({ ok: false, error: { code: "authentication" } });
  });

  it("tells what it is doing, from connecting to the end", async () => {
    await using fixture = await imapFixture({ messages: [plainMessage("x")] });
    const { imap } = fixture;
    const states: ImapState[] = [imap.state];
    imap.onStateChange((state) => states.push(state));
    await imap.listFolders();
    await imap.search("INBOX", {});
    for await (const event of imap.watch("INBOX")) {
      if (event.type === "started") fixture.mail.store.deliver("ada", plainMessage("y"));
      else if (event.type === "added") break;
    }
    await imap.close();
    const changes = states.filter((state, at) => state !== states[at - 1]).join(" ");
    expect(changes).toMatch(/^disconnected connecting authenticated selected( idle selected)+ disconnected$/);
  });

  it("tells that it could not connect, until it can", async () => {
    await using fixture = await imapFixture();
    await using proxy = await startFaultProxy({
      target: { host: "127.0.0.1", port: fixture.mail.imap.port },
      refuse: true,
    });
    await using imap = new ImapClient({
      server: { host: "127.0.0.1", port: proxy.port, security: "none" },
      credentials: { user: "ada", password: "correct horse" },
      retry: { attempts: 1 },
    });
    await expect(imap.listFolders()).rejects.toMatchObject({ code: "connection" });
    expect(imap.state).toBe("error");
    await proxy.setFaults({ refuse: false });
    await imap.listFolders();
    expect(imap.state).toBe("authenticated");
  });

  it("reads Gmail's labels, thread and message ids", async () => {
    const capabilities = "IMAP4rev1 X-GM-EXT-1";
    const ids = "X-GM-THRID 1278455344230334865 X-GM-MSGID 1278455344230334866";
    // Encoded as mailbox names are.
    const labels = 'X-GM-LABELS (\\\\Inbox \\\\Sent Important "Muy Importante" "&ZeVnLIqe-")';
    await using session = await scriptedSession(`${login(capabilities)}
      C~: (?<tag>\\S+) LIST .*
      S: * LIST () "/" INBOX
      S: $tag OK
      C~: (?<tag>\\S+) LSUB .*
      S: $tag OK
      ${select(1)}
      C~: (?<tag>\\S+) UID SEARCH .*
      S: * SEARCH 1
      S: $tag OK
      C~: (?<tag>\\S+) UID FETCH 1 .*X-GM-MSGID X-GM-THRID X-GM-LABELS.*
      S: * 1 FETCH (UID 1 ${ids} ${labels} RFC822.SIZE 9 FLAGS () ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL))
      S: $tag OK
      C~: (?<tag>\\S+) NOOP
      S: $tag OK
      C~: (?<tag>\\S+) UID SEARCH X-GM-RAW "has:attachment" X-GM-LABELS "&ZeVnLIqe-"
      S: * SEARCH 1
      S: $tag OK
      IGNORE:`);
    const { imap } = session;
    const [message] = await collect(imap.messages("INBOX"));
    expect(message).toMatchObject({
      emailId: "1278455344230334866",
      threadId: "1278455344230334865",
      labels: new Set(["\\Inbox", "\\Sent", "Important", "Muy Importante", "日本語"]),
    });
    expect(await imap.search("INBOX", { gmailRaw: "has:attachment", gmailLabel: "日本語" })).toEqual([1]);
  });
});
