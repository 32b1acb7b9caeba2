import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { hasUnpacked, type OtherServer, startCourier, until } from "@mailwright/suite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ImapClient, type ImapClientOptions } from "../../src/index.js";
import { collect } from "../support/imap-fixture.js";
import { plainMessage } from "../support/mime-samples.js";
import type { ConnectOptions } from "./imap-environment.js";
import { describeImapServer } from "./imap-suite.js";
import type { LiveAccount, LiveServer } from "./live-server.js";
import { makeStandardFolders } from "./standard-folders.js";

function clientOf(
  { port, user, password }: OtherServer,
  options: Partial<ImapClientOptions> = {},
): ImapClient {
  const server = { host: "127.0.0.1", port, security: "none" } as const;
  return new ImapClient({ server, credentials: { user, password }, ...options });
}

const ARCHIVE = ["Archive", "2026"];
const three = ["one", "two", "three"].map((subject) => plainMessage(subject));

const isThere = hasUnpacked("courier");

if (isThere) {
  const server = await startCourier({ protocol: "imap" });
  const optionsOf = (
    account: LiveAccount,
    { security = "tls", isTrusted = true, ...options }: ConnectOptions,
  ): ImapClientOptions => ({
    server: {
      host: "127.0.0.1",
      port: security === "tls" ? server.tlsPort : server.port,
      security,
      tls: isTrusted ? { ca: server.ca } : {},
    },
    credentials: account === "awkward" ? server.awkward : { user: server.user, password: server.password },
    ...options,
  });
  const connect: LiveServer["connect"] = (account, options) => new ImapClient(optionsOf(account, options));
  describe("a real Courier", () => {
    beforeAll(async () => {
      await using imap = connect("usual", {});
      await makeStandardFolders(imap, "INBOX.");
    });
    afterAll(() => server[Symbol.asyncDispose]());
    describeImapServer({
      label: "Courier",
      user: server.user,
      connect,
      options: () => optionsOf("usual", {}),
      prefix: "INBOX.",
      delimiter: ".",
      hasOtherUsers: false,
      foldsDiacritics: false,
      refusedInNames: "/",
      bareLineFeeds: "made CRLF",
      impossibleNames: ["Fest 🎉"],
      ways: {
        keepsDeleted: "Courier goes on with a folder that is deleted, until it is opened again",
        renamesNothing: "Courier says OK when it is to rename what is not there",
        endsParts: "Courier ends the last part in its own way",
      },
    });
  });
}

describe.runIf(isThere)("a real Courier", () => {
  it("keeps folders below its prefix, which paths need not name", async () => {
    await using server = await startCourier({ protocol: "imap" });
    await using imap = clientOf(server);
    await imap.createFolder(ARCHIVE);
    expect((await imap.listFolders()).map(({ name }) => name)).toContain("INBOX.Archive.2026");
    expect((await imap.append(ARCHIVE, plainMessage("kept"))).folder).toBe("INBOX.Archive.2026");
    expect(await imap.status(ARCHIVE)).toMatchObject({ totalCount: 1 });
    await imap.renameFolder(ARCHIVE, ["Elsewhere"]);
    expect(await imap.search(["Elsewhere"], {})).toEqual([1]);
    await imap.deleteFolder(["Elsewhere"]);
  });

  it("refuses without codes, and the errors say what is wrong all the same", async () => {
    await using server = await startCourier({ protocol: "imap", messages: three });
    await using imap = clientOf(server);
    await imap.createFolder(ARCHIVE);
    await expect(imap.createFolder(ARCHIVE)).rejects.toMatchObject({ code: "already-exists" });
    const missing = { code: "not-found" };
    await expect(imap.search(["Nowhere"], {})).rejects.toMatchObject(missing);
    await expect(imap.status(["Nowhere"])).rejects.toMatchObject(missing);
    await expect(imap.append(["Nowhere"], "Subject: x\r\n\r\n")).rejects.toMatchObject(missing);
    await expect(imap.copy("INBOX", 1, ["Nowhere"])).rejects.toMatchObject(missing);
    await expect(imap.deleteFolder(["Nowhere"])).rejects.toMatchObject(missing);
  });

  it("has messages read, marked, copied, moved and deleted", async () => {
    await using server = await startCourier({ protocol: "imap", messages: three });
    await using imap = clientOf(server);
    await imap.createFolder(ARCHIVE);
    const subjects = (await collect(imap.messages("INBOX", { body: "text" }))).map(({ subject }) => subject);
    expect(subjects.sort()).toEqual(["one", "three", "two"]);
    expect(await imap.markAsRead("INBOX", [1, 2])).toMatchObject({ updated: [1, 2] });
    expect(await imap.search("INBOX", { seen: false })).toEqual([3]);
    expect((await imap.copy("INBOX", [1], ARCHIVE)).uids).toEqual([1]);
    expect(await imap.move("INBOX", [2], ARCHIVE)).toMatchObject({ uids: [2], isSourceRemoved: true });
    expect(await imap.delete("INBOX", [3])).toMatchObject({ uids: [3], isExpunged: true });
    expect(await imap.search("INBOX", {})).toEqual([1]);
    expect(await collect(imap.messages(ARCHIVE, { newest: 1 }))).toHaveLength(1);
  });

  it("does not get its stand-in for a vanished message taken for one", async () => {
    await using server = await startCourier({ protocol: "imap", messages: three });
    await using imap = clientOf(server, { limits: { maxBatchMessages: 1 } });
    const current = join(server.mailbox, "cur");
    const read: string[] = [];
    for await (const { subject } of imap.messages("INBOX", { body: "full" })) {
      read.push(subject);
      // Behind the server's back, so that a session that has the folder open knows nothing of it.
      for (const file of readdirSync(current).sort().slice(1)) rmSync(join(current, file));
    }
    expect(read).not.toContain("message unavailable");
    expect(read[0]).toBe("one");
  });

  it("has a folder that was deleted and made anew noticed by a watch", async () => {
    await using server = await startCourier({ protocol: "imap" });
    await using imap = clientOf(server);
    await using other = clientOf(server);
    await other.createFolder(ARCHIVE);
    await other.append(ARCHIVE, plainMessage("old"));
    const before = await other.uidValidity(ARCHIVE);
    let isReset = false;
    for await (const event of imap.watch(ARCHIVE, { renewMs: 200 })) {
      isReset = event.type === "reset";
      if (isReset) break;
      if (event.type !== "started") continue;
      // Courier's UIDVALIDITY is the second in which the folder was made.
      await until(async () => {
        await other.deleteFolder(ARCHIVE);
        await other.createFolder(ARCHIVE);
        // It refuses to open a folder that both look into for the first time at once.
        return (await other.uidValidity(ARCHIVE).catch(() => before)) !== before;
      });
      await other.append(ARCHIVE, plainMessage("new"));
    }
    expect(isReset).toBe(true);
  });

  it("closes a connection too many without a word: callers queue for those there are", async () => {
    await using server = await startCourier({ protocol: "imap", messages: three, maxConnections: 2 });
    await using imap = clientOf(server, { pool: { maxPerKey: 6 } });
    const searches = Array.from({ length: 12 }, () => imap.search("INBOX", { seen: false }));
    for (const found of await Promise.all(searches)) expect(found).toEqual([1, 2, 3]);
  });
});
