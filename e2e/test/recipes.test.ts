import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ImapClient } from "@mailwright/imap";
import { Pop3Client } from "@mailwright/pop3";
import { SmtpClient } from "@mailwright/smtp";
import { startMailServers } from "@mailwright/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const DOCS = new URL("../../docs/", import.meta.url);
const ADA = { user: "ada", password: "x", address: "ada@example.test" };

/** Where the recipes lie as files: inside the package, so that the names of the others resolve. */
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(fileURLToPath(new URL("recipes-", import.meta.url)));
  for (const page of ["recipes", "oauth"]) {
    const text = await readFile(new URL(`${page}.md`, DOCS), "utf8");
    for (const [, name = "", code = ""] of text.matchAll(/^```js\n\/\/ (.+)\n([\s\S]*?)^```$/gm))
      await writeFile(join(folder, name), code);
  }
});

afterAll(() => rm(folder, { recursive: true }));

// biome-ignore lint/suspicious/noExplicitAny: a module that only the documentation has
const recipe = (name: string): Promise<any> => import(pathToFileURL(join(folder, name)).href);

function message(name: string, body = "Hello"): string {
  return `From: bob@example.test\r\nTo: ada@example.test\r\nSubject: ${name}\r\nMessage-ID: <${name}@x>\r\nDate: Fri, 20 Nov 2026 10:13:00 +0000\r\n\r\n${body}\r\n`;
}

type Mail = Awaited<ReturnType<typeof startMailServers>>;

const accountOf = (mail: Mail, port: number, user = "ada") => ({
  server: { host: mail.host, port, security: "none" as const },
  credentials: { user, password: "x" },
});

const subjectsOf = (mail: Mail, user: string, mailbox: string): string[] =>
  mail.store.messages(user, mailbox).map(({ raw }) => /^Subject: (.*)\r$/m.exec(raw.toString())?.[1] ?? "");

describe("the recipes in docs/recipes.md", () => {
  test("a folder of .eml files is imported once, however often it is", async () => {
    await using mail = await startMailServers({ accounts: [{ ...ADA, mailboxes: ["Old"] }] });
    await using imap = new ImapClient(accountOf(mail, mail.imap.port));
    const files = join(folder, "eml");
    await mkdir(files);
    for (const name of ["one", "two"]) await writeFile(join(files, `${name}.eml`), message(name));
    await writeFile(join(files, "notes.txt"), "no message");
    const { importFolder } = await recipe("import-folder.mjs");
    expect(await importFolder(imap, files, "Old")).toBe(2);
    expect(await importFolder(imap, files, "Old")).toBe(0);
    expect(subjectsOf(mail, "ada", "Old")).toEqual(["one", "two"]);
    const [first] = mail.store.messages("ada", "Old");
    expect(first?.internalDate.toISOString()).toBe("2026-11-20T10:13:00.000Z");
    expect(first?.flags).toEqual(new Set(["\\Seen"]));
  });

  test("a folder moves to another server, flags and dates with it, and a second run adds nothing", async () => {
    const raw = message("starred");
    const internalDate = new Date("2020-02-02T02:02:02Z");
    const messages = [{ raw, flags: ["\\Flagged", "mine"], internalDate, mailbox: "Work" }, message("inbox")];
    await using old = await startMailServers({ accounts: [{ ...ADA, mailboxes: ["Work"], messages }] });
    await using mail = await startMailServers({ accounts: [ADA] });
    await using from = new ImapClient(accountOf(old, old.imap.port));
    await using to = new ImapClient(accountOf(mail, mail.imap.port));
    const { migrateFolder } = await recipe("migrate-folder.mjs");
    for (const mailbox of ["Work", "INBOX", "Work"])
      expect(await migrateFolder(from, to, mailbox)).toEqual([]);
    expect(subjectsOf(mail, "ada", "INBOX")).toEqual(["inbox"]);
    expect(mail.store.messages("ada", "Work")).toMatchObject([
      { raw: Buffer.from(raw), internalDate, flags: new Set(["\\Flagged", "mine"]) },
    ]);
  });

  test("what a server puts off is sent later, what it refuses is not, and all tries are one message", async () => {
    const ids: string[] = [];
    let isGrey = true;
    await using mail = await startMailServers({
      accounts: [ADA],
      smtp: {
        answers: {
          rcpt: (address) => {
            if (address.startsWith("nobody")) return { code: 550, text: "5.1.1 no such user" };
            return isGrey ? { code: 451, text: "4.7.1 greylisted" } : undefined;
          },
          dataEnd: ({ raw }) => void ids.push(/^Message-ID: (.*)\r$/im.exec(raw.toString())?.[1] ?? ""),
        },
      },
    });
    await using smtp = new SmtpClient({
      ...accountOf(mail, mail.smtp.port),
      from: ADA.address,
      retry: { attempts: 1 },
    });
    const { sendDue } = await recipe("send-due.mjs");
    const entryFor = (to: string) => ({
      message: { to, subject: to, text: "x" },
      key: to,
      queuedAt: 0,
      dueAt: 0,
      result: undefined,
    });
    const queue = [entryFor("ada@example.test"), entryFor("nobody@example.test")];
    await sendDue(smtp, queue, 0);
    expect(queue).toMatchObject([
      { dueAt: 5 * 60_000, result: { status: "deferred" } },
      { dueAt: Number.POSITIVE_INFINITY, result: { status: "rejected" } },
    ]);
    const messageId = queue[0]?.result;
    await sendDue(smtp, queue, 60_000);
    expect(queue[0]?.result).toBe(messageId);
    isGrey = false;
    await sendDue(smtp, queue, 5 * 60_000);
    expect(queue[0]).toMatchObject({ dueAt: Number.POSITIVE_INFINITY, result: { status: "accepted" } });
    expect(ids).toEqual([(messageId as { messageId?: string } | undefined)?.messageId]);
  });

  test("addresses that do not exist are suppressed, and what people wrote stays unread", async () => {
    const bounce = (to: string, status: string): string =>
      `From: MAILER-DAEMON@mx.example.net\r\nTo: ${to}\r\nSubject: Undelivered Mail Returned to Sender\r\nDate: Fri, 20 Nov 2026 10:13:00 +0000\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\nFinal-Recipient: rfc822; carol@example.net\r\nAction: failed\r\nStatus: ${status}\r\n--b--\r\n`;
    const messages = [
      bounce("bounces@example.test", "5.1.1"),
      bounce("bounces+dan=example.org@example.test", "5.1.1"),
      bounce("bounces@example.test", "5.2.2"),
      message("Undelivered Mail", "carol@example.net does not answer."),
    ];
    await using mail = await startMailServers({ accounts: [{ ...ADA, messages }] });
    await using imap = new ImapClient(accountOf(mail, mail.imap.port));
    const { suppressBounced } = await recipe("suppress-bounced.mjs");
    const suppressed: unknown[] = [];
    await suppressBounced(imap, "INBOX", {
      bounceAddress: "bounces@example.test",
      suppress: async (...entry: unknown[]) => void suppressed.push(entry),
    });
    expect(suppressed).toEqual([
      ["carol@example.net", "5.1.1"],
      ["dan@example.org", "5.1.1"],
    ]);
    const seen = mail.store.messages("ada", "INBOX").map(({ flags }) => flags.has("\\Seen"));
    expect(seen).toEqual([true, true, true, false]);
  });
});

describe("the recipe in docs/oauth.md", () => {
  /** A token endpoint that answers what it is told to, and keeps what it was asked. */
  async function startTokenServer(answers: object[]) {
    const asked: Record<string, string>[] = [];
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        asked.push(Object.fromEntries(new URLSearchParams(body)));
        const answer = answers.shift() ?? { error: "invalid_grant" };
        response.statusCode = "error" in answer ? 400 : 200;
        response.end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    return {
      url: `http://127.0.0.1:${port}/token`,
      asked,
      [Symbol.asyncDispose]: async () => void (await new Promise((resolve) => server.close(resolve))),
    };
  }

  test("one token serves all clients, a refused one is fetched anew, and a new refresh token is kept", async () => {
    await using mail = await startMailServers({ accounts: [{ ...ADA, accessToken: "good" }] });
    await using tokens = await startTokenServer([
      { access_token: "stale", expires_in: 3600 },
      { access_token: "good", expires_in: 3600, refresh_token: "second" },
      { access_token: "good", expires_in: 30 },
    ]);
    const saved: string[] = [];
    const { tokenCredentials } = await recipe("tokens.mjs");
    const credentials = tokenCredentials({
      user: "ada",
      tokenUrl: tokens.url,
      parameters: { grant_type: "refresh_token", client_id: "c", refresh_token: "first" },
      saveRefreshToken: async (token: string) => void saved.push(token),
    });
    const [server, tls] = [{ host: mail.host }, { ca: mail.ca }];
    await using imap = new ImapClient({ server: { ...server, port: mail.imap.tlsPort, tls }, credentials });
    await using pop3 = new Pop3Client({ server: { ...server, port: mail.pop3.tlsPort, tls }, credentials });
    await using smtp = new SmtpClient({ server: { ...server, port: mail.smtp.tlsPort, tls }, credentials });
    expect((await imap.listFolders()).length).toBeGreaterThan(0);
    await Promise.all([pop3.stat(), smtp.testConnection()]);
    expect(tokens.asked.map((parameters) => parameters["refresh_token"])).toEqual(["first", "first"]);
    expect(saved).toEqual(["second"]);
    await Promise.all([credentials({ refresh: true }), credentials({ refresh: true })]);
    expect(tokens.asked).toHaveLength(3);
    expect(tokens.asked[2]).toMatchObject({ refresh_token: "second" });
    // That one is nearly over, and then the consent has ended.
    await expect(credentials({ refresh: false })).rejects.toThrow("No token for ada: invalid_grant");
  });

  test("a consent is asked for with what both providers need, and gives a refresh token", async () => {
    await using tokens = await startTokenServer([{ refresh_token: "first", access_token: "a" }]);
    const { consentUrl, google, microsoft, refreshTokenFor } = await recipe("consent.mjs");
    const verifier = "v".repeat(43);
    const given = { clientId: "c", redirectUri: "https://app.example/back", state: "s", user: "ada" };
    for (const provider of [google, microsoft]) {
      const { searchParams } = new URL(consentUrl(provider, { ...given, verifier }));
      expect(Object.fromEntries(searchParams)).toMatchObject({
        response_type: "code",
        access_type: "offline",
        state: "s",
        scope: provider.scope,
        code_challenge_method: "S256",
      });
    }
    expect(microsoft.scope.split(" ")).toContain("https://outlook.office.com/IMAP.AccessAsUser.All");
    const exchange = { ...given, clientSecret: "secret", code: "42", verifier };
    expect(await refreshTokenFor({ tokenUrl: tokens.url }, exchange)).toBe("first");
    expect(tokens.asked[0]).toMatchObject({ code: "42", code_verifier: verifier, client_secret: "secret" });
    await expect(refreshTokenFor({ tokenUrl: tokens.url }, exchange)).rejects.toThrow("invalid_grant");
  });
});

test("every recipe is run here", async () => {
  const own = await readFile(fileURLToPath(import.meta.url), "utf8");
  const pages = await Promise.all(
    ["recipes", "oauth"].map((page) => readFile(new URL(`${page}.md`, DOCS), "utf8")),
  );
  const names = pages.flatMap((text) =>
    [...text.matchAll(/^```js\n\/\/ (.+)$/gm)].map(([, name]) => name ?? ""),
  );
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !own.includes(`recipe("${name}")`))).toEqual([]);
});
