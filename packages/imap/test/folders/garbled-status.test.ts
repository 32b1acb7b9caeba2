import { expect, it } from "vitest";
import { login, scriptedSession } from "../behaviour/scripted-session.js";

// As a line that cannot be read, and as one that ends too late: then what comes behind is no count any more.
const garbled = [
  'S: * STATUS New (MESSAGES 3 MAILBOXID ("P(U) UNSEEN 1)',
  "S: * STATUS New (MESSAGES 3 MAILBOXID (P(U) UNSEEN 1))",
];
const refused = (items: string, line: string): string => `
  C~: (?<tag>\\S+) STATUS "?New"? ${items}
  ${line}
  S: $tag OK
`;
const told = `
  C~: (?<tag>\\S+) STATUS "?New"? \\((?!.*MAILBOXID).*
  S: * STATUS New (MESSAGES 3 UNSEEN 1)
  S: $tag OK
`;
const capabilities = "IMAP4rev1 LIST-EXTENDED LIST-STATUS OBJECTID";

it.each(garbled)(
  "the counts of a folder whose id the server garbles (Cyrus) are asked for without it: %s",
  async (line) => {
    await using session = await scriptedSession(
      `${login(capabilities)}${refused(".*MAILBOXID.*", line)}${told}`,
    );
    expect(await session.imap.status("New")).toMatchObject({
      totalCount: 3,
      unreadCount: 1,
      mailboxId: undefined,
    });
    await session.server.done;
  },
);

it.each(garbled)("so they are where they come with the list: %s", async (line) => {
  await using session = await scriptedSession(`
    ${login(capabilities)}
    C~: (?<tag>\\S+) LIST .*STATUS.*
    S: * LIST () "/" New
    ${line}
    S: $tag OK
    ${refused(".*MAILBOXID.*", line)}${told}
  `);
  const folders = await session.imap.listFolders({ counts: true });
  expect(folders).toMatchObject([{ name: "New", totalCount: 3, unreadCount: 1 }]);
  await session.server.done;
});

it.each([
  ["Cyrus IMAPD", "pv", undefined],
  ["Cyrus IMAPD", "qg48vqo6rpcngikjjd6lyoro", "qg48vqo6rpcngikjjd6lyoro"],
  ["Another", "pv", "pv"],
])("an id as no %s gives them (%s) is none", async (name, told, mailboxId) => {
  await using session = await scriptedSession(`
    ${login(`${capabilities} ID`)}
    C~: (?<tag>\\S+) ID .*
    S: * ID ("name" "${name}")
    S: $tag OK
    C~: (?<tag>\\S+) STATUS .*
    S: * STATUS New (MESSAGES 3 UNSEEN 1 MAILBOXID (${told}))
    S: $tag OK
  `);
  expect(await session.imap.status("New")).toMatchObject({ totalCount: 3, mailboxId });
  await session.server.done;
});
