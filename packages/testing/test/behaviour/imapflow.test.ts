import { text } from "node:stream/consumers";
import { ImapFlow, type ImapFlowOptions } from "imapflow";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type MailServers, startMailServers } from "../../src/index.js";

const message = `From: "Ada, L." <ada@example.test>
To: bob@example.test
Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=
Date: Mon, 2 Nov 2026 10:00:00 +0100
Message-ID: <1@example.test>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Sch=C3=B6ne Gr=C3=BC=C3=9Fe
--x
Content-Type: application/pdf; name=a.pdf
Content-Disposition: attachment; filename=a.pdf
Content-Transfer-Encoding: base64

JVBERi0=
--x--
`;

let mail: MailServers;
const clients: ImapFlow[] = [];

beforeEach(async () => {
  mail = await startMailServers({
    accounts: [{ user: "ada", password: "x", accessToken: "tok", messages: [message, message, message] }],
  });
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await mail.stop();
});

async function connect(options: Partial<ImapFlowOptions> = {}): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: mail.host,
    port: mail.imap.tlsPort,
    secure: true,
    tls: { ca: mail.ca },
    auth: { user: "ada", pass: "x" },
    logger: false,
    ...options,
  });
  clients.push(client);
  await client.connect();
  return client;
}

test("ImapFlow logs in over TLS, by STARTTLS and with a token", async () => {
  expect((await connect()).authenticated).toBeTruthy();
  const upgraded = await connect({ port: mail.imap.port, secure: false, doSTARTTLS: true });
  expect(upgraded.secureConnection).toBe(true);
  expect((await connect({ auth: { user: "ada", accessToken: "tok" } })).authenticated).toBeTruthy();
  await expect(connect({ auth: { user: "ada", pass: "wrong" } })).rejects.toMatchObject({
    authenticationFailed: true,
  });
});

test("ImapFlow lists, creates, renames and deletes mailboxes", async () => {
  const client = await connect();
  const listed = await client.list({ statusQuery: { messages: true, unseen: true } });
  const roles = listed.map(({ path, specialUse }) => `${path} ${specialUse}`);
  expect(roles.sort()).toEqual([
    "Archive \\Archive",
    "Drafts \\Drafts",
    "INBOX \\Inbox",
    "Junk \\Junk",
    "Sent \\Sent",
    "Trash \\Trash",
  ]);
  expect(listed[0]?.status).toMatchObject({ messages: 3, unseen: 3 });
  expect(await client.mailboxCreate("Entwürfe/2026")).toMatchObject({ path: "Entwürfe/2026", created: true });
  expect(await client.mailboxRename("Entwürfe/2026", "日本 & co")).toMatchObject({ newPath: "日本 & co" });
  expect(mail.store.mailboxes("ada").map(({ path }) => path)).toContain("日本 & co");
  await client.mailboxDelete("日本 & co");
  expect(mail.store.mailboxes("ada").map(({ path }) => path)).not.toContain("日本 & co");
});

test("ImapFlow fetches envelope, structure, parts and source", async () => {
  const client = await connect();
  await client.mailboxOpen("INBOX");
  const fetched = await client.fetchOne("2", {
    uid: true,
    envelope: true,
    bodyStructure: true,
    source: true,
    size: true,
    internalDate: true,
    flags: true,
    headers: ["subject"],
    bodyParts: ["1", "2"],
  });
  if (!fetched) throw new Error("nothing fetched");
  expect(fetched.envelope).toMatchObject({
    subject: "Grüße",
    messageId: "<1@example.test>",
    from: [{ name: "Ada, L.", address: "ada@example.test" }],
  });
  expect(fetched.source?.toString()).toBe(message.replaceAll("\n", "\r\n"));
  expect(fetched.size).toBe(fetched.source?.length);
  expect(fetched.bodyParts?.get("2")?.toString()).toBe("JVBERi0=");
  expect(fetched.headers?.toString()).toBe("Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\r\n");
  expect(
    fetched.bodyStructure?.childNodes?.map(({ part, type, disposition }) => [part, type, disposition]),
  ).toEqual([
    ["1", "text/plain", undefined],
    ["2", "application/pdf", "attachment"],
  ]);
  const { content } = await client.download("1", "1");
  if (!content) throw new Error("nothing downloaded");
  expect(await text(content)).toBe("Schöne Grüße");
});

test("ImapFlow searches, stores flags, copies, moves, appends and deletes", async () => {
  const client = await connect();
  await client.mailboxOpen("INBOX");
  expect(await client.search({ subject: "Grüße", body: "schöne" }, { uid: true })).toEqual([1, 2, 3]);
  expect(await client.search({ seen: true })).toEqual([]);
  await client.messageFlagsAdd("1:2", ["\\Seen", "Work"], { uid: true });
  expect(await client.search({ seen: true, keyword: "Work" }, { uid: true })).toEqual([1, 2]);
  const copied = await client.messageCopy("1:2", "Archive", { uid: true });
  expect(copied).toHaveProperty(
    "uidMap",
    new Map([
      [1, 1],
      [2, 2],
    ]),
  );
  const moved = await client.messageMove("3", "Trash", { uid: true });
  expect(moved).toHaveProperty("uidMap", new Map([[3, 1]]));
  const appended = await client.append("Sent", "Subject: x\r\n\r\nhi\r\n", ["\\Seen"], new Date(1e12));
  expect(appended).toMatchObject({ destination: "Sent", uid: 1 });
  expect(mail.store.messages("ada", "Sent")[0]).toMatchObject({ internalDate: new Date(1e12) });
  await client.messageDelete("1", { uid: true });
  expect(mail.store.messages("ada").map(({ uid }) => uid)).toEqual([2]);
  expect(client.mailbox).toHaveProperty("exists", 1);
});

test("ImapFlow hears of arrivals, flags and removals while idle", async () => {
  const client = await connect();
  await client.mailboxOpen("INBOX");
  const events: unknown[] = [];
  client.on("exists", ({ count }) => events.push(["exists", count]));
  client.on("flags", ({ seq, flags }) => events.push(["flags", seq, [...(flags ?? [])]]));
  client.on("expunge", ({ seq }) => events.push(["expunge", seq]));
  const idle = client.idle();
  // Told at once only while the server knows that the client idles, so the first arrival is what to wait for.
  mail.store.deliver("ada", message);
  await expect.poll(() => events, { timeout: 120_000 }).toHaveLength(1);
  mail.store.setFlags("ada", "INBOX", 2, ["\\Flagged"]);
  mail.store.expunge("ada", "INBOX", [1]);
  await expect.poll(() => events.length, { timeout: 120_000 }).toBe(3);
  expect(events).toEqual([
    ["exists", 4],
    ["flags", 2, ["\\Flagged", "\\Recent"]],
    ["expunge", 1],
  ]);
  await client.noop();
  await idle;
});

test("ImapFlow resynchronizes by CONDSTORE and QRESYNC", async () => {
  const client = await connect({ qresync: true });
  const opened = await client.mailboxOpen("INBOX");
  const before = opened.highestModseq ?? 0n;
  expect(client.enabled).toContain("QRESYNC");
  mail.store.setFlags("ada", "INBOX", 3, ["\\Flagged"]);
  mail.store.expunge("ada", "INBOX", [2]);
  const vanished: unknown[] = [];
  client.on("expunge", (event) => vanished.push([event.uid, event.earlier]));
  await client.noop();
  expect(vanished).toEqual([[2, false]]);
  const changed = await client.fetchAll(
    "1:*",
    { uid: true, flags: true },
    { uid: true, changedSince: before },
  );
  expect(changed.map(({ uid, flags }) => [uid, [...(flags ?? [])]])).toEqual([
    [3, ["\\Flagged", "\\Recent"]],
  ]);
});
