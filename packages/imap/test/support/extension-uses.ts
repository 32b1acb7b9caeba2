import type { ImapClient, ImapClientOptions } from "../../src/index.js";
import { collect } from "./imap-fixture.js";
import { plainMessage } from "./mime-samples.js";

/** What the client does with an extension where the server has it, and what comes of the call with it and without. */
export interface ExtensionUse {
  /** As the server announces it. */
  readonly extension: string;
  /** Whether commands make use of it. */
  readonly isUsed: (commands: readonly string[]) => boolean;
  readonly options?: Partial<ImapClientOptions>;
  /** To be called with a folder that holds {@link extensionMessages} and nothing else. */
  readonly call: (imap: ImapClient, folder: string) => Promise<unknown>;
  /** What the call answers, whether the server has the extension or not. */
  readonly answer: unknown;
}

/** What the folder holds: UIDs 1, 2 and 3. */
export const extensionMessages: readonly string[] = ["one", "two", "three"].map((subject) =>
  plainMessage(subject),
);

const sent =
  (pattern: RegExp) =>
  (commands: readonly string[]): boolean =>
    commands.some((command) => pattern.test(command));

const subjectsOf = async (messages: AsyncIterable<{ readonly subject: string }>): Promise<string[]> =>
  (await collect(messages)).map(({ subject }) => subject);

/** In this order: the last ones change what the folder holds. */
export const extensionUses: readonly ExtensionUse[] = [
  {
    extension: "ESEARCH",
    isUsed: sent(/UID SEARCH RETURN \(ALL\)/),
    call: (imap, folder) => imap.search(folder, { subject: "t" }),
    answer: [2, 3],
  },
  {
    extension: "PARTIAL",
    isUsed: sent(/UID SEARCH RETURN \(PARTIAL -1:-2\)/),
    call: (imap, folder) => subjectsOf(imap.messages(folder, { query: { seen: false }, newest: 2 })),
    answer: ["two", "three"],
  },
  {
    extension: "LIST-STATUS",
    isUsed: sent(/ LIST .*RETURN \(.*STATUS \(/),
    call: async (imap, folder) =>
      (await imap.listFolders({ counts: true })).find(({ name }) => name === folder)?.totalCount,
    answer: 3,
  },
  {
    extension: "SPECIAL-USE",
    isUsed: sent(/ LIST .*RETURN \(.*SPECIAL-USE/),
    call: async (imap) => (await imap.listFolders()).find(({ name }) => name === "INBOX")?.role,
    answer: "inbox",
  },
  {
    extension: "PREVIEW",
    isUsed: sent(/ UID FETCH .*\bPREVIEW\b/),
    call: async (imap, folder) =>
      (await collect(imap.messages(folder, { preview: true }))).map(({ preview }) => preview),
    answer: ["Hello.", "Hello.", "Hello."],
  },
  {
    extension: "OBJECTID",
    isUsed: sent(/ STATUS .*\bMAILBOXID\b/),
    call: async (imap, folder) => (await imap.status(folder)).totalCount,
    answer: 3,
  },
  {
    extension: "CONDSTORE",
    isUsed: sent(/ ENABLE .*\bCONDSTORE\b| (?:SELECT|EXAMINE) .*\(CONDSTORE\)/),
    call: (imap, folder) => imap.search(folder, {}),
    answer: [1, 2, 3],
  },
  {
    extension: "QRESYNC",
    isUsed: sent(/ (?:SELECT|EXAMINE) .*\(QRESYNC \(/),
    call: async (imap, folder) => {
      const batches = await collect(imap.sync(folder));
      return (await collect(imap.sync(folder, { cursor: batches.at(-1)?.cursor }))).flatMap(
        ({ events }) => events,
      );
    },
    answer: [],
  },
  {
    extension: "UTF8=ACCEPT",
    isUsed: sent(/ ENABLE .*\bUTF8=ACCEPT\b/),
    call: (imap, folder) => imap.search(folder, { subject: "ü" }),
    answer: [],
  },
  {
    extension: "ID",
    isUsed: sent(/^\S+ ID /),
    call: (imap, folder) => imap.search(folder, {}),
    answer: [1, 2, 3],
  },
  {
    extension: "COMPRESS=DEFLATE",
    isUsed: sent(/ COMPRESS DEFLATE$/),
    options: { compress: true },
    call: (imap, folder) => subjectsOf(imap.messages(folder)),
    answer: ["one", "two", "three"],
  },
  {
    extension: "MULTIAPPEND",
    isUsed: (commands) => commands.filter((command) => / APPEND /.test(command)).length === 1,
    call: async (imap, folder) => {
      const messages = ["four", "five"].map((subject) => ({ message: plainMessage(subject) }));
      return (await imap.appendAll(folder, messages)).succeeded;
    },
    answer: 2,
  },
  {
    extension: "MOVE",
    isUsed: sent(/ UID MOVE /),
    call: async (imap, folder) => (await imap.move(folder, [1, 77], folder)).uids,
    answer: [1],
  },
  {
    extension: "UIDPLUS",
    isUsed: sent(/ UID EXPUNGE /),
    call: async (imap, folder) => (await imap.delete(folder, [2, 77])).uids,
    answer: [2],
  },
];

/** Runs the call; the commands that the client has sent for it, the login apart. */
export async function useExtension(
  { call }: Pick<ExtensionUse, "call">,
  folder: string,
  connect: (options: Pick<ImapClientOptions, "transcript">) => ImapClient,
): Promise<{ readonly commands: readonly string[]; readonly answer: unknown }> {
  const commands: string[] = [];
  await using imap = connect({
    transcript: ({ direction, text }) => void (direction === "client" && commands.push(text)),
  });
  const answer = await call(imap, folder);
  return { commands, answer };
}
