import { afterEach, beforeEach, expect, test } from "vitest";
import { type MailServers, startMailServers } from "../../src/index.js";
import { LineClient } from "../support/line-client.js";

let mail: MailServers;
let client: LineClient;
beforeEach(async () => {
  mail = await startMailServers({
    accounts: [{ user: "ada", password: "x", messages: ["Subject: One\n\n1\n"] }],
    imap: { maxLineBytes: 10_000 },
  });
  client = await LineClient.dial(mail.imap.port);
  await client.hear();
});
afterEach(async () => {
  client.close();
  await mail.stop();
});

async function logIn(): Promise<void> {
  expect(await client.ask("a LOGIN ada x")).toMatch(/^a OK/);
}

test.each(["IDLE", "AUTHENTICATE PLAIN"])("a line without end in %s ends the session", async (command) => {
  if (command === "IDLE") await logIn();
  expect(await client.ask(`b ${command}`)).toMatch(/^\+/);
  client.say(Buffer.alloc(20_000, "x"));
  expect(await client.hear()).toMatch(/^b BAD/);
  expect(await client.hear()).toMatch(/^\* BYE \[TOOBIG\]/);
  expect(await client.hear()).toBe("<end>");
});

test.each(["+", ""])("a stranger's literal {n%s} is small", async (plus) => {
  client.say(`a LOGIN {8193${plus}}`);
  expect(await client.hear()).toMatch(plus === "" ? /^a NO \[TOOBIG\]/ : /^\* BYE \[TOOBIG\]/);
});

test("who is logged in may send large ones", async () => {
  await logIn();
  expect(await client.ask("b APPEND INBOX {9000}")).toMatch(/^\+/);
});

test("an empty list of items and a command without a name are refused with their tags", async () => {
  await logIn();
  client.say("b SELECT INBOX");
  while (!(await client.hear()).startsWith("b OK")) {}
  expect(await client.ask("c FETCH 1 ()")).toMatch(/^c BAD/);
  expect(await client.ask("d ")).toMatch(/^d BAD/);
  expect(await client.ask("nonsense")).toMatch(/^\* BAD/);
});
