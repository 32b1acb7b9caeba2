import { createHash, createHmac } from "node:crypto";
import { ImapFlow } from "imapflow";
import nodemailer from "nodemailer";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type MailServers, startMailServers } from "../../src/index.js";
import { LineClient } from "../support/line-client.js";
import { sendMail } from "../support/send-mail.js";

let mail: MailServers;
beforeEach(async () => {
  mail = await startMailServers({ trap: true });
});
afterEach(() => mail.stop());

async function dial(protocol: "imap" | "pop3" | "smtp"): Promise<{ client: LineClient; greeting: string }> {
  const client = await LineClient.dial(mail[protocol].port);
  return { client, greeting: await client.hear() };
}

test("mail from and to anybody arrives without a login, and can be read with any password", async () => {
  const to = ["Bob@one.test", "bob+news@ONE.test", "carol@two.test"];
  const codes = await sendMail(mail.smtp.port, { from: "who@ever.test", to });
  expect(codes.slice(2, -2)).toEqual(["250", "250", "250", "250", "354"]);
  expect(mail.store.accounts().map(({ user }) => user)).toEqual(["bob@one.test", "carol@two.test"]);
  expect(mail.store.messages("carol@two.test")).toHaveLength(1);
  const client = new ImapFlow({
    host: mail.host,
    port: mail.imap.tlsPort,
    secure: true,
    tls: { ca: mail.ca },
    auth: { user: "bob@one.test", pass: "anything" },
    logger: false,
  });
  await client.connect();
  expect(await client.mailboxOpen("INBOX")).toMatchObject({ exists: 2 });
  await client.logout();
});

test("any login works by every mechanism that does not need the password here; SCRAM is not offered", async () => {
  const pop3 = await dial("pop3");
  expect((await pop3.client.askForLines("CAPA")).toString()).not.toContain("SCRAM");
  const [timestamp = ""] = /<.*>/.exec(pop3.greeting) ?? [];
  const digest = createHash("md5").update(`${timestamp}whatever`).digest("hex");
  expect(await pop3.client.ask(`APOP new@one.test ${digest}`)).toMatch(/^\+OK/);
  const imap = await dial("imap");
  expect(imap.greeting).not.toContain("SCRAM");
  expect(await imap.client.ask('a LOGIN "someone" "whatever"')).toMatch(/^a OK/);
  const smtp = await dial("smtp");
  smtp.client.say("EHLO x");
  for (let line = ""; line[3] !== " "; ) {
    line = await smtp.client.hear();
    expect(line).not.toContain("SCRAM");
  }
  await smtp.client.ask("HELO x");
  const [, challenge = ""] = (await smtp.client.ask("AUTH CRAM-MD5")).split(" ");
  const response = createHmac("md5", "whatever").update(Buffer.from(challenge, "base64")).digest("hex");
  expect(await smtp.client.ask(Buffer.from(`third@one.test ${response}`).toString("base64"))).toMatch(/^235/);
  const bearer = await dial("imap");
  const token = Buffer.from("user=fourth@one.test\x01auth=Bearer whatever\x01\x01").toString("base64");
  expect(await bearer.client.ask(`a AUTHENTICATE XOAUTH2 ${token}`)).toMatch(/^a OK/);
  expect(mail.store.accounts().map(({ user }) => user)).toEqual([
    "new@one.test",
    "someone",
    "third@one.test",
    "fourth@one.test",
  ]);
  for (const { client } of [pop3, imap, smtp, bearer]) client.close();
});

test("a name and its address are one account, and reset empties the trap", async () => {
  await sendMail(mail.smtp.port, { to: ["ada@example.test"] });
  mail.store.addAccount({ user: "grace", password: "x" });
  await sendMail(mail.smtp.port, { to: ["Grace+x@example.test"] });
  expect(mail.store.messages("grace")).toHaveLength(1);
  expect(mail.store.messages("GRACE@example.test")).toHaveLength(1);
  await mail.reset();
  expect(mail.store.accounts()).toEqual([]);
});

test("accounts that were given keep what they are, and requireAuth can be asked for", async () => {
  await using strict = await startMailServers({
    trap: true,
    accounts: [{ user: "ada", password: "x", quotaBytes: 10 }],
    smtp: { requireAuth: true },
  });
  expect(await sendMail(strict.smtp.port)).toContain("530");
  expect(await sendMail(strict.smtp.port, { login: ["any", "body"] })).toContain("552");
});

test("what nodemailer sends with blind copies is seen as its sender meant it", async () => {
  const transport = nodemailer.createTransport({
    host: mail.host,
    port: mail.smtp.port,
    tls: { ca: mail.ca },
    auth: { user: "who", pass: "ever" },
  });
  await transport.sendMail({
    from: "Shop <shop@one.test>",
    to: "Ada Lovelace <ada@two.test>",
    bcc: "archive@one.test",
    subject: "Größe",
    text: "plain",
    html: "<p>rich</p>",
    attachments: [{ filename: "a.txt", content: "inside" }],
  });
  const [message] = await mail.waitForMessages({ from: "shop@one.test" });
  expect(message).toMatchObject({ user: "who", isSecure: true });
  expect(message?.parsed).toMatchObject({
    to: [{ name: "Ada Lovelace", address: "ada@two.test" }],
    bcc: [{ address: "archive@one.test" }],
    subject: "Größe",
    text: "plain",
    html: "<p>rich</p>",
    attachments: [{ filename: "a.txt", content: Buffer.from("inside") }],
  });
});
