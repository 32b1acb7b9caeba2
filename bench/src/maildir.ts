import { chown, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Puts one message into a maildir that was made anew. */
export type StoreInMaildir = (number: number, message: Buffer, isSeen: boolean) => Promise<void>;

/** Makes a maildir anew, as that of whoever owns the folder above: the user that Dovecot reads as. */
export async function makeMaildir(maildir: string): Promise<StoreInMaildir> {
  await rm(maildir, { recursive: true, force: true });
  const owner = await stat(dirname(maildir));
  for (const folder of [maildir, ...["cur", "new", "tmp"].map((name) => join(maildir, name))]) {
    await mkdir(folder);
    await chown(folder, owner.uid, owner.gid);
  }
  return async (number, message, isSeen) => {
    // In the order of the numbers, which Dovecot takes for that of arrival; what it need not count, it does not.
    const sizes = `S=${message.length},W=${message.length}`;
    const name = `${1_700_000_000 + number}.M${number}P1.bench,${sizes}:2,${isSeen ? "S" : ""}`;
    const path = join(maildir, "cur", name);
    await writeFile(path, message);
    await chown(path, owner.uid, owner.gid);
  };
}
