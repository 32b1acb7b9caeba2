import { expect, test } from "vitest";
import { MailStore, startMailServers } from "../../src/index.js";
import { sendMail } from "../support/send-mail.js";

/** What is thrown where nobody catches it, instead of failing this run. */
async function collectUncaught(work: () => Promise<void> | void): Promise<unknown[]> {
  const uncaught: unknown[] = [];
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", (error) => uncaught.push(error));
  try {
    await work();
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.removeAllListeners("uncaughtException");
    for (const listener of others) process.on("uncaughtException", listener);
  }
  return uncaught;
}

const failed = new Error("the assertion failed");
const setUp = { accounts: [{ user: "ada", password: "x" }], smtp: { requireAuth: false } };

test("a listener that throws fails the test, not the client, and keeps no other from hearing", async () => {
  const mail = await startMailServers(setUp);
  const heard: string[] = [];
  mail.store.on("message", () => {
    throw failed;
  });
  mail.store.on("message", ({ message }) => heard.push(message.raw.toString()));
  const uncaught = await collectUncaught(async () => {
    expect(await sendMail(mail.smtp.port, { raw: "hello\r\n" })).not.toContain("451");
  });
  expect(uncaught).toEqual([]);
  expect(heard).toEqual(["hello\r\n"]);
  expect(mail.store.messages("ada")).toHaveLength(1);
  expect(mail.smtp.messages).toHaveLength(1);
  await expect(mail.stop()).rejects.toBe(failed);
  expect(mail.imap.connections).toBe(0);
});

test.each([
  ["waitForMessages", false],
  ["waitForMessages", true],
  ["reset", false],
  ["stop", false],
] as const)("what a listener throws comes out of %s, async %s", async (method, isAsync) => {
  const mail = await startMailServers(setUp);
  mail.on("message", () => {
    if (!isAsync) throw failed;
    return Promise.reject(failed) as unknown as undefined;
  });
  await sendMail(mail.smtp.port);
  await expect(mail[method]()).rejects.toBe(failed);
  await mail.stop();
});

test("a listener that throws while a test waits ends the wait, and several errors come together", async () => {
  const mail = await startMailServers(setUp);
  const waiting = expect(mail.waitForMessages({ count: 2 })).rejects.toBe(failed);
  for (const each of [1, 2]) {
    mail.on("message", () => {
      throw each === 1 ? failed : new Error("another");
    });
  }
  await sendMail(mail.smtp.port);
  await waiting;
  await sendMail(mail.smtp.port);
  await expect(mail.stop()).rejects.toMatchObject({ errors: [{}, {}, {}] });
});

test("a store without servers has nobody to tell: the error is uncaught", async () => {
  const store = new MailStore([{ user: "ada", password: "x" }]);
  store.on("message", () => {
    throw failed;
  });
  expect(await collectUncaught(() => void store.deliver("ada", "hello"))).toEqual([failed]);
});
