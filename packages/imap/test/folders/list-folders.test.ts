import { describe, expect, it } from "vitest";
import { login, scriptedSession } from "../behaviour/scripted-session.js";

describe("a list of folders", () => {
  it("has every attribute that the server tells, and by LSUB only what is subscribed itself", async () => {
    await using session = await scriptedSession(`
      ${login("IMAP4rev1 CHILDREN")}
      C~: (?<tag>\\S+) LIST .*
      S: * LIST (\\\\HasNoChildren) "/" INBOX
      S: * LIST (\\\\HasChildren \\\\Marked) "/" Projects
      S: * LIST (\\\\HasNoChildren) "/" Projects/2026
      S: $tag OK
      C~: (?<tag>\\S+) LSUB .*
      S: * LSUB () "/" INBOX
      S: * LSUB (\\\\Noselect) "/" Projects
      S: * LSUB () "/" Projects/2026
      S: $tag OK
    `);
    const folders = await session.imap.listFolders();
    expect(folders.map(({ name, flags, isSubscribed }) => [name, [...flags], isSubscribed])).toEqual([
      ["INBOX", ["\\HasNoChildren"], true],
      ["Projects", ["\\HasChildren", "\\Marked"], false],
      ["Projects/2026", ["\\HasNoChildren"], true],
    ]);
  });
});
