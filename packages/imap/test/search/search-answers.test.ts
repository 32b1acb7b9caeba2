import { describe, expect, it } from "vitest";
import type { SearchQuery, ThreadNode } from "../../src/index.js";
import { login, scriptedSession, select } from "../behaviour/scripted-session.js";

/** INBOX open on a server with these capabilities, and one answer to whatever comes then. */
function answering(capabilities: string, ...lines: readonly string[]): string {
  const answer = lines.map((line) => `S: ${line}`).join("\n");
  return `${login(capabilities)}\n${select(9)}\nC~: (?<tag>\\S+) UID .*\n${answer}\nS: $tag OK\nIGNORE:`;
}

describe("a search", () => {
  it.each<readonly [string, SearchQuery | string]>([
    ["WITHIN", { older: 60 }],
    ["WITHIN", { or: [{ seen: true }, { not: { younger: 60 } }] }],
    ["WITHIN", "UNSEEN (NOT OLDER 60)"],
    ["CONDSTORE", { modseq: 7n }],
    ["OBJECTID", { and: [{ threadId: "T1" }] }],
    ["X-GM-EXT-1", { gmailRaw: "has:attachment" }],
    ["X-GM-EXT-1", "OR SEEN X-GM-THRID 7"],
  ])("that needs %s is not sent to a server without it: %o", async (extension, query) => {
    await using without = await scriptedSession(answering("IMAP4rev1", "* SEARCH 1"));
    const missing = { code: "unsupported", message: expect.stringContaining(extension) };
    await expect(without.imap.search("INBOX", query)).rejects.toMatchObject(missing);
    await using has = await scriptedSession(answering(`IMAP4rev1 ${extension}`, "* SEARCH 1"));
    expect(await has.imap.search("INBOX", query)).toEqual([1]);
  });

  it("for a text or keyword that is called like such a criterion needs nothing", async () => {
    await using session = await scriptedSession(answering("IMAP4rev1", "* SEARCH 1"));
    expect(await session.imap.search("INBOX", 'KEYWORD OLDER SUBJECT "modseq"')).toEqual([1]);
  });

  it("is answered by ESEARCH where the server has nothing but IMAP4rev2", async () => {
    const server = answering("IMAP4rev2", '* ESEARCH (TAG "A4") UID ALL 2,4:6');
    await using session = await scriptedSession(server);
    expect(await session.imap.search("INBOX", { seen: false })).toEqual([2, 4, 5, 6]);
  });
});

describe("threads", () => {
  const capabilities = "IMAP4rev1 THREAD=REFERENCES";
  const lengthOf = (threads: readonly ThreadNode[]): number => {
    let length = 0;
    for (let nodes = threads; nodes[0] !== undefined; nodes = nodes[0].children) length += 1;
    return length;
  };

  it("have the order of the server, and a place for messages that are not there", async () => {
    const server = answering(capabilities, "* THREAD (2)(3 6 (4 23)(44 7 96))((8)(9))");
    await using session = await scriptedSession(server);
    const leaf = (uid: number) => ({ uid, children: [] });
    expect(await session.imap.thread("INBOX")).toEqual([
      leaf(2),
      {
        uid: 3,
        children: [
          {
            uid: 6,
            children: [
              { uid: 4, children: [leaf(23)] },
              { uid: 44, children: [{ uid: 7, children: [leaf(96)] }] },
            ],
          },
        ],
      },
      { uid: undefined, children: [leaf(8), leaf(9)] },
    ]);
  });

  it.each([
    ["in one list", Array.from({ length: 20_000 }, (_, n) => n + 1).join(" ")],
    ["in lists within each other", `${"1 (".repeat(980)}1${")".repeat(980)}`],
  ])("are as long as they are, %s", async (_how, members) => {
    await using session = await scriptedSession(answering(capabilities, `* THREAD (${members})`));
    const wanted = members.match(/\d+/g)?.length;
    expect(lengthOf(await session.imap.thread("INBOX"))).toBe(wanted);
  });
});
