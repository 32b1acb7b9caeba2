import { lstatSync } from "node:fs";

/**
 * Called before a package is loaded later than at the start. While a socket or a pipe is the last file that the program
 * looked at, Node follows no link to a package (nodejs/node#51142); pnpm links them all, and what is found under the
 * name of a link misses its own dependencies. Looking at any other file ends that.
 */
export function beforeImport(): void {
  try {
    lstatSync(process.execPath);
  } catch {
    // Where looking is forbidden, nobody has looked at a socket either.
  }
}
