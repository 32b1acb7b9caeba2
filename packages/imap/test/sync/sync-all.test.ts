import { describe, expect, it } from "vitest";
import { ImapClient, type ImapSyncAllOptions } from "../../src/index.js";
import { imapFixture } from "../support/imap-fixture.js";
import { plainMessage } from "../support/mime-samples.js";
import { SyncedAccount } from "../support/synced-account.js";

async function syncAll(
  imap: ImapClient,
  account: SyncedAccount,
  options: ImapSyncAllOptions = {},
): Promise<void> {
  for await (const batch of imap.syncAll({ ...options, cursors: account.cursors })) {
    account.store(batch);
    await batch.acknowledge();
  }
}

describe("a sync of an account", () => {
  it("brings every folder, and then only what has changed in some", async () => {
    await using fixture = await imapFixture({ messages: [plainMessage("one")] });
    const { imap, mail } = fixture;
    const account = new SyncedAccount();
    await syncAll(imap, account);
    expect([...account.copies.keys()].sort()).toEqual([
      "Archive",
      "Drafts",
      "INBOX",
      "Junk",
      "Sent",
      "Trash",
    ]);
    expect(account.folderEvents.map(({ type }) => type)).toEqual(Array(6).fill("folder-created"));
    mail.store.deliver("ada", plainMessage("two"));
    mail.store.deliver("ada", plainMessage("elsewhere"), { mailbox: "Archive" });
    account.folderEvents.length = 0;
    await syncAll(imap, account);
    expect([account.subjects("INBOX"), account.subjects("Archive")]).toEqual([["one", "two"], ["elsewhere"]]);
    expect(account.folderEvents).toEqual([]);
  });

  it("looks once at the figures of all folders, and opens those that have changed", async () => {
    const commands: string[] = [];
    await using fixture = await imapFixture({ messages: [plainMessage("one")] });
    const { mail } = fixture;
    for (let index = 0; index < 200; index++) mail.store.createMailbox("ada", `List ${index}`);
    const account = new SyncedAccount();
    await using imap = new ImapClient({
      server: { host: "127.0.0.1", port: mail.imap.port, security: "none" },
      credentials: { user: "ada", password: "correct horse" },
      transcript: ({ direction, text }) =>
        void (direction === "client" && commands.push(text.split(" ").slice(1, 3).join(" "))),
    });
    await syncAll(imap, account);
    for (const index of [3, 77, 150])
      mail.store.deliver("ada", plainMessage("new"), { mailbox: `List ${index}` });
    commands.length = 0;
    await syncAll(imap, account);
    const count = (name: string): number => commands.filter((command) => command.startsWith(name)).length;
    expect([count("LIST"), count("STATUS"), count("EXAMINE") + count("SELECT")]).toEqual([1, 0, 3]);
    commands.length = 0;
    await syncAll(imap, account);
    expect([count("LIST"), count("STATUS"), count("EXAMINE") + count("SELECT")]).toEqual([1, 0, 0]);
  });

  it("tells of folders that are made, renamed and deleted", async () => {
    await using fixture = await imapFixture();
    const { imap, mail } = fixture;
    mail.store.createMailbox("ada", "Old name");
    mail.store.createMailbox("ada", "Doomed");
    mail.store.deliver("ada", plainMessage("kept"), { mailbox: "Old name" });
    const account = new SyncedAccount();
    await syncAll(imap, account);
    account.folderEvents.length = 0;
    await imap.renameFolder("Old name", "New name");
    await imap.deleteFolder("Doomed");
    await imap.createFolder("Made");
    mail.store.deliver("ada", plainMessage("added"), { mailbox: "New name" });
    await syncAll(imap, account);
    expect(account.folderEvents.sort((a, b) => a.folder.localeCompare(b.folder))).toEqual([
      { type: "folder-deleted", folder: "Doomed" },
      { type: "folder-created", folder: "Made" },
      { type: "folder-renamed", folder: "New name", from: "Old name" },
    ]);
    expect(account.subjects("New name")).toEqual(["kept", "added"]);
    expect(account.copies.has("Old name")).toBe(false);
  });

  it("hints that a message that left one folder is the one that came to another", async () => {
    await using fixture = await imapFixture({
      messages: ["one", "two"].map((subject) => plainMessage(subject)),
    });
    const { imap } = fixture;
    const account = new SyncedAccount();
    await syncAll(imap, account);
    for (const copy of account.copies.values()) copy.takeLog();
    await imap.move("INBOX", 1, "Archive");
    await syncAll(imap, account);
    const logs = [...account.copies.values()].flatMap((copy) => copy.takeLog());
    expect(logs.filter(({ type }) => type === "moved")).toEqual([
      { type: "moved", from: { folder: "INBOX", id: 1 }, to: { folder: "Archive", id: 1 } },
    ]);
    expect(logs.map(({ type }) => type).sort()).toEqual(["added", "moved", "removed"]);
  });

  it("reads the others when one folder may not be opened", async () => {
    await using fixture = await imapFixture({
      messages: [plainMessage("one")],
      server: {
        answer: ({ name, arguments: text }) =>
          name === "EXAMINE" && text.includes("Junk") ? "NO [NOPERM] not yours" : undefined,
      },
    });
    const account = new SyncedAccount();
    await syncAll(fixture.imap, account);
    expect(account.subjects("INBOX")).toEqual(["one"]);
    expect(account.folderEvents).toContainEqual(
      expect.objectContaining({
        type: "folder-unreadable",
        folder: "Junk",
        error: expect.objectContaining({ code: "permission" }),
      }),
    );
  });
});
