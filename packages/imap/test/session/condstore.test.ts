import { describe, expect, it } from "vitest";
import { login, scriptedSession } from "../behaviour/scripted-session.js";

const opened = (command: string, answers = ""): string => `
  C~: (?<tag>\\S+) ${command}
  S: * 2 EXISTS
  S: * OK [UIDVALIDITY 7] ok
  S: * OK [UIDNEXT 3] ok
  S: * OK [HIGHESTMODSEQ 90] ok
  ${answers}
  S: $tag OK [READ-WRITE] open
`;
const found = `
  C~: (?<tag>\\S+) UID SEARCH .*
  S: * SEARCH 1 2
  S: $tag OK
`;

describe("a server with CONDSTORE and without ENABLE", () => {
  it("is asked for it with the mailbox", async () => {
    await using session = await scriptedSession(
      `${login("IMAP4rev1 CONDSTORE")}${opened('EXAMINE "?INBOX"? \\(CONDSTORE\\)')}${found}IGNORE:`,
    );
    expect(await session.imap.search("INBOX", {})).toEqual([1, 2]);
  });

  it("that refuses it there is asked without, and not again", async () => {
    await using session = await scriptedSession(
      `${login("IMAP4rev1 CONDSTORE")}
      C~: (?<tag>\\S+) EXAMINE "?INBOX"? \\(CONDSTORE\\)
      S: $tag BAD syntax error
      ${opened('EXAMINE "?INBOX"?')}${found}${opened('EXAMINE "?Sent"?')}${found}IGNORE:`,
    );
    expect(await session.imap.search("INBOX", {})).toEqual([1, 2]);
    expect(await session.imap.search("Sent", {})).toEqual([1, 2]);
  });
});

describe("a change under a condition", () => {
  it("that is refused names the messages that have changed: the others are done (RFC 7162)", async () => {
    await using session = await scriptedSession(
      `${login("IMAP4rev1 CONDSTORE")}${opened('SELECT "?INBOX"? \\(CONDSTORE\\)')}
      C~: (?<tag>\\S+) UID STORE 1:3 \\(UNCHANGEDSINCE 90\\) \\+FLAGS \\(\\\\Seen\\)
      S: * 1 FETCH (UID 1 MODSEQ (91))
      S: $tag NO [MODIFIED 2] Some of the messages no longer exist.
      C~: (?<tag>\\S+) UID FETCH 1:3 \\(UID FLAGS\\)
      S: * 1 FETCH (UID 1)
      S: * 2 FETCH (UID 2)
      S: $tag OK
      C~: (?<tag>\\S+) UID SEARCH UID 3
      S: * SEARCH
      S: $tag OK
      IGNORE:`,
    );
    const result = await session.imap.markAsRead("INBOX", [1, 2, 3], { unchangedSince: 90n });
    expect(result).toEqual({ updated: [1], conflicted: [2] });
  });
});
