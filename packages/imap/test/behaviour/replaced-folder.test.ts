import { describe, expect, it } from "vitest";
import { login, scriptedSession, select } from "./scripted-session.js";

const search = (uids: string): string => `
  C~: (?<tag>\\S+) UID SEARCH .*
  S: * SEARCH${uids}
  S: $tag OK
`;
const noop = (untagged: string): string => `
  C~: (?<tag>\\S+) NOOP
  ${untagged}
  S: $tag OK
`;
const replaced = `
  C~: (?<tag>\\S+) EXAMINE "?INBOX"?
  S: * 2 EXISTS
  S: * OK [UIDVALIDITY 8] another one
  S: * OK [UIDNEXT 3] ok
  S: $tag OK [READ-WRITE] open
`;

describe("a folder that others have replaced while it was open", () => {
  it.each([
    ["has lost every message, all of a sudden (Cyrus)", noop("S: * 1 EXPUNGE")],
    ["is complained about (Dovecot)", noop("S: * NO Internal error occurred.")],
  ])("is opened again when it %s", async (_what, answer) => {
    const script = login() + select(1) + search(" 1") + answer + replaced + search(" 1 2");
    await using session = await scriptedSession(`${script}IGNORE:`);
    expect(await session.imap.search("INBOX", {})).toEqual([1]);
    expect(await session.imap.search("INBOX", {})).toEqual([1, 2]);
  });

  it("is opened again rather than asked for news when it was empty", async () => {
    await using session = await scriptedSession(`${login() + select(0) + replaced + search(" 1 2")}IGNORE:`);
    expect(await session.imap.search("INBOX", {})).toEqual([]);
    expect(await session.imap.search("INBOX", {})).toEqual([1, 2]);
  });

  it("is opened again before its STATUS is told", async () => {
    const status = `
      C~: (?<tag>\\S+) STATUS "?INBOX"? .*
      S: * STATUS INBOX (MESSAGES 2 UIDVALIDITY 8)
      S: $tag OK
    `;
    await using session = await scriptedSession(
      `${login() + select(1) + search(" 1") + replaced + status}IGNORE:`,
    );
    expect(await session.imap.search("INBOX", {})).toEqual([1]);
    expect(await session.imap.uidValidity("INBOX")).toBe(8);
  });

  it("costs an open folder that is as it was one NOOP and no more", async () => {
    const script = login() + select(1) + search(" 1") + noop("S: * OK still here") + search(" 1");
    await using session = await scriptedSession(`${script}IGNORE:`);
    expect(await session.imap.search("INBOX", {})).toEqual([1]);
    expect(await session.imap.search("INBOX", {})).toEqual([1]);
  });
});
