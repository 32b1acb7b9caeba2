import { describe, expect, it } from "vitest";
import type { ImapClient } from "../../src/index.js";
import { login, scriptedSession, select } from "../behaviour/scripted-session.js";

const LEAF = '("TEXT" "PLAIN" NIL NIL NIL "7BIT" 10 1)';

/** A session that has INBOX open and is asked for a part that is said to have ten octets. */
function opened(structure: string, ...answers: readonly string[]): string {
  const windows = answers.map(
    (answer) => `
    ${answer === there ? "" : "C~: (?<tag>\\S+) UID FETCH 3 .*"}
    ${answer}
    S: $tag OK
  `,
  );
  return `
    ${login()}
    ${select(3)}
    C~: (?<tag>\\S+) UID FETCH 3 \\(UID BODYSTRUCTURE\\)
    S: * 3 FETCH (UID 3 BODYSTRUCTURE ${structure})
    S: $tag OK
    ${windows.join("")}
    IGNORE:
  `;
}

/** Where a body ends before its announced end, the client makes sure that the message is still there. */
const there = `
  C~: (?<tag>\\S+) NOOP
  S: $tag OK
  C~: (?<tag>\\S+) UID SEARCH UID 3
  S: * SEARCH 3`;

async function download(imap: ImapClient, part = "1"): Promise<string> {
  const { content } = await imap.downloadAttachment("INBOX", 3, part);
  let text = "";
  for await (const chunk of content) text += String(chunk);
  return text;
}

describe("a body that comes in an odd way", () => {
  it("is over where the server says NIL behind the end of what it announced too large", async () => {
    const answers = ['S: * 3 FETCH (UID 3 BODY[1]<0> "hello")', "S: * 3 FETCH (UID 3 BODY[1]<5> NIL)", there];
    await using session = await scriptedSession(opened(LEAF, ...answers));
    expect(await download(session.imap)).toBe("hello");
  });

  it("is over where the server leaves the value out (Yandex)", async () => {
    const answers = ['S: * 3 FETCH (UID 3 BODY[1]<0> "hello")', "S: * 3 FETCH (UID 3 BODY[1]<5> )", there];
    await using session = await scriptedSession(opened(LEAF, ...answers));
    expect(await download(session.imap)).toBe("hello");
  });

  it("is empty, not gone, where an empty part has no value", async () => {
    const empty = LEAF.replace(" 10 ", " 0 ");
    await using session = await scriptedSession(opened(empty, "S: * 3 FETCH (UID 3 BODY[1] )"));
    expect(await download(session.imap)).toBe("");
  });

  it("is an error, not an empty file, where octets were announced and none came", async () => {
    const parts = `(${LEAF}${LEAF} "MIXED")`;
    await using session = await scriptedSession(opened(parts, "S: * 3 FETCH (UID 3 BODY[2]<0> NIL)"));
    await expect(download(session.imap, "2")).rejects.toMatchObject({
      code: "protocol",
      message: "The server announced 10 octets of part 2 of message 3 and gave none",
    });
  });

  it("is read as the text of the message where the only part of it is empty (Courier)", async () => {
    const answers = [
      "S: * 3 FETCH (UID 3 BODY[1]<0> {0}\\r\\n)",
      'S: * 3 FETCH (UID 3 BODY[TEXT]<0> "all of it!")',
    ];
    await using session = await scriptedSession(opened(LEAF, ...answers));
    expect(await download(session.imap)).toBe("all of it!");
  });

  it("is not the text of the whole message where it is one of several parts", async () => {
    const parts = `(${LEAF}${LEAF} "MIXED")`;
    await using session = await scriptedSession(opened(parts, "S: * 3 FETCH (UID 3 BODY[1]<0> NIL)"));
    await expect(download(session.imap)).rejects.toMatchObject({ code: "protocol" });
  });

  it("comes once from a server that ignores windows, whatever size it announced", async () => {
    const whole = 'S: * 3 FETCH (UID 3 BODY[1] "hello")';
    await using session = await scriptedSession(opened(LEAF, whole, whole, there));
    expect(await download(session.imap)).toBe("hello");
  });

  it("comes once from a server that ignores windows and has more than one of them", async () => {
    const size = 300_000;
    const whole = `S: * 3 FETCH (UID 3 BODY[1] {${size}}\\r\\n${"x".repeat(size)})`;
    await using session = await scriptedSession(opened(LEAF.replace(" 10 ", ` ${size} `), whole));
    expect((await download(session.imap)).length).toBe(size);
  });

  it("is an error where another piece came than was asked for", async () => {
    const answer = 'S: * 3 FETCH (UID 3 BODY[1]<7> "hello")';
    await using session = await scriptedSession(opened(LEAF, answer));
    await expect(download(session.imap)).rejects.toMatchObject({ code: "protocol" });
  });

  it("is not-found only where the message is gone, and kept back where it is there", async () => {
    const search = (found: string) => `
      S: $tag OK
      C~: (?<tag>\\S+) UID SEARCH UID 3
      S: * SEARCH${found}
    `;
    await using gone = await scriptedSession(opened(LEAF, search("")));
    await expect(download(gone.imap)).rejects.toMatchObject({ code: "not-found" });
    await using there = await scriptedSession(opened(LEAF, search(" 3")));
    await expect(download(there.imap)).rejects.toMatchObject({ code: "protocol" });
  });
});
