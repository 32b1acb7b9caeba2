import { afterEach, expect, test } from "vitest";
import {
  type AccountOptions,
  type ImapCapability,
  type ImapQuirks,
  type MailServers,
  startMailServers,
} from "../../src/index.js";
import { type ImapAnswer, ImapWireClient } from "../support/imap-wire-client.js";

let mail: MailServers | undefined;
const clients: ImapWireClient[] = [];
const messages = ["Subject: 1\n\n", "Subject: 2\n\n", "Subject: 3\n\n"];

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await mail?.stop();
});

async function connect(quirks: ImapQuirks, account: Partial<AccountOptions> = {}): Promise<ImapWireClient> {
  mail = await startMailServers({
    accounts: [{ user: "ada", password: "x", messages, ...account }],
    imap: { quirks },
  });
  return open();
}

async function open(): Promise<ImapWireClient> {
  const client = await ImapWireClient.open(mail?.host ?? "", mail?.imap.port ?? 0);
  clients.push(client);
  return client;
}

async function logIn(quirks: ImapQuirks, account: Partial<AccountOptions> = {}): Promise<ImapWireClient> {
  const client = await connect(quirks, account);
  await client.send("LOGIN ada x");
  return client;
}

/** The words of an untagged response code in an answer. */
function code({ untagged }: ImapAnswer, name: string): string[] | undefined {
  const node = untagged.find(
    ([status, words]) => status === "OK" && Array.isArray(words) && words[0] === name,
  );
  return node?.[1] as string[] | undefined;
}

test("omitEnabled enables without saying so", async () => {
  const client = await logIn({ omitEnabled: true });
  expect((await client.send("ENABLE QRESYNC")).untagged).toEqual([]);
  await client.send("SELECT INBOX");
  mail?.store.expunge("ada", "INBOX", [2]);
  expect((await client.send("NOOP")).untagged).toEqual([["VANISHED", "2"]]);
});

test("silentFetchUids are found and never fetched", async () => {
  const client = await logIn({ silentFetchUids: [2] });
  await client.send("SELECT INBOX");
  expect((await client.send("UID SEARCH ALL")).untagged).toEqual([["SEARCH", "1", "2", "3"]]);
  const answer = await client.send("UID FETCH 1:3 UID");
  expect(answer).toMatchObject({ status: "OK" });
  expect(answer.untagged.map(([sequence]) => sequence)).toEqual(["1", "3"]);
});

test("omitUidNext leaves it out of SELECT and STATUS", async () => {
  const client = await logIn({ omitUidNext: true });
  expect(code(await client.send("SELECT INBOX"), "UIDNEXT")).toBeUndefined();
  expect((await client.send("STATUS INBOX (UIDNEXT MESSAGES)")).untagged).toEqual([
    ["STATUS", "INBOX", ["MESSAGES", "3"]],
  ]);
});

test("uidValidity can be zero or new at every SELECT", async () => {
  const zero = await logIn({ uidValidity: "zero" });
  expect(code(await zero.send("SELECT INBOX"), "UIDVALIDITY")).toEqual(["UIDVALIDITY", "0"]);
  expect((await zero.send("STATUS Sent (UIDVALIDITY)")).untagged).toEqual([
    ["STATUS", "Sent", ["UIDVALIDITY", "0"]],
  ]);
  expect((await zero.send("COPY 1 Sent")).code).toEqual(["COPYUID", "0", "1", "1"]);
  await mail?.stop();
  const changing = await logIn({ uidValidity: "changing" });
  const first = code(await changing.send("SELECT INBOX"), "UIDVALIDITY");
  expect(code(await changing.send("SELECT INBOX"), "UIDVALIDITY")).not.toEqual(first);
});

test("highestModseqLag tells less than there was", async () => {
  const client = await logIn({ highestModseqLag: 2 });
  const real = mail?.store.mailboxes("ada")[0]?.highestModseq ?? 0;
  expect(code(await client.send("SELECT INBOX"), "HIGHESTMODSEQ")).toEqual([
    "HIGHESTMODSEQ",
    String(real - 2),
  ]);
});

test("zeroHighestModseqWhenEmpty, omitHighestModseqText and noModseq bend HIGHESTMODSEQ", async () => {
  const empty = await logIn(
    { zeroHighestModseqWhenEmpty: true, omitHighestModseqText: true },
    { messages: [] },
  );
  expect(code(await empty.send("SELECT INBOX"), "HIGHESTMODSEQ")).toEqual(["HIGHESTMODSEQ", "0"]);
  await mail?.stop();
  const none = await logIn({ noModseq: true });
  const answer = await none.send("SELECT INBOX");
  expect(code(answer, "NOMODSEQ")).toEqual(["NOMODSEQ"]);
  expect(code(answer, "HIGHESTMODSEQ")).toBeUndefined();
});

test.each([
  ["limit", { status: "NO", code: ["LIMIT"] }],
  ["alert", { status: "NO", code: ["ALERT"] }],
  ["bye", { status: "NO", untagged: [["BYE", ["UNAVAILABLE"]]] }],
] as const)(
  "maxConnections refuses one too many by %s and takes it once another left",
  async (maxConnectionsAnswer, refusal) => {
    const first = await logIn({ maxConnections: 2, maxConnectionsAnswer });
    expect(await (await open()).send("LOGIN ada x")).toMatchObject({ status: "OK" });
    expect(await (await open()).send("LOGIN ada x")).toMatchObject(refusal);
    await first.send("LOGOUT");
    expect(await (await open()).send("LOGIN ada x")).toMatchObject({ status: "OK" });
  },
);

test("capabilities can be other ones before and after login", async () => {
  const client = await connect({
    capabilitiesBeforeLogin: ["IMAP4rev1", "A"],
    capabilitiesAfterLogin: ["IMAP4rev1", "B"],
  });
  expect((await client.send("CAPABILITY")).untagged).toEqual([["CAPABILITY", "IMAP4rev1", "A"]]);
  expect((await client.send("LOGIN ada x")).code).toEqual(["CAPABILITY", "IMAP4rev1", "B"]);
  expect((await client.send("CAPABILITY")).untagged).toEqual([["CAPABILITY", "IMAP4rev1", "B"]]);
});

test("truncatedCapabilityAnswers counts greeting and login too", async () => {
  const client = await logIn({ truncatedCapabilityAnswers: 3 });
  expect((await client.send("CAPABILITY")).untagged).toEqual([
    ["CAPABILITY", "IMAP4rev1", "XAPPLEPUSHSERVICE"],
  ]);
  expect((await client.send("CAPABILITY")).untagged[0]).toContain("QRESYNC");
});

test("omitLoginCapabilities says only that the login worked", async () => {
  const client = await connect({ omitLoginCapabilities: true });
  expect(await client.send("LOGIN ada x")).toMatchObject({ status: "OK", code: [] });
});

test("refuseDescendingSets and refuseStarWhenEmpty are BAD", async () => {
  const client = await logIn({ refuseDescendingSets: true, refuseStarWhenEmpty: true });
  await client.send("SELECT INBOX");
  expect((await client.send("UID FETCH 3:1 UID")).status).toBe("BAD");
  expect((await client.send("UID FETCH 1:3 UID")).status).toBe("OK");
  await client.send("SELECT Sent");
  expect((await client.send("UID FETCH 1:* UID")).status).toBe("BAD");
});

test("requireId calls a login unsafe until the client has said who it is", async () => {
  const client = await logIn({ requireId: true });
  expect(await client.send("SELECT INBOX")).toMatchObject({
    status: "NO",
    text: expect.stringContaining("Unsafe Login"),
  });
  await client.send('ID ("name" "test")');
  expect(await client.send("SELECT INBOX")).toMatchObject({ status: "OK" });
});

test("emptyStatus and omitListStatus starve LIST-STATUS", async () => {
  const empty = await logIn({ emptyStatus: true });
  expect((await empty.send("STATUS INBOX (MESSAGES)")).untagged).toEqual([["STATUS", "INBOX", []]]);
  await mail?.stop();
  const none = await logIn({ omitListStatus: true });
  const { untagged } = await none.send('LIST "" INBOX RETURN (STATUS (MESSAGES))');
  expect(untagged.map(([name]) => name)).toEqual(["LIST"]);
});

test("brokenBodyStructureUids give an unbalanced list", async () => {
  const client = await logIn({ brokenBodyStructureUids: [2] });
  await client.send("SELECT INBOX");
  const { untagged } = await client.send("FETCH 1 (UID BODYSTRUCTURE)");
  expect(untagged[0]?.[2]).toHaveLength(4);
  const broken = await client.send("FETCH 2 (BODYSTRUCTURE UID)");
  expect(broken.untagged[0]?.[2]).toHaveLength(2);
});

test("notConnectedAfter loses the back end behind a live session", async () => {
  const client = await logIn({ notConnectedAfter: 1 });
  expect(await client.send("SELECT INBOX")).toMatchObject({ status: "OK" });
  expect(await client.send("NOOP")).toMatchObject({
    status: "BAD",
    text: "User is authenticated but not connected.",
  });
});

test("malformedVanished and omitFetchModseq bend what QRESYNC says", async () => {
  const client = await logIn({ malformedVanished: true, omitFetchModseq: true });
  await client.send("ENABLE QRESYNC");
  await client.send("SELECT INBOX");
  expect((await client.send("FETCH 1 (UID MODSEQ)")).untagged).toEqual([["1", "FETCH", ["UID", "1"]]]);
  mail?.store.expunge("ada", "INBOX", [1]);
  expect((await client.send("NOOP")).untagged).toEqual([["VANISHED", "1,"]]);
});

test("vanishedEarlier names UIDs that never were", async () => {
  const client = await logIn({ vanishedEarlier: "open" });
  mail?.store.expunge("ada", "INBOX", [2]);
  await client.send("ENABLE QRESYNC");
  const uidValidity = mail?.store.mailboxes("ada")[0]?.uidValidity;
  const vanished = async (command: string): Promise<unknown> =>
    (await client.send(command)).untagged.find(([name]) => name === "VANISHED");
  expect(await vanished(`SELECT INBOX (QRESYNC (${uidValidity} 999))`)).toEqual([
    "VANISHED",
    ["EARLIER"],
    "2,4:*",
  ]);
  expect(await vanished("UID FETCH 3:9 UID (CHANGEDSINCE 999 VANISHED)")).toEqual([
    "VANISHED",
    ["EARLIER"],
    "4:*",
  ]);
});

test("silentIdle says nothing until IDLE is over", async () => {
  const client = await logIn({ silentIdle: true });
  await client.send("SELECT INBOX");
  mail?.store.deliver("ada", "Subject: 4\n\n");
  expect((await client.send("IDLE")).untagged[0]).toEqual(["4", "EXISTS"]);
});

test("closeIdleAfterMs cuts an idle connection without a word", async () => {
  const client = await logIn({ closeIdleAfterMs: 20 });
  await client.send("SELECT INBOX");
  const idle = client.startIdle();
  await expect(idle).rejects.toThrow("Connection closed");
});

test.each<[ImapCapability, string]>([
  ["IDLE", "IDLE"],
  ["ID", "ID NIL"],
  ["ENABLE", "ENABLE CONDSTORE"],
  ["NAMESPACE", "NAMESPACE"],
  ["QUOTA", "GETQUOTAROOT INBOX"],
  ["UNSELECT", "UNSELECT"],
  ["MOVE", "MOVE 1 Sent"],
  ["UIDPLUS", "UID EXPUNGE 1"],
  ["CONDSTORE", "FETCH 1 MODSEQ"],
  ["CONDSTORE", "STATUS INBOX (HIGHESTMODSEQ)"],
  ["QRESYNC", "UID FETCH 1 UID (CHANGEDSINCE 1 VANISHED)"],
  ["ESEARCH", "SEARCH RETURN (COUNT) ALL"],
  ["SEARCHRES", "SEARCH RETURN (SAVE) ALL"],
  ["LIST-EXTENDED", 'LIST "" "*" RETURN (CHILDREN)'],
  ["LIST-STATUS", 'LIST "" "*" RETURN (STATUS (MESSAGES))'],
  ["OBJECTID", "FETCH 1 EMAILID"],
  ["STATUS=SIZE", "STATUS INBOX (SIZE)"],
  ["SPECIAL-USE", 'LIST (SPECIAL-USE) "" "*"'],
  ["WITHIN", "SEARCH OLDER 60"],
  ["SORT", "UID SORT (SIZE) UTF-8 ALL"],
  ["OBJECTID", "SEARCH EMAILID x"],
  ["NOTIFY", "NOTIFY NONE"],
  ["LITERAL+", "STATUS {5+}"],
  ["SPECIAL-USE", "CREATE Old (USE (\\Archive))"],
  ["SASL-IR", "AUTHENTICATE PLAIN AGFkYQB4"],
  ["AUTH=PLAIN", "AUTHENTICATE PLAIN AGFkYQB4"],
])("without %s, %s is refused and the capability is not offered", async (capability, command) => {
  mail = await startMailServers({
    accounts: [{ user: "ada", password: "x", messages }],
    imap: { disable: [capability] },
  });
  const client = await open();
  if (!command.startsWith("AUTH")) {
    await client.send("LOGIN ada x");
    await client.send("SELECT INBOX");
  }
  expect((await client.send("CAPABILITY")).untagged[0]).not.toContain(capability);
  expect((await client.send(command)).status).not.toBe("OK");
});

test("what builds on a capability goes with it, and LIST tells no special use without SPECIAL-USE", async () => {
  mail = await startMailServers({
    accounts: [{ user: "ada", password: "x" }],
    imap: { disable: ["CONDSTORE", "ESEARCH", "LIST-EXTENDED", "SPECIAL-USE", "CHILDREN"] },
  });
  const client = await open();
  const { code: words } = await client.send("LOGIN ada x");
  for (const name of ["QRESYNC", "SEARCHRES", "LIST-STATUS"]) expect(words).not.toContain(name);
  expect((await client.send("ENABLE QRESYNC CONDSTORE")).untagged).toEqual([["ENABLED"]]);
  expect((await client.send('LIST "" "Sent"')).untagged).toEqual([["LIST", [], "/", "Sent"]]);
});

test("answer takes the place of the real answer, and the command has no effect", async () => {
  const seen: unknown[] = [];
  mail = await startMailServers({
    accounts: [{ user: "ada", password: "x", messages }],
    imap: {
      answer(command) {
        seen.push(command);
        if (command.name === "UID MOVE") return "NO [INUSE] Try again later";
        return command.name === "NOOP" ? "BYE Going down" : undefined;
      },
    },
  });
  const client = await open();
  await client.send("LOGIN ada x");
  await client.send("select INBOX");
  expect(await client.send("uid move 1 Sent")).toMatchObject({ status: "NO", code: ["INUSE"] });
  expect(mail.store.messages("ada")).toHaveLength(3);
  await expect(client.send("NOOP")).rejects.toThrow("Connection closed");
  expect(seen.slice(0, 3)).toEqual([
    { name: "LOGIN", arguments: "ada x", user: undefined },
    { name: "SELECT", arguments: "INBOX", user: "ada" },
    { name: "UID MOVE", arguments: "1 Sent", user: "ada" },
  ]);
});
