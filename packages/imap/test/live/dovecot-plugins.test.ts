import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ImapClient } from "../../src/index.js";
import { collect } from "../support/imap-fixture.js";
import { mixedMessage, plainMessage } from "../support/mime-samples.js";
import { execute } from "./execute.js";
import { liveClient, maildirRoot } from "./imap-environment.js";

describe("a real Dovecot with access rights", () => {
  const DROP = "Drop box";
  /** A folder into which the account may put messages that it may not read then. */
  async function dropBox(imap: ImapClient, rights = "lip"): Promise<void> {
    if ((await imap.listFolders()).some(({ name }) => name === DROP)) await imap.deleteFolder(DROP);
    await imap.createFolder(DROP);
    await imap.use("INBOX", (flow) => execute(flow, "SETACL", DROP, "erin", rights));
  }

  it("copies and moves into a folder that may not be read, and tells what it did", async () => {
    await using imap = liveClient("erin", { variant: "acl" });
    await using other = liveClient("erin");
    await imap.append("INBOX", plainMessage("copied"));
    await imap.append("INBOX", plainMessage("moved"));
    const [copied = 0, moved = 0] = await imap.search("INBOX", {});
    await dropBox(imap);
    // The server cannot name the new messages: they are not for this account to see (no COPYUID).
    const copy = await imap.copy("INBOX", [copied, 99_999], DROP);
    expect([copy.uids, copy.uidMap]).toEqual([[copied], undefined]);
    const move = await imap.move("INBOX", [moved, 99_999], DROP);
    expect([move.uids, move.uidMap, move.isSourceRemoved]).toEqual([[moved], undefined, true]);
    expect(await imap.search("INBOX", {})).toEqual([copied]);
    // Once each, as somebody sees whom the rights do not concern.
    const there = (await collect(other.messages(DROP))).map(({ subject }) => subject);
    expect(there.sort()).toEqual(["copied", "moved"]);
    const appended = await imap.append(DROP, plainMessage("appended"));
    expect(appended.uid).toBeUndefined();
    const forbidden = { code: "permission", retryable: false, connectionBroken: false };
    await expect(imap.search(DROP, {})).rejects.toMatchObject(forbidden);
    await expect(imap.deleteFolder(DROP)).rejects.toMatchObject(forbidden);
    await other.deleteFolder(DROP);
    await other.delete("INBOX", [copied]);
  });

  it("reads what it may read, and says what it may not change", async () => {
    await using imap = liveClient("erin", { variant: "acl" });
    await using other = liveClient("erin");
    await dropBox(imap, "lr");
    const { uid = 0 } = await other.append(DROP, plainMessage("for reading"));
    expect((await collect(imap.messages(DROP, { body: "text" }))).map(({ text }) => text)).toEqual([
      "Hello.\n",
    ]);
    const forbidden = { code: "permission", retryable: false, connectionBroken: false };
    await expect(imap.markAsRead(DROP, uid)).rejects.toMatchObject(forbidden);
    await expect(imap.delete(DROP, uid)).rejects.toMatchObject(forbidden);
    await expect(imap.append(DROP, plainMessage("no"))).rejects.toMatchObject(forbidden);
    await other.deleteFolder(DROP);
  });
});

describe("a real Dovecot with a quota", () => {
  it("tells it and refuses what is over it", async () => {
    await using imap = liveClient("frank", { variant: "quota" });
    const { uid = 0 } = await imap.append("INBOX", mixedMessage(1, 100_000));
    const byName = (await imap.quota()).sort((a, b) => b.resource.localeCompare(a.resource));
    expect(byName).toMatchObject([
      { resource: "STORAGE", limit: 300 * 1024 },
      { resource: "MESSAGE", limit: 50 },
    ]);
    const full = { code: "quota", retryable: false, connectionBroken: false };
    await expect(imap.append("INBOX", mixedMessage(2, 250_000))).rejects.toMatchObject(full);
    await imap.copy("INBOX", uid, "Archive");
    await expect(imap.copy("INBOX", uid, "Drafts")).rejects.toMatchObject(full);
    expect(await imap.search("Drafts", {})).toEqual([]);
    expect(await imap.move("INBOX", uid, "Drafts")).toMatchObject({ isSourceRemoved: true });
    await imap.delete("Drafts", await imap.search("Drafts", {}));
    await imap.delete("Archive", await imap.search("Archive", {}));
  });
});

describe("a real Dovecot with virtual folders", () => {
  it("has the messages of other folders read and marked there", async () => {
    await using imap = liveClient("grace", { variant: "virtual" });
    for (const [folder, subject] of [
      ["INBOX", "one"],
      ["Archive", "two"],
    ] as const)
      await imap.append(folder, mixedMessage(1).replace(/^Subject: .*$/m, `Subject: ${subject}`));
    const folder = join(maildirRoot(), "grace.virtual", "All");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "dovecot-virtual"), "INBOX\nArchive\n  all\n");
    for (const path of [join(folder, ".."), folder]) chmodSync(path, 0o777);
    expect((await imap.listFolders()).map(({ name }) => name)).toContain("virtual.All");
    const messages = await collect(imap.messages("virtual.All", { body: "text" }));
    expect(messages.map(({ subject, text }) => [subject, text]).sort()).toEqual([
      ["one", "Schön, Nummer 1"],
      ["two", "Schön, Nummer 1"],
    ]);
    const uids = messages.map(({ uid }) => uid);
    expect(await imap.markAsRead("virtual.All", uids)).toMatchObject({ updated: uids });
    expect(await imap.search("Archive", { seen: false })).toEqual([]);
    await imap.delete("virtual.All", uids);
    expect(await imap.search("INBOX", {})).toEqual([]);
  });
});

describe("a real Dovecot over mbox files", () => {
  it("has messages read, marked, searched, copied, moved and deleted", async () => {
    await using imap = liveClient("heidi", { variant: "mbox" });
    await imap.createFolder("Boxes ü");
    const [kept, gone] = ["kept", "gone"].map((subject) => plainMessage(subject));
    for (const source of [kept, gone, mixedMessage(3)]) await imap.append("Boxes ü", source ?? "");
    const read = await collect(imap.messages("Boxes ü", { body: "text" }));
    expect(read.map(({ subject, incomplete }) => [subject, incomplete])).toEqual([
      ["kept", undefined],
      ["gone", undefined],
      ["Grüße 3", undefined],
    ]);
    expect(read.at(-1)).toMatchObject({
      text: "Schön, Nummer 3",
      html: "<p>Schön 3</p>",
      attachmentCount: 1,
    });
    const [first = 0, second = 0, third = 0] = read.map(({ uid }) => uid);
    expect(await imap.markAsRead("Boxes ü", [first, third])).toMatchObject({ updated: [first, third] });
    expect(await imap.search("Boxes ü", { seen: false })).toEqual([second]);
    expect((await imap.copy("Boxes ü", [first], "Archive")).uids).toEqual([first]);
    expect(await imap.move("Boxes ü", [third], "Archive")).toMatchObject({ uids: [third] });
    expect(await imap.delete("Boxes ü", [second])).toMatchObject({ uids: [second], isExpunged: true });
    expect(await imap.search("Boxes ü", {})).toEqual([first]);
    expect(await collect(imap.messages("Archive", { newest: 2 }))).toHaveLength(2);
    await imap.deleteFolder("Boxes ü");
    // A file holds messages and no folders.
    await imap.createFolder("Parent");
    await expect(imap.createFolder("Parent/Child")).rejects.toMatchObject({ connectionBroken: false });
    await imap.deleteFolder("Parent");
  });
});
