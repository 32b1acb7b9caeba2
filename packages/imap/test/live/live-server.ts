import { afterAll, beforeAll } from "vitest";
import type { ImapClient } from "../../src/index.js";
import { type LiveClientOptions, liveClient } from "./imap-environment.js";

/** A real server as the shared suites see it, with all in which it differs from the others. */
export interface LiveServer {
  /** The one account that the suites use. */
  readonly user: string;
  readonly where: Pick<LiveClientOptions, "server" | "variant">;
  /** How somebody else gets at the same folders who can do everything that the server can. */
  readonly elsewhere: Pick<LiveClientOptions, "server" | "variant">;
  /** Goes before the names of the account's own folders. */
  readonly prefix: string;
  readonly delimiter: string;
  /** Whether a search for `ä` also finds `a`. */
  readonly foldsDiacritics: boolean;
  /** Characters that it does not take in names, beside the delimiter. */
  readonly refusedInNames: string;
  /** What becomes of a message whose lines end in LF alone. */
  readonly bareLineFeeds: "made CRLF" | "refused";
}

/** One more client of the suites' account. */
export function clientOf(server: LiveServer, options: LiveClientOptions = {}): ImapClient {
  return liveClient(server.user, { ...server.where, ...options });
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
  const other = clientOf(server, server.elsewhere);
  const folder = `${server.prefix}${topic} ${server.where.variant ?? "plain"} ü & Co`;
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
