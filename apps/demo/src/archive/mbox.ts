import { access, mkdir, open, rename } from "node:fs/promises";
import { join } from "node:path";
import type { ArchiveFolder } from "./archived-message.js";
import { folderFileName } from "./folder-file-name.js";
import { toMboxEntry } from "./mbox-entry.js";
import { syncToDisk } from "./sync-to-disk.js";

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
  if (isWhole) {
    const nothing = async (): Promise<void> => {};
    return { has: () => true, add: nothing, close: nothing, [Symbol.asyncDispose]: nothing };
  }
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
    async [Symbol.asyncDispose]() {
      await file.close();
    },
  };
}
