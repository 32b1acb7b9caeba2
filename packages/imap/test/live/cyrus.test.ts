import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect } from "../support/imap-fixture.js";
import { mixedMessage, plainMessage } from "../support/mime-samples.js";
import { expectCapToHold } from "./connection-cap.js";
import { execute } from "./execute.js";
import { hasCyrus, liveClient, liveOptions } from "./imap-environment.js";
import { describeImapServer } from "./imap-suite.js";

const USUAL = { prefix: "", delimiter: "/", refusedInNames: '{};<|!"\\^`%' };
const BELOW_INBOX = { prefix: "INBOX.", delimiter: ".", refusedInNames: '{};<|!"\\`%' };

const NAMES = { usual: "ada", awkward: "xenia" } as const;

describe.skipIf(!hasCyrus()).each([
  { variant: undefined, ...USUAL },
  { variant: "belowInbox", ...BELOW_INBOX },
])("a real Cyrus, $variant", ({ variant, ...names }) => {
  describeImapServer({
    ...names,
    label: variant ?? "plain",
    user: "ada",
    connect: (account, options) => liveClient(NAMES[account], { server: "cyrus", variant, ...options }),
    options: () => liveOptions(NAMES.usual, { server: "cyrus", variant }),
    hasOtherUsers: true,
    foldsDiacritics: true,
    bareLineFeeds: "refused",
    ways: { garblesFolderIds: "STATUS tells octets of its memory as the id of a new folder" },
  });
});

describe.skipIf(!hasCyrus())("a real Cyrus", () => {
  const where = { server: "cyrus" } as const;
  const OFFICE = "Shared Folders/Office";
  const admin = liveClient("admin", where);
  beforeAll(async () => {
    // The administrator's names have no namespaces.
    await admin.createFolder("Office");
    // He may see it as everybody may, and give himself more.
    await admin.use("Office", (flow) => execute(flow, "SETACL", "Office", "admin", "lrswipkxtecda"));
    await admin.append("Office", plainMessage("for everybody"));
  });
  afterAll(() => admin.close());

  it("tells what it can", async () => {
    await using imap = liveClient("bob", where);
    const report = await imap.testConnection();
    expect(report).toMatchObject({ ok: true, security: "tls", authMechanisms: ["PLAIN", "LOGIN"] });
    expect(report.capabilities).toEqual(
      expect.arrayContaining([
        ...["CONDSTORE", "ESEARCH", "IDLE", "LIST-STATUS", "MOVE", "NAMESPACE", "OBJECTID", "QUOTA", "SORT"],
        ...["SPECIAL-USE", "THREAD=REFERENCES", "UIDPLUS", "WITHIN"],
      ]),
    );
    expect(await imap.serverInfo()).toMatchObject({ name: "Cyrus IMAPD", vendor: "Project Cyrus" });
    expect(await imap.namespaces()).toEqual({
      personal: [{ prefix: "", delimiter: "/" }],
      otherUsers: [{ prefix: "Other Users/", delimiter: "/" }],
      shared: [{ prefix: "Shared Folders/", delimiter: "/" }],
    });
  });

  it("gives the role to the folder that is made for it, whatever its name, and does not delete it", async () => {
    await using imap = liveClient("bob", where);
    await imap.use("INBOX", async (flow) => {
      await execute(flow, "SETMETADATA", "Sent", ["/private/specialuse", "NIL"]);
      await execute(flow, "CREATE", "Ablage", ["USE", ["\\Sent"]]);
    });
    const roles = new Map((await imap.listFolders()).map(({ name, role }) => [name, role]));
    expect([roles.get("Ablage"), roles.get("Sent")]).toEqual(["sent", "custom"]);
    await expect(imap.deleteFolder("Ablage")).rejects.toMatchObject({
      code: "rejected",
      server: { text: "SPECIAL-USE flag conflict" },
    });
  });

  it("keeps to the rights in folders of others", async () => {
    await using imap = liveClient("carol", where);
    expect((await imap.listFolders()).map(({ name }) => name)).toContain(OFFICE);
    const [message] = await collect(imap.messages(OFFICE, { body: "text" }));
    expect(message?.subject).toBe("for everybody");
    expect(await imap.markAsRead(OFFICE, 1)).toEqual({ updated: [1], conflicted: [] });
    const forbidden = { code: "permission", retryable: false, connectionBroken: false };
    await expect(imap.append(OFFICE, plainMessage("no"))).rejects.toMatchObject(forbidden);
    await expect(imap.addStar(OFFICE, 1)).rejects.toMatchObject(forbidden);
    await expect(imap.delete(OFFICE, 1)).rejects.toMatchObject(forbidden);
    await expect(imap.move(OFFICE, 1, "INBOX")).rejects.toMatchObject(forbidden);
    await expect(imap.createFolder(`${OFFICE}/Below`)).rejects.toMatchObject(forbidden);
    await expect(imap.deleteFolder(OFFICE)).rejects.toMatchObject(forbidden);
    expect((await imap.copy(OFFICE, 1, "INBOX")).uids).toEqual([1]);
    expect(await imap.search("INBOX", { subject: "for everybody" })).toHaveLength(1);
  });

  it("tells the quota and refuses what is over it", async () => {
    await using imap = liveClient("dave", where);
    expect(await imap.quota()).toEqual([]);
    await admin.use("Office", (flow) =>
      execute(flow, "SETQUOTA", "user/dave", ["STORAGE", "100", "MESSAGE", "50"]),
    );
    const small = await imap.append("INBOX", mixedMessage(1, 30_000));
    const [storage, messages] = (await imap.quota("Sent")).sort((a, b) =>
      b.resource.localeCompare(a.resource),
    );
    expect(storage).toMatchObject({ resource: "STORAGE", limit: 102_400 });
    expect(storage?.used).toBeGreaterThan(30_000);
    expect(storage?.used).toBeLessThan(60_000);
    expect(messages).toMatchObject({ resource: "MESSAGE", used: 1, limit: 50 });
    const full = { code: "quota", retryable: false, connectionBroken: false };
    await expect(imap.append("INBOX", mixedMessage(2, 80_000))).rejects.toMatchObject(full);
    await imap.copy("INBOX", small.uid ?? 0, "Sent");
    await expect(imap.copy("INBOX", small.uid ?? 0, "Archive")).rejects.toMatchObject(full);
    expect(await imap.search("Archive", {})).toEqual([]);
    expect(await imap.search("INBOX", {})).toEqual([small.uid]);
  });

  it("with a cap of three connections serves many callers in turn", () =>
    expectCapToHold("erin", { ...where, variant: "threeConnections" }));

  it("takes the same message only so often, and waiting does not help", async () => {
    await using imap = liveClient("frank", where);
    const appendAll = async (): Promise<void> => {
      for (let count = 0; count < 100; count++) await imap.append("INBOX", plainMessage("again"));
    };
    await expect(appendAll()).rejects.toMatchObject({ code: "limit", retryable: false });
    expect(imap.stats()).toMatchObject({ created: 1, open: 1 });
  });

  it.each([
    ["no header", "just text\r\n", /invalid header/],
    ["a NUL", "Subject: x\r\n\r\nhi\0\r\n", /NUL/],
    ["no octets", "", /Zero-length/],
  ])("refuses a message with %s, in its own words", async (_what, source, words) => {
    await using imap = liveClient("frank", where);
    await expect(imap.append("INBOX", source)).rejects.toMatchObject({
      code: "rejected",
      retryable: false,
      server: { text: expect.stringMatching(words) },
    });
  });
});
