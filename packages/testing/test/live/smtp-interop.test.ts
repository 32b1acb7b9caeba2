import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type MailServers, startMailServers } from "../../src/index.js";
import { readInteropMessages } from "./interop-messages.js";
import { readLiveEnvironment } from "./live-environment.js";
import { isInstalled, runProgram } from "./program.js";

readLiveEnvironment();
const messages = readInteropMessages();
const user = "ada";
const password = "p\"a ss'word";

let folder: string;
let mail: MailServers;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mailwright-interop-"));
  mail = await startMailServers({
    accounts: [
      { user, password },
      { user: "bob", password: "x" },
    ],
  });
  await writeFile(join(folder, "ca.pem"), mail.ca);
});
afterEach(async () => {
  await mail.stop();
  await rm(folder, { recursive: true, force: true });
});

function stored(): string[] {
  return mail.store.messages("bob").map(({ raw }) => raw.toString("latin1"));
}

describe.runIf(isInstalled("python3"))("Python's smtplib", () => {
  const SCRIPT = `
import json, smtplib, ssl, sys
how, port, ca, user, password = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
server = smtplib.SMTP_SSL("127.0.0.1", int(port), context=context) if how == "tls" else smtplib.SMTP("127.0.0.1", int(port))
if how == "starttls": server.starttls(context=context)
server.login(user, password)
for text in json.load(sys.stdin):
    server.sendmail("ada@example.test", ["bob@example.test"], text.encode("latin1"), ["BODY=8BITMIME"])
try:
    server.sendmail("ada@example.test", ["eve@example.test"], b"x")
except smtplib.SMTPRecipientsRefused as error:
    print(error.recipients["eve@example.test"])
server.quit()
`;

  test.each(["plain", "starttls", "tls"])("delivers everything byte for byte (%s)", async (how) => {
    const port = how === "tls" ? mail.smtp.tlsPort : mail.smtp.port;
    const args = ["-c", SCRIPT, how, String(port), join(folder, "ca.pem"), user, password];
    const input = JSON.stringify(messages.map((raw) => raw.toString("latin1")));
    const { code, stdout, stderr } = await runProgram("python3", args, input);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toContain("550, b'5.1.1 ");
    const sent = messages.map((raw) => raw.toString("latin1"));
    expect(stored()).toEqual(sent.map((raw) => (raw.endsWith("\r\n") ? raw : `${raw}\r\n`)));
    expect(mail.smtp.messages.every((message) => message.isSecure === (how !== "plain"))).toBe(true);
  });
});

describe.runIf(isInstalled("swaks"))("swaks", () => {
  test.each([
    ["PLAIN in clear", ["--auth", "PLAIN"]],
    ["LOGIN over STARTTLS", ["--tls", "--auth", "LOGIN"]],
    ["CRAM-MD5 over TLS", ["--tls-on-connect", "--auth", "CRAM-MD5"]],
  ])("delivers with %s", async (_how, settings) => {
    const port = settings.includes("--tls-on-connect") ? mail.smtp.tlsPort : mail.smtp.port;
    const data = join(folder, "message");
    await writeFile(data, "Subject: from swaks\n\n.\n..dots\nlast\n");
    const { code, stdout } = await runProgram("swaks", [
      ...["--server", `127.0.0.1:${port}`, "--helo", "localhost", "--from", "ada@example.test"],
      ...["--to", "bob@example.test", "--data", `@${data}`, "--tls-ca-path", join(folder, "ca.pem")],
      ...["--auth-user", user, "--auth-password", password, ...settings],
    ]);
    expect(code, stdout).toBe(0);
    expect(stored()[0]).toMatch(/^Subject: from swaks\r\n\r\n\.\r\n\.\.dots\r\nlast\r\n(\r\n)?$/);
  });

  test("is told when a recipient is unknown", async () => {
    const { code, stdout } = await runProgram("swaks", [
      ...["--server", `127.0.0.1:${mail.smtp.port}`, "--helo", "localhost", "--from", "ada@example.test"],
      ...["--to", "eve@example.test", "--auth", "PLAIN", "--auth-user", user, "--auth-password", password],
    ]);
    expect(code, stdout).toBe(24);
    expect(stdout).toContain("550 5.1.1");
  });
});

describe.runIf(isInstalled("smtp-source"))("Postfix's smtp-source", () => {
  test("delivers 300 messages over 10 connections at once", async () => {
    await using open = await startMailServers({
      accounts: [{ user: "bob", password: "x" }],
      smtp: { requireAuth: false },
    });
    const { code, stderr } = await runProgram("smtp-source", [
      ...["-s", "10", "-m", "300", "-l", "5000", "-f", "ada@example.test", "-t", "bob@example.test"],
      `inet:127.0.0.1:${open.smtp.port}`,
    ]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const sizes = open.store.messages("bob").map(({ raw }) => raw.length);
    expect(sizes).toHaveLength(300);
    expect(Math.min(...sizes)).toBeGreaterThan(5000);
    expect(open.smtp.messages.map(({ recipients }) => recipients.length)).toEqual(new Array(300).fill(1));
  });
});
