import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { ImapClient } from "@mailwright/imap";
import { Pop3Client } from "@mailwright/pop3";
import { hasUnpacked, type RestartableServer, startCourier } from "@mailwright/suite";
import { describe, expect, test } from "vitest";

const COUNT = 60;
const texts = Array.from({ length: COUNT }, (_, n) => `Subject: message ${n + 1}\n\nbody\n`);
const subjects = texts.map((_, n) => `message ${n + 1}`);

/** Takes a server away and brings it back a while later, as an update does; awaits nothing. */
function restart(server: RestartableServer): Promise<void> {
  return server
    .kill()
    .then(() => new Promise((resolve) => setTimeout(resolve, 1_500)))
    .then(() => server.start());
}

/** The processes that were started with this text in their environment. */
function processesOf(text: string): string[] {
  return readdirSync("/proc").filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, "latin1").includes(text);
    } catch {
      return false;
    }
  });
}

describe.runIf(hasUnpacked("courier"))("a real server that is restarted", () => {
  test("in the middle of a listing by IMAP has every message read once", async () => {
    await using server = await startCourier({ protocol: "imap", messages: texts });
    const { port, user, password } = server;
    await using imap = new ImapClient({
      server: { host: "127.0.0.1", port, security: "none" },
      credentials: { user, password },
      limits: { maxBatchMessages: 5 },
    });
    const read: string[] = [];
    let restarting: Promise<void> | undefined;
    for await (const { subject } of imap.messages("INBOX")) {
      read.push(subject);
      if (read.length === 10) restarting = restart(server);
    }
    await restarting;
    expect(restarting).toBeDefined();
    expect(new Set(read).size).toBe(COUNT);
    expect([...read].sort()).toEqual([...subjects].sort());
  });

  test("between two calls by POP3 is waited for", async () => {
    await using server = await startCourier({ protocol: "pop3", messages: texts });
    const { port, user, password } = server;
    await using pop3 = new Pop3Client({
      server: { host: "127.0.0.1", port, security: "none" },
      credentials: { user, password },
    });
    expect(await pop3.stat()).toMatchObject({ count: COUNT });
    const restarting = restart(server);
    expect(await pop3.listMessages()).toHaveLength(COUNT);
    await restarting;
  });

  test("that does not come back is given up after the time for outages, with what it said last", async () => {
    await using server = await startCourier({ protocol: "imap", messages: texts });
    const { port, user, password } = server;
    await using imap = new ImapClient({
      server: { host: "127.0.0.1", port, security: "none" },
      credentials: { user, password },
      retry: { outageMs: 1_000 },
    });
    expect(await imap.status("INBOX")).toMatchObject({ totalCount: COUNT });
    await server.kill();
    await expect(imap.status("INBOX")).rejects.toMatchObject({ code: "connection" });
  });

  test("has no process left when it is killed, which might still serve", async () => {
    await using server = await startCourier({ protocol: "imap", messages: texts });
    const { port, user, password, mailbox } = server;
    await using imap = new ImapClient({
      server: { host: "127.0.0.1", port, security: "none" },
      credentials: { user, password },
    });
    await imap.status("INBOX");
    const running = processesOf(dirname(mailbox));
    await server.kill();
    const left = running.filter((pid) => existsSync(`/proc/${pid}`));
    expect(running.length).toBeGreaterThan(3);
    expect(left).toEqual([]);
  });
});
