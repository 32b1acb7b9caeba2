import { afterEach, expect, test } from "vitest";
import { type MailServers, type MailServersOptions, startMailServers } from "../../src/index.js";
import { LineClient } from "../support/line-client.js";
import { sendMail } from "../support/send-mail.js";

let mail: MailServers;
let client: LineClient;
afterEach(async () => {
  client.close();
  await mail.stop();
});

/** Each hook of a test answers when it is let. */
const later = async <T>(value: T): Promise<T> => {
  await new Promise((resolve) => setImmediate(resolve));
  return value;
};

async function dial(protocol: "imap" | "pop3" | "smtp", options: MailServersOptions): Promise<void> {
  mail = await startMailServers({
    accounts: [{ user: "ada", password: "x", messages: ["Subject: One\n\n.1\n"] }],
    ...options,
  });
  client = await LineClient.dial(mail[protocol].port);
  await client.hear();
}

async function logInPop3(): Promise<void> {
  await client.ask("USER ada");
  expect(await client.ask("PASS x")).toMatch(/^\+OK/);
}

test("an IMAP hook may wait, tell untagged lines, and leave the answer to the server", async () => {
  await dial("imap", {
    imap: {
      answer: ({ name }) => {
        if (name === "NOOP") return later({ untagged: ["5 EXISTS", "OK [ALERT] Maintenance"] });
        if (name === "CHECK") return later({ untagged: ["BAD news"], tagged: "NO [INUSE] Later" });
        return name === "IDLE" ? { close: true, untagged: ["BYE gone"] } : later(undefined);
      },
    },
  });
  expect(await client.ask("a LOGIN ada x")).toMatch(/^a OK/);
  client.say("b NOOP");
  expect(await client.hear()).toBe("* 5 EXISTS");
  expect(await client.hear()).toBe("* OK [ALERT] Maintenance");
  expect(await client.hear()).toMatch(/^b OK/);
  client.say("c CHECK");
  expect(await client.hear()).toBe("* BAD news");
  expect(await client.hear()).toBe("c NO [INUSE] Later");
  expect(await client.ask("d IDLE")).toBe("* BYE gone");
  expect(await client.hear()).toBe("<end>");
});

test("a POP3 hook may wait, answer with lines of its own, cut, and leave the answer to the server", async () => {
  await dial("pop3", {
    pop3: {
      answer: ({ name, arguments: words, user }) => {
        if (name === "STAT") return later(user === "ada" ? "+OK 7 7" : "-ERR who");
        if (name === "TOP") return { status: `+OK ${words}`, lines: [".dot", "line"] };
        if (name === "NOOP") return { before: ["+OK too early"] };
        return name === "QUIT" ? later("drop") : undefined;
      },
    },
  });
  await logInPop3();
  expect(await client.ask("STAT")).toBe("+OK 7 7");
  expect(await client.ask("TOP 1 0")).toBe("+OK 1 0");
  expect((await client.hearLines()).toString()).toBe("..dot\r\nline\r\n");
  expect(await client.ask("NOOP")).toBe("+OK too early");
  expect(await client.hear()).toBe("+OK");
  expect(await client.ask("LIST 1")).toMatch(/^\+OK 1 /);
  expect(await client.ask("QUIT")).toBe("<end>");
});

test("an SMTP hook may wait: nothing is answered before it, and what was said behind it only after it", async () => {
  let asked = (): void => {};
  let answer = (_told: { code: number; text: string }): void => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const noop = (): Promise<{ code: number; text: string }> =>
    new Promise((resolve) => {
      answer = resolve;
      asked();
    });
  await dial("smtp", { smtp: { answers: { noop } } });
  client.say("NOOP\r\nVRFY ada");
  await isAsked;
  const heard: string[] = [];
  const first = client.hear().then((line) => heard.push(line));
  for (let turn = 0; turn < 20; turn++) await later(undefined);
  expect(heard).toEqual([]);
  answer({ code: 251, text: "at last" });
  await first;
  expect(heard).toEqual(["251 at last"]);
  expect(await client.hear()).toMatch(/^252 /);
});

test.each(["imap", "pop3"] as const)(
  "a hook of %s that throws changes no answer and fails the test",
  async (protocol) => {
    const oops = new Error("oops");
    let isAsync = protocol === "imap";
    const answer = (): undefined | Promise<undefined> => {
      if (isAsync) return Promise.reject(oops);
      throw oops;
    };
    await dial(protocol, { [protocol]: { answer } });
    expect(await client.ask("NOOP")).toMatch(/^\* BAD|^-ERR/);
    isAsync = true;
    expect(await client.ask(protocol === "imap" ? "a NOOP" : "CAPA")).toMatch(/^a OK|^\+OK/);
    await expect(mail.reset()).rejects.toSatisfy((error) => error === oops || error.errors.length === 2);
  },
);

test("quirks and answers change under open connections, and reset takes the changes back", async () => {
  await dial("imap", { imap: { quirks: { emptyStatus: true } } });
  await client.ask("a LOGIN ada x");
  expect(await client.ask("b STATUS INBOX (MESSAGES)")).toMatch(/\(\)$/);
  await client.hear();
  mail.imap.configure({ quirks: {}, answer: ({ name }) => (name === "NOOP" ? "NO not now" : undefined) });
  expect(await client.ask("c STATUS INBOX (MESSAGES)")).toMatch(/\(MESSAGES 1\)$/);
  await client.hear();
  expect(await client.ask("d NOOP")).toBe("d NO not now");

  const pop3 = await LineClient.dial(mail.pop3.port);
  await pop3.hear();
  mail.pop3.configure({ answer: () => "-ERR closed" });
  expect(await pop3.ask("CAPA")).toBe("-ERR closed");
  mail.smtp.configure({ answers: { mail: () => ({ code: 450, text: "busy" }) } });
  expect(await sendMail(mail.smtp.port, { login: ["ada", "x"] })).toContain("450");
  expect(() => mail.imap.configure({ disable: [] } as object)).toThrow("disable");

  await mail.reset();
  expect(await sendMail(mail.smtp.port, { login: ["ada", "x"] })).not.toContain("450");
  client = await LineClient.dial(mail.imap.port);
  await client.hear();
  await client.ask("a LOGIN ada x");
  expect(await client.ask("b STATUS INBOX (MESSAGES)")).toMatch(/\(\)$/);
  await client.hear();
  expect(await client.ask("c NOOP")).toMatch(/^c OK/);
});
