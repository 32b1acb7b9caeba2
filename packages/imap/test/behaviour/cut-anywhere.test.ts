import { isMailError } from "@mailwright/core";
import { faultProxy, type MailServers, startMailServers } from "@mailwright/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ImapClient } from "../../src/index.js";
import { collect } from "../imap-fixture.js";
import { mixedMessage, plainMessage } from "../mime-samples.js";

/** Every byte with MAILWRIGHT_SWEEP=all; a sample that moves along otherwise. */
const STRIDE = process.env["MAILWRIGHT_SWEEP"] === "all" ? 1 : 23;
const PARALLEL = 8;

let mail: MailServers;
let accounts = 0;

beforeAll(async () => {
  mail = await startMailServers();
});
afterAll(() => mail.stop());

describe("a connection that is cut", () => {
  it.each(["fin", "rst"] as const)(
    "by %s after any byte of a session gives the same results or an error that tells the truth",
    async (kind) => {
      const total = await session({ afterBytes: Number.MAX_SAFE_INTEGER, with: kind });
      expect(total).toBeGreaterThan(2_000);
      const cuts: number[] = [];
      for (let at = kind === "fin" ? 0 : 11; at <= total; at += STRIDE) cuts.push(at);
      const workers = Array.from({ length: PARALLEL }, async () => {
        for (let at = cuts.shift(); at !== undefined; at = cuts.shift()) {
          await session({ afterBytes: at, with: kind }).catch((error: unknown) => {
            throw new Error(`Cut by ${kind} after byte ${at}`, { cause: error });
          });
        }
      });
      await Promise.all(workers);
    },
    STRIDE === 1 ? 600_000 : 60_000,
  );
});

/** Lists, reads, marks, moves, watches and closes; answers with the bytes that the server sent. */
async function session(fault: {
  readonly afterBytes: number;
  readonly with: "fin" | "rst";
}): Promise<number> {
  const user = `user${++accounts}`;
  const messages = [mixedMessage(1, 300), plainMessage("two"), plainMessage("three")];
  mail.store.addAccount({ user, password: "secret-word", messages });
  await using proxy = await faultProxy({
    target: { host: "127.0.0.1", port: mail.imap.port },
    cut: { direction: "toClient", ...fault },
  });
  const heal = (): Promise<void> => proxy.setFaults({ cut: undefined });
  await using imap = new ImapClient({
    server: { host: "127.0.0.1", port: proxy.port, security: "none" },
    credentials: { user, password: "secret-word" },
    retry: { backoff: () => 1, onRetry: () => void heal() },
    timeouts: { connectMs: 5_000, commandMs: 5_000 },
  });

  const folders = await imap.listFolders({ counts: true });
  expect(folders.map(({ role, totalCount }) => [role, totalCount])).toContainEqual(["inbox", 3]);
  const read = await collect(imap.messages("INBOX", { body: "text" }));
  expect(read.map(({ uid, text }) => [uid, text])).toEqual([
    [1, "Schön, Nummer 1"],
    [2, "Hello.\n"],
    [3, "Hello.\n"],
  ]);
  expect(await imap.markAsRead("INBOX", [1, 2])).toEqual({ updated: [1, 2], conflicted: [] });
  expect(await imap.search("INBOX", { seen: true })).toEqual([1, 2]);

  const moved = await imap.move("INBOX", [2], "Archive").catch((error: unknown) => error);
  await heal();
  const inbox = mail.store.messages(user, "INBOX").map(({ uid }) => uid);
  const archived = mail.store.messages(user, "Archive").length;
  if (isMailError(moved)) {
    expect(moved.code).toBe("unknown-outcome");
    expect([inbox.length, archived]).toEqual(archived === 1 ? [2, 1] : [3, 0]);
  } else {
    expect(moved).toMatchObject({ uids: [2], uidMap: new Map([[2, 1]]) });
    expect([inbox, archived]).toEqual([[1, 3], 1]);
  }

  await proxy.setFaults({ cut: { direction: "toClient", ...fault } });
  let isDelivered = false;
  imap.onStateChange((state) => {
    if (state === "disconnected") void heal();
    if (state !== "idle" || isDelivered) return;
    isDelivered = true;
    mail.store.deliver(user, plainMessage("four"));
  });
  const retryLater = setInterval(() => void heal(), 100);
  for await (const event of imap.watch("INBOX")) {
    if (event.type === "added") {
      expect(event.uids).toEqual([4]);
      break;
    }
  }
  clearInterval(retryLater);
  await imap.close();
  return proxy.bytes.toClient;
}
