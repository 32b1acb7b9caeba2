import { beforeAll, describe, expect, it } from "vitest";
import type { SearchQuery } from "../../src/index.js";
import { mixedMessage, plainMessage } from "../support/mime-samples.js";
import { type LiveServer, prepareFolders, readCapabilities, skipWhere } from "./live-server.js";

const ANSWER = plainMessage("Re: two", "Ganz schön spät.\r\n").replace(
  "\r\n\r\n",
  "\r\nReferences: <two@example.test>\r\nX-Priority: 1\r\nContent-Type: text/plain; charset=utf-8\r\n" +
    "Content-Transfer-Encoding: 8bit\r\n\r\n",
);

/** Searching, sorting and threading, with everything that a query may hold. */
export function describeSearching(server: LiveServer): void {
  describe("searching", () => {
    const { imap, other, folder } = prepareFolders(server, "Searching");

    beforeAll(async () => {
      const day = (text: string): { receivedAt: Date } => ({
        receivedAt: new Date(`2026-01-${text}T12:00:00Z`),
      });
      const keywords = server.ways?.refusesKeywords === undefined ? ["$Forwarded"] : [];
      await imap.append(folder, mixedMessage(1, 200_000), { ...day("02"), flags: ["\\Seen", ...keywords] });
      await imap.append(folder, plainMessage("two"), { ...day("03"), flags: ["\\Flagged"] });
      await imap.append(folder, mixedMessage(3), { ...day("04"), flags: ["\\Answered", "\\Draft"] });
      await imap.append(folder, ANSWER, day("05"));
    });

    const queries: readonly (readonly [SearchQuery | string, readonly number[]])[] = [
      [{}, [1, 2, 3, 4]],
      [{ subject: "Grüße" }, [1, 3]],
      [{ body: "Ganz schön spät" }, [4]],
      [{ body: "schön" }, [1, 3, 4]],
      [{ text: "ADA3@example" }, [3]],
      [{ from: "Adä" }, server.foldsDiacritics ? [1, 2, 3, 4] : [1, 3]],
      [{ to: "bob", not: { seen: true } }, [2, 3, 4]],
      [{ header: { "X-Priority": "" } }, [4]],
      [{ header: { References: "<two@example.test>" } }, [4]],
      [{ seen: true }, [1]],
      [{ flagged: true, seen: false }, [2]],
      [{ answered: true, draft: true, deleted: false }, [3]],
      [{ keyword: "$Forwarded" }, [1]],
      [{ unkeyword: "$Forwarded", uids: [1, 2, 77] }, [2]],
      [{ keyword: "$NeverUsed" }, []],
      [{ uids: [] }, []],
      [{ since: new Date("2026-01-04") }, [3, 4]],
      [{ before: new Date("2026-01-03") }, [1]],
      [{ on: new Date("2026-01-03") }, [2]],
      [{ sentOn: new Date("2026-11-20") }, [1, 2, 3, 4]],
      [{ larger: 100_000 }, [1]],
      [{ smaller: 1_000 }, [2, 4]],
      [
        {
          or: [
            { subject: "two", seen: true },
            { larger: 100_000 },
            { from: "nobody" },
            { keyword: "$Forwarded" },
          ],
        },
        [1],
      ],
      [{ and: [{ not: { not: { subject: "two" } } }, { or: [{ body: "spät" }] }] }, [4]],
      ['UNSEEN SMALLER 1000 (OR SUBJECT "two" SUBJECT "x")', [2, 4]],
      ['SUBJECT "Grüße" NOT LARGER 100000', [3]],
    ];
    it.for(queries.map(([query, uids]) => ({ query, uids })))(
      "$query finds $uids",
      async ({ query, uids }, context) => {
        if (/"keyword"|\$Forwarded|"(?:seen|flagged|answered)":/.test(JSON.stringify(query)))
          skipWhere(context, server.ways?.refusesKeywords);
        if (/"(?:since|before|on)":/.test(JSON.stringify(query)))
          skipWhere(context, server.ways?.forgetsAppended);
        expect(await imap.search(folder, query)).toEqual(uids);
      },
    );

    it("by age and by change follows what the server announces", async () => {
      const can = await readCapabilities(imap);
      if (can.has("WITHIN")) {
        expect(await imap.search(folder, { younger: 3600 })).toEqual([]);
        expect(await imap.search(folder, { older: 3600 })).toEqual([1, 2, 3, 4]);
      }
      if (!can.has("CONDSTORE")) return;
      const { highestModseq = 0n } = await imap.status(folder);
      await other.addFlags(folder, 2, ["$Changed"]);
      expect(await imap.search(folder, { modseq: highestModseq + 1n })).toEqual([2]);
    });

    it("has the server sort, where it can", async () => {
      const can = await readCapabilities(imap);
      const sorted = imap.sort(folder, ["-size"]);
      if (!can.has("SORT")) {
        await expect(sorted).rejects.toMatchObject({ code: "unsupported" });
        return;
      }
      expect(await sorted).toEqual([1, 3, 4, 2]);
      expect(await imap.sort(folder, ["-arrival"], { larger: 1_000 })).toEqual([3, 1]);
      expect(await imap.sort(folder, ["subject", "arrival"])).toEqual([1, 3, 2, 4]);
      expect(await imap.sort(folder, ["from", "-size"], { subject: "Grüße" })).toEqual([1, 3]);
      expect(await imap.sort(folder, ["date"], { from: "nobody" })).toEqual([]);
    });

    it("has the server find threads, where it can", async () => {
      const can = await readCapabilities(imap);
      const threads = imap.thread(folder, { unkeyword: "$Nothing" });
      if (!can.has("THREAD=REFERENCES")) {
        await expect(threads).rejects.toMatchObject({ code: "unsupported" });
        return;
      }
      expect(await threads).toEqual(
        expect.arrayContaining([{ uid: 2, children: [{ uid: 4, children: [] }] }]),
      );
      const [bySubject, ...others] = await imap.thread(
        folder,
        { subject: "two" },
        { algorithm: "orderedsubject" },
      );
      // Of two messages of one second, either may be the first.
      expect([bySubject?.uid, bySubject?.children[0]?.uid].sort()).toEqual([2, 4]);
      expect(others).toEqual([]);
      expect(await imap.thread(folder, { from: "nobody" })).toEqual([]);
    });
  });
}
