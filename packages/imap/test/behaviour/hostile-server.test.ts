import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { ImapClient, type ImapClientOptions } from "../../src/index.js";
import { login, scriptedSession, select } from "./scripted-session.js";

describe("a server before the login", () => {
  it.each([
    ["is stripped of STARTTLS", "S: * OK [CAPABILITY IMAP4rev1] hi\nIGNORE:", "tls"],
    [
      "refuses STARTTLS",
      "S: * OK [CAPABILITY IMAP4rev1 STARTTLS] hi\nC~: (?<tag>\\S+) STARTTLS\nS: $tag NO\nIGNORE:",
      "tls",
    ],
    [
      "says PREAUTH",
      "S: * PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hi ada\nC~: (?<tag>\\S+) STARTTLS\nS: $tag BAD not now\nIGNORE:",
      "tls",
    ],
    [
      "injects an answer behind STARTTLS",
      "S: * OK [CAPABILITY IMAP4rev1 STARTTLS] hi\nC~: (?<tag>\\S+) STARTTLS\nS: $tag OK go\\r\\n* CAPABILITY IMAP4rev1\nIGNORE:",
      "tls",
    ],
    [
      "answers before it was asked",
      "S: * OK [CAPABILITY IMAP4rev1 STARTTLS] hi\\r\\n1 OK go\\r\\n2 OK go\nIGNORE:",
      "tls",
    ],
    [
      "is silent after STARTTLS",
      "S: * OK [CAPABILITY IMAP4rev1 STARTTLS] hi\nC~: (?<tag>\\S+) STARTTLS\nS: $tag OK go\nSTALL:",
      "timeout",
    ],
  ])("that %s never sees a credential", async (_what, script, code) => {
    await using session = await scriptedSession(script);
    const { server } = session;
    const options: ImapClientOptions["server"] = {
      host: "127.0.0.1",
      port: server.port,
      security: "starttls",
    };
    await using imap = clientOf(options, { connectMs: msFor(code) });
    await expect(imap.listFolders()).rejects.toMatchObject({ code });
    expect(server.received.toString("latin1")).not.toMatch(/LOGIN|AUTHENTICATE|S3cret/);
  });

  it.each([
    ["says BYE", "S: * BYE [UNAVAILABLE] down for repair\nCLOSE:", { code: "connection", retryable: true }],
    [
      "says BYE for too many connections",
      "S: * BYE Too many connections from your address\nCLOSE:",
      { code: "throttled" },
    ],
    ["says nothing", "STALL:", { code: "timeout", retryable: true }],
    ["ends in the middle of a line", "S-: * OK hel\nCLOSE:", { code: "connection", retryable: true }],
    [
      "speaks another protocol",
      "S: 220 mail.example.com ESMTP\nSTALL:",
      { code: "protocol", phase: "greeting" },
    ],
    ["sends a line without end", `S-: * OK ${"x".repeat(3_000)}\nSTALL:`, { code: "limit" }],
  ])("that %s gives a typed error", async (_what, script, error) => {
    await using session = await scriptedSession(script, {
      timeouts: { connectMs: msFor(error.code) },
      limits: { maxLineBytes: 2_000 },
    });
    expect((await session.imap.testConnection()).error).toMatchObject(error);
  });
});

describe("a server at the login", () => {
  const greeting = "S: * OK [CAPABILITY IMAP4rev1] hi\nC~: (?<tag>\\S+) LOGIN .*\n";
  it.each([
    ["answers with a tagged BYE", "S: $tag BYE no more\nCLOSE:", { connectionBroken: true }],
    ["answers OK and says BYE", "S: $tag OK hello\nS: * BYE changed my mind\nCLOSE:", { code: "connection" }],
    [
      "refuses the password",
      "S: $tag NO [AUTHENTICATIONFAILED] bad password S3cret-word\nIGNORE:",
      { code: "authentication", phase: "auth", retryable: false, server: { code: "AUTHENTICATIONFAILED" } },
    ],
    [
      "is overloaded",
      "S: $tag NO [UNAVAILABLE] Maximum number of connections\nIGNORE:",
      { code: "throttled", retryable: true },
    ],
    [
      "says too many in words",
      "S: $tag NO Too many simultaneous connections. (Failure)\nIGNORE:",
      { code: "throttled" },
    ],
    ["answers to another tag", "S: zz9 OK hello\nSTALL:", { code: "timeout" }],
    ["answers without a tag", "S: * NO go away\nS: BAD what\nSTALL:", { connectionBroken: true }],
  ])("that %s gives a typed error without the secret", async (_what, script, error) => {
    const timeouts = { connectMs: script.includes("STALL") ? SHORT_MS : LONG_MS };
    await using session = await scriptedSession(greeting + script, { timeouts });
    // Not through the pool, which waits and tries again when a server says "too many".
    const { error: thrown } = await session.imap.testConnection();
    expect(thrown).toMatchObject(error);
    const shown = inspect(thrown, { depth: 8, showHidden: true }) + JSON.stringify(thrown);
    expect(shown).not.toContain("S3cret-word");
    expect(shown).not.toContain(Buffer.from("S3cret-word").toString("base64"));
  });
});

describe("a server after the login", () => {
  it.each([
    ["finds more messages than there can be", 'S: * ESEARCH (TAG "$tag") UID ALL 1:4294967295'],
    ["names them backwards", 'S: * ESEARCH (TAG "$tag") UID ALL 4294967295:1'],
  ])("that %s ends the search with an error, not with some of them", async (_what, answer) => {
    const script = `${login("IMAP4rev1 ESEARCH")}${select(1)}C~: (?<tag>\\S+) UID SEARCH .*\n${answer}\nS: $tag OK\nIGNORE:`;
    await using session = await scriptedSession(script);
    await expect(session.imap.search("INBOX", {})).rejects.toMatchObject({ code: "limit" });
    expect(session.server.received.toString()).not.toContain("LOGOUT");
  });

  it.each([
    ["and has as many", 'S: * 4294967295 EXISTS\nS: * ESEARCH (TAG "$tag") UID ALL 1:4294967295'],
    [
      "in pieces",
      Array.from({ length: 9 }, (_, n) => `S: * ESEARCH (TAG "$tag") UID ALL ${n}000001:${n + 1}000000`).join(
        "\n",
      ),
    ],
  ])("that finds 4 billion messages, %s, does not end the process", async (_what, answer) => {
    const script = `${login("IMAP4rev1 ESEARCH")}${select(4_294_967_295)}C~: (?<tag>\\S+) UID SEARCH .*\n${answer}\nS: $tag OK\nIGNORE:`;
    await using session = await scriptedSession(script, {
      timeouts: { connectMs: 5_000, commandMs: 20_000 },
    });
    await expect(session.imap.search("INBOX", {})).rejects.toMatchObject({ code: "limit" });
  });

  it("that maps 4 billion UIDs in COPYUID ends the move with an error", async () => {
    const answer = "S: $tag OK [COPYUID 1 1:4294967295 1:4294967295] moved";
    const look = "C~: (?<tag>\\S+) UID FETCH .*\nS: * 1 FETCH (UID 1)\nS: $tag OK\n";
    const script = `${login("IMAP4rev1 UIDPLUS MOVE")}${select(1)}${look}C~: (?<tag>\\S+) UID MOVE .*\n${answer}\nIGNORE:`;
    await using session = await scriptedSession(script);
    await expect(session.imap.move("INBOX", 1, "Archive")).rejects.toMatchObject({ code: "limit" });
    expect(session.server.received.toString()).not.toContain("LOGOUT");
  });

  it.each([
    ["announces a huge literal", "S: * 1 FETCH (UID 1 BODY[] {999999999999}\nSTALL:", "limit"],
    ["sends a line without end", `S-: * 1 FETCH (UID 1 ENVELOPE ("${"x".repeat(30_000)}\nSTALL:`, "limit"],
    ["sends garbage in place of the completion", "S: $tag OOPS what\nSTALL:", "protocol"],
    ["never completes", "STALL:", "timeout"],
    ["ends the connection", "CLOSE:", "connection"],
    ["resets the connection", "RESET:", "connection"],
    ["says BYE", "S: * BYE shutting down\nCLOSE:", "connection"],
    ["is throttling", "S: $tag NO [LIMIT] Too many requests, slow down\nIGNORE:", "throttled"],
    ["has had enough of a message", "S: $tag NO Too many identical emails\nIGNORE:", "limit"],
    ["forbids it in words", "S: $tag NO Permission denied\nIGNORE:", "permission"],
    ["is not connected", "S: $tag BAD User is authenticated but not connected.\nIGNORE:", "throttled"],
  ])("that %s fails the call and nothing else", async (_what, script, code) => {
    const asked = `C~: (?<tag>\\S+) UID FETCH .*\n${script}`;
    await using session = await scriptedSession(login() + select(1) + asked, {
      limits: { maxLineBytes: 20_000, maxLiteralBytes: 1_000_000 },
      timeouts: { commandMs: msFor(code), connectMs: LONG_MS },
    });
    const { imap } = session;
    await expect(imap.downloadMessage("INBOX", 1)).rejects.toMatchObject({ code });
    expect(imap.stats()).toMatchObject({ leased: 0 });
  });
});

/** A deadline that must come. */
const SHORT_MS = 500;
/** One that must not, however busy the machine is. */
const LONG_MS = 20_000;

function msFor(code: string): number {
  return code === "timeout" ? SHORT_MS : LONG_MS;
}

function clientOf(
  server: ImapClientOptions["server"],
  timeouts: ImapClientOptions["timeouts"] = { connectMs: LONG_MS },
): ImapClient {
  return new ImapClient({
    server,
    credentials: { user: "ada", password: "S3cret-word" },
    retry: { attempts: 1 },
    timeouts,
  });
}
