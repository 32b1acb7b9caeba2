import { describe, expect, it } from "vitest";
import type { MessagesQuery } from "../../../src/index.js";
import { collect, imapFixture } from "../../support/imap-fixture.js";
import { plainMessage } from "../../support/mime-samples.js";

describe("which messages are read", () => {
  const messages = ["apple", "pear", "apple tart", "plum", "apple pie"].map((subject) =>
    plainMessage(subject),
  );

  it("are those that a search finds, within the other bounds", async () => {
    await using fixture = await imapFixture({ messages });
    const { imap } = fixture;
    const read = async (query: MessagesQuery): Promise<number[]> =>
      (await collect(imap.messages("INBOX", query))).map(({ uid }) => uid);
    expect(await read({ query: { subject: "apple" } })).toEqual([1, 3, 5]);
    expect(await read({ query: 'SUBJECT "apple"', newest: 2 })).toEqual([3, 5]);
    expect(await read({ query: { subject: "apple" }, afterUid: 1, beforeUid: 5 })).toEqual([3]);
    expect(await read({ query: { subject: "apple" }, uids: [1, 2, 5] })).toEqual([1, 5]);
    expect(await read({ query: { seen: true } })).toEqual([]);
  });

  it.each<[object, string]>([
    [{ unread: true }, "did you mean query: { seen: false }?"],
    [{ since: 7 }, "did you mean afterUid (a UID) or query: { since } (a date)?"],
    [{ query: { unread: true } }, "did you mean seen: false?"],
    [{ query: { from: undefined } }, "asks for nothing"],
    [{ newst: 3 }, "did you mean newest?"],
    [{ newest: -1 }, "newest must be a whole number"],
    [{ newest: "3" }, "newest must be a whole number"],
    [{ afterUid: Number.NaN }, "afterUid must be a whole number"],
    [{ body: "html" }, "body must be one of"],
    [{ uids: {} }, "is not a UID"],
  ])("%o is an error, not every message", async (query, words) => {
    await using fixture = await imapFixture({ messages });
    await expect(collect(fixture.imap.messages("INBOX", query))).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining(words),
    });
  });
});
