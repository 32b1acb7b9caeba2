import { describe, expect, it } from "vitest";
import { collect, imapFixture } from "../support/imap-fixture.js";
import { forwardOf, mixedMessage, plainMessage } from "../support/mime-samples.js";

describe("structures of messages", () => {
  it("come with what holds the parts, and without a byte of them", async () => {
    const asked: string[] = [];
    await using fixture = await imapFixture({
      messages: [mixedMessage(1, 200_000)],
      server: {
        answer({ name, arguments: rest }) {
          asked.push(`${name} ${rest}`);
        },
      },
    });
    const { imap } = fixture;
    const found = await imap.message("INBOX", 1, { structure: true });
    expect(found?.structure).toMatchObject({
      path: "",
      contentType: "multipart/mixed",
      parameters: new Map([["boundary", "outer"]]),
      children: [
        { path: "1", contentType: "multipart/alternative", children: [{ path: "1.1" }, { path: "1.2" }] },
        { path: "2", filename: "Übersicht 1.pdf", disposition: "attachment", transferEncoding: "base64" },
      ],
    });
    expect(found?.incomplete).toBeUndefined();
    expect(asked.some((line) => line.includes("BODYSTRUCTURE"))).toBe(true);
    expect(asked.filter((line) => /BODY(?:\.PEEK)?\[(?!HEADER)/.test(line))).toEqual([]);
    expect(imap.traffic().receivedBytes).toBeLessThan(20_000);
  });

  it("are not there where nobody asks for them", async () => {
    await using fixture = await imapFixture({ messages: [mixedMessage(1)] });
    const [found] = await collect(fixture.imap.messages("INBOX", { body: "text" }));
    expect(found?.structure).toBeUndefined();
    expect(found?.text).toBe("Schön, Nummer 1");
  });

  it.each(["none", "text", "full"] as const)("come beside bodies: %s", async (body) => {
    await using fixture = await imapFixture({ messages: [mixedMessage(1), plainMessage("two")] });
    const messages = await collect(fixture.imap.messages("INBOX", { body, structure: true }));
    expect(messages.map(({ structure }) => structure?.contentType)).toEqual([
      "multipart/mixed",
      "text/plain",
    ]);
    expect(JSON.parse(JSON.stringify(messages))).toMatchObject([
      { structure: { parameters: { boundary: "outer" } } },
      { structure: { path: "1" } },
    ]);
  });

  it("name the parts of a forwarded message, which can be downloaded", async () => {
    await using fixture = await imapFixture({ messages: [forwardOf(mixedMessage(7))] });
    const { imap } = fixture;
    const found = await imap.message("INBOX", 1, { structure: true });
    const inner = found?.structure?.children[1]?.message;
    expect(inner).toMatchObject({ subject: "Grüße 7", structure: { path: "2.TEXT" } });
    const [texts, file] = inner?.structure.children ?? [];
    expect([texts?.path, file?.path]).toEqual(["2.1", "2.2"]);
    const { content, filename } = await imap.downloadAttachment("INBOX", 1, file?.path ?? "");
    expect(filename).toBe("Übersicht 7.pdf");
    expect(Buffer.concat(await collect(content)).equals(Buffer.alloc(3_000, 7))).toBe(true);
    for (const path of ["", "2.TEXT", "2.1", "2.3"])
      await expect(imap.downloadAttachment("INBOX", 1, path)).rejects.toMatchObject({ code: "not-found" });
  });

  it("are missing by name where the server keeps them back, and cut by name where they have no end", async () => {
    const parts = Array.from({ length: 10_001 }, () => "--b\r\n\r\nx\r\n").join("");
    const endless = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${parts}--b--\r\n`;
    await using fixture = await imapFixture({
      messages: [plainMessage("one"), endless],
      server: {
        answer: ({ name, arguments: rest }) =>
          name === "UID FETCH" && rest.startsWith("1 ") && rest.includes("BODYSTRUCTURE")
            ? "NO [CANNOT] No"
            : undefined,
      },
      client: { limits: { maxLineBytes: 4 * 1024 * 1024 } },
    });
    const { imap } = fixture;
    const kept = await imap.message("INBOX", 1, { structure: true });
    expect([kept?.structure, kept?.incomplete?.code]).toEqual([undefined, "protocol"]);
    const cut = await imap.message("INBOX", 2, { structure: true });
    expect([cut?.structure?.children.length, cut?.incomplete?.code]).toEqual([9_999, "limit"]);
    expect((await imap.message("INBOX", 2))?.incomplete).toBeUndefined();
  });
});
