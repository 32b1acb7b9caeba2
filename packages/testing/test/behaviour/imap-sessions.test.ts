import { afterEach, beforeEach, expect, test } from "vitest";
import { type MailServers, startMailServers } from "../../src/index.js";
import { ImapWireClient } from "../support/imap-wire-client.js";

let mail: MailServers;
const clients: ImapWireClient[] = [];

beforeEach(async () => {
  mail = await startMailServers({
    accounts: [
      { user: "ada", password: "x", messages: ["Subject: 1\n\n", "Subject: 2\n\n", "Subject: 3\n\n"] },
    ],
  });
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await mail.stop();
});

async function logIn(...commands: string[]): Promise<ImapWireClient> {
  const client = await ImapWireClient.open(mail.host, mail.imap.port);
  clients.push(client);
  for (const command of ["LOGIN ada x", ...commands]) {
    expect(await client.send(command)).toMatchObject({ status: "OK" });
  }
  return client;
}

test("a message that another session expunged keeps its number and its text until the client may be told", async () => {
  const client = await logIn("SELECT INBOX");
  mail.store.expunge("ada", "INBOX", [2]);
  const fetched = await client.send("FETCH 2:3 (UID BODY.PEEK[HEADER])");
  expect(fetched.untagged).toEqual([
    ["2", "FETCH", ["UID", "2", "BODY[HEADER]", "Subject: 2\r\n\r\n"]],
    ["3", "FETCH", ["UID", "3", "BODY[HEADER]", "Subject: 3\r\n\r\n"]],
  ]);
  expect((await client.send("STORE 3 +FLAGS.SILENT (\\Seen)")).untagged).toEqual([]);
  expect((await client.send("SEARCH ALL")).untagged).toEqual([["SEARCH", "1", "2", "3"]]);
  expect((await client.send("NOOP")).untagged).toEqual([["2", "EXPUNGE"]]);
  expect((await client.send("SEARCH ALL")).untagged).toEqual([["SEARCH", "1", "2"]]);
});

test("arrivals are told during FETCH, removals only after it", async () => {
  const client = await logIn("SELECT INBOX");
  mail.store.expunge("ada", "INBOX", [1]);
  mail.store.deliver("ada", "Subject: 4\n\n");
  expect((await client.send("FETCH 1 UID")).untagged).toContainEqual(["4", "EXISTS"]);
  expect((await client.send("UID FETCH 4 UID")).untagged).toEqual([
    ["4", "FETCH", ["UID", "4"]],
    ["1", "EXPUNGE"],
  ]);
});

test("a message that comes and goes between two commands is never mentioned", async () => {
  const client = await logIn("SELECT INBOX");
  const { uid } = mail.store.deliver("ada", "x\n");
  mail.store.expunge("ada", "INBOX", [uid]);
  expect((await client.send("NOOP")).untagged).toEqual([]);
  mail.store.deliver("ada", "y\n");
  expect((await client.send("NOOP")).untagged[0]).toEqual(["4", "EXISTS"]);
});

test("keywords that are new to the client are told before they are used", async () => {
  const client = await logIn("SELECT INBOX");
  mail.store.setFlags("ada", "INBOX", 1, ["Custom"]);
  mail.store.deliver("ada", "Subject: 4\n\n", { flags: ["Other"] });
  const { untagged } = await client.send("NOOP");
  const system = ["\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft"];
  expect(untagged[0]).toEqual(["FLAGS", [...system, "Custom", "Other"]]);
  expect(untagged[1]).toEqual(["1", "FETCH", ["FLAGS", ["Custom", "\\Recent"]]]);
});

test("only the first session to see a message has it as recent", async () => {
  const first = await logIn("SELECT INBOX");
  const second = await logIn("SELECT INBOX");
  expect((await first.send("SEARCH RECENT")).untagged).toEqual([["SEARCH", "1", "2", "3"]]);
  expect((await second.send("SEARCH RECENT")).untagged).toEqual([["SEARCH"]]);
});

test("what the client knows already is not told again", async () => {
  mail.store.expunge("ada", "INBOX", [1]);
  const known = mail.store.mailboxes("ada")[0];
  mail.store.expunge("ada", "INBOX", [2]);
  const client = await logIn("ENABLE QRESYNC");
  const answer = await client.send(`SELECT INBOX (QRESYNC (${known?.uidValidity} ${known?.highestModseq}))`);
  expect(answer.untagged).toContainEqual(["VANISHED", ["EARLIER"], "2"]);
  const fetched = await client.send(`UID FETCH 1:* FLAGS (CHANGEDSINCE ${known?.highestModseq} VANISHED)`);
  expect(fetched.untagged).toEqual([["VANISHED", ["EARLIER"], "2"]]);
});

test.each([
  ["()", ["ALL", "2:3"]],
  ["(MIN)", ["MIN", "2"]],
  ["(MAX COUNT)", ["MAX", "3", "COUNT", "2"]],
  ["(MIN MAX ALL COUNT)", ["MIN", "2", "MAX", "3", "ALL", "2:3", "COUNT", "2"]],
])("SEARCH RETURN %s answers what was asked for", async (options, expected) => {
  const client = await logIn("SELECT INBOX");
  mail.store.setFlags("ada", "INBOX", 1, ["\\Seen"]);
  const { untagged } = await client.send(`UID SEARCH RETURN ${options} UNSEEN`);
  expect(untagged[0]).toEqual(["ESEARCH", ["TAG", expect.any(String)], "UID", ...expected]);
});

test("SORT puts messages in order by several keys", async () => {
  mail.store.expunge("ada", "INBOX", [1, 2, 3]);
  const messages = [
    ["b@x", "Re: apples", "Mon, 2 Nov 2026 10:00:00 +0200"],
    ["a@x", "Pears", "Mon, 2 Nov 2026 09:00:00 +0000"],
    ["B@x", "apples", "Mon, 2 Nov 2026 07:30:00 GMT"],
  ];
  for (const [from, subject, date] of messages) {
    mail.store.deliver("ada", `From: ${from}\nSubject: ${subject}\nDate: ${date}\n\n`);
  }
  const client = await logIn("SELECT INBOX");
  const sort = async (keys: string, criteria = "ALL"): Promise<unknown> =>
    (await client.send(`UID SORT (${keys}) UTF-8 ${criteria}`)).untagged[0]?.slice(1).map(Number);
  expect(await sort("DATE")).toEqual([6, 4, 5]);
  expect(await sort("REVERSE DATE")).toEqual([5, 4, 6]);
  expect(await sort("FROM REVERSE ARRIVAL")).toEqual([5, 4, 6]);
  expect(await sort("SUBJECT DATE")).toEqual([6, 4, 5]);
  expect(await sort("REVERSE SIZE", "SUBJECT apples")).toEqual([4, 6]);
  for (const bad of ["() UTF-8 ALL", "(REVERSE) UTF-8 ALL", "(NOPE) UTF-8 ALL", "(SIZE) UTF-8"]) {
    expect((await client.send(`SORT ${bad}`)).status).toBe("BAD");
  }
});

test("a saved search stands for its messages, whatever happens to their flags", async () => {
  const client = await logIn("SELECT INBOX", "UID SEARCH RETURN (SAVE) UNSEEN 1:2");
  await client.send("UID STORE $ +FLAGS.SILENT (\\Seen)");
  expect(mail.store.messages("ada").map(({ flags }) => flags.size)).toEqual([1, 1, 0]);
  expect((await client.send("FETCH $ UID")).untagged).toHaveLength(2);
  await client.send("SELECT INBOX");
  expect((await client.send("FETCH $ UID")).untagged).toEqual([]);
});

test("QRESYNC tells exactly what happened since the client last looked", async () => {
  const before = mail.store.mailboxes("ada")[0];
  mail.store.setFlags("ada", "INBOX", 3, ["\\Seen"]);
  mail.store.expunge("ada", "INBOX", [1]);
  const { uid } = mail.store.deliver("ada", "Subject: 4\n\n");
  const client = await logIn("ENABLE QRESYNC");
  const answer = await client.send(
    `SELECT INBOX (QRESYNC (${before?.uidValidity} ${before?.highestModseq}))`,
  );
  const news = answer.untagged.filter((node) => node[0] === "VANISHED" || node[1] === "FETCH");
  expect(news).toEqual([
    ["VANISHED", ["EARLIER"], "1"],
    ["2", "FETCH", ["UID", "3", "MODSEQ", [expect.any(String)], "FLAGS", ["\\Seen", "\\Recent"]]],
    ["3", "FETCH", ["UID", String(uid), "MODSEQ", [expect.any(String)], "FLAGS", ["\\Recent"]]],
  ]);
  const known = await client.send(
    `SELECT INBOX (QRESYNC (${before?.uidValidity} ${before?.highestModseq} 2:3))`,
  );
  expect(known.untagged.filter((node) => node[0] === "VANISHED" || node[1] === "FETCH")).toHaveLength(1);
  const other = await client.send("SELECT INBOX (QRESYNC (1 1))");
  expect(other.untagged.filter((node) => node[0] === "VANISHED" || node[1] === "FETCH")).toEqual([]);
});

test("a message keeps its EMAILID when it moves, and replies share a THREADID", async () => {
  mail.store.deliver("ada", "Message-ID: <a@x>\n\n");
  mail.store.deliver("ada", "Message-ID: <b@x>\nReferences: <a@x> <z@x>\n\n");
  const client = await logIn("SELECT INBOX");
  const fetch = async (items: string): Promise<unknown[]> =>
    (await client.send(`FETCH ${items}`)).untagged.map(([, , values]) => (values as unknown[])[1]);
  const [none, root, reply] = await fetch("3:5 THREADID");
  expect(none).toBeNull();
  expect(reply).toEqual(root);
  expect((await client.send(`SEARCH THREADID ${String(root)}`)).untagged).toEqual([["SEARCH", "4", "5"]]);
  const [before] = await fetch("4 EMAILID");
  await client.send("MOVE 4 Archive");
  await client.send("SELECT Archive");
  expect(await fetch("1 EMAILID")).toEqual([before]);
  expect((await client.send(`SEARCH EMAILID ${String(before)}`)).untagged).toEqual([["SEARCH", "1"]]);
});

test("a conditional STORE changes what is unchanged and names the rest", async () => {
  const client = await logIn("SELECT INBOX (CONDSTORE)");
  const modseq = mail.store.mailboxes("ada")[0]?.highestModseq;
  mail.store.setFlags("ada", "INBOX", 2, ["\\Flagged"]);
  const answer = await client.send(`UID STORE 1:3 (UNCHANGEDSINCE ${modseq}) +FLAGS.SILENT (\\Seen)`);
  expect(answer.code).toEqual(["MODIFIED", "2"]);
  expect(mail.store.messages("ada").map(({ flags }) => [...flags])).toEqual([
    ["\\Seen"],
    ["\\Flagged"],
    ["\\Seen"],
  ]);
});

test("what is over quota is refused by APPEND and COPY, and nothing is stored", async () => {
  mail.store.addAccount({
    user: "bob",
    password: "y",
    quotaBytes: 50,
    messages: ["Subject: this fills the box\n\n"],
  });
  const client = await ImapWireClient.open(mail.host, mail.imap.port);
  clients.push(client);
  await client.send("LOGIN bob y");
  await client.send("SELECT INBOX");
  expect(await client.send("APPEND INBOX ", "Subject: too much for it\r\n\r\n")).toMatchObject({
    code: ["OVERQUOTA"],
  });
  expect(await client.send("COPY 1 INBOX")).toMatchObject({ status: "NO", code: ["OVERQUOTA"] });
  expect(mail.store.messages("bob")).toHaveLength(1);
  expect((await client.send("GETQUOTAROOT INBOX")).untagged[1]).toEqual([
    "QUOTA",
    "User quota",
    ["STORAGE", "1", "0"],
  ]);
});

test("a renamed mailbox stays selected; a deleted one ends the sessions of others, and its own goes on", async () => {
  mail.store.createMailbox("ada", "Work");
  mail.store.deliver("ada", "Subject: w\n\n", { mailbox: "Work" });
  const client = await logIn("SELECT Work");
  await (await logIn()).send("RENAME Work Old");
  mail.store.deliver("ada", "Subject: v\n\n", { mailbox: "Old" });
  expect((await client.send("NOOP")).untagged[0]).toEqual(["2", "EXISTS"]);
  const idle = await logIn("SELECT Old");
  const idling = idle.startIdle();
  const other = await logIn("SELECT Old");
  const own = await logIn("SELECT Old");
  expect((await own.send("DELETE Old")).status).toBe("OK");
  expect(await own.send("FETCH 1 BODY.PEEK[]")).toMatchObject({ status: "BAD", text: "No mailbox selected" });
  expect(await idling).toMatch(/^\* BYE /);
  expect((await other.send("SELECT INBOX")).status).toBe("OK");
  await expect(client.send("FETCH 1 BODY.PEEK[]")).rejects.toThrow("Connection closed");
});
