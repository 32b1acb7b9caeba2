import { createHash } from "node:crypto";
import { mkdir, open, readdir, rename, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { ArchivedMessage, ArchiveFolder } from "./archived-message.js";
import { folderFileName } from "./folder-file-name.js";
import { syncToDisk } from "./sync-to-disk.js";

/**
 * A folder of a Maildir++: the inbox is the target itself, every other a folder below it whose name begins with a dot.
 * A message is written to `tmp`, brought to the disk, and renamed: no reader ever sees half of one.
 */
export async function openMaildir(target: string, path: string): Promise<ArchiveFolder> {
  const folder = path === "INBOX" ? target : join(target, `.${folderFileName(path)}`);
  for (const part of ["tmp", "new", "cur"]) await mkdir(join(folder, part), { recursive: true, mode: 0o700 });
  if (folder !== target) await (await open(join(folder, "maildirfolder"), "a", 0o600)).close();
  const known = new Set<string>();
  for (const part of ["new", "cur"])
    for (const name of await readdir(join(folder, part))) known.add(name.split(":")[0] ?? name);
  return {
    has: (message) => known.has(uniqueName(message)),
    async add(message) {
      const name = uniqueName(message);
      const written = join(folder, "tmp", name);
      {
        await using file = await open(written, "w", 0o600);
        await file.writeFile(message.source);
        await file.sync();
      }
      await utimes(written, message.date, message.date);
      const flags = flagsOf(message);
      // Unread and untouched is what `new` means to who opens it.
      await rename(
        written,
        flags === "" ? join(folder, "new", name) : join(folder, "cur", `${name}:2,${flags}`),
      );
      known.add(name);
    },
    async close() {
      for (const part of ["new", "cur"]) await syncToDisk(join(folder, part));
    },
    // Each message stands for itself.
    async [Symbol.asyncDispose]() {},
  };
}

/** The same for the same message, so that a second export finds what the first one wrote. */
function uniqueName({ id, date }: Pick<ArchivedMessage, "id" | "date">): string {
  return `${Math.floor(date.getTime() / 1_000)}.${toFileName(id)}.mailwright`;
}

/** No two ids get one name, whatever servers put into them: what has the name of another would be taken for exported. */
function toFileName(id: string): string {
  const name = id.replaceAll(/[^\w.-]/gu, (character) => `=${Buffer.from(character).toString("hex")}`);
  // The longest name of a file has 255 bytes, with the date and the flags.
  return name.length > 160 ? `=${createHash("sha256").update(id).digest("hex")}` : name;
}

/** In the order of the alphabet, as readers expect them. */
function flagsOf({ draft, flagged, answered, seen }: ArchivedMessage): string {
  return `${draft ? "D" : ""}${flagged ? "F" : ""}${answered ? "R" : ""}${seen ? "S" : ""}`;
}
