import { afterEach, expect, test } from "vitest";
import { type MailServers, MessageTimeoutError, startMailServers } from "../../src/index.js";
import { sendMail } from "../support/send-mail.js";

let mail: MailServers;
afterEach(() => mail.stop());

async function start(): Promise<MailServers> {
  mail = await startMailServers({ accounts: [{ user: "ada", password: "x" }], smtp: { requireAuth: false } });
  return mail;
}

test("a wait ends with the message that completes it, delivered or recorded", async () => {
  await start();
  const waiting = mail.waitForMessages({ count: 2 });
  await sendMail(mail.smtp.port, { raw: "Subject: One\r\n\r\n1\r\n" });
  await sendMail(mail.smtp.port, { to: ["who@elsewhere.test"], raw: "Subject: Two\r\n\r\n2\r\n" });
  const messages = await waiting;
  expect(messages.map(({ parsed }) => parsed.subject)).toEqual(["One", "Two"]);
  expect(messages).toEqual(mail.smtp.messages);
});

test("what arrived before is found at once, and a listener hears each message once", async () => {
  await start();
  const heard: string[] = [];
  const end = mail.on("message", ({ parsed }) => heard.push(parsed.subject ?? ""));
  await sendMail(mail.smtp.port, { to: ["ada@example.test", "who@elsewhere.test"] });
  expect(await mail.waitForMessages()).toHaveLength(1);
  end();
  await sendMail(mail.smtp.port);
  expect(await mail.waitForMessages({ count: 2 })).toHaveLength(2);
  expect(heard).toEqual(["Hello"]);
});

test.each([
  [{ to: "ADA@example.test" }, ["A"]],
  [{ to: /@elsewhere/g }, ["B", "C"]],
  [{ from: "envelope@client.test" }, ["B"]],
  [{ from: "Shown@client.test" }, ["C"]],
  [{ subject: "B" }, ["B"]],
  [{ subject: /^[ab]$/i }, ["A", "B"]],
  [{ to: /elsewhere/, from: /shown/i }, ["C"]],
])("only messages that match %o count", async (filter, subjects) => {
  await start();
  await sendMail(mail.smtp.port, { raw: "Subject: A\r\n\r\n" });
  const to = ["who@elsewhere.test"];
  await sendMail(mail.smtp.port, { to, from: "envelope@client.test", raw: "Subject: B\r\n\r\n" });
  await sendMail(mail.smtp.port, { to, raw: "From: Some One <shown@client.test>\r\nSubject: C\r\n\r\n" });
  for (const again of [1, 2]) {
    const found = await mail.waitForMessages({ ...filter, count: subjects.length });
    expect(
      found.map(({ parsed }) => parsed.subject),
      `${again}`,
    ).toEqual(subjects);
  }
});

test("a timeout lists what did arrive, and what of it matched", async () => {
  await start();
  await sendMail(mail.smtp.port, { raw: "Subject: Invoice\r\n\r\n" });
  await sendMail(mail.smtp.port, { to: ["who@elsewhere.test"] });
  const error = await mail
    .waitForMessages({ to: "ada@example.test", subject: "Invoice", count: 2, timeoutMs: 30 })
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(MessageTimeoutError);
  expect(error).toMatchObject({
    messages: [{}, {}],
    message: [
      'Waited 30 ms for 2 messages to ada@example.test with subject "Invoice": 2 arrived, of which 1 match (+)',
      '  + from <app@client.test> to ada@example.test: "Invoice"',
      '  - from <app@client.test> to who@elsewhere.test: "Hello"',
    ].join("\n"),
  });
  await expect(mail.waitForMessages({ count: 3, timeoutMs: 0 })).rejects.toThrow("2 arrived");
});

test("a wait does not outlive the servers, and options that make no sense are refused", async () => {
  await start();
  const waiting = expect(mail.waitForMessages()).rejects.toThrow("The servers were reset while waiting");
  await mail.reset();
  await waiting;
  const stopped = expect(mail.waitForMessages()).rejects.toThrow("The servers were stopped while waiting");
  await mail.stop();
  await stopped;
  expect(() => mail.waitForMessages({ count: 0 })).toThrow(RangeError);
  expect(() => mail.waitForMessages({ timeout: 5 } as object)).toThrow("no option timeout");
});
