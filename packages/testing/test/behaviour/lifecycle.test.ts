import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type MailServers, type MailServersOptions, startMailServers } from "../../src/index.js";
import { LineClient } from "../support/line-client.js";
import { sendMail } from "../support/send-mail.js";

let mail: MailServers;
afterEach(() => mail.stop());

async function start(options: MailServersOptions = {}): Promise<void> {
  mail = await startMailServers({
    accounts: [
      { user: "ada", password: "x", messages: ["Subject: First\n\n1\n"] },
      { user: "bob", password: "y" },
    ],
    ...options,
  });
}

async function imapLogin(user: string, password: string): Promise<LineClient> {
  const client = await LineClient.dial(mail.imap.port);
  await client.hear();
  expect(await client.ask(`a LOGIN ${user} ${password}`)).toMatch(/^a OK/);
  return client;
}

async function pop3Login(user: string, password: string): Promise<LineClient> {
  const client = await LineClient.dial(mail.pop3.tlsPort, mail.ca);
  await client.hear();
  await client.ask(`USER ${user}`);
  expect(await client.ask(`PASS ${password}`)).toMatch(/^\+OK/);
  return client;
}

async function smtpLogin(user: string, password: string): Promise<LineClient> {
  const client = await LineClient.dial(mail.smtp.tlsPort, mail.ca);
  await client.hear();
  const token = Buffer.from(`\0${user}\0${password}`).toString("base64");
  expect(await client.ask("HELO client.test")).toMatch(/^250/);
  client.say(`AUTH PLAIN ${token}`);
  expect(await client.hear()).toMatch(/^235/);
  return client;
}

test("reset brings accounts, mail, records and stopped servers back, on the same ports", async () => {
  await start();
  const { port } = mail.imap;
  const uidValidity = mail.store.mailboxes("ada")[0]?.uidValidity ?? 0;
  mail.store.addAccount({ user: "eve", password: "z" });
  mail.store.removeAccount("bob");
  mail.store.updateAccount("ada", { password: "changed" });
  mail.store.deliver("ada", "Subject: Second\n\n2\n");
  await sendMail(mail.smtp.port, { login: ["ada", "changed"] });
  const { messages } = mail.smtp;
  expect(messages).toHaveLength(1);
  const heard: unknown[] = [];
  mail.on("message", (message) => heard.push(message));
  mail.store.on("message", (event) => heard.push(event));
  const client = await imapLogin("ada", "changed");
  await mail.pop3.stop();

  await mail.reset();
  expect(await client.hear()).toBe("<end>");
  expect(mail.imap.port).toBe(port);
  expect(messages).toEqual([]);
  expect(mail.store.accounts().map(({ user }) => user)).toEqual(["ada", "bob"]);
  expect(mail.store.messages("ada").map(({ raw }) => String(raw))).toEqual(["Subject: First\r\n\r\n1\r\n"]);
  expect(mail.store.mailboxes("ada")[0]?.uidValidity).toBeGreaterThan(uidValidity);
  (await pop3Login("ada", "x")).close();
  await sendMail(mail.smtp.port, { login: ["ada", "x"] });
  expect(heard).toEqual([]);
  expect(messages).toHaveLength(1);
});

test("a message that a hook kept waiting over a reset is not stored", async () => {
  let release = (): void => {};
  let isAsked = (): void => {};
  const reached = new Promise<void>((resolve) => {
    isAsked = resolve;
  });
  await start({
    smtp: {
      requireAuth: false,
      answers: {
        dataEnd: () =>
          new Promise((resolve) => {
            isAsked();
            release = () => resolve(undefined);
          }),
      },
    },
  });
  const client = await LineClient.dial(mail.smtp.port);
  await client.hear();
  for (const line of ["HELO x", "MAIL FROM:<>", "RCPT TO:<bob@example.test>", "DATA"]) await client.ask(line);
  client.say("late\r\n.");
  await reached;
  await mail.reset();
  release();
  await new Promise((resolve) => setImmediate(resolve));
  expect(mail.store.messages("bob")).toEqual([]);
  expect(mail.smtp.messages).toEqual([]);
});

test("disconnect cuts the connections of one user on every server, or all of them", async () => {
  await start();
  const ada = [await imapLogin("ada", "x"), await pop3Login("ada", "x"), await smtpLogin("ada", "x")];
  const bob = await imapLogin("bob", "y");
  expect(await mail.disconnect("ada")).toBe(3);
  for (const client of ada) expect(await client.hear()).toBe("<end>");
  expect(await bob.ask("b NOOP")).toMatch(/^b OK/);
  expect(await mail.disconnect()).toBe(1);
  expect(await bob.hear()).toBe("<end>");
  (await pop3Login("ada", "x")).close();
});

test("accounts can be changed and removed while servers run", async () => {
  await start();
  mail.store.updateAccount("ada", { password: "new", address: "Countess@example.test" });
  const client = await LineClient.dial(mail.imap.port);
  await client.hear();
  expect(await client.ask("a LOGIN ada x")).toMatch(/^a NO/);
  expect(await client.ask("b LOGIN ada new")).toMatch(/^b OK/);
  await sendMail(mail.smtp.port, { to: ["countess@example.test"], login: ["bob", "y"] });
  expect(mail.store.messages("ada")).toHaveLength(2);
  const gone = await sendMail(mail.smtp.port, { to: ["ada@example.test"], login: ["bob", "y"] });
  expect(gone).toContain("550");
  mail.store.removeAccount("ada");
  await mail.disconnect("ada");
  await client.hear();
  await expect(imapLogin("ada", "new")).rejects.toThrow();
  expect(() => mail.store.removeAccount("ada")).toThrow("No account ada");
  expect(() => mail.store.updateAccount("bob", { passwort: "p" } as object)).toThrow("passwort");
});

describe.each(["imap", "pop3", "smtp"] as const)("the %s server", (protocol) => {
  test("is refused while stopped, and is back on its ports", async () => {
    await start();
    const client = await LineClient.dial(mail[protocol].tlsPort, mail.ca);
    await client.hear();
    expect(mail[protocol].connections).toBe(1);
    await mail[protocol].stop();
    expect(await client.hear()).toBe("<end>");
    const [error] = await once(connect(mail[protocol].port, mail.host), "error");
    expect(error).toMatchObject({ code: "ECONNREFUSED" });
    await mail[protocol].start();
    await mail[protocol].restart();
    for (const again of [
      await LineClient.dial(mail[protocol].port),
      await LineClient.dial(mail[protocol].tlsPort, mail.ca),
    ]) {
      expect(await again.hear()).toMatch(/^(\* OK|\+OK|220)/);
    }
    expect(mail[protocol].connections).toBe(2);
  });

  test("listens on the ports that it is given; a port that is taken leaves nothing running", async () => {
    await start();
    const { port, tlsPort } = mail[protocol];
    await expect(startMailServers({ [protocol]: { tlsPort: port } })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
    await mail.stop();
    await start({ [protocol]: { port, tlsPort } });
    expect(mail[protocol]).toMatchObject({ port, tlsPort });
  });
});
