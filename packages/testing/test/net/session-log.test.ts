import { expect, test } from "vitest";
import { startMailServers } from "../../src/index.js";
import { SessionLog, SessionLogs } from "../../src/net/session-log.js";
import { LineClient } from "../support/line-client.js";

test("lines that come in pieces are whole, and what is not a line yet is shown", () => {
  const log = new SessionLog("X session 1");
  for (const byte of Buffer.from("a NOOP\r\nb NO")) log.client(Uint8Array.of(byte));
  expect(String(log)).toBe("X session 1\n  C: a NOOP\n  C: b NO");
  log.server("* OK\r\n");
  expect(String(log)).toBe("X session 1\n  C: a NOOP\n  C: b NO\n  S: * OK");
});

test.each([
  ["a LOGIN ada secret", "a LOGIN ada …"],
  ["PASS secret", "PASS …"],
  ["APOP ada secret", "APOP ada …"],
  ["AUTH PLAIN secret", "AUTH PLAIN …"],
  ["a AUTHENTICATE PLAIN secret", "a AUTHENTICATE PLAIN …"],
])("%s is shown as %s", (said, shown) => {
  const log = new SessionLog("X");
  log.client(`${said}\r\n`);
  expect(String(log)).toBe(`X\n  C: ${shown}`);
});

test("responses to challenges are left out until the login is over", () => {
  const log = new SessionLog("X");
  log.client("AUTH LOGIN\r\n");
  log.server("334 VXNlcm5hbWU6\r\n");
  log.client("secret\r\n");
  log.server("334 UGFzc3dvcmQ6\r\n");
  log.client("secret\r\n");
  log.server("235 ok\r\n");
  log.client("NOOP\r\n");
  expect(String(log)).not.toContain("secret");
  expect(String(log)).toMatch(/C: NOOP$/);
});

test("what is long is cut: lines, chunks, sessions and their number", () => {
  const log = new SessionLog("X");
  log.server(`${"y".repeat(1000)}\n`);
  log.server("z\n".repeat(100_000));
  expect(String(log)).toContain("198000 more bytes");
  for (let index = 0; index < 1000; index++) log.client(`${index}\n`);
  const text = String(log);
  expect(text).toMatch(/… \d+ lines/);
  expect(text.split("\n").length).toBeLessThan(210);
  expect(text).toMatch(/C: 999$/);
  const logs = new SessionLogs();
  for (let index = 0; index < 1000; index++) logs.open("X");
  expect(String(logs).split("\n\n")).toHaveLength(100);
});

test("every server is heard, behind TLS too, and a reset begins anew", async () => {
  await using mail = await startMailServers({ accounts: [{ user: "ada", password: "secret" }] });
  for (const [protocol, command] of [
    ["imap", "a LOGIN ada secret"],
    ["pop3", "PASS secret"],
    ["smtp", "NOOP"],
  ] as const) {
    const client = await LineClient.dial(mail[protocol].tlsPort, mail.ca);
    await client.hear();
    await client.ask(command);
    client.close();
  }
  const log = mail.sessionLog();
  expect(log).toMatch(/IMAP session 1\n {2}S: \* OK .*\n {2}C: a LOGIN ada …\n {2}S: a OK/);
  expect(log).toMatch(/POP3 session 2\n {2}S: \+OK .*\n {2}C: PASS …\n {2}S: -ERR/);
  expect(log).toMatch(/SMTP session 3\n {2}S: 220 .*\n {2}C: NOOP\n {2}S: 250/);
  await mail.reset();
  expect(mail.sessionLog()).toBe("");
});
