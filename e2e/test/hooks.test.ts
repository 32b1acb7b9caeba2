import { type Logger, MailError } from "@mailwright/core";
import { ImapClient } from "@mailwright/imap";
import { Pop3Client } from "@mailwright/pop3";
import { SmtpClient } from "@mailwright/smtp";
import { startFaultProxy, startMailServers } from "@mailwright/testing";
import { describe, expect, test } from "vitest";

const USER = "ada@example.test";
const PASSWORD = "S3cret-9f8e7d6c";
const PROTOCOLS = ["imap", "pop3", "smtp"] as const;

const fail = (): never => {
  throw new Error("out of order");
};
const reject = async (): Promise<never> => fail();
const loggerOf = (method: () => unknown): Logger => {
  const log = (): void => void method();
  return { debug: log, info: log, warn: log, error: log };
};

describe.each(PROTOCOLS)("a client of %s", (protocol) => {
  test.each([
    ["throws", fail],
    ["rejects", reject],
  ])("comes to its end though everything that it is handed %s", async (_how, hook) => {
    await using mail = await startMailServers({ accounts: [{ user: USER, password: PASSWORD }] });
    await using proxy = await startFaultProxy({
      target: { host: mail.host, port: mail[protocol].port },
      refuse: true,
    });
    let retries = 0;
    const options = {
      server: { host: "127.0.0.1", port: proxy.port, security: "none" as const },
      credentials: { user: USER, password: PASSWORD },
      logger: hook === fail ? loggerOf(hook) : { debug: hook, info: hook, warn: hook, error: hook },
      transcript: hook,
      retry: {
        attempts: 5,
        backoff: fail,
        onRetry: () => {
          retries += 1;
          void proxy.setFaults({ refuse: false });
          return hook();
        },
      },
    };
    if (protocol === "imap") {
      await using imap = new ImapClient(options);
      expect(await imap.search("INBOX", {})).toEqual([]);
    } else if (protocol === "pop3") {
      await using pop3 = new Pop3Client(options);
      expect(await pop3.stat()).toMatchObject({ count: 0 });
    } else {
      await using smtp = new SmtpClient({ ...options, from: USER });
      expect((await smtp.send({ to: USER, subject: "x", text: "x" })).status).toBe("accepted");
    }
    expect(retries).toBeGreaterThan(0);
  });

  test("tells in its report that a host policy which throws forbids", async () => {
    const options = {
      server: { host: "127.0.0.1", port: 9, security: "none" as const },
      credentials: { user: USER, password: PASSWORD },
      hostPolicy: fail,
    };
    const client = {
      imap: () => new ImapClient(options),
      pop3: () => new Pop3Client(options),
      smtp: () => new SmtpClient({ ...options, from: USER }),
    };
    await using tested = client[protocol]();
    expect(await tested.testConnection()).toMatchObject({ ok: false, error: { code: "forbidden" } });
  });

  test.each(["credentials", "connect"] as const)(
    "ends by its deadline, and closes by its grace, though the function for %s never settles",
    async (hook) => {
      await using mail = await startMailServers({ accounts: [{ user: USER, password: PASSWORD }] });
      const never = (): Promise<never> => new Promise(() => {});
      const { port } = mail[protocol];
      const server = { host: "127.0.0.1", port, security: "none" as const, allowInsecureAuth: true };
      const options = {
        server: hook === "connect" ? { ...server, connect: never } : server,
        credentials: hook === "credentials" ? never : { user: USER, password: PASSWORD },
        retry: { attempts: 1 },
      };
      const [closing, timed] = [{ graceMs: 50 }, { timeoutMs: 200 }];
      if (protocol === "imap") {
        const imap = new ImapClient(options);
        await expect(imap.listFolders(timed)).rejects.toMatchObject({ code: "timeout" });
        const left = imap.listFolders();
        await Promise.all([imap.close(closing), expect(left).rejects.toBeInstanceOf(MailError)]);
      } else if (protocol === "pop3") {
        const pop3 = new Pop3Client(options);
        await expect(pop3.stat(timed)).rejects.toMatchObject({ code: "timeout" });
        const left = pop3.stat();
        await Promise.all([pop3.close(closing), expect(left).rejects.toBeInstanceOf(MailError)]);
      } else {
        const smtp = new SmtpClient({ ...options, from: USER });
        const message = { to: USER, subject: "x", text: "x" };
        const { status, attempts } = await smtp.send(message, timed);
        expect({ status, code: attempts.at(-1)?.error?.code }).toEqual({
          status: "not-sent",
          code: "timeout",
        });
        const [left] = await Promise.all([smtp.send(message), smtp.close(closing)]);
        expect(left.status).toBe("not-sent");
      }
    },
  );

  test("gives up soon on a port where it never reached anybody", async () => {
    let failures = 0;
    const options = {
      server: { host: "127.0.0.1", port: 9, security: "none" as const },
      credentials: { user: USER, password: PASSWORD },
      retry: {
        backoff: () => 1,
        onRetry: () => {
          failures += 1;
        },
      },
    };
    await using imap = new ImapClient(options);
    await using pop3 = new Pop3Client(options);
    const error =
      protocol === "imap"
        ? await imap.listFolders().catch((thrown: unknown) => thrown)
        : protocol === "pop3"
          ? await pop3.stat().catch((thrown: unknown) => thrown)
          : (
              await new SmtpClient({ ...options, from: USER }).send({ to: USER, subject: "x", text: "x" })
            ).attempts.at(-1)?.error;
    expect(error).toMatchObject({ code: "connection" });
    expect(failures).toBeLessThan(4);
  });
});
