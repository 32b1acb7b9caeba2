import type { Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { isMailError } from "@mailwright/core";
import { collectGarbage, type LineServer } from "@mailwright/suite";
import { describe, expect, it } from "vitest";
import { ImapClient } from "../../src/index.js";
import { startCommandServer } from "../support/command-server.js";
import { collect } from "../support/imap-fixture.js";

/** A server that answers one command with the same thing again and again, as fast as it is read, and never completes it. */
function flood(
  verb: string,
  piece: string,
  capabilities = "IMAP4rev1 SORT QUOTA NOTIFY UNSELECT",
): Promise<LineServer> {
  return startCommandServer({
    capabilities,
    exists: 9,
    answers: {
      "UID SEARCH": ({ socket }) => socket.write("* SEARCH 1 2 3\r\n"),
      [verb]: ({ tag, socket }) => {
        pour(socket, tag, piece);
        return false;
      },
    },
  });
}

/** `#` in the piece is another number each time. */
function pour(socket: Socket, tag: string, piece: string): void {
  let number = 0;
  const more = (): void => {
    if (socket.destroyed) return;
    let text = "";
    while (text.length < 65_536) {
      number += 1;
      text += piece.replaceAll("#", String(number)).replaceAll("$tag", tag);
    }
    if (socket.write(text)) setImmediate(more);
    else socket.once("drain", more);
  };
  more();
}

const calls: Readonly<Record<string, (imap: ImapClient) => Promise<unknown>>> = {
  LIST: (imap) => imap.listFolders(),
  LSUB: (imap) => imap.listFolders(),
  STATUS: (imap) => imap.status("INBOX"),
  EXAMINE: (imap) => imap.search("INBOX", {}),
  "UID SEARCH": (imap) => imap.search("INBOX", {}),
  "UID FETCH": (imap) => collect(imap.messages("INBOX", { body: "full" })),
  "UID SORT": (imap) => imap.sort("INBOX", ["date"]),
  FETCH: (imap) => collect(imap.messages("INBOX", { newest: 5 })),
  NOOP: async (imap) => {
    await imap.search("INBOX", {});
    return imap.search("INBOX", {});
  },
  GETQUOTAROOT: (imap) => imap.quota(),
  download: (imap) => imap.downloadMessage("INBOX", 1),
  sync: (imap) => collect(imap.sync("INBOX")),
  NOTIFY: (imap) => collect(imap.watch({})),
};

const isLong = process.env["MAILWRIGHT_LONG"] === "1";

/** What is only too much when there are very many of it. */
const MANY: readonly (readonly [verb: string, piece: string, code: string])[] = [
  ["LIST", '* LIST () "/" "folder #"\r\n', "limit"],
  ["LSUB", '* LSUB () "/" "folder #"\r\n', "limit"],
  ["UID SEARCH", "* SEARCH # # #\r\n", "limit"],
  ["UID SORT", "* SORT # # #\r\n", "limit"],
  ["FETCH", "* # FETCH (UID #)\r\n", "limit"],
];

/** What may come for as long as it wants, or until a limit is reached. */
const LASTING: readonly { readonly verb: string; readonly piece: string; readonly call?: string }[] = [
  { verb: "STATUS", piece: "* STATUS INBOX (MESSAGES #)\r\n" },
  { verb: "LIST", piece: `* LIST () "/" "${"long ".repeat(2_000)}#"\r\n` },
  { verb: "UID SEARCH", piece: "* SEARCH #0 #1 #2\r\n" },
  { verb: "UID SORT", piece: "* SORT #0 #1 #2\r\n" },
  { verb: "NOOP", piece: "* # EXISTS\r\n" },
  { verb: "NOOP", piece: "* 1 EXPUNGE\r\n" },
  { verb: "NOOP", piece: "* VANISHED #0\r\n" },
  { verb: "NOOP", piece: "* ENABLED X#\r\n" },
  { verb: "NOOP", piece: "* CAPABILITY IMAP4rev1 X#\r\n" },
  { verb: "NOOP", piece: "* OK [ALERT] again #\r\n" },
  { verb: "NOOP", piece: "* # FETCH (FLAGS (flag#))\r\n" },
  { verb: "NOOP", piece: "nonsense #\r\n" },
  { verb: "EXAMINE", piece: "* OK [PERMANENTFLAGS (flag#)] again\r\n" },
  { verb: "UID FETCH", piece: "* # FETCH (UID # FLAGS (flag#))\r\n" },
  { verb: "UID FETCH", piece: "* 1 FETCH (UID 1 FLAGS (flag#))\r\n" },
  { verb: "UID FETCH", piece: "* 1 FETCH (UID 1 X# #)\r\n" },
  { verb: "UID FETCH", piece: "* 1 FETCH (UID 1 X# #)\r\n", call: "download" },
  { verb: "UID SEARCH", piece: "* SEARCH #0 #1 #2\r\n", call: "sync" },
  { verb: "UID SEARCH", piece: "* VANISHED #0\r\n", call: "sync" },
  { verb: "UID FETCH", piece: "* VANISHED #0\r\n", call: "sync" },
  { verb: "NOTIFY", piece: "* STATUS folder# (MESSAGES # UIDNEXT #)\r\n" },
];

describe("a server that does not stop", () => {
  it.each<readonly [verb: string, piece: string, code: string]>([
    ["LIST", '* LIST (\\Noselect "', "limit"],
    ["LIST", "* LIST ((((((((", "limit"],
    ["STATUS", "* STATUS INBOX (MESSAGES #)\r\n", "timeout"],
    ["NOOP", "* # EXISTS\r\n", "timeout"],
    ["NOOP", "* 1 EXPUNGE\r\n", "timeout"],
    ["NOOP", "* OK [ALERT] again\r\n", "timeout"],
    ["NOOP", "nonsense #\r\n", "timeout"],
    ["UID SEARCH", '* ESEARCH (TAG "$tag") UID ALL #:4294967295\r\n', "limit"],
    ["UID SEARCH", "1 2 3 ", "limit"],
    ["UID FETCH", "* # FETCH (UID # FLAGS ())\r\n", "limit"],
    ["UID FETCH", "* 1 FETCH (UID 1 BODY[] {9}\r\n123456789)\r\n", "limit"],
    ["UID FETCH", "* 1 FETCH (A {9}\r\n123456789 ", "limit"],
    ["UID FETCH", "(A B ", "limit"],
    ["GETQUOTAROOT", "* QUOTA root (STORAGE # #)\r\n", "limit"],
    ...(isLong ? MANY : []),
  ])("saying %s … %j ends the call with a typed error", async (verb, piece, code) => {
    await using server = await flood(
      verb,
      piece,
      verb === "UID SEARCH" && piece.includes("ESEARCH") ? "IMAP4rev1 ESEARCH" : undefined,
    );
    await using imap = new ImapClient({
      server: { host: "127.0.0.1", port: server.port, security: "none" },
      credentials: { user: "ada", password: "x-word" },
      retry: { attempts: 1 },
      timeouts: { connectMs: 20_000, commandMs: code === "timeout" ? 40 : 60_000 },
      limits: { maxLineBytes: 100_000, maxLiteralBytes: 100_000, maxBatchBytes: 100_000 },
    });
    const error = await calls[verb]?.(imap).catch((thrown: unknown) => thrown);
    expect(isMailError(error), String(error)).toBe(true);
    expect(error).toMatchObject({ code });
    expect(imap.stats()).toMatchObject({ open: 0, leased: 0 });
  });

  it.each(LASTING)(
    "saying $verb … $piece for long has nothing of it kept",
    async ({ verb, piece, call = verb }) => {
      await using server = await flood(verb, piece);
      const imap = new ImapClient({
        server: { host: "127.0.0.1", port: server.port, security: "none" },
        credentials: { user: "ada", password: "x-word" },
        retry: { attempts: 1 },
      });
      // Once in another way, so that what a first call loads is there.
      if (verb === "LIST") await imap.search("INBOX", {});
      else await imap.listFolders();
      const before = heldBytes();
      const ended = calls[call]?.(imap).then(
        () => "without an error",
        (error: unknown) => (isMailError(error) ? error.code : String(error)),
      );
      let held = 0;
      while (imap.traffic().receivedBytes < FLOOD_BYTES && imap.stats().open > 0) {
        await setTimeout(20);
        held = Math.max(held, heldBytes() - before);
      }
      await imap.close({ graceMs: 0 });
      // A watch ends with its client.
      expect(await ended).toMatch(call === "NOTIFY" ? /^without an error$/ : /^(?:closed|connection|limit)$/);
      expect(held).toBeLessThan(HELD_BYTES);
    },
  );
});

/** Names of folders may have 16 MiB, and a hundred thousand messages may have come in since they were counted. */
const HELD_BYTES = isLong ? 32_000_000 : 8_000_000;
/** So much comes while memory is looked at. */
const FLOOD_BYTES = isLong ? 30_000_000 : 3_000_000;

function heldBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
