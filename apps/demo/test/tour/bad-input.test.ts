import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@mailwright/suite";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXIT } from "../../src/terminal/exit-code.js";
import { type DemoRun, runDemo } from "./run-demo.js";
import { runTourHere } from "./run-tour-here.js";

const environment = { MAILWRIGHT_USER: "ada@example.test", MAILWRIGHT_PASSWORD: "correct-horse" };
let mail: MailServers;
let folder: string;
let ca: string;

beforeAll(async () => {
  const account = { user: "ada@example.test", password: "correct-horse", address: "ada@example.test" };
  mail = await startMailServers({ accounts: [account] });
  folder = mkdtempSync(join(tmpdir(), "mailwright-demo-"));
  ca = join(folder, "ca.pem");
  writeFileSync(ca, mail.ca);
});

afterAll(async () => {
  await mail.stop();
  rmSync(folder, { recursive: true });
});

function expectOneLine(run: DemoRun, ...parts: readonly (string | RegExp)[]): void {
  expect(run.code).toBe(EXIT.failed);
  expectExplained(run, parts);
}

function expectExplained(run: DemoRun, parts: readonly (string | RegExp)[]): void {
  expect(run.stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(run.stderr).not.toMatch(/^\s+at |node:internal/m);
  for (const part of parts) expect(run.stderr).toMatch(part);
}

describe.concurrent.each(["imap", "pop3", "smtp"] as const)("over %s", (protocol) => {
  const send = protocol === "smtp" ? ["--to", "ada@example.test"] : [];
  const run = (url: string, more: readonly string[] = [], variables: Record<string, string> = {}) =>
    runTourHere([`--${protocol}`, url, ...send, ...more], { ...environment, ...variables });

  test("a wrong password, in a process of its own", async () => {
    const url = `${protocol}s://127.0.0.1:${mail[protocol].tlsPort}`;
    const variables = { ...environment, MAILWRIGHT_PASSWORD: "battery-staple" };
    const outcome = await runDemo([`--${protocol}`, url, ...send, "--ca", ca], variables);
    expectOneLine(outcome, "[authentication]", "password", / auth/);
    expect(outcome.stderr + outcome.stdout).not.toContain("battery-staple");
  });

  test("an unknown host", async () => {
    expectOneLine(await run(`${protocol}s://no-such-host.invalid`), "[dns]", "no-such-host.invalid");
  });

  test("a port where nobody listens", async () => {
    const port = await freePort();
    expectOneLine(await run(`${protocol}s://127.0.0.1:${port}`), "[connection]", `127.0.0.1:${port}`);
  });

  test("a certificate of an unknown authority", async () => {
    const url = `${protocol}s://127.0.0.1:${mail[protocol].tlsPort}`;
    expectOneLine(await run(url), "[tls]", /certificate/);
  });

  test("a server that never greets", async () => {
    const sockets = new Set<import("node:net").Socket>();
    const silent = createServer((socket) => sockets.add(socket)).listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : 0;
    const outcome = await run(`${protocol}+plain://127.0.0.1:${port}`, ["--timeout", "0.5"]);
    expectOneLine(outcome, "[timeout]", /greeting|connect/);
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  test("a server without STARTTLS where it is required", async () => {
    await using stripped = await startMailServers({
      imap: { disable: ["STARTTLS"] },
      pop3: { disable: ["STLS"] },
      smtp: { disable: ["STARTTLS"] },
    });
    const outcome = await run(`${protocol}://127.0.0.1:${stripped[protocol].port}`);
    expectOneLine(outcome, "[tls]", /STARTTLS|STLS/i);
  });
});

test.concurrent("a mailbox that does not exist", async () => {
  const url = `imaps://127.0.0.1:${mail.imap.tlsPort}`;
  const run = await runTourHere(["--imap", url, "--ca", ca, "--folder", "No such folder"], environment);
  expectOneLine(run, "[not-found]", "No such folder");
});

test.concurrent("an address with a line break, which is a mistake", async () => {
  const url = `smtps://127.0.0.1:${mail.smtp.tlsPort}`;
  const to = "ada@example.test>\r\nRCPT TO:<evil@example.test";
  const run = await runTourHere(["--smtp", url, "--ca", ca, "--to", to], environment);
  expect(run.code).toBe(EXIT.usage);
  expectExplained(run, [/to\[0\]/]);
});

test.concurrent.each([[["--nonsense"]], [["--folder", "INBOX"]], [["--smtp", "ftp://x"]]])(
  "%j is a mistake, and exits with 2",
  async (argv) => {
    const { code, stdout, stderr } = await runTourHere(argv, environment);
    expect({ code, stdout, lines: stderr.trimEnd().split("\n").length }).toEqual({
      code: 2,
      stdout: "",
      lines: 1,
    });
  },
);

describe("over smtp without a recipient", () => {
  test("the login is tried, and what does not happen is said", async () => {
    const url = `smtps://127.0.0.1:${mail.smtp.tlsPort}`;
    const arrived = mail.smtp.messages.length;
    const { code, stdout } = await runTourHere(["--smtp", url, "--ca", ca], environment);
    expect(stdout).toContain("SMTP: logged in; nothing is sent without --to");
    expect(code).toBe(0);
    expect(mail.smtp.messages).toHaveLength(arrived);
  });

  test("what it says is JSON, line by line, where that is asked for", async () => {
    const url = `smtps://127.0.0.1:${mail.smtp.tlsPort}`;
    const { code, stdout } = await runTourHere(["--once", "--json", "--smtp", url, "--ca", ca], environment);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect({ code, lines }).toMatchObject({
      code: 0,
      lines: expect.arrayContaining([{ line: expect.stringMatching(/^SMTP: logged in/) }]),
    });
  });

  test("a wrong password is an error", async () => {
    const url = `smtps://127.0.0.1:${mail.smtp.tlsPort}`;
    const variables = { ...environment, MAILWRIGHT_PASSWORD: "battery-staple" };
    expectOneLine(await runTourHere(["--smtp", url, "--ca", ca], variables), "[authentication]");
  });
});
