import { afterEach, beforeEach, expect, test } from "vitest";
import { type MailServers, startMailServers } from "../../src/index.js";
import { ImapWireClient } from "../support/imap-wire-client.js";

let mail: MailServers;
let client: ImapWireClient;

beforeEach(async () => {
  mail = await startMailServers({ accounts: [{ user: "ada", password: "x", messages: ["Subject: 1\n\n"] }] });
  client = await ImapWireClient.open(mail.host, mail.imap.port);
  await client.send("LOGIN ada x");
  await client.send("SELECT INBOX");
});

afterEach(async () => {
  client.close();
  await mail.stop();
});

test("changes in other mailboxes are told as they happen, without a command", async () => {
  const answer = await client.send(
    "NOTIFY SET (selected (MessageNew MessageExpunge)) (mailboxes Sent (MessageNew MessageExpunge FlagChange))",
  );
  expect(answer).toMatchObject({ status: "OK", untagged: [] });
  mail.store.deliver("ada", "Subject: s\n\n", { mailbox: "Drafts" });
  mail.store.deliver("ada", "Subject: s\n\n", { mailbox: "Sent" });
  expect(await client.readResponse()).toMatch(
    /^\* STATUS Sent \(MESSAGES 1 UIDNEXT 2 UIDVALIDITY \d+ UNSEEN 1\)$/,
  );
  mail.store.setFlags("ada", "Sent", 1, ["\\Seen"]);
  expect(await client.readResponse()).toContain("UNSEEN 0");
  mail.store.expunge("ada", "Sent", [1]);
  expect(await client.readResponse()).toContain("MESSAGES 0 UIDNEXT 2");
});

test("the selected mailbox sends arrivals with what was asked for, and removals at once", async () => {
  await client.send(
    "NOTIFY SET (selected (MessageNew (UID BODY.PEEK[HEADER.FIELDS (Subject)]) MessageExpunge))",
  );
  mail.store.deliver("ada", "Subject: 2\n\n");
  expect(await client.readResponse()).toBe("* 2 EXISTS");
  expect(await client.readResponse()).toBe("* 2 RECENT");
  expect(await client.readResponse()).toMatch(
    /^\* 2 FETCH \(UID 2 BODY\[HEADER.FIELDS \(SUBJECT\)\] \{14\}\r\nSubject: 2/,
  );
  mail.store.expunge("ada", "INBOX", [1]);
  expect(await client.readResponse()).toBe("* 1 EXPUNGE");
});

test("selected-delayed keeps removals for a command that allows them", async () => {
  await client.send("NOTIFY SET (selected-delayed (MessageNew MessageExpunge))");
  mail.store.expunge("ada", "INBOX", [1]);
  mail.store.deliver("ada", "Subject: 2\n\n");
  expect(await client.readResponse()).toBe("* 2 EXISTS");
  expect(await client.readResponse()).toBe("* 2 RECENT");
  expect((await client.send("NOOP")).untagged).toEqual([["1", "EXPUNGE"]]);
});

test("new, deleted and renamed mailboxes are told, and the first group that matches counts", async () => {
  await client.send("NOTIFY SET (subtree Work NONE) (personal (MailboxName))");
  mail.store.createMailbox("ada", "Work/2026");
  mail.store.createMailbox("ada", "Plans");
  expect(await client.readResponse()).toBe('* LIST () "/" Plans');
  mail.store.account("ada").renameMailbox("Plans", "Pläne");
  expect(await client.readResponse()).toBe('* LIST () "/" Pl&AOQ-ne ("OLDNAME" (Plans))');
  mail.store.deleteMailbox("ada", "Pläne");
  expect(await client.readResponse()).toBe('* LIST (\\NonExistent) "/" Pl&AOQ-ne');
});

test("STATUS tells where everything stands, NONE ends it", async () => {
  const answer = await client.send(
    "NOTIFY SET STATUS (inboxes (MessageNew MessageExpunge)) (subscribed (MessageNew MessageExpunge))",
  );
  expect(answer.untagged.map(([, name]) => name).sort()).toEqual([
    "Archive",
    "Drafts",
    "Junk",
    "Sent",
    "Trash",
  ]);
  await client.send("NOTIFY NONE");
  mail.store.deliver("ada", "Subject: s\n\n", { mailbox: "Sent" });
  mail.store.deliver("ada", "Subject: s\n\n");
  expect((await client.send("NOOP")).untagged).toEqual([
    ["2", "EXISTS"],
    ["2", "RECENT"],
  ]);
});

test("what cannot be told is refused", async () => {
  expect(await client.send("NOTIFY SET (selected (AnnotationChange))")).toMatchObject({
    status: "NO",
    code: [
      "BADEVENT",
      expect.anything(),
      expect.anything(),
      expect.anything(),
      expect.anything(),
      expect.anything(),
    ],
  });
  for (const command of [
    "NOTIFY",
    "NOTIFY SET",
    "NOTIFY GET",
    "NOTIFY SET (selected (MessageNew))",
    "NOTIFY SET (selected (MailboxName))",
    "NOTIFY SET (nowhere NONE)",
  ]) {
    expect(await client.send(command)).toMatchObject({ status: "BAD" });
  }
});

test("flags of the selected mailbox are told to who asked for them, and nothing to who wants none of it", async () => {
  await client.send("NOTIFY SET (selected (MessageNew MessageExpunge))");
  mail.store.setFlags("ada", "INBOX", 1, ["\\Seen"]);
  expect((await client.send("NOOP")).untagged).toEqual([]);
  await client.send("NOTIFY SET (selected (MessageNew MessageExpunge FlagChange))");
  mail.store.setFlags("ada", "INBOX", 1, ["\\Flagged"]);
  expect(await client.readResponse()).toBe("* 1 FETCH (FLAGS (\\Flagged \\Recent))");
  await client.send("NOTIFY SET (selected NONE)");
  mail.store.deliver("ada", "Subject: 2\n\n");
  expect((await client.send("NOOP")).untagged).toEqual([]);
  expect((await client.send("NOTIFY NONE")).untagged[0]).toEqual(["2", "EXISTS"]);
});

test("who subscribes where is told, and a new UIDVALIDITY", async () => {
  await client.send("NOTIFY SET (personal (SubscriptionChange MessageNew MessageExpunge FlagChange))");
  mail.store.account("ada").unsubscribe("Sent");
  expect(await client.readResponse()).toBe('* LIST () "/" Sent');
  mail.store.account("ada").subscribe("Sent");
  expect(await client.readResponse()).toBe('* LIST (\\Subscribed) "/" Sent');
  mail.store.account("ada").subscribe("Nowhere");
  expect(await client.readResponse()).toBe('* LIST (\\NonExistent \\Subscribed) "/" Nowhere');
  mail.store.setUidValidity("ada", "Sent", 4711);
  expect(await client.readResponse()).toMatch(/^\* STATUS Sent \(.* UIDVALIDITY 4711 /);
});

test("a server that is told too much ends NOTIFY, and says so", async () => {
  mail.imap.configure({ quirks: { notifyOverflowAfter: 1 } });
  await client.send("NOTIFY SET (personal (MailboxName))");
  mail.store.createMailbox("ada", "One");
  expect(await client.readResponse()).toBe('* LIST () "/" One');
  mail.store.createMailbox("ada", "Two");
  expect(await client.readResponse()).toMatch(/^\* OK \[NOTIFICATIONOVERFLOW\]/);
  mail.store.createMailbox("ada", "Three");
  expect((await client.send("NOOP")).untagged).toEqual([]);
});
