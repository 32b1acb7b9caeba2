import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { ImapClient } from "../../src/index.js";
import { collect, imapFixture } from "../support/imap-fixture.js";
import { mixedMessage, plainMessage } from "../support/mime-samples.js";

describe("downloadAttachment", () => {
  it("decodes an attachment of several windows", async () => {
    await using fixture = await imapFixture({ messages: [mixedMessage(7, 2_000_000)] });
    const [message] = await collect(fixture.imap.messages("INBOX"));
    const part = message?.attachments[0]?.part ?? "";
    const download = await fixture.imap.downloadAttachment("INBOX", 1, part);
    expect(download).toMatchObject({ contentType: "application/pdf", filename: "Übersicht 7.pdf" });
    const bytes = Buffer.concat(await collect(download.content));
    expect(bytes.equals(Buffer.alloc(2_000_000, 7))).toBe(true);
  });

  it("decodes what is uuencoded", async () => {
    const source = [
      "Content-Type: image/png; name=cat.png",
      "Content-Transfer-Encoding: x-uuencode",
      "Content-Disposition: attachment",
      "",
      "begin 644 cat.png",
      "#0V%T",
      "`",
      "end",
      "",
    ].join("\r\n");
    await using fixture = await imapFixture({ messages: [source] });
    const { content } = await fixture.imap.downloadAttachment("INBOX", 1, "1");
    expect(Buffer.concat(await collect(content)).toString()).toBe("Cat");
  });

  it("holds no connection while nobody reads, and stops when destroyed", async () => {
    await using fixture = await imapFixture({
      messages: [mixedMessage(7, 9_000_000)],
      client: { pool: { maxPerKey: 1 } },
    });
    const { imap } = fixture;
    const { content } = await imap.downloadAttachment("INBOX", 1, "2");
    await once(content, "readable");
    expect(await imap.search("INBOX", {})).toEqual([1]);
    content.destroy();
    await once(content, "close");
    expect(await imap.search("INBOX", {})).toEqual([1]);
    expect(imap.traffic().receivedBytes).toBeLessThan(6_000_000);
  });

  it("says when there is no such message or part", async () => {
    await using fixture = await imapFixture({ messages: [plainMessage("x")] });
    await expect(fixture.imap.downloadAttachment("INBOX", 1, "7")).rejects.toMatchObject({
      code: "not-found",
    });
    await expect(fixture.imap.downloadAttachment("INBOX", 2, "1")).rejects.toMatchObject({
      code: "not-found",
    });
    await expect(fixture.imap.downloadMessage("INBOX", 2)).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("messages", () => {
  it("lets other commands run inside the loop with a single connection", async () => {
    await using fixture = await imapFixture({
      messages: [1, 2, 3, 4].map((n) => mixedMessage(n)),
      client: { pool: { maxPerKey: 1 }, limits: { maxBatchMessages: 2 } },
    });
    const { imap } = fixture;
    for await (const message of imap.messages("INBOX", { body: "text" })) {
      await imap.markAsRead("INBOX", message.uid);
      for await (const other of imap.messages("INBOX", { uids: [message.uid] }))
        expect(other.isRead).toBe(true);
    }
    expect(await imap.search("INBOX", { seen: true })).toEqual([1, 2, 3, 4]);
  });

  it("stops the download when the loop is left", async () => {
    await using fixture = await imapFixture({
      messages: [1, 2, 3, 4, 5, 6].map((n) => mixedMessage(n, 1_000_000)),
      client: { limits: { maxBatchBytes: 1_000_000 } },
    });
    const { imap } = fixture;
    for await (const message of imap.messages("INBOX", { body: "full" })) if (message.uid === 1) break;
    expect(await imap.search("INBOX", {})).toHaveLength(6);
    expect(imap.traffic().receivedBytes).toBeLessThan(4_500_000);
    expect(imap.stats()).toMatchObject({ leased: 0 });
  });

  it("holds nothing for an iterator that is abandoned", async () => {
    await using fixture = await imapFixture({
      messages: [1, 2, 3].map((n) => mixedMessage(n)),
      client: { pool: { maxPerKey: 1 }, limits: { maxBatchMessages: 1 } },
    });
    const { imap } = fixture;
    await imap.messages("INBOX", { body: "text" }).next();
    await expect.poll(() => imap.stats().leased).toBe(0);
    expect(await imap.search("INBOX", {})).toEqual([1, 2, 3]);
  });

  it("rejects at once when aborted", async () => {
    await using fixture = await imapFixture({ messages: [1, 2, 3].map((n) => mixedMessage(n)) });
    const abort = new AbortController();
    const iterator = fixture.imap.messages("INBOX", { signal: abort.signal, body: "full" });
    abort.abort();
    await expect(iterator.next()).rejects.toMatchObject({ code: "aborted" });
  });

  it("cuts what is over the limits and says so", async () => {
    await using fixture = await imapFixture({
      messages: [plainMessage("long", "x".repeat(9_000)), plainMessage("short")],
      client: { limits: { maxTextBytes: 1_000, maxMessageBytes: 2_000 } },
    });
    const texts = await collect(fixture.imap.messages("INBOX", { body: "text" }));
    expect(texts.map(({ text, incomplete }) => [text?.length, incomplete?.code])).toEqual([
      [1_000, "limit"],
      [7, undefined],
    ]);
    const full = await collect(fixture.imap.messages("INBOX", { body: "full" }));
    expect(full.map(({ source, incomplete }) => [source === undefined, incomplete?.code])).toEqual([
      [true, "limit"],
      [false, undefined],
    ]);
  });

  it.each(["8bit", "quoted-printable", "base64"])(
    "cuts text in %s at any octet without spoiling what comes before",
    async (encoding) => {
      const text = "Größe 日本 😀 ".repeat(4);
      const body = Buffer.from(text);
      const encoded =
        encoding === "base64"
          ? body.toString("base64")
          : encoding === "8bit"
            ? text
            : [...body].map((byte) => `=${byte.toString(16).toUpperCase()}`).join("");
      const source = `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${encoded}`;
      await using fixture = await imapFixture({ messages: [source] });
      const { mail } = fixture;
      for (let maxTextBytes = 60; maxTextBytes < 72; maxTextBytes++) {
        await using imap = new ImapClient({
          server: { host: "127.0.0.1", port: mail.imap.port, security: "none" },
          credentials: { user: "ada", password: "correct horse" },
          limits: { maxTextBytes },
        });
        const [message] = await collect(imap.messages("INBOX", { body: "text" }));
        expect(message?.incomplete?.code).toBe("limit");
        expect(message?.text?.length).toBeGreaterThan(8);
        expect(text.startsWith(message?.text ?? "-")).toBe(true);
      }
    },
  );
});
