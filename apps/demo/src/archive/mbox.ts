import { access, mkdir, open, rename } from "node:fs/promises";
import { join } from "node:path";
import type { ArchivedMessage, ArchiveFolder } from "./archived-message.js";
import { folderFileName } from "./folder-file-name.js";
import { syncToDisk } from "./sync-to-disk.js";

const LF = 0x0a;
const GREATER = 0x3e;
const FROM = Buffer.from("From ");

/**
 * A folder as one file in the form mboxrd, which undoes its quoting exactly. Written beside its place and renamed when it
 * is whole; a file that is there already is whole, and is left as it is.
 */
export async function openMbox(target: string, path: string): Promise<ArchiveFolder> {
  await mkdir(target, { recursive: true, mode: 0o700 });
  const final = join(target, `${folderFileName(path)}.mbox`);
  const isWhole = await access(final).then(
    () => true,
    () => false,
  );
  if (isWhole) return { has: () => true, add: async () => {}, close: async () => {} };
  const file = await open(`${final}.part`, "w", 0o600);
  return {
    has: () => false,
    async add(message) {
      await file.writeFile(Buffer.concat(toMboxEntry(message)));
    },
    async close() {
      await file.sync();
      await file.close();
      await rename(`${final}.part`, final);
      await syncToDisk(target);
    },
  };
}

/** The line that begins it, the message with its quoted lines, and the empty line that ends it. */
function toMboxEntry({ sender, date, source }: ArchivedMessage): Buffer[] {
  const from = /^[^\s\p{Cc}]+$/u.test(sender) ? sender : "MAILER-DAEMON";
  const parts: Buffer[] = [Buffer.from(`From ${from} ${toAsctime(date)}\n`)];
  let start = 0;
  for (let line = 0; line < source.length; line = nextLine(source, line)) {
    if (!isFromLine(source, line)) continue;
    parts.push(source.subarray(start, line), Buffer.of(GREATER));
    start = line;
  }
  parts.push(source.subarray(start));
  if (source.at(-1) !== LF) parts.push(Buffer.of(LF));
  parts.push(Buffer.of(LF));
  return parts;
}

function nextLine(source: Buffer, from: number): number {
  const end = source.indexOf(LF, from);
  return end === -1 ? source.length : end + 1;
}

/** Whether a line is `From ` after any number of `>`: each gets one more. */
function isFromLine(source: Buffer, line: number): boolean {
  let at = line;
  while (source[at] === GREATER) at += 1;
  return source.subarray(at, at + FROM.length).equals(FROM);
}

/** A moment as C's asctime has it, in UTC: `Sun Nov 22 01:02:03 2026`. */
function toAsctime(date: Date): string {
  const [, day = "", dayOfMonth = "", month = "", year = "", time = ""] =
    /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString()) ?? [];
  return `${day} ${month} ${dayOfMonth.replace(/^0/, " ")} ${time} ${year}`;
}
