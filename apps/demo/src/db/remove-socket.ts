import { unlink } from "node:fs/promises";

/**
 * Removes the file of a socket that a killed program left behind; nothing where there is none. Without looking at it, as
 * `rm` does: while a socket is the last file that was looked at, Node finds no package through a link
 * (nodejs/node#51142), and what is loaded later than at the start fails for want of its own dependencies.
 */
export async function removeSocket(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}
