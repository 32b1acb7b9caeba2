import { beforeAll, describe, expect, it } from "vitest";
import { openSession } from "../../src/connection/open-session.js";
import { fetchRows } from "../../src/fetch/fetch-rows.js";
import { toPreview } from "../../src/fetch/preview-text.js";
import { toImapAccount } from "../../src/imap-options.js";
import type { ImapClient } from "../../src/index.js";
import { enableQresync } from "../../src/session/resync.js";
import { selectMailbox } from "../../src/session/select-mailbox.js";
import type { UidRange } from "../../src/wire/uid-set.js";
import { atom } from "../../src/wire/wire-argument.js";
import { parseNumber } from "../../src/wire/wire-node.js";
import { extensionMessages, extensionUses, useExtension } from "../support/extension-uses.js";
import { collect } from "../support/imap-fixture.js";
import { mixedMessage, plainMessage } from "../support/mime-samples.js";
import { clientOf, type LiveServer, prepareFolders, readCapabilities, skipWhere } from "./live-server.js";

/** What only some servers have: used where it is there, and made up for where it is not. */
export function describeExtensions(server: LiveServer): void {
  describe("extensions", () => {
    const { imap, other, folder } = prepareFolders(server, "Extensions");

    describe("in turn", () => {
      const place = prepareFolders(server, "Uses");
      beforeAll(async () => {
        for (const source of extensionMessages) await place.other.append(place.folder, source);
      });

      it.for(extensionUses)(
        "$extension is used where the server has it, and not missed where not",
        async (use, context) => {
          const isOfUids = Array.isArray(use.answer) && !use.answer.some((one) => typeof one === "string");
          if (isOfUids) skipWhere(context, server.ways?.numbersAnew);
          const has = (await readCapabilities(place.imap)).has(use.extension);
          const { commands, answer } = await useExtension(use, place.folder, (more) =>
            clientOf(server, { ...use.options, ...more }),
          );
          console.log(`${server.label}: ${use.extension} ${has ? "used" : "not there"}`);
          expect(answer).toEqual(use.answer);
          expect(use.isUsed(commands), commands.join("\n")).toBe(has);
        },
      );
    });

    it("store many messages at once (MULTIAPPEND), each with flags of its own", async (context) => {
      skipWhere(context, server.ways?.forgetsAppended);
      const { items } = await imap.appendAll(folder, [
        { message: plainMessage("one"), flags: ["\\Seen"] },
        { message: mixedMessage(2) },
        { message: plainMessage("three"), receivedAt: new Date("2026-01-02T03:04:05Z") },
      ]);
      expect(items.map(({ ok }) => ok)).toEqual([true, true, true]);
      const read = await collect(imap.messages(folder));
      expect(read.map(({ isRead }) => isRead)).toEqual([true, false, false]);
      expect(read[2]?.receivedAt).toEqual(new Date("2026-01-02T03:04:05Z"));
    });

    it("tell the beginning of texts (PREVIEW)", async () => {
      const messages = await collect(imap.messages(folder, { preview: true, body: "text" }));
      for (const { preview, text = "" } of messages) {
        expect(preview).not.toBe("");
        expect(toPreview(text).startsWith(preview?.slice(0, 40) ?? "?")).toBe(true);
      }
    });

    it("tell an id of folders that outlives their names (OBJECTID)", async () => {
      const has = (await readCapabilities(imap)).has("OBJECTID");
      const session = await openSession(toImapAccount(server.options()), "live");
      try {
        const { mailboxId } = await selectMailbox(session, folder);
        expect(mailboxId !== undefined).toBe(has);
        const renamed = `${folder} renamed`;
        const idOf = async (client: ImapClient, name: string) => (await client.status(name)).mailboxId;
        const ids = [await idOf(imap, folder)];
        await imap.renameFolder(folder, renamed);
        ids.push(await idOf(imap, renamed), await idOf(other, renamed));
        ids.push((await selectMailbox(session, renamed)).mailboxId);
        await imap.renameFolder(renamed, folder);
        const isForgotten = server.ways?.garblesFolderIds !== undefined;
        for (const id of ids) expect(isForgotten ? [undefined, mailboxId] : [mailboxId]).toContain(id);
        expect(ids.at(-1)).toBe(mailboxId);
      } finally {
        await session.close();
      }
    });

    it("tell what has happened since (QRESYNC)", async ({ skip }) => {
      const session = await openSession(toImapAccount(server.options()), "live");
      try {
        if (!session.can("QRESYNC")) return skip("the server has no QRESYNC");
        const before = await selectMailbox(session, folder);
        await other.delete(folder, [2]);
        await other.addStar(folder, [3]);
        await other.append(folder, plainMessage("four"));
        expect(await enableQresync(session)).toBe(true);
        const { uidValidity = 0, highestModseq: modSeq = 0n } = before;
        const [gone, changed]: [UidRange[], number[]] = [[], []];
        const resync = {
          uidValidity,
          modSeq,
          knownUids: "1:3",
          vanished: (ranges: readonly UidRange[]) => void gone.push(...ranges),
          fetched: ({ command }: { readonly command?: string | undefined }) =>
            void changed.push(parseNumber(command) ?? 0),
        };
        const after = await selectMailbox(session, folder, { resync });
        expect(gone).toEqual([[2, 2]]);
        // By sequence number: UID 3 is the second by now, and 4, which was not asked about, may be told as well.
        expect(changed).toContain(2);
        expect(after).toMatchObject({ exists: 3, uidValidity });
        const vanished: UidRange[] = [];
        const rows = await fetchRows(session, "1:*", [atom("UID"), atom("FLAGS")], {
          changedSince: modSeq,
          vanished: (ranges) => void vanished.push(...ranges),
        });
        expect([[...rows.keys()], vanished]).toEqual([[3, 4], [[2, 2]]]);
        await other.delete(folder, [3]);
        await session.command("NOOP", []);
        expect(session.selected?.exists).toBe(2);
      } finally {
        await session.close();
      }
    });
  });
}
