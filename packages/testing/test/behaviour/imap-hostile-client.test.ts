import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type MailServers, startMailServers } from "../../src/index.js";

let mail: MailServers;
let socket: Socket;

beforeEach(async () => {
  mail = await startMailServers({
    accounts: [{ user: "ada", password: "x", messages: ["Subject: 1\n\n"] }],
    imap: { maxLineBytes: 1000, maxLiteralBytes: 10_000, autologoutMs: 300 },
  });
  socket = connect(mail.imap.port, mail.host);
  await once(socket, "data");
});

afterEach(async () => {
  socket.destroy();
  await mail.stop();
});

async function say(line: string): Promise<string> {
  socket.write(line, "latin1");
  return String((await once(socket, "data"))[0]);
}

test("a literal over the limit is refused and the session goes on", async () => {
  await say("a LOGIN ada x\r\n");
  expect(await say("b APPEND INBOX {10001}\r\n")).toMatch(/^b NO \[TOOBIG\]/);
  expect(await say("c NOOP\r\n")).toMatch(/^c OK/);
  expect(mail.store.messages("ada")).toHaveLength(1);
});

test("before login only small literals are taken", async () => {
  expect(await say("a LOGIN {9000}\r\n")).toMatch(/^a NO \[TOOBIG\]/);
  expect(await say("b LOGIN {3}\r\n")).toBe("+ OK\r\n");
});

test.each([
  ["an endless line", "a ".padEnd(5000, "x")],
  ["a huge literal that does not wait", "a LOGIN {999999999+}\r\n"],
])("%s ends the connection with BYE", async (_, bytes) => {
  socket.write(bytes);
  expect(await text(socket)).toMatch(/^\* BYE \[TOOBIG\]/);
});

test("a row of nonsense ends the connection", async () => {
  socket.write("nonsense\r\n".repeat(50));
  const answer = await text(socket);
  expect(answer).toMatch(/^\* BAD/);
  expect(answer).toContain("* BYE Too many invalid IMAP commands.");
  expect(answer.match(/BAD/g)).toHaveLength(20);
});

test("a silent client is logged out", async () => {
  expect(await text(socket)).toBe("* BYE Disconnected for inactivity.\r\n");
});

test("bytes that are no command are BAD, and nothing of it breaks the server", async () => {
  for (const bytes of [
    "\0\0\0\r\n",
    "\r\n",
    "+ x\r\n",
    "a\r\n",
    "a \r\n",
    "(a) NOOP\r\n",
    "a FETCH\r\n",
    "\xff\xfe NOOP\r\n",
  ]) {
    expect(await say(bytes)).toMatch(/BAD/);
  }
  await say("a LOGIN ada x\r\n");
  await say("a SELECT INBOX\r\n");
  const fetches = [
    "1 (((((",
    "1 BODY[1.1.1.1.1",
    "1 BODY[HEADER.FIELDS (",
    "1:2:3 FLAGS",
    "1 BODY[]<1>",
    "1 BODY[]<99999999999.1>",
  ];
  for (const rest of fetches) expect(await say(`b FETCH ${rest}\r\n`)).toMatch(/^b BAD/);
  expect(await say(`c SEARCH ${"NOT ".repeat(200)}ALL\r\n`)).toMatch(/^c BAD/);
  expect(await say(`d LIST "" "${"*%".repeat(400)}"\r\n`)).toMatch(/d OK/);
  expect(await say("e FETCH 1 BODY.PEEK[]<4294967295.1>\r\n")).toContain("{0}");
});

test("nonsense in place of a TLS handshake ends the connection and nothing else", async () => {
  await say("a STARTTLS\r\n");
  socket.write("b NOOP\r\n".repeat(100));
  await once(socket.resume(), "close");
  const plain = connect(mail.imap.tlsPort, mail.host);
  plain.on("error", () => {});
  plain.write("a NOOP\r\n".repeat(100));
  await once(plain.resume(), "close");
  const next = connect(mail.imap.port, mail.host);
  expect(String((await once(next, "data"))[0])).toMatch(/^\* OK/);
  next.destroy();
});

test("a client that pipelines gets every answer in order", async () => {
  socket.write("a LOGIN ada x\r\nb SELECT INBOX\r\nc FETCH 1 UID\r\nd LOGOUT\r\n");
  const tags = (await text(socket)).split("\r\n").flatMap((line) => /^([a-z]) /.exec(line)?.[1] ?? []);
  expect(tags).toEqual(["a", "b", "c", "d"]);
});
