import { describe, expect, it } from "vitest";
import { login, scriptedSession } from "../behaviour/scripted-session.js";

const searched = (command: string): string => `
  C~: (?<tag>\\S+) ${command} "?INBOX"?
  S: * 2 EXISTS
  S: * OK [UIDVALIDITY 7] ok
  S: $tag OK open
  C~: (?<tag>\\S+) UID SEARCH .*
  S: * SEARCH 1 2
  S: $tag OK
  IGNORE:
`;

describe("a folder that is only read", () => {
  it("is opened for reading alone", async () => {
    await using session = await scriptedSession(`${login("IMAP4rev1")}${searched("EXAMINE")}`);
    expect(await session.imap.search("INBOX", {})).toEqual([1, 2]);
  });

  it.each(["ACL ACL2=UNION", "XMAGICTRASH"])(
    "is selected on a server that keeps no UIDs it shows by EXAMINE (Courier, %s)",
    async (capabilities) => {
      await using session = await scriptedSession(
        `${login(`IMAP4rev1 ${capabilities}`)}${searched("SELECT")}`,
      );
      expect(await session.imap.search("INBOX", {})).toEqual([1, 2]);
    },
  );
});
