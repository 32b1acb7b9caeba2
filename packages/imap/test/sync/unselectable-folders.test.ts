import { expect, it } from "vitest";
import { ImapClient } from "../../src/index.js";
import { startCommandServer } from "../support/command-server.js";
import { imapFixture } from "../support/imap-fixture.js";
import { plainMessage } from "../support/mime-samples.js";
import { SyncedAccount } from "../support/synced-account.js";

async function syncAll(imap: ImapClient, account: SyncedAccount): Promise<void> {
  for await (const batch of imap.syncAll({ cursors: account.cursors })) {
    account.store(batch);
    await batch.acknowledge();
  }
}

it.each(["\\Noselect", "\\NonExistent", "\\NONEXISTENT"])(
  "12: a name that is %s is never opened or asked for its figures, and no folder to tell of",
  async (flag) => {
    const commands: string[] = [];
    const hear = ({ line, name }: { readonly line: string; readonly name: string }): void =>
      void commands.push(`${name} ${/"?([\w/]+)"?( \(.*)?$/.exec(line)?.[1]}`);
    await using server = await startCommandServer({
      capabilities: "IMAP4rev1",
      exists: 0,
      answers: {
        LIST: ({ socket }) =>
          socket.write(
            `* LIST () "/" INBOX\r\n* LIST (${flag}) "/" Parent\r\n* LIST () "/" Parent/Child\r\n`,
          ),
      },
      completing: hear,
    });
    await using imap = new ImapClient({
      server: { host: "127.0.0.1", port: server.port, security: "none" },
      credentials: { user: "ada", password: "x-word" },
    });
    const account = new SyncedAccount();
    await syncAll(imap, account);
    expect(account.folderEvents.map(({ folder }) => folder).sort()).toEqual(["INBOX", "Parent/Child"]);
    expect(commands).toEqual(expect.arrayContaining(["EXAMINE INBOX", "EXAMINE Parent/Child"]));
    expect(commands.filter((command) => command.endsWith(" Parent"))).toEqual([]);
  },
);

it("12: a folder that was deleted and has others below it is gone, and its name is not opened again", async () => {
  const opened: string[] = [];
  await using fixture = await imapFixture({
    server: {
      answer: ({ name, arguments: text }) => {
        if (name === "EXAMINE" || name === "SELECT") opened.push(text);
        return undefined;
      },
    },
  });
  const { imap, mail } = fixture;
  for (const path of ["Parent", "Parent/Child"]) mail.store.createMailbox("ada", path);
  const account = new SyncedAccount();
  await syncAll(imap, account);
  expect(opened.join()).toMatch(/\bParent\b(?!\/)/);
  mail.store.deleteMailbox("ada", "Parent");
  mail.store.deliver("ada", plainMessage("below"), { mailbox: "Parent/Child" });
  for (const told of [[{ type: "folder-deleted", folder: "Parent" }], []]) {
    [account.folderEvents.length, opened.length] = [0, 0];
    await syncAll(imap, account);
    expect(account.folderEvents).toEqual(told);
    expect(opened.filter((text) => /\bParent\b(?!\/)/.test(text))).toEqual([]);
  }
  expect(account.subjects("Parent/Child")).toEqual(["below"]);
});
