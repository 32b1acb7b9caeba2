import { describe, expect, it } from "vitest";
import { login, scriptedSession } from "../behaviour/scripted-session.js";
import { collect, imapFixture } from "../support/imap-fixture.js";

const opened = (name: string): string => `
  C~: (?<tag>\\S+) EXAMINE "${name}"
  S: * 3 EXISTS
  S: * OK [UIDVALIDITY 7] ok
  S: * OK [UIDNEXT 4] ok
  S: $tag OK [READ-ONLY] open
`;

describe("a server that speaks IMAP4rev2 and nothing else", () => {
  it("has what became part of it, and names in UTF-8", async () => {
    await using session = await scriptedSession(`
      ${login("IMAP4rev2")}
      C~: (?<tag>\\S+) LIST "" "\\*" RETURN \\(SUBSCRIBED STATUS \\(MESSAGES UNSEEN UIDNEXT UIDVALIDITY SIZE\\)\\)
      S: * LIST (\\Subscribed) "/" "Entwürfe & A&AOQ-"
      S: * STATUS "Entwürfe & A&AOQ-" (MESSAGES 3 UNSEEN 0 UIDNEXT 4 UIDVALIDITY 7 SIZE 9)
      S: $tag OK
      ${opened("Entw.+rfe & A&AOQ-")}
      C~: (?<tag>\\S+) UID SEARCH RETURN \\(ALL\\) SUBJECT .*
      C~: Gr.+e
      S: * ESEARCH (TAG "$tag") UID ALL 1:3
      S: $tag OK
      C~: (?<tag>\\S+) UNSELECT
      S: $tag OK
      C~: (?<tag>\\S+) DELETE "Entw.+rfe & A&AOQ-"
      S: $tag OK
      IGNORE:`);
    const { imap } = session;
    const [folder] = await imap.listFolders({ counts: true });
    const name = "Entwürfe & A&AOQ-";
    expect(folder).toMatchObject({ name, isSubscribed: true, totalCount: 3 });
    expect(await imap.search(name, { subject: "Grüße" })).toEqual([1, 2, 3]);
    await imap.deleteFolder(name);
  });
});

it.each([
  ["IMAP4rev2 alone", { enable: ["IMAP4rev2"], disable: ["IMAP4rev1"] }],
  ["IMAP4rev2 beside IMAP4rev1", { enable: ["IMAP4rev2"] }],
  ["UTF8=ACCEPT", { enable: ["UTF8=ACCEPT"] }],
  ["COMPRESS=DEFLATE", { enable: ["COMPRESS=DEFLATE"] }],
] as const)("everything works on a server that speaks %s", async (_what, server) => {
  const source = "Subject: Grüße\r\n\r\nHallo";
  await using fixture = await imapFixture({
    messages: [source, source],
    server: { enable: [...server.enable], disable: "disable" in server ? [...server.disable] : [] },
    client: { compress: true },
  });
  const { imap } = fixture;
  const name = "Entwürfe & Ähnliches";
  await imap.createFolder(name);
  const moved = await imap.move("INBOX", [1], name);
  expect(moved).toMatchObject({ uids: [1], isSourceRemoved: true });
  const [folder] = (await imap.listFolders({ counts: true })).filter((one) => one.name === name);
  expect(folder).toMatchObject({ totalCount: 1, isSelectable: true });
  expect(await imap.search(name, { subject: "Grüße" })).toEqual([1]);
  const [message] = await collect(imap.messages(name, { body: "text", preview: true }));
  expect(message).toMatchObject({ subject: "Grüße", text: "Hallo", preview: "Hallo" });
  await imap.append(name, source);
  expect(await imap.markAsRead(name, [1, 2])).toEqual({ updated: [1, 2], conflicted: [] });
  expect(await imap.delete(name, [1])).toEqual({ uids: [1], isExpunged: true });
  await imap.renameFolder(name, "Später");
  expect(await imap.status("Später")).toMatchObject({ totalCount: 1, unreadCount: 0 });
});

describe("a server with UTF8=ACCEPT", () => {
  it("is asked for it with the MODSEQs, and takes names as they are from then on", async () => {
    await using session = await scriptedSession(`
      ${login("IMAP4rev1 ENABLE CONDSTORE UTF8=ACCEPT")}
      C~: (?<tag>\\S+) ENABLE CONDSTORE UTF8=ACCEPT
      S: * ENABLED CONDSTORE UTF8=ACCEPT
      S: $tag OK
      ${opened("Gesendet & Gel[^&]+scht")}
      C~: (?<tag>\\S+) UID SEARCH ALL
      S: * SEARCH 1 2 3
      S: $tag OK
      IGNORE:`);
    expect(await session.imap.search("Gesendet & Gelöscht", {})).toEqual([1, 2, 3]);
  });

  it("that refuses it goes on without, and has MODSEQs", async () => {
    await using session = await scriptedSession(`
      ${login("IMAP4rev1 ENABLE CONDSTORE UTF8=ACCEPT")}
      C~: (?<tag>\\S+) ENABLE CONDSTORE UTF8=ACCEPT
      S: $tag BAD unknown
      C~: (?<tag>\\S+) ENABLE CONDSTORE
      S: * ENABLED CONDSTORE
      S: $tag OK
      ${opened("Gel&APY-scht")}
      C~: (?<tag>\\S+) UID SEARCH ALL
      S: * SEARCH 1 2 3
      S: $tag OK
      IGNORE:`);
    expect(await session.imap.search("Gelöscht", {})).toEqual([1, 2, 3]);
  });
});

const HEAD =
  'FLAGS () INTERNALDATE "02-Jan-2026 03:04:05 +0000" RFC822.SIZE 5' +
  ' ENVELOPE (NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL) BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1)';

describe("a server with PARTIAL", () => {
  it.each([
    ["PARTIAL (-1:-2 5:6)", [5, 6]],
    ["PARTIAL (-1:-2 NIL)", []],
    ["ALL 1:3,5:6", [5, 6]],
  ])("is asked for no more of a search than is wanted: %s", async (answer, uids) => {
    const rows = uids.map((uid) => `S: * ${uid} FETCH (UID ${uid} ${HEAD})`).join("\n");
    const fetched = uids.length === 0 ? "" : `C~: (?<tag>\\S+) UID FETCH .*\n${rows}\nS: $tag OK\n`;
    await using session = await scriptedSession(`
      ${login("IMAP4rev1 ESEARCH PARTIAL")}
      C~: (?<tag>\\S+) LIST .*
      S: $tag OK
      C~: (?<tag>\\S+) LSUB .*
      S: $tag OK
      ${opened("INBOX")}
      C~: (?<tag>\\S+) UID SEARCH RETURN \\(PARTIAL -1:-2\\) UNSEEN
      S: * ESEARCH (TAG "$tag") UID ${answer}
      S: $tag OK
      ${fetched}IGNORE:`);
    const messages = await collect(session.imap.messages("INBOX", { query: { seen: false }, newest: 2 }));
    expect(messages.map(({ uid }) => uid)).toEqual(uids);
  });
});
