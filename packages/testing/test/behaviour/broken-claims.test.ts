import { afterEach, expect, test } from "vitest";
import { type MailServers, type ProfileName, startMailServers } from "../../src/index.js";
import { type ImapAnswer, ImapWireClient } from "../support/imap-wire-client.js";

let mail: MailServers;
const clients: ImapWireClient[] = [];
const messages = ["Subject: 1\n\n", "Subject: 2\n\n", "Subject: 3\n\n"];

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await mail.stop();
});

async function start(profile: ProfileName): Promise<ImapWireClient> {
  mail = await startMailServers({ accounts: [{ user: "ada", password: "x", messages }], profile });
  const client = await ImapWireClient.open(mail.host, mail.imap.port);
  clients.push(client);
  await client.send("LOGIN ada x");
  return client;
}

/** The value of an untagged response code. */
function told({ untagged }: ImapAnswer, name: string): string | undefined {
  const codes = untagged.map(([, code]) => code).filter((code): code is string[] => Array.isArray(code));
  return codes.find(([word]) => word === name)?.[1];
}

test("false-enabled says that QRESYNC is on, and tells nothing of what it would", async () => {
  const client = await start("false-enabled");
  const known = mail.store.mailboxes("ada")[0];
  mail.store.setFlags("ada", "INBOX", 3, ["\\Seen"]);
  mail.store.expunge("ada", "INBOX", [1]);
  expect((await client.send("ENABLE QRESYNC")).untagged).toEqual([["ENABLED", "QRESYNC"]]);
  const select = await client.send(
    `SELECT INBOX (QRESYNC (${known?.uidValidity} ${known?.highestModseq} 1:3))`,
  );
  expect(select).toMatchObject({ status: "OK" });
  expect(select.untagged.map(([first, second]) => [first, second])).not.toContainEqual([
    "VANISHED",
    expect.anything(),
  ]);
  expect(select.untagged.filter(([, second]) => second === "FETCH")).toEqual([]);
  const changed = await client.send(`UID FETCH 1:* (FLAGS) (CHANGEDSINCE ${known?.highestModseq} VANISHED)`);
  expect(changed.untagged.map(([first, second]) => [first, second])).toEqual([["2", "FETCH"]]);
  mail.store.expunge("ada", "INBOX", [2]);
  expect((await client.send("NOOP")).untagged).toEqual([["1", "EXPUNGE"]]);
});

test("modseq-goes-back tells less at every second SELECT, and goes on at the third", async () => {
  const client = await start("modseq-goes-back");
  for (let seen = 0; seen < 8; seen += 1) {
    mail.store.setFlags("ada", "INBOX", 1, seen % 2 ? ["\\Seen"] : ["\\Flagged"]);
  }
  const modseqs: number[] = [];
  for (let count = 0; count < 3; count += 1) {
    modseqs.push(Number(told(await client.send("SELECT INBOX"), "HIGHESTMODSEQ")));
  }
  const [first = 0, second = 0, third = 0] = modseqs;
  expect(second).toBe(first - 10);
  expect(third).toBe(first);
});

test("exists-lies counts one message too many, in SELECT and later, and SEARCH knows better", async () => {
  const client = await start("exists-lies");
  expect((await client.send("SELECT INBOX")).untagged).toContainEqual(["4", "EXISTS"]);
  mail.store.deliver("ada", "Subject: 4\n\n");
  expect((await client.send("NOOP")).untagged).toContainEqual(["5", "EXISTS"]);
  expect((await client.send("UID SEARCH ALL")).untagged).toEqual([["SEARCH", "1", "2", "3", "4"]]);
  expect((await client.send("STATUS INBOX (MESSAGES)")).untagged).toEqual([
    ["STATUS", "INBOX", ["MESSAGES", "4"]],
  ]);
});

test("stray-vanished tells removals with any answer, and between commands", async () => {
  const client = await start("stray-vanished");
  await client.send("ENABLE QRESYNC");
  await client.send("SELECT INBOX");
  mail.store.expunge("ada", "INBOX", [1]);
  expect(await client.readResponse()).toBe("* VANISHED 1");
  mail.imap.configure({
    answer({ name }) {
      if (name === "FETCH") mail.store.expunge("ada", "INBOX", [3]);
      return undefined;
    },
  });
  expect((await client.send("FETCH 1 UID")).untagged).toEqual([
    ["1", "FETCH", ["UID", "2"]],
    ["VANISHED", "3"],
  ]);
});

test("zero-uidvalidity says 0 wherever a UIDVALIDITY stands", async () => {
  const client = await start("zero-uidvalidity");
  expect(told(await client.send("SELECT INBOX"), "UIDVALIDITY")).toBe("0");
  expect((await client.send("STATUS Sent (UIDVALIDITY)")).untagged).toEqual([
    ["STATUS", "Sent", ["UIDVALIDITY", "0"]],
  ]);
});

test("keeps-back never gives every third message, which SEARCH finds", async () => {
  const client = await start("keeps-back");
  await client.send("SELECT INBOX");
  expect((await client.send("UID SEARCH ALL")).untagged).toEqual([["SEARCH", "1", "2", "3"]]);
  expect((await client.send("UID FETCH 1:* UID")).untagged.map(([sequence]) => sequence)).toEqual(["1", "2"]);
});
