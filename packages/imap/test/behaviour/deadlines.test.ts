import { createServer, type Socket } from "node:net";
import { isMailError } from "@mailwright/core";
import { until } from "@mailwright/suite";
import { startFaultProxy } from "@mailwright/testing";
import { describe, expect, it } from "vitest";
import { ImapClient } from "../../src/index.js";
import { collect, imapFixture } from "../support/imap-fixture.js";
import { mixedMessage, plainMessage } from "../support/mime-samples.js";
import { login, scriptedSession, select } from "./scripted-session.js";

describe("deadlines", () => {
  it("end a command whose answer drips", async () => {
    // It drips for longer than a test may take.
    const drip = Array.from(
      { length: 1_200 },
      (_, n) => `WAIT: 50ms\nS: * ${n + 1} FETCH (UID ${n + 1} FLAGS ())`,
    ).join("\n");
    await using session = await scriptedSession(
      `${login()}${select(1)}C~: (?<tag>\\S+) UID FETCH .*\n${drip}\nSTALL:`,
      { timeouts: { commandMs: 400, connectMs: 20_000 } },
    );
    await expect(session.imap.downloadMessage("INBOX", 1)).rejects.toMatchObject({
      code: "timeout",
      phase: "fetch",
      connectionBroken: true,
    });
    expect(session.imap.stats()).toMatchObject({ leased: 0, open: 0 });
  });

  it("do not matter to an abort: no message is given after it, of those in memory neither", async () => {
    const messages = Array.from({ length: 20 }, (_, n) => plainMessage(`s${n}`));
    await using fixture = await imapFixture({ messages });
    for (const body of ["none", "text", "full"] as const) {
      const abort = new AbortController();
      const uids: number[] = [];
      const reading = async (): Promise<void> => {
        for await (const { uid } of fixture.imap.messages("INBOX", { body, signal: abort.signal })) {
          if (uids.push(uid) === 3) abort.abort();
        }
      };
      await expect(reading()).rejects.toMatchObject({ code: "aborted", protocol: "imap" });
      expect(uids).toEqual([1, 2, 3]);
    }
    expect(await fixture.imap.search("INBOX", {})).toHaveLength(20);
  });

  it("tell why no connection came of it, and that the call may be repeated", async () => {
    await using fixture = await imapFixture({ server: { quirks: { maxConnections: 0 } } });
    for (const call of [
      () => fixture.imap.listFolders({ timeoutMs: 1_500 }),
      () => fixture.imap.markAsRead("INBOX", 1, { timeoutMs: 1_500 }),
    ]) {
      const error = await call().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "timeout", phase: "acquire", retryable: true });
      expect(error).toMatchObject({ cause: { code: "throttled", phase: "auth" } });
      expect(String(error)).toMatch(
        /within 1500 ms \(acquire\); the last attempt to connect failed: .*Maximum number/i,
      );
    }
  });

  it("let reads be repeated, and no change that may have begun", async () => {
    const script = `${login("IMAP4rev1 UIDPLUS MOVE")}C~: .*\nSTALL:`;
    const uids = [1];
    const calls: Record<string, (imap: ImapClient, options: { timeoutMs: number }) => Promise<unknown>> = {
      search: (imap, options) => imap.search("INBOX", {}, options),
      listFolders: (imap, options) => imap.listFolders(options),
      messages: (imap, options) => collect(imap.messages("INBOX", options)),
      downloadMessage: (imap, options) => imap.downloadMessage("INBOX", 1, options),
    };
    const changes: typeof calls = {
      markAsRead: (imap, options) => imap.markAsRead("INBOX", uids, options),
      move: (imap, options) => imap.move("INBOX", uids, "Sent", options),
      copy: (imap, options) => imap.copy("INBOX", uids, "Sent", options),
      delete: (imap, options) => imap.delete("INBOX", uids, options),
      append: (imap, options) => imap.append("INBOX", "Subject: x\r\n\r\n", options),
      createFolder: (imap, options) => imap.createFolder("New", options),
      deleteFolder: (imap, options) => imap.deleteFolder("New", options),
      use: (imap, options) => imap.use("INBOX", async () => {}, options),
    };
    // Side by side, so that each can be given time enough to log in on a machine that has other work.
    const outcomes = Object.entries({ ...calls, ...changes }).map(async ([name, call]) => {
      await using session = await scriptedSession(script, { timeouts: { commandMs: 20_000 } });
      const error = await call(session.imap, { timeoutMs: 2_000 }).catch((thrown: unknown) => thrown);
      const { code, retryable, phase } = isMailError(error) ? error : {};
      expect({ name, code, retryable }).toEqual({ name, code: "timeout", retryable: name in calls });
      expect({ name, phase }).not.toEqual({ name, phase: "operation" });
    });
    await Promise.all(outcomes);
  });

  it("bound a whole call, retries included", async () => {
    const accepted: Socket[] = [];
    const server = createServer((socket) => {
      accepted.push(socket.on("error", () => {}).resume());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const imap = new ImapClient({
      server: { host: "127.0.0.1", port, security: "none" },
      credentials: { user: "ada", password: "secret-word" },
      retry: { attempts: 100, backoff: () => 10 },
      timeouts: { connectMs: 100 },
    });
    await expect(imap.listFolders({ timeoutMs: 350 })).rejects.toMatchObject({ code: "timeout" });
    await imap.close({ graceMs: 0 });
    await until(() => accepted.every((socket) => socket.destroyed));
    await new Promise((resolve) => server.close(resolve));
  });

  it("and aborts settle at once, and cost only their own connection", async () => {
    await using fixture = await imapFixture({ messages: [mixedMessage(1, 4_000_000)] });
    await using proxy = await startFaultProxy({
      target: { host: "127.0.0.1", port: fixture.mail.imap.port },
      bytesPerSecond: 400_000,
    });
    await using imap = new ImapClient({
      server: { host: "127.0.0.1", port: proxy.port, security: "none" },
      credentials: { user: "ada", password: "correct horse" },
    });
    await imap.search("INBOX", {});
    const abort = new AbortController();
    const reading = collect(imap.messages("INBOX", { body: "full", signal: abort.signal }));
    const rejected = expect(reading).rejects.toMatchObject({ code: "aborted" });
    await until(() => proxy.bytes.toClient > 100_000);
    abort.abort();
    await rejected;
    // The message was still on its way.
    expect(proxy.bytes.toClient).toBeLessThan(2_000_000);
    expect(await imap.search("INBOX", {})).toEqual([1]);
  });

  it("make a change without an answer unknown, and it is not repeated", async () => {
    await using session = await scriptedSession(
      `${login("IMAP4rev1 UIDPLUS")}C~: (?<tag>\\S+) APPEND .*\nS: + go\nC#: 5\nC:\nSTALL:`,
      { timeouts: { commandMs: 300, connectMs: 20_000 }, retry: { attempts: 5, backoff: () => 1 } },
    );
    await expect(session.imap.append("INBOX", "hello")).rejects.toMatchObject({
      code: "unknown-outcome",
      retryable: false,
      cause: { code: "timeout" },
    });
    expect(session.server.connections).toHaveLength(1);
  });

  it("leave nothing behind when the client closes", async () => {
    await using fixture = await imapFixture({ messages: [plainMessage("x")] });
    const { imap } = fixture;
    await Promise.all([imap.search("INBOX", {}), imap.listFolders(), imap.status("INBOX")]);
    await imap.close();
    expect(imap.stats()).toMatchObject({ open: 0, opening: 0, leased: 0, idle: 0 });
    expect(imap.state).toBe("disconnected");
    await expect(imap.listFolders()).rejects.toMatchObject({ code: "closed" });
  });
});
