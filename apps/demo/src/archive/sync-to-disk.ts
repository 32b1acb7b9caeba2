import { open } from "node:fs/promises";

/** Waits until the disk has a folder's names: a file that was renamed is lost with the power otherwise. */
export async function syncToDisk(folder: string): Promise<void> {
  await using handle = await open(folder, "r");
  await handle.sync();
}
