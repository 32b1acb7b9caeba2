import { generateKeyPairSync } from "node:crypto";
import { Readable } from "node:stream";
import { decodeHeaderText } from "@mailwright/mime";
import { describe, expect, test } from "vitest";
import { InvalidMessageError, type OutgoingMessage, renderMessage } from "../../src/index.js";

const GOOD: OutgoingMessage = {
  from: { name: "Ada Lovelace", address: "ada@example.com" },
  to: ["bob@example.org"],
  subject: "Hello",
  text: "Hi Bob\n",
  date: new Date("2026-01-02T03:04:05Z"),
  messageId: "<fixed@example.com>",
};

async function textOf(change: Partial<OutgoingMessage>): Promise<string> {
  return (await renderMessage({ ...GOOD, ...change })).bytes.toString("utf8");
}

/** The value of a header field, unfolded. */
function field(message: string, name: string): string | undefined {
  const head = message.slice(0, message.indexOf("\r\n\r\n")).replace(/\r\n[ \t]+/g, " ");
  return new RegExp(`^${name}: (.*)$`, "im").exec(head)?.[1]?.trim();
}

describe("renderMessage", () => {
  test("writes the fields and the text, with CRLF throughout", async () => {
    const text = await textOf({
      cc: [{ name: "Carol, C.", address: "carol@example.org" }],
      sender: "sec@example.com",
      replyTo: "reply@example.com",
      inReplyTo: "<a@example.org>",
      references: ["<a@example.org>", "<b@example.org>"],
      headers: { "X-Campaign": "Frühling", "X-Many": ["1", "2"] },
      priority: "high",
    });
    expect(field(text, "From")).toBe("Ada Lovelace <ada@example.com>");
    expect(field(text, "Sender")).toBe("sec@example.com");
    expect(field(text, "To")).toBe("bob@example.org");
    expect(field(text, "Cc")).toBe('"Carol, C." <carol@example.org>');
    expect(field(text, "Reply-To")).toBe("reply@example.com");
    expect(field(text, "Subject")).toBe("Hello");
    expect(field(text, "Message-ID")).toBe("<fixed@example.com>");
    expect(field(text, "In-Reply-To")).toBe("<a@example.org>");
    expect(field(text, "References")).toBe("<a@example.org> <b@example.org>");
    expect(field(text, "Date")).toBe("Fri, 2 Jan 2026 03:04:05 +0000");
    expect(field(text, "X-Campaign")).toBe("=?utf-8?q?Fr=C3=BChling?=");
    expect(text.match(/^X-Many: /gm)).toHaveLength(2);
    expect(field(text, "Importance")).toBe("High");
    expect(text).toMatch(/\r\n\r\nHi Bob\r\n$/);
    expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  });

  test("repeats ids of other people's messages as they are, without an @ and with blanks in them", async () => {
    const ids = ["<no-at-sign>", "<two words@example.org>", "<a@example.org>"];
    const text = await textOf({ inReplyTo: "<two words@example.org>", references: ids });
    expect(field(text, "In-Reply-To")).toBe("<two words@example.org>");
    expect(field(text, "References")).toBe(ids.join(" "));
  });

  test("folds a long subject, also one without a space, and it can be read again", async () => {
    for (const subject of ["x".repeat(998), `${"x".repeat(950)} and`, "word ".repeat(199)]) {
      const text = await textOf({ subject });
      expect(text.split("\r\n").every((line) => line.length <= 998)).toBe(true);
      expect(decodeHeaderText(field(text, "Subject") ?? "").trimEnd()).toBe(subject.trimEnd());
    }
  });

  test("is the same, byte for byte, when rendered again with the same id and date", async () => {
    const html = "<p>Hi</p>";
    expect(await textOf({ html })).toBe(await textOf({ html }));
    expect(await textOf({ html })).not.toContain(`fixed@example.com"`);
  });

  test("names Bcc recipients in the envelope only, and each recipient once", async () => {
    const rendered = await renderMessage({
      ...GOOD,
      cc: "Bob@example.org",
      bcc: ["dave@example.org", "bob@EXAMPLE.org"],
    });
    expect(rendered.recipients).toEqual(["bob@example.org", "Bob@example.org", "dave@example.org"]);
    expect(rendered.bytes.toString()).not.toMatch(/bcc|dave/i);
  });

  test("sends bounces to the sender, or where the envelope says", async () => {
    expect((await renderMessage(GOOD)).from).toBe("ada@example.com");
    expect((await renderMessage({ ...GOOD, sender: "sec@example.com" })).from).toBe("sec@example.com");
    expect((await renderMessage({ ...GOOD, envelope: { from: "" } })).from).toBe("");
    const verp = await renderMessage({
      ...GOOD,
      envelope: { from: "bounce+bob@example.com", to: ["x@example.org"] },
    });
    expect(verp).toMatchObject({ from: "bounce+bob@example.com", recipients: ["x@example.org"] });
  });

  test("nests text, HTML, inline images, attachments and an invitation", async () => {
    const text = await textOf({
      html: '<p>Hi <img src="cid:logo@x"></p>',
      attachments: [
        { filename: "logo.png", contentType: "image/png", content: Buffer.from([1, 2, 3]), cid: "logo@x" },
        { filename: 'naïve "plan".txt', contentType: "text/plain", content: Readable.from(["str", "eam"]) },
        { filename: "b.bin", contentType: "application/octet-stream", content: "AAEC", encoding: "base64" },
      ],
      calendar: { content: "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR", method: "REQUEST" },
      alternatives: [{ contentType: "text/x-web", content: "web" }],
    });
    const types = [...text.matchAll(/^Content-Type: ([^;\r\n]+)/gm)].map(([, type]) => type);
    expect(types).toEqual(
      expect.arrayContaining([
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "multipart/related",
        "image/png",
        "text/calendar",
        "application/ics",
        "application/octet-stream",
        "text/x-web",
      ]),
    );
    expect(text).toContain("Content-ID: <logo@x>");
    expect(text).toMatch(/Content-Disposition: inline; filename=logo\.png/);
    expect(text).toContain("\r\n\r\nAQID\r\n");
    expect(text).toContain("\r\n\r\nc3RyZWFt\r\n");
    expect(text).toContain("\r\n\r\nAAEC\r\n");
    expect(text).toContain("method=REQUEST");
    expect(text).toMatch(/filename\*=utf-8''na%C3%AFve/);
  });

  test("writes List fields with one-click unsubscription", async () => {
    const text = await textOf({
      list: {
        unsubscribe: ["https://example.com/u?x=1", "mailto:u@example.com"],
        oneClick: true,
        id: "news.example.com",
      },
    });
    expect(field(text, "List-Unsubscribe")).toBe("<https://example.com/u?x=1>, <mailto:u@example.com>");
    expect(field(text, "List-Unsubscribe-Post")).toBe("List-Unsubscribe=One-Click");
    expect(field(text, "List-ID")).toBe("<news.example.com>");
  });

  test("signs the bytes that are sent (DKIM)", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const text = await textOf({
      dkim: { keys: { domainName: "example.com", keySelector: "s1", privateKey: pem } },
    });
    expect(field(text, "DKIM-Signature")).toMatch(
      /v=1; a=rsa-sha256; c=relaxed\/relaxed; d=example\.com;.* s=s1;.* bh=/,
    );
    await expect(
      textOf({ dkim: { keys: { domainName: "example.com", keySelector: "s1", privateKey: "nonsense" } } }),
    ).rejects.toMatchObject({ code: "invalid-argument" });
  });

  test("makes an id in the sender's domain, the same for the same key", async () => {
    const { messageId: _, ...message } = GOOD;
    const idOf = async (idempotencyKey?: string): Promise<string> =>
      (await renderMessage(message, { idempotencyKey })).messageId;
    expect(await idOf()).toMatch(/^<[0-9a-f-]{36}@example\.com>$/);
    expect(await idOf()).not.toBe(await idOf());
    expect(await idOf("order-1")).toBe(await idOf("order-1"));
    expect(await idOf("order-1")).not.toBe(await idOf("order-2"));
  });

  test("sends a finished message as it is, and gives it an id when it has none", async () => {
    const raw = "From: ada@example.com\nMessage-ID: <own@example.com>\nSubject: Raw\n\nbody";
    const message: OutgoingMessage = { from: "ada@example.com", to: "bob@example.org", raw };
    const rendered = await renderMessage(message);
    expect(rendered.messageId).toBe("<own@example.com>");
    expect(rendered.bytes.toString()).toBe(`${raw.replaceAll("\n", "\r\n")}\r\n`);
    const without = await renderMessage({ ...message, raw: "Subject: Raw\r\n\r\nbody\r\n" });
    expect(without.bytes.toString()).toBe(`Message-ID: ${without.messageId}\r\nSubject: Raw\r\n\r\nbody\r\n`);
  });

  test("refuses what validation refuses, with every problem", async () => {
    const refusal = renderMessage({ ...GOOD, to: "x", subject: "" });
    await expect(refusal).rejects.toBeInstanceOf(InvalidMessageError);
    await expect(refusal).rejects.toMatchObject({
      code: "invalid-argument",
      problems: [{ path: "to" }, { path: "subject" }],
    });
  });

  test("stops reading a stream that gives too much, and destroys it", async () => {
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(1024));
      },
    });
    const attachments = [{ filename: "x", contentType: "a/b", content: endless }];
    const refusal = renderMessage({ ...GOOD, attachments }, { limits: { maxAttachmentBytes: 10_000 } });
    await expect(refusal).rejects.toMatchObject({
      problems: [{ path: "attachments[0].content", code: "too-large" }],
    });
    expect(endless.destroyed).toBe(true);
  });

  test("says which source failed", async () => {
    const failing = Readable.from(
      (async function* () {
        yield "some";
        throw new Error("disk on fire");
      })(),
    );
    const attachments = [{ filename: "x", contentType: "a/b", content: failing }];
    await expect(renderMessage({ ...GOOD, attachments })).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining("attachments[0].content failed: disk on fire"),
    });
  });

  test("gives up on a source that says nothing when the caller does", async () => {
    const silent = new Readable({ read() {} });
    const attachments = [{ filename: "x", contentType: "a/b", content: silent }];
    const signal = AbortSignal.timeout(20);
    await expect(renderMessage({ ...GOOD, attachments }, { signal })).rejects.toMatchObject({
      code: "aborted",
    });
    expect(silent.destroyed).toBe(true);
  });

  test("does not change the message that it was given", async () => {
    const message = {
      ...GOOD,
      html: "<p>x</p>",
      attachments: [{ filename: "a", contentType: "text/plain", content: "x", headers: { "X-A": "b" } }],
    };
    const before = structuredClone(message);
    await renderMessage(message);
    expect(message).toEqual(before);
  });
});
