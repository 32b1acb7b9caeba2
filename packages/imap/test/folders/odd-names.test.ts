import { describe, expect, it } from "vitest";
import { login, scriptedSession, select } from "../behaviour/scripted-session.js";
import { collect } from "../support/imap-fixture.js";

/** LIST answers for names as they stand on the wire. */
const list = (...names: readonly string[]): string => `
  C~: (?<tag>\\S+) LIST "" .*
  ${names.map((name) => `S: * LIST (\\\\HasNoChildren) "/" ${name}`).join("\n")}
  S: $tag OK
`;
const noSubscriptions = `
  C~: (?<tag>\\S+) LSUB .*
  S: $tag OK
`;
const opened = (pattern: string): string => `
  C~: (?<tag>\\S+) (?:SELECT|EXAMINE) ${pattern}
  S: * 0 EXISTS
  S: * OK [UIDVALIDITY 7] ok
  S: $tag OK [READ-WRITE] open
`;

describe("a name that the server does not write as the standard asks", () => {
  it("is opened as it was listed", async () => {
    await using session = await scriptedSession(`
      ${login()}${list("R&D", '"A\\tB"')}${noSubscriptions}
      ${opened('"?R&D"?')}
      ${opened('"A\\tB"')}
    `);
    const { imap } = session;
    expect((await imap.listFolders()).map(({ name }) => name)).toEqual(["R&D", "A\tB"]);
    expect(await imap.search("R&D", {})).toEqual([]);
    expect(await imap.search("A\tB", {})).toEqual([]);
  });

  it("is looked for in the list where it is not found", async () => {
    await using session = await scriptedSession(`
      ${login()}
      C~: (?<tag>\\S+) EXAMINE "?R&-D"?
      S: $tag NO [NONEXISTENT] no such mailbox
      C~: (?<tag>\\S+) LIST "" "?R\\*D"?
      S: * LIST () "/" RAD
      S: * LIST () "/" R&D
      S: $tag OK
      ${opened('"?R&D"?')}
    `);
    expect(await session.imap.search("R&D", {})).toEqual([]);
  });

  it("is whole where it has blanks and no quotes", async () => {
    await using session = await scriptedSession(`${login()}${list("Sent Items", "INBOX")}${noSubscriptions}`);
    expect((await session.imap.listFolders()).map(({ name }) => name)).toEqual(["Sent Items", "INBOX"]);
  });

  it("is in no other folder's way when it holds what no name may", async () => {
    await using session = await scriptedSession(`${login()}${list("&AAo-", "INBOX")}${noSubscriptions}`);
    expect((await session.imap.listFolders()).map(({ name }) => name)).toEqual(["&AAo-", "INBOX"]);
  });
});

describe("a refusal without a code", () => {
  const refused = (command: string, text: string) => `
    C~: (?<tag>\\S+) ${command} .*
    S: $tag NO ${text}
  `;

  it("of a folder that is not in the list is not-found (Courier, mailutils)", async () => {
    await using session = await scriptedSession(`
      ${login()}
      ${refused("EXAMINE", "Unable to open this mailbox.")}${list()}
      ${refused("STATUS", "STATUS failed")}${list()}
    `);
    const { imap } = session;
    await expect(imap.search("Nowhere", {})).rejects.toMatchObject({ code: "not-found" });
    await expect(imap.status("Nowhere")).rejects.toMatchObject({ code: "not-found" });
  });

  it("of a folder that is there stays what it is", async () => {
    await using session = await scriptedSession(
      `${login()}${refused("EXAMINE", "Broken index")}${list("Work")}`,
    );
    await expect(session.imap.search("Work", {})).rejects.toMatchObject({
      code: "rejected",
      server: { text: "Broken index" },
    });
  });

  it("to make a folder that is in the list is already-exists", async () => {
    await using session = await scriptedSession(`${login()}${refused("CREATE", "Cannot do")}${list("Work")}`);
    await expect(session.imap.createFolder("Work")).rejects.toMatchObject({ code: "already-exists" });
  });
});

describe("a list of folders", () => {
  it("is asked for in the plain form where that is all that XLIST takes (Zimbra)", async () => {
    await using session = await scriptedSession(`
      ${login("IMAP4rev1 XLIST LIST-EXTENDED LIST-STATUS")}
      C~: (?<tag>\\S+) XLIST "" "?\\*"?
      S: * XLIST (\\\\Sent) "/" "Sent Mail"
      S: $tag OK
      ${noSubscriptions}
    `);
    expect(await session.imap.listFolders()).toMatchObject([{ name: "Sent Mail", role: "sent" }]);
  });

  it("is asked for without what the server announces and refuses", async () => {
    await using session = await scriptedSession(`
      ${login("IMAP4rev1 LIST-EXTENDED SPECIAL-USE")}
      C~: (?<tag>\\S+) LIST "" "?\\*"? RETURN .*
      S: $tag BAD parse error
      ${list("INBOX")}
      C~: (?<tag>\\S+) LSUB .*
      S: $tag NO not today
    `);
    expect(await session.imap.listFolders()).toMatchObject([{ name: "INBOX", isSubscribed: false }]);
  });

  it("that is refused does not keep the messages from being read", async () => {
    await using session = await scriptedSession(`
      ${login()}
      C~: (?<tag>\\S+) LIST .*
      S: $tag NO not allowed
      ${select(0)}
    `);
    expect(await collect(session.imap.messages("INBOX"))).toEqual([]);
  });
});
