import { connect } from "node:net";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { startMailServers } from "../../src/index.js";

/** What is thrown where nobody catches it, instead of failing this run. */
async function collectUncaught(work: () => Promise<void>): Promise<unknown[]> {
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

/** Sends a message and returns the reply to each line. */
async function send(port: number, lines: readonly string[]): Promise<string[]> {
  const socket = connect(port, "127.0.0.1");
  const replies: string[] = [];
  const due = [...lines];
  for await (const reply of createInterface({ input: socket })) {
    if (reply[3] === "-") continue;
    replies.push(reply.slice(0, 3));
    const line = due.shift();
    if (line === undefined) socket.end();
    else socket.write(`${line}\r\n`);
  }
  return replies;
}

test("a listener that throws fails the test, not the client, and keeps no other from hearing", async () => {
  await using mail = await startMailServers({
    accounts: [{ user: "ada", password: "x" }],
    smtp: { requireAuth: false, requireTls: false },
  });
  const heard: string[] = [];
  mail.store.on("message", () => {
    throw new Error("the assertion failed");
  });
  mail.store.on("message", ({ message }) => heard.push(message.raw.toString()));
  const uncaught = await collectUncaught(async () => {
    const lines = [
      "EHLO x",
      "MAIL FROM:<a@b.test>",
      "RCPT TO:<ada@example.test>",
      "DATA",
      "hello\r\n.",
      "QUIT",
    ];
    expect(await send(mail.smtp.port, lines)).toEqual(["220", "250", "250", "250", "354", "250", "221"]);
  });
  expect(uncaught).toEqual([new Error("the assertion failed")]);
  expect(heard).toEqual(["hello\r\n"]);
  expect(mail.store.messages("ada")).toHaveLength(1);
  expect(mail.smtp.messages).toHaveLength(1);
});
