import { describe, expect, test } from "vitest";
import { inTransaction } from "../../../src/db/in-transaction.js";
import type { Database } from "../../../src/db/open-database.js";
import { searchMessages } from "../../../src/store/search/search-messages.js";
import { createHousehold, deliver, type Household, newMessage, within } from "../fixture.js";

/** What searching must find on every database. */
export function searchSuite(open: () => Database): void {
  describe("search", () => {
    const search = (home: Household, text: string, page: { cursor?: string; limit?: number } = {}) =>
      inTransaction(open(), (tx) => searchMessages(within(home.tenant, tx), text, { limit: 50, ...page }));
    const uids = async (home: Household, text: string) =>
      (await search(home, text)).items.map(({ uid }) => uid);

    test("words, prefixes, phrases, accents, fields, filters and what must not be there", async () => {
      const home = await createHousehold(open());
      await deliver(open(), home, home.inbox, [
        newMessage(1, { subject: "Größere Änderungen im Zeitplan", text: "wir müssen verschieben" }),
        newMessage(2, { subject: "会議の議事録をお送りします", text: "お世話になっております", seen: true }),
        newMessage(3, { subject: "Invoice 4711", text: "please pay the red bicycle", flagged: true }),
        newMessage(4, {
          subject: "A bicycle",
          text: "it is red",
          fromName: "Bob",
          fromAddress: "bob@builder.test",
        }),
      ]);
      const attachment = {
        part: "2",
        filename: "Vertrag – unterschrieben.pdf",
        safeFilename: "Vertrag.pdf",
        contentType: "application/pdf",
        contentId: null,
        isRelated: false,
        sizeBytes: 1,
      };
      await deliver(open(), home, home.archive, [
        newMessage(5, {
          subject: "Signed",
          attachments: [attachment],
          text: undefined,
          html: "<p>See the <b>file</b></p>",
        }),
      ]);
      const expected: Record<string, string[]> = {
        größere: ["1"],
        großere: ["1"],
        Änderungen: ["1"],
        anderungen: ["1"],
        verschie: ["1"],
        議事: ["2"],
        議事録: ["2"],
        録議: [],
        "red bicycle": ["4", "3"],
        '"red bicycle"': ["3"],
        "bicycle -invoice": ["4"],
        "subject:bicycle": ["4"],
        "from:bob@builder.test": ["4"],
        "from:bob": ["4"],
        "builder.test bicycle": ["4"],
        "filename:unterschrieben": ["5"],
        "has:attachment": ["5"],
        "in:archive file": ["5"],
        "in:archive bicycle": [],
        "is:unread bicycle": ["4", "3"],
        "is:read": ["2"],
        "is:starred": ["3"],
        "before:2026-01-01": [],
        "after:2026-01-01 is:starred": ["3"],
        "4711": ["3"],
        zzz: [],
      };
      const found = Object.fromEntries(
        await Promise.all(Object.keys(expected).map(async (text) => [text, await uids(home, text)])),
      );
      expect(found).toEqual(expected);
    });

    test("nothing that is typed is an operator, breaks the statement or finds another tenant's mail", async () => {
      const home = await createHousehold(open());
      const other = await createHousehold(open());
      await deliver(open(), home, home.inbox, [newMessage(1, { subject: "secret plan" })]);
      for (const text of [
        "'; drop table messages; --",
        "secret & !plan | ( <-> ':*",
        "a:b:c:*",
        "\\",
        '"',
        "from:%",
        "from:_",
        "in:' or 1=1 --",
        "before:yesterday",
        "💌 ☃",
        "-",
        "\0",
        "x".repeat(5_000),
      ])
        await search(home, text.replaceAll("\0", ""));
      expect(await uids(home, "secret")).toEqual(["1"]);
      expect(await uids(other, "secret")).toEqual([]);
      expect(await uids(home, "from:%")).toEqual([]);
    });

    test("pages of a search follow each other without a gap or a double", async () => {
      const home = await createHousehold(open());
      const sortAt = new Date(Date.UTC(2026, 1, 1));
      const batch = Array.from({ length: 23 }, (_, index) =>
        newMessage(index + 1, { sortAt, subject: "again" }),
      );
      await deliver(open(), home, home.inbox, batch);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await search(home, "again", { limit: 10, ...(cursor !== undefined && { cursor }) });
        expect(page.total).toBe(23);
        seen.push(...page.items.map(({ uid }) => uid));
        cursor = page.next;
      } while (cursor !== undefined);
      expect(new Set(seen).size).toBe(23);
      expect(seen).toHaveLength(23);
    });
  });
}
