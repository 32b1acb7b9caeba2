import { once } from "node:events";
import { connect } from "node:net";
import type { Logger } from "@mailwright/core";
import { ImapClient } from "@mailwright/imap";
import { Pop3Client } from "@mailwright/pop3";
import { SmtpClient } from "@mailwright/smtp";
import { startFaultProxy, startMailServers } from "@mailwright/testing";
import { describe, expect, test } from "vitest";

type Level = keyof Logger;

interface Line extends Readonly<Record<string, unknown>> {
  readonly level: Level;
  readonly message: string;
}

class Log {
  readonly lines: Line[] = [];
  readonly logger: Logger;

  constructor() {
    const at = (level: Level) => (fields: Readonly<Record<string, unknown>>, message: string) => {
      this.lines.push({ ...fields, level, message });
    };
    this.logger = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  }

  at(level: Level, message?: string): Line[] {
    return this.lines.filter((line) => line.level === level && (message ?? line.message) === line.message);
  }
}

const USER = "ada@example.test";
const PASSWORD = "S3cret-9f8e7d6c";
const PROTOCOLS = ["imap", "pop3", "smtp"] as const;

/** Does something that takes a connection, and answers with the error that it ended in. */
async function work(protocol: (typeof PROTOCOLS)[number], port: number, logger: Logger): Promise<unknown> {
  const options = {
    server: { host: "127.0.0.1", port, security: "none" as const },
    credentials: { user: USER, password: PASSWORD },
    retry: { attempts: 3, backoff: () => 10.123456, outageMs: 0 },
    logger,
  };
  if (protocol === "imap") {
    await using imap = new ImapClient(options);
    return await imap.search("INBOX", {}).catch((error: unknown) => error);
  }
  if (protocol === "pop3") {
    await using pop3 = new Pop3Client(options);
    return await pop3.stat().catch((error: unknown) => error);
  }
  await using smtp = new SmtpClient({ ...options, from: USER });
  return (await smtp.send({ to: USER, subject: "x", text: "x" })).attempts.at(-1)?.error;
}

async function closedPort(): Promise<number> {
  // Below those that systems give to who asks for any: what runs beside this test must not be given it meanwhile.
  for (let port = 20_000 + (process.pid % 10_000); ; port += 1) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (!isOpen) return port;
  }
}

describe.each(PROTOCOLS)("the log of %s", (protocol) => {
  test("tells of an open connection only those who debug, in tenths of milliseconds", async () => {
    await using mail = await startMailServers({ accounts: [{ user: USER, password: PASSWORD }] });
    const log = new Log();
    await work(protocol, mail[protocol].port, log.logger);
    const [open, ...others] = log.at("debug", `${protocol.toUpperCase()} connection open`);
    expect(others).toEqual([]);
    expect(open?.["connectionId"]).toEqual(expect.stringContaining("127.0.0.1"));
    expect(String(open?.["durationMs"])).toMatch(/^\d+(\.\d)?$/);
    expect(log.lines.filter(({ level }) => level !== "debug")).toEqual([]);
  });

  test("warns of each connection that could not be opened, and tells that it tries again", async () => {
    const port = await closedPort();
    const log = new Log();
    await work(protocol, port, log.logger);
    const failed = log.at("warn").filter((line) => line["connectionId"] !== undefined);
    expect(failed.length).toBeGreaterThanOrEqual(3);
    for (const line of failed) {
      expect(line).toMatchObject({ code: "connection", phase: "connect" });
      expect(line.message).toContain(`127.0.0.1:${port} refused the connection`);
    }
    expect(log.at("info", "trying again")).toMatchObject([
      { attempt: 1, delayMs: 10.1, code: "connection" },
      { attempt: 2, delayMs: 10.1, code: "connection" },
    ]);
  });
});

describe("the log of a watch", () => {
  test("tells of its gap: each failed try, and that it goes on", async () => {
    await using mail = await startMailServers({ accounts: [{ user: USER, password: PASSWORD }] });
    await using proxy = await startFaultProxy({ target: { host: mail.host, port: mail.imap.port } });
    const log = new Log();
    await using imap = new ImapClient({
      server: { host: "127.0.0.1", port: proxy.port, security: "none" },
      credentials: { user: USER, password: PASSWORD },
      retry: { attempts: 3, backoff: () => 20 },
      logger: log.logger,
    });
    for await (const { type } of imap.watch("INBOX")) {
      if (type === "started") {
        void proxy
          .setFaults({ refuse: true, cut: { direction: "toClient", afterBytes: 0, with: "rst" } })
          .then(async () => {
            await expect.poll(() => log.at("warn").length).toBeGreaterThan(0);
            await proxy.setFaults({ refuse: false, cut: undefined });
          });
      }
      if (type === "resumed") break;
    }
    const again = { folder: "INBOX", delayMs: 20, code: "connection" };
    expect(log.at("info", "trying again").slice(0, 2)).toMatchObject([
      { ...again, attempt: 1 },
      { ...again, attempt: 2 },
    ]);
    expect(log.at("info", "The watch goes on")).toMatchObject([{ folder: "INBOX", code: "connection" }]);
  });
});
