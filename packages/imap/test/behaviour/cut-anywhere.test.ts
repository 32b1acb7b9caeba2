import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { type DiagnosticEvents, isMailError } from "@mailwright/core";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect } from "../support/imap-fixture.js";
import { plainMessage } from "../support/mime-samples.js";
import { type CutChain, type CutKind, cutChain, EVERY, FIRST, HANG_MS, isLong } from "./cut-chain.js";

let mail: MailServers;
let cuts = 0;
const since = performance.now();

/** The end of the connection is as good as the server's farewell: nobody waits for that. */
const farewells: string[] = [];
const onCommand = (event: unknown): void => {
  const { command, error } = event as DiagnosticEvents["mailwright:command"];
  if (command === "LOGOUT" && error !== undefined) farewells.push(error.code);
};

beforeAll(async () => {
  subscribe("mailwright:command", onCommand);
  mail = await startMailServers({
    imap: {
      quirks: {
        capabilitiesBeforeLogin: ["IMAP4rev1", "SASL-IR", "AUTH=PLAIN"],
        capabilitiesAfterLogin: [
          ...["IMAP4rev1", "IDLE", "UIDPLUS", "MOVE", "ESEARCH", "LIST-STATUS", "SPECIAL-USE"],
          ...["NAMESPACE", "QUOTA", "SORT", "THREAD=REFERENCES"],
        ],
      },
    },
  });
});
afterAll(async () => {
  await mail.stop();
  unsubscribe("mailwright:command", onCommand);
  console.log(`${cuts} connections were cut, ${((performance.now() - since) / 1_000).toFixed(1)} s`);
  expect(farewells.filter((code) => code === "timeout")).toEqual([]);
});

const SOURCES = ["one", "two"].map((subject) => `Subject: ${subject}\r\n\r\nHello.\r\n`);

interface Place extends Pick<CutChain, "imap" | "connect" | "sweep"> {
  readonly user: string;
  readonly uids: (folder: string) => number[];
  readonly folders: () => readonly string[];
  /** Another client of the account, cut in the same way. */
  readonly another: () => Promise<CutChain>;
}

/** What is done on one connection, and what must come of it wherever that ends. */
const steps: Readonly<Record<string, (place: Place) => Promise<number>>> = {
  // After a login that failed the pool leaves the server alone for a while: several wait side by side.
  "login and list": async ({ another }) => {
    const shares = isLong ? 8 : 4;
    const sweeps = Array.from({ length: shares }, async (_, share) => {
      await using chain = await another();
      const list = async (): Promise<void> => {
        const folders = await chain.imap.listFolders({ counts: true });
        expect(folders.map(({ role, totalCount }) => [role, totalCount])).toEqual([
          ["inbox", 2],
          ["archive", 2],
        ]);
      };
      return await chain.sweep(list, { isAfresh: true, share, shares });
    });
    return (await Promise.all(sweeps)).reduce((sum, count) => sum + count, 0);
  },

  "select and fetch": ({ imap, sweep }) =>
    sweep(async (run) => {
      // Not the folder that the run before has left open.
      const folder = run % 2 === 0 ? "Archive" : "INBOX";
      const read = await collect(imap.messages(folder, { body: "text" }));
      expect(read.map(({ uid, subject, text }) => [uid, subject, text])).toEqual([
        [1, "one", "Hello.\n"],
        [2, "two", "Hello.\n"],
      ]);
    }),

  "fetch of whole messages": ({ imap, sweep }) =>
    sweep(async () => {
      const { content } = await imap.downloadMessage("INBOX", 1);
      expect(Buffer.concat(await collect(content)).toString()).toBe(SOURCES[0]);
      const read = await collect(imap.messages("INBOX", { uids: [2], body: "full" }));
      expect(read.map(({ source }) => source?.toString())).toEqual([SOURCES[1]]);
    }),

  "store and search": ({ imap, sweep }) =>
    sweep(async (run) => {
      const seen = run % 2 === 0;
      const store = seen ? imap.markAsRead("INBOX", [1, 2]) : imap.markAsUnread("INBOX", [1, 2]);
      expect(await store).toEqual({ updated: [1, 2], conflicted: [] });
      expect(await imap.search("INBOX", { seen })).toEqual([1, 2]);
    }),

  move: ({ imap, sweep, user, uids }) =>
    sweep(async () => {
      const { uid } = mail.store.deliver(user, plainMessage("moved"));
      const before = uids("Archive").length;
      const moved = await imap.move("INBOX", [uid], "Archive").catch(unknownOutcome);
      const isMoved = uids("Archive").length === before + 1;
      expect(uids("INBOX").includes(uid)).toBe(!isMoved);
      if (moved !== undefined)
        expect([isMoved, moved.uids, [...(moved.uidMap?.values() ?? [])]]).toEqual([
          true,
          [uid],
          uids("Archive").slice(-1),
        ]);
    }),

  append: ({ imap, sweep, uids }) =>
    sweep(async () => {
      const before = uids("INBOX").length;
      const appended = await imap.append("INBOX", plainMessage("new")).catch(unknownOutcome);
      const added = uids("INBOX").slice(before);
      if (appended === undefined) expect(added.length).toBeLessThanOrEqual(1);
      else expect(added).toEqual([appended.uid]);
    }),

  copy: ({ imap, sweep, uids }) =>
    sweep(async () => {
      const before = uids("Archive").length;
      const copied = await imap.copy("INBOX", [1], "Archive").catch(unknownOutcome);
      const added = uids("Archive").slice(before);
      if (copied === undefined) expect(added.length).toBeLessThanOrEqual(1);
      else expect([copied.uids, [...(copied.uidMap?.values() ?? [])]]).toEqual([[1], added]);
      expect(uids("INBOX")).toEqual([1, 2]);
    }),

  "folders made, renamed and deleted": ({ imap, sweep, folders }) =>
    sweep(async (run) => {
      const [made, renamed] = [`made ${run}`, `renamed ${run}`];
      const has = (name: string): boolean => folders().includes(name);
      const isDone = (change: Promise<void>): Promise<boolean> =>
        change.then(
          () => true,
          (error: unknown) => unknownOutcome(error) ?? false,
        );
      if (await isDone(imap.createFolder(made))) expect(has(made)).toBe(true);
      if (!has(made)) return;
      await imap.subscribeFolder(made);
      const isRenamed = await isDone(imap.renameFolder(made, renamed));
      if (isRenamed) expect([has(made), has(renamed)]).toEqual([false, true]);
      const left = has(made) ? made : renamed;
      const deletion = imap.deleteFolder(left).catch((error: unknown) => {
        // A renaming whose answer was cut may still be on its way, and come before the deletion.
        if (isRenamed || !isMailError(error) || error.code !== "not-found") throw error;
      });
      if (await isDone(deletion)) expect(has(left)).toBe(false);
    }),

  "figures, sorting and threads": ({ imap, sweep }) =>
    sweep(async () => {
      expect(await imap.status("Archive")).toMatchObject({ totalCount: 2, unreadCount: 2 });
      expect((await imap.namespaces()).personal).toHaveLength(1);
      expect(await imap.quota()).toBeInstanceOf(Array);
      expect(await imap.uidValidity("Archive")).toBeGreaterThan(0);
      expect(await imap.sort("Archive", ["-subject"])).toEqual([2, 1]);
      expect(await imap.thread("Archive")).toHaveLength(2);
    }),

  delete: ({ imap, sweep, user, uids }) =>
    sweep(async () => {
      const { uid } = mail.store.deliver(user, plainMessage("unwanted"));
      expect(await imap.delete("INBOX", [uid, 999_999])).toEqual({ uids: [uid], isExpunged: true });
      expect(uids("INBOX")).toEqual([1, 2]);
    }),

  idle: ({ imap, sweep, user, connect }) =>
    sweep(async () => {
      const { uid: last = 0 } = mail.store.messages(user).at(-1) ?? {};
      let isDelivered = false;
      const stop = imap.onStateChange((state) => {
        if (state !== "idle" || isDelivered) return;
        isDelivered = true;
        mail.store.deliver(user, plainMessage("arrived"));
      });
      for await (const event of imap.watch("INBOX")) {
        if (event.type !== "added") continue;
        expect(event.uids).toEqual([last + 1]);
        break;
      }
      stop();
      await connect();
    }),

  logout: async ({ another }) => {
    for (let cut = FIRST, cuts = 0; ; cut += EVERY, cuts++) {
      await using chain = await another();
      await chain.connect();
      const { receivedBytes } = chain;
      await chain.cutAfter(cut);
      await chain.imap.close();
      expect(chain.imap.stats().open).toBe(0);
      if (chain.receivedBytes - receivedBytes < cut) return cuts;
    }
  },
};

const kinds: readonly CutKind[] = ["fin", "rst"];
const places = kinds.flatMap((kind) => Object.entries(steps).map(([name, step]) => ({ name, kind, step })));

describe.concurrent("a connection that is cut after any byte of the server", () => {
  it.each(places)(
    "in $name, by $kind, changes no result and hides none",
    async ({ name, kind, step }) => {
      const user = `${name} ${kind}`;
      mail.store.addAccount({ user, password: "secret-word", messages: SOURCES });
      for (const source of SOURCES) mail.store.deliver(user, source, { mailbox: "Archive" });
      for (const folder of ["Drafts", "Junk", "Sent", "Trash"]) mail.store.deleteMailbox(user, folder);
      const another = (): Promise<CutChain> => cutChain(mail, user, kind);
      await using chain = await another();
      const uids = (folder: string): number[] => mail.store.messages(user, folder).map(({ uid }) => uid);
      const folders = (): readonly string[] => mail.store.mailboxes(user).map(({ path }) => path);
      const done = await step({ ...chain, another, user, uids, folders });
      expect((done + 1) * EVERY).toBeGreaterThan(40);
      cuts += done;
    },
    HANG_MS,
  );
});

/** The only failure that a change may end in: then it may have taken effect. */
function unknownOutcome(error: unknown): undefined {
  expect(isMailError(error) && error.code).toBe("unknown-outcome");
}
