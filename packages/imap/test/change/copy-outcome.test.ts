import { describe, expect, it } from "vitest";
import type { ImapClient } from "../../src/index.js";
import { login, type ScriptedSession, scriptedSession, select } from "../behaviour/scripted-session.js";

/** A command and its answer: untagged lines, then the tagged one, which is `OK` unless it is given. */
function turn(asked: string, untagged: readonly string[] = [], tagged = "OK"): string {
  return [`C~: (?<tag>\\S+) ${asked}`, ...untagged.map((line) => `S: * ${line}`), `S: $tag ${tagged}`].join(
    "\n",
  );
}

/** The client looks which of the messages are there. */
function look(set: string, ...there: readonly number[]): string {
  return turn(
    `UID FETCH ${set} \\(UID\\)`,
    there.map((uid) => `${uid} FETCH (UID ${uid})`),
  );
}

/** What FETCH has not shown is searched for, in vain. */
function lookTwice(set: string, missing: string, ...there: readonly number[]): string {
  return `${look(set, ...there)}\n${turn(`UID SEARCH UID ${missing}`, ["SEARCH"])}`;
}

const MOVE = "IMAP4rev1 UIDPLUS MOVE";

/** INBOX with nine messages is open on such a server. */
function opened(capabilities: string, ...turns: readonly string[]): Promise<ScriptedSession> {
  return scriptedSession(`${login(capabilities)}${select(9)}${turns.join("\n")}\nIGNORE:`);
}

async function expectMove(
  move: (imap: ImapClient) => Promise<unknown>,
  turns: readonly string[],
  result: Readonly<Record<string, unknown>>,
): Promise<void> {
  await using session = await opened(MOVE, ...turns);
  expect(await move(session.imap)).toEqual({ source: "INBOX", destination: "Drop", ...result });
}

const removed = (count: number): string[] => Array.from({ length: count }, () => "2 EXPUNGE");

describe("a move of which the server does not tell what it has moved", () => {
  it("has moved what was there and is gone, and not what was gone before", () =>
    expectMove(
      (imap) => imap.move("INBOX", [2, 3, 9], "Drop"),
      [lookTwice("2:3,9", "9", 2, 3), turn("UID MOVE 2:3,9 .*", removed(2)), lookTwice("2:3,9", "2:3,9")],
      { uids: [2, 3], isSourceRemoved: true },
    ));

  it("has moved nothing where nothing was there and nothing went", () =>
    expectMove((imap) => imap.move("INBOX", [77], "Drop"), [lookTwice("77", "77"), turn("UID MOVE 77 .*")], {
      uids: [],
      isSourceRemoved: true,
    }));

  it("leaves in doubt what others may have removed at that moment", () =>
    expectMove(
      (imap) => imap.move("INBOX", [2, 3], "Drop"),
      [look("2:3", 2, 3), turn("UID MOVE 2:3 .*", removed(1)), lookTwice("2:3", "2:3")],
      { uids: [], inDoubt: [2, 3], isSourceRemoved: true },
    ));

  it("has not moved what is still there", () =>
    expectMove(
      (imap) => imap.move("INBOX", [2, 3], "Drop"),
      [look("2:3", 2, 3), turn("UID MOVE 2:3 .*", removed(1)), lookTwice("2:3", "2", 3)],
      { uids: [2], isSourceRemoved: true },
    ));

  it("has moved those that COPYUID leaves out, where they went too", () =>
    expectMove(
      (imap) => imap.move("INBOX", [1, 2, 3], "Drop"),
      [
        look("1:3", 1, 2, 3),
        turn("UID MOVE 1:3 .*", ["OK [COPYUID 9 1 7] some", ...removed(3)]),
        lookTwice("2:3", "2:3"),
      ],
      { uids: [1, 2, 3], uidMap: new Map([[1, 7]]), uidValidity: 9, isSourceRemoved: true },
    ));

  it("is not told by a COPYUID of other messages", () =>
    expectMove(
      (imap) => imap.move("INBOX", [2], "Drop"),
      [look("2", 2), turn("UID MOVE 2 .*", ["OK [COPYUID 9 5 7] those", ...removed(1)]), lookTwice("2", "2")],
      { uids: [2], isSourceRemoved: true },
    ));

  it("is not looked after where the server does tell, and in doubt where it suddenly does not", () =>
    expectMove(
      async (imap) => {
        await imap.move("INBOX", [1], "Drop");
        await imap.move("INBOX", [2], "Drop");
        return imap.move("INBOX", [3], "Drop");
      },
      [
        look("1", 1),
        turn("UID MOVE 1 .*", ["OK [COPYUID 9 1 7] it", ...removed(1)]),
        turn("NOOP"),
        turn("UID MOVE 2 .*", ["OK [COPYUID 9 2 8] it", "VANISHED 2"]),
        turn("NOOP"),
        turn("UID MOVE 3 .*", removed(1)),
        lookTwice("3", "3"),
      ],
      { uids: [], inDoubt: [3], isSourceRemoved: true },
    ));

  it("leaves messages at their source where they were told to be moved and are still there (Gmail)", () =>
    expectMove(
      (imap) => imap.move("INBOX", [1], "Drop"),
      [look("1", 1), turn("UID MOVE 1 .*", ["OK [COPYUID 9 1 7] labelled"]), look("1", 1)],
      { uids: [1], uidMap: new Map([[1, 7]]), uidValidity: 9, isSourceRemoved: false },
    ));

  it("has an outcome that nobody knows when the connection ends before the look", async () => {
    await using session = await opened(MOVE, look("2", 2), turn("UID MOVE 2 .*", removed(1)), "CLOSE:");
    await expect(session.imap.move("INBOX", [2], "Drop")).rejects.toMatchObject({
      code: "unknown-outcome",
      retryable: false,
    });
  });

  it("is told with an error that comes later", async () => {
    const odd = Array.from({ length: 1_000 }, (_, n) => 2 * n + 1);
    await using session = await opened(
      MOVE,
      turn(
        "UID FETCH 1,3,\\S+,1821 .*",
        odd.slice(0, 911).map((uid) => `${uid} FETCH (UID ${uid})`),
      ),
      turn("UID MOVE 1,3,\\S+,1821 .*", removed(1)),
      turn("UID FETCH 1,3,\\S+,1821 .*"),
      turn("UID SEARCH UID 1,3,.*", ["SEARCH"]),
      turn("UID FETCH 1823,.*", [], "NO [OVERQUOTA] no room"),
    );
    await expect(session.imap.move("INBOX", odd, "Drop")).rejects.toMatchObject({
      code: "quota",
      done: [],
      inDoubt: odd.slice(0, 911),
    });
  });
});

describe("a copy of which the server does not tell what it has copied", () => {
  const COPY = "IMAP4rev1 UIDPLUS";
  it.each<[string, readonly string[], Readonly<Record<string, unknown>>]>([
    ["has copied what is there", [turn("UID COPY 1:2 .*"), look("1:2", 1, 2)], { uids: [1, 2] }],
    [
      "has not copied what was gone before",
      [turn("UID COPY 1:2 .*"), lookTwice("1:2", "2", 1)],
      { uids: [1] },
    ],
    [
      "leaves in doubt what others have removed at that moment",
      [turn("UID COPY 1:2 .*", removed(1)), lookTwice("1:2", "2", 1)],
      { uids: [1], inDoubt: [2] },
    ],
    [
      "leaves in doubt what is there and COPYUID does not name",
      [turn("UID COPY 1:2 .*", [], "OK [COPYUID 9 1 7] some"), look("2", 2)],
      { uids: [1], inDoubt: [2], uidMap: new Map([[1, 7]]), uidValidity: 9 },
    ],
  ])("%s", async (_what, turns, result) => {
    await using session = await opened(COPY, ...turns);
    expect(await session.imap.copy("INBOX", [1, 2], "Drop")).toEqual({
      source: "INBOX",
      destination: "Drop",
      ...result,
    });
  });

  it("has them deleted at the source of a move, not left there to be moved again", async () => {
    await using session = await opened(
      COPY,
      turn("UID COPY 1:3 .*"),
      look("1:3", 1, 2, 3),
      turn("UID STORE 1:3 \\+FLAGS \\(\\\\Deleted\\)"),
      turn("UID FETCH 1:3 .*", ["1 FETCH (UID 1)", "2 FETCH (UID 2)", "3 FETCH (UID 3)"]),
      turn("UID EXPUNGE 1:3", ["1 EXPUNGE", "1 EXPUNGE", "1 EXPUNGE"]),
    );
    const moved = await session.imap.move("INBOX", [1, 2, 3], "Drop");
    expect(moved).toMatchObject({ uids: [1, 2, 3], isSourceRemoved: true });
  });
});

describe("a server without UIDPLUS, which may take a UID that is not there for another message (mailutils)", () => {
  it.each<[string, (imap: ImapClient) => Promise<unknown>]>([
    ["deletes", (imap) => imap.delete("INBOX", [77])],
    ["copies", (imap) => imap.copy("INBOX", [77], "Drop")],
    ["moves", (imap) => imap.move("INBOX", [77], "Drop")],
  ])("%s nothing where nothing is there", async (_what, change) => {
    const other = "9 FETCH (UID 9)";
    await using session = await opened(
      "IMAP4rev1",
      turn("UID FETCH 77 \\(UID\\)", [other]),
      turn("UID SEARCH UID 77", ["SEARCH"]),
    );
    expect(await change(session.imap)).toMatchObject({ uids: [] });
    expect(session.server.received.toString()).not.toMatch(/STORE|COPY/);
  });
});

describe("a server that says OK and does something else", () => {
  it("has not expunged what is still there", async () => {
    await using session = await opened(
      "IMAP4rev1 UIDPLUS",
      turn("UID STORE 1:2 \\+FLAGS \\(\\\\Deleted\\)"),
      turn("UID FETCH 1:2 .*", ["1 FETCH (UID 1 FLAGS (\\Deleted))", "2 FETCH (UID 2 FLAGS (\\Deleted))"]),
      turn("UID EXPUNGE 1:2", ["1 EXPUNGE"]),
      lookTwice("1:2", "1", 2),
    );
    expect(await session.imap.delete("INBOX", [1, 2])).toEqual({ uids: [1, 2], isExpunged: false });
  });

  it.each<[string, (imap: ImapClient) => Promise<unknown>, string, readonly number[]]>([
    ["keeps keywords", (imap) => imap.addFlags("INBOX", [1, 2], ["$Label"]), "$label", [1, 2]],
    ["keeps no keywords", (imap) => imap.addFlags("INBOX", [1, 2], ["$Label"]), "", [2]],
    ["takes flags away", (imap) => imap.removeFlags("INBOX", [1, 2], ["$Label"]), "", [1, 2]],
    ["leaves flags there", (imap) => imap.removeFlags("INBOX", [1, 2], ["$Label"]), "$Label", [2]],
    ["sets flags", (imap) => imap.setFlags("INBOX", [1, 2], ["\\Seen"]), "\\Seen \\Recent $Own", [1, 2]],
    ["leaves others there", (imap) => imap.setFlags("INBOX", [1, 2], ["\\Seen"]), "\\Seen \\Flagged", [2]],
    ["does not set them", (imap) => imap.setFlags("INBOX", [1, 2], ["\\Seen"]), "", [2]],
  ])(
    "has changed the flags of those whose flags are as asked: it %s",
    async (_what, change, flags, updated) => {
      await using session = await opened(
        "IMAP4rev1",
        turn("UID STORE 1:2 .*"),
        // The second says nothing of its flags.
        turn("UID FETCH 1:2 \\(UID FLAGS\\)", [`1 FETCH (UID 1 FLAGS (${flags}))`, "2 FETCH (UID 2)"]),
      );
      expect(await change(session.imap)).toEqual({ updated, conflicted: [] });
    },
  );
});
