import { describe, expect, it } from "vitest";
import { toHtmlPreview, toPreview } from "../../src/fetch/preview-text.js";
import { login, scriptedSession, select } from "../behaviour/scripted-session.js";
import { collect, imapFixture } from "../support/imap-fixture.js";
import { mixedMessage, plainMessage } from "../support/mime-samples.js";

describe("previews", () => {
  it.each(["none", "text", "full"] as const)("are made from the text with body: %s", async (body) => {
    const html =
      "Content-Type: text/html; charset=utf-8\r\n\r\n<style>p{}</style><p>Gr&uuml;&szlig;e&nbsp;&amp; &#x41;<br>";
    const nothing = "Content-Type: application/pdf\r\n\r\noctets";
    await using fixture = await imapFixture({
      messages: [mixedMessage(1), plainMessage("b"), html, nothing],
      server: { disable: ["PREVIEW"] },
    });
    const messages = await collect(fixture.imap.messages("INBOX", { body, preview: true }));
    const read = await collect(fixture.imap.messages("INBOX", { body: "text" }));
    const [mixed, plain, marked, empty] = messages.map(({ preview }) => preview);
    expect(mixed).toBe(toPreview(read[0]?.text ?? ""));
    expect(mixed).not.toBe("");
    expect([plain, marked, empty]).toEqual([toPreview(read[1]?.text ?? ""), "Gr&uuml;&szlig;e & A", ""]);
    for (const { text, incomplete } of body === "none" ? messages : [])
      expect([text, incomplete]).toEqual([undefined, undefined]);
  });

  it("are the same from a server with PREVIEW", async () => {
    await using fixture = await imapFixture({ messages: [mixedMessage(1), plainMessage("b")] });
    const messages = await collect(fixture.imap.messages("INBOX", { preview: true }));
    const read = await collect(fixture.imap.messages("INBOX", { body: "text" }));
    const expected = read.map(({ text = "" }) => toPreview(text));
    expect(messages.map(({ preview }) => preview)).toEqual(expected);
  });

  it("are not there unless they are asked for", async () => {
    await using fixture = await imapFixture({ messages: [plainMessage("b")] });
    expect((await fixture.imap.message("INBOX", 1))?.preview).toBeUndefined();
  });

  it("are the server's where it has PREVIEW, and made where it has none of a message", async () => {
    const row = (uid: number, preview: string): string =>
      `S: * ${uid} FETCH (UID ${uid} FLAGS () RFC822.SIZE 9 ENVELOPE (NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL) BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" 5 1) PREVIEW ${preview})`;
    await using session = await scriptedSession(`
      ${login("IMAP4rev1 PREVIEW")}
      C~: (?<tag>\\S+) LIST .*
      S: $tag OK
      C~: (?<tag>\\S+) LSUB .*
      S: $tag OK
      ${select(3)}
      C~: (?<tag>\\S+) UID SEARCH .*
      S: * SEARCH 1 2 3
      S: $tag OK
      C~: (?<tag>\\S+) UID FETCH 1:3 .* PREVIEW .*
      ${row(1, '"One  line"')}
      ${row(2, '(FUZZY "by Dovecot")')}
      ${row(3, "NIL")}
      S: $tag OK
      C~: (?<tag>\\S+) UID FETCH 3 \\(UID BODY.PEEK\\[1\\]\\)
      S: * 3 FETCH (UID 3 BODY[1] "three")
      S: $tag OK
      IGNORE:`);
    const messages = await collect(session.imap.messages("INBOX", { preview: true }));
    expect(messages.map(({ preview }) => preview)).toEqual(["One line", "by Dovecot", "three"]);
  });

  it("hold 200 characters on one line, and nothing that is not seen", () => {
    expect(toPreview(" a\r\n\tb\u200b\u00adc ")).toBe("a b c");
    expect(Array.from(toPreview("🙂".repeat(300)))).toHaveLength(200);
    expect(
      toHtmlPreview(
        "<!-- x > y --><title>T</title>a<b>b</b><script>if (a<b)</script>&lt;c&gt; &bogus; &#0;<unclosed",
      ),
    ).toBe("a b <c> &bogus; &#0;");
    expect(toHtmlPreview("<style>".repeat(50_000))).toBe("");
  });
});
