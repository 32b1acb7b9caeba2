import { until } from "@mailwright/suite";
import { ImapFlow } from "imapflow";
import nodemailer from "nodemailer";
import { afterEach, describe, expect, test } from "vitest";
import { type AccountOptions, type MailServers, startMailServers } from "../../src/index.js";
import { profiles } from "../../src/profiles/profiles.js";
import { LineClient } from "../support/line-client.js";

let mail: MailServers | undefined;
afterEach(() => mail?.stop());

const ada = { user: "ada", password: "x", messages: ["Subject: One\n\n1\n", "Subject: Two\n\n2\n"] };
const accounts = [ada];

/** A session that has INBOX open. */
async function dial(): Promise<LineClient> {
  const client = await LineClient.dial(mail?.imap.port ?? 0);
  await client.hear();
  await client.ask("a LOGIN ada x");
  client.say("b SELECT INBOX");
  while (!(await client.hear()).startsWith("b ")) {}
  return client;
}

/** Everything that a session hears from the greeting on. */
async function lines(
  profile: keyof typeof profiles,
  account: Partial<AccountOptions>,
  ...commands: string[]
): Promise<string[]> {
  mail = await startMailServers({ accounts: [{ ...ada, ...account }], profile });
  const client = await LineClient.dial(mail.imap.port);
  const heard = [await client.hear()];
  for (const [index, command] of ["LOGIN ada x", ...commands].entries()) {
    client.say(`t${index} ${command}`);
    do heard.push(await client.hear());
    while (!heard.at(-1)?.startsWith(`t${index} `) && heard.at(-1) !== "<end>");
  }
  client.close();
  return heard;
}

describe.each(Object.keys(profiles) as (keyof typeof profiles)[])("the profile %s", (profile) => {
  test("lets mail be sent, and read by a client that asks what there is", async () => {
    mail = await startMailServers({ accounts, profile });
    const transport = nodemailer.createTransport({
      host: mail.host,
      port: mail.smtp.port,
      tls: { ca: mail.ca },
      auth: { user: "ada", pass: "x" },
    });
    await transport.sendMail({ from: "a@b.test", to: "ada@example.test", subject: "Three", text: "3" });
    const client = new ImapFlow({
      host: mail.host,
      port: mail.imap.tlsPort,
      secure: true,
      tls: { ca: mail.ca },
      auth: { user: "ada", pass: "x" },
      logger: false,
    });
    await client.connect();
    const exists = profile === "exists-lies" ? 4 : 3;
    expect(await client.mailboxOpen("INBOX")).toMatchObject({ exists });
    await client.logout();
  });
});

test("Gmail has no QRESYNC, and counts connections", async () => {
  const heard = (await lines("gmail", {}, "CAPABILITY", "SELECT INBOX")).join("\n");
  expect(heard).toMatch(/CONDSTORE.*APPENDLIMIT=35651584/);
  expect(heard).not.toMatch(/QRESYNC|SCRAM|LITERAL\+/);
  expect(heard).toMatch(/\[HIGHESTMODSEQ \d+\]$/m);
});

test("iCloud enables without saying so, and hides its capabilities at first", async () => {
  const heard = await lines("icloud", {}, "CAPABILITY", "ENABLE QRESYNC");
  expect(heard).toContain("* CAPABILITY IMAP4rev1 XAPPLEPUSHSERVICE");
  expect(heard.join()).not.toContain("* ENABLED");
});

test("Exchange tells no new UIDs, writes names bare and with tabs, and says nothing in IDLE", async () => {
  const mailboxes = ["Sent Items", "A\tB"];
  const heard = await lines("exchange", { mailboxes }, 'LIST "" "*"', "SELECT INBOX", 'COPY 1 "Sent Items"');
  expect(heard).toContain('* LIST (\\HasNoChildren) "/" Sent Items');
  expect(heard).toContain('* LIST (\\HasNoChildren) "/" A\tB');
  expect(heard.join()).toMatch(/CAPABILITY.*UIDPLUS/);
  expect(heard.at(-1)).toMatch(/^t3 OK Copy/);
  const client = await dial();
  client.say("t9 IDLE");
  while (!(await client.hear()).startsWith("+")) {}
  mail?.store.deliver("ada", "Subject: Three\n\n3\n");
  expect(await client.ask("DONE")).toBe("* 3 EXISTS");
  client.close();
});

test("Gmail leaves quotes in subjects as they are", async () => {
  const messages = ['Subject: say "hi" twice\n\n'];
  expect((await lines("gmail", { messages }, "SELECT INBOX", "FETCH 1 ENVELOPE")).join("\n")).toContain(
    '"say "hi" twice"',
  );
});

test("Courier refuses without a code, has everything below INBOX., and no UID for a message that it made up", async () => {
  const report = "Subject: r\nContent-Type: multipart/report; boundary=b\n\n--b\n\nfailed\n--b--\n";
  const heard = await lines(
    "courier",
    { messages: [report] },
    'LIST "" "*"',
    "NAMESPACE",
    "CREATE Archiv",
    "CREATE INBOX.Archiv.2026",
    "SELECT Nowhere",
    "SELECT INBOX",
    "FETCH 1 (BODYSTRUCTURE BODY.PEEK[1])",
  );
  expect(heard).toContain('* LIST (\\HasNoChildren) "." INBOX.Sent');
  expect(heard).toContain('* LIST (\\HasChildren) "." INBOX');
  expect(heard).toContain('* NAMESPACE (("INBOX." ".")) NIL NIL');
  expect(heard.filter((line) => line.startsWith("t3"))).toEqual(["t3 NO Invalid mailbox name."]);
  expect(heard.filter((line) => line.startsWith("t5"))).toEqual([expect.stringMatching(/^t5 NO [^[]/)]);
  expect(mail?.store.mailboxes("ada").map(({ path }) => path)).toContain("Archiv/2026");
  expect(heard.join("\n")).toMatch(/FETCH \(BODYSTRUCTURE \("multipart" "report" .* BODY\[1\] \{0\}\n\)$/m);
  const client = await dial();
  mail?.store.expunge("ada", "INBOX", [1]);
  client.say("b FETCH 1 BODY.PEEK[HEADER]");
  while ((await client.hear()) !== "From: root@localhost") {}
  client.close();
});

test("Courier closes the fifth connection without a word, and takes it once another is gone", async () => {
  mail = await startMailServers({ accounts, profile: "courier" });
  const { port } = mail.imap;
  const open = await Promise.all([1, 2, 3, 4].map(() => LineClient.dial(port)));
  for (const client of open) expect(await client.hear()).toMatch(/^\* OK/);
  expect(await (await LineClient.dial(port)).hear()).toBe("<end>");
  open[0]?.close();
  const { imap } = mail;
  await until(() => imap.connections < 4);
  const again = await LineClient.dial(port);
  expect(await again.hear()).toMatch(/^\* OK/);
  for (const client of [...open, again]) client.close();
});

test("Courier wraps messages in UTF-8 anew at each fetch, unless the client says UTF8", async () => {
  const raw = "Subject: Grüße\n\nx\n";
  mail = await startMailServers({
    accounts: [{ user: "ada", password: "x", messages: [raw] }],
    profile: "courier",
  });
  const read = async (...before: string[]): Promise<string> => {
    const client = await LineClient.dial(mail?.pop3.port ?? 0);
    await client.hear();
    for (const line of [...before, "USER ada", "PASS x"]) await client.ask(line);
    const lines = await client.askForLines("RETR 1");
    await client.ask("QUIT");
    client.close();
    return lines.toString();
  };
  const [first, second] = [await read(), await read()];
  expect(first).toContain("message/global");
  expect(first).not.toBe(second);
  expect(await read("UTF8")).toBe(raw.replaceAll("\n", "\r\n"));
});

test("mailutils finds nothing up to *, and writes names in STATUS bare", async () => {
  const heard = await lines(
    "mailutils",
    { mailboxes: ["Sent Items"] },
    "SELECT INBOX",
    "UID SEARCH UID 1:*",
    "UID SEARCH ALL",
    'STATUS "Sent Items" (MESSAGES)',
    "STATUS Nowhere (MESSAGES)",
  );
  expect(heard).toEqual(
    expect.arrayContaining(["* SEARCH", "* SEARCH 1 2", "* STATUS Sent Items (MESSAGES 0)"]),
  );
  expect(heard.at(-1)).toMatch(/^t5 NO [^[]/);
});

test("Zimbra has XLIST in place of SPECIAL-USE, and refuses options to it", async () => {
  const heard = await lines(
    "zimbra",
    {},
    'XLIST "" "*"',
    'XLIST "" "*" RETURN (CHILDREN)',
    "SELECT INBOX",
    "MOVE 1 Sent",
  );
  expect(heard.join()).not.toContain("SPECIAL-USE");
  expect(heard).toContain('* XLIST (\\HasNoChildren \\Sent) "/" Sent');
  expect(heard.filter((line) => /^t[24]/.test(line))).toEqual([
    expect.stringMatching(/^t2 BAD/),
    expect.stringMatching(/^t4 BAD/),
  ]);
});

test("Domino wraps ENVELOPE, and has neither ID nor IDLE", async () => {
  const heard = await lines("domino", {}, "SELECT INBOX", "UID FETCH 1 ENVELOPE", "IDLE");
  expect(heard.join("\n")).toMatch(/FETCH \(UID 1 \(ENVELOPE \(.*\)\)\)$/m);
  expect(heard.join()).not.toMatch(/ IDLE| ID /);
  expect(heard.at(-1)).toMatch(/^t3 BAD/);
});

test("Haraka hangs up on more than 8192 bytes behind a dot that is not answered yet", async () => {
  mail = await startMailServers({
    accounts,
    profile: "haraka",
    smtp: { requireAuth: false, answers: { dataEnd: () => new Promise(() => {}) } },
  });
  const client = await LineClient.dial(mail.smtp.port);
  await client.hear();
  for (const line of ["HELO x", "MAIL FROM:<a@b.test>", "RCPT TO:<ada@example.test>", "DATA"])
    await client.ask(line);
  client.say(`Subject: x\r\n\r\n.\r\nMAIL FROM:<${"x".repeat(9000)}@b.test>`);
  expect(await client.hear()).toBe("<end>");
});

test("what is given goes before the profile, quirk by quirk, and a name that is none is refused", async () => {
  mail = await startMailServers({
    accounts,
    profile: "icloud",
    imap: { quirks: { malformedVanished: false } },
  });
  const client = await LineClient.dial(mail.imap.port);
  expect(await client.hear()).toContain("XAPPLEPUSHSERVICE");
  client.close();
  await expect(startMailServers({ profile: "outlook" as "gmail" })).rejects.toThrow(
    "profile outlook; there are gmail",
  );
});
