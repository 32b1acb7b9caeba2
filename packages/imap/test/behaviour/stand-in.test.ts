import { describe, expect, it } from "vitest";
import { collect } from "../support/imap-fixture.js";
import { listing, literal, login, scriptedSession, select } from "./scripted-session.js";

const TEXT = "This message is no longer available on the server.\\r\\n";
const SOURCE = `From: System Administrator <root@localhost>\\r\\nSubject: message unavailable\\r\\n\\r\\n${TEXT}`;
const LEAF = '("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1)';
const ROOT = '(("System Administrator" NIL "root" "localhost"))';
const row = (uid: number, subject: string, from = "NIL"): string =>
  `S: * ${uid} FETCH (UID ${uid} RFC822.SIZE 5 BODYSTRUCTURE ${LEAF} ENVELOPE (NIL "${subject}" ${from} NIL NIL NIL NIL NIL NIL NIL))`;
const heads = (second: string): string => `
  ${listing(2)}
  C~: (?<tag>\\S+) UID FETCH 1:2 .*ENVELOPE.*
  ${row(1, "one")}
  ${second}
  S: $tag OK
`;
const look = (found: string): string => `
  C~: (?<tag>\\S+) NOOP
  S: * 2 EXPUNGE
  S: $tag OK
  C~: (?<tag>\\S+) UID SEARCH UID 2
  S: * SEARCH${found}
  S: $tag OK
`;

describe("a message that Courier makes up for one that is gone", () => {
  it("is not handed out", async () => {
    await using session = await scriptedSession(heads(row(2, "message unavailable", ROOT)) + look(""));
    expect((await collect(session.imap.messages("INBOX"))).map(({ uid }) => uid)).toEqual([1]);
  });

  it("is one, when the server says so after a look", async () => {
    await using session = await scriptedSession(heads(row(2, "message unavailable", ROOT)) + look(" 2"));
    expect((await collect(session.imap.messages("INBOX"))).map(({ uid }) => uid)).toEqual([1, 2]);
  });

  it.each([
    ["text", "BODY[1]", TEXT],
    ["full", "BODY[]", SOURCE],
  ] as const)("gives no body: %s", async (body, item, content) => {
    await using session = await scriptedSession(`${heads(row(2, "two"))}
      C~: (?<tag>\\S+) UID FETCH 1:2 .*
      S: * 1 FETCH (UID 1 ${item} "Hello")
      S: * 2 FETCH (UID 2 ${item} ${literal(content)})
      S: $tag OK
      ${look("")}
      C~: (?<tag>\\S+) UID SEARCH UID 2
      S: * SEARCH
      S: $tag OK
    `);
    const messages = await collect(session.imap.messages("INBOX", { body }));
    expect(messages.map(({ incomplete }) => incomplete?.code)).toEqual([undefined, "not-found"]);
    expect([messages[1]?.text, messages[1]?.source]).toEqual([undefined, undefined]);
  });

  it("ends a download that began with the real one, with an error", async () => {
    const first = "x".repeat(262_144);
    await using session = await scriptedSession(`
      ${login()}
      ${select(2)}
      C~: (?<tag>\\S+) UID FETCH 2 \\(UID RFC822.SIZE\\)
      S: * 2 FETCH (UID 2 RFC822.SIZE 300000)
      S: $tag OK
      C~: (?<tag>\\S+) UID FETCH 2 .*<0\\..*
      S: * 2 FETCH (UID 2 BODY[]<0> {262144}\\r\\n${first})
      S: $tag OK
      C~: (?<tag>\\S+) UID FETCH 2 .*<262144\\..*
      S: * 2 FETCH (UID 2 BODY[]<262144> {0}\\r\\n)
      S: $tag OK
      ${look("")}
    `);
    const { content } = await session.imap.downloadMessage("INBOX", 2);
    await expect(collect(content)).rejects.toMatchObject({ code: "not-found" });
  });
});
