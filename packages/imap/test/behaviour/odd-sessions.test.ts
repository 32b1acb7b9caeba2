import { startScriptedServer } from "@mailwright/testing";
import { describe, expect, it } from "vitest";
import { ImapClient } from "../../src/index.js";
import { login, scriptedSession } from "./scripted-session.js";

describe("an alert", () => {
  it.each([
    ["of a command that takes such answers itself", "* OK [ALERT] The disk is full"],
    ["as an untagged NO", "* NO [ALERT] The disk is full"],
    ["in small letters", "* no [alert] The disk is full"],
  ])("is told to the logger: %s", async (_when, line) => {
    const alerts: string[] = [];
    const logger = {
      debug() {},
      info() {},
      error() {},
      warn: (_: object, text: string) => void alerts.push(text),
    };
    await using session = await scriptedSession(
      `${login()}
      C~: (?<tag>\\S+) (?:SELECT|EXAMINE) .*
      S: * 1 EXISTS
      S: ${line}
      S: * OK [UIDVALIDITY 7] ok
      S: $tag OK
      C~: (?<tag>\\S+) UID SEARCH SEEN
      S: * SEARCH 1
      S: $tag OK
      C~: (?<tag>\\S+) NOOP
      S: ${line.replace("full", "still full")}
      S: $tag OK
      IGNORE:`,
      { logger },
    );
    expect(await session.imap.search("INBOX", { seen: true })).toEqual([1]);
    await session.imap.search("INBOX", { seen: true }).catch(() => {});
    expect(alerts).toEqual([
      "The server alerts: The disk is full",
      "The server alerts: The disk is still full",
    ]);
  });
});

describe("a server that knows us before we log in (PREAUTH)", () => {
  const greeting = `
    S: * PREAUTH [CAPABILITY IMAP4rev1] ada
    C~: (?<tag>\\S+) CAPABILITY
    S: * CAPABILITY IMAP4rev1
    S: $tag OK
    IGNORE:
  `;

  it("is used without credentials", async () => {
    await using server = await startScriptedServer(greeting);
    const address = { host: "127.0.0.1", port: server.port, security: "none" } as const;
    await using imap = new ImapClient({ server: address, retry: { attempts: 1 } });
    expect(await imap.testConnection()).toMatchObject({ ok: true });
  });

  it("is refused by whoever has named somebody, and the error says what to do", async () => {
    await using session = await scriptedSession(greeting);
    expect((await session.imap.testConnection()).error).toMatchObject({
      code: "protocol",
      phase: "greeting",
      message: expect.stringContaining("leave the credentials out"),
    });
    expect(session.server.received.toString()).not.toContain("S3cret");
  });
});
