import { type ChildProcessByStdio, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request as rawRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { LineClient } from "../support/line-client.js";
import { sendMail } from "../support/send-mail.js";

const MAIN = fileURLToPath(new URL("../../dist/command-line/main.js", import.meta.url));

interface Ready {
  readonly http: string;
  readonly smtp: { readonly port: number };
  readonly imap: { readonly port: number; readonly tlsPort: number };
}

let child: ChildProcessByStdio<null, Readable, null>;
let lines: AsyncIterator<string>;
let reader: Interface;
let ready: Ready;
let folder: string;

async function nextEvent(): Promise<unknown> {
  const { value } = await lines.next();
  return JSON.parse(value);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "command-line-"));
  const args = [
    MAIN,
    "--http",
    "0",
    "--json",
    "--trap",
    "--user",
    "ada:se:cret",
    "--ca-file",
    join(folder, "ca.pem"),
  ];
  child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  reader = createInterface({ input: child.stdout });
  lines = reader[Symbol.asyncIterator]();
  ready = (await nextEvent()) as Ready;
}, 120_000);

afterAll(async () => {
  const closed = once(child, "close");
  child.kill("SIGTERM");
  expect(await closed).toEqual([0, null]);
  await rm(folder, { recursive: true });
});

async function call(path: string, method = "GET"): Promise<{ status: number; body: unknown }> {
  const response = await fetch(new URL(path, ready.http), { method });
  return { status: response.status, body: await response.json() };
}

describe("the HTTP API", () => {
  beforeEach(async () => {
    expect((await call("/api/reset", "POST")).status).toBe(200);
  });

  async function send(subject: string, to = "bob@one.test"): Promise<number> {
    const html = `Content-Type: text/html\r\nSubject: ${subject}\r\n\r\n<b>${subject}</b><script>alert(1)</script>\r\n`;
    await sendMail(ready.smtp.port, { to: [to], raw: html });
    const event = await nextEvent();
    expect(event).toMatchObject({ event: "message", subject, recipients: [to] });
    return (event as { id: number }).id;
  }

  test("lists, filters, gives and deletes what arrived", async () => {
    const [first, second] = [await send("One"), await send("Two", "carol@two.test")];
    expect((await call("/api/messages")).body).toMatchObject([{ id: first }, { id: second }]);
    expect((await call("/api/messages?to=carol@two.test")).body).toMatchObject([
      { id: second, subject: "Two" },
    ]);
    expect((await call(`/api/messages/${first}`)).body).toMatchObject({
      subject: "One",
      bcc: [{ address: "bob@one.test" }],
      html: "<b>One</b><script>alert(1)</script>\n",
      headers: expect.arrayContaining([{ name: "Subject", value: "One" }]),
    });
    const raw = await fetch(new URL(`/api/messages/${first}/raw`, ready.http));
    expect(await raw.text()).toContain("Subject: One\r\n");
    expect((await call(`/api/messages/${first}`, "DELETE")).status).toBe(200);
    expect((await call(`/api/messages/${first}`)).status).toBe(404);
    expect((await call("/api/messages")).body).toMatchObject([{ id: second }]);
    await call("/api/messages", "DELETE");
    expect((await call("/api/messages")).body).toEqual([]);
  });

  test("waits, and says what arrived when it gives up", async () => {
    const waiting = call("/api/messages/wait?subject=Late&count=1");
    await send("Late");
    expect((await waiting).body).toMatchObject([{ subject: "Late" }]);
    const late = await call("/api/messages/wait?count=2&timeoutMs=20");
    expect(late).toMatchObject({ status: 408, body: { error: expect.stringContaining('"Late"') } });
    expect((await call("/api/messages/wait?count=x")).status).toBe(400);
  });

  test("no message runs a script, and no other site reads mail", async () => {
    const id = await send("Evil");
    const html = await fetch(new URL(`/api/messages/${id}/html`, ready.http));
    expect(html.headers.get("content-security-policy")).toMatch(/^sandbox; default-src 'none'/);
    const page = await fetch(ready.http);
    expect(page.headers.get("content-security-policy")).toMatch(/default-src 'none'; script-src 'sha256-/);
    expect(await page.text()).toContain("<title>Mail that arrived</title>");
    const foreign = async (headers: Record<string, string>): Promise<number | undefined> => {
      const request = rawRequest(new URL("/api/messages", ready.http), { headers }).end();
      const [response] = await once(request, "response");
      response.resume();
      return response.statusCode;
    };
    expect(await foreign({ host: "evil.example" })).toBe(403);
    expect(await foreign({ origin: "http://evil.example" })).toBe(403);
    expect((await call("/api/nothing")).status).toBe(404);
  });
});

test("accounts, the authority's certificate and ports are what was asked for", async () => {
  const client = await LineClient.dial(ready.imap.tlsPort, await readFile(join(folder, "ca.pem"), "utf8"));
  await client.hear();
  expect(await client.ask("a LOGIN ada se:cret")).toMatch(/^a OK/);
  client.close();
});

test.each([
  [["--imap", "99999"], "No port: 99999"],
  [["--user", "ada"], "--user wants NAME:PASSWORD"],
  [["--profile", "outlook"], "There is no profile outlook"],
  [["--smpt", "1"], "--smpt"],
])("%j is refused with the usage", async (args, problem) => {
  const error = await promisify(execFile)(process.execPath, [MAIN, ...args]).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: 2, stderr: expect.stringContaining(problem) });
  expect(error).toMatchObject({ stderr: expect.stringContaining("Usage:") });
});
