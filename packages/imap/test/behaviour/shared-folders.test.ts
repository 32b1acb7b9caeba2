import { afterEach, describe, expect, it, vi } from "vitest";
import { createImapPool, ImapClient, type ImapClientOptions } from "../../src/index.js";
import { collect, type ImapFixture, imapFixture } from "../support/imap-fixture.js";
import { plainMessage } from "../support/mime-samples.js";

interface TwoClients extends AsyncDisposable {
  readonly fixture: ImapFixture;
  readonly one: ImapClient;
  readonly other: ImapClient;
}

/** Two clients of one account, and connections that have its folder Projects open. */
async function twoClients(
  sharing: "one pool" | "nothing",
  otherOptions: Partial<ImapClientOptions> = {},
): Promise<TwoClients> {
  const fixture = await imapFixture();
  const { mail } = fixture;
  mail.store.createMailbox("ada", "Projects");
  mail.store.deliver("ada", plainMessage("old"), { mailbox: "Projects" });
  const pool = createImapPool({ maxPerKey: 2 });
  const clientOf = (options: Partial<ImapClientOptions> = {}): ImapClient =>
    new ImapClient({
      server: { host: "127.0.0.1", port: mail.imap.port, security: "none" },
      credentials: { user: "ada", password: "correct horse" },
      ...(sharing === "one pool" ? { pool } : {}),
      ...options,
    });
  const [one, other] = [clientOf(), clientOf(otherOptions)];
  // While one watches, the other needs a connection of its own.
  const watch = one.watch("Projects");
  await watch.next();
  expect(await other.search("Projects", {})).toEqual([1]);
  await watch.return();
  if (sharing === "one pool") expect(pool.stats()).toMatchObject({ open: 2, idle: 2 });
  return {
    fixture,
    one,
    other,
    async [Symbol.asyncDispose]() {
      await Promise.all([one.close(), other.close(), pool.close()]);
      await fixture[Symbol.asyncDispose]();
    },
  };
}

describe("clients that share a pool", () => {
  it("learn that another one has deleted a folder that their connection has open", async () => {
    await using clients = await twoClients("one pool");
    const { one, other } = clients;
    await other.deleteFolder("Projects");
    await expect(one.search("Projects", {})).rejects.toMatchObject({ code: "not-found", phase: "select" });
  });

  it("learn that another one has renamed it", async () => {
    await using clients = await twoClients("one pool");
    const { one, other } = clients;
    await other.renameFolder("Projects", "Done");
    await expect(one.markAsRead("Projects", 1)).rejects.toMatchObject({ code: "not-found" });
    expect(await one.markAsRead("Done", 1)).toMatchObject({ updated: [1] });
  });

  it("see a folder of the same name that has taken its place", async () => {
    await using clients = await twoClients("one pool");
    const { one, other, fixture } = clients;
    await other.deleteFolder("Projects");
    await other.createFolder("Projects");
    for (const subject of ["new 1", "new 2"])
      fixture.mail.store.deliver("ada", plainMessage(subject), { mailbox: "Projects" });
    const subjects = (await collect(one.messages("Projects"))).map(({ subject }) => subject);
    expect(subjects).toEqual(["new 1", "new 2"]);
  });

  it("look roles up anew when another one has changed the folders", async () => {
    await using clients = await twoClients("one pool");
    const { one, other } = clients;
    expect((await one.message("Projects", 1))?.isSpam).toBe(false);
    await other.deleteFolder("Junk");
    await other.renameFolder("Projects", "Spam");
    expect((await one.message("Spam", 1))?.isSpam).toBe(true);
  });
});

describe("clients that share a pool and have other settings", () => {
  it.each<Partial<ImapClientOptions>>([
    { authMethod: "LOGIN-COMMAND" },
    { compress: true },
    { clientInfo: { name: "other" } },
    { timeouts: { commandMs: 10_000 } },
    { limits: { maxLineBytes: 10_000 } },
    { transcript: () => {} },
  ])("use no connection of each other: %o", async (settings) => {
    await using clients = await twoClients("one pool", settings);
    const { one, other } = clients;
    expect([one, other].map((client) => client.stats().open)).toEqual([1, 1]);
  });

  it("learn of each other's changes of folders all the same", async () => {
    await using clients = await twoClients("one pool", { clientInfo: { name: "other" } });
    const { one, other } = clients;
    await other.deleteFolder("Projects");
    await expect(one.search("Projects", {})).rejects.toMatchObject({ code: "not-found", phase: "select" });
  });
});

describe("a folder that a client elsewhere has replaced", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("is seen at the latest when the open one is a minute old, on servers that keep it open", async () => {
    await using clients = await twoClients("nothing");
    const { one, other } = clients;
    await other.deleteFolder("Projects");
    const now = performance.now.bind(performance);
    vi.spyOn(performance, "now").mockImplementation(() => now() + 61_000);
    await expect(one.search("Projects", {})).rejects.toMatchObject({ code: "not-found" });
  });
});
