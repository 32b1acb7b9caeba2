import { countTurns } from "@mailwright/suite";
import { type ImapServerOptions, startMailServers } from "@mailwright/testing";
import { expect, it } from "vitest";
import { ImapClient } from "../../src/index.js";
import { collect } from "../support/imap-fixture.js";
import { plainMessage } from "../support/mime-samples.js";

interface Distant extends AsyncDisposable {
  readonly imap: ImapClient;
  /** Round trips of a call. */
  cost(call: (imap: ImapClient) => Promise<unknown>): Promise<number>;
}

async function distant(
  messages: readonly string[],
  folders: readonly string[] = [],
  server: ImapServerOptions = {},
): Promise<Distant> {
  const account = { user: "ada", password: "correct horse", messages };
  const mail = await startMailServers({ accounts: [account], imap: server });
  for (const path of folders) mail.store.createMailbox("ada", path);
  const line = await countTurns(mail.imap.port);
  const imap = new ImapClient({
    server: { host: "127.0.0.1", port: line.port, security: "none" },
    credentials: { user: "ada", password: "correct horse" },
  });
  return {
    imap,
    async cost(call) {
      const before = line.turns;
      await call(imap);
      return line.turns - before;
    },
    async [Symbol.asyncDispose]() {
      await imap.close({ graceMs: 0 });
      await line[Symbol.asyncDispose]();
      await mail.stop();
    },
  };
}

const folders = Array.from({ length: 24 }, (_, n) => `Folder ${n}`);

it("figures of many folders without LIST-STATUS cost a round trip for eight of them", async () => {
  await using few = await distant([], folders.slice(0, 1), { disable: ["LIST-STATUS"] });
  await using many = await distant([], folders, { disable: ["LIST-STATUS"] });
  const listed = (imap: ImapClient): Promise<unknown> => imap.listFolders({ counts: true });
  const costs = [await few.cost(listed), await many.cost(listed)] as const;
  expect(costs[1] - costs[0]).toBeLessThan(folders.length / 3);
  const counts = (await many.imap.listFolders({ counts: true })).map(({ totalCount }) => totalCount);
  expect(counts.every((count) => count === 0)).toBe(true);
});

/** The text is the part with this number; attachments come before it. */
function textAt(part: number): string {
  const head = [
    `Subject: part ${part}`,
    "MIME-Version: 1.0",
    "Content-Type: multipart/mixed; boundary=b",
    "",
  ];
  const before = Array.from({ length: part - 1 }, (_, n) => [
    "--b",
    "Content-Type: application/pdf",
    `Content-Disposition: attachment; filename=${n}.pdf`,
    "",
    "octets",
  ]).flat();
  return [...head, ...before, "--b", "Content-Type: text/plain", "", `text ${part}`, "--b--", ""].join(
    "\r\n",
  );
}

it("texts that stand at different places of their messages cost one round trip together", async () => {
  const odd = Array.from({ length: 8 }, (_, n) => textAt(n + 1));
  await using alike = await distant(odd.map(() => textAt(1)));
  await using different = await distant(odd);
  const texts: (string | undefined)[] = [];
  const read = async (imap: ImapClient): Promise<void> => {
    texts.length = 0;
    for (const { text } of await collect(imap.messages("INBOX", { body: "text" }))) texts.push(text?.trim());
  };
  const costs = [await alike.cost(read), await different.cost(read)] as const;
  expect(texts).toEqual(odd.map((_, n) => `text ${n + 1}`));
  expect(costs[1] - costs[0]).toBeLessThan(4);
});

it("what follows the login is asked for in one round trip, where the login has told the capabilities", async () => {
  await using session = await distant([plainMessage("one")]);
  // Three for the login by SCRAM, what follows it, EXAMINE, SEARCH.
  expect(await session.cost((imap) => imap.search("INBOX", {}))).toBe(6);
});

it("flags are changed and looked after in one round trip", async () => {
  await using session = await distant([plainMessage("one")]);
  await session.imap.markAsRead("INBOX", 1);
  // NOOP for what others did, then both.
  expect(await session.cost((imap) => imap.markAsUnread("INBOX", 1))).toBe(2);
});
