import { Readable } from "node:stream";
import { type FaultProxy, type MailServers, startFaultProxy } from "@mailwright/testing";
import { describe, expect, it } from "vitest";
import { type AppendSource, ImapClient } from "../../src/index.js";
import { login, scriptedSession } from "../behaviour/scripted-session.js";
import { imapFixture } from "../support/imap-fixture.js";

/** More than sockets hold on the way: what is cut early is not written to its end. */
const LARGE = Buffer.from(`Subject: large\r\n\r\n${"x".repeat(998)}\r\n`.repeat(16_000));

interface Cut extends AsyncDisposable {
  readonly imap: ImapClient;
  readonly mail: MailServers;
}

/** A client whose first connection is cut in the middle of what it sends. */
async function cutOnce(attempts: number): Promise<Cut> {
  const fixture = await imapFixture();
  const { mail } = fixture;
  const proxy: FaultProxy = await startFaultProxy({
    target: { host: "127.0.0.1", port: mail.imap.port },
    cut: { direction: "toServer", afterBytes: 200_000, with: "rst" },
  });
  const imap = new ImapClient({
    server: { host: "127.0.0.1", port: proxy.port, security: "none" },
    credentials: { user: "ada", password: "correct horse" },
    retry: {
      attempts,
      backoff: () => {
        void proxy.setFaults({ cut: undefined });
        return 50;
      },
    },
  });
  return {
    imap,
    mail,
    async [Symbol.asyncDispose]() {
      await imap.close({ graceMs: 0 });
      await proxy.stop();
      await fixture[Symbol.asyncDispose]();
    },
  };
}

const stored = (mail: MailServers): number => mail.store.messages("ada", "INBOX").length;

describe("an append that is cut before its last octet", () => {
  it.each<readonly [string, () => AppendSource]>([
    ["in memory", () => LARGE],
    ["from a stream", () => ({ stream: Readable.from([LARGE]), sizeBytes: LARGE.length })],
    ["from a stream in pieces", () => ({ stream: Readable.from(pieces()), sizeBytes: LARGE.length })],
  ])("has stored nothing, and says so: %s", async (_what, source) => {
    await using cut = await cutOnce(1);
    await expect(cut.imap.append("INBOX", source())).rejects.toMatchObject({ code: "connection" });
    expect(stored(cut.mail)).toBe(0);
  });

  it("is repeated, and stored once, where the octets are still there", async () => {
    await using cut = await cutOnce(3);
    expect(await cut.imap.append("INBOX", LARGE)).toMatchObject({ uid: 1 });
    expect(stored(cut.mail)).toBe(1);
  });

  it("is not repeated where they were read from a stream", async () => {
    await using cut = await cutOnce(3);
    const source = { stream: Readable.from(pieces()), sizeBytes: LARGE.length };
    await expect(cut.imap.append("INBOX", source)).rejects.toMatchObject({
      code: "connection",
      retryable: false,
    });
    expect(stored(cut.mail)).toBe(0);
  });

  it("has stored nothing where the server had not asked for the octets", async () => {
    await using session = await scriptedSession(`${login()}\nC~: (?<tag>\\S+) APPEND .*\nCLOSE:`);
    await expect(session.imap.append("INBOX", "Subject: x\r\n\r\n")).rejects.toMatchObject({
      code: "connection",
      retryable: true,
    });
  });
});

it("an append whose last octet was sent and that is not answered may have been stored", async () => {
  await using session = await scriptedSession(`
    ${login()}
    C~: (?<tag>\\S+) APPEND .*
    S: + go on
    C: Subject: x
    C:
    C:
    CLOSE:
  `);
  await expect(session.imap.append("INBOX", "Subject: x\r\n\r\n")).rejects.toMatchObject({
    code: "unknown-outcome",
  });
});

function* pieces(): Generator<Buffer> {
  for (let at = 0; at < LARGE.length; at += 50_000) yield LARGE.subarray(at, at + 50_000);
}
