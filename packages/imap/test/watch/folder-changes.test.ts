import { until } from "@mailwright/suite";
import { describe, expect, it } from "vitest";
import { FolderChanges } from "../../src/watch/folder-changes.js";
import { imapFixture } from "../support/imap-fixture.js";

const number = (count: number, name: string) => ({
  tag: "*",
  command: `${count}`,
  attributes: [{ type: "ATOM", value: name }],
});
const vanished = (set: string) => ({
  tag: "*",
  command: "VANISHED",
  attributes: [{ type: "ATOM", value: set }],
});

describe("what a server tells of a watched folder", () => {
  it("counts removals, whether by EXPUNGE, by VANISHED or by a lower EXISTS", () => {
    const changes = new FolderChanges(10);
    changes.take("EXPUNGE", number(3, "EXPUNGE"));
    changes.take("VANISHED", vanished("41,43:44"));
    changes.take("EXISTS", number(5, "EXISTS"));
    expect(changes.drain()).toMatchObject({ removed: 5, hasGrown: false, hasOverflowed: false });
    expect(changes.exists).toBe(5);
  });

  it("says to look anew when numbers have moved in a way that nobody knows", () => {
    const changes = new FolderChanges(10);
    changes.take("FETCH", number(4, "FETCH"));
    changes.take("VANISHED", vanished("7"));
    expect(changes.drain()).toMatchObject({ removed: 1, flagged: [], hasOverflowed: true });
  });
});

describe("a watch that polls", () => {
  it("ends when it is told to, though the server does not answer", async () => {
    let asked = 0;
    const never = new Promise<undefined>(() => {});
    await using fixture = await imapFixture({
      server: {
        disable: ["IDLE"],
        answer: ({ name }) => {
          if (name !== "NOOP") return undefined;
          asked += 1;
          return never;
        },
      },
    });
    const ended = new AbortController();
    const watch = async (): Promise<boolean> => {
      for await (const event of fixture.imap.watch("INBOX", { pollMs: 20, signal: ended.signal })) void event;
      return true;
    };
    let isOver = false;
    const watching = watch().then((over) => {
      isOver = over;
    });
    await until(() => asked > 0);
    ended.abort();
    // Less than the 30 seconds that a server has to answer.
    await until(() => isOver);
    await watching;
  });
});
