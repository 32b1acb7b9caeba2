import { describe, expect, it } from "vitest";
import type { ImapClient as Imap } from "../../src/index.js";
import { login, scriptedSession, select } from "./scripted-session.js";

/** What a refusal without a code is about, the list of folders is asked. */
const UNLISTED = `
  C~: (?<tag>\\S+) LIST "" "?New"?
  S: $tag OK
`;

const create = (answer: string): string => `${login()}
  C~: (?<tag>\\S+) CREATE .*
  S: $tag ${answer}
  ${answer === "NO" ? UNLISTED : ""}
  IGNORE:`;

describe("a refusal", () => {
  it.each([
    ["NO [ALREADYEXISTS] Mailbox exists", "already-exists", false],
    ["NO [OVERQUOTA] Quota exceeded", "quota", false],
    ["NO [NONEXISTENT] No parent", "not-found", false],
    ["NO [TRYCREATE] No such mailbox", "not-found", false],
    ["NO [NOPERM] Permission denied", "permission", false],
    ["NO [CANNOT] Not that name", "rejected", false],
    ["NO [LIMIT] Too deep", "limit", false],
    ["NO [LIMIT] Too many requests, slow down", "throttled", true],
    ["NO [TOOBIG] Too large", "limit", false],
    ["NO [INUSE] Mailbox in use", "busy", true],
    ["NO [UNAVAILABLE] Backend down", "throttled", true],
    ["NO [THROTTLED] Later", "throttled", true],
    ["NO [SERVERBUG] Internal error", "rejected", false],
    ["NO [CLIENTBUG] Not now", "rejected", false],
    ["NO [MADE-UP] Whatever", "rejected", false],
    ["NO Mailbox already exists", "already-exists", false],
    ["NO Unknown Mailbox: x (Failure)", "not-found", false],
    ["NO Mailbox doesn't exist: x", "not-found", false],
    ["NO Account is over quota", "quota", false],
    ["NO Account exceeded bandwidth limits. (Failure)", "throttled", true],
    ["NO", "rejected", false],
    ["BAD Unknown command", "protocol", false],
  ])("of a change by %j is %s, with the server's own words", async (answer, code, retryable) => {
    await using session = await scriptedSession(create(answer));
    const error: unknown = await session.imap.createFolder("New").catch((thrown: unknown) => thrown);
    const [, name, text = ""] = /^(?:NO|BAD)(?: \[([^\]]+)\])? ?(.*)$/.exec(answer) ?? [];
    expect(error).toMatchObject({ code, retryable, phase: "create", server: { text } });
    if (name !== undefined) expect(error).toMatchObject({ server: { code: name } });
    expect(session.imap.stats()).toMatchObject({ open: 1, idle: 1 });
  });

  it.each([
    ["NO [SERVERBUG] Internal error", true],
    ["NO [EXPUNGEISSUED] Some of the messages are gone", true],
    ["NO [CANNOT] Never", false],
  ])("of reading by %j may be repeated: %s", async (answer, retryable) => {
    await using session = await scriptedSession(`${login()}${select(1)}
      C~: (?<tag>\\S+) UID FETCH .*
      S: $tag ${answer}
      IGNORE:`);
    await expect(session.imap.downloadMessage("INBOX", 1)).rejects.toMatchObject({ retryable });
  });
});

describe("answers that nobody asked for", () => {
  it("are neither taken for those asked for, nor in their way", async () => {
    await using session = await scriptedSession(`${login()}${select(3)}
      C~: (?<tag>\\S+) UID FETCH 2 .*
      S: * 9 FETCH (UID 99 RFC822.SIZE 1)
      S: * 1 FETCH (UID 0 RFC822.SIZE 1)
      S: * 1 FETCH (UID 4294967296 RFC822.SIZE 1)
      S: * 1 FETCH (FLAGS (\\\\Seen))
      S: * 0 EXPUNGE
      S: * 4294967295 EXPUNGE
      S: * 99999999999 EXISTS
      S: * 2 FETCH (UID 2 RFC822.SIZE 3)
      S: $tag OK
      C~: (?<tag>\\S+) UID FETCH 2 .*BODY\\.PEEK\\[\\].*
      S: * 1 FETCH (UID 99 BODY[]<0> "evil")
      S: * 2 FETCH (UID 2 BODY[]<0> "abc")
      S: $tag OK
    `);
    const { sizeBytes, content } = await session.imap.downloadMessage("INBOX", 2);
    expect(sizeBytes).toBe(3);
    expect(Buffer.concat(await content.toArray()).toString()).toBe("abc");
  });

  it("of a server that refers elsewhere are not followed", async () => {
    await using session = await scriptedSession(`
      S: * OK [CAPABILITY IMAP4rev1 LOGIN-REFERRALS] ready
      C~: (?<tag>\\S+) LOGIN .*
      S: $tag NO [REFERRAL imap://ada@198.51.100.1/] Go there
      IGNORE:
    `);
    const { error } = await session.imap.testConnection();
    expect(error).toMatchObject({ code: "authentication", retryable: false, server: { code: "REFERRAL" } });
    expect(session.server.connections).toHaveLength(1);
  });
});

describe("arguments with line ends, NUL or what becomes that", () => {
  it.each([
    ["a folder", (imap: Imap) => imap.status("a\r\nb")],
    ["a folder to move to", (imap: Imap) => imap.move("INBOX", 1, "x\n")],
    ["a new name", (imap: Imap) => imap.renameFolder("a", "b\0")],
    ["a search", (imap: Imap) => imap.search("INBOX", { subject: "x\r\nA1 LOGOUT" })],
    ["a text search", (imap: Imap) => imap.search("INBOX", 'SUBJECT "x\r\nA1 LOGOUT"')],
    ["a keyword", (imap: Imap) => imap.addFlags("INBOX", 1, ["x\r\ny"])],
    ["a header name", (imap: Imap) => imap.messages("INBOX", { headers: ["x\r\ny"], uids: [1] }).next()],
  ])("in %s reach no server", async (_what, call) => {
    await using session = await scriptedSession(`${login()}${select(1)}IGNORE:`);
    await expect(call(session.imap)).rejects.toMatchObject({ code: "invalid-argument" });
    expect(session.server.received.toString("latin1")).not.toMatch(/LOGOUT|\r\n[^ ]*y/);
  });

  it.each([
    ["clientInfo", { clientInfo: { name: "x\r\nA9 LOGOUT" } }],
    ["user", { credentials: { user: "x\r\nA9 LOGOUT", password: "p" } }],
    ["password", { credentials: { user: "ada", password: "p\r\nA9 LOGOUT" } }],
  ])("in %s end the connecting", async (_what, options) => {
    await using session = await scriptedSession(`${login("IMAP4rev1 ID")}IGNORE:`, {
      ...options,
      timeouts: { connectMs: 1_000 },
    });
    const { error } = await session.imap.testConnection();
    expect(error).toBeDefined();
    expect(session.server.received.toString("latin1")).not.toMatch(/\r\nA9/);
  });

  it("are not made of letters whose low byte is one", async () => {
    const tricky = "x\u760d\u760aA9 LOGOUT";
    await using session = await scriptedSession(`${login()}${select(1)}
      C~: (?<tag>\\S+) UID SEARCH .*
      S: + go
      C*:
      S: * SEARCH 1
      S: $tag OK
      IGNORE:`);
    expect(await session.imap.search("INBOX", { subject: tricky })).toEqual([1]);
    expect(session.server.received.toString("latin1")).not.toMatch(/\r\nA9/);
    expect(session.server.received.toString("utf8")).toContain(tricky);
  });
});
