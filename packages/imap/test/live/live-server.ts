import { afterAll, beforeAll, type TestContext } from "vitest";
import type { AppendOptions, AppendSource, ImapClient, ImapClientOptions } from "../../src/index.js";
import type { ConnectOptions, Security } from "./imap-environment.js";

/** Whose mailbox: that of the suites, or one whose password must be quoted, escaped and encoded. */
export type LiveAccount = "usual" | "awkward";

/** A real server as the shared suites see it, with all in which it differs from the others. */
export interface LiveServer {
  /** Of the variant; part of the names of folders, where several use the same mailbox. */
  readonly label: string;
  /** The one account that the suites use. */
  readonly user: string;
  readonly connect: (account: LiveAccount, options: ConnectOptions) => ImapClient;
  /** What the clients of the account are made of. */
  readonly options: () => ImapClientOptions;
  /** How somebody else gets at the same folders who can do everything that the server can. @defaultValue connect */
  readonly connectElsewhere?: LiveServer["connect"];
  /** @defaultValue all */
  readonly securities?: readonly Security[];
  /** Goes before the names of the account's own folders. */
  readonly prefix: string;
  readonly delimiter: string;
  /** Whether other users share folders. */
  readonly hasOtherUsers: boolean;
  /** Whether a search for `ä` also finds `a`. */
  readonly foldsDiacritics: boolean;
  /** Characters that it does not take in names, beside the delimiter. */
  readonly refusedInNames: string;
  /** What becomes of a message whose lines end in LF alone. */
  readonly bareLineFeeds: "made CRLF" | "refused";
  /** Names that it cannot keep. @defaultValue none */
  readonly impossibleNames?: readonly string[];
  /** What it does in its own way, each with the words that tell of it. */
  readonly ways?: {
    /** A session goes on with a folder that others have deleted, for as long as it is open. */
    readonly keepsDeleted?: string;
    /** Says OK when it is to rename what is not there. */
    readonly renamesNothing?: string;
    /** A session sees nothing of what others do to the folder that it has open: the suites have one client then. */
    readonly hidesOthers?: string;
    /** Refuses without saying why (TRYCREATE), and names no new UIDs (COPYUID). */
    readonly sendsNoCodes?: string;
    /** Flags other than those of RFC 3501 are refused. */
    readonly refusesKeywords?: string;
    /** What is appended has neither the flags nor the date that came with it. */
    readonly forgetsAppended?: string;
    /** What is appended gets any UID; a folder that is made anew, or renamed, may keep its UIDs and UIDVALIDITY, or not. */
    readonly numbersAnew?: string;
    /** A UID that is not there means another message. */
    readonly mistakesMissing?: string;
    /** STATUS tells any octets as the id of a folder that is new or was renamed; only SELECT tells it. */
    readonly garblesFolderIds?: string;
    /** The last line end of a part that ends with the message is there or not as it likes. */
    readonly endsParts?: string;
  };
}

/** One more client of the suites' account. */
export function clientOf(server: LiveServer, options: ConnectOptions = {}): ImapClient {
  return server.connect("usual", options);
}

/** Stores a message and answers with its UID, which servers without UIDPLUS do not tell. */
export async function store(
  imap: ImapClient,
  folder: string,
  source: AppendSource,
  options?: AppendOptions,
): Promise<number> {
  const { uid } = await imap.append(folder, source, options);
  return uid ?? (await imap.search(folder, {})).at(-1) ?? 0;
}

/** Two clients of the account, and folders that exist as long as the tests of this `describe` run. */
export interface PreparedFolders {
  readonly imap: ImapClient;
  /** Stands for somebody else who uses the same folders. */
  readonly other: ImapClient;
  readonly folder: string;
  readonly archive: string;
}

/** To be called in a `describe`. The names are special enough to need quoting and encoding. */
export function prepareFolders(server: LiveServer, topic: string): PreparedFolders {
  const imap = clientOf(server);
  const isAlone = server.ways?.hidesOthers !== undefined;
  const other = isAlone ? imap : (server.connectElsewhere ?? server.connect)("usual", {});
  const folder = `${server.prefix}${topic} ${server.label} ü & Co`;
  const archive = `${folder}, Archive`;
  beforeAll(async () => {
    await imap.createFolder(folder);
    await imap.createFolder(archive);
  });
  afterAll(async () => {
    await imap.deleteFolder(archive);
    await imap.deleteFolder(folder);
    await Promise.all([imap.close(), other.close()]);
  });
  return { imap, other, folder, archive };
}

/** What the server announces after the login. */
export async function readCapabilities(imap: ImapClient): Promise<ReadonlySet<string>> {
  return new Set((await imap.testConnection()).capabilities);
}

/** Leaves the test out where the server does in its own way what it is about, and says so. */
export function skipWhere(context: TestContext, way: string | undefined): void {
  skipUnless(context, way === undefined, `${way}`);
}

/** Leaves the test out where a server cannot do what it is about, and says so. */
export function skipUnless(context: TestContext, isPossible: boolean, reason: string): void {
  if (!isPossible) console.log(`SKIPPED ${context.task.name}: ${reason}`);
  context.skip(!isPossible, reason);
}
